"""Plans: the days, making plans in the background, accepting one, planning again with its wishes."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.in_hand import campaign_in_hand
from fugong.core.commands import methods
from fugong.territory.models import Area
from fugong.visits import actions
from fugong.visits.models import PlanRun
from fugong.visits.plans.plan_forms import PlanForm
from fugong.visits.queries import absences_on
from fugong.visits.rules import GOING, RunStatus
from fugong.visits.views.planned import DAYS_AHEAD, DAYS_BACK, days_of, number, permit, plan_of, plannable

SECONDS_AGAIN = 10


@methods("GET", "POST")
@permitted(P.PLAN_VISITS)
def plan(request: HttpRequest) -> HttpResponse:
    """The days with the state of their plans; posting asks for new plans."""
    areas = plannable(request)
    if request.method == "POST":
        return _asked(request, areas)
    chosen = _chosen(request, areas)
    form = PlanForm(areas=areas, initial={"area": chosen, "on": request.today + timedelta(days=1)})
    return _days_page(request, areas, chosen, form)


def _asked(request: HttpRequest, areas: QuerySet[Area]) -> HttpResponse:
    campaign = campaign_in_hand(request)
    form = PlanForm(request.POST, areas=areas)
    if not form.is_valid():
        return _days_page(request, areas, _chosen(request, areas), form, status=422)
    values = form.cleaned_data
    run = actions.ask_plan(campaign=campaign, by=request.user, at=request.now, **values)
    return redirect("visits:plan_run", run.pk)


def _chosen(request: HttpRequest, areas: QuerySet[Area]) -> Area | None:
    """The area asked for, else the one of the person's own posting, else the first there is."""
    wanted = number(request, "area")
    return get_object_or_404(areas, pk=wanted) if wanted is not None else areas.first()


def _days_page(
    request: HttpRequest, areas: QuerySet[Area], chosen: Area | None, form: PlanForm, status: int = 200
) -> HttpResponse:
    days = [request.today + timedelta(days=ahead) for ahead in range(-DAYS_BACK, DAYS_AHEAD + 1)]
    rows = days_of(request, chosen, days) if chosen else []
    context = {
        "form": form,
        "areas": list(areas),
        "chosen": chosen,
        "rows": rows,
        "is_new": not any(row["shown"] for row in rows),
        "going": _going(request, chosen),
        "away": len({row.officer_id for row in absences_on(request.campaign, chosen, request.today)})
        if chosen
        else 0,
        "why_not": "" if chosen else _("You are posted in no area of this campaign."),
    }
    return render(request, "visits/plan.html", context, status=status)


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
    permit(request, run.area)
    actions.stop_run(run=run, by=request.user, at=request.now)
    return redirect("visits:plan_run", run.pk)


# Deciding


@methods("POST")
@permitted(P.PLAN_VISITS)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the version the day's plan; with `days=all` also the following days that were planned together with it."""
    found = plan_of(request, pk)
    permit(request, found.area)
    accept_them = actions.accept_days if request.POST.get("days") == "all" else actions.accept_plan
    accept_them(plan=found, by=request.user, at=request.now)
    messages.success(request, _("Accepted. The officers see their stops on their phones."))
    return redirect("visits:plan_day", found.pk)


@methods("POST")
@permitted(P.PLAN_VISITS)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the plan once more from the beginning, with the locks and wishes of this version."""
    found = plan_of(request, pk)
    permit(request, found.area)
    run = actions.ask_plan(
        campaign=found.campaign,
        area=found.area,
        on=found.on,
        seconds=SECONDS_AGAIN,
        by=request.user,
        at=request.now,
    )
    return redirect("visits:plan_run", run.pk)


@methods("POST")
@permitted(P.PLAN_VISITS)
def replan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the rest of the day again with the wishes, absences and news since then, changing as little as must."""
    found = plan_of(request, pk)
    permit(request, found.area)
    run = actions.ask_replan(plan=found, by=request.user, at=request.now)
    return redirect("visits:plan_run", run.pk)
