"""The well-kept solvers beside ours, each given the same day: VROOM, PyVRP, OR-Tools. None of them is needed.

Their answers are timed and priced by the sheet. A peer that is not installed says so in the table.
"""

from __future__ import annotations

import importlib.util
import itertools
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from bench.planning.rules_of_thumb import by_rule, most_overdue, nearest
from bench.planning.sheets import Orders, Sheet

Solver = Callable[[Sheet, float, int], Orders]
"""The day, CPU seconds, seed."""
TASTE = 0.2  # CPU seconds of doing nothing, to see how busy the machine is
UNIT = 10  # costs are given to solvers that count whole numbers in tenths of a minute


@dataclass(frozen=True)
class Peer:
    """Who, what must be installed for it, and how it is called."""

    name: str
    package: str
    solve: Solver

    @property
    def is_installed(self) -> bool:
        return not self.package or importlib.util.find_spec(self.package) is not None


def wall_for(cpu: float) -> float:
    """About how much wall clock gives so much CPU now: for solvers that only know the wall clock."""
    wall, began = time.perf_counter(), time.process_time()
    while time.process_time() - began < TASTE:
        pass
    return cpu * max(1.0, (time.perf_counter() - wall) / TASTE)


def vroom(sheet: Sheet, seconds: float, seed: int) -> Orders:
    """Priorities 1 to 100 by weight; its greatest effort that usually ends within the budget, cut off after it."""
    import vroom as library

    day = library.Input()
    day.set_durations_matrix("car", sheet.ways.astype(np.uint32))
    number = {skill: at + 1 for at, skill in enumerate(sheet.skills)}
    for row, officer in enumerate(sheet.problem.officers):
        day.add_vehicle(
            library.Vehicle(
                row,
                start=row,
                end=row,
                skills={number[skill] for skill in officer.skills if skill in number},
                time_window=library.TimeWindow(officer.shift.start, officer.shift.end),
            )
        )
    priority = np.clip(np.rint(100 * sheet.weights / sheet.weights.max()), 1, 100).astype(int)
    day.add_job(
        [
            library.Job(
                at,
                location=sheet.crew + at,
                default_service=task.service_minutes,
                priority=int(priority[at]),
                skills={number[skill] for skill in task.skills},
                time_windows=[library.TimeWindow(low, high) for low, high in sheet.starts(at)],
            )
            for at, task in enumerate(sheet.problem.tasks)
            if sheet.starts(at)
        ]
    )
    level = 5 if seconds >= 1 and sheet.size < 500 else 0
    limit = timedelta(seconds=wall_for(seconds))
    answer = day.solve(exploration_level=level, nb_threads=1, timeout=limit)
    jobs = answer.routes[answer.routes.type == "job"]
    orders: Orders = [[] for _ in range(sheet.crew)]
    for row, task in zip(jobs.vehicle_id.tolist(), jobs.id.tolist(), strict=True):
        orders[int(row)].append(int(task))
    return orders


class _CpuIsOver:
    """PyVRP's stopping criterion on CPU time: fair on a machine that others use too."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.began = seconds, time.process_time()

    def __call__(self, best_cost: float) -> bool:
        return time.process_time() - self.began > self.seconds


def pyvrp(sheet: Sheet, seconds: float, seed: int) -> Orders:
    """Optional clients with prizes, one for each span of opening; a shorter memory and a smaller shaking than its
    own defaults, and penalties that do not fall to nothing: better on days of this kind within seconds."""
    import pyvrp as library
    from pyvrp.search import PerturbationParams

    data, owner = _pyvrp_data(library, sheet)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        params = library.SolveParams(
            ils=library.IteratedLocalSearchParams(history_length=30),
            perturbation=PerturbationParams(1, 10),
            penalty=library.PenaltyParams(min_penalty=UNIT, max_penalty=1e5),
        )
        result = library.solve(
            data, stop=_CpuIsOver(seconds), seed=seed, display=False, collect_stats=False, params=params
        )
    orders: Orders = [[] for _ in range(sheet.crew)]
    for route in result.best.routes():
        orders[route.vehicle_type()] += [owner[stop.idx] for stop in route if stop.is_client()]
    return orders


def _pyvrp_data(library: Any, sheet: Sheet) -> tuple[Any, list[int]]:
    clients: list[Any] = []
    groups: list[Any] = []
    owner: list[int] = []
    for at, task in enumerate(sheet.problem.tasks):
        spans = sheet.starts(at)
        members = list(range(len(clients), len(clients) + len(spans)))
        group = len(groups) if len(spans) > 1 else None
        if group is not None:
            groups.append(library.ClientGroup(members, required=False))
        for low, high in spans:
            clients.append(
                library.Client(
                    sheet.crew + at,
                    delivery=[int(skill in task.skills) for skill in sheet.skills],
                    service_duration=task.service_minutes,
                    tw_early=low,
                    tw_late=high,
                    prize=round(UNIT * task.weight / sheet.travel_price),
                    required=False,
                    group=group,
                )
            )
            owner.append(at)
    officers = [
        library.VehicleType(
            1,
            capacity=[10**6 if skill in officer.skills else 0 for skill in sheet.skills],
            start_depot=row,
            end_depot=row,
            tw_early=officer.shift.start,
            tw_late=officer.shift.end,
            unit_distance_cost=UNIT,
        )
        for row, officer in enumerate(sheet.problem.officers)
    ]
    nodes = [library.Location(0, 0) for _ in range(sheet.crew + sheet.size)]
    ways = sheet.ways.astype(np.int64)
    depots = [library.Depot(row) for row in range(sheet.crew)]
    return library.ProblemData(nodes, clients, depots, officers, [ways], [ways], groups), owner


def or_tools(sheet: Sheet, seconds: float, seed: int) -> Orders:
    """Guided local search from parallel cheapest insertion; leaving a task out costs its weight."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    bases = list(range(sheet.crew))
    manager = pywrapcp.RoutingIndexManager(sheet.crew + sheet.size, sheet.crew, bases, bases)
    model = pywrapcp.RoutingModel(manager)
    price = max(1, round(UNIT * sheet.travel_price)) if sheet.travel_price >= 1 / UNIT else 0
    scale = UNIT if price else 1
    cost = model.RegisterTransitMatrix((sheet.ways.astype(np.int64) * max(price, 0)).tolist())
    model.SetArcCostEvaluatorOfAllVehicles(cost)
    _or_tools_times(sheet, manager, model, scale)
    params = pywrapcp.DefaultRoutingSearchParameters()
    first, local = routing_enums_pb2.FirstSolutionStrategy, routing_enums_pb2.LocalSearchMetaheuristic
    params.first_solution_strategy = first.PARALLEL_CHEAPEST_INSERTION
    params.local_search_metaheuristic = local.GUIDED_LOCAL_SEARCH
    params.time_limit.FromMilliseconds(int(wall_for(seconds) * 1000))
    answer = model.SolveWithParameters(params)
    return _or_tools_orders(sheet, manager, model, answer)


def _or_tools_times(sheet: Sheet, manager: Any, model: Any, scale: int) -> None:
    clock = sheet.ways.astype(np.int64)
    clock[sheet.crew :] += np.array([[task.service_minutes] for task in sheet.problem.tasks])
    last = max(officer.shift.end for officer in sheet.problem.officers)
    model.AddDimension(model.RegisterTransitMatrix(clock.tolist()), last, last, False, "time")
    time_of = model.GetDimensionOrDie("time")
    for row, officer in enumerate(sheet.problem.officers):
        for end in (model.Start(row), model.End(row)):
            time_of.CumulVar(end).SetRange(officer.shift.start, officer.shift.end)
    for at in range(sheet.size):
        index, spans = manager.NodeToIndex(sheet.crew + at), sheet.starts(at)
        model.AddDisjunction([index], round(scale * sheet.weights[at]))
        if not spans:
            model.ActiveVar(index).SetValue(0)
            continue
        begins = time_of.CumulVar(index)
        begins.SetRange(spans[0][0], spans[-1][1])
        for (_, high), (low, _) in itertools.pairwise(spans):
            if low - 1 >= high + 1:
                begins.RemoveInterval(high + 1, low - 1)
        able = np.flatnonzero(sheet.able[:, at]).tolist()
        if len(able) < sheet.crew:
            model.VehicleVar(index).SetValues([-1, *able])


def _or_tools_orders(sheet: Sheet, manager: Any, model: Any, answer: Any) -> Orders:
    orders: Orders = [[] for _ in range(sheet.crew)]
    for row in range(sheet.crew if answer else 0):
        index = answer.Value(model.NextVar(model.Start(row)))
        while not model.IsEnd(index):
            orders[row].append(manager.IndexToNode(index) - sheet.crew)
            index = answer.Value(model.NextVar(index))
    return orders


VROOM = Peer("VROOM", "vroom", vroom)
PYVRP = Peer("PyVRP, tuned", "pyvrp", pyvrp)
OR_TOOLS = Peer("OR-Tools", "ortools", or_tools)
SOLVERS = (VROOM, PYVRP, OR_TOOLS)
RULES = (
    Peer("most overdue first", "", lambda sheet, seconds, seed: by_rule(sheet, most_overdue, seconds, seed)),
    Peer("nearest first", "", lambda sheet, seconds, seed: by_rule(sheet, nearest, seconds, seed)),
)
