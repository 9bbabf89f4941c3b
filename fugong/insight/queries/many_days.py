"""Counts many days at once, for indicators that follow the rows which stand on a day.

Judging every enterprise anew for each day asks the same tables fourteen times over. Where all that an indicator asks
of a day is whether a row stands for the enterprise (it works; it has reported), or sums columns of that row, the rows
themselves are gone through once, with a condition for each day. What asks for more is counted by `tally`, day by day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.expressions import Combinable

from fugong.campaigns.models import Campaign
from fugong.core.conditions import Moment, Standing
from fugong.core.conditions.binding import Bound, Fixed, Named, Test, bind, is_blank
from fugong.core.conditions.vocabulary import vocabulary_of
from fugong.enterprises.models import Enterprise
from fugong.insight.queries.indicators import MODELS
from fugong.insight.queries.tally import Sums, rows_of
from fugong.insight.rules import Indicator
from fugong.territory.models import Area

Days = Sequence[tuple[Moment, Indicator]]


@dataclass(frozen=True)
class Followed:
    """What an indicator counts of the rows that stand: how many there are, or the sums of two columns."""

    standing: Standing
    columns: tuple[str, ...] = ()

    def asked(self, moment: Moment) -> list[Combinable]:
        on = self.standing.on(moment)
        if not self.columns:
            return [Count(self.standing.holder, distinct=True, filter=on)]
        known = Q(**{f"{column}__isnull": False for column in self.columns})
        return [Sum(column, filter=on & known) for column in self.columns]


def counted_at_once(campaign: Campaign, area: Area, days: Days) -> dict[tuple[str, Moment], Sums]:
    """Sums by indicator and moment, of those that follow rows; one query for each kind of row, and one for N."""
    found: dict[tuple[str, Moment], Sums] = {}
    plans = [(moment, one, plan) for moment, one in days if (plan := followed(one)) is not None]
    rows = rows_of("enterprises", campaign, area).order_by()
    every = rows.count() if any(not plan.columns for _moment, _one, plan in plans) else 0
    for standing in dict.fromkeys(plan.standing for _moment, _one, plan in plans):
        own = [row for row in plans if row[2].standing == standing]
        for (moment, one, plan), numbers in zip(own, _numbers(standing, rows, own), strict=True):
            n, of = numbers if plan.columns else (numbers[0], 0 if one.is_count else every)
            found[one.key, moment] = Sums(n, of)
    return found


def _numbers(
    standing: Standing, rows: QuerySet[Any], plans: Iterable[tuple[Moment, Indicator, Followed]]
) -> list[list[float]]:
    asked = [plan.asked(moment) for moment, _one, plan in plans]
    wanted = {
        f"n_{place}_{part}": number for place, own in enumerate(asked) for part, number in enumerate(own)
    }
    held = standing.rows().filter(**{f"{standing.holder}__in": rows.values("pk")})
    values = held.order_by().aggregate(**wanted)
    return [[values[f"n_{place}_{part}"] or 0 for part in range(len(own))] for place, own in enumerate(asked)]


def followed(one: Indicator) -> Followed | None:
    """How an indicator follows rows that stand on a day; None where it asks for more."""
    if MODELS[one.register] is not Enterprise:
        return None
    if one.is_sum:
        return _summed(one)
    if not is_blank(one.denominator or ""):
        return None
    standing = None if is_blank(one.numerator) else _stands(bind(one.numerator, Enterprise))
    return None if standing is None else Followed(standing)


def _summed(one: Indicator) -> Followed | None:
    """Both columns of one row, among those that have it or among all, which is the same: without it nothing is known."""
    if not is_blank(one.numerator):
        return None
    known = {field.name: field for field in vocabulary_of(Enterprise).fields}
    columns = [known[name].standing for name in (one.sum_numerator, one.sum_denominator)]
    top, bottom = columns
    if top is None or bottom is None or top.of("") != bottom.of(""):
        return None
    condition = one.denominator or ""
    if not is_blank(condition) and _stands(bind(condition, Enterprise)) != top.of(""):
        return None
    return Followed(top.of(""), (top.column, bottom.column))


def _stands(bound: Bound) -> Standing | None:
    """The rows of a condition that says only that one of them stands (`is_resumed = True`)."""
    if not isinstance(bound, Test) or bound.operator != "=" or bound.right != (Fixed(True),):
        return None
    standing = bound.left.field.standing if isinstance(bound.left, Named) else None
    return standing if standing is not None and not standing.column else None
