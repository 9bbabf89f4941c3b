"""Which areas share officers: areas are joined where one officer may work in both, and each group is planned alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from .params import Params
from .parts import Job, run_jobs
from .plan import Plan
from .problem import Officer, Problem, Task
from .search import Progress, solve
from .stop import Stop, shortened

Reach = frozenset[str] | None
"""The areas somebody may be sent to; None: everywhere."""


def joined(areas: Iterable[str], reaches: Iterable[Reach]) -> dict[str, int]:
    """The group number of each area: areas within one reach, directly or by a chain, are in one group."""
    above = {area: area for area in areas}

    def top(area: str) -> str:
        while above.setdefault(area, area) != area:
            above[area] = above[above[area]]
            area = above[area]
        return area

    for reach in reaches:
        together = list(above) if reach is None else sorted(reach)
        for area in together[1:]:
            above[top(area)] = top(together[0])
    numbers: dict[str, int] = {}
    return {area: numbers.setdefault(top(area), len(numbers)) for area in list(above)}


def parts_of(problem: Problem) -> list[Problem]:
    """The problem cut where no officer crosses: the parts share nothing. Nothing to visit gives no part."""
    group = joined(
        (task.area for task in problem.tasks), dict.fromkeys(officer.areas for officer in problem.officers)
    )
    officers: dict[int, list[Officer]] = {}
    tasks: dict[int, list[Task]] = {}
    for task in problem.tasks:
        tasks.setdefault(group[task.area], []).append(task)
    for officer in problem.officers:
        officers.setdefault(_group_of(officer, group), []).append(officer)
    lone = [officer for number, crew in officers.items() if number not in tasks for officer in crew]
    parts = [Problem(tuple(officers.get(n, ())), tuple(rows), problem.travel) for n, rows in tasks.items()]
    if lone and parts:
        parts[0] = replace(parts[0], officers=(*parts[0].officers, *lone))
    return parts


def _group_of(officer: Officer, group: Mapping[str, int]) -> int:
    if officer.areas is None:
        return next(iter(group.values()), -1)
    return next((group[area] for area in sorted(officer.areas) if area in group), -1)


def solve_parts(
    problem: Problem,
    params: Params,
    stop: Stop,
    seed: int = 0,
    *,
    initial: Plan | None = None,
    progress: Progress | None = None,
    workers: int = 1,
) -> Plan:
    """Plans every part of the problem alone, with effort by the number of its tasks, and puts the plans together.

    Several `workers` plan several parts at a time (no progress is told then), or share one that is big.
    """
    parts = parts_of(problem)
    if len(parts) <= 1:
        return solve(problem, params, stop, seed, initial=initial, progress=progress, workers=workers)
    return together(problem, list(_planned(parts, (params, stop, seed), initial, progress, workers)))


def _planned(
    parts: list[Problem],
    how: tuple[Params, Stop, int],
    initial: Plan | None,
    progress: Progress | None,
    workers: int,
) -> Iterator[Plan]:
    """The parts' plans in order, side by side where there are several workers."""
    params, stop, seed = how
    whole = sum(len(part.tasks) for part in parts)
    begun = [_within(initial, part) if initial else None for part in parts]
    efforts = [shortened(stop, len(part.tasks) / whole) for part in parts]
    if workers > 1:
        # A stop asked by a person cannot be heard in another process: it is heard between the parts.
        jobs = [
            Job(part, params, _beside(effort, min(workers, len(parts))), seed, plan)
            for part, effort, plan in zip(parts, efforts, begun, strict=True)
        ]
        yield from run_jobs(jobs, workers, lambda: stop.was_asked)
        return
    done, cost = 0, 0.0
    for part, effort, plan in zip(parts, efforts, begun, strict=True):
        tell = _after(progress, done / whole, len(part.tasks) / whole, cost)
        found = solve(part, params, effort, seed, initial=plan, progress=tell)
        done, cost = done + len(part.tasks), cost + found.cost
        yield found


def _beside(stop: Stop, processes: int) -> Stop:
    """The stop of one of several processes side by side: each has the wall clock to itself."""
    return replace(stop, seconds=stop.seconds * processes if stop.seconds is not None else None, asked=None)


def _after(progress: Progress | None, done: float, share: float, cost: float) -> Progress | None:
    """Tells the progress of a part as that of the whole."""
    if progress is None:
        return None
    tell: Callable[[float, float], None] = progress
    return lambda used, best: tell(done + share * used, cost + best)


def _within(plan: Plan, part: Problem) -> Plan:
    """What of a plan concerns the officers and tasks of a part."""
    officers = {officer.id for officer in part.officers}
    tasks = {task.id for task in part.tasks}
    routes = tuple(
        replace(route, visits=tuple(visit for visit in route.visits if visit.task in tasks))
        for route in plan.routes
        if route.officer in officers
    )
    return replace(plan, routes=routes, unplanned=(), refused=())


def together(problem: Problem, plans: Iterable[Plan]) -> Plan:
    """The plans of the parts as one plan of the whole, officers in the order of the problem."""
    plans = list(plans)
    routes = {route.officer: route for plan in plans for route in plan.routes}
    return Plan(
        routes=tuple(routes[officer.id] for officer in problem.officers if officer.id in routes),
        unplanned=tuple(each for plan in plans for each in plan.unplanned),
        refused=tuple(each for plan in plans for each in plan.refused),
        cost=sum(plan.cost for plan in plans),
        travel_minutes=sum(plan.travel_minutes for plan in plans),
        method=" + ".join(dict.fromkeys(plan.method for plan in plans)),
        rounds=sum(plan.rounds for plan in plans),
    )
