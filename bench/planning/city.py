"""`python -m bench city`: tomorrow of a whole town's ledger as one pool, and of a city of 300 grids.

The city is planned with a pool for each grid, and as one single pool.

Every measurement runs in processes of its own, so that the peak of memory is that of planning alone.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from bench.measuring import cpu_seconds
from bench.planning.made_up import EVERYBODY_60, EVERYBODY_100, Scope, city_as_one, day_of, grid_of_a_city
from bench.planning.ours import warm_up, with_reasons
from bench.planning.sheets import Sheet
from bench.reporting import Table
from fugong.visits.planning import Params, Stop, solve, violations
from fugong.visits.planning.search import solve_many

CHILDREN = resource.RUSAGE_CHILDREN
GRIDS = 300
WORKERS = 2
GRID_CPU = 0.25
POOL_WALL = 120.0  # seconds of search for the city as one pool
TOWN_CPU = (5.0, 15.0)
LONG_CPU = 30.0
HEAD = ("what", "search", "wall s", "CPU s", "peak MiB", "visits", "cost / long search", "with a reason")


@dataclass(frozen=True, slots=True)
class Answer:
    wall: float
    cpu: float
    peak: float
    visits: int
    cost: float
    reasons: tuple[int, int]


def run() -> Table:
    rows = [row for scope in (EVERYBODY_60, EVERYBODY_100) for row in _town(scope)]
    rows += [_city(), _one_pool()]
    notes = [
        f"town: all 5,600 enterprises may be visited; long search = {LONG_CPU:g} s CPU; what the CPU "
        "column has beyond the search is the making of arrays and of all reasons",
        f"city: {GRIDS} pools, one after the other on {WORKERS} processes, {GRID_CPU:g} s CPU each; its peak is that "
        f"of the process that asks and {WORKERS} times that of the greatest worker",
        "wall clock depends on what else runs; the time of a process to start and to load the compiled code is not "
        "in the town's figures, it is in the city's",
    ]
    return Table("city", HEAD, rows, notes)


def _alone(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _town(scope: Scope) -> list[tuple[str, ...]]:
    found = []
    for seconds in (*TOWN_CPU, LONG_CPU):
        with _alone(1) as process:
            found.append(process.submit(town_for_tomorrow, scope, seconds).result())
    best = found[-1].cost
    name = f"{scope.name}: {scope.due:,} enterprises"
    searches = [f"{seconds:g} s CPU" for seconds in (*TOWN_CPU, LONG_CPU)]
    return [_row(name, search, each, best) for search, each in zip(searches, found, strict=True)]


def town_for_tomorrow(scope: Scope, seconds: float) -> Answer:
    """Runs in a process of its own: one plan of the whole ledger."""
    warm_up()
    problem = day_of(scope, 1)
    wall, began = time.perf_counter(), cpu_seconds()
    plan = solve(problem, Params(), Stop(cpu_seconds=seconds), seed=1)
    wall, used = time.perf_counter() - wall, cpu_seconds() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sheet = Sheet(problem)
    cost = sheet.cost(sheet.orders_of(plan))
    return Answer(wall, used, peak, len(plan.visits()), cost, with_reasons(plan))


def _city() -> tuple[str, ...]:
    with _alone(1) as process:
        answer, enterprises, officers = process.submit(city_for_tomorrow).result()
    name = f"city: {enterprises:,} enterprises, {GRIDS} grids, {officers:,} officers"
    return _row(name, f"{GRID_CPU:g} s CPU a grid", answer, 0)


def city_for_tomorrow() -> tuple[Answer, int, int]:
    """Runs in a process of its own with its workers; also how many enterprises and officers there are."""
    grids = [grid_of_a_city(number) for number in range(GRIDS)]
    wall, began = time.perf_counter(), cpu_seconds()
    plans = list(solve_many(grids, Params(), Stop(cpu_seconds=GRID_CPU), 1, workers=WORKERS))
    wall, used = time.perf_counter() - wall, cpu_seconds() - began
    own, child = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, CHILDREN))
    assert not any(violations(problem, plan) for problem, plan in zip(grids, plans, strict=True))
    found = [with_reasons(plan) for plan in plans]
    reasons = (sum(every for every, _ in found), sum(said for _, said in found))
    visits = sum(len(plan.visits()) for plan in plans)
    answer = Answer(wall, used, own + WORKERS * child, visits, 0, reasons)
    return answer, sum(len(grid.tasks) for grid in grids), sum(len(grid.officers) for grid in grids)


def _one_pool() -> tuple[str, ...]:
    with _alone(1) as process:
        answer, enterprises, officers = process.submit(pool_for_tomorrow).result()
    name = f"one pool: {enterprises:,} enterprises, {officers:,} officers"
    return _row(name, f"{POOL_WALL:g} s", answer, 0)


def pool_for_tomorrow() -> tuple[Answer, int, int]:
    """Runs in a process of its own with its workers: the same city without a border."""
    problem = city_as_one(GRIDS)
    wall, began = time.perf_counter(), cpu_seconds()
    plan = solve(problem, Params(), Stop(seconds=POOL_WALL), seed=1, workers=WORKERS)
    wall, used = time.perf_counter() - wall, cpu_seconds() - began
    own, child = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, CHILDREN))
    answer = Answer(wall, used, own + WORKERS * child, len(plan.visits()), 0, with_reasons(plan))
    return answer, len(problem.tasks), len(problem.officers)


def _row(name: str, search: str, answer: Answer, best: float) -> tuple[str, ...]:
    total, said = answer.reasons
    return (
        name,
        search,
        f"{answer.wall:.1f}",
        f"{answer.cpu:.1f}",
        f"{answer.peak:,.0f}",
        f"{answer.visits:,}",
        f"{answer.cost / best:.3f}" if best else "",
        f"{said:,} of {total:,}",
    )
