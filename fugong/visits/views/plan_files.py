"""A plan to take along: a workbook, a page to print for each officer, a calendar, a map file."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.workbooks import writing
from fugong.visits.boards import Board, Lane, board_of, geojson_of
from fugong.visits.calendars import calendar_of
from fugong.visits.models import Plan, PlannedVisit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _board(request: HttpRequest, pk: int) -> Board:
    """The plan with the stops this person may see, or those of the officer asked for."""
    rows = Plan.objects.visible_to(request.user).select_related("campaign__release", "area")
    plan = get_object_or_404(rows.defer("area__boundary"), pk=pk)
    seen = PlannedVisit.objects.visible_to(request.user)
    wanted = request.GET.get("officer", "")
    if wanted.isdigit() and len(wanted) < 19:
        seen = seen.filter(officer=int(wanted))
    return board_of(plan, seen)


def _file(content: bytes, kind: str, board: Board, ending: str) -> HttpResponse:
    name = f"{board.plan.area.name}-{board.plan.on:%Y%m%d}-v{board.plan.version}.{ending}"
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@methods("GET")
@permitted(P.SEE_VISITS)
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """All stops in order, with their reasons."""
    board = _board(request, pk)
    heads = [
        _("Officer"),
        _("Stop no."),
        _("From"),
        _("To"),
        _("Enterprise"),
        _("Address"),
        _("Why"),
        _("Locked"),
    ]
    rows = [_line(stop, lane, board) for lane in board.lanes for stop in lane.stops]
    note = _("Plan of %(day)s, version %(version)s, %(status)s.") % {
        "day": board.plan.on.isoformat(),
        "version": board.plan.version,
        "status": board.plan.get_status_display(),  # type: ignore[attr-defined]
    }
    return _file(writing.write_xlsx(heads, rows, sheet=_("Plan of visits"), note=note), XLSX, board, "xlsx")


def _line(stop: PlannedVisit, lane: Lane, board: Board) -> list[Any]:
    begins, ends = (f"{timezone.localtime(at):%H:%M}" for at in (stop.arrives_at, stop.leaves_at))
    why = "; ".join(board.reader.sentences(stop.reasons))
    firm = stop.enterprise
    return [lane.name, stop.order, begins, ends, firm.name, firm.address, why, stop.is_locked]


@methods("GET")
@permitted(P.SEE_VISITS)
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    board = _board(request, pk)
    text = calendar_of(board.stops, board.reader, made_at=board.plan.made_at)
    return _file(text.encode(), "text/calendar; charset=utf-8", board, "ics")


@methods("GET")
@permitted(P.SEE_VISITS)
def map_file(request: HttpRequest, pk: int) -> HttpResponse:
    board = _board(request, pk)
    content = json.dumps(geojson_of(board), ensure_ascii=False)
    return _file(content.encode(), "application/geo+json", board, "geojson")


@methods("GET")
@permitted(P.SEE_VISITS)
def pages(request: HttpRequest, pk: int) -> HttpResponse:
    """A page for each officer, to print."""
    board = _board(request, pk)
    lanes = [(lane, [(s, board.reader.sentences(s.reasons)) for s in lane.stops]) for lane in board.lanes]
    return render(request, "visits/plan_print.html", {"plan": board.plan, "lanes": lanes})
