"""Days too big for one board: parts of officers by territory, each with its enterprises, planned by themselves.

After every round the borders are drawn anew through the lines as they are, elsewhere than before, so that what met
at a border in one round lies inside a part in the next. No matrix of the whole day is ever made. Processes are
started and have their loops compiled once, before the first round.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from fugong.lifeline import end_with_parent

from .check import violations
from .day import why_not_able
from .params import Params
from .plan import Plan, Route
from .problem import Problem, Task
from .stop import Deadline, Stop
from .whole import InfeasiblePlan, Progress, plan_whole, warm

Floats = NDArray[np.float64]

ROUNDS = (0.6, 0.4)
"""Shares of the effort of the rounds."""
CUTS = (0.5, 0.35)
"""Where each round makes its first cut through the officers, so that its borders lie elsewhere."""
SEARCHING = 0.9
"""Share of the clock for the parts; the rest is for drawing borders, putting the parts together and checking."""


@dataclass(frozen=True)
class Part:
    """Officers and tasks of one part, by number; what it may use of the whole effort."""

    officers: list[int]
    tasks: list[int]
    effort: float


@dataclass(frozen=True)
class Job:
    """All that a process needs to plan one part. `initial` is where it begins, `standing` what it should change little."""

    problem: Problem
    params: Params
    stop: Stop
    seed: int
    initial: Plan | None
    standing: Plan | None = None


def plan_job(job: Job) -> Plan:
    return plan_whole(job.problem, job.params, job.stop, job.seed, initial=job.initial, standing=job.standing)


def plan_alone(job: Job) -> Plan:
    """Plans a day that is nobody else's part in this process: in parts where it is too big for one board."""
    if not is_big(job.problem, job.params):
        return plan_job(job)
    return plan_in_parts(
        job.problem, job.params, job.stop, job.seed, initial=job.initial, progress=None, workers=1
    )


def is_big(problem: Problem, params: Params) -> bool:
    """Whether the day is planned in parts."""
    much = len(problem.tasks) > params.cluster_tasks or len(problem.officers) > params.cluster_officers
    return much and len(problem.officers) > 1


def plan_in_parts(
    problem: Problem,
    params: Params,
    stop: Stop,
    seed: int,
    *,
    initial: Plan | None,
    progress: Progress | None,
    workers: int,
) -> Plan:
    """Plans a big day in rounds of parts. With iterations alone the plan is the same for any number of workers."""
    deadline, plan, before = stop.begin(), initial, 0.0
    if initial is None:  # the parts may change what the round before has decided
        params = replace(params, keep=0.0)
    with processes(workers) as executor:
        for number, share in enumerate(ROUNDS):
            parts = _parts(problem, params, plan, CUTS[number])
            effort = _Effort(deadline, before, share, max(1, min(workers, len(parts))))
            whole = Job(problem, params, stop, seed + number, plan, initial)
            jobs = [_job(whole, part, effort.of(part)) for part in parts]
            plans = run_in(jobs, executor, lambda: stop.was_asked)
            plan = _merged(problem, _with_progress(plans, parts, before, share, progress))
            before += share
    assert plan is not None
    broken = violations(problem, plan)
    if broken:
        raise InfeasiblePlan(" ".join(broken[:20]))
    return plan


@dataclass(frozen=True)
class _Effort:
    """What a round may use: its share of the clock on all workers, or of the rounds that are counted."""

    deadline: Deadline
    before: float
    share: float
    workers: int

    def of(self, part: Part) -> Stop:
        stop = self.deadline.stop
        many = stop.iterations
        return Stop(
            seconds=self._seconds(part, self.deadline.seconds_left()),
            iterations=None if many is None else round(many * self.share * part.effort),
            cpu_seconds=None if stop.cpu_seconds is None else stop.cpu_seconds * self.share * part.effort,
            asked=stop.asked if self.workers == 1 else None,
        )

    def _seconds(self, part: Part, left: float | None) -> float | None:
        if left is None:
            return None
        return SEARCHING * left * self.share / (1 - self.before) * part.effort * self.workers


def _with_progress(
    plans: Iterator[Plan], parts: list[Part], before: float, share: float, progress: Progress | None
) -> list[Plan]:
    found, done, cost = list[Plan](), 0.0, 0.0
    for plan, part in zip(plans, parts, strict=True):
        found.append(plan)
        done, cost = done + part.effort, cost + plan.cost
        if progress:
            progress(min(1.0, before + share * done), cost)
    return found


def processes(workers: int) -> AbstractContextManager[Executor | None]:
    """Processes with their loops compiled, to be left when the work is done; none for one worker."""
    if workers <= 1:
        return nullcontext()
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)


def _begin() -> None:
    """A search whose process was killed is nobody's any more."""
    end_with_parent()
    warm()


def run_jobs(
    jobs: Sequence[Job], workers: int, is_asked: Callable[[], bool] = lambda: False
) -> Iterator[Plan]:
    """The plans of whole days in the order of the jobs, as they are ready; with one worker in this process."""
    with processes(workers if len(jobs) > 1 else 1) as executor:
        yield from run_in(jobs, executor, is_asked, plan_alone)


def run_in(
    jobs: Sequence[Job],
    executor: Executor | None,
    is_asked: Callable[[], bool] = lambda: False,
    plan: Callable[[Job], Plan] = plan_job,
) -> Iterator[Plan]:
    """The plans in the order of the jobs, as they are ready; without processes in this one."""
    if executor is not None:
        yield from executor.map(plan, jobs)
        return
    for job in jobs:
        yield plan(replace(job, stop=Stop(iterations=0)) if is_asked() else job)


# Parts


def _parts(problem: Problem, params: Params, plan: Plan | None, cut: float) -> list[Part]:
    places = _places(problem, plan)
    many = max(
        -(-len(problem.officers) // params.cluster_officers), -(-len(problem.tasks) // params.cluster_tasks)
    )
    groups = _split(list(range(len(problem.officers))), places, many, cut)
    part_of = np.zeros(max(1, len(problem.officers)), dtype=np.int64)
    for number, group in enumerate(groups):
        part_of[group] = number
    tasks: list[list[int]] = [[] for _ in groups]
    for task, officer in enumerate(_nearest_officers(problem, plan, places)):
        tasks[int(part_of[officer])].append(task)
    work = [len(group) + len(mine) / 10 for group, mine in zip(groups, tasks, strict=True)]
    return [
        Part(group, mine, effort / sum(work)) for group, mine, effort in zip(groups, tasks, work, strict=True)
    ]


def _places(problem: Problem, plan: Plan | None) -> Floats:
    """Where each officer works: the middle of the visits, else the start; on a plane, in degrees of latitude."""
    places = [[officer.start] for officer in problem.officers]
    row = {officer.id: at for at, officer in enumerate(problem.officers)}
    position = {task.id: task.position for task in problem.tasks}
    for route in plan.routes if plan else ():
        visits = [position[visit.task] for visit in route.visits if visit.task in position]
        if visits and route.officer in row:
            places[row[route.officer]] = visits
    return _flat([np.mean(each, axis=0) for each in places])


def _flat(points: Sequence[Sequence[float] | Floats]) -> Floats:
    found = np.array(points, dtype=np.float64).reshape(-1, 2).copy()
    if found.size:
        found[:, 0] *= np.cos(np.radians(np.abs(found[:, 1]).mean()))
    return found


def _split(officers: list[int], places: Floats, many: int, cut: float) -> list[list[int]]:
    """Cuts the officers along the longer side until there are `many` parts; only the first cut is off the middle."""
    if many <= 1 or len(officers) < 2:
        return [officers]
    spread = np.ptp(places[officers], axis=0)
    ordered = sorted(officers, key=lambda officer: (places[officer][int(spread[1] > spread[0])], officer))
    left = min(many - 1, max(1, round(many * cut)))
    at = min(len(ordered) - 1, max(1, round(len(ordered) * (left / many if cut == 0.5 else cut))))
    first = _split(ordered[:at], places, left, 0.5)
    return first + _split(ordered[at:], places, many - left, 0.5)


def _nearest_officers(problem: Problem, plan: Plan | None, places: Floats) -> list[int]:
    """For each task the officer whose part looks after it: who has it now, or the nearest who could."""
    row = {officer.id: at for at, officer in enumerate(problem.officers)}
    has = {visit.task: row[visit.officer] for visit in plan.visits() if visit.officer in row} if plan else {}
    points = _flat([task.position for task in problem.tasks])
    trees: dict[object, tuple[cKDTree, NDArray[np.int64]]] = {}
    found = []
    for number, task in enumerate(problem.tasks):
        if task.id in has:
            found.append(has[task.id])
            continue
        key = _asks(task)
        if key not in trees:
            able = _able(problem, task)
            trees[key] = cKDTree(places[able]), able
        tree, able = trees[key]
        found.append(int(able[int(tree.query(points[number])[1])]))
    return found


def _asks(task: Task) -> object:
    """What decides who could come; tasks that ask the same share one search for the nearest."""
    wish = task.lock.officer if task.lock else None
    return task.skills, task.area, task.agencies, task.forbidden, wish, task.together[:1]


def _able(problem: Problem, task: Task) -> NDArray[np.int64]:
    able = [at for at, officer in enumerate(problem.officers) if not why_not_able(officer, task)]
    return np.array(able or range(len(problem.officers)), dtype=np.int64)


def _job(whole: Job, part: Part, stop: Stop) -> Job:
    """The job of one part of the whole day, with what of the plan concerns it."""
    officers = tuple(whole.problem.officers[at] for at in part.officers)
    tasks = tuple(whole.problem.tasks[at] for at in part.tasks)
    mine = {officer.id for officer in officers}
    return replace(
        whole,
        problem=replace(whole.problem, officers=officers, tasks=tasks),
        stop=stop,
        initial=_plan_of(mine, whole.initial),
        standing=_plan_of(mine, whole.standing),
    )


def _plan_of(officers: set[str], plan: Plan | None) -> Plan | None:
    """The plan as far as these officers go."""
    if plan is None:
        return None
    routes = tuple(route for route in plan.routes if route.officer in officers)
    return replace(plan, routes=routes, unplanned=(), refused=())


def _merged(problem: Problem, plans: list[Plan]) -> Plan:
    """One plan of the parts' plans, officers and tasks in the problem's order."""
    routes = {route.officer: route for plan in plans for route in plan.routes}
    number = {task.id: at for at, task in enumerate(problem.tasks)}
    unplanned = sorted(
        (each for plan in plans for each in plan.unplanned), key=lambda each: number[each.task]
    )
    refused = sorted((each for plan in plans for each in plan.refused), key=lambda each: number[each.task])
    return Plan(
        routes=tuple(routes.get(each.id, Route(each.id, (), None, None, 0)) for each in problem.officers),
        unplanned=tuple(unplanned),
        refused=tuple(refused),
        cost=round(sum(plan.cost for plan in plans), 3),
        travel_minutes=sum(plan.travel_minutes for plan in plans),
        method=plans[0].method,
        rounds=sum(plan.rounds for plan in plans),
    )
