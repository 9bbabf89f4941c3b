"""Plans: the days, making one in the background, the planner's board, locks and wishes, accepting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.paths import below, below_any
from fugong.territory.models import Area
from fugong.visits import actions
from fugong.visits.boards import Board, board_of, changes, idle_of, why_left_out
from fugong.visits.models import LeftOut, Plan, PlannedVisit, PlanRun
from fugong.visits.plan_forms import OfficerForm, PlanForm
from fugong.visits.queries import crew_of
from fugong.visits.rules import GOING, PlanStatus, RunStatus, why_not_accept, why_not_change, why_not_plan

COLOURS = {PlanStatus.PROPOSED: "amber", PlanStatus.ACCEPTED: "green", PlanStatus.SUPERSEDED: "grey"}
DAYS_AHEAD, DAYS_BACK = 6, 3
PER_PAGE = 50


@methods("GET", "POST")
@permitted(P.PLAN_VISITS)
def plan(request: HttpRequest) -> HttpResponse:
    """The days with the state of their plans; posting asks for a new plan."""
    areas = _areas(request)
    if request.method == "POST":
        return _asked(request, areas)
    chosen = _chosen(request, areas)
    form = PlanForm(areas=areas, initial={"area": chosen, "on": request.today + timedelta(days=1)})
    return _days_page(request, areas, chosen, form)


def _asked(request: HttpRequest, areas: QuerySet[Area]) -> HttpResponse:
    form = PlanForm(request.POST, areas=areas)
    if not form.is_valid():
        return _days_page(request, areas, _chosen(request, areas), form, status=422)
    values = form.cleaned_data
    run = actions.ask_plan(campaign=request.campaign, by=request.user, at=request.now, **values)
    return redirect("visits:plan_run", run.pk)


def _areas(request: HttpRequest) -> QuerySet[Area]:
    """Areas of the campaign for which this person may plan; without grids, which have no officers of their own."""
    paths = request.user.area_paths(P.PLAN_VISITS)
    root = request.campaign.area.path if request.campaign else ""
    found = Area.objects.filter(below_any(paths), below(root)).defer("boundary")
    return found.exclude(kind="grid").order_by("path")


def _chosen(request: HttpRequest, areas: QuerySet[Area]) -> Area | None:
    """The area asked for, else the one of the person's own posting, else the first there is."""
    wanted = request.GET.get("area", "")
    if wanted.isdigit() and len(wanted) < 19:
        return get_object_or_404(areas, pk=int(wanted))
    return areas.first()


def _days_page(
    request: HttpRequest, areas: QuerySet[Area], chosen: Area | None, form: PlanForm, status: int = 200
) -> HttpResponse:
    days = [request.today + timedelta(days=ahead) for ahead in range(-DAYS_BACK, DAYS_AHEAD + 1)]
    context = {
        "form": form,
        "areas": list(areas),
        "chosen": chosen,
        "rows": _rows_of_days(request, chosen, days) if chosen else [],
        "going": _going(request, chosen),
        "why_not": "" if chosen else _("You are posted in no area of this campaign."),
    }
    return render(request, "visits/plan.html", context, status=status)


def _rows_of_days(request: HttpRequest, area: Area, days: list[date]) -> list[dict[str, Any]]:
    """Each day with the newest version of the area, the accepted one, and an accepted one from above; one query."""
    rows = Plan.objects.visible_to(request.user).filter(campaign=request.campaign, on__in=days)
    own: dict[date, list[Plan]] = {}
    around: dict[date, list[Plan]] = {}
    for one in rows.select_related("area", "accepted_by").defer("area__boundary").order_by("-version"):
        if one.area_id == area.pk:
            own.setdefault(one.on, []).append(one)
        elif area.path.startswith(one.area.path) and one.status == PlanStatus.ACCEPTED:
            around.setdefault(one.on, []).append(one)
    return [_row_of_day(request, day, own.get(day, []), around.get(day, [])) for day in days]


def _row_of_day(request: HttpRequest, day: date, own: list[Plan], around: list[Plan]) -> dict[str, Any]:
    standing = next((one for one in own if one.status == PlanStatus.ACCEPTED), None)
    proposed = next((one for one in own if one.status == PlanStatus.PROPOSED), None)
    shown = standing or proposed or next(iter(around), None)
    return {
        "day": day,
        "is_today": day == request.today,
        "is_past": day < request.today,
        "shown": shown,
        "colour": COLOURS[PlanStatus(shown.status)] if shown else "",
        "proposed": proposed if standing else None,
        "from_above": shown if shown in around else None,
        "versions": len(own),
        "why_not": why_not_plan(day, request.today),
    }


def _going(request: HttpRequest, area: Area | None) -> PlanRun | None:
    runs = PlanRun.objects.visible_to(request.user).filter(campaign=request.campaign, area=area)
    going: PlanRun | None = runs.filter(status__in=GOING).order_by("-pk").first()
    return going


@methods("GET")
@permitted(P.PLAN_VISITS)
def plan_run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the search is; the page asks again by itself and goes to the plan when it is there."""
    run = get_object_or_404(PlanRun.objects.visible_to(request.user).select_related("area"), pk=pk)
    polled = getattr(request, "htmx", False)
    if run.status == RunStatus.DONE and run.plan_id:
        address = reverse("visits:plan_day", args=[run.plan_id])
        return HttpResponse(headers={"HX-Redirect": address}) if polled else redirect(address)
    template = "visits/plan_run_progress.html" if polled else "visits/plan_run.html"
    return render(request, template, {"run": run, "is_going": run.status in GOING})


@methods("POST")
@permitted(P.PLAN_VISITS)
def stop_run(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(PlanRun.objects.visible_to(request.user).select_related("area"), pk=pk)
    _permit(request, run.area)
    actions.stop_run(run=run, by=request.user, at=request.now)
    return redirect("visits:plan_run", run.pk)


# The board


@methods("GET")
@permitted(P.SEE_VISITS)
def plan_day(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a day's plan: map, time lines, stops with reasons, those left out, what changed."""
    plan = _plan(request, pk)
    board = board_of(plan, PlannedVisit.objects.visible_to(request.user))
    tab = request.GET.get("tab", "board")
    left = LeftOut.objects.visible_to(request.user).filter(plan=plan)
    previous = _previous(request, plan)
    context = _head(request, plan, board) | {
        "tab": tab,
        "previous": previous,
        "left_url": f"{reverse('visits:plan_day', args=[plan.pk])}?tab=left",
        "km_note": _("about %(km)s km") % {"km": board.km},
        "tabs": _tabs(plan, board, _number_left(request, plan, left), tab, has_previous=previous is not None),
    }
    if tab == "stops":
        context |= _stops_tab(request, board)
    elif tab == "left":
        context |= _left_tab(request, board, left)
    elif tab == "changes" and previous:
        before = PlannedVisit.objects.visible_to(request.user).filter(plan=previous)
        found = changes(before, board.stops)
        context |= {"changes": found, "by_kind": _counted(found)}
    else:
        context |= _board_tab(request, board)
    return render(request, "visits/plan_day.html", context)


def _plan(request: HttpRequest, pk: int) -> Plan:
    rows = Plan.objects.visible_to(request.user).select_related(
        "campaign__release", "area", "made_by", "accepted_by"
    )
    plan: Plan = get_object_or_404(rows.defer("area__boundary"), pk=pk)
    return plan


def _permit(request: HttpRequest, area: Area) -> None:
    if not request.user.has_permission(P.PLAN_VISITS, area):
        raise PermissionDenied


def _head(request: HttpRequest, plan: Plan, board: Board) -> dict[str, Any]:
    may = request.user.has_permission(P.PLAN_VISITS, plan.area)
    taken = actions.visited_by_others(plan) if may and plan.status == PlanStatus.PROPOSED else 0
    refused = plan.summary.get("refused", [])
    board.reader.know_areas(refused)
    wanted = plan.left_out.filter(officer__isnull=False).count() if may else 0  # type: ignore[attr-defined]
    return {
        "plan": plan,
        "board": board,
        "colour": COLOURS[PlanStatus(plan.status)],
        "may": may,
        "whole": request.user.has_permission(P.SEE_VISITS, plan.area),
        "why_not_accept": why_not_accept(plan, request.today, taken),
        "why_not_change": why_not_change(plan, request.today),
        "why_not_again": why_not_plan(plan.on, request.today),
        "wishes": board.wishes + wanted,
        "refused": board.reader.sentences(refused),
        "idle": idle_of(board) if may else [],
    }


def _number_left(request: HttpRequest, plan: Plan, left: QuerySet[LeftOut]) -> int:
    """All that were left out for those who see the whole plan; of a very large number not all rows are kept."""
    whole = request.user.has_permission(P.SEE_VISITS, plan.area)
    return max(left.count(), plan.summary.get("left_out", 0)) if whole else left.count()


def _tabs(plan: Plan, board: Board, left: int, tab: str, *, has_previous: bool) -> list[dict[str, Any]]:
    found: list[tuple[str, str, int | None]] = [
        ("board", _("Map and time lines"), None),
        ("stops", _("Stops"), len(board.stops)),
        ("left", _("Left out"), left),
    ]
    if has_previous:
        found.append(("changes", _("Changes"), None))
    address = reverse("visits:plan_day", args=[plan.pk])
    return [
        {"label": label, "url": f"{address}?tab={key}", "active": key == tab, "count": count}
        for key, label, count in found
    ]


def _previous(request: HttpRequest, plan: Plan) -> Plan | None:
    versions = Plan.objects.visible_to(request.user).filter(
        campaign=plan.campaign_id, area=plan.area_id, on=plan.on, version__lt=plan.version
    )
    before: Plan | None = versions.order_by("-version").first()
    return before


def _officer(request: HttpRequest) -> int | None:
    wanted = request.GET.get("officer", "")
    return int(wanted) if wanted.isdigit() and len(wanted) < 19 else None


def _board_tab(request: HttpRequest, board: Board) -> dict[str, Any]:
    officer = _officer(request)
    lanes = [lane for lane in board.lanes if officer is None or lane.officer_id == officer]
    return {
        "chosen": officer,
        "lanes": lanes,
        "map": {"areas": _shapes(board.plan), "routes": _routes_url(board.plan, officer)},
        "map_options": {
            "size": "l",
            "label": _("Routes of the day"),
            "points_word": _("Stops"),
            "cluster": False,
        },
    }


def _routes_url(plan: Plan, officer: int | None) -> str:
    address = reverse("visits:plan_geojson", args=[plan.pk])
    return f"{address}?officer={officer}" if officer else address


def _shapes(plan: Plan) -> dict[str, Any]:
    """The outlines of the areas below the plan's area, without colours: the routes are what one looks at."""
    inside = Area.objects.below(plan.area.path).filter(depth__lte=plan.area.depth + 1, boundary__isnull=False)
    finest = [area for area in inside if area.pk != plan.area_id] or list(inside)
    features = [
        {"type": "Feature", "geometry": area.boundary, "properties": {"name": area.name}} for area in finest
    ]
    return {"type": "FeatureCollection", "features": features}


def _stops_tab(request: HttpRequest, board: Board) -> dict[str, Any]:
    officer = _officer(request)
    stops = [stop for stop in board.stops if officer is None or stop.officer_id == officer]
    page = Paginator(stops, PER_PAGE).get_page(request.GET.get("page"))
    return {"page": page, "chosen": officer, "rows": _with_reasons(page, board)}


def _with_reasons(stops: Iterable[PlannedVisit], board: Board) -> list[tuple[PlannedVisit, list[str]]]:
    return [(stop, board.reader.sentences(stop.reasons)) for stop in stops]


def _left_tab(request: HttpRequest, board: Board, left: QuerySet[LeftOut]) -> dict[str, Any]:
    code = request.GET.get("why", "")
    kinds = why_left_out(left, board.reader)
    rows = left.select_related("enterprise__area", "officer").defer("enterprise__area__boundary")
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


def _counted(found: list[Any]) -> list[tuple[str, int]]:
    names = {
        "added": _("added"),
        "dropped": _("no longer visited"),
        "moved": _("another officer"),
        "retimed": _("another time"),
    }
    return [(names[kind], sum(1 for one in found if one.kind == kind)) for kind in names]


# Deciding


@methods("POST")
@permitted(P.PLAN_VISITS)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    _permit(request, plan.area)
    actions.accept_plan(plan=plan, by=request.user, at=request.now)
    messages.success(request, _("Accepted. The officers see their stops on their phones."))
    return redirect("visits:plan_day", plan.pk)


@methods("POST")
@permitted(P.PLAN_VISITS)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the plan once more, with the locks and wishes of this version."""
    plan = _plan(request, pk)
    _permit(request, plan.area)
    run = actions.ask_plan(
        campaign=plan.campaign, area=plan.area, on=plan.on, seconds=10, by=request.user, at=request.now
    )
    return redirect("visits:plan_run", run.pk)


def _stop(request: HttpRequest, pk: int) -> PlannedVisit:
    rows = PlannedVisit.objects.visible_to(request.user).select_related(
        "plan__area", "plan__campaign__release", "enterprise", "officer"
    )
    stop: PlannedVisit = get_object_or_404(rows, pk=pk)
    _permit(request, stop.plan.area)
    return stop


def _back(request: HttpRequest, plan_pk: int, tab: str) -> HttpResponse:
    """Back to where the person was, on the same tab."""
    return redirect(f"{reverse('visits:plan_day', args=[plan_pk])}?tab={tab}")


@methods("POST")
@permitted(P.PLAN_VISITS)
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    stop = _stop(request, pk)
    actions.lock_stop(stop=stop, by=request.user, at=request.now)
    return _back(request, stop.plan_id, "stops")


@methods("POST")
@permitted(P.PLAN_VISITS)
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    stop = _stop(request, pk)
    actions.unlock_stop(stop=stop, by=request.user, at=request.now)
    return _back(request, stop.plan_id, "stops")


@methods("GET", "POST")
@permitted(P.PLAN_VISITS)
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Wish that another officer makes the visit."""
    stop = _stop(request, pk)
    form = OfficerForm(request.POST or None, crew=crew_of(stop.plan), initial={"officer": stop.officer_id})
    if request.method == "POST" and form.is_valid():
        actions.give_to(stop=stop, officer=form.cleaned_data["officer"], by=request.user, at=request.now)
        return _after_dialog(request, stop.plan_id, "stops")
    return _dialog(request, form, stop.enterprise.name, reverse("visits:plan_give", args=[pk]))


@methods("GET", "POST")
@permitted(P.PLAN_VISITS)
def want(request: HttpRequest, pk: int) -> HttpResponse:
    """Wish that an officer visits an enterprise that was left out."""
    rows = LeftOut.objects.visible_to(request.user).select_related("plan__area", "enterprise")
    left_out = get_object_or_404(rows, pk=pk)
    _permit(request, left_out.plan.area)
    form = OfficerForm(request.POST or None, crew=crew_of(left_out.plan))
    if request.method == "POST" and form.is_valid():
        officer = form.cleaned_data["officer"]
        actions.want(left_out=left_out, officer=officer, by=request.user, at=request.now)
        return _after_dialog(request, left_out.plan_id, "left")
    return _dialog(request, form, left_out.enterprise.name, reverse("visits:plan_want", args=[pk]))


def _dialog(request: HttpRequest, form: OfficerForm, firm: str, address: str) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "firm": firm, "address": address}
    return render(request, "visits/plan_give.html", context, status=status)


def _after_dialog(request: HttpRequest, plan_pk: int, tab: str) -> HttpResponse:
    messages.success(request, _("Noted. The wish holds when the plan is made again."))
    back = _back(request, plan_pk, tab)
    return (
        HttpResponse(headers={"HX-Redirect": back["Location"]}) if getattr(request, "htmx", False) else back
    )
