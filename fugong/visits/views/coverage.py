"""The grid map of visits: who was never visited, is overdue, on time, or is visited too often."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.in_hand import campaign_in_hand
from fugong.core.commands import methods
from fugong.core.paths import below, below_any
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area
from fugong.visits.plans import covering
from fugong.visits.plans.covering import Marked, Place
from fugong.visits.rules import Coverage


@methods("GET")
@permitted(P.SEE_VISITS)
def grid_map(request: HttpRequest) -> HttpResponse:
    """Marks on the map, the same numbers by village, each opening its rows."""
    scope, cadence = _scope(request), request.GET.get("cadence", "")
    found = _marked(request, scope, cadence)
    names = covering.cadence_names(request.campaign, request.today)
    places = covering.by_place(found, scope)
    counts = Counter(one.mark for one in found)
    context = {
        "scope": scope,
        "cadence": cadence if cadence in names else "",
        "cadences": names,
        "total": len(found),
        "figures": [_figure(mark, counts[mark], len(found), cadence, scope) for mark in Coverage],
        "places": [_place(place, cadence) for place in places],
        "unplaced": sum(1 for one in found if one.position is None),
        "map": {"areas": covering.shapes(places, _rows_of), "points": _points_url(scope, cadence)},
        "map_options": covering.map_options(),
    }
    return render(request, "visits/coverage.html", context)


@methods("GET")
@permitted(P.SEE_VISITS)
def map_points(request: HttpRequest) -> HttpResponse:
    """The enterprises with their marks, for the map."""
    found = _marked(request, _scope(request), request.GET.get("cadence", ""))
    words = covering.cadence_names(request.campaign, request.today)
    return JsonResponse(covering.points(found, words))


def _scope(request: HttpRequest) -> Area:
    """The area asked for, else the largest of this person's that lies in the campaign."""
    campaign = campaign_in_hand(request)
    within = below_any(request.user.area_paths())
    mine = Area.objects.filter(within, below(campaign.area.path)).order_by("depth", "path")
    wanted = request.GET.get("area", "")
    if wanted.isdigit() and len(wanted) < 19:
        return get_object_or_404(mine, pk=int(wanted))
    return mine.first() or campaign.area


def _marked(request: HttpRequest, scope: Area, cadence: str) -> list[Marked]:
    seen = Enterprise.objects.visible_to(request.user).of(request.campaign)
    inside = seen.filter(below(scope.path, "area__path"))
    return covering.marked(
        inside, request.campaign, request.today, request.now, paths=[scope.path], cadence=cadence
    )


def _rows_of(area: Area) -> str:
    return covering.rows_url(area=area)


def _figure(mark: Coverage, n: int, of: int, cadence: str, scope: Area) -> dict[str, Any]:
    colour = covering.COLOURS[mark]
    url = covering.rows_url(mark, cadence, scope)
    return {"label": mark.label, "n": n, "of": of, "colour": colour, "url": url}


def _place(place: Place, cadence: str) -> dict[str, Any]:
    cells = [(place.marks[mark], covering.rows_url(mark, cadence, place.area)) for mark in Coverage]
    return {"place": place, "cells": cells, "url": covering.rows_url("", cadence, place.area)}


def _points_url(scope: Area, cadence: str) -> str:
    parts = {"area": scope.pk} | ({"cadence": cadence} if cadence else {})
    return f"{reverse('visits:map_points')}?{urlencode(parts)}"
