"""Who is away: reported, listed, ended; and the plans that have to be made again because of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.visits import actions
from fugong.visits.models import Absence, Plan, PlannedVisit
from fugong.visits.plans.plan_forms import AbsenceForm
from fugong.visits.rules import AbsenceKind, PlanStatus
from fugong.visits.views.planned import number, plannable, plannable_officers

# Absences that ended so long ago are not listed any more.
SHOWN_AFTER = timedelta(days=7)
AHEAD = timedelta(days=14)


@methods("GET", "POST")
@permitted(P.PLAN_VISITS)
def absences(request: HttpRequest) -> HttpResponse:
    """The officers away, now and soon; posting reports one more."""
    officers = plannable_officers(request)
    if request.method == "POST":
        return _reported(request, officers)
    initial = {"officer": number(request, "officer"), "from_on": request.today, "to_on": request.today}
    return _page(request, AbsenceForm(officers=officers, kinds=AbsenceKind.choices, initial=initial))


def _reported(request: HttpRequest, officers: QuerySet[User]) -> HttpResponse:
    form = AbsenceForm(request.POST, officers=officers, kinds=AbsenceKind.choices)
    if not form.is_valid():
        return _page(request, form, status=422)
    values = dict(form.cleaned_data)
    officer = values.pop("officer")
    actions.report_absence(officer=officer, away=actions.Away(**values), by=request.user, at=request.now)
    messages.success(
        request, _("%(name)s is away. Plans that stand do not change by themselves.") % {"name": officer.name}
    )
    return redirect("visits:absences")


def _page(request: HttpRequest, form: AbsenceForm, status: int = 200) -> HttpResponse:
    first, last = request.today - SHOWN_AFTER, request.today + AHEAD
    seen = Absence.objects.visible_to(request.user).during(first, last)
    rows = list(seen.select_related("officer", "by").order_by("-from_on", "officer__name"))
    stops = _stops_of(request, rows)
    context = {
        "form": form,
        "rows": [_row(request, row, stops) for row in rows],
        "away_today": sum(1 for row in rows if row.covers(request.today)),
        "officers": form.fields["officer"].queryset.count(),  # type: ignore[attr-defined]
        "areas": list(plannable(request)[:1]),
        "back": _back(request),
    }
    return render(request, "visits/absences.html", context, status=status)


def _row(request: HttpRequest, row: Absence, stops: list[PlannedVisit]) -> dict[str, Any]:
    """An absence with its state and with the plans of its days that still send the officer."""
    mine = [stop for stop in stops if stop.officer_id == row.officer_id and row.covers(stop.plan.on)]
    plans: dict[int, dict[str, Any]] = {}
    for stop in mine:
        plans.setdefault(stop.plan_id, {"plan": stop.plan, "stops": 0})["stops"] += 1
    is_over = row.back_on is not None and row.back_on <= request.today
    state = (
        ("over", "grey") if is_over else ("now", "amber") if row.covers(request.today) else ("ahead", "blue")
    )
    words = {"over": _("back at work"), "now": _("away now"), "ahead": _("from then on")}
    return {
        "row": row,
        "word": words[state[0]],
        "colour": state[1],
        "plans": list(plans.values()),
        "may_end": not is_over and request.user.has_permission(P.PLAN_VISITS),
    }


def _stops_of(request: HttpRequest, rows: list[Absence]) -> list[PlannedVisit]:
    """The stops of those away in the newest plans from today on; one query."""
    seen = PlannedVisit.objects.visible_to(request.user).filter(
        officer__in={row.officer_id for row in rows},
        plan__on__gte=request.today,
        plan__status__in=[PlanStatus.PROPOSED, PlanStatus.ACCEPTED],
    )
    return list(seen.select_related("plan__area").order_by("plan__on", "plan__pk"))


def _back(request: HttpRequest) -> Plan | None:
    """The newest plan of today that this person may see, to go back to."""
    rows = Plan.objects.visible_to(request.user).filter(campaign=request.campaign, on=request.today)
    newest: Plan | None = rows.exclude(status=PlanStatus.SUPERSEDED).order_by("-pk").first()
    return newest


@methods("POST")
@permitted(P.PLAN_VISITS)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The officer is back today."""
    seen = Absence.objects.visible_to(request.user).filter(
        officer__in=plannable_officers(request).values("pk")
    )
    row = get_object_or_404(seen.select_related("officer"), pk=pk)
    actions.end_absence(absence=row, on=request.today, by=request.user, at=request.now)
    messages.success(request, _("%(name)s is back.") % {"name": row.officer.name})
    return redirect(reverse("visits:absences"))
