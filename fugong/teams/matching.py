"""Who should answer for which enterprise: near, and evenly loaded. Plain calculation over numbers, no rows."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fugong.territory.geometry import EARTH_KM, Position

Matrix = np.ndarray[Any, np.dtype[np.float64]]
# Further than any way within a city; what leaving an enterprise without anybody costs must be more than all ways.
FAR_KM, NOBODY_KM = 500.0, 100_000.0


@dataclass(frozen=True)
class Seat:
    """An officer who can take charges: where they are (degrees), how many they have and how many more they may take."""

    officer_id: int
    position: Position
    free: int
    taken: int = 0


@dataclass(frozen=True)
class Match:
    """An enterprise and the officer proposed for it, with the straight distance in km."""

    enterprise_id: int
    officer_id: int
    km: float


def match(
    enterprises: Mapping[int, Position],
    seats: Sequence[Seat],
    *,
    balance_km: float = 1.0,
    first: Collection[int] = (),
) -> list[Match]:
    """Give every enterprise an officer so that the summed distance and the spread of loads are least.

    An officer's n-th enterprise costs (n-1) x `balance_km` on top of its way, so that a kilometre is traded against
    one more enterprise for the same person. The answer is exact: no other assignment costs less. When there are more
    enterprises than places, the ones that would cost most are left without, and none of `first` while another has one.

    Officers who sit at the same place (the office of a village) are one *site*; the problem is a transport problem
    between enterprises and the few sites, solved by shortest augmenting paths over the sites (after Jewell 1958 and
    Busacker and Gowen 1960). A matrix with one column per place of every officer would give the same answer, but
    grows with the cube: 5,600 x 5,600 takes half a minute there and about a second here.
    """
    sites = _sites(seats, balance_km)
    ids = list(enterprises)
    if not ids or not sites:
        return []
    way = _distances([enterprises[pk] for pk in ids], [site.position for site in sites])
    nobody = np.array([NOBODY_KM * (2 if pk in first else 1) for pk in ids])
    solved = _Transport(way, [site.extras for site in sites], nobody).solved()
    found = []
    for site, members in zip(sites, solved, strict=True):
        # Neighbours go to the same officer: members are handed out around the site by their bearing.
        bearings = {row: _bearing(enterprises[ids[row]], site.position) for row in members}
        members.sort(key=bearings.__getitem__)
        officers = sorted(site.officers[: len(members)])
        found += [
            (row, officer, float(way[row, site.column]))
            for row, (_place, officer) in zip(members, officers, strict=True)
        ]
    return [Match(ids[row], officer, km) for row, officer, km in sorted(found)]


@dataclass(frozen=True)
class _Site:
    """One place with the chairs of its officers, the cheapest chair first: (order of the officer, officer)."""

    column: int
    position: Position
    extras: list[float]
    officers: list[tuple[int, int]]


def _sites(seats: Sequence[Seat], balance_km: float) -> list[_Site]:
    chairs: dict[Position, list[tuple[float, int, int]]] = {}
    for order, seat in enumerate(seats):
        for turn in range(seat.free):
            chairs.setdefault(seat.position, []).append(
                ((seat.taken + turn) * balance_km, order, seat.officer_id)
            )
    return [
        _Site(column, position, [chair[0] for chair in own], [chair[1:] for chair in own])
        for column, (position, own) in enumerate((at, sorted(own)) for at, own in chairs.items())
    ]


def _bearing(place: Position, site: Position) -> tuple[float, Position]:
    return math.atan2(place[1] - site[1], place[0] - site[0]), place


class _Transport:
    """Brings enterprises (rows) to sites (columns) at the least total cost, one after the other.

    `moves[p, q]` is the least cost of moving one member from site p to site q; a new member goes where the way to a
    site, plus moving others on until somebody finds a free chair, is shortest. The last column is "nobody", at the
    cost that `nobody` names for each row.
    """

    def __init__(self, way: Matrix, extras: Sequence[Sequence[float]], nobody: Matrix) -> None:
        rows, sites = way.shape
        self.way = np.hstack([way, nobody[:, None]])
        self.extras = [*extras, [0.0] * rows]
        self.members: list[list[int]] = [[] for _column in range(sites + 1)]
        self.next = np.array([own[0] for own in self.extras])
        self.moves = np.full((sites + 1, sites + 1), np.inf)
        self.mover = np.zeros((sites + 1, sites + 1), dtype=np.int64)

    def solved(self) -> list[list[int]]:
        """The members of every site; those of "nobody" are left out."""
        for row in range(len(self.way)):
            self._place(row)
        return self.members[:-1]

    def _place(self, row: int) -> None:
        cost, came = self._shortest(self.way[row])
        last = int(np.argmin(cost + self.next))
        path = [last]
        while came[path[-1]] >= 0:
            path.append(int(came[path[-1]]))
        movers = [int(self.mover[a, b]) for a, b in zip(path[1:], path, strict=False)]
        for at, mover in zip(path[1:], movers, strict=True):
            self.members[at].remove(mover)
        for at, mover in zip(path, [*movers, row], strict=True):
            self.members[at].append(mover)
        used = len(self.members[last])
        self.next[last] = self.extras[last][used] if used < len(self.extras[last]) else np.inf
        for at in path:
            self._look_again(at)

    def _shortest(self, start: Matrix) -> tuple[Matrix, Any]:
        """Cheapest way to put one more at each site (Bellman-Ford over the sites), and over which site it came."""
        cost, came = start.copy(), np.full(len(start), -1)
        for _round in range(len(start)):
            through = cost[:, None] + self.moves
            best = through.argmin(axis=0)
            better = through[best, np.arange(len(start))] < cost - 1e-9
            if not better.any():
                break
            cost[better] = through[best, np.arange(len(start))][better]
            came[better] = best[better]
        return cost, came

    def _look_again(self, at: int) -> None:
        """What moving one member away from this site costs, after its members have changed."""
        own = np.array(self.members[at])
        if not len(own):
            self.moves[at] = np.inf
            return
        change = self.way[own] - self.way[own, at][:, None]
        best = change.argmin(axis=0)
        self.moves[at] = change[best, np.arange(change.shape[1])]
        self.mover[at] = own[best]
        self.moves[at, at] = np.inf


def _distances(places: Sequence[Position], seats: Sequence[Position]) -> Matrix:
    """Kilometres from every place to every seat, flat-earth approximation (good to 0.1 % within a city)."""
    a, b = np.radians(np.array(places, dtype=float)), np.radians(np.array(seats, dtype=float))
    x = (a[:, None, 0] - b[None, :, 0]) * np.cos((a[:, None, 1] + b[None, :, 1]) / 2)
    y = a[:, None, 1] - b[None, :, 1]
    km: Matrix = np.minimum(EARTH_KM * np.hypot(x, y), FAR_KM)
    return km
