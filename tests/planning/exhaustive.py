"""Every plan of a tiny day, tried one by one, minute by minute: slow, simple, no code of the planner."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

from fugong.visits.planning import Officer, Params, Problem, Task


def least_cost(problem: Problem, params: Params) -> float:
    """The cost of the best plan in minutes, over all assignments and orders."""
    best = float("inf")
    for choice in product(range(-1, len(problem.officers)), repeat=len(problem.tasks)):
        mine = [[t for t, who in zip(problem.tasks, choice, strict=True) if who == o] for o in _rows(problem)]
        out = sum(weight(t, params) for t, who in zip(problem.tasks, choice, strict=True) if who < 0)
        costs = [_cheapest(problem, params, o, mine[o]) for o in _rows(problem)]
        best = min(best, out + sum(costs))
    return best


def _rows(problem: Problem) -> range:
    return range(len(problem.officers))


def weight(task: Task, params: Params) -> float:
    return task.weight * params.urgency + (params.mandatory if task.mandatory or task.lock else 0)


def _cheapest(problem: Problem, params: Params, row: int, tasks: list[Task]) -> float:
    officer = problem.officers[row]
    if not all(_able(officer, task) for task in tasks):
        return float("inf")
    prefer = sum(_preference(problem, params, officer, task) for task in tasks)
    ways = [way for way in _ways(problem, officer, tasks)]
    return prefer + params.travel * min(ways, default=float("inf"))


def _able(officer: Officer, task: Task) -> bool:
    return (
        task.skills <= officer.skills
        and (officer.areas is None or task.area in officer.areas)
        and officer.id not in task.forbidden
        and (task.lock is None or task.lock.officer in (None, officer.id))
    )


def _preference(problem: Problem, params: Params, officer: Officer, task: Task) -> float:
    known = any(task.enterprise in other.knows for other in problem.officers)
    price = params.unfamiliar if known and task.enterprise not in officer.knows else 0.0
    away = officer.home_area and task.area and task.area != officer.home_area
    return price + (params.away_from_home if away else 0.0)


def _ways(problem: Problem, officer: Officer, tasks: list[Task]) -> Iterator[int]:
    """Minutes on the road of every order that fits the day."""
    if not tasks:
        yield 0
    for order in permutations(tasks) if tasks else ():
        at, here, way = officer.shift.start, officer.start, 0
        for task in order:
            minutes = problem.travel.minutes(here, task.position)
            start = _start(officer, task, _after(officer, at, minutes))
            if start is None:
                break
            at, here, way = start + task.service_minutes, task.position, way + minutes
        else:
            home = problem.travel.minutes(here, officer.end)
            if _after(officer, at, home) <= officer.shift.end:
                yield way + home


def _resting(officer: Officer, minute: int) -> bool:
    return any(rest.start <= minute < rest.end for rest in officer.breaks)


def _after(officer: Officer, at: int, minutes: int) -> int:
    while minutes:
        minutes -= not _resting(officer, at)
        at += 1
    return at


def _start(officer: Officer, task: Task, earliest: int) -> int | None:
    for start in range(earliest, 24 * 60):
        span = range(start, start + task.service_minutes)
        opened = any(w.start <= start and start + task.service_minutes <= w.end for w in task.windows)
        pinned = task.lock is None or task.lock.at in (None, start)
        if opened and pinned and not any(_resting(officer, minute) for minute in span):
            return start
    return None
