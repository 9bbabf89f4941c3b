"""Charges: who answers for how many enterprises, who is without anybody, and handing over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.paths import below_any
from fugong.enterprises.models import Enterprise
from fugong.teams import actions, queries
from fugong.teams.forms import ChargeForm, ReasonForm
from fugong.teams.models import Charge, ChargeKind, ChargeProposal
from fugong.teams.views.reach import campaign_in_hand, kind_of, kind_tabs, paths_of, permit

PAGE = 50


@methods("GET")
@permitted(P.SEE_TEAMS)
def charges(request: HttpRequest) -> HttpResponse:
    """Officers with their load, and the enterprises without anyone."""
    campaign, kind, paths = campaign_in_hand(request), kind_of(request), paths_of(request)
    loads = queries.loads(campaign, paths, kind, request.today)
    shown = _shown(loads, request.GET.get("show", ""))
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    uncovered = _uncovered(request, kind)
    lacking = Paginator(uncovered, PAGE).get_page(request.GET.get("lacking"))
    proposals = ChargeProposal.objects.visible_to(request.user)
    context = {
        "kind": kind,
        "kind_label": ChargeKind(kind).label,
        "tabs": kind_tabs(request, kind),
        "page": page,
        "chips": _chips(loads, kind, request.GET.get("show", "")),
        "lacking": lacking,
        "needing": queries.needing(campaign, kind, request.today, request.now)
        .filter(below_any(paths, "area__path"))
        .count(),
        "waiting": proposals.filter(enterprise__campaign=campaign, kind=kind).count(),
        "most": queries.most_charges(campaign, kind, request.today),
        "may_edit": request.user.has_permission(P.EDIT_TEAMS),
        "now": request.now,
    }
    return render(request, "teams/charges.html", context)


def _uncovered(request: HttpRequest, kind: str) -> Any:
    rows = queries.uncovered(campaign_in_hand(request), kind, request.today, request.now)
    return rows.filter(below_any(paths_of(request), "area__path"))


def _shown(loads: list[queries.Load], show: str) -> list[queries.Load]:
    chosen = {
        "over": lambda load: load.is_over,
        "free": lambda load: load.charges < load.most,
        "none": lambda load: load.charges == 0,
    }.get(show)
    return [load for load in loads if chosen(load)] if chosen else loads


def _chips(loads: list[queries.Load], kind: str, show: str) -> list[dict[str, Any]]:
    words = (
        ("", _("All")),
        ("over", _("Overloaded")),
        ("free", _("With free places")),
        ("none", _("With nobody")),
    )
    return [
        {
            "label": label,
            "url": f"?kind={kind}&show={key}",
            "active": key == show,
            "count": len(_shown(loads, key)),
        }
        for key, label in words
    ]


@methods("GET")
@permitted(P.SEE_TEAMS)
def officer(request: HttpRequest, pk: int) -> HttpResponse:
    """The enterprises one officer answers for, now and before."""
    campaign = campaign_in_hand(request)
    person = get_object_or_404(queries.officers(paths_of(request), request.today), pk=pk)
    rows = Charge.objects.visible_to(request.user).filter(officer=person, enterprise__campaign=campaign)
    rows = rows.select_related("enterprise__area", "by").order_by("to_on", "-from_on", "enterprise__name")
    context = {
        "person": person,
        "now_rows": [row for row in rows if row.to_on is None],
        "before_rows": [row for row in rows if row.to_on is not None],
        "may_edit": request.user.has_permission(P.EDIT_TEAMS),
        "reason_form": ReasonForm(),
    }
    return render(request, "teams/officer.html", context)


@methods("GET", "POST")
@permitted(P.EDIT_TEAMS)
def charge(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who answers for an enterprise, or hand it over; what was before stays as history."""
    kind = kind_of(request)
    rows = Enterprise.objects.visible_to(request.user).filter(merged_into__isnull=True)
    enterprise = get_object_or_404(rows.select_related("area", "campaign__area", "campaign__release"), pk=pk)
    permit(request, P.EDIT_TEAMS, enterprise.area)
    history = list(queries.history_of_charges(enterprise))
    standing = next((row for row in history if row.to_on is None and row.kind == kind), None)
    choices = queries.officers_for(enterprise, kind, request.today)
    form = ChargeForm(request.POST or None, officers=choices, needs_reason=standing is not None)
    if request.method == "POST" and form.is_valid():
        actions.charge(
            enterprise=enterprise,
            kind=kind,
            on=request.today,
            by=request.user,
            at=request.now,
            **form.cleaned_data,
        )
        messages.success(
            request, _("%(name)s answers for it now.") % {"name": form.cleaned_data["officer"].name}
        )
        return redirect(f"{reverse('teams:charges')}?kind={kind}")
    context = {
        "form": form,
        "enterprise": enterprise,
        "standing": standing,
        "history": history,
        "kind": kind,
        "kind_label": ChargeKind(kind).label,
    }
    return render(request, "teams/charge.html", context, status=422 if request.method == "POST" else 200)


@methods("POST")
@permitted(P.EDIT_TEAMS)
def end_charge(request: HttpRequest, pk: int) -> HttpResponse:
    """End a charge without a successor; the enterprise is listed as uncovered until somebody answers for it."""
    rows = Charge.objects.visible_to(request.user).select_related("enterprise__area", "officer")
    standing = get_object_or_404(rows, pk=pk)
    permit(request, P.EDIT_TEAMS, standing.enterprise.area)
    reason = request.POST.get("reason", "")
    actions.end_charge(charge=standing, on=request.today, by=request.user, at=request.now, reason=reason)
    messages.success(request, _("The charge has ended."))
    return redirect(f"{reverse('teams:charges')}?kind={standing.kind}")
