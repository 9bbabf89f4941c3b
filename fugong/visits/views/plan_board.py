"""The planner's board: map and time lines, stops, those left out, how the plan changes the coverage."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.paths import below
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area
from fugong.visits import actions
from fugong.visits.models import LeftOut, Plan, PlannedVisit
from fugong.visits.plans import forecasts
from fugong.visits.plans.board_map import shapes_of
from fugong.visits.plans.boards import Board, Wanted, board_of, why_left_out
from fugong.visits.plans.causes import causes
from fugong.visits.plans.wishes import waiting, wishes_of
from fugong.visits.queries import crew_of
from fugong.visits.rules import PlanStatus, why_not_accept, why_not_change, why_not_plan
from fugong.visits.views.planned import COLOURS, may_take_out, number, plan_of, query_of, strip_of, wanted_of

PER_PAGE = 50


@methods("GET")
@permitted(P.SEE_VISITS)
def plan_day(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a day's plan, in the part that is asked for."""
    plan = plan_of(request, pk)
    may = request.user.has_permission(P.PLAN_VISITS, plan.area)
    board = board_of(plan, PlannedVisit.objects.visible_to(request.user), crew=may)
    tab = request.GET.get("tab", "board")
    left = LeftOut.objects.visible_to(request.user).filter(plan=plan)
    previous = _previous(request, plan)
    context = head_of(request, plan, may=may) | {
        "board": board,
        "refused_wishes": refused_sentences(request, board) if may else [],
        "causes": causes(plan),
        "tab": tab,
        "previous": previous,
        "strip": strip_of(request, plan),
        "tabs": _tabs(plan, board, _number_left(request, plan, left), tab),
    }
    if tab == "stops":
        context |= _stops_tab(request, board)
    elif tab == "left":
        context |= _left_tab(request, board, left)
    else:
        context |= _board_tab(request, board)
    return render(request, "visits/plan_day.html", context)


def head_of(request: HttpRequest, plan: Plan, *, may: bool) -> dict[str, Any]:
    """What stands above every part of a plan: its state, what may be done, the wishes and those refused."""
    taken = actions.visited_by_others(plan) if may and plan.status == PlanStatus.PROPOSED else 0
    return wishes_context(request, plan, may=may) | {
        "plan": plan,
        "colour": COLOURS[PlanStatus(plan.status)],
        "may": may,
        "may_export": may_take_out(request),
        "is_mine": request.user.pk in crew_of(plan),
        "following": _following(plan) if may else 0,
        "whole": request.user.has_permission(P.SEE_VISITS, plan.area),
        "why_not_accept": why_not_accept(plan, request.today, taken),
        "why_not_again": why_not_plan(plan.on, request.today),
    }


def _following(plan: Plan) -> int:
    """How many of the next days were planned together with this one and wait for a decision too."""
    if plan.status != PlanStatus.PROPOSED:
        return 0
    return int(plan.next_days.filter(status=PlanStatus.PROPOSED).count())  # type: ignore[attr-defined]


def wishes_context(request: HttpRequest, plan: Plan, *, may: bool) -> dict[str, Any]:
    """What people have asked of the next version; nothing for those who do not plan."""
    stops, left = (PlannedVisit.objects.visible_to(request.user), LeftOut.objects.visible_to(request.user))
    found = wishes_of(plan, stops, left) if may else []
    why_not = why_not_change(plan, request.today) if may else ""
    return {"wishes": found, "waiting": waiting(found), "why_not_change": why_not}


def _number_left(request: HttpRequest, plan: Plan, left: QuerySet[LeftOut]) -> int:
    """All that were left out for those who see the whole plan; of a very large number not all rows are kept."""
    whole = request.user.has_permission(P.SEE_VISITS, plan.area)
    return max(left.count(), plan.summary.get("left_out", 0)) if whole else left.count()


def _tabs(plan: Plan, board: Board, left: int, tab: str) -> list[dict[str, Any]]:
    found: list[tuple[str, str, int | None]] = [
        ("board", _("Map and time lines"), None),
        ("stops", _("Stops"), len(board.stops)),
        ("left", _("Left out"), left),
    ]
    address = reverse("visits:plan_day", args=[plan.pk])
    rows = [
        {"label": label, "url": f"{address}?tab={key}", "active": key == tab, "count": count}
        for key, label, count in found
    ]
    return [*rows, {"label": _("Coverage"), "url": reverse("visits:plan_coverage", args=[plan.pk])}]


def _previous(request: HttpRequest, plan: Plan) -> Plan | None:
    versions = Plan.objects.visible_to(request.user).filter(
        campaign=plan.campaign_id, area=plan.area_id, on=plan.on, version__lt=plan.version
    )
    before: Plan | None = versions.order_by("-version").first()
    return before


# The parts


def _board_tab(request: HttpRequest, board: Board) -> dict[str, Any]:
    plan = board.plan
    wanted = wanted_of(request, plan)
    lanes = board.shown(wanted)
    query = query_of(wanted)
    return {
        "wanted": wanted,
        "query": query,
        "lanes": lanes,
        "villages": _villages(board),
        "stops_url": reverse("visits:plan_stop_card", args=[0]).replace("/0/", "/"),
        "map": {
            "areas": shapes_of(plan),
            "routes": reverse("visits:plan_map", args=[plan.pk]) + query + ("&" if query else "?") + "on=map",
        },
        "map_options": _map_options(wanted),
    }


def _map_options(wanted: Wanted) -> dict[str, Any]:
    return {
        "size": "l",
        "label": _("Routes of the day"),
        "points_word": _("Stops"),
        "cluster": False,
        "dense": False,
        "focus": not wanted.is_all,
    }


def _villages(board: Board) -> list[Area]:
    """The areas one step below the plan's area, to choose from."""
    plan = board.plan
    rows = Area.objects.below(plan.area.path).filter(depth=plan.area.depth + 1)
    return list(rows.only("pk", "name", "path").order_by("path"))


def _stops_tab(request: HttpRequest, board: Board) -> dict[str, Any]:
    officer = number(request, "officer")
    lanes = [lane for lane in board.lanes if officer in (None, lane.officer_id)]
    page = Paginator([bar for lane in lanes for bar in lane.bars], PER_PAGE).get_page(request.GET.get("page"))
    rows = [(bar, board.reader.sentences(bar.stop.reasons)) for bar in page]
    return {"page": page, "wanted": Wanted(officer), "rows": rows, "from_stops": {"tab": "stops"}}


def _left_tab(request: HttpRequest, board: Board, left: QuerySet[LeftOut]) -> dict[str, Any]:
    code = request.GET.get("why", "")
    kinds = why_left_out(left, board.reader)
    rows = left.select_related("enterprise__area", "officer")
    if code:
        rows = rows.filter(reasons__0__code=code)
    page = Paginator(rows.order_by("pk"), PER_PAGE).get_page(request.GET.get("page"))
    board.reader.know_areas(reason for row in page for reason in row.reasons)
    return {
        "page": page,
        "rows": [(row, board.reader.sentences(row.reasons)) for row in page],
        "kinds": kinds,
        "why": code,
        "all_kept": board.plan.summary.get("left_out", 0),
    }


@methods("GET")
@permitted(P.SEE_VISITS)
def plan_coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """How the enterprises of the plan's area stand by tier and by village, and how they would after the plan."""
    plan = plan_of(request, pk)
    may = request.user.has_permission(P.PLAN_VISITS, plan.area)
    board = board_of(plan, PlannedVisit.objects.visible_to(request.user), crew=may)
    seen = Enterprise.objects.visible_to(request.user).of(plan.campaign)
    inside = seen.filter(below(plan.area.path, "area__path"))
    planned = {stop.enterprise_id for stop in board.stops}
    found = forecasts.forecast(
        inside, plan.campaign, at=request.now, today=request.today, on=plan.on, planned=planned
    )
    left = LeftOut.objects.visible_to(request.user).filter(plan=plan)
    tabs = _tabs(plan, board, _number_left(request, plan, left), "")
    tabs[-1]["active"] = True
    context = head_of(request, plan, may=may) | {
        "board": board,
        "refused_wishes": refused_sentences(request, board) if may else [],
        "causes": causes(plan),
        "tab": "coverage",
        "strip": strip_of(request, plan),
        "tabs": tabs,
        "previous": _previous(request, plan),
        "marks": forecasts.MARKS,
        "tiers": forecasts.by_tier(found, board.tiers, plan.area),
        "places": forecasts.by_place(found, plan.area),
        "total": len(found),
    }
    return render(request, "visits/plan_day.html", context)


def refused_sentences(request: HttpRequest, board: Board) -> list[str]:
    """The wishes that the planner could not keep, in words, each with its enterprise."""
    rows = board.plan.summary.get("refused", [])
    board.reader.know_areas(rows)
    pks = [int(row["task"]) for row in rows if str(row.get("task", "")).isdigit()]
    seen = Enterprise.objects.visible_to(request.user).filter(pk__in=pks)
    names = dict(seen.values_list("pk", "name")) if pks else {}
    return [f"{names.get(int(row['task']), '')}: {board.reader.sentence(row)}" for row in rows]
