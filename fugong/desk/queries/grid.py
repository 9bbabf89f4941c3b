"""The grid lead's villages: how every enterprise stands against its cadence, what waits, what is owed tomorrow."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from fugong.core.paths import below_any
from fugong.enterprises.models import Enterprise
from fugong.insight.queries import Asking
from fugong.issues.models import Issue
from fugong.issues.rules import Status
from fugong.territory.models import Area
from fugong.visits.models import LookBack, Plan
from fugong.visits.plans.due import coverage, standing
from fugong.visits.rules import Coverage

COLOURS = {
    Coverage.NEVER: "grey",
    Coverage.OVERDUE: "red",
    Coverage.ON_TIME: "green",
    Coverage.OVER_VISITED: "amber",
}
MOST = 12


@dataclass(frozen=True)
class Grid:
    """What a grid lead sees first."""

    marks: list[tuple[Coverage, int, str]]
    total: int
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
    marks, features = _marked(asking, paths)
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
        marks=[(mark, marks[mark], COLOURS[mark]) for mark in Coverage],
        total=sum(marks.values()),
        map={"areas": _outlines(paths), "points": {"type": "FeatureCollection", "features": features}},
        map_options=_map_options(),
        waiting=list(issues.select_related("enterprise", "area").order_by("due_at", "pk")[:MOST]),
        waiting_count=issues.count(),
        look_backs=list(owed.select_related("enterprise", "issue").order_by("due_on", "pk")[:MOST]),
        look_back_count=owed.count(),
        plan=plan,
        stops=stops,
        officers=officers,
        tomorrow=tomorrow,
    )


def _marked(asking: Asking, paths: list[str]) -> tuple[Counter[Coverage], list[dict[str, Any]]]:
    """How many enterprises stand how, and those with a position as points of the map."""
    dues = standing(asking.campaign, asking.on, asking.now)
    rows = Enterprise.objects.system().of(asking.campaign).filter(below_any(paths, "area__path"))
    marks: Counter[Coverage] = Counter()
    features = []
    for pk, name, longitude, latitude in rows.values_list("pk", "name", "longitude", "latitude"):
        due = dues.get(pk)
        mark = Coverage(coverage(due, asking.campaign, asking.on)) if due else Coverage.ON_TIME
        marks[mark] += 1
        if longitude is not None and latitude is not None:
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
                    "properties": {
                        "name": name,
                        "level": mark.value,
                        "url": reverse("desk:dossier", args=[pk]),
                        "lines": [[str(mark.label), str(due.visits if due else 0)]],
                    },
                }
            )
    return marks, features


def _outlines(paths: list[str]) -> dict[str, Any]:
    areas = Area.objects.filter(below_any(paths)).drawn()
    features = [
        {"type": "Feature", "geometry": area.boundary, "properties": {"name": area.name}} for area in areas
    ]
    return {"type": "FeatureCollection", "features": features}


def _map_options() -> dict[str, Any]:
    legend = [{"level": mark.value, "word": str(mark.label), "colour": COLOURS[mark]} for mark in Coverage]
    return {"legend": legend, "size": "l", "cluster": 2000}


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
