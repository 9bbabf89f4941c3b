"""What if: the rest of the campaign rehearsed with something changed, beside the campaign as it is."""

from __future__ import annotations

from typing import Any

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
from fugong.visits.models import Outlook
from fugong.visits.plans import outlooks
from fugong.visits.plans.plan_forms import WhatIfForm
from fugong.visits.plans.tiers import Tiers
from fugong.visits.rules import GOING, OutlookKind, why_not_rehearse
from fugong.visits.views.planned import number, permit, plannable, plannable_officers

KEPT = 40
# How long a rehearsal searches where nobody says otherwise.
SECONDS = 10


@methods("GET", "POST")
@permitted(P.PLAN_VISITS)
def what_if(request: HttpRequest) -> HttpResponse:
    """The rehearsals of an area, the newest first, their curves on one chart; posting asks for one more."""
    areas = list(plannable(request))
    if request.method == "POST":
        return _asked(request, areas)
    return _page(request, areas, _chosen(request, areas))


def _chosen(request: HttpRequest, areas: list[Area]) -> Area | None:
    wanted = number(request, "area")
    if wanted is None:
        return areas[0] if areas else None
    return get_object_or_404(plannable(request), pk=wanted)


def _asked(request: HttpRequest, areas: list[Area]) -> HttpResponse:
    campaign = campaign_in_hand(request)
    tiers = Tiers(campaign)
    form = WhatIfForm(
        request.POST,
        areas=plannable(request),
        officers=plannable_officers(request),
        tiers=[(one.key, one.name) for one in tiers.all],
    )
    if not form.is_valid():
        return _page(request, areas, areas[0] if areas else None, form, status=422)
    question = actions.Question(
        on=request.today,
        kind=form.cleaned_data["kind"],
        parameters=form.parameters(),
        seconds=form.cleaned_data["seconds"] or SECONDS,
    )
    row = actions.ask_outlook(
        campaign=campaign,
        area=form.cleaned_data["area"],
        question=question,
        by=request.user,
        at=request.now,
    )
    return redirect("visits:outlook", row.pk)


def _page(
    request: HttpRequest,
    areas: list[Area],
    area: Area | None,
    form: WhatIfForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = _answers(request, area)
    shown = [one for one in found if one.has_curve and one.row.on == found[0].row.on] if found else []
    latest = list({one.title: one for one in reversed(shown)}.values())
    tiers = Tiers(request.campaign) if request.campaign else None
    context = {
        "areas": areas,
        "area": area,
        "officers": plannable_officers(request),
        "borders": [one for one in areas if area is not None and _is_part(one, area)],
        "answers": found,
        "chart": outlooks.curves(latest) if latest else None,
        "tiers": tiers.all if tiers else [],
        "form": form,
        "why_not": _why_not(request, area),
    }
    return render(request, "visits/what_if.html", context, status=status)


def _is_part(one: Area, area: Area) -> bool:
    return one.pk != area.pk and one.path.startswith(area.path)


def _why_not(request: HttpRequest, area: Area | None) -> str:
    if area is None:
        return _("You are posted in no area of this campaign.")
    return why_not_rehearse(request.today, request.campaign.ends_on)


def _answers(request: HttpRequest, area: Area | None) -> list[outlooks.Answer]:
    """The rehearsals of the area that this person may see, the newest first."""
    if area is None:
        return []
    rows = Outlook.objects.visible_to(request.user).filter(campaign=request.campaign, area=area)
    kept = rows.select_related("by").order_by("-pk")[:KEPT]
    return outlooks.answers(kept, Tiers(request.campaign))


@methods("GET")
@permitted(P.PLAN_VISITS)
def outlook(request: HttpRequest, pk: int) -> HttpResponse:
    """One rehearsal: how far it is, then its curve and figures beside the present ones. The address can be passed on."""
    row = _outlook(request, pk)
    polled = getattr(request, "htmx", False)
    if "so_far" in request.GET:
        return render(request, "visits/what_if_so_far.html", {"chart": _so_far(request, row)})
    if row.status in GOING:
        template = "visits/what_if_progress.html" if polled else "visits/what_if_outlook.html"
        context = {"is_going": True, "chart": None if polled else _so_far(request, row)}
        return render(request, template, _asked_for(row) | context)
    if polled:
        return HttpResponse(headers={"HX-Redirect": reverse("visits:outlook", args=[pk])})
    return render(request, "visits/what_if_outlook.html", _answered(request, row))


def _outlook(request: HttpRequest, pk: int) -> Outlook:
    rows = Outlook.objects.visible_to(request.user).select_related("area", "by", "campaign__release")
    row: Outlook = get_object_or_404(rows, pk=pk)
    return row


def _asked_for(row: Outlook) -> dict[str, Any]:
    return {"row": row, "title": outlooks.question(row, Tiers(row.campaign))}


def _so_far(request: HttpRequest, row: Outlook) -> dict[str, Any] | None:
    """The curve of the days rehearsed until now, beside the campaign as it is."""
    if not row.result.get("curve"):
        return None
    mine = outlooks.Answer(row, outlooks.question(row, Tiers(row.campaign)))
    kept = Outlook.objects.visible_to(request.user).filter(
        campaign=row.campaign_id, area=row.area_id, on=row.on, kind=OutlookKind.AS_IT_IS
    )
    found = outlooks.answers(kept.exclude(pk=row.pk).order_by("-pk"), Tiers(row.campaign))
    beside = [one for one in found if one.has_curve][:1]
    return outlooks.curves([*beside, mine])


def _answered(request: HttpRequest, row: Outlook) -> dict[str, Any]:
    tiers = Tiers(row.campaign)
    earlier = Outlook.objects.visible_to(request.user).filter(campaign=row.campaign_id, area=row.area_id)
    found = outlooks.answers(earlier.filter(on=row.on).select_related("by").order_by("-pk"), tiers)
    mine = next(one for one in found if one.row.pk == row.pk)
    context = _asked_for(row) | {
        "answer": mine,
        "base": mine.base,
        "is_base": row.kind == OutlookKind.AS_IT_IS,
    }
    if row.kind == OutlookKind.BORDERS:
        return context | {"borders": outlooks.border_costs(row)}
    if not mine.has_curve:
        return context
    beside = [
        one for one in found if mine.base is not None and one.row.pk == mine.base.pk and one is not mine
    ]
    return context | {
        "chart": outlooks.curves([*beside, mine]),
        "tier_chart": outlooks.by_tier(row.result, tiers),
        "figures": outlooks.figures(mine),
    }


@methods("POST")
@permitted(P.PLAN_VISITS)
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """End a rehearsal early; the days rehearsed so far are kept."""
    row = _outlook(request, pk)
    permit(request, row.area)
    actions.stop_outlook(outlook=row, by=request.user, at=request.now)
    return redirect("visits:outlook", row.pk)
