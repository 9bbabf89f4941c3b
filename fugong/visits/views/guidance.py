"""The guidance form for print: of a visit that was made, empty for one to be made, and for an officer's whole day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.models import Campaign
from fugong.core.commands import methods
from fugong.core.refusals import refuse_if
from fugong.visits import queries
from fugong.visits.artefacts import guidance
from fugong.visits.models import PlannedVisit, Visit
from fugong.visits.rules import VisitStatus
from fugong.visits.views.planned import may_take_out, number, plan_of

MOST_FORMS = 60


@methods("GET")
@permitted(P.SEE_VISITS)
def form_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a visit, with its answers, findings and lines for the signatures."""
    rows = Visit.objects.visible_to(request.user).select_related(
        "campaign__release", "area", "enterprise", "officer", "checklist"
    )
    visit = get_object_or_404(rows, pk=pk)
    refuse_if(
        "" if visit.status == VisitStatus.DONE else _("This visit was given up: there is no form of it.")
    )
    return _file(visit.campaign, [guidance.sheet_of(visit)], f"form-{visit.pk}.pdf")


@methods("GET")
@permitted(P.MAKE_VISITS)
def empty_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The empty form for one enterprise, to be filled in by hand."""
    enterprise = get_object_or_404(queries.open_to(request.user, request.today), pk=pk)
    sheet = guidance.empty_sheet(enterprise, request.user, request.today, request.now)
    return _file(enterprise.campaign, [sheet], f"form-empty-{enterprise.pk}.pdf")


@methods("GET")
@permitted(P.MAKE_VISITS)
def my_forms(request: HttpRequest) -> HttpResponse:
    """Empty forms for the officer's own stops of a day (`?on=`, a day or "tomorrow"), in the order of the route."""
    on = _day(request)
    stops = queries.stops_of(request.user, on).select_related("enterprise__campaign__release", "officer")
    return _of_stops(request, stops, on)


@methods("GET")
@permitted(P.SEE_VISITS)
def plan_forms(request: HttpRequest, pk: int) -> HttpResponse:
    """Empty forms for the stops of one officer (`?officer=`) in a plan, for whoever plans."""
    plan = plan_of(request, pk)
    if not may_take_out(request):
        raise PermissionDenied
    rows = PlannedVisit.objects.visible_to(request.user).filter(plan=plan, officer=number(request, "officer"))
    stops = rows.select_related("enterprise__campaign__release", "enterprise__area", "officer")
    return _of_stops(request, stops.order_by("order"), plan.on)


def _of_stops(request: HttpRequest, stops: Iterable[PlannedVisit], on: date) -> HttpResponse:
    found = list(stops[:MOST_FORMS])  # type: ignore[index]
    refuse_if("" if found else _("There is no stop on this day."))
    sheets = [
        guidance.empty_sheet(stop.enterprise, stop.officer, on, request.now, stop.arrives_at)
        for stop in found
    ]
    return _file(found[0].enterprise.campaign, sheets, f"forms-{on:%Y%m%d}.pdf")


def _day(request: HttpRequest) -> date:
    """The day asked for (ISO, or "tomorrow"); else today."""
    asked = request.GET.get("on", "")
    if asked == "tomorrow":
        return request.today + timedelta(days=1)
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return request.today


def _file(campaign: Campaign, sheets: list[Mapping[str, Any]], name: str) -> HttpResponse:
    response = HttpResponse(guidance.pdf(campaign, sheets), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
