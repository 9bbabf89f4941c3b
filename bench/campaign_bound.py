"""The least overdue any plan of a campaign can have: a linear programme that knows less than a planner has to.

It may send officers anywhere, split visits, divide a day's minutes freely among all who have a skill, and counts of
every way only what no order of visits can spare: for each visit the way from the nearest place the officer can have
come from, for each officer the way home from the nearest. Whatever a plan does, the programme may do as well, so its
least overdue is a lower bound: what lies above it may be avoidable, what lies below it is not.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack
from scipy.spatial import cKDTree

from fugong.visits.planning.book import delay
from fugong.visits.planning.geo import Point, on_sphere
from fugong.visits.planning.horizon import Enterprise, Horizon, Worker
from fugong.visits.planning.rehearsal import NEVER_DAYS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

WEIGHT_STEPS = 2
"""Enterprises owed one visit are alike within such parts of a doubling of weight; all count the least of these."""
FAR = 10**6
"""Minutes of a way from nowhere."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """Enterprises alike, and how many: last day in time for the next visit by number, minutes for each demand."""

    count: int
    weight: float
    every: int | None
    due: int
    is_new: bool
    is_open: tuple[bool, ...]
    minutes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Demand:
    """Visits that need one of these sets of skills: on each day they share the minutes of those who have one."""

    room: Floats  # minutes on each day
    minutes: (
        Ints  # of each enterprise's visit with the least way to it; -1 for those that need something else
    )


def least_overdue(horizon: Horizon) -> float:
    """Minutes of weight that are overdue in every plan, counted as `rehearsal.outlook` does, look-backs left out."""
    travel = horizon.travel
    if horizon.taken or travel.speeds or travel.crossings or travel.matrix:
        raise ValueError("the bound knows neither visits by others nor ways that are no straight lines")
    days = list(horizon.campaign_dates())
    demands = [_demand(horizon, days, needs) for needs in _families(horizon)]
    return _least(_kinds(horizon, days, demands), demands, len(days), horizon.growth)


def _families(horizon: Horizon) -> list[frozenset[frozenset[str]]]:
    """Everybody's visits, and those of each few sets of skills."""
    sets = sorted({each.skills for each in horizon.enterprises} - {frozenset()}, key=sorted)
    most = len(sets) if len(sets) <= 3 else 1
    some = [frozenset(few) for many in range(1, most + 1) for few in itertools.combinations(sets, many)]
    return [frozenset({frozenset[str](), *sets}), *some]


def _demand(horizon: Horizon, days: list[date], needs: frozenset[frozenset[str]]) -> _Demand:
    """What the visits of a family take at least, and what the officers who can make one of them have at most."""
    rows = horizon.enterprises
    mine = np.array([each.skills in needs for each in rows], dtype=np.bool_)
    able = [each for each in horizon.workers if any(need <= each.officer.skills for need in needs)]
    minutes = np.where(mine, [each.service_minutes for each in rows], -1)
    minutes[mine] += _ways_to(horizon, able, mine)
    home = dict(zip((each.id for each in able), _ways_home(horizon, able, mine), strict=True))
    room = [sum(_minutes_on(worker, day, home[worker.id]) for worker in able) for day in days]
    return _Demand(np.array(room, dtype=np.float64), minutes)


def _minutes_on(worker: Worker, day: date, home: int) -> int:
    """Minutes for visits and the ways to them."""
    officer = worker.on(day)
    return 0 if officer is None else max(0, officer.minutes_on_duty - home)


def _ways_to(horizon: Horizon, able: list[Worker], mine: Bools) -> Ints:
    """The least way to each visit of a family, from the visit of it before or from where the day starts.

    With other visits in between, the shortest of them takes its minutes as well.
    """
    points = [each.position for each in horizon.enterprises]
    there = [points[number] for number in np.flatnonzero(mine)]
    found = _from_nearest(horizon, there, there, itself=True)
    found = np.minimum(found, _from_nearest(horizon, there, [each.officer.start for each in able]))
    return np.minimum(found, _by_others(horizon, there, mine))


def _ways_home(horizon: Horizon, able: list[Worker], mine: Bools) -> Ints:
    points = [each.position for each in horizon.enterprises]
    ends = [each.officer.end for each in able]
    found = _from_nearest(horizon, ends, [points[number] for number in np.flatnonzero(mine)])
    return np.minimum(found, _by_others(horizon, ends, mine))


def _by_others(horizon: Horizon, there: list[Point], mine: Bools) -> Ints:
    """The least way from an enterprise of no family, with its visit."""
    others = [each for each, is_mine in zip(horizon.enterprises, mine, strict=True) if not is_mine]
    shortest = min((each.service_minutes for each in others), default=0)
    return shortest + _from_nearest(horizon, there, [each.position for each in others])


def _from_nearest(horizon: Horizon, there: list[Point], here: list[Point], *, itself: bool = False) -> Ints:
    """Minutes from the nearest of some places to each; `itself`: both are the same, and none counts as near itself."""
    if not there or len(here) <= itself:
        return np.full(len(there), FAR, dtype=np.int64)
    near = cKDTree(on_sphere(here).T).query(on_sphere(there).T, k=[1 + itself])[1][:, 0]
    ways = [horizon.travel.minutes(here[int(at)], point) for point, at in zip(there, near, strict=True)]
    return np.array(ways, dtype=np.int64)


def _kinds(horizon: Horizon, days: list[date], demands: list[_Demand]) -> list[_Kind]:
    """The enterprises that owe a visit; those that owe one only are put together where they are nearly alike."""
    found: dict[tuple[object, ...], _Kind] = {}
    for number, each in enumerate(horizon.enterprises):
        seen = horizon.standing_of(each)
        due = horizon.due_on(each, seen)
        if due is None:
            continue
        minutes = tuple(int(demand.minutes[number]) for demand in demands)
        is_open = tuple(bool(each.hours(day)) for day in days)
        kind = _Kind(1, each.weight, each.every_days, (due - days[0]).days, seen is None, is_open, minutes)
        key = (_alike(each), kind.every, kind.due, kind.is_new, is_open, minutes)
        before = found.get(key)
        if before is not None:
            kind = replace(kind, count=before.count + 1, weight=min(before.weight, kind.weight))
        found[key] = kind
    return list(found.values())


def _alike(each: Enterprise) -> float:
    """The class of weight: those that recur each have their own."""
    if each.every_days is not None:
        return each.weight
    return math.floor(WEIGHT_STEPS * math.log2(max(each.weight, 1e-6)))


def _least(kinds: list[_Kind], demands: list[_Demand], days: int, growth: float) -> float:
    """As many of each kind begin as there are, as many lead on from a visit as lead to it, within the minutes."""
    steps = [step for number, kind in enumerate(kinds) for step in _steps(number, kind, days, growth)]
    if not steps:
        return 0.0
    cost = np.array([step.cost for step in steps])
    flow, given = _flow(kinds, steps, days)
    use = vstack([_use(kinds, steps, number, days) for number in range(len(demands))], format="csr")
    room = np.concatenate([demand.room for demand in demands])
    result = linprog(cost, A_ub=use, b_ub=room, A_eq=flow, b_eq=given, bounds=(0, None), method="highs")
    if not result.success:
        raise RuntimeError(f"the bound was not found: {result.message}")
    return float(result.fun)


class _Step(NamedTuple):
    """From one visit of a kind to the next; before the first is day -1, after the last comes the number of days."""

    kind: int
    here: int
    there: int
    cost: float


def _steps(number: int, kind: _Kind, days: int, growth: float) -> Iterator[_Step]:
    """Every step that a plan may take: to any later day on which the enterprise is open."""
    opened = [day for day in range(days) if kind.is_open[day]]
    for here in [-1, *(opened if kind.every else [])]:
        due = kind.due if here < 0 else here + (kind.every or 0)
        for there in [*(day for day in opened if day > here), days]:
            late = delay(np.array([there - due, -due]), growth)  # days before the campaign are not counted
            never = NEVER_DAYS if kind.is_new and here < 0 and there == days else 0.0
            yield _Step(number, here, there, kind.weight * (float(late[0] - late[1]) + never))


def _flow(kinds: list[_Kind], steps: list[_Step], days: int) -> tuple[csr_matrix, Floats]:
    """All of a kind take a first step; of the recurring, as many steps lead to a visit as lead on from it."""
    rows, columns, signs = [], [], []
    for column, step in enumerate(steps):
        ends = [(step.here, 1.0)]
        ends += [(step.there, -1.0)] if kinds[step.kind].every and step.there < days else []
        for day, sign in ends:
            rows.append(step.kind * (days + 1) + day + 1)
            columns.append(column)
            signs.append(sign)
    used, row = np.unique(rows, return_inverse=True)
    begin = [used_row % (days + 1) == 0 for used_row in used]
    given = [kinds[at // (days + 1)].count if first else 0 for at, first in zip(used, begin, strict=True)]
    flow = csr_matrix((signs, (row.ravel(), columns)), shape=(len(used), len(steps)))
    return flow, np.array(given, dtype=np.float64)


def _use(kinds: list[_Kind], steps: list[_Step], demand: int, days: int) -> csr_matrix:
    """Minutes of a demand that the visit at the end of each step takes, day by day."""
    takes = [
        (step.there, column, kinds[step.kind].minutes[demand])
        for column, step in enumerate(steps)
        if step.there < days and kinds[step.kind].minutes[demand] > 0
    ]
    rows, columns, minutes = zip(*takes, strict=True) if takes else ((), (), ())
    return csr_matrix((minutes, (rows, columns)), shape=(days, len(steps)), dtype=np.float64)
