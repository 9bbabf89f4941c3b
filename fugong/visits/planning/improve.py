"""One part of a day given to PyVRP: optional clients with prizes, one client per opening span, one profile
per kind of officer. Its answer is only a proposal: it is timed again here, and taken when it is cheaper.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from .day import Day, Ints, Tours, kept, planned, total

try:
    import pyvrp
    import pyvrp.stop
except ImportError:
    HAS_PYVRP = False
else:
    HAS_PYVRP = True

UNIT = 100
FORBIDDEN_COST = 10**9
FORBIDDEN_MINUTES = 10**5
PRIZE_LIMIT = 10**6 * UNIT


@dataclass(frozen=True, slots=True)
class Effort:
    """What one call may use."""

    seconds: float | None
    iterations: int | None
    seed: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part as PyVRP sees it: `spots` are (task, clock), `clients` are (spot, first, last)."""

    officers: list[int]
    spots: list[tuple[int, int]]
    clients: list[tuple[int, int, int]]


def improved(day: Day, tours: Tours, officers: list[int], tasks: list[int], effort: Effort) -> Tours:
    """The tours of these officers after PyVRP's search, never dearer than before."""
    before = [tours[officer] for officer in officers]
    part = _part(day, officers, tasks)
    if not HAS_PYVRP or not part.clients:
        return before
    after = [kept(day, officers[row], order) for row, order in enumerate(_search(day, part, before, effort))]
    return after if total(day, after) < total(day, before) else before


def _part(day: Day, officers: list[int], tasks: list[int]) -> Part:
    clocks = sorted({day.clock_of[officer] for officer in officers})
    crews = {k: [officer for officer in officers if day.clock_of[officer] == k] for k in clocks}
    spots = [(task, k) for task in tasks for k in clocks if day.allowed[crews[k], task].any()]
    clients = [(at, low, high) for at, (task, k) in enumerate(spots) for low, high in day.spans[k][task]]
    return Part(officers, spots, clients)


def _search(day: Day, part: Part, before: Tours, effort: Effort) -> list[list[int]]:
    """Orders of tasks, one list an officer of the part."""
    data = _data(day, part)
    with warnings.catch_warnings():
        # PyVRP warns when its penalties meet our bounds: they are meant to, its answer is timed again here.
        warnings.simplefilter("ignore", pyvrp.exceptions.PenaltyBoundWarning)
        result = pyvrp.solve(
            data,
            stop=_stop(effort),
            seed=effort.seed,
            collect_stats=False,
            params=pyvrp.SolveParams(penalty=pyvrp.PenaltyParams(min_penalty=UNIT, max_penalty=200.0 * UNIT)),
            initial_solution=_start(day, part, before, data),
        )
    orders: list[list[int]] = [[] for _ in part.officers]
    seen: set[int] = set()
    for route in result.best.routes():
        for stop in route:
            task = part.spots[part.clients[stop.idx][0]][0] if stop.is_client() else -1
            if task >= 0 and task not in seen:
                orders[route.vehicle_type()].append(task)
                seen.add(task)
    return orders


def _stop(effort: Effort) -> pyvrp.stop.StoppingCriterion:
    criteria: list[pyvrp.stop.StoppingCriterion] = []
    if effort.seconds is not None:
        criteria.append(pyvrp.stop.MaxRuntime(effort.seconds))
    if effort.iterations is not None:
        criteria.append(pyvrp.stop.MaxIterations(effort.iterations))
    return pyvrp.stop.MultipleCriteria(criteria)


def _data(day: Day, part: Part) -> pyvrp.ProblemData:
    """Locations: every officer's start, every officer's end, then the spots."""
    crew = len(part.officers)
    nodes = [day.start_node(o) for o in part.officers] + [day.end_node(o) for o in part.officers]
    nodes += [task for task, _ in part.spots]
    groups, member = _groups(part)
    clients = [
        pyvrp.Client(
            location=2 * crew + spot,
            service_duration=int(day.service[part.spots[spot][0]]),
            tw_early=low,
            tw_late=high,
            prize=min(PRIZE_LIMIT, round(UNIT * float(day.weight[part.spots[spot][0]]))),
            required=False,
            group=member.get(number),
        )
        for number, (spot, low, high) in enumerate(part.clients)
    ]
    profiles = {_kind(day, part, officer): officer for officer in part.officers}
    order = {kind: number for number, kind in enumerate(profiles)}
    matrices: list[tuple[Any, Any]] = [_matrices(day, part, officer, nodes) for officer in profiles.values()]
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(*_xy(day, node)) for node in nodes],
        clients=clients,
        depots=[pyvrp.Depot(number) for number in range(2 * crew)],
        vehicle_types=[
            pyvrp.VehicleType(
                start_depot=row,
                end_depot=crew + row,
                tw_early=day.shift_from[officer],
                tw_late=day.shift_to[officer],
                profile=order[_kind(day, part, officer)],
            )
            for row, officer in enumerate(part.officers)
        ],
        distance_matrices=[costs for costs, _ in matrices],
        duration_matrices=[minutes for _, minutes in matrices],
        groups=groups,
    )


def _groups(part: Part) -> tuple[list[pyvrp.ClientGroup], dict[int, int]]:
    """Groups of clients of which one at most is visited: the spans of one task, under any officer's clock."""
    by_task: dict[int, list[int]] = {}
    for number, (spot, _, _) in enumerate(part.clients):
        by_task.setdefault(part.spots[spot][0], []).append(number)
    several = [numbers for numbers in by_task.values() if len(numbers) > 1]
    groups = [pyvrp.ClientGroup(numbers, required=False) for numbers in several]
    return groups, {number: at for at, numbers in enumerate(several) for number in numbers}


def _kind(day: Day, part: Part, officer: int) -> tuple[int, bytes, bytes]:
    tasks = [task for task, _ in part.spots]
    return day.clock_of[officer], day.allowed[officer, tasks].tobytes(), day.extra[officer, tasks].tobytes()


def _xy(day: Day, node: int) -> tuple[float, float]:
    if node < day.size:
        return day.problem.tasks[node].position
    officer = day.problem.officers[(node - day.size) % day.crew]
    return officer.start if node < day.size + day.crew else officer.end


def _matrices(day: Day, part: Part, officer: int, nodes: list[int]) -> tuple[Ints, Ints]:
    """Costs and minutes for one kind of officer; the ways to what it may not do are priced out of reach."""
    minutes = day.travel[np.ix_(nodes, nodes)].astype(np.int64)
    costs = np.round(minutes * (UNIT * day.params.travel)).astype(np.int64)
    first = len(nodes) - len(part.spots)
    tasks = [task for task, _ in part.spots]
    own = np.array([clock == day.clock_of[officer] for _, clock in part.spots], dtype=np.bool_)
    may = day.allowed[officer, tasks] & own
    costs[:, first:] += np.where(
        may, np.round(UNIT * day.extra[officer, tasks]).astype(np.int64), FORBIDDEN_COST
    )
    minutes[:, first:] += np.where(may, 0, FORBIDDEN_MINUTES)
    np.fill_diagonal(costs, 0)
    np.fill_diagonal(minutes, 0)
    return costs, minutes


def _start(day: Day, part: Part, before: Tours, data: pyvrp.ProblemData) -> pyvrp.Solution:
    """The standing tours in PyVRP's terms: for every visit the client of the span it begins in."""
    known = set(planned(before)) & {task for task, _ in part.spots}
    at = {(*part.spots[spot], low, high): number for number, (spot, low, high) in enumerate(part.clients)}
    routes = []
    for row, tour in enumerate(before):
        clock = day.clock_of[tour.officer]
        visits = []
        for task, begin in zip(tour.order, tour.begins, strict=True):
            span = next(((low, high) for low, high in day.spans[clock][task] if low <= begin <= high), None)
            if span and task in known:
                visits.append(at[(task, clock, *span)])
        if visits:
            routes.append(pyvrp.Route(data, visits, row))
    return pyvrp.Solution(data, routes)
