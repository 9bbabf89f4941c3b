"""`python -m bench replanning`: an officer is ill in the morning; an urgent case comes in at half past ten.

The standing plan is changed as little as it pays (its visits are kept by `Params.keep`) against planning from
scratch with the same CPU. A visit is moved when another officer makes it afterwards, and given up when nobody
does (some have to be, for heavier ones of the absent officer); the visits of the absent officer have to move and
are not counted. At another time: by the same officer, but a quarter of an hour or more earlier or later.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, replace
from statistics import mean

from bench.measuring import cpu_seconds
from bench.planning.made_up import LARGE_VILLAGE, REGION, TOWN, Scope, day_of
from bench.planning.ours import planned, warm_up
from bench.reporting import Table
from fugong.visits.planning import Params, Plan, Problem
from fugong.visits.planning.day import GIVEN_UP
from fugong.visits.planning.replan import from_now
from fugong.visits.planning.settling import NOTICED

HALF_PAST_TEN, AFTERNOON_END = 630, 1050
SEEDS = (1, 2, 3)
SCOPES = (LARGE_VILLAGE, REGION, TOWN)
FIRST_PLAN = {TOWN: 8.0}  # CPU seconds of the standing plan, 2 for the smaller ones
CPU = {TOWN: 1.0}  # of the new plan, half a second for the smaller ones
HEAD = (
    "day",
    "what happens",
    "way",
    "wall s",
    "CPU s",
    "visits moved",
    "/ from scratch",
    "at another time",
    "given up",
    "cost / from scratch",
    "urgent case kept",
)


@dataclass(frozen=True, slots=True)
class Answer:
    wall: float
    cpu: float
    moved: int
    retimed: int
    given_up: int
    cost: float
    kept: bool


def run() -> Table:
    warm_up()
    rows = []
    for scope in SCOPES:
        found: dict[tuple[str, str], list[Answer]] = defaultdict(list)
        for seed in SEEDS:
            _one_day(scope, seed, found)
        rows += [_row(scope, *key, answers, found) for key, answers in found.items()]
    notes = [
        f"{len(SEEDS)} made-up days of each size; standing plan after {FIRST_PLAN.get(LARGE_VILLAGE, 2.0):g} s CPU, "
        f"of the town after {FIRST_PLAN[TOWN]:g} s",
        "cost = minutes on the way and the weights of what is left out, without the price of moving",
    ]
    return Table("replanning", HEAD, rows, notes)


def _one_day(scope: Scope, seed: int, found: dict[tuple[str, str], list[Answer]]) -> None:
    problem = day_of(scope, seed)
    standing = planned(problem, FIRST_PLAN.get(scope, 2.0), seed)
    for case in (_absence(problem, standing), _urgent_case(problem, standing)):
        for way, initial in (("standing plan changed", case.standing), ("from scratch", None)):
            found[case.what, way].append(_replanned(case, initial, CPU.get(scope, 0.5)))


@dataclass(frozen=True, slots=True)
class Case:
    """What happens, the problem after it, the plan that stands then, and the task that has to be visited."""

    what: str
    problem: Problem
    standing: Plan
    urgent: str = ""


def _absence(problem: Problem, standing: Plan) -> Case:
    """The officer with the most visits is not there this morning."""
    gone = max(standing.routes, key=lambda route: len(route.visits)).officer
    crew = tuple(each for each in problem.officers if each.id != gone)
    return Case("an absence", replace(problem, officers=crew), standing)


def _urgent_case(problem: Problem, standing: Plan) -> Case:
    """At half past ten a task that was left out, needs no skill and is open in the afternoon has to be visited."""
    left = {each.task for each in standing.unplanned}
    urgent = next(
        task.id
        for task in problem.tasks
        if task.id in left and not task.skills and task.windows[-1].end >= AFTERNOON_END
    )
    rest, plan = from_now(problem, standing, HALF_PAST_TEN, urgent=[urgent])
    return Case("an urgent case at 10:30", rest, plan, urgent)


def _replanned(case: Case, initial: Plan | None, cpu: float) -> Answer:
    wall, began = time.perf_counter(), cpu_seconds()
    plan = planned(case.problem, cpu, 1, initial=initial)
    wall, used = time.perf_counter() - wall, cpu_seconds() - began
    here = {visit.task: visit.officer for visit in plan.visits()}
    there = {officer.id for officer in case.problem.officers}
    kept = [visit for visit in case.standing.visits() if visit.officer in there]
    moved = sum(here.get(visit.task, visit.officer) != visit.officer for visit in kept)
    starts = {visit.task: visit.start for visit in plan.visits()}
    retimed = sum(
        here.get(visit.task) == visit.officer and abs(starts[visit.task] - visit.start) >= NOTICED
        for visit in kept
    )
    given_up = sum(visit.task not in here for visit in kept)
    price = plan.cost - (Params().keep * (moved + GIVEN_UP * given_up) if initial else 0)
    return Answer(wall, used, moved, retimed, given_up, price, not case.urgent or case.urgent in here)


def _row(
    scope: Scope,
    what: str,
    way: str,
    answers: list[Answer],
    found: dict[tuple[str, str], list[Answer]],
) -> tuple[str, ...]:
    scratch = found[what, "from scratch"]
    ratio = mean(each.cost / other.cost for each, other in zip(answers, scratch, strict=True))
    return (
        f"{scope.name}: {scope.due:,} due, {scope.officers} officers",
        what,
        way,
        f"{mean(each.wall for each in answers):.2f}",
        f"{mean(each.cpu for each in answers):.2f}",
        f"{mean(each.moved for each in answers):.1f}",
        f"{_share_moved(answers, scratch):.3f}",
        f"{mean(each.retimed for each in answers):.1f}",
        f"{mean(each.given_up for each in answers):.1f}",
        f"{ratio:.3f}",
        f"{sum(each.kept for each in answers)} of {len(answers)}" if what != "an absence" else "",
    )


def _share_moved(answers: list[Answer], scratch: list[Answer]) -> float:
    return sum(each.moved for each in answers) / max(1, sum(each.moved for each in scratch))
