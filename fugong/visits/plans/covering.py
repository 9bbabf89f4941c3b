"""How the enterprises of an area stand against their cadences: marks by village and by cadence, for map and list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.campaigns.models import Campaign
from fugong.core.row_numbers import addresses_of
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area
from fugong.visits.plans.due import cadences, coverage, standing
from fugong.visits.rules import Coverage

COLOURS = {
    Coverage.NEVER: "grey",
    Coverage.OVERDUE: "red",
    Coverage.ON_TIME: "green",
    Coverage.OVER_VISITED: "blue",
}


@dataclass(frozen=True)
class Marked:
    """One enterprise with its mark."""

    pk: int
    name: str
    area_id: int
    position: tuple[float, float] | None
    mark: str
    cadence: str


@dataclass
class Place:
    """An area one step below the one looked at, with its marks."""

    area: Area
    marks: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(self.marks.values())

    @property
    def visited(self) -> int:
        return self.total - self.marks[Coverage.NEVER]


def marked(
    seen: QuerySet[Enterprise],
    campaign: Campaign,
    on: date,
    at: datetime,
    *,
    paths: Sequence[str],
    cadence: str = "",
) -> list[Marked]:
    """The enterprises of `seen`, all below the paths, with their marks; those of one cadence where it is named."""
    due = standing(campaign, on, at, paths)
    rows = seen.order_by("pk").values_list("pk", "name", "area_id", "longitude", "latitude")
    found = []
    for pk, name, area, x, y in rows:
        one = due.get(pk)
        if one is not None and cadence in ("", one.cadence.key):
            position = (x, y) if x is not None and y is not None else None
            found.append(Marked(pk, name, area, position, coverage(one, campaign, on), one.cadence.key))
    return found


def by_place(found: Iterable[Marked], scope: Area) -> list[Place]:
    """The marks by the areas one step below the scope (a row of the scope itself counts for it); two queries."""
    areas = Area.objects.below(scope.path)
    shown = {
        area.path: Place(area)
        for area in areas.filter(depth=scope.depth + 1).with_outlines().order_by("path")
    }
    own = Place(scope)
    paths = dict(areas.values_list("pk", "path"))
    for one in found:
        step = "/".join(paths.get(one.area_id, "").split("/")[: scope.depth + 1]) + "/"
        shown.get(step, own).marks[one.mark] += 1
    return [place for place in [*shown.values(), own] if place.total]


def cadence_names(campaign: Campaign, on: date) -> dict[str, str]:
    """The cadences and risk lists that say how often one visits, by key, with their days."""
    return {cadence.key: cadence.name for cadence, _condition in cadences(campaign, on)}


def rows_url(mark: str = "", cadence: str = "", area: Area | None = None) -> str:
    """The address of exactly the enterprises that a number counts."""
    parts = [f'coverage = "{mark}"'] if mark else ["coverage is not empty"]
    parts += [f'cadence = "{cadence}"'] if cadence else []
    parts += [f'in_area = "{area.path}"'] if area else []
    return f"{reverse('enterprises:list')}?{urlencode({'q': ' and '.join(parts)})}"


def shapes(places: Iterable[Place], url: Callable[[Area], str]) -> dict[str, Any]:
    """The areas with their share of visited enterprises, as shapes for the map; each opens its address."""
    features = [
        {
            "type": "Feature",
            "geometry": place.area.boundary,
            "properties": {
                "name": place.area.name,
                "label": f"{place.visited:,}/{place.total:,}",
                "level": f"s{min(5, place.visited * 5 // place.total + 1)}",
                "overdue": _share_level(place.marks[Coverage.OVERDUE], place.visited),
                "overdue_label": f"{place.marks[Coverage.OVERDUE]:,}/{place.visited:,}",
                "url": url(place.area),
            },
        }
        for place in places
        if place.area.boundary
    ]
    return {"type": "FeatureCollection", "features": features}


def _share_level(part: int, whole: int) -> str:
    """Few, some or many of the visited ones are overdue."""
    share = part / whole if whole else 0.0
    return "many" if share >= 0.5 else "some" if share >= 0.25 else "few"


def points(found: Iterable[Marked], words: Mapping[str, str]) -> dict[str, Any]:
    """The enterprises that have a position (WGS 84) with their marks."""
    dossier = addresses_of("desk:dossier")
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": list(one.position)},
            "properties": {
                "name": one.name,
                "level": one.mark,
                "label": words.get(one.cadence, ""),
                "url": dossier(one.pk),
            },
        }
        for one in found
        if one.position
    ]
    return {"type": "FeatureCollection", "features": features}


def marks_legend() -> list[dict[str, str]]:
    return [{"level": mark.value, "word": str(mark.label), "colour": COLOURS[mark]} for mark in Coverage]


def map_options(*, with_points: bool = True) -> dict[str, Any]:
    """How the map is coloured: its areas by the share of visited, or of overdue; its enterprises by their marks."""
    marks = marks_legend() if with_points else []
    shares = [("s1", "0–19%"), ("s2", "20–39%"), ("s3", "40–59%"), ("s4", "60–79%"), ("s5", "80–100%")]
    return {
        "size": "l",
        "label": _("Map of visits"),
        "points_word": _("Enterprises"),
        "cluster": False,
        "modes": [
            {
                "key": "visited",
                "label": _("Visited at least once"),
                "property": "level",
                "legend": [{"level": key, "word": word, "colour": key} for key, word in shares] + marks,
            },
            {
                "key": "overdue",
                "label": _("Overdue among the visited"),
                "property": "overdue",
                "label_property": "overdue_label",
                "legend": [
                    {"level": "few", "word": _("less than a quarter"), "colour": "green"},
                    {"level": "some", "word": _("a quarter to a half"), "colour": "amber"},
                    {"level": "many", "word": _("half or more"), "colour": "red"},
                ],
            },
        ],
    }
