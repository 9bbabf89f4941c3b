"""The queue "place these": one enterprise at a time, a map, suggestions, and the next one."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.refusals import refuse_if
from fugong.core.row_numbers import row_number
from fugong.enterprises import actions, queries
from fugong.enterprises.forms import PlaceForm
from fugong.enterprises.models import Enterprise
from fugong.enterprises.views import scope
from fugong.territory.models import Area
from fugong.territory.rules import Kind


@methods("GET")
@permitted(P.PLACE_ENTERPRISES)
def queue(request: HttpRequest) -> HttpResponse:
    """The page; htmx asks for the card alone (a skipped enterprise: `?after=` its number)."""
    return _card(request, _after(request.GET.get("after", "")))


def _after(text: str) -> int:
    return row_number(text)


def _card(request: HttpRequest, after: int, toast: str = "") -> HttpResponse:
    is_part = bool(getattr(request, "htmx", False)) and not request.htmx.boosted
    template = "enterprises/place_card.html" if is_part else "enterprises/place.html"
    response = render(request, template, _context(request, after))
    if toast:
        response.headers["HX-Trigger"] = json.dumps({"toast": {"text": toast, "colour": "success"}})
    return response


def _context(request: HttpRequest, after: int) -> dict[str, Any]:
    waiting = queries.waiting(scope.standing(request), after)
    enterprise = waiting.enterprise
    found = []
    if enterprise is not None:
        gazetteer = queries.gazetteer_of(request.campaign)
        found = [one for one in queries.suggestions(enterprise, gazetteer) if one.position is not None]
    return {
        "waiting": waiting,
        "enterprise": enterprise,
        "suggestions": found,
        "after": after,
        "skipped_to_end": enterprise is None and waiting.left > 0,
        "map_options": {
            "size": "fill",
            "layers": False,
            "label": _("Map to point at"),
            "legend": [{"level": "", "word": _("village"), "colour": "grey"}],
            "list_url": reverse("enterprises:list"),
        },
    }


@methods("POST")
@permitted(P.PLACE_ENTERPRISES)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Place the enterprise where the person pointed, and show the next one."""
    enterprise = scope.one(request, pk)
    scope.permit(request, P.PLACE_ENTERPRISES, enterprise)
    form = PlaceForm(request.POST)
    refuse_if("" if form.is_valid() else _("Point at the map, or choose a suggestion."))
    placed = actions.place(
        enterprise=enterprise,
        position=(form.cleaned_data["longitude"], form.cleaned_data["latitude"]),
        area=_area(request, form.cleaned_data["area"], enterprise),
        by=request.user,
        at=request.now,
    )
    toast = _("%(name)s was placed in %(area)s.") % {"name": placed.name, "area": placed.area.name}
    if getattr(request, "htmx", False):
        return _card(request, _after(request.POST.get("after", "")), toast)
    return redirect(f"{reverse('enterprises:place')}?after={_after(request.POST.get('after', ''))}")


def _area(request: HttpRequest, pk: int | None, enterprise: Enterprise) -> Area | None:
    """The area of a chosen suggestion, if it lies in the campaign."""
    inside = Area.objects.below(enterprise.campaign.area.path)
    return inside.filter(pk=pk).first() if pk else None


@methods("GET")
@permitted(P.PLACE_ENTERPRISES)
def areas(request: HttpRequest) -> HttpResponse:
    """The outlines of the campaign's villages, parks and town, for the map."""
    if request.campaign is None:
        return JsonResponse({"type": "FeatureCollection", "features": []})
    rows = Area.objects.below(request.campaign.area.path).drawn()
    drawn = list(rows.filter(kind__in=(Kind.VILLAGE, Kind.PARK))) or list(rows)
    features = [
        {"type": "Feature", "geometry": area.boundary, "properties": {"name": area.name, "area": area.pk}}
        for area in drawn
    ]
    response = JsonResponse({"type": "FeatureCollection", "features": features or _middle(request)})
    return response


def _middle(request: HttpRequest) -> list[dict[str, Any]]:
    """Without outlines: dots of the areas that have a position, so that the map opens at the right place."""
    rows = Area.objects.below(request.campaign.area.path).filter(longitude__isnull=False)
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [area.longitude, area.latitude]},
            "properties": {"name": area.name, "area": area.pk},
        }
        for area in rows
    ]
