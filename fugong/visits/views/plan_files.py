"""A plan to take along: a workbook, a page to print for each officer, a calendar, a map file; of one day or several."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.workbooks import writing
from fugong.visits.models import Plan, PlannedVisit
from fugong.visits.plans.board_map import geojson_of
from fugong.visits.plans.boards import Bar, Board, Lane, board_of
from fugong.visits.plans.calendars import calendar_of
from fugong.visits.rules import LONGEST_HORIZON, PlanStatus
from fugong.visits.views.planned import may_take_out, number, plan_of, wanted_of

GEOJSON = "application/geo+json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _board(request: HttpRequest, plan: Plan) -> Board:
    """The plan with the stops this person may see, or those of the officer asked for."""
    officer = number(request, "officer")
    seen = PlannedVisit.objects.visible_to(request.user)
    return board_of(plan, seen, only=None if officer is None else {officer})


def _permit(request: HttpRequest, *, own_day: bool = False) -> None:
    """Taking a plan out of the system asks for the right to plan or to export; `own_day`: the officer's own stops do not."""
    is_own = own_day and number(request, "officer") == request.user.pk
    if not is_own and not may_take_out(request):
        raise PermissionDenied


def _boards(request: HttpRequest, pk: int) -> list[Board]:
    """The plan and, where more days are asked for, the plans of the days after it in the same area."""
    plan = plan_of(request, pk)
    days = min(number(request, "days") or 1, LONGEST_HORIZON)
    return [_board(request, one) for one in [plan, *_after(request, plan, days)]]


def _after(request: HttpRequest, plan: Plan, days: int) -> list[Plan]:
    """Of each of the next days the plan in force, else the proposal; days without a plan are left out."""
    last = plan.on + timedelta(days=days - 1)
    rows = Plan.objects.visible_to(request.user).filter(
        campaign=plan.campaign_id, area=plan.area_id, on__gt=plan.on, on__lte=last
    )
    open_ones = rows.exclude(status=PlanStatus.SUPERSEDED).select_related("campaign__release", "area")
    found: dict[Any, Plan] = {}
    for one in open_ones.order_by("on", "-status", "-version"):
        if one.on not in found or one.status == PlanStatus.ACCEPTED:
            found[one.on] = one
    return [found[day] for day in sorted(found)]


def _file(content: bytes, kind: str, boards: list[Board], ending: str) -> HttpResponse:
    plan = boards[0].plan
    until = f"-{boards[-1].plan.on:%Y%m%d}" if len(boards) > 1 else ""
    name = f"{plan.area.name}-{plan.on:%Y%m%d}{until}-v{plan.version}.{ending}"
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@methods("GET")
@permitted(P.SEE_VISITS)
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """All stops in order, with their reasons."""
    boards = _boards(request, pk)
    _permit(request)
    several = len(boards) > 1
    heads = [_("Officer"), _("Stop no."), _("From"), _("To"), _("Enterprise"), _("Address"), _("Tier")]
    heads = [*([_("Day")] if several else []), *heads, _("Together with"), _("Why"), _("Locked")]
    rows = [
        _line(bar, lane, board, several=several)
        for board in boards
        for lane in board.lanes
        for bar in lane.bars
    ]
    plan = boards[0].plan
    note = _("Plan of %(day)s, version %(version)s, %(status)s.") % {
        "day": plan.on.isoformat(),
        "version": plan.version,
        "status": plan.get_status_display(),  # type: ignore[attr-defined]
    }
    return _file(writing.write_xlsx(heads, rows, sheet=_("Plan of visits"), note=note), XLSX, boards, "xlsx")


def _line(bar: Bar, lane: Lane, board: Board, *, several: bool) -> list[Any]:
    stop = bar.stop
    begins, ends = (f"{timezone.localtime(at):%H:%M}" for at in (stop.arrives_at, stop.leaves_at))
    firm, why = stop.enterprise, "; ".join(board.reader.sentences(stop.reasons))
    cells = [lane.name, stop.order, begins, ends, firm.name, firm.address, bar.tier.name]
    return [
        *([board.plan.on] if several else []),
        *cells,
        "、".join(bar.with_names),
        why,
        stop.is_locked,
    ]


@methods("GET")
@permitted(P.SEE_VISITS)
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The stops as events, of all the days asked for; officers put their own day into their calendar."""
    boards = _boards(request, pk)
    _permit(request, own_day=True)
    stops = [stop for board in boards for stop in board.stops]
    text = calendar_of(stops, boards[0].reader, made_at=boards[0].plan.made_at)
    return _file(text.encode(), "text/calendar; charset=utf-8", boards, "ics")


@methods("GET")
@permitted(P.SEE_VISITS)
def map_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Routes and stops; with the choice of the board (officer, village, tier) only what is looked at."""
    board, content = _map(request, pk)
    _permit(request)
    return _file(content.encode(), GEOJSON, [board], "geojson")


@methods("GET")
@permitted(P.SEE_VISITS)
def board_map(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for the map of the board, which shows what the person sees there anyway; not a file to keep."""
    return HttpResponse(_map(request, pk)[1], content_type=GEOJSON)


def _map(request: HttpRequest, pk: int) -> tuple[Board, str]:
    plan = plan_of(request, pk)
    wanted = wanted_of(request, plan)
    board = board_of(plan, PlannedVisit.objects.visible_to(request.user))
    shapes = geojson_of(board, board.shown(wanted))
    return board, json.dumps(shapes, ensure_ascii=False, separators=(",", ":"))


@methods("GET")
@permitted(P.SEE_VISITS)
def pages(request: HttpRequest, pk: int) -> HttpResponse:
    """A page for each officer and day, to print."""
    boards = _boards(request, pk)
    sheets = [(board, lane, _rows(lane, board)) for board in boards for lane in board.lanes if lane.stops]
    sheets.sort(key=lambda sheet: (sheet[1].area_path, sheet[1].name, sheet[0].plan.on))
    context = {"plan": boards[0].plan, "boards": boards, "sheets": sheets, "days": len(boards)}
    return render(request, "visits/plan_print.html", context)


def _rows(lane: Lane, board: Board) -> list[tuple[Bar, list[str]]]:
    return [(bar, board.reader.sentences(bar.stop.reasons)) for bar in lane.bars]
