"""A problem by numbers: seats instead of tasks, ways in ticks, and per officer when each visit may begin.

A seat is one officer's part of a visit; only joint visits have more than one. Inside the planner the clock of an
officer runs only while the officer works ("work time": breaks are cut out), so that a way may be interrupted by a
break and a visit never is.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .params import Params
from .problem import Officer, Problem, Task, Window
from .travel import UNREACHABLE, Place, Ways

GIVEN_UP = 1 / 3
"""Price of giving up a visit of the plan that stands, in prices of moving it to another officer."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Spans = list[tuple[int, int]]

NEVER = 10 * UNREACHABLE
"""A beginning that does not come."""


class Rows(dict[int, Sequence[int]]):
    """Rows of a matrix that give plain integers, opened when first asked for; nothing is copied."""

    def __init__(self, matrix: Ways) -> None:
        super().__init__()
        self.matrix = matrix

    def __missing__(self, node: int) -> Sequence[int]:
        row: Sequence[int] = memoryview(self.matrix[node])
        self[node] = row
        return row


@dataclass(frozen=True, slots=True)
class WorkClock:
    """Ticks since midnight against ticks of work since midnight."""

    breaks: tuple[Window, ...]

    def to_work(self, at: int) -> int:
        return at - sum(max(0, min(at, rest.end) - rest.start) for rest in self.breaks)

    def beginning(self, work: int) -> int:
        """When something begins at this tick of work: after a break that begins at the same tick."""
        at = work
        for rest in self.breaks:
            at += rest.end - rest.start if rest.start <= at else 0
        return at

    def ending(self, work: int) -> int:
        """When something ends at this tick of work: before a break that begins at the same tick."""
        at = work
        for rest in self.breaks:
            at += rest.end - rest.start if rest.start < at else 0
        return at

    def starts(self, task: Task) -> Spans:
        """Spans of work ticks in which the visit may begin, inside one opening window and no break."""
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
        return self.pinned(spans, task.lock.at)

    def pinned(self, spans: Spans, at: int) -> Spans:
        """The one beginning at this tick of the day, if it is among the spans."""
        work = self.to_work(at)
        if self.beginning(work) != at:
            return []
        return [(work, work)] if any(low <= work <= high for low, high in spans) else []


@dataclass(frozen=True)
class Day:
    """The numbered problem. Nodes: seats 0..size-1, then every officer's start, then every officer's end.

    The first seat of a task has the task's number; further seats of joint visits follow after all tasks.
    `travel[kind]` holds the ways, `kind_of` and `clock_of` the officers' kinds of travel and clocks.
    """

    problem: Problem
    params: Params
    task_of: list[int]
    travel: list[Ways]
    kind_of: list[int]
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
        return len(self.task_of)

    @property
    def crew(self) -> int:
        return len(self.problem.officers)

    def task(self, seat: int) -> Task:
        return self.problem.tasks[self.task_of[seat]]

    def start_node(self, officer: int) -> int:
        return self.size + officer

    def end_node(self, officer: int) -> int:
        return self.size + self.crew + officer

    def travel_of(self, officer: int) -> Ways:
        return self.travel[self.kind_of[officer]]

    @cached_property
    def rows(self) -> list[Rows]:
        return [Rows(matrix) for matrix in self.travel]

    def ways_of(self, officer: int) -> Rows:
        """The officer's ways as lists, for single look-ups."""
        return self.rows[self.kind_of[officer]]

    @property
    def ways(self) -> Rows:
        """The ways of the first kind of travel, as lists."""
        return self.rows[0]

    @cached_property
    def seats(self) -> dict[int, list[int]]:
        """The seats of every joint visit, by task."""
        found: dict[int, list[int]] = {}
        for seat, task in enumerate(self.task_of):
            if self.problem.tasks[task].together:
                found.setdefault(task, []).append(seat)
        return found

    @cached_property
    def joint(self) -> Bools:
        """Whether the seat belongs to a joint visit."""
        return np.array([bool(self.task(seat).together) for seat in range(self.size)], dtype=np.bool_)

    @cached_property
    def opens(self) -> list[tuple[Ints, Ints]]:
        """Per clock: first and last beginning of every seat's spans, shape (spans, seats)."""
        return [_padded(spans) for spans in self.spans]

    @cached_property
    def alone(self) -> Bools:
        """Whether the seat, able or not, fits the officer's empty day; shape (officers, seats)."""
        rows = [self._alone(officer) for officer in range(self.crew)]
        return np.array(rows, dtype=np.bool_).reshape(self.crew, self.size)

    @cached_property
    def allowed(self) -> Bools:
        """Able and possible in an empty day; shape (officers, seats)."""
        return self.able & self.alone

    def _alone(self, officer: int) -> Bools:
        every, ways = np.arange(self.size), self.travel_of(officer)
        arrive = self.shift_from[officer] + ways[self.start_node(officer), : self.size].astype(np.int64)
        begin = self.begins(officer, arrive[None, :], every)[0]
        back = begin + self.service + ways[: self.size, self.end_node(officer)]
        fits: Bools = back <= self.shift_to[officer]
        return fits

    def begins(self, officer: int, arrive: NDArray[np.signedinteger[Any]], seats: Ints) -> Ints:
        """Earliest beginnings from arrivals of shape (any, seats); NEVER where no span is left."""
        low, high = self.opens[self.clock_of[officer]]
        best = np.full(arrive.shape, NEVER, dtype=np.int64)
        for first, last in zip(low[::-1], high[::-1], strict=True):
            begin = np.maximum(arrive, first[seats])
            best = np.where(begin <= last[seats], begin, best)
        return best


def _padded(spans: list[Spans]) -> tuple[Ints, Ints]:
    depth = max((len(each) for each in spans), default=0) or 1
    low = np.full((depth, len(spans)), NEVER, dtype=np.int64)
    high = np.full((depth, len(spans)), -1, dtype=np.int64)
    for seat, each in enumerate(spans):
        for level, (first, last) in enumerate(each):
            low[level, seat], high[level, seat] = first, last
    return low, high


def compiled(problem: Problem, params: Params, standing: Mapping[str, frozenset[str]] | None = None) -> Day:
    """The problem by numbers. `standing` maps tasks to the officers of the plan to disturb little."""
    breaks = [tuple(sorted(officer.breaks, key=lambda rest: rest.start)) for officer in problem.officers]
    different = list(dict.fromkeys(breaks))
    clocks = [WorkClock(each) for each in different]
    clock_of = [different.index(each) for each in breaks]
    shifts = [officer.shift for officer in problem.officers]
    task_of = _seats(problem)
    tasks = [problem.tasks[number] for number in task_of]
    kinds = list(dict.fromkeys(problem.travel.kind(officer.travels_by) for officer in problem.officers)) or [
        ""
    ]
    places = _places(problem, tasks)
    return Day(
        problem=problem,
        params=params,
        task_of=task_of,
        travel=[problem.travel.ways(places, by) for by in kinds],
        kind_of=[kinds.index(problem.travel.kind(officer.travels_by)) for officer in problem.officers],
        service=np.array([task.service_minutes for task in tasks], dtype=np.int64),
        weight=np.array([_weight(task, params, standing or {}) for task in tasks], dtype=np.float64),
        extra=_extras(problem, params, tasks, standing or {}),
        able=_abilities(problem, task_of),
        clocks=clocks,
        clock_of=clock_of,
        spans=[_spans(clock, tasks) for clock in clocks],
        shift_from=[clocks[k].to_work(shift.start) for k, shift in zip(clock_of, shifts, strict=True)],
        shift_to=[clocks[k].to_work(shift.end) for k, shift in zip(clock_of, shifts, strict=True)],
    )


def _spans(clock: WorkClock, tasks: list[Task]) -> list[Spans]:
    """When each seat's visit may begin; those with the same hours and minutes are looked at once."""
    known: dict[object, Spans] = {}
    found = []
    for task in tasks:
        key = (task.windows, task.service_minutes, task.lock)
        if key not in known:
            known[key] = clock.starts(task)
        found.append(known[key])
    return found


def _seats(problem: Problem) -> list[int]:
    """The task of every seat: one seat for each task, then the other members of the joint visits."""
    more = [number for number, task in enumerate(problem.tasks) for _ in range(task.members - 1)]
    return [*range(len(problem.tasks)), *more]


def _places(problem: Problem, tasks: list[Task]) -> list[Place]:
    places = [Place(task.position, task.land) for task in tasks]
    places += [Place(officer.start, officer.land) for officer in problem.officers]
    return places + [Place(officer.end, officer.home_land) for officer in problem.officers]


def _weight(task: Task, params: Params, standing: Mapping[str, frozenset[str]]) -> float:
    binding = params.mandatory if task.mandatory or task.lock else 0.0
    return params.urgency * task.weight + binding + (GIVEN_UP * params.keep if task.id in standing else 0.0)


def _extras(
    problem: Problem, params: Params, tasks: list[Task], standing: Mapping[str, frozenset[str]]
) -> Floats:
    """Ticks charged for sending each officer to each seat, shape (officers, seats)."""
    extra = np.zeros((len(problem.officers), len(tasks)))
    areas = np.array([task.area for task in tasks], dtype=object)
    knows = np.zeros(extra.shape, dtype=np.bool_)
    moved = np.zeros(extra.shape, dtype=np.bool_)
    number = {officer.id: row for row, officer in enumerate(problem.officers)}
    for seat, task in enumerate(tasks):
        if task.id in standing:
            moved[:, seat] = True
            moved[[number[who] for who in standing[task.id] if who in number], seat] = False
    for row, officer in enumerate(problem.officers):
        if officer.knows:
            knows[row] = [task.enterprise in officer.knows for task in tasks]
        if officer.home_area:
            extra[row] += params.away_from_home * ((areas != officer.home_area) & (areas != ""))
    extra += params.unfamiliar * (~knows & knows.any(axis=0))
    return extra + params.keep * moved


def why_not_able(officer: Officer, task: Task, member: int = 0) -> str:
    """The code of the first rule that keeps this officer from this seat of the task, or ""."""
    asked = task.skills | task.together[member] if task.together else task.skills
    if not asked <= officer.skills:
        return "no_skill"
    if officer.areas is not None and task.area not in officer.areas:
        return "outside_area"
    if task.agencies is not None and officer.agency not in task.agencies:
        return "agency_gap"
    if officer.id in task.forbidden:
        return "no_officer"
    if task.lock is not None and task.lock.officer not in (None, officer.id) and not task.together:
        return "no_officer"
    return ""


def _abilities(problem: Problem, task_of: list[int]) -> Bools:
    """Shape (officers, seats). Seats that ask the same of everybody are looked at once."""
    able = np.zeros((len(problem.officers), len(task_of)), dtype=np.bool_)
    known: dict[object, Bools] = {}
    member = [0] * len(problem.tasks)
    for seat, number in enumerate(task_of):
        task, nth = problem.tasks[number], member[number]
        member[number] += 1
        wish = task.lock.officer if task.lock else None
        asked = task.together[nth] if task.together else None
        key = (task.skills, task.area, task.agencies, task.forbidden, wish, asked)
        if key not in known:
            known[key] = np.array(
                [not why_not_able(each, task, nth) for each in problem.officers], dtype=np.bool_
            )
        able[:, seat] = known[key]
    return able


@dataclass(frozen=True, slots=True)
class Tour:
    """One officer's seats in order, with the earliest beginning and the latest arrival of each (work time).

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
    spans, ways = day.spans[day.clock_of[officer]], day.ways_of(officer)
    clock, begins, free_at = day.shift_from[officer], [], [day.shift_from[officer]]
    for before, seat in zip(nodes, order, strict=False):
        begin = _first(spans[seat], clock + ways[before][seat])
        if begin is None:
            return None
        clock = begin + int(day.service[seat])
        begins.append(begin)
        free_at.append(clock)
    if clock + ways[nodes[-2]][nodes[-1]] > day.shift_to[officer]:
        return None
    latest = _latest(day, officer, nodes)
    return Tour(officer, tuple(order), tuple(begins), tuple(free_at), latest, cost_of(day, officer, order))


def _first(spans: Spans, arrive: int) -> int | None:
    for low, high in spans:
        if arrive <= high:
            return max(low, arrive)
    return None


def _latest(day: Day, officer: int, nodes: list[int]) -> tuple[int, ...]:
    spans, ways = day.spans[day.clock_of[officer]], day.ways_of(officer)
    latest = [day.shift_to[officer]]
    for here, after in zip(reversed(nodes[1:-1]), reversed(nodes[2:]), strict=True):
        limit = latest[-1] - ways[here][after] - int(day.service[here])
        latest.append(max(min(high, limit) for low, high in spans[here] if low <= limit))
    return tuple(reversed(latest))


def cost_of(day: Day, officer: int, order: Sequence[int]) -> float:
    """Ways, preferences and the charge for much work of an officer's day, in ticks."""
    way = way_minutes(day, officer, order)
    load = way + sum(int(day.service[seat]) for seat in order)
    extra = sum(float(day.extra[officer, seat]) for seat in order)
    return way * day.params.travel + extra + load_charge(day, officer, load)


def load_charge(day: Day, officer: int, load: int) -> float:
    """`balance` a tick at the very end of the shift, nothing below the soft share, growing evenly between."""
    soft, room = soft_share(day, officer)
    over = max(0, load - soft)
    return day.params.balance * over * over / (2 * room) if day.params.balance else 0.0


def soft_share(day: Day, officer: int) -> tuple[int, int]:
    """(work that costs nothing extra, what the shift holds beyond it), in ticks."""
    shift = max(0, day.shift_to[officer] - day.shift_from[officer])
    soft = int(day.params.soft_share * shift)
    return soft, max(1, shift - soft)


def way_minutes(day: Day, officer: int, order: Sequence[int]) -> int:
    """Ticks on the way of a day in this order; nothing for an officer who stays at home."""
    if not order:
        return 0
    ways, nodes = day.ways_of(officer), [day.start_node(officer), *order, day.end_node(officer)]
    return sum(ways[a][b] for a, b in itertools.pairwise(nodes))


def kept(day: Day, officer: int, order: Iterable[int]) -> Tour:
    """As much of this order as fits the day, one after the other; what does not fit is left out."""
    order = list(order)
    whole = timed(day, officer, order) if day.allowed[officer, order].all() else None
    if whole is not None:
        return whole
    tour = empty(day, officer)
    for seat in order:
        longer = timed(day, officer, (*tour.order, seat)) if day.allowed[officer, seat] else None
        tour = longer or tour
    return tour


def empty(day: Day, officer: int) -> Tour:
    tour = timed(day, officer, ())
    if tour is None:
        shift = (day.shift_from[officer],)
        return Tour(officer, (), (), shift, (-1,), 0.0)
    return tour


def planned(tours: Iterable[Tour]) -> set[int]:
    return {seat for tour in tours for seat in tour.order}


def total(day: Day, tours: Iterable[Tour]) -> float:
    """Cost of a day in ticks: ways, preferences and the weight of everything left out."""
    tours = list(tours)
    done = {day.task_of[seat] for seat in planned(tours)}
    left = sum(float(day.weight[task]) for task in range(len(day.problem.tasks)) if task not in done)
    return sum(tour.cost for tour in tours) + left
