"""A problem as arrays: tasks by number, ways in minutes, and per officer when each visit may begin.

Inside the planner the clock of an officer runs only while the officer works ("work time": breaks are cut
out), so that a way may be interrupted by a break and a visit never is.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .geo import ROUNDING, distances_km
from .params import Params
from .problem import Officer, Problem, Task, Travel, Window

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Spans = list[tuple[int, int]]

Ways = NDArray[np.int32]

NEVER = 10**6
BLOCK = 512
"""Rows of the travel matrix made at a time: 5,600 enterprises at once would take gigabytes."""


class Rows(dict[int, list[int]]):
    """Rows of a matrix as lists of plain integers, made when first asked for."""

    def __init__(self, matrix: Ways) -> None:
        super().__init__()
        self.matrix = matrix

    def __missing__(self, node: int) -> list[int]:
        row: list[int] = self.matrix[node].tolist()
        self[node] = row
        return row


@dataclass(frozen=True, slots=True)
class WorkClock:
    """Minutes since midnight against minutes of work since midnight."""

    breaks: tuple[Window, ...]

    def to_work(self, at: int) -> int:
        return at - sum(max(0, min(at, rest.end) - rest.start) for rest in self.breaks)

    def beginning(self, work: int) -> int:
        """When something begins at this minute of work: after a break that begins at the same minute."""
        at = work
        for rest in self.breaks:
            at += rest.end - rest.start if rest.start <= at else 0
        return at

    def ending(self, work: int) -> int:
        """When something ends at this minute of work: before a break that begins at the same minute."""
        at = work
        for rest in self.breaks:
            at += rest.end - rest.start if rest.start < at else 0
        return at

    def starts(self, task: Task) -> Spans:
        """Spans of work minutes in which the visit may begin, inside one opening window and no break."""
        cuts = [self.to_work(rest.start) for rest in self.breaks]
        found: Spans = []
        for window in task.windows:
            first, last = self.to_work(window.start), self.to_work(window.end)
            edges = [first, *(cut for cut in cuts if first < cut < last), last]
            for low, high in itertools.pairwise(edges):
                if high - low >= task.service_minutes:
                    found.append((low, high - task.service_minutes))
        return sorted(self._pinned(found, task))

    def _pinned(self, spans: Spans, task: Task) -> Spans:
        if task.lock is None or task.lock.at is None:
            return spans
        at = self.to_work(task.lock.at)
        if self.beginning(at) != task.lock.at:
            return []
        return [(at, at)] if any(low <= at <= high for low, high in spans) else []


@dataclass(frozen=True)
class Day:
    """The compiled problem. Nodes: tasks 0..n-1, then every officer's start, then every officer's end."""

    problem: Problem
    params: Params
    travel: Ways
    service: Ints
    weight: Floats
    extra: Floats
    able: Bools
    clocks: list[WorkClock]
    clock_of: list[int]
    spans: list[list[Spans]]
    shift_from: list[int]
    shift_to: list[int]

    @property
    def size(self) -> int:
        return len(self.problem.tasks)

    @property
    def crew(self) -> int:
        return len(self.problem.officers)

    def start_node(self, officer: int) -> int:
        return self.size + officer

    def end_node(self, officer: int) -> int:
        return self.size + self.crew + officer

    @cached_property
    def ways(self) -> Rows:
        """The travel matrix as lists, for single look-ups."""
        return Rows(self.travel)

    @cached_property
    def opens(self) -> list[tuple[Ints, Ints]]:
        """Per clock: first and last beginning of every task's spans, shape (spans, tasks)."""
        return [_padded(spans) for spans in self.spans]

    @cached_property
    def alone(self) -> Bools:
        """Whether the task, able or not, fits the officer's empty day; shape (officers, tasks)."""
        rows = [self._alone(officer) for officer in range(self.crew)]
        return np.array(rows, dtype=np.bool_).reshape(self.crew, self.size)

    @cached_property
    def allowed(self) -> Bools:
        """Able and possible in an empty day; shape (officers, tasks)."""
        return self.able & self.alone

    def _alone(self, officer: int) -> Bools:
        every = np.arange(self.size)
        arrive = self.shift_from[officer] + self.travel[self.start_node(officer), : self.size]
        begin = self.begins(officer, arrive[None, :], every)[0]
        back = begin + self.service + self.travel[: self.size, self.end_node(officer)]
        fits: Bools = back <= self.shift_to[officer]
        return fits

    def begins(self, officer: int, arrive: NDArray[np.signedinteger[Any]], tasks: Ints) -> Ints:
        """Earliest beginnings from arrivals of shape (any, tasks); NEVER where no span is left."""
        low, high = self.opens[self.clock_of[officer]]
        best = np.full(arrive.shape, NEVER, dtype=np.int64)
        for first, last in zip(low[::-1], high[::-1], strict=True):
            begin = np.maximum(arrive, first[tasks])
            best = np.where(begin <= last[tasks], begin, best)
        return best


def _padded(spans: list[Spans]) -> tuple[Ints, Ints]:
    depth = max((len(each) for each in spans), default=0) or 1
    low = np.full((depth, len(spans)), NEVER, dtype=np.int64)
    high = np.full((depth, len(spans)), -1, dtype=np.int64)
    for task, each in enumerate(spans):
        for level, (first, last) in enumerate(each):
            low[level, task], high[level, task] = first, last
    return low, high


def compiled(problem: Problem, params: Params, standing: dict[str, str] | None = None) -> Day:
    """Arrays of a problem. `standing` maps task ids to the officers of the plan to disturb little."""
    breaks = [tuple(sorted(officer.breaks, key=lambda rest: rest.start)) for officer in problem.officers]
    kinds = list(dict.fromkeys(breaks))
    clocks = [WorkClock(each) for each in kinds]
    clock_of = [kinds.index(each) for each in breaks]
    shifts = [officer.shift for officer in problem.officers]
    return Day(
        problem=problem,
        params=params,
        travel=_ways(problem),
        service=np.array([task.service_minutes for task in problem.tasks], dtype=np.int64),
        weight=np.array([_weight(task, params) for task in problem.tasks], dtype=np.float64),
        extra=_extras(problem, params, standing or {}),
        able=_abilities(problem),
        clocks=clocks,
        clock_of=clock_of,
        spans=[[clock.starts(task) for task in problem.tasks] for clock in clocks],
        shift_from=[clocks[k].to_work(shift.start) for k, shift in zip(clock_of, shifts, strict=True)],
        shift_to=[clocks[k].to_work(shift.end) for k, shift in zip(clock_of, shifts, strict=True)],
    )


def _weight(task: Task, params: Params) -> float:
    binding = params.mandatory if task.mandatory or task.lock else 0.0
    return params.urgency * task.weight + binding


def _ways(problem: Problem) -> Ways:
    points = [task.position for task in problem.tasks]
    points += [officer.start for officer in problem.officers]
    points += [officer.end for officer in problem.officers]
    factor = problem.travel.detour * 60 / problem.travel.speed_kmh
    result = np.zeros((len(points), len(points)), dtype=np.int32)
    for first in range(0, len(points), BLOCK):
        minutes = distances_km(points[first : first + BLOCK], points) * factor
        result[first : first + BLOCK] = _whole(minutes)
    _overwrite(result, [problem.travel.index.get(point, -1) for point in points], problem.travel)
    return result


def _whole(minutes: Floats) -> Ways:
    return np.maximum(0, np.ceil(minutes - ROUNDING)).astype(np.int32)


def _overwrite(ways: Ways, rows: list[int], travel: Travel) -> None:
    """Puts the given matrix over the straight lines where both ends are known places."""
    known = np.array([node for node, row in enumerate(rows) if row >= 0], dtype=np.int64)
    if known.size:
        given = np.array(travel.matrix, dtype=np.float64)
        at = np.array([rows[node] for node in known], dtype=np.int64)
        ways[np.ix_(known, known)] = _whole(given[np.ix_(at, at)])


def _extras(problem: Problem, params: Params, standing: dict[str, str]) -> Floats:
    """Minutes charged for sending each officer to each task, shape (officers, tasks)."""
    extra = np.zeros((len(problem.officers), len(problem.tasks)))
    for number, task in enumerate(problem.tasks):
        knows = [task.enterprise in officer.knows for officer in problem.officers]
        if any(knows):
            extra[:, number] += params.unfamiliar * ~np.array(knows)
    for row, officer in enumerate(problem.officers):
        if officer.home_area:
            away = [bool(task.area) and task.area != officer.home_area for task in problem.tasks]
            extra[row] += params.away_from_home * np.array(away, dtype=np.float64)
        moved = [standing.get(task.id, officer.id) != officer.id for task in problem.tasks]
        extra[row] += params.keep * np.array(moved, dtype=np.float64)
    return extra


def why_not_able(officer: Officer, task: Task) -> str:
    """The code of the first rule that keeps this officer from this task, or ""."""
    if not task.skills <= officer.skills:
        return "no_skill"
    if officer.areas is not None and task.area not in officer.areas:
        return "outside_area"
    if officer.id in task.forbidden:
        return "no_officer"
    if task.lock is not None and task.lock.officer not in (None, officer.id):
        return "no_officer"
    return ""


def _abilities(problem: Problem) -> Bools:
    rows = [[not why_not_able(officer, task) for task in problem.tasks] for officer in problem.officers]
    return np.array(rows, dtype=np.bool_).reshape(len(problem.officers), len(problem.tasks))


@dataclass(frozen=True, slots=True)
class Tour:
    """One officer's visits in order, with the earliest beginning and the latest arrival of each (work time).

    `free_at[i]` is when the officer can leave stop i (0 is the start), `latest[i]` the last arrival at
    stop i + 1 that keeps everything after it (the last one is the way's end).
    """

    officer: int
    order: tuple[int, ...]
    begins: tuple[int, ...]
    free_at: tuple[int, ...]
    latest: tuple[int, ...]
    cost: float


Tours = list[Tour]


def timed(day: Day, officer: int, order: Sequence[int]) -> Tour | None:
    """The tour in this order at its earliest times, or None when it does not fit the day."""
    nodes = [day.start_node(officer), *order, day.end_node(officer)]
    spans, ways = day.spans[day.clock_of[officer]], day.ways
    clock, begins, free_at = day.shift_from[officer], [], [day.shift_from[officer]]
    for before, task in zip(nodes, order, strict=False):
        begin = _first(spans[task], clock + ways[before][task])
        if begin is None:
            return None
        clock = begin + int(day.service[task])
        begins.append(begin)
        free_at.append(clock)
    if clock + ways[nodes[-2]][nodes[-1]] > day.shift_to[officer]:
        return None
    latest = _latest(day, officer, nodes)
    cost = way_minutes(day, nodes) * day.params.travel + sum(
        float(day.extra[officer, task]) for task in order
    )
    return Tour(officer, tuple(order), tuple(begins), tuple(free_at), latest, cost)


def _first(spans: Spans, arrive: int) -> int | None:
    for low, high in spans:
        if arrive <= high:
            return max(low, arrive)
    return None


def _latest(day: Day, officer: int, nodes: list[int]) -> tuple[int, ...]:
    spans = day.spans[day.clock_of[officer]]
    latest = [day.shift_to[officer]]
    for here, after in zip(reversed(nodes[1:-1]), reversed(nodes[2:]), strict=True):
        limit = latest[-1] - day.ways[here][after] - int(day.service[here])
        latest.append(max(min(high, limit) for low, high in spans[here] if low <= limit))
    return tuple(reversed(latest))


def way_minutes(day: Day, nodes: Sequence[int]) -> int:
    """Minutes on the way along these nodes; nothing for an officer who stays at home."""
    if len(nodes) == 2:
        return 0
    return sum(day.ways[a][b] for a, b in itertools.pairwise(nodes))


def kept(day: Day, officer: int, order: Iterable[int]) -> Tour:
    """As much of this order as fits the day, one after the other; what does not fit is left out."""
    order = list(order)
    whole = timed(day, officer, order) if day.allowed[officer, order].all() else None
    if whole is not None:
        return whole
    tour = empty(day, officer)
    for task in order:
        longer = timed(day, officer, (*tour.order, task)) if day.allowed[officer, task] else None
        tour = longer or tour
    return tour


def empty(day: Day, officer: int) -> Tour:
    tour = timed(day, officer, ())
    if tour is None:
        shift = (day.shift_from[officer],)
        return Tour(officer, (), (), shift, (-1,), 0.0)
    return tour


def planned(tours: Iterable[Tour]) -> set[int]:
    return {task for tour in tours for task in tour.order}


def total(day: Day, tours: Iterable[Tour]) -> float:
    """Cost of a day in minutes: ways, preferences and the weight of everything left out."""
    tours = list(tours)
    done = planned(tours)
    return (
        sum(tour.cost for tour in tours)
        + float(day.weight.sum())
        - sum(float(day.weight[t]) for t in sorted(done))
    )
