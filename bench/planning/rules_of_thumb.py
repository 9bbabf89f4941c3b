"""What people do without a planner: the officers in turn take the next visit by a simple rule."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bench.measuring import cpu_seconds
from bench.planning.sheets import Orders, Sheet

SHAKE = 0.3  # how much a restart of a rule differs from the rule
LOOKED_AT = 60  # the best so many by the rule are tried, then the officer goes home

Rule = Callable[[Sheet, int], NDArray[np.float64]]
"""How late each task comes for somebody who stands at a node; the smallest is next."""


def nearest(sheet: Sheet, here: int) -> NDArray[np.float64]:
    return sheet.ways[here, sheet.crew :].astype(np.float64)


def most_overdue(sheet: Sheet, here: int) -> NDArray[np.float64]:
    return sheet.weights.max() + 1 - sheet.weights + sheet.ways[here, sheet.crew :] / 1000


def by_rule(sheet: Sheet, rule: Rule, seconds: float, seed: int) -> Orders:
    """The best of as many shaken restarts as this CPU allows; the first is the plain rule."""
    dice, began = np.random.default_rng(seed), cpu_seconds()
    best = _filled(sheet, rule, dice, 0.0)
    while cpu_seconds() - began < seconds:
        found = _filled(sheet, rule, dice, SHAKE)
        best = min(best, found, key=sheet.cost)
    return best


def _filled(sheet: Sheet, rule: Rule, dice: np.random.Generator, shake: float) -> Orders:
    orders: Orders = [[] for _ in range(sheet.crew)]
    clock = [officer.shift.start for officer in sheet.problem.officers]
    free, going = np.ones(sheet.size, dtype=np.bool_), list(range(sheet.crew))
    while going:
        for officer in list(going):
            task = _next(sheet, officer, orders[officer], clock[officer], free, rule, dice, shake)
            if task is None:
                going.remove(officer)
                continue
            here = sheet.crew + orders[officer][-1] if orders[officer] else officer
            begin = sheet.begin(task, clock[officer] + int(sheet.ways[here, sheet.crew + task]))
            assert begin is not None
            clock[officer] = begin + sheet.problem.tasks[task].service_minutes
            orders[officer].append(task)
            free[task] = False
    return orders


def _next(  # noqa: PLR0917
    sheet: Sheet,
    officer: int,
    order: list[int],
    clock: int,
    free: NDArray[np.bool_],
    rule: Rule,
    dice: np.random.Generator,
    shake: float,
) -> int | None:
    """The first task by the rule that still fits; the rule's own order, as a person goes down a list."""
    here = sheet.crew + order[-1] if order else officer
    late = rule(sheet, here) * (1 + shake * dice.random(sheet.size))
    late[~(free & sheet.able[officer])] = np.inf
    for task in np.argsort(late, kind="stable")[:LOOKED_AT].tolist():
        if late[task] == np.inf:
            return None
        begin = sheet.begin(task, clock + int(sheet.ways[here, sheet.crew + task]))
        if begin is None:
            continue
        back = begin + sheet.problem.tasks[task].service_minutes + int(sheet.ways[sheet.crew + task, officer])
        if back <= sheet.problem.officers[officer].shift.end:
            return int(task)
    return None
