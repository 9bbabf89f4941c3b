"""Puts a dear absent visit into a line at once, and takes out what is cheapest to give up there.

Ruin and recreate seldom finds such a change where only one officer can make the visit and is busy far from it.
"""

# ruff: noqa: PLR0917  (the five arrays of the board, one by one: see board.py)

from __future__ import annotations

from .board import (
    BACK,
    CHANGED,
    CREW,
    FREE,
    KIND,
    LATEST,
    LEG,
    LENGTH,
    NEVER,
    OPENS,
    OWNER,
    POOL,
    POOLED,
    POOLS,
    PRICES,
    SERVICE,
    STOP,
    TICK,
    WAY,
    WEIGHT,
    Ints,
    Ways,
)
from .compiling import compiled
from .dice import roll
from .ruin import pool, take
from .timing import insert, opening, touch

PASSED = 4
"""One place in so many is passed over, so that not always the same visits have to leave."""
LIGHT = 4
"""What weighs less than so many parts of the first one is left to recreate."""
CHAIN = 4
"""At most so many visits are forced one after the other."""


@compiled
def eject(ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, task: int) -> bool:
    """Inserts the absent task where the visits that must leave a line for it are worth least; False if nowhere.

    Those of them that weigh about as much go on to other lines in the same way.
    """
    least = tasks[task, WEIGHT] // LIGHT
    for number in range(CHAIN):
        if task < 0 or not _forced(ways, tasks, crew, line, desk, task):
            return number > 0
        task = _heaviest(tasks, desk, least)
    return True


@compiled
def _heaviest(tasks: Ints, desk: Ints, least: int) -> int:
    """The heaviest visit that this round has taken out, or -1 when none weighs more than `least`."""
    found = -1
    for number in range(desk[POOLS]):
        task = tasks[number, POOL]
        if tasks[task, OWNER] < 0 and tasks[task, WEIGHT] > least:
            found, least = task, tasks[task, WEIGHT]
    return found


@compiled
def _forced(ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, task: int) -> bool:
    """Puts the task into a line that this round has not changed yet, and what must leave it into the pool."""
    best, who, first, string = NEVER, -1, 0, 0
    for officer in range(desk[CREW]):
        if tasks[task, desk[PRICES] + officer] >= NEVER or crew[officer, CHANGED] == desk[TICK]:
            continue
        if crew[officer, LENGTH] + 3 > line.shape[1]:
            continue
        cost, position, many = _cheapest(ways, tasks, crew, line, desk, officer, task, best)
        if cost < best:
            best, who, first, string = cost, officer, position, many
    if who < 0:
        return False
    touch(crew, line, desk, who)
    if tasks[task, POOLED] != desk[TICK]:
        pool(tasks, desk, task)
    if string > 0:
        take(ways, tasks, crew, line, desk, who, first + 1, string, first + 1 + string, 0)
    insert(ways, tasks, crew, line, desk, who, task, first)
    return True


@compiled
def _cheapest(
    ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, officer: int, task: int, limit: int
) -> tuple[int, int, int]:
    """(cost, position, string): what it costs to put the task after the position, in place of a string of visits."""
    best, where, many = limit, 0, 0
    kind, back, opens = crew[officer, KIND], crew[officer, BACK], crew[officer, OPENS]
    price, service = tasks[task, desk[PRICES] + officer], tasks[task, SERVICE]
    for position in range(crew[officer, LENGTH] + 1):
        to = ways[back, task, line[officer, position, STOP]]
        begin = opening(tasks, task, opens, line[officer, position, FREE] + to)
        if begin < 0:
            continue
        lost, leg = price, 0
        for after in range(position + 1, crew[officer, LENGTH] + 2):
            leg += line[officer, after - 1, LEG]
            off = ways[kind, task, line[officer, after, STOP]]
            cost = lost + (to + off - leg) * desk[WAY]
            fits = begin + service + off <= line[officer, after, LATEST]
            if cost < best and fits and roll(desk, PASSED) > 0:
                best, where, many = cost, position, after - position - 1
            if after <= crew[officer, LENGTH]:
                stop = line[officer, after, STOP]
                lost += tasks[stop, WEIGHT] - tasks[stop, desk[PRICES] + officer]
    return best, where, many
