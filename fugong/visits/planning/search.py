"""The whole search: insertion, PyVRP part by part, repair across the borders, a last insertion, a check."""

from __future__ import annotations

import itertools
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from . import improve
from .check import violations
from .clusters import candidates, parts
from .day import Day, Ints, Tour, Tours, compiled, empty, kept, planned, total, way_minutes
from .explain import left_out, refusals, sentence, visit_reasons
from .insertion import Filling, Taste, construct
from .params import Params
from .plan import Plan, PlannedVisit, Refused, Route, Unplanned
from .problem import Problem, ReasonCode
from .repair import Repair
from .stop import Deadline, Stop

log = logging.getLogger(__name__)

Progress = Callable[[float, float], None]
"""Called with the share of the effort used (0 to 1) and the cost so far in minutes."""

SEARCH_SHARE = 0.95
PROGRESS_EVERY = 50


class InfeasiblePlan(RuntimeError):
    """The planner's own check found a broken rule: a fault of the planner, never of the problem."""


def solve(
    problem: Problem,
    params: Params,
    stop: Stop,
    seed: int = 0,
    *,
    initial: Plan | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Plans the day. The plan can always be carried out; what cannot be planned is explained.

    With `initial` (the plan that stands) the search begins there and pays `params.keep` for each
    visit it gives to another officer. With `Stop(iterations=...)` alone the same seed gives the same plan.
    """
    standing = {visit.task: visit.officer for visit in initial.visits()} if initial else {}
    day = compiled(problem, params, standing)
    return _Search(day, stop.begin(), seed, progress).run(initial)


def _share(used: float, whole: float) -> float:
    return used / whole if whole > 0 else 1.0


@dataclass
class _Search:
    day: Day
    deadline: Deadline
    seed: int
    progress: Progress | None
    refused: dict[int, ReasonCode] = field(default_factory=dict)
    rounds: int = 0
    method: str = "insertion"

    def run(self, initial: Plan | None) -> Plan:
        self.refused = refusals(self.day)
        pool = candidates(self.day, set(self.refused))
        first = construct(self.day, pool, _begin(self.day, pool, initial))
        self._tell(0.0, first)
        tours = self._across(self._part_by_part(first, pool), pool)
        plan = self._finished(tours)
        broken = violations(self.day.problem, plan)
        if broken:
            raise InfeasiblePlan(" ".join(broken))
        self._tell(1.0, tours)
        return plan

    def _part_by_part(self, tours: Tours, pool: Ints) -> Tours:
        share = self.day.params.pyvrp_share
        if not share or not improve.HAS_PYVRP:
            return tours
        pieces = parts(self.day, tours, pool)
        for number, (officers, tasks) in enumerate(pieces):
            left = self.deadline.seconds_left()
            done = number / len(pieces)
            seconds = None if left is None else left * share / (len(pieces) - number * share)
            effort = improve.Effort(seconds, self.deadline.stop.iterations, self.seed)
            taken = planned(tours) - {t for officer in officers for t in tours[officer].order}
            free = [task for task in tasks if task not in taken]
            try:
                better = improve.improved(self.day, tours, officers, free, effort)
            except Exception:  # whatever a foreign solver throws, the officers get their plan
                log.warning("PyVRP failed; the day is planned by insertion and repair", exc_info=True)
                return tours
            self.method = "pyvrp"
            tours = [better[officers.index(t.officer)] if t.officer in officers else t for t in tours]
            self._tell(done * share * SEARCH_SHARE, tours)
        return tours

    def _across(self, tours: Tours, pool: Ints) -> Tours:
        """Repair over all borders, then a last insertion of everything that still pays."""
        repair = Repair(self.day, list(tours), pool, random.Random(self.seed))
        self.rounds = repair.run(self._used(repair))
        done = planned(repair.best)
        rest = [t for t in np.flatnonzero(self.day.allowed.any(axis=0)).tolist() if t not in done]
        rest = [task for task in rest if task not in self.refused]
        return Filling(self.day, repair.best, np.array(rest, dtype=np.int64)).run(Taste())

    def _used(self, repair: Repair) -> Callable[[int], float]:
        """The share of the repair's effort that is used up, by rounds or by the clock; told at times."""
        stop, began = self.deadline.stop, self.deadline.seconds_left()
        reserve = 0.0 if stop.seconds is None else stop.seconds * (1 - SEARCH_SHARE)

        def used(rounds: int) -> float:
            share = 0.0 if stop.iterations is None else _share(rounds, stop.iterations)
            left = self.deadline.seconds_left()
            if left is not None and began is not None:
                share = max(share, _share(began - left, began - reserve))
            if rounds % PROGRESS_EVERY == 0:
                before = self.day.params.pyvrp_share
                self._tell(SEARCH_SHARE * (before + (1 - before) * min(1.0, share)), repair.best)
            return share

        return used

    def _tell(self, share: float, tours: Tours) -> None:
        if self.progress:
            self.progress(share, total(self.day, tours))

    def _finished(self, tours: Tours) -> Plan:
        """The plan with its reasons; locks that found no place are refused."""
        day, tasks, done = self.day, self.day.problem.tasks, planned(tours)
        wishes = dict(self.refused)
        for number, task in enumerate(tasks):
            if task.lock and number not in done:
                wishes.setdefault(number, ReasonCode("lock_no_time"))
        why = left_out(day, tours, wishes)
        routes = tuple(_route(day, tour) for tour in tours)
        return Plan(
            routes=routes,
            unplanned=tuple(Unplanned(tasks[t].id, tasks[t].enterprise, why[t]) for t in sorted(why)),
            refused=tuple(Refused(tasks[t].id, wishes[t], sentence(wishes[t])) for t in sorted(wishes)),
            cost=round(total(day, tours), 3),
            travel_minutes=sum(route.travel_minutes for route in routes),
            method=self.method,
            rounds=self.rounds,
        )


def _begin(day: Day, pool: Ints, initial: Plan | None) -> Tours:
    """Tours to begin with: those of a given plan as far as they still fit, around today's locks."""
    tours = [empty(day, officer) for officer in range(day.crew)]
    if initial is None:
        return tours
    locked = np.array([t for t in pool.tolist() if day.problem.tasks[t].lock], dtype=np.int64)
    tours = construct(day, locked, tours)
    number = {task.id: at for at, task in enumerate(day.problem.tasks)}
    allowed = set(pool.tolist()) - planned(tours)
    row = {officer.id: at for at, officer in enumerate(day.problem.officers)}
    for route in initial.routes:
        at = row.get(route.officer)
        order = [number[v.task] for v in route.visits if number.get(v.task) in allowed]
        if at is not None and order:
            tours[at] = _around(day, tours[at], order)
    return tours


def _around(day: Day, tour: Tour, order: list[int]) -> Tour:
    """The standing order where the officer has no locks yet, else its visits inserted around them."""
    if not tour.order:
        return kept(day, tour.officer, order)
    return Filling(day, [tour], np.array(order, dtype=np.int64)).run(Taste(density=0.0))[0]


def _route(day: Day, tour: Tour) -> Route:
    """A tour on the officer's clock, with reasons. The officer leaves as late as the first visit allows."""
    officer, clock = day.problem.officers[tour.officer], day.clocks[day.clock_of[tour.officer]]
    if not tour.order:
        return Route(officer.id, (), None, None, 0)
    nodes = [day.start_node(tour.officer), *tour.order, day.end_node(tour.officer)]
    ways = [day.ways[a][b] for a, b in itertools.pairwise(nodes)]
    visits = tuple(
        _visit(day, tour, position, clock.beginning(begin), way)
        for position, (begin, way) in enumerate(zip(tour.begins, ways, strict=False))
    )
    leave, back = clock.beginning(tour.begins[0] - ways[0]), clock.ending(tour.free_at[-1] + ways[-1])
    return Route(officer.id, visits, leave, back, way_minutes(day, nodes))


def _visit(day: Day, tour: Tour, position: int, start: int, way: int) -> PlannedVisit:
    task = day.problem.tasks[tour.order[position]]
    return PlannedVisit(
        task=task.id,
        enterprise=task.enterprise,
        officer=day.problem.officers[tour.officer].id,
        start=start,
        end=start + task.service_minutes,
        travel_minutes=way,
        reasons=visit_reasons(day, tour, position),
    )
