"""Takes visits out around one place, across all borders, and puts better ones in, with annealing.

After the idea of Schrimpf et al. (2000) and Christiaens & Vanden Berghe (2020): strings of visits near a seed
are removed from neighbouring routes and the routes are filled again from everything near.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .day import Day, Floats, Ints, Tour, Tours, kept, planned, total
from .insertion import Filling, Taste

ROUTES_AT_ONCE = 4
LONGEST_STRING = 7
NEAREST = 90
TASTES = (Taste(1.0), Taste(0.5), Taste(0.0), Taste(1.0, regret=0.5))
FIRST_HEAT, LAST_HEAT = 0.4, 0.01
"""Worsenings accepted at first and at last, in mean weights of a planned visit."""


@dataclass
class Repair:
    """One search over a whole day. `candidates` are the tasks that may be planned."""

    day: Day
    tours: Tours
    candidates: Ints
    dice: random.Random
    best: Tours = field(init=False)
    cost: float = field(init=False)
    best_cost: float = field(init=False)
    owner: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.best, self.cost = list(self.tours), total(self.day, self.tours)
        self.best_cost = self.cost
        self.owner = {task: row for row, tour in enumerate(self.tours) for task in tour.order}
        self.heat_unit: float = max(1.0, self._planned_weight())

    def _planned_weight(self) -> float:
        """Mean weight of an ordinary planned visit: what a worsening is measured by."""
        weights = [
            float(self.day.weight[t]) for t in self.owner if self.day.weight[t] < self.day.params.mandatory
        ]
        return sum(weights) / len(weights) if weights else 1.0

    def run(self, is_over: Callable[[int], float]) -> int:
        """Rounds until `is_over` (share of the effort used, by the round number) reaches 1."""
        rounds = 0
        while self.candidates.size and (used := is_over(rounds)) < 1:
            heat = self.heat_unit * FIRST_HEAT * (LAST_HEAT / FIRST_HEAT) ** used
            self.round(heat)
            rounds += 1
        return rounds

    def round(self, heat: float) -> None:
        """One ruin and recreate; kept when better, or a little worse while it is warm."""
        rows, removed, near = self._ruin()
        if not rows:
            return
        old = [self.tours[row] for row in rows]
        shorter = [self._without(tour, removed) for tour in old]
        gone = planned(old) - planned(shorter)
        pool = np.array(sorted(gone.union(t for t in near if t not in self.owner)), dtype=np.int64)
        new = Filling(self.day, shorter, pool, self._shake(len(pool))).run(self.dice.choice(TASTES))
        change = self._value(old) - self._value(new)
        if change <= -heat * math.log(1.0 - self.dice.random()):
            self._take(rows, old, new, change)

    def _shake(self, size: int) -> Floats:
        spread = self.dice.choice((0.0, 0.1, 0.3))
        return np.exp(spread * np.random.default_rng(self.dice.getrandbits(32)).standard_normal(size))

    def _value(self, tours: Tours) -> float:
        return sum(sum(float(self.day.weight[t]) for t in tour.order) - tour.cost for tour in tours)

    def _take(self, rows: list[int], old: Tours, new: Tours, change: float) -> None:
        for task in planned(old):
            del self.owner[task]
        for row, tour in zip(rows, new, strict=True):
            self.tours[row] = tour
            self.owner.update(dict.fromkeys(tour.order, row))
        self.cost += change
        if self.cost < self.best_cost - 1e-9:
            self.best, self.best_cost = list(self.tours), self.cost

    def _ruin(self) -> tuple[list[int], set[int], list[int]]:
        """The routes around a seed, what leaves them, and the tasks near (nearest first)."""
        seed = int(self.dice.choice(self.candidates))
        ways = self.day.travel[seed, self.candidates]
        near = self.candidates[np.argsort(ways, kind="stable")[: 2 * NEAREST]].tolist()
        count = self.dice.randint(1, ROUTES_AT_ONCE)
        rows = list(dict.fromkeys(self.owner[t] for t in near if t in self.owner))[:count]
        rows += self._idle(seed, count - len(rows), rows)
        anchors = {row: next((t for t in near if self.owner.get(t) == row), -1) for row in rows}
        removed = {task for row in rows for task in self._string(self.tours[row], anchors[row])}
        return rows, removed, near[:NEAREST]

    def _idle(self, seed: int, count: int, rows: list[int]) -> list[int]:
        """Further officers who could do the seed, when too few routes pass nearby."""
        able = [int(row) for row in np.flatnonzero(self.day.allowed[:, seed]) if int(row) not in rows]
        return self.dice.sample(able, min(max(0, count), len(able)))

    def _string(self, tour: Tour, anchor: int) -> tuple[int, ...]:
        length = self.dice.randint(1, LONGEST_STRING)
        if anchor not in tour.order:
            return ()
        at = tour.order.index(anchor)
        first = max(0, at - self.dice.randrange(length))
        return tour.order[first : first + length]

    def _without(self, tour: Tour, removed: set[int]) -> Tour:
        return kept(self.day, tour.officer, [task for task in tour.order if task not in removed])
