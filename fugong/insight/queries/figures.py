"""Figures: an indicator's value for an area and a day, with its word, its colour and its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils import timezone

from fugong.campaigns.models import Campaign
from fugong.core.conditions import Moment
from fugong.core.days import standing_at
from fugong.insight.queries.indicators import indicator_of, indicators_of, rows_url
from fugong.insight.queries.many_days import counted_at_once
from fugong.insight.queries.tally import Sums, Tally, tally
from fugong.insight.rules import Indicator, band_of, joined, percent, quoted
from fugong.territory.models import Area


@dataclass(frozen=True)
class Figure:
    """n, or n of N, as of a moment. `percent` is None for a plain count and where N is 0.

    `url_n` and `url_of` open exactly the rows that n and N count (of a sum: those that are summed).
    """

    indicator: Indicator
    n: int
    of: int | None
    percent: float | None
    colour: str
    word: str
    as_of: datetime
    place: str
    on: date
    today: date

    @property
    def value(self) -> float | None:
        """What bands and rankings look at: the share, or the number of a plain count."""
        return self.n if self.of is None else self.percent

    @property
    def key(self) -> str:
        return self.indicator.key

    @property
    def name(self) -> str:
        return self.indicator.name

    @property
    def target(self) -> float | None:
        return self.indicator.target

    @property
    def unit(self) -> str:
        return self.indicator.unit

    @property
    def scope(self) -> str:
        return self.indicator.scope

    @property
    def late_rule(self) -> str:
        return self.indicator.late_rule

    @property
    def url_n(self) -> str:
        return self._url(self.indicator.counted())

    @property
    def url_of(self) -> str:
        counted = self.indicator.counted_of()
        return "" if counted is None else self._url(counted)

    def _url(self, condition: str) -> str:
        return rows_url(self.indicator.register, condition, place=self.place, on=self.on, today=self.today)


@dataclass(frozen=True)
class Asking:
    """For what figures are asked: a campaign, an area, a day, and now."""

    campaign: Campaign
    area: Area
    on: date
    now: datetime
    today: date
    # The areas of the campaign by path, and how conditions name each of them.
    areas: tuple[Area, ...]
    words: Mapping[int, str]

    @property
    def place(self) -> str:
        return self.word(self.area)

    def word(self, area: Area) -> str:
        return self.words.get(area.pk, area.path)

    @cached_property
    def children(self) -> list[Area]:
        """The areas directly below the one that is asked for."""
        return [area for area in self.areas if area.parent_id == self.area.pk]

    @cached_property
    def child_of(self) -> dict[int, int]:
        """For each area at or below a child: that child (by number)."""
        found: dict[int, int] = {}
        for child in self.children:
            found |= {area.pk: child.pk for area in self.areas if child.contains(area)}
        return found

    def of_area(self, area: Area) -> Asking:
        return replace(self, area=area)

    def of_day(self, on: date) -> Asking:
        return replace(self, on=on)

    @cached_property
    def moment(self) -> Moment:
        return Moment(campaign_id=self.campaign.pk, on=self.on, at=standing_at(self.on, self.now))


def figure(campaign: Campaign, key: str, area: Area, on: date, at: datetime) -> Figure:
    """One indicator for an area, as of a day (`at`: now). Raises `LookupError` for an unknown key."""
    indicator = indicator_of(campaign, key, on)
    if indicator is None:
        raise LookupError(key)
    return figures(campaign, area, on, at, [indicator])[0]


def figures(
    campaign: Campaign, area: Area, on: date, at: datetime, indicators: list[Indicator] | None = None
) -> list[Figure]:
    """All the indicators of the pack (or those given) for an area, as of a day; one query per register and two more."""
    wanted = indicators_of(campaign, on) if indicators is None else indicators
    asking = asked(campaign, area, on, at)
    counted = tally(campaign, wanted, area, asking.moment)
    return figures_of(asking, wanted, counted)


def asked(campaign: Campaign, area: Area, on: date, at: datetime) -> Asking:
    """Everything that figures of an area and a day need to know; one query."""
    areas = tuple(Area.objects.below(campaign.area.path).order_by("path"))
    return Asking(campaign, area, on, at, timezone.localdate(at), areas, place_words(areas))


def figures_of(
    asking: Asking, indicators: list[Indicator], counted: Tally, areas: set[int] | None = None
) -> list[Figure]:
    """Figures from a tally that was made already, for the asking's area."""
    return [made(one, counted.total(one.key, areas), asking, asking.place) for one in indicators]


def made(indicator: Indicator, sums: Sums, asking: Asking, place: str) -> Figure:
    n, of = round(sums.n), None if indicator.is_count else round(sums.of)
    share = percent(n, of)
    band = band_of(indicator.bands, n if of is None else share)
    return Figure(
        indicator=indicator,
        n=n,
        of=of,
        percent=share,
        colour=band.colour if band else "grey" if indicator.bands else "",
        word=band.word if band else "",
        as_of=asking.moment.at,
        place=place,
        on=asking.on,
        today=asking.today,
    )


def by_area(campaign: Campaign, key: str, parent: Area, on: date, at: datetime) -> list[tuple[Area, Figure]]:
    """An indicator for each area directly below the parent, by name; one pass over the rows of the parent."""
    indicator = indicator_of(campaign, key, on)
    if indicator is None:
        raise LookupError(key)
    asking = asked(campaign, parent, on, at)
    counted = tally(campaign, [indicator], parent, asking.moment)
    return by_area_of(asking, indicator, counted)


def by_area_of(asking: Asking, indicator: Indicator, counted: Tally) -> list[tuple[Area, Figure]]:
    """The same from a tally that was made already: each area's sum goes to the child that it lies in."""
    sums = {child.pk: Sums() for child in asking.children}
    for pk, own in counted.by_area(indicator.key).items():
        child = asking.child_of.get(pk)
        if child is not None:
            sums[child].add(own)
    return [(child, made(indicator, sums[child.pk], asking, asking.word(child))) for child in asking.children]


def place_words(areas: Sequence[Area]) -> dict[int, str]:
    """How conditions name each of the areas: by name where only one has it, else by code or path."""
    times: dict[str, int] = {}
    for area in areas:
        times[area.name] = times.get(area.name, 0) + 1
    return {area.pk: area.name if times[area.name] == 1 else area.code or area.path for area in areas}


def by_class(asking: Asking, indicator: Indicator, counted: Tally) -> list[tuple[str, Figure]]:
    """An indicator split by the size class of enterprises, from a tally that was made already."""
    split = [
        (
            size,
            replace(indicator, denominator=joined(indicator.denominator or "", f"size = {quoted(size)}")),
            sums,
        )
        for size, sums in sorted(counted.by_size(indicator.key).items())
    ]
    return [(size, made(one, sums, asking, asking.place)) for size, one, sums in split]


def by_day(
    campaign: Campaign, keys: list[str], area: Area, days: list[date], at: datetime
) -> dict[str, list[Figure]]:
    """Indicators on each of the days, each as it stood at the end of its day.

    Those that follow the rows of a day are counted for all days at once, the others with a pass over the rows per day.
    """
    found: dict[str, list[Figure]] = {key: [] for key in keys}
    first = asked(campaign, area, timezone.localdate(at), at)
    asked_for = [(first.of_day(day), indicators_of(campaign, day, keys)) for day in days]
    pairs = [(asking.moment, one) for asking, wanted in asked_for for one in wanted]
    at_once = counted_at_once(campaign, area, pairs)
    for asking, wanted in asked_for:
        rest = [one for one in wanted if (one.key, asking.moment) not in at_once]
        counted = tally(campaign, rest, area, asking.moment)
        for one in wanted:
            sums = at_once.get((one.key, asking.moment)) or counted.total(one.key)
            found[one.key].append(made(one, sums, asking, asking.place))
    return found


def last_days(campaign: Campaign, on: date, most: int = 14) -> list[date]:
    """The days of the campaign up to `on`, at most so many."""
    first = max(campaign.starts_on, on - timedelta(days=most - 1))
    return [first + timedelta(days=number) for number in range((on - first).days + 1)]
