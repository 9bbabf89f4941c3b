"""A day as every side of a comparison sees it, and one judge for all: orders of visits are timed and priced here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fugong.visits.planning import Plan, PlannedVisit, Problem, ReasonCode, Route, Unplanned, violations
from fugong.visits.planning.travel import Place

Orders = list[list[int]]
"""For each officer the numbers of the tasks in the order they are visited."""


@dataclass(frozen=True)
class Sheet:
    """A problem without breaks, locks and joint visits. Nodes: every officer's base, then every task.

    `travel_price` is what a minute on the way costs, beside the weights of what is left out.
    """

    problem: Problem
    travel_price: float = 1.0

    @cached_property
    def ways(self) -> NDArray[np.int32]:
        """Minutes between all nodes, shape (nodes, nodes)."""
        places = [Place(officer.start, officer.land) for officer in self.problem.officers]
        places += [Place(task.position, task.land) for task in self.problem.tasks]
        return self.problem.travel.ways(places)

    @property
    def crew(self) -> int:
        return len(self.problem.officers)

    @property
    def size(self) -> int:
        return len(self.problem.tasks)

    @cached_property
    def able(self) -> NDArray[np.bool_]:
        """Whether the officer has the skills, shape (officers, tasks)."""
        rows = [[task.skills <= each.skills for task in self.problem.tasks] for each in self.problem.officers]
        return np.array(rows, dtype=np.bool_)

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        return np.array([task.weight for task in self.problem.tasks])

    @cached_property
    def skills(self) -> list[str]:
        return sorted({skill for task in self.problem.tasks for skill in task.skills})

    def starts(self, task: int) -> list[tuple[int, int]]:
        """Spans in which the visit may begin."""
        found = self.problem.tasks[task]
        ends = [(window.start, window.end - found.service_minutes) for window in found.windows]
        return [(low, high) for low, high in ends if low <= high]

    def begin(self, task: int, arrive: int) -> int | None:
        return next((max(low, arrive) for low, high in self.starts(task) if arrive <= high), None)

    def timed(self, officer: int, order: Sequence[int]) -> list[int] | None:
        """When each visit begins, at the earliest; None when the day is too short."""
        shift, node, clock = self.problem.officers[officer].shift, officer, 0
        clock, begins = shift.start, []
        for task in order:
            begin = self.begin(task, clock + int(self.ways[node, self.crew + task]))
            if begin is None or not self.able[officer, task]:
                return None
            begins.append(begin)
            clock, node = begin + self.problem.tasks[task].service_minutes, self.crew + task
        return begins if clock + int(self.ways[node, officer]) <= shift.end else None

    def trimmed(self, orders: Orders) -> Orders:
        """The orders without what does not fit, lightest first: a peer pays for its mistakes, no more."""
        found, seen = [], set()
        for officer, order in enumerate(orders):
            kept = [task for task in dict.fromkeys(order) if task not in seen and self.able[officer, task]]
            while kept and self.timed(officer, kept) is None:
                kept.remove(min(kept, key=lambda task: self.weights[task]))
            seen.update(kept)
            found.append(kept)
        return found

    def minutes(self, officer: int, order: Sequence[int]) -> int:
        nodes = [officer, *(self.crew + task for task in order), officer]
        return int(self.ways[nodes[:-1], nodes[1:]].sum()) if order else 0

    def cost(self, orders: Orders) -> float:
        """Minutes on the way and the weights of what is left out; the orders must fit."""
        done = [task for order in orders for task in order]
        assert len(done) == len(set(done)), "a task is visited twice"
        assert all(self.timed(row, order) is not None for row, order in enumerate(orders)), "late"
        way = sum(self.minutes(row, order) for row, order in enumerate(orders))
        return self.travel_price * way + float(self.weights.sum() - self.weights[done].sum())

    def orders_of(self, plan: Plan) -> Orders:
        """A plan of ours as orders."""
        number = {task.id: at for at, task in enumerate(self.problem.tasks)}
        route = {each.officer: each for each in plan.routes}
        visits = [route[each.id].visits if each.id in route else () for each in self.problem.officers]
        return [[number[visit.task] for visit in each] for each in visits]

    def broken(self, orders: Orders) -> list[str]:
        """What the planner's own check says of a peer's orders: the same rules for everybody."""
        done = {task for order in orders for task in order}
        routes = tuple(self._route(row, order) for row, order in enumerate(orders))
        left = [task for at, task in enumerate(self.problem.tasks) if at not in done]
        unplanned = tuple(Unplanned(task.id, task.enterprise, ReasonCode("no_time")) for task in left)
        return violations(self.problem, Plan(routes, unplanned, (), 0, 0, "", 0))

    def _route(self, officer: int, order: list[int]) -> Route:
        begins, person = self.timed(officer, order), self.problem.officers[officer]
        assert begins is not None
        if not order:
            return Route(person.id, (), None, None, 0)
        visits, node = [], officer
        for task, begin in zip(order, begins, strict=True):
            found, way = self.problem.tasks[task], int(self.ways[node, self.crew + task])
            end = begin + found.service_minutes
            visits.append(PlannedVisit(found.id, found.enterprise, person.id, begin, end, way))
            node = self.crew + task
        leave, back = begins[0] - visits[0].travel_minutes, visits[-1].end + int(self.ways[node, officer])
        return Route(person.id, tuple(visits), leave, back, self.minutes(officer, order))
