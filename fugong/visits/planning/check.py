"""An independent look at a finished plan: it knows the rules of the day and nothing of the search."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

from .plan import Plan, PlannedVisit, Route
from .problem import Officer, Problem, Task


def violations(problem: Problem, plan: Plan) -> list[str]:
    """Everything in the plan that breaks a rule, one sentence each; empty for a plan that can be done."""
    tasks = {task.id: task for task in problem.tasks}
    officers = {officer.id: officer for officer in problem.officers}
    found = [*_bookkeeping(plan, tasks, officers), *_together(plan, tasks, officers)]
    for route in plan.routes:
        officer = officers.get(route.officer)
        if officer is not None:
            known = [visit for visit in route.visits if visit.task in tasks]
            found += _way(problem, officer, route, known, tasks)
            for visit in known:
                found += _visit(officer, tasks[visit.task], visit)
    return found


def _bookkeeping(plan: Plan, tasks: dict[str, Task], officers: dict[str, Officer]) -> Iterator[str]:
    done = _done(plan, tasks)
    left = Counter(each.task for each in plan.unplanned)
    for task, times in sorted((done + left).items()):
        if task not in tasks:
            yield f"Task {task} is in the plan but not in the problem."
        elif times > 1:
            yield f"Task {task} appears {times} times."
    for task in tasks:
        if not done[task] and not left[task]:
            yield f"Task {task} is neither planned nor explained."
    for officer, times in sorted(Counter(route.officer for route in plan.routes).items()):
        if officer not in officers:
            yield f"Officer {officer} is in the plan but not in the problem."
        elif times > 1:
            yield f"Officer {officer} has {times} routes."


def _done(plan: Plan, tasks: dict[str, Task]) -> Counter[str]:
    """How often each task is done; all members' visits of a joint one together count once."""
    visits = Counter(visit.task for visit in plan.visits())
    for name, times in visits.items():
        if name in tasks and tasks[name].together and times == tasks[name].members:
            visits[name] = 1
    return visits


def _together(plan: Plan, tasks: dict[str, Task], officers: dict[str, Officer]) -> Iterator[str]:
    """All members of a joint visit come, at the same time, and each has what a member must have."""
    met: dict[str, list[PlannedVisit]] = {}
    for visit in plan.visits():
        if visit.task in tasks and tasks[visit.task].together:
            met.setdefault(visit.task, []).append(visit)
    for name, visits in sorted(met.items()):
        task, crew = tasks[name], [officers[visit.officer] for visit in visits if visit.officer in officers]
        if len(visits) != task.members:
            yield f"Task {name} needs {task.members} officers together, {len(visits)} come."
        if len({visit.start for visit in visits}) > 1:
            yield f"The members of task {name} come at different times."
        if len({officer.id for officer in crew}) < len(visits):
            yield f"An officer comes twice to task {name}."
        elif len(crew) == task.members and not _can_fill(task, crew):
            yield f"The members of task {name} lack a skill it needs."
        if task.lock is not None and task.lock.officer not in (None, *(officer.id for officer in crew)):
            yield f"Task {name} is locked to {task.lock.officer}, who is not among its members."


def _can_fill(task: Task, crew: list[Officer]) -> bool:
    """Whether the officers can take the members' parts in some order."""
    return any(
        all(asked <= officer.skills for asked, officer in zip(task.together, order, strict=True))
        for order in itertools.permutations(crew)
    )


def _visit(officer: Officer, task: Task, visit: PlannedVisit) -> Iterator[str]:
    """The rules of one visit."""
    if visit.officer != officer.id:
        yield f"Task {task.id} is in the route of {officer.id} under the name of {visit.officer}."
    if visit.end - visit.start != task.service_minutes:
        yield f"Task {task.id} takes {task.service_minutes} minutes, not {visit.end - visit.start}."
    if not any(window.holds(visit.start, visit.end) for window in task.windows):
        yield f"Task {task.id} is visited from {visit.start} to {visit.end}, when it is closed."
    if not officer.shift.holds(visit.start, visit.end):
        yield f"Task {task.id} lies outside the shift of {officer.id}."
    if any(visit.start < rest.end and rest.start < visit.end for rest in officer.breaks):
        yield f"Task {task.id} lies in a break of {officer.id}."
    if not task.skills <= officer.skills:
        yield f"Officer {officer.id} lacks a skill for task {task.id}."
    if officer.areas is not None and task.area not in officer.areas:
        yield f"Task {task.id} lies outside the areas of {officer.id}."
    if task.agencies is not None and officer.agency not in task.agencies:
        yield f"Officer {officer.id} is not of an agency that may do task {task.id} today."
    if officer.id in task.forbidden:
        yield f"Officer {officer.id} may not do task {task.id}."
    yield from _lock(officer, task, visit)


def _lock(officer: Officer, task: Task, visit: PlannedVisit) -> Iterator[str]:
    if task.lock is None:
        return
    if task.lock.officer not in (None, officer.id) and not task.together:
        yield f"Task {task.id} is locked to {task.lock.officer}, not {officer.id}."
    if task.lock.at not in (None, visit.start):
        yield f"Task {task.id} is locked to minute {task.lock.at}, not {visit.start}."


def _way(
    problem: Problem, officer: Officer, route: Route, visits: list[PlannedVisit], tasks: dict[str, Task]
) -> Iterator[str]:
    """Leaving, every way between two visits, and coming back."""
    if not visits:
        return
    if route.leave_at is None or route.back_at is None:
        yield f"Officer {officer.id} has visits and no hour of leaving or coming back."
        return
    if not officer.shift.holds(route.leave_at, route.back_at):
        yield f"Officer {officer.id} is away from {route.leave_at} to {route.back_at}, outside the shift."
    points = [officer.start, *(tasks[visit.task].position for visit in visits), officer.end]
    lands = [officer.land, *(tasks[visit.task].land for visit in visits), officer.home_land]
    free = [route.leave_at, *(visit.end for visit in visits)]
    due = [*(visit.start for visit in visits), route.back_at]
    for step, (a, b) in enumerate(itertools.pairwise(points)):
        way = problem.travel.minutes(a, b, officer.travels_by, (lands[step], lands[step + 1]))
        if officer.minutes_between(free[step], due[step]) < way:
            yield f"Officer {officer.id} cannot reach stop {step + 1} by {due[step]}, free at {free[step]}."
