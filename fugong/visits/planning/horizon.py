"""The data of planning over days: who is to be visited how often, who works when, until the campaign ends.

Days are dates, times of day whole minutes since midnight, weights minutes of an officer's day for each day of delay.
What has happened so far stands in a `Standing`, so that one horizon serves every day of a campaign.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from .geo import Point
from .problem import Lock, Officer, ReasonCode, Travel, Window

EVERY_WEEKDAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class LookBack:
    """A second look after an issue: due on a day, with a weight of its own (minutes for each day of delay).

    The first visit on or after `opens` settles it (None: any visit does).
    """

    due: date
    weight: float
    opens: date | None = None

    def __post_init__(self) -> None:
        if not self.weight >= 0:
            raise ValueError("a look-back has a weight below zero")


@dataclass(frozen=True, slots=True)
class Enterprise:
    """Who is to be visited, how often and when it is possible.

    `every_days` None: once in the campaign. `first_due`: last day in time for the first visit (None: the end of the
    campaign). `due` replaces what the cadence says about the next visit, until that visit is made.
    `windows` are the opening hours; `by_weekday` (Monday 0) replaces them on some weekdays, `()` meaning closed, and
    `closed_on` closes single days. `last_officer`, `last_agency` and `last_visit` are those of the visit made last.
    `together`: a joint visit, for each member the skills that member must have.
    """

    id: str
    position: Point
    service_minutes: int
    weight: float
    area: str = ""
    tier: str = ""
    every_days: int | None = None
    first_due: date | None = None
    due: date | None = None
    last_visit: date | None = None
    last_agency: str = ""
    last_officer: str = ""
    look_backs: tuple[LookBack, ...] = ()
    windows: tuple[Window, ...] = ()
    by_weekday: Mapping[int, tuple[Window, ...]] = field(default_factory=dict)
    closed_on: frozenset[date] = frozenset()
    skills: frozenset[str] = frozenset()
    together: tuple[frozenset[str], ...] = ()
    forbidden: frozenset[str] = frozenset()
    land: str = ""
    mandatory: bool = False
    reasons: tuple[str | ReasonCode, ...] = ()

    def __post_init__(self) -> None:
        if self.service_minutes < 1:
            raise ValueError(f"enterprise {self.id} needs at least one minute of service")
        if not self.weight >= 0:
            raise ValueError(f"enterprise {self.id} has a weight below zero")
        if self.every_days is not None and self.every_days < 1:
            raise ValueError(f"enterprise {self.id} is visited at most once a day")
        if not set(self.by_weekday) <= EVERY_WEEKDAY:
            raise ValueError(f"enterprise {self.id} has hours on a weekday that is none (Monday is 0)")

    def hours(self, day: date) -> tuple[Window, ...]:
        """Opening hours of a day; none: closed."""
        if day in self.closed_on:
            return ()
        return self.by_weekday.get(day.weekday(), self.windows)


@dataclass(frozen=True, slots=True)
class Absence:
    """An officer is away on a day: all day (`window` None) or for a part of it."""

    on: date
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """An officer over days: `officer` is the ordinary day, `weekdays` (Monday 0) those worked.

    Where the horizon has pools, an officer who `may_cross` goes anywhere in every pool that holds one of the
    officer's own areas; one who may not stays in those areas.
    """

    officer: Officer
    weekdays: frozenset[int] = EVERY_WEEKDAY
    absences: tuple[Absence, ...] = ()
    may_cross: bool = True

    def __post_init__(self) -> None:
        if not self.weekdays <= EVERY_WEEKDAY:
            raise ValueError(f"officer {self.officer.id} works on a weekday that is none (Monday is 0)")

    @property
    def id(self) -> str:
        return self.officer.id

    @property
    def own_areas(self) -> frozenset[str] | None:
        """Areas without any pool; None: everywhere."""
        if self.officer.areas is None and self.officer.home_area:
            return frozenset({self.officer.home_area})
        return self.officer.areas

    def on(self, day: date) -> Officer | None:
        """The officer as of that day; None: does not work. Part-day absences shorten the shift or are breaks."""
        away = [each.window for each in self.absences if each.on == day]
        if day.weekday() not in self.weekdays or None in away:
            return None
        parts = [window for window in away if window is not None]
        return _without(self.officer, parts) if parts else self.officer


def _without(officer: Officer, away: list[Window]) -> Officer | None:
    """The officer without some parts of the day; None when nothing of the shift is left."""
    start, end = officer.shift.start, officer.shift.end
    rests = merged([*officer.breaks, *away])
    for rest in rests:
        start = max(start, rest.end) if rest.start <= start else start
    for rest in reversed(rests):
        end = min(end, rest.start) if rest.end >= end else end
    if start >= end:
        return None
    inside = tuple(rest for rest in rests if start < rest.start and rest.end < end)
    return replace(officer, shift=Window(start, end), breaks=inside)


def merged(windows: Iterable[Window]) -> list[Window]:
    """The same minutes as windows that neither overlap nor touch, in order."""
    found: list[Window] = []
    for window in sorted(windows, key=lambda each: each.start):
        if found and window.start <= found[-1].end:
            found[-1] = Window(found[-1].start, max(found[-1].end, window.end))
        else:
            found.append(window)
    return found


@dataclass(frozen=True, slots=True)
class Pool:
    """Areas whose officers may be sent anywhere inside it."""

    id: str
    areas: frozenset[str]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """The latest visit to an enterprise. `times` counts the visits since the horizon began."""

    on: date
    officer: str = ""
    agency: str = ""
    times: int = 0


@dataclass(frozen=True)
class Standing:
    """Who was visited when, as of a morning: the state that one day leaves to the next."""

    seen: Mapping[str, Seen] = field(default_factory=dict)

    def after(self, day: date, visits: Iterable[tuple[str, str, str]]) -> Standing:
        """The standing after a day's visits, given as (enterprise, officer, agency)."""
        seen = dict(self.seen)
        for enterprise, officer, agency in visits:
            seen[enterprise] = seen_again(self.seen.get(enterprise), day, officer, agency)
        return Standing(seen)


def seen_again(before: Seen | None, day: date, officer: str = "", agency: str = "") -> Seen:
    """The latest visit is now this one."""
    return Seen(day, officer, agency, (before.times if before else 0) + 1)


@dataclass(frozen=True)
class Horizon:
    """A campaign from a first day: `days` are planned ahead, `until` is its last day.

    `gap_days`: days that must lie between visits of different agencies (1: the next day at the earliest; 0: no gap).
    `pools` () leaves officers in their own areas (`Officer.areas`, None meaning everywhere).
    `wishes` bind a day's visits (enterprise to lock); `taken` are enterprises that others visit on a day.
    `growth`: by how much of its weight an overdue day costs more with each day overdue before it (0.1 = a tenth).
    """

    first: date
    days: int
    until: date
    enterprises: tuple[Enterprise, ...]
    workers: tuple[Worker, ...]
    travel: Travel = field(default_factory=Travel)
    gap_days: int = 0
    pools: tuple[Pool, ...] = ()
    wishes: Mapping[date, Mapping[str, Lock]] = field(default_factory=dict)
    taken: Mapping[date, frozenset[str]] = field(default_factory=dict)
    growth: float = 0.1

    def __post_init__(self) -> None:
        if not (self.days >= 1 and self.first <= self.until):
            raise ValueError("a horizon has at least one day and begins before the campaign ends")
        if self.gap_days < 0 or self.growth < 0:
            raise ValueError("gap and growth are not below zero")
        for kind, ids in (
            ("enterprises", [each.id for each in self.enterprises]),
            ("officers", [each.id for each in self.workers]),
            ("pools", [each.id for each in self.pools]),
        ):
            if len(set(ids)) != len(ids):
                raise ValueError(f"two {kind} carry the same id")

    def standing(self) -> Standing:
        """The standing before the first day, from the enterprises' last visits."""
        rows = ((each.id, self.standing_of(each)) for each in self.enterprises)
        return Standing({enterprise: seen for enterprise, seen in rows if seen is not None})

    def standing_of(self, enterprise: Enterprise) -> Seen | None:
        """The visit before the first day; None: never visited."""
        if enterprise.last_visit is None:
            return None
        return Seen(enterprise.last_visit, enterprise.last_officer, enterprise.last_agency)

    @cached_property
    def known(self) -> frozenset[str]:
        """The enterprises that somebody usually visits."""
        return frozenset().union(*(worker.officer.knows for worker in self.workers))

    def dates(self) -> Iterator[date]:
        """The days planned ahead, none after the campaign's end."""
        for number in range(min(self.days, (self.until - self.first).days + 1)):
            yield self.first + timedelta(days=number)

    def campaign_dates(self) -> Iterator[date]:
        """Every day from the first to the end of the campaign."""
        for number in range((self.until - self.first).days + 1):
            yield self.first + timedelta(days=number)

    def due_on(self, enterprise: Enterprise, seen: Seen | None) -> date | None:
        """The last day in time for the next visit by cadence; None: none is owed any more."""
        if enterprise.due is not None and (seen is None or seen.times == 0):
            return enterprise.due
        if seen is None:
            return enterprise.first_due or self.until
        if enterprise.every_days is None:
            return None
        return seen.on + timedelta(days=enterprise.every_days)

    def areas_of(self, worker: Worker) -> frozenset[str] | None:
        """Where an officer may be sent; None: everywhere."""
        own = worker.own_areas if self.pools else worker.officer.areas
        if not self.pools or own is None or not worker.may_cross:
            return own
        return own.union(*(pool.areas for pool in self.pools if pool.areas & own))

    def officers_on(self, day: date) -> tuple[Officer, ...]:
        """Who works on a day, with the areas each may be sent to."""
        found = []
        for worker in self.workers:
            officer = worker.on(day)
            if officer is not None:
                areas = self.areas_of(worker)
                found.append(officer if areas == officer.areas else replace(officer, areas=areas))
        return tuple(found)


def waiting(enterprise: Enterprise, seen: Seen | None) -> tuple[LookBack, ...]:
    """The look-backs that no visit has settled yet."""
    if seen is None or seen.times == 0:
        return enterprise.look_backs
    return tuple(each for each in enterprise.look_backs if each.opens is not None and each.opens > seen.on)
