"""How the enterprises stand against their cadences today, and how they would stand after a plan's visits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from fugong.campaigns.models import Campaign
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area
from fugong.visits.plans.covering import COLOURS
from fugong.visits.plans.due import Due, coverage, standing
from fugong.visits.plans.tiers import RISK, Tier, Tiers
from fugong.visits.rules import Coverage

# (mark, word, colour), from the worst to the best.
MARKS = [(mark.value, mark.label, COLOURS[mark]) for mark in Coverage]


@dataclass(frozen=True)
class Forecast:
    """One enterprise: its mark today, and on the plan's day after the plan."""

    area_id: int
    cadence: str
    now: str
    then: str


@dataclass
class Row:
    """A tier or a village with its marks; the numbers of today open their enterprises."""

    label: str
    conditions: tuple[str, ...] = ()
    tone: int | None = None
    now: Counter[str] = field(default_factory=Counter)
    then: Counter[str] = field(default_factory=Counter)

    def count(self, one: Forecast) -> None:
        self.now[one.now] += 1
        self.then[one.then] += 1

    @property
    def total(self) -> int:
        return sum(self.now.values())

    @property
    def url(self) -> str:
        return _url(["coverage is not empty", *self.conditions])

    @property
    def bars(self) -> list[tuple[str, list[tuple[str, int, float]]]]:
        """Today and after the plan, each as (colour, number, share in per cent)."""
        return [(which, _parts(marks)) for which, marks in (("now", self.now), ("then", self.then))]

    @property
    def cells(self) -> list[tuple[int, int, str, str]]:
        """For each mark: today, after the plan, the address of today's rows, the colour."""
        return [
            (
                self.now[mark],
                self.then[mark],
                _url([f'coverage = "{mark}"', *self.conditions]),
                colour,
            )
            for mark, _word, colour in MARKS
        ]


def _url(parts: Iterable[str]) -> str:
    return f"{reverse('enterprises:list')}?{urlencode({'q': ' and '.join(parts)})}"


def _parts(marks: Counter[str]) -> list[tuple[str, int, float]]:
    total = sum(marks.values()) or 1
    return [(colour, marks[mark], marks[mark] * 100 / total) for mark, _word, colour in MARKS if marks[mark]]


def forecast(
    seen: QuerySet[Enterprise], campaign: Campaign, *, at: datetime, today: date, on: date, planned: set[int]
) -> list[Forecast]:
    """Every enterprise of `seen` that has a cadence; as many queries as `standing` and one more."""
    due = standing(campaign, today, at)
    found = []
    for pk, area in seen.order_by("pk").values_list("pk", "area_id"):
        one = due.get(pk)
        if one is not None:
            after = _visited(one, on) if pk in planned else one
            now, then = coverage(one, campaign, today), coverage(after, campaign, on)
            found.append(Forecast(area, one.cadence.key, now, then))
    return found


def _visited(due: Due, on: date) -> Due:
    """The same enterprise once the plan's visit has been made; what it looked back at is settled."""
    if due.last_visit_on == on:
        return due
    return replace(due, last_visit_on=on, visits=due.visits + 1, look_back_on=None)


def by_tier(found: Iterable[Forecast], tiers: Tiers, scope: Area) -> list[Row]:
    """A row for the risk lists together and one for each cadence, those without an enterprise left out."""
    rows = {tier.key: Row(tier.name, _of_tier(tier, tiers, scope), tier.tone) for tier in tiers.all}
    for one in found:
        key = tiers.of_cadence(one.cadence).key
        if key in rows:
            rows[key].count(one)
    return [row for row in rows.values() if row.total]


def _of_tier(tier: Tier, tiers: Tiers, scope: Area) -> tuple[str, ...]:
    inside = f'in_area = "{scope.path}"'
    if tier.key != RISK:
        return (f'cadence = "{tier.key}"', inside)
    lists = ", ".join(f'"{key}"' for key in tiers.lists)
    return (f"cadence in ({lists})", inside) if lists else (inside,)


def by_place(found: Iterable[Forecast], scope: Area) -> list[Row]:
    """A row for each area one step below the scope, and one for what lies in the scope itself; two queries."""
    areas = Area.objects.below(scope.path)
    below = areas.filter(depth=scope.depth + 1).order_by("path").values_list("path", "name")
    rows = {path: Row(name, (f'in_area = "{path}"',)) for path, name in below}
    own = Row(scope.name, (f'in_area = "{scope.path}"',))
    paths = dict(areas.values_list("pk", "path"))
    for one in found:
        step = "/".join(paths.get(one.area_id, "").split("/")[: scope.depth + 1]) + "/"
        rows.get(step, own).count(one)
    return [row for row in [*rows.values(), own] if row.total]
