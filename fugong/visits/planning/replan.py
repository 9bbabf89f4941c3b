"""The rest of a day: what has begun stays as it is, and everybody goes on from where they will be free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .day import WorkClock
from .plan import Plan, PlannedVisit, Route
from .problem import Officer, Problem, ReasonCode, Task, Window


def from_now(problem: Problem, plan: Plan, now: int, *, urgent: Iterable[str] = ()) -> tuple[Problem, Plan]:
    """The problem and the plan of the rest of the day at tick `now`, to be solved with the plan as `initial`.

    A visit has begun when its officer is on the way to it or later: it is kept and left out of the new problem, and
    the officer starts from there when it ends (or now, when nothing has begun, from the start). Officers whose
    shift is over by then are left out too. A joint visit has begun when one of its members has begun it.
    `urgent` tasks (added since the plan was made) become mandatory and say so in their reasons.
    """
    begun = _begun(problem, plan, now)
    tasks = {task.id: task for task in problem.tasks}
    routes = {route.officer: route for route in plan.routes}
    officers = []
    for officer in problem.officers:
        rest = _from_here(officer, routes.get(officer.id), begun, tasks, now)
        if rest is not None:
            officers.append(rest)
    added = set(urgent)
    left = tuple(
        _urgent(task) if task.id in added else task for task in problem.tasks if task.id not in begun
    )
    on_duty = {officer.id for officer in officers}
    rest_routes = tuple(_rest(route, begun) for route in plan.routes if route.officer in on_duty)
    standing = replace(plan, routes=rest_routes, unplanned=(), refused=())
    return replace(problem, officers=tuple(officers), tasks=left), standing


def _begun(problem: Problem, plan: Plan, now: int) -> set[str]:
    """Tasks whose visit, or the way to it, has begun for one of the officers, and all that come before them."""
    clocks = {officer.id: WorkClock(tuple(officer.breaks)) for officer in problem.officers}
    begun = {visit.task for visit in plan.visits() if left_for(clocks[visit.officer], visit) < now}
    before: set[str] = set()
    while before != begun:  # a joint visit begun by one member binds the others' visits before it
        before = set(begun)
        for route in plan.routes:
            last = max((at for at, visit in enumerate(route.visits) if visit.task in begun), default=-1)
            begun.update(visit.task for visit in route.visits[: last + 1])
    return begun


def left_for(clock: WorkClock, visit: PlannedVisit) -> int:
    """When the officer leaves for the visit at the latest: before a break where the way has no room after it."""
    return clock.beginning(clock.to_work(visit.start) - visit.travel_minutes)


def _from_here(
    officer: Officer, route: Route | None, begun: set[str], tasks: dict[str, Task], now: int
) -> Officer | None:
    """The officer from the end of the last visit begun; None when the shift is over by then."""
    done = [visit for visit in (route.visits if route else ()) if visit.task in begun]
    free = max([now, officer.shift.start, *(visit.end for visit in done)])
    if free >= officer.shift.end:
        return None
    rest = replace(officer, shift=Window(free, officer.shift.end))
    if not done or done[-1].task not in tasks:
        return rest
    last = tasks[done[-1].task]
    return replace(rest, start=last.position, land=last.land, end_land=officer.home_land)


def _rest(route: Route, begun: set[str]) -> Route:
    visits: tuple[PlannedVisit, ...] = tuple(visit for visit in route.visits if visit.task not in begun)
    return Route(route.officer, visits, None, None, sum(visit.travel_minutes for visit in visits))


def _urgent(task: Task) -> Task:
    return replace(task, mandatory=True, reasons=(*task.reasons, ReasonCode("urgent")))
