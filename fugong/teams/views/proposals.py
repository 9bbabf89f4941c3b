"""Proposed charges: made by the engine, shown with distance and reason, confirmed or dropped by a person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.paths import below_any
from fugong.core.row_numbers import row_number
from fugong.teams import actions, queries
from fugong.teams.models import ChargeKind, ChargeProposal
from fugong.teams.views.reach import campaign_in_hand, kind_of, kind_tabs, paths_of
from fugong.territory.models import Area

PAGE, LINES = 100, 2_000


def _waiting(request: HttpRequest, kind: str, permission: P | None = None) -> Any:
    """The proposals of a kind that this person sees, in the areas where they hold the permission."""
    rows = ChargeProposal.objects.visible_to(request.user)
    rows = rows.filter(
        below_any(paths_of(request, permission), "enterprise__area__path"),
        enterprise__campaign=campaign_in_hand(request),
        kind=kind,
    )
    return rows.select_related("enterprise__area", "officer").order_by("-distance_km", "pk")


@methods("GET")
@permitted(P.SEE_TEAMS)
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits for a person's yes, the longest way first, with a map of who would go where."""
    kind = kind_of(request)
    rows = _waiting(request, kind)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    campaign = campaign_in_hand(request)
    lacking = queries.uncovered(campaign, kind, request.today, request.now)
    map_options = {
        "size": "m",
        "label": _("Proposed charges"),
        "points_word": _("Enterprises"),
        "list_url": "#proposals",
        "legend": [
            {"level": "near", "word": _("up to 5 km"), "colour": "blue"},
            {"level": "far", "word": _("further than 5 km"), "colour": "red"},
        ],
    }
    context = {
        "kind": kind,
        "kind_label": ChargeKind(kind).label,
        "tabs": kind_tabs(request, kind),
        "page": page,
        "map_url": f"{reverse('teams:proposals_map')}?kind={kind}",
        "map_options": map_options,
        "lacking": lacking.filter(below_any(paths_of(request), "area__path")).count(),
        "may_propose": request.user.has_permission(P.EDIT_TEAMS),
        "may_confirm": request.user.has_permission(P.CONFIRM_CHARGES),
    }
    return render(request, "teams/proposals.html", context)


@methods("GET")
@permitted(P.SEE_TEAMS)
def proposals_map(request: HttpRequest) -> HttpResponse:
    """The proposals as lines from the officer's place to the enterprise, at most 2,000."""
    rows = list(_waiting(request, kind_of(request))[:LINES])
    places = queries.places_of_officers([row.officer_id for row in rows], request.today)
    features = [feature for row in rows for feature in _features(row, places.get(row.officer_id))]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _features(row: ChargeProposal, officer_at: Any) -> list[dict[str, Any]]:
    at = queries.position_of(row.enterprise)
    shown = {
        "name": row.enterprise.name,
        "level": "far" if (row.distance_km or 0) > 5 else "near",
        "lines": [[_("Officer"), row.officer.name], [_("Distance"), f"{row.distance_km:.1f} km"]],
    }
    found = [{"type": "Feature", "properties": shown, "geometry": {"type": "Point", "coordinates": at}}]
    if officer_at:
        line = {"type": "LineString", "coordinates": [officer_at, at]}
        found.append({"type": "Feature", "properties": {}, "geometry": line})
    return found


def _back(kind: str) -> HttpResponse:
    return redirect(f"{reverse('teams:proposals')}?kind={kind}")


@methods("POST")
@permitted(P.EDIT_TEAMS)
def propose(request: HttpRequest) -> HttpResponse:
    """Propose an officer for every enterprise without one, in the areas where this person may."""
    kind, campaign = kind_of(request), campaign_in_hand(request)
    areas = Area.objects.filter(path__in=paths_of(request, P.EDIT_TEAMS))
    made = sum(
        actions.propose_charges(
            campaign=campaign, area=area, kind=kind, by=request.user, at=request.now, on=request.today
        )
        for area in areas
    )
    words = ngettext("%(n)d charge is proposed.", "%(n)d charges are proposed.", made)
    messages.success(request, words % {"n": made})
    return _back(kind)


@methods("POST")
@permitted(P.CONFIRM_CHARGES)
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the selected proposals, or all of the kind."""
    kind = kind_of(request)
    rows = _chosen(request, kind, P.CONFIRM_CHARGES)
    begun = actions.confirm(proposals=rows, by=request.user, at=request.now, on=request.today)
    words = ngettext("%(n)d charge begins today.", "%(n)d charges begin today.", begun)
    messages.success(request, words % {"n": begun})
    return _back(kind)


@methods("POST")
@permitted(P.EDIT_TEAMS)
def drop(request: HttpRequest) -> HttpResponse:
    """Drop the selected proposals, or all of the kind."""
    kind = kind_of(request)
    dropped = actions.drop_proposals(
        campaign=campaign_in_hand(request),
        proposals=_chosen(request, kind, P.EDIT_TEAMS),
        by=request.user,
        at=request.now,
    )
    words = ngettext("%(n)d proposal was dropped.", "%(n)d proposals were dropped.", dropped)
    messages.success(request, words % {"n": dropped})
    return _back(kind)


def _chosen(request: HttpRequest, kind: str, permission: P) -> Any:
    rows = _waiting(request, kind, permission)
    if request.POST.get("all"):
        return rows
    numbers = [row_number(text) for text in request.POST.getlist("ids")]
    return rows.filter(pk__in=numbers[:5_000])
