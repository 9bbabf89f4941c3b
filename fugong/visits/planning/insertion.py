"""Greedy insertion with regret: a feasible plan at any time, and the way back after every ruin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .day import NEVER, Bools, Day, Floats, Ints, Tour, Tours, empty, planned, timed

WORST = 1e15


@dataclass(frozen=True, slots=True)
class Taste:
    """How insertion chooses. Gain per minute to the power of `density`; `noise` shakes the order."""

    density: float = 1.0
    regret: float = 0.0
    noise: float = 0.0


def insertion_costs(day: Day, tour: Tour, tasks: Ints) -> tuple[Floats, Ints]:
    """Cheapest cost in minutes of each task in the tour (WORST where it does not fit), and where."""
    before, after = _stops(day, tour)
    to, off = day.travel[before[:, None], tasks], day.travel[tasks[:, None], after].T
    begin = day.begins(tour.officer, np.array(tour.free_at, dtype=np.int64)[:, None] + to, tasks)
    fits = begin + day.service[tasks] + off <= np.array(tour.latest)[:, None]
    direct = day.travel[before, after] if tour.order else np.zeros(1, dtype=np.int32)
    longer = (to + off - direct[:, None]) * day.params.travel
    costs = np.where(fits & (begin < NEVER), longer, WORST)
    where = costs.argmin(axis=0)
    best = costs[where, np.arange(len(tasks))] + day.extra[tour.officer, tasks]
    return np.where(day.allowed[tour.officer, tasks], np.minimum(best, WORST), WORST), where


def _stops(day: Day, tour: Tour) -> tuple[Ints, Ints]:
    nodes = np.array([day.start_node(tour.officer), *tour.order, day.end_node(tour.officer)], dtype=np.int64)
    return nodes[:-1], nodes[1:]


def inserted(day: Day, tour: Tour, task: int, where: int) -> Tour | None:
    return timed(day, tour.officer, (*tour.order[:where], task, *tour.order[where:]))


class Filling:
    """A table of insertion costs, tours by tasks, kept while tasks are inserted one by one."""

    def __init__(self, day: Day, tours: Tours, pool: Ints, shake: Floats | None = None) -> None:
        self.day, self.tours, self.pool = day, list(tours), pool
        self.shake = np.ones(len(pool)) if shake is None else shake
        shape = (len(tours), len(pool))
        self.costs, self.where = np.full(shape, WORST), np.zeros(shape, dtype=np.int64)
        self.open: Bools = np.ones(len(pool), dtype=np.bool_)
        for row in range(len(tours)):
            self._renew(row, np.arange(len(pool)))

    def run(self, taste: Taste, limit: Callable[[], bool] | None = None) -> Tours:
        """Inserts while something pays; returns the tours."""
        while self.open.any() and not (limit and limit()):
            best = self.costs.min(axis=0)
            gain = self.day.weight[self.pool] - best
            if not (gain > 0).any():
                break
            self._insert(int(np.argmax(self._scores(taste, best, gain))))
        return self.tours

    def _scores(self, taste: Taste, best: Floats, gain: Floats) -> Floats:
        worth = gain * self.shake
        if taste.regret and len(self.tours) > 1:
            second = np.partition(self.costs, 1, axis=0)[1]
            worth = worth + taste.regret * np.minimum(second - best, self.day.weight[self.pool])
        minutes = self.day.service[self.pool] + np.clip(best, 0, NEVER)
        return np.where(gain > 0, worth / minutes**taste.density, -WORST)

    def _insert(self, column: int) -> None:
        row = int(self.costs[:, column].argmin())
        tour = inserted(self.day, self.tours[row], int(self.pool[column]), int(self.where[row, column]))
        if tour is None:
            self.costs[row, column] = WORST
            return
        self.tours[row] = tour
        self.open[column] = False
        self.costs[:, column] = WORST
        # What did not fit before does not fit a fuller tour either (but for odd matrices: a loss, no fault).
        self._renew(row, np.flatnonzero(self.costs[row] < WORST))

    def _renew(self, row: int, columns: Ints) -> None:
        costs, where = insertion_costs(self.day, self.tours[row], self.pool[columns])
        self.costs[row, columns] = costs
        self.where[row, columns] = where


def construct(day: Day, pool: Ints, begin_with: Tours | None = None) -> Tours:
    """A feasible plan: locked tasks first (fixed minutes before free ones), then by gain a minute."""
    tours = begin_with or [empty(day, officer) for officer in range(day.crew)]
    tours = _locked_first(day, tours, pool)
    done = planned(tours)
    rest = np.array([task for task in pool.tolist() if task not in done], dtype=np.int64)
    return Filling(day, tours, rest).run(Taste(density=1.0, regret=day.params.regret))


def _locked_first(day: Day, tours: Tours, pool: Ints) -> Tours:
    done, tasks = planned(tours), day.problem.tasks
    locks = [(tasks[t].lock, t) for t in pool.tolist() if t not in done]
    fixed = [t for lock, t in locks if lock and lock.at is not None]
    free = [t for lock, t in locks if lock and lock.at is None]
    for group in (fixed, free):
        tours = Filling(day, tours, np.array(group, dtype=np.int64)).run(Taste(density=0.0, regret=1.0))
    return tours
