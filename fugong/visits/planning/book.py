"""A campaign as arrays: who is to be visited, who works how long, and what delay costs.

Days are ordinal numbers (`date.toordinal`), times and costs minutes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from .geo import EARTH_RADIUS_KM
from .horizon import Enterprise, Horizon, Seen, Standing, Worker, waiting
from .pools import joined

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FAR = 10**7
"""The day number of a visit that is not owed."""


@dataclass(frozen=True)
class Book:
    """A horizon as arrays, enterprise by enterprise. Days are ordinal numbers (`date.toordinal`)."""

    horizon: Horizon
    index: Mapping[str, int]
    minutes: Floats
    weight: Floats
    every: Floats
    group: Ints
    groups: int
    skills: tuple[frozenset[str], ...]
    needs: Bools
    way: float
    hours: dict[int, Bools] = field(default_factory=dict)
    staff: dict[int, Floats] = field(default_factory=dict)
    begin: dict[tuple[str, frozenset[str]], frozenset[str] | None] = field(default_factory=dict)
    busy: dict[tuple[int, str], float] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.minutes)

    @cached_property
    def crews(self) -> dict[int, list[tuple[Worker, frozenset[str] | None]]]:
        """The workers of each group, with the areas each may be sent to."""
        found: dict[int, list[tuple[Worker, frozenset[str] | None]]] = {}
        homes: dict[frozenset[str] | None, int] = {}
        for worker in self.horizon.workers:
            areas = self.horizon.areas_of(worker)
            if areas not in homes:
                homes[areas] = group_of_areas(self, areas)
            found.setdefault(homes[areas], []).append((worker, areas))
        return found

    def is_open(self, day: int) -> Bools:
        """Who can be visited on a day: open, and not visited by others then."""
        if day not in self.hours:
            on, taken = date.fromordinal(day), self.horizon.taken.get(date.fromordinal(day), frozenset())
            self.hours[day] = np.array(
                [bool(each.hours(on)) and each.id not in taken for each in self.horizon.enterprises],
                dtype=np.bool_,
            )
        return self.hours[day]

    def minutes_of_staff(self, day: int) -> Floats:
        """Working minutes on a day, shape (groups, 1 + skills): all of them, then those with each skill."""
        if day not in self.staff:
            self.staff[day] = _staff(self, date.fromordinal(day))
        return self.staff[day]

    def owner_is_off(self, day: int) -> Bools:
        """Whose usual officers are all off on a day; not those that nobody usually visits."""
        on = self.horizon.officers_on(date.fromordinal(day))
        there: set[str] = set().union(*(officer.knows for officer in on))
        off = self.horizon.known - there
        return np.array([each.id in off for each in self.horizon.enterprises], dtype=np.bool_)


def book_of(horizon: Horizon) -> Book:
    """The arrays of a horizon; made once, they serve every day of it."""
    rows = horizon.enterprises
    skills = tuple(sorted({need for each in rows for need in needed(each)}, key=sorted))
    group, groups = groups_of(horizon)
    return Book(
        horizon=horizon,
        index={each.id: number for number, each in enumerate(rows)},
        minutes=np.array(
            [each.service_minutes * max(1, len(each.together)) for each in rows], dtype=np.float64
        ),
        weight=np.array([each.weight for each in rows], dtype=np.float64),
        every=np.array([each.every_days or math.inf for each in rows], dtype=np.float64),
        group=group,
        groups=groups,
        skills=skills,
        needs=np.array(
            [[any(skill <= need for need in needed(each)) for skill in skills] for each in rows],
            dtype=np.bool_,
        ).reshape(len(rows), len(skills)),
        way=usual_way(horizon),
    )


def needed(enterprise: Enterprise) -> set[frozenset[str]]:
    """The sets of skills of which each needs an officer who has them all."""
    return {need | enterprise.skills for need in enterprise.together or (frozenset(),)} - {frozenset()}


def groups_of(horizon: Horizon) -> tuple[Ints, int]:
    """The number of each enterprise's group (areas joined by officers who work in several), and how many there are."""
    reaches = dict.fromkeys(horizon.areas_of(worker) for worker in horizon.workers)
    group = joined((each.area for each in horizon.enterprises), reaches)
    found = np.array([group[each.area] for each in horizon.enterprises], dtype=np.int64)
    return found, max(group.values(), default=-1) + 1


def group_of_areas(book: Book, areas: frozenset[str] | None) -> int:
    """The group in which somebody of these areas works; -1 where there is nobody to visit."""
    for number, each in enumerate(book.horizon.enterprises):
        if areas is None or each.area in areas:
            return int(book.group[number])
    return -1


def _staff(book: Book, on: date) -> Floats:
    found = np.zeros((book.groups, 1 + len(book.skills)))
    homes: dict[frozenset[str] | None, int] = {}
    for officer in book.horizon.officers_on(on):
        if officer.areas not in homes:
            homes[officer.areas] = group_of_areas(book, officer.areas)
        at = homes[officer.areas]
        if at >= 0:
            has = [True, *(need <= officer.skills for need in book.skills)]
            found[at] += np.array(has) * float(officer.minutes_on_duty)
    return found


def usual_way(horizon: Horizon) -> float:
    """Minutes of way a visit takes, about: to the nearest of as many others as are visited on one day, and a bit."""
    rows, crew = horizon.enterprises, len(horizon.workers)
    if len(rows) < 2 or not crew:
        return 0.0
    per_day = max(2, min(len(rows), 8 * crew))
    at = np.linspace(0, len(rows) - 1, per_day).astype(int)
    degrees = np.array([rows[number].position for number in at], dtype=np.float64)
    scale = np.radians(1.0) * EARTH_RADIUS_KM
    flat = degrees * scale * np.array([math.cos(math.radians(float(degrees[:, 1].mean()))), 1.0])
    nearest = cKDTree(flat).query(flat, k=2)[0][:, 1]
    travel = horizon.travel
    return 1.2 * float(nearest.mean()) * travel.detour * 60 / travel.speed_kmh + travel.access_minutes


@dataclass(frozen=True)
class State:
    """The standing as of one day, as arrays: day of the last visit (-1: never), of the next one due, look-backs.

    `extra` are the look-backs that a visit today would settle: enterprise, day due, weight.
    """

    day: int
    last: Ints
    due: Ints
    extra: tuple[tuple[int, int, float], ...]

    @property
    def owed(self) -> Bools:
        found: Bools = self.due < FAR
        for number, _due, _weight in self.extra:
            found[number] = True
        return found


def state_of(book: Book, standing: Standing, day: date) -> State:
    """Who was visited when and is due when; one pass over the enterprises."""
    rows, seen = book.horizon.enterprises, standing.seen
    last, due = np.full(book.size, -1, dtype=np.int64), np.full(book.size, FAR, dtype=np.int64)
    extra: list[tuple[int, int, float]] = []
    for number, each in enumerate(rows):
        known = seen.get(each.id)
        if known is not None:
            last[number] = known.on.toordinal()
        on = book.horizon.due_on(each, known)
        if on is not None:
            due[number] = on.toordinal()
        if each.look_backs:
            extra += _look_backs(number, each, known, day)
    return State(day.toordinal(), last, due, tuple(extra))


def _look_backs(
    number: int, enterprise: Enterprise, seen: Seen | None, day: date
) -> Iterable[tuple[int, int, float]]:
    for each in waiting(enterprise, seen):
        if each.opens is None or each.opens <= day:
            yield number, each.due.toordinal(), each.weight


def delay(days_late: NDArray[np.number], growth: float) -> Floats:
    """Overdue days by weight that have added up when the visit comes `days_late` after the last day in time.

    The first day late counts 1, each further one `growth` more than the one before.
    """
    late = np.maximum(0.0, np.asarray(days_late, dtype=np.float64))
    result: Floats = late + growth * late * (late - 1) / 2
    return result


def costs(book: Book, state: State, days: Ints) -> Floats:
    """Minutes lost to delay when the next visit comes on each of the days, shape (enterprises, days)."""
    growth = book.horizon.growth
    late = days[None, :] - np.minimum(state.due, FAR)[:, None]
    found = np.where((state.due < FAR)[:, None], book.weight[:, None] * delay(late, growth), 0.0)
    for number, due, weight in state.extra:
        found[number] += weight * delay(days - due, growth)
    return found
