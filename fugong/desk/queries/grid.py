"""The grid lead's villages: how every enterprise stands against its cadence, what waits, what is owed tomorrow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from fugong.core.paths import below_any
from fugong.enterprises.models import Enterprise
from fugong.insight.queries import Asking
from fugong.issues.models import Issue
from fugong.issues.rules import Status
from fugong.territory.models import Area
from fugong.territory.rules import Kind
from fugong.visits.models import LookBack, Plan
from fugong.visits.plans import covering
from fugong.visits.plans.covering import Marked, Place
from fugong.visits.rules import Coverage

# Kinds of areas so large that their villages are shown, and not every enterprise.
WIDE = (Kind.PROVINCE, Kind.CITY, Kind.COUNTY, Kind.TOWN)
MOST = 12


@dataclass(frozen=True)
class Village:
    """One of the areas: how its enterprises stand (the number of each mark), and the page that looks inside."""

    place: Place
    url: str
    numbers: list[tuple[Coverage, int]]


@dataclass(frozen=True)
class Grid:
    """What a grid lead sees first."""

    marks: list[tuple[Coverage, int, str]]
    total: int
    villages: list[Village]
    map: dict[str, Any]
    map_options: dict[str, Any]
    waiting: list[Issue]
    waiting_count: int
    look_backs: list[LookBack]
    look_back_count: int
    plan: Plan | None
    stops: int
    officers: int
    tomorrow: Any


def grid(asking: Asking, paths: list[str]) -> Grid:
    """Everything about the areas with these paths; a constant number of queries."""
    scopes = _scopes(asking, paths)
    paths = [scope.path for scope in scopes]
    ledger = Enterprise.objects.system().of(asking.campaign).filter(below_any(paths, "area__path"))
    found = covering.marked(ledger, asking.campaign, asking.on, asking.now, paths=paths)
    marks, places = Counter(one.mark for one in found), _places(found, scopes)
    shown, options = _map(scopes, places)
    issues = (
        Issue.objects.system()
        .filter(below_any(paths, "area__path"), campaign=asking.campaign)
        .filter(
            Q(status__in=[Status.FOUND, Status.ASSESSED]) | Q(status=Status.ASSIGNED, handler__isnull=True)
        )
    )
    owed = (
        LookBack.objects.system()
        .waiting()
        .filter(below_any(paths, "enterprise__area__path"), due_on__lte=asking.on + timedelta(days=1))
    )
    tomorrow = asking.on + timedelta(days=1)
    plan, stops, officers = _plan(asking, paths, tomorrow)
    return Grid(
        marks=[(mark, marks[mark], covering.COLOURS[mark]) for mark in Coverage],
        total=len(found),
        villages=_villages(places),
        map=shown,
        map_options=options,
        waiting=list(issues.select_related("enterprise", "area").order_by("due_at", "pk")[:MOST]),
        waiting_count=issues.count(),
        look_backs=list(owed.select_related("enterprise", "issue").order_by("due_on", "pk")[:MOST]),
        look_back_count=owed.count(),
        plan=plan,
        stops=stops,
        officers=officers,
        tomorrow=tomorrow,
    )


def _scopes(asking: Asking, paths: list[str]) -> list[Area]:
    """The areas of the campaign that the paths cover, none inside another."""
    found: list[Area] = []
    for area in asking.areas:
        is_covered = any(area.path.startswith(path) for path in paths)
        if is_covered and not any(one.contains(area) for one in found):
            found.append(area)
    return found


def _places(found: Iterable[Marked], scopes: list[Area]) -> list[Place]:
    """The marks by village of one area, or by area where somebody has several; two queries."""
    if len(scopes) == 1:
        return covering.by_place(found, scopes[0])
    below = Area.objects.filter(below_any([scope.path for scope in scopes])).values_list("pk", "path")
    drawn = Area.objects.filter(pk__in=[scope.pk for scope in scopes]).with_outlines().order_by("path")
    places = [Place(area) for area in drawn]
    home = {pk: place for pk, path in below for place in places if path.startswith(place.area.path)}
    for one in found:
        home[one.area_id].marks[one.mark] += 1
    return places


def _villages(places: list[Place]) -> list[Village]:
    """The most overdue first; nothing to tell apart where there is but one."""
    ordered = sorted(places, key=lambda place: -place.marks[Coverage.OVERDUE])
    rows = [
        Village(place, _inside(place.area), [(mark, place.marks[mark]) for mark in Coverage])
        for place in ordered
    ]
    return rows if len(rows) > 1 else []


def _inside(area: Area) -> str:
    """This page for one of the areas."""
    return f"{reverse('desk:my_grid')}?{urlencode({'area': area.pk})}"


def _map(scopes: list[Area], places: list[Place]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Villages coloured by their share, each opening its own page; inside one its enterprises, fetched after the page."""
    if any(scope.kind in WIDE for scope in scopes):
        return covering.shapes(places, _inside), covering.map_options(with_points=False)
    points = reverse("visits:map_points")
    parts: dict[str, Any] = {
        f"points {scope.pk}": f"{points}?{urlencode({'area': scope.pk})}" for scope in scopes
    }
    options = {"legend": covering.marks_legend(), "size": "l", "cluster": False}
    return {"areas": _outlines(scopes), **parts}, options


def _outlines(scopes: list[Area]) -> dict[str, Any]:
    areas = Area.objects.filter(below_any([scope.path for scope in scopes])).drawn()
    features = [
        {"type": "Feature", "geometry": area.boundary, "properties": {"name": area.name}} for area in areas
    ]
    return {"type": "FeatureCollection", "features": features}


def _plan(asking: Asking, paths: list[str], day: Any) -> tuple[Plan | None, int, int]:
    """The newest plan of a day that speaks of these areas: the accepted one, else the last proposal."""
    plans = Plan.objects.system().filter(campaign=asking.campaign, on=day)
    found: Plan | None = plans.filter(status="accepted").first() or (
        plans.filter(status="proposed").order_by("-version").first()
    )
    if found is None:
        return None, 0, 0
    stops = found.planned.filter(below_any(paths, "enterprise__area__path"))  # type: ignore[attr-defined]
    return found, stops.count(), stops.values("officer").distinct().count()
