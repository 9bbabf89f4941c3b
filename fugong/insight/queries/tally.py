"""Counts all indicators of a register at once, in one query.

Of enterprises the query fetches what the conditions speak of, and each distinct combination of values is judged once,
by the truth function whose law says that it agrees with the SQL of the register's list. So a measure is computed once
per row however many indicators use it, and every area and size class comes from the same pass.

Of issues there may be a hundred times as many, and their measures are cheap: the database itself counts them, with the
SQL of the register's list, a line for each area and severity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.expressions import Combinable

from fugong.campaigns.models import Campaign
from fugong.core.conditions import Moment, vocabulary_of
from fugong.core.conditions.binding import Bound, bind, fields_of, is_blank, tests_of
from fugong.core.conditions.sql import annotated, measures_of, member_flag, query_of
from fugong.core.conditions.truth import member_slot, truth
from fugong.core.conditions.vocabulary import Field
from fugong.enterprises.models import Enterprise
from fugong.insight.queries.indicators import MODELS
from fugong.insight.rules import Indicator
from fugong.territory.models import Area

Slot = str | tuple[str, str]
Group = tuple[int, str]


@dataclass
class Sums:
    """What an indicator adds up to: n, and N (0 for a plain count)."""

    n: float = 0
    of: float = 0

    def add(self, other: Sums) -> None:
        self.n += other.n
        self.of += other.of


@dataclass
class Tally:
    """Sums by indicator, area (its number) and size class ("" for registers without one)."""

    groups: dict[str, dict[Group, Sums]] = field(default_factory=dict)

    def total(self, key: str, areas: set[int] | None = None) -> Sums:
        """The sum over all areas, or over those named."""
        whole = Sums()
        for (area, _size), sums in self.groups.get(key, {}).items():
            if areas is None or area in areas:
                whole.add(sums)
        return whole

    def by_size(self, key: str) -> dict[str, Sums]:
        found: dict[str, Sums] = {}
        for (_area, size), sums in self.groups.get(key, {}).items():
            found.setdefault(size, Sums()).add(sums)
        return found

    def by_area(self, key: str) -> dict[int, Sums]:
        found: dict[int, Sums] = {}
        for (area, _size), sums in self.groups.get(key, {}).items():
            found.setdefault(area, Sums()).add(sums)
        return found


def tally(campaign: Campaign, indicators: Sequence[Indicator], area: Area, moment: Moment) -> Tally:
    """All the indicators over the rows of the campaign at or below the area: one query per register."""
    made = Tally()
    for register in dict.fromkeys(indicator.register for indicator in indicators):
        own = [indicator for indicator in indicators if indicator.register == register]
        _count(made, own, rows_of(register, campaign, area), moment)
    return made


def rows_of(register: str, campaign: Campaign, area: Area) -> QuerySet[Any]:
    """The rows of a register in a campaign and an area, merged ones left out."""
    areas = Area.objects.below(area.path).order_by().values("pk")
    rows: QuerySet[Any] = MODELS[register].objects.system().filter(area__in=areas, campaign=campaign)  # type: ignore[attr-defined]
    return rows.filter(merged_into__isnull=True)


def _count(made: Tally, indicators: Sequence[Indicator], rows: QuerySet[Any], moment: Moment) -> None:
    if rows.model is not Enterprise:
        _count_in_database(made, indicators, rows, moment)
        return
    asked = _Asked(rows.model, indicators)
    columns = list(zip(*asked.fetched(rows, moment), strict=True))
    for one in indicators:
        groups = made.groups.setdefault(one.key, {})
        if columns:
            _Counter(one, asked, moment, groups).count(columns)


def _count_in_database(
    made: Tally, indicators: Sequence[Indicator], rows: QuerySet[Any], moment: Moment
) -> None:
    """Two numbers for each indicator, in a line for each area and severity."""
    asked = _Asked(rows.model, indicators)
    found = annotated(rows, measures_of(list(asked.fields.values()), moment)).order_by()
    counts: dict[str, Combinable] = {}
    for number, one in enumerate(indicators):
        counts[f"n_{number}"], counts[f"of_{number}"] = _numbers(one, asked, moment)
    for area, severity, *numbers in found.values_list("area_id", "severity").annotate(**counts):
        for one, n, of in zip(indicators, numbers[::2], numbers[1::2], strict=True):
            sums = made.groups.setdefault(one.key, {}).setdefault((area, severity), Sums())
            sums.add(Sums(n or 0, 0 if one.is_count else of or 0))


def _numbers(one: Indicator, asked: _Asked, moment: Moment) -> tuple[Combinable, Combinable]:
    """What n and N of an indicator are, for the database to count or to add up."""
    among = _query(one.denominator or "", asked.model, moment)
    met = among & _query(one.numerator, asked.model, moment)
    if not one.is_sum:
        return Count("pk", filter=met or None), Count("pk", filter=among or None)
    top, bottom = (asked.fields[name].key for name in _summed(one))
    both = met & Q(**{f"{top}__isnull": False, f"{bottom}__isnull": False})
    return Sum(F(top), filter=both), Sum(F(bottom), filter=both)


class _Asked:
    """The columns that the conditions and sums of some indicators need, each fetched once."""

    def __init__(self, model: type[Any], indicators: Sequence[Indicator]) -> None:
        self.model = model
        self.fields: dict[Slot, Field] = {}
        self.members: dict[Slot, Any] = {}
        known = {field.name: field for field in vocabulary_of(model).fields}
        for one in indicators:
            for condition in (one.denominator or "", one.numerator):
                if not is_blank(condition):
                    self._need(bind(condition, model))
            for name in _summed(one):
                self.fields.setdefault(name, known[name])
        # The first two columns of a row are its area and its size class.
        self.places: dict[Slot, int] = {
            slot: place for place, slot in enumerate([*self.fields, *self.members], start=2)
        }

    def _need(self, bound: Bound) -> None:
        for one in fields_of(bound):
            if one.kind != "member":
                self.fields.setdefault(one.name, one)
        for test in tests_of(bound):
            if test.kind == "member":
                self.members.setdefault(member_slot(test), test)

    def fetched(self, rows: QuerySet[Any], moment: Moment) -> Iterable[tuple[Any, ...]]:
        aliases = {f"member_{number}": test for number, test in enumerate(self.members.values())}
        found = annotated(rows, measures_of(list(self.fields.values()), moment)).annotate(
            **{alias: member_flag(test, moment) for alias, test in aliases.items()}
        )
        columns = [field.key for field in self.fields.values()]
        # Not by iterator(): on PostgreSQL that is a cursor, planned for the first rows alone.
        values: Iterable[tuple[Any, ...]] = found.order_by().values_list(
            "area_id", "size", *columns, *aliases
        )
        return values


class _Counter:
    """Adds columns up for one indicator; judges each combination of values once."""

    def __init__(
        self, indicator: Indicator, asked: _Asked, moment: Moment, groups: dict[Group, Sums]
    ) -> None:
        self.of = _bound(indicator.denominator or "", asked.model)
        self.n = _bound(indicator.numerator, asked.model)
        self.is_count = indicator.is_count
        self.summed = [asked.places[name] for name in _summed(indicator)]
        self.slots = _slots([part for part in (self.of, self.n) if part is not None])
        self.places = [asked.places[slot] for slot in self.slots]
        self.moment, self.groups = moment, groups
        self.verdicts: dict[tuple[Any, ...], tuple[bool, bool]] = {}

    def count(self, columns: Sequence[tuple[Any, ...]]) -> None:
        """`columns[0]` are the areas, `columns[1]` the size classes, the rest as the places say."""
        chosen = [columns[place] for place in (0, 1, *self.places)]
        if self.summed:
            self._sum(zip(*(columns[place] for place in self.summed), *chosen, strict=True))
            return
        for (area, size, *values), times in Counter(zip(*chosen, strict=True)).items():
            in_of, in_n = self._verdict(tuple(values))
            if in_of:
                sums = self.groups.setdefault((area, size), Sums())
                sums.of += 0 if self.is_count else times
                sums.n += times if in_n else 0

    def _sum(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for top, bottom, area, size, *values in rows:
            if top is not None and bottom is not None and self._verdict(tuple(values))[1]:
                sums = self.groups.setdefault((area, size), Sums())
                sums.n += top
                sums.of += bottom

    def _verdict(self, values: tuple[Any, ...]) -> tuple[bool, bool]:
        """Whether a row with these values counts for N, and for n."""
        known = self.verdicts.get(values)
        if known is None:
            row = dict(zip(self.slots, values, strict=True))
            in_of = self.of is None or truth(self.of, row, self.moment) is True
            in_n = in_of and (self.n is None or truth(self.n, row, self.moment) is True)
            known = self.verdicts[values] = (in_of, in_n)
        return known


def _summed(indicator: Indicator) -> list[str]:
    return [indicator.sum_numerator, indicator.sum_denominator] if indicator.is_sum else []


def _bound(condition: str, model: type[Any]) -> Bound | None:
    return None if is_blank(condition) else bind(condition, model)


def _query(condition: str, model: type[Any], moment: Moment) -> Q:
    bound = _bound(condition, model)
    return Q() if bound is None else query_of(bound, moment)


def _slots(conditions: Sequence[Bound]) -> list[Slot]:
    """What the conditions need of a row, each once, in a fixed order."""
    found: dict[Slot, None] = {}
    for bound in conditions:
        found |= {one.name: None for one in fields_of(bound) if one.kind != "member"}
        found |= {member_slot(test): None for test in tests_of(bound) if test.kind == "member"}
    return list(found)
