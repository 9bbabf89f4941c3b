"""How long the ways are: by road at the speed of each kind of travel, over crossings between lands, or as given.

All ways are whole ticks of the problem's clock (minutes in the product), rounded up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .geo import ROUNDING, Point, distances_between, distances_km, haversine_km, on_sphere

Ways = NDArray[np.int32]
Floats = NDArray[np.float64]

UNREACHABLE = 10**8
"""Ticks of a way that does not exist: longer than any day, and two of them still fit 32 bits."""
BLOCK = 32
"""Rows of a matrix of ways made at a time: a block of so many fits the cache of a processor."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A ferry or a bridge between two lands (islands), usable both ways. `minutes` with waiting and boarding."""

    lands: tuple[str, str]
    here: Point
    there: Point
    minutes: int

    def __post_init__(self) -> None:
        if self.minutes < 0 or not all(self.lands) or self.lands[0] == self.lands[1]:
            raise ValueError("a crossing joins two different lands in zero minutes or more")


@dataclass(frozen=True, slots=True)
class Place:
    """A point and the land it lies on; "" is everywhere on the mainland's roads."""

    point: Point
    land: str = ""


@dataclass(frozen=True)
class Travel:
    """Ticks between two points: by `matrix` where both are in `places`, else straight lines with a detour.

    `matrix[i][j]` are the ticks from `places[i]` to `places[j]`. `speeds` holds km/h by kind of travel, beside
    `speed_kmh` for everybody else. `access_minutes` (parking, signing in) is charged on every way between two
    different places. Places on different lands are joined over `crossings` only, several in a chain where needed.
    `per_minute` are the ticks of a minute; given ways are in ticks already.
    """

    speed_kmh: float = 30.0
    detour: float = 1.35
    places: tuple[Point, ...] = ()
    matrix: tuple[tuple[float, ...], ...] = ()
    speeds: Mapping[str, float] = field(default_factory=dict)
    access_minutes: float = 0.0
    crossings: tuple[Crossing, ...] = ()
    per_minute: int = 1

    def __post_init__(self) -> None:
        size = len(self.places)
        if len(self.matrix) != size or any(len(row) != size for row in self.matrix):
            raise ValueError("the travel matrix needs one row and one column for each place")
        if not (min(self.speed_kmh, *self.speeds.values()) > 0 if self.speeds else self.speed_kmh > 0):
            raise ValueError("speed and detour are above zero")
        if not (self.detour > 0 and self.access_minutes >= 0 and self.per_minute >= 1):
            raise ValueError("speed and detour are above zero, access is not below")

    @cached_property
    def index(self) -> dict[Point, int]:
        return {place: number for number, place in enumerate(self.places)}

    @cached_property
    def given(self) -> Floats:
        """The given matrix as an array."""
        return np.array(self.matrix, dtype=np.float64).reshape(len(self.places), len(self.places))

    def kind(self, by: str) -> str:
        """The kind of travel that counts: "" for every kind without a speed of its own."""
        return by if by in self.speeds else ""

    def ticks_per_km(self, by: str) -> float:
        return self.detour * 60 * self.per_minute / self.speeds.get(by, self.speed_kmh)

    def minutes(self, a: Point, b: Point, by: str = "", lands: tuple[str, str] = ("", "")) -> int:
        """Ticks from a to b with this kind of travel; `lands` are those of a and b."""
        row, column = self.index.get(a), self.index.get(b)
        if row is not None and column is not None:
            return int(whole(self.given[row, column]))
        if a == b and _by_road(*lands):
            return 0
        if _by_road(*lands):
            ticks = haversine_km(a, b) * self.ticks_per_km(by)
        else:
            ticks = float(self._crossed([Place(a, lands[0])], [Place(b, lands[1])], by)[0, 0])
        return int(whole(ticks + self.access_minutes * self.per_minute))

    def ways(self, places: Sequence[Place], by: str = "") -> Ways:
        """Ticks between all places with this kind of travel, shape (places, places)."""
        points, lands = [place.point for place in places], [place.land for place in places]
        result = np.zeros((len(places), len(places)), dtype=np.int32)
        every, at = on_sphere(points), np.array(points, dtype=np.float64).reshape(-1, 2)
        for first in range(0, len(places), BLOCK):
            block, rest = slice(first, first + BLOCK), slice(first, None)
            ticks = distances_between(every[:, block], every[:, rest])
            ticks *= self.ticks_per_km(by)
            if self.access_minutes:
                ticks += self.access_minutes * self.per_minute * _differ(at[block], at[rest])
            result[block, rest] = whole(ticks)
            result[rest, block] = result[block, rest].T  # straight lines are as long there as back
        if self.crossings or len({land for land in lands if land}) > 1:
            self._over_water(result, places, by)
        self._put_given(result, [self.index.get(point, -1) for point in points])
        return result

    def _over_water(self, ways: Ways, places: Sequence[Place], by: str) -> None:
        """Puts the ways between different lands over the straight ones."""
        lands = sorted({place.land for place in places if place.land})
        rows = {land: np.flatnonzero([place.land == land for place in places]) for land in lands}
        for a in lands:
            for b in lands:
                if a != b:
                    here, there = ([places[int(row)] for row in rows[land]] for land in (a, b))
                    ticks = self._crossed(here, there, by) + self.access_minutes * self.per_minute
                    ways[np.ix_(rows[a], rows[b])] = whole(ticks)

    def _crossed(self, here: Sequence[Place], there: Sequence[Place], by: str) -> Floats:
        """Ticks over the best chain of crossings, shape (here, there); each side lies on one land."""
        piers, between = self._piers(by)
        ticks = np.full((len(here), len(there)), float(UNREACHABLE))
        if piers:
            leaving, arriving = self._to_piers(here, piers, by), self._to_piers(there, piers, by)
            through = (leaving[:, :, None] + between[None, :, :]).min(axis=1)
            for pier in range(len(piers)):
                ticks = np.minimum(ticks, through[:, pier, None] + arriving[None, :, pier])
        return ticks

    def _to_piers(self, places: Sequence[Place], piers: list[Place], by: str) -> Floats:
        km = distances_km([place.point for place in places], [pier.point for pier in piers])
        same = np.array([[place.land == pier.land for pier in piers] for place in places], dtype=bool)
        return np.where(same.reshape(km.shape), km * self.ticks_per_km(by), float(UNREACHABLE))

    def _piers(self, by: str) -> tuple[list[Place], Floats]:
        """Both ends of every crossing and the shortest ticks between them (Floyd and Warshall)."""
        piers = [Place(end, land) for each in self.crossings for end, land in _ends(each)]
        between = self._to_piers(piers, piers, by)
        for number, crossing in enumerate(self.crossings):
            ticks = min(crossing.minutes * self.per_minute, between[2 * number, 2 * number + 1])
            between[2 * number, 2 * number + 1] = between[2 * number + 1, 2 * number] = ticks
        for via in range(len(piers)):
            between = np.minimum(between, between[:, via, None] + between[None, via, :])
        return piers, between

    def _put_given(self, ways: Ways, rows: list[int]) -> None:
        """Puts the given matrix over the straight lines where both ends are known places."""
        known = np.flatnonzero(np.array(rows, dtype=np.int64) >= 0)
        if known.size:
            at = np.array([rows[node] for node in known], dtype=np.int64)
            ways[np.ix_(known, known)] = whole(self.given[np.ix_(at, at)])


def _by_road(a: str, b: str) -> bool:
    return a == b or not a or not b


def _ends(crossing: Crossing) -> list[tuple[Point, str]]:
    return [(crossing.here, crossing.lands[0]), (crossing.there, crossing.lands[1])]


def _differ(here: Floats, there: Floats) -> NDArray[np.bool_]:
    """Whether two places differ, shape (here, there)."""
    result: NDArray[np.bool_] = np.not_equal.outer(here[:, 0], there[:, 0])
    result |= np.not_equal.outer(here[:, 1], there[:, 1])
    return result


def whole(ticks: Floats | float) -> Ways:
    """Ticks rounded up to whole ones: a plan is read by people, and a plan that is early is kept."""
    up = np.asarray(ticks, dtype=np.float64) - ROUNDING
    result: Ways = np.clip(np.ceil(up), 0, UNREACHABLE).astype(np.int32)
    return result
