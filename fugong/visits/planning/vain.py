"""Wishes that cannot be kept: told with their reason, and their visits are planned as if nobody had wished anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .day import compiled
from .explain import refusals, sentence
from .params import Params
from .plan import Plan, Refused
from .pools import solve_parts
from .problem import Problem
from .search import Progress
from .stop import Stop, shortened

AGAIN = 0.2
"""Share of the effort for a second search, where wishes collide with each other."""


def vain_wishes(problem: Problem) -> tuple[Refused, ...]:
    """The wishes that cannot be kept even in an empty day."""
    locked = tuple(task for task in problem.tasks if task.lock)
    if not locked or not problem.officers:
        return ()
    found = refusals(compiled(replace(problem, tasks=locked), Params()))
    return tuple(
        Refused(locked[number].id, reason, sentence(reason)) for number, reason in sorted(found.items())
    )


def without_wishes(problem: Problem, refused: Iterable[Refused]) -> Problem:
    """The problem without these wishes; their visits are still mandatory. A joint visit stays as it is."""
    vain = {each.task for each in refused}
    tasks = tuple(
        replace(task, lock=None, mandatory=True) if task.id in vain and not task.together else task
        for task in problem.tasks
    )
    return replace(problem, tasks=tasks)


def solve_wishes(
    problem: Problem,
    params: Params,
    stop: Stop,
    seed: int = 0,
    *,
    initial: Plan | None = None,
    progress: Progress | None = None,
    workers: int = 1,
) -> Plan:
    """`pools.solve_parts`, but that the visit of a refused wish goes back to whoever would make it otherwise.

    With `initial` that is the officer who makes it there. Refused are the wishes that cannot be kept in an empty day,
    and those that collide with other wishes: for these a short second search begins at the first plan.
    """
    refused = vain_wishes(problem)
    free = without_wishes(problem, refused)
    plan = solve_parts(free, params, stop, seed, initial=initial, progress=progress, workers=workers)
    collide = [each for each in plan.refused if each.task not in {one.task for one in refused}]
    if collide:
        free = without_wishes(free, collide)
        rest = shortened(stop, AGAIN)
        plan = solve_parts(
            free, params, rest, seed, initial=_with_old(plan, initial, collide), workers=workers
        )
    told = {each.task: each for each in (*refused, *collide, *plan.refused)}
    return replace(plan, refused=tuple(told.values()))


def _with_old(plan: Plan, initial: Plan | None, collide: Iterable[Refused]) -> Plan:
    """The plan, and the visits of wishes that collide where they stood before."""
    vain = {each.task for each in collide}
    old = {route.officer: route for route in (initial.routes if initial else ())}
    routes = []
    for route in plan.routes:
        before = old[route.officer].visits if route.officer in old else ()
        back = [visit for visit in before if visit.task in vain]
        visits = tuple(sorted((*route.visits, *back), key=lambda visit: visit.start))
        routes.append(replace(route, visits=visits))
    return replace(plan, routes=tuple(routes), unplanned=(), refused=())
