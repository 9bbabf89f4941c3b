"""What a person wants of a plan: the card of a stop, and every wish about it, with and without the mouse."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.visits import actions
from fugong.visits.models import Exclusion, LeftOut, PlannedVisit
from fugong.visits.plans.boards import board_of
from fugong.visits.plans.plan_forms import ForbidForm, MoveForm, SwapForm
from fugong.visits.queries import crew_of, is_made
from fugong.visits.rules import why_not_give
from fugong.visits.views.plan_board import wishes_context
from fugong.visits.views.planned import moment_on, permit, plan_of, stop_of

# Stops offered on a card to change places with.
OFFERED = 40


@methods("GET")
@permitted(P.SEE_VISITS)
def stop_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Who visits whom and why, and what may be changed; a part of the board, or a page of its own."""
    stop = stop_of(request, pk)
    polled = getattr(request, "htmx", False)
    template = "visits/plan_stop_card.html" if polled else "visits/plan_stop.html"
    return render(request, template, _card(request, stop))


def _card(request: HttpRequest, stop: PlannedVisit, move: MoveForm | None = None) -> dict[str, Any]:
    may = request.user.has_permission(P.PLAN_VISITS, stop.plan.area)
    seen = PlannedVisit.objects.visible_to(request.user).filter(plan=stop.plan)
    board = board_of(stop.plan, seen, only={stop.officer_id})
    lane = next(lane for lane in board.lanes if lane.officer_id == stop.officer_id)
    bar = next(bar for bar in lane.bars if bar.stop.pk == stop.pk)
    board.reader.know_areas(stop.reasons)
    context = {
        "stop": stop,
        "plan": stop.plan,
        "lane": lane,
        "bar": bar,
        "reasons": board.reader.sentences(stop.reasons),
        "may": may,
    }
    return context | (_choices(request, stop, move) if may else {})


def _choices(request: HttpRequest, stop: PlannedVisit, move: MoveForm | None) -> dict[str, Any]:
    """The forms of the card, and why the stop cannot be changed any more."""
    crew = crew_of(stop.plan)
    begins = timezone.localtime(stop.wish_at or stop.arrives_at).time()
    initial = {"officer": stop.wish_id or stop.officer_id, "begins": f"{begins:%H:%M}"}
    return {
        "why_not": why_not_give(stop, request.today, is_made=is_made(stop)),
        "move_form": move or MoveForm(crew=crew, initial=initial, auto_id=f"move-{stop.pk}-%s"),
        "swap_form": SwapForm(others=_near(request, stop), auto_id=f"swap-{stop.pk}-%s"),
        "forbid_form": ForbidForm(auto_id=f"forbid-{stop.pk}-%s"),
    }


def _near(request: HttpRequest, stop: PlannedVisit) -> QuerySet[PlannedVisit]:
    """The nearest stops of other officers, to choose from on the card; any stop can be had by dragging."""
    seen = PlannedVisit.objects.visible_to(request.user).filter(plan=stop.plan)
    others = seen.exclude(officer=stop.officer_id)
    here = (stop.enterprise.longitude or 0.0, stop.enterprise.latitude or 0.0)
    rows = others.values_list("pk", "enterprise__longitude", "enterprise__latitude")
    far = sorted((math.dist(here, (x or 0.0, y or 0.0)), pk) for pk, x, y in rows)
    return others.filter(pk__in=[pk for _km, pk in far[:OFFERED]])


def _mine(request: HttpRequest, pk: int) -> PlannedVisit:
    """The stop, for somebody who decides on its plan."""
    stop = stop_of(request, pk)
    permit(request, stop.plan.area)
    return stop


def _answer(request: HttpRequest, stop: PlannedVisit, officers: set[int | None], said: str) -> HttpResponse:
    """The card, the lanes concerned and the wishes as parts of the board; without scripts, back to the board."""
    if not getattr(request, "htmx", False):
        messages.success(request, said)
        return _back(request, stop)
    messages.success(request, said)
    stop = stop_of(request, stop.pk)
    seen = PlannedVisit.objects.visible_to(request.user)
    concerned = {pk for pk in officers if pk} | {stop.officer_id}
    board = board_of(stop.plan, seen, crew=True, only=concerned)
    context = _card(request, stop) | wishes_context(request, stop.plan, may=True)
    context |= {"board": board, "lanes": board.lanes, "stops_url": stops_url(), "oob": True}
    from_list = request.POST.get("from") == "wishes"
    template = "visits/plan_wishes_changed.html" if from_list else "visits/plan_changed.html"
    return render(request, template, context)


def stops_url() -> str:
    """The address of the cards, without the number of the stop."""
    return reverse("visits:plan_stop_card", args=[0]).removesuffix("0/")


def _back(request: HttpRequest, stop: PlannedVisit) -> HttpResponse:
    """Back to the part of the plan from which the person came."""
    tab = request.POST.get("tab", "")
    query = {"tab": tab} if tab in {"stops", "left"} else {}
    end = f"?{urlencode(query)}" if query else f"#lane-{stop.officer_id}"
    return redirect(reverse("visits:plan_day", args=[stop.plan_id]) + end)


@methods("POST")
@permitted(P.PLAN_VISITS)
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Fix the stop to its officer, with `keeps_time` to its minute too."""
    stop = _mine(request, pk)
    keeps_time = bool(request.POST.get("keeps_time"))
    actions.lock_stop(stop=stop, keeps_time=keeps_time, by=request.user, at=request.now)
    said = _("Locked: the next version keeps officer and time.") if keeps_time else ""
    return _answer(request, stop, set(), said or _("Locked: the next version keeps the officer."))


@methods("POST")
@permitted(P.PLAN_VISITS)
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the planner decide again; what was wished for the stop is taken back."""
    stop = _mine(request, pk)
    wished = stop.wish_id
    actions.unlock_stop(stop=stop, by=request.user, at=request.now)
    return _answer(request, stop, {wished}, _("Taken back: the planner decides again."))


@methods("POST")
@permitted(P.PLAN_VISITS)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Wish the stop to another officer, another time, or both."""
    stop = _mine(request, pk)
    before = stop.wish_id
    form = MoveForm(request.POST, crew=crew_of(stop.plan), auto_id=f"move-{stop.pk}-%s")
    if not form.is_valid():
        template = (
            "visits/plan_stop_card.html" if getattr(request, "htmx", False) else "visits/plan_stop.html"
        )
        return render(request, template, _card(request, stop, form), status=422)
    actions.move_stop(
        stop=stop,
        officer=form.cleaned_data["officer"],
        at_time=moment_on(stop.plan.on, form.cleaned_data["begins"]),
        is_exact=form.cleaned_data["exact"],
        by=request.user,
        at=request.now,
    )
    return _answer(request, stop, {before, stop.wish_id}, _noted())


@methods("POST")
@permitted(P.PLAN_VISITS)
def swap(request: HttpRequest, pk: int) -> HttpResponse:
    """Let two stops of the plan change places."""
    stop = _mine(request, pk)
    others = PlannedVisit.objects.visible_to(request.user).filter(plan=stop.plan)
    form = SwapForm(request.POST, others=others)
    if not form.is_valid():
        return render(request, "visits/plan_stop.html", _card(request, stop), status=422)
    other = form.cleaned_data["other"]
    other.plan = stop.plan
    actions.swap(stop=stop, other=other, by=request.user, at=request.now)
    return _answer(request, stop, {other.officer_id}, _noted())


@methods("POST")
@permitted(P.PLAN_VISITS)
def forbid(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the stop's officer from the enterprise, or everybody on this day."""
    stop = _mine(request, pk)
    form = ForbidForm(request.POST)
    if not form.is_valid():
        return render(request, "visits/plan_stop.html", _card(request, stop), status=422)
    officer = None if form.cleaned_data["who"] == ForbidForm.EVERYBODY else stop.officer
    actions.forbid(
        plan=stop.plan,
        enterprise=stop.enterprise,
        officer=officer,
        reason=form.cleaned_data["reason"],
        by=request.user,
        at=request.now,
    )
    return _answer(request, stop, set(), _noted())


def _noted() -> str:
    return _("Noted. The wish holds when the plan is made again.")


# Wishes that are not about a stop


@methods("POST")
@permitted(P.PLAN_VISITS)
def allow(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a ban."""
    row = get_object_or_404(
        Exclusion.objects.visible_to(request.user).select_related("enterprise__area"), pk=pk
    )
    permit(request, row.enterprise.area)
    actions.allow(exclusion=row, by=request.user, at=request.now)
    return _wishes(request, request.POST.get("plan", ""))


def _left(request: HttpRequest, pk: int) -> LeftOut:
    rows = LeftOut.objects.visible_to(request.user).select_related(
        "plan__area", "plan__campaign__release", "enterprise"
    )
    found = get_object_or_404(rows, pk=pk)
    permit(request, found.plan.area)
    return found


@methods("GET", "POST")
@permitted(P.PLAN_VISITS)
def want(request: HttpRequest, pk: int) -> HttpResponse:
    """Wish that an officer visits an enterprise that was left out, perhaps about a time."""
    left_out = _left(request, pk)
    form = MoveForm(request.POST or None, crew=crew_of(left_out.plan), asks_officer=True)
    if request.method == "POST" and form.is_valid():
        at_time = moment_on(left_out.plan.on, form.cleaned_data["begins"])
        officer = form.cleaned_data["officer"]
        actions.want(left_out=left_out, officer=officer, at_time=at_time, by=request.user, at=request.now)
        messages.success(request, _noted())
        back = f"{reverse('visits:plan_day', args=[left_out.plan_id])}?tab=left"
        is_part = getattr(request, "htmx", False)
        return HttpResponse(headers={"HX-Redirect": back}) if is_part else redirect(back)
    address = reverse("visits:plan_want", args=[pk])
    context = {"form": form, "firm": left_out.enterprise.name, "address": address}
    return render(request, "visits/plan_give.html", context, status=422 if form.is_bound else 200)


@methods("POST")
@permitted(P.PLAN_VISITS)
def unwant(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the wish for an enterprise that was left out back."""
    left_out = _left(request, pk)
    actions.want(left_out=left_out, officer=None, by=request.user, at=request.now)
    return _wishes(request, str(left_out.plan_id))


def _wishes(request: HttpRequest, plan_pk: str) -> HttpResponse:
    """The wishes as they are now; without scripts, back to the board."""
    if not plan_pk.isdigit() or len(plan_pk) > 18:
        return redirect("visits:plan")
    plan = plan_of(request, int(plan_pk))
    if not getattr(request, "htmx", False):
        return redirect("visits:plan_day", plan.pk)
    may = request.user.has_permission(P.PLAN_VISITS, plan.area)
    context = wishes_context(request, plan, may=may) | {"plan": plan, "may": may}
    return render(request, "visits/plan_wishes.html", context)
