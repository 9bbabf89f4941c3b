"""When an officer comes to each visit, and what one more would cost: a look at two numbers per position.

Every stop knows when the officer may leave it (all earlier visits as early as they can be) and the last arrival
that keeps everything after it; so an insertion is checked without walking the rest of the line.
"""

# ruff: noqa: PLR0917  (the five arrays of the board, one by one: see board.py)

from __future__ import annotations

from .board import (
    BACK,
    BALANCE,
    CHANGED,
    COST,
    CREW,
    DUTY,
    FREE,
    FROM,
    KIND,
    LATEST,
    LEG,
    LENGTH,
    LIST,
    NEVER,
    OLD_DUTY,
    OLD_LENGTH,
    OLD_ROAD,
    OPENS,
    OWNER,
    PLANNED,
    PRICES,
    ROAD,
    ROOM,
    SERVICE,
    SOFT,
    STOP,
    TICK,
    TO,
    TOUCHED,
    USED,
    WAY,
    WEIGHT,
    Ints,
    Ways,
)
from .compiling import compiled
from .dice import roll

BLINKS = 100
"""One position in so many is overlooked (Christiaens and Vanden Berghe 2020 take 1 %)."""


@compiled
def opening(tasks: Ints, task: int, opens: int, at: int) -> int:
    """The first beginning at or after `at`, or -1; `opens` is the column of the openings on the officer's clock."""
    for column in range(opens + 1, opens + 1 + 2 * tasks[task, opens], 2):
        if at <= tasks[task, column + 1]:
            return max(at, int(tasks[task, column]))
    return -1


@compiled
def last_opening(tasks: Ints, task: int, opens: int, at: int) -> int:
    """The last beginning at or before `at`, or -1."""
    best = -1
    for column in range(opens + 1, opens + 1 + 2 * tasks[task, opens], 2):
        if tasks[task, column] <= at:
            best = max(best, min(at, tasks[task, column + 1]))
    return best


@compiled
def place(
    ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, officer: int, task: int, limit: int
) -> tuple[int, int]:
    """(ticks more on the way, position) of the cheapest place in a line; position -1 when none is below `limit`."""
    best, where = limit, -1
    kind, back, opens = crew[officer, KIND], crew[officer, BACK], crew[officer, OPENS]
    service = tasks[task, SERVICE]
    closing = tasks[task, opens + 2 * tasks[task, opens]]
    off = ways[kind, task, line[officer, 0, STOP]]
    for position in range(crew[officer, LENGTH] + 1):
        free = line[officer, position, FREE]
        if free > closing:
            break
        to = off if kind == back else ways[back, task, line[officer, position, STOP]]
        off = ways[kind, task, line[officer, position + 1, STOP]]
        more = to + off - line[officer, position, LEG]
        if more >= best:
            continue
        begin = opening(tasks, task, opens, free + to)
        if begin >= 0 and begin + service + off <= line[officer, position + 1, LATEST]:
            if roll(desk, BLINKS) > 0:
                best, where = more, position
    return best, where


@compiled
def charge(crew: Ints, desk: Ints, officer: int, load: int) -> int:
    """The price of so much work: nothing up to the soft share of the shift, then growing with the square."""
    over = load - crew[officer, SOFT]
    if desk[BALANCE] == 0 or over <= 0:
        return 0
    return int(desk[BALANCE] * over * over // (2 * crew[officer, ROOM]))


@compiled
def price_of(crew: Ints, desk: Ints, officer: int) -> int:
    """What a line costs: its ways and, beyond the soft share, its work."""
    road = crew[officer, ROAD]
    return int(road * desk[WAY]) + charge(crew, desk, officer, road + crew[officer, DUTY])


@compiled
def place_for(
    ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, officer: int, task: int, limit: int
) -> tuple[int, int]:
    """(cost, position) of the cheapest place for a task with an officer; position -1 when none is below `limit`."""
    extra = tasks[task, desk[PRICES] + officer]
    if extra >= limit or crew[officer, LENGTH] + 3 > line.shape[1]:
        return limit, -1
    ticks = (limit - extra - 1) // max(1, desk[WAY]) + 1 if desk[WAY] > 0 else NEVER
    more, where = place(ways, tasks, crew, line, desk, officer, task, ticks)
    if where < 0:
        return limit, -1
    cost = more * desk[WAY] + extra
    if desk[BALANCE] > 0:
        load = crew[officer, ROAD] + crew[officer, DUTY]
        cost += charge(crew, desk, officer, load + more + tasks[task, SERVICE]) - charge(
            crew, desk, officer, load
        )
    if cost >= limit:
        return limit, -1
    return cost, where


@compiled
def retime(ways: Ways, tasks: Ints, crew: Ints, line: Ints, officer: int) -> None:
    """All times of a line from its stops, and its ticks on the way and of service."""
    kind, opens, length = crew[officer, KIND], crew[officer, OPENS], crew[officer, LENGTH]
    free, road, duty = crew[officer, FROM], 0, 0
    line[officer, 0, FREE] = free
    for position in range(1, length + 1):
        task = line[officer, position, STOP]
        leg = ways[kind, line[officer, position - 1, STOP], task]
        line[officer, position - 1, LEG] = leg
        free = opening(tasks, task, opens, free + leg) + tasks[task, SERVICE]
        line[officer, position, FREE] = free
        road += leg
        duty += tasks[task, SERVICE]
    leg = ways[kind, line[officer, length, STOP], line[officer, length + 1, STOP]] if length > 0 else 0
    line[officer, length, LEG] = leg
    crew[officer, ROAD], crew[officer, DUTY] = road + leg, duty
    _latest(tasks, crew, line, officer)


@compiled
def _latest(tasks: Ints, crew: Ints, line: Ints, officer: int) -> None:
    """Latest arrivals from the way home back to the first visit; legs are known."""
    opens, length, latest = crew[officer, OPENS], crew[officer, LENGTH], crew[officer, TO]
    line[officer, length + 1, LATEST] = latest
    for position in range(length, 0, -1):
        task = line[officer, position, STOP]
        latest = latest - line[officer, position, LEG] - tasks[task, SERVICE]
        latest = last_opening(tasks, task, opens, latest)
        line[officer, position, LATEST] = latest


@compiled
def _copy(line: Ints, length: int, source: int, target: int) -> None:
    for position in range(length + 2):
        for column in range(4):
            line[target, position, column] = line[source, position, column]


@compiled
def touch(crew: Ints, line: Ints, desk: Ints, officer: int) -> None:
    """Remembers a line before its first change in this round."""
    if crew[officer, CHANGED] == desk[TICK]:
        return
    crew[officer, CHANGED] = desk[TICK]
    crew[desk[TOUCHED], LIST] = officer
    desk[TOUCHED] += 1
    _copy(line, crew[officer, LENGTH], officer, desk[CREW] + officer)
    for column in range(3):
        crew[officer, OLD_LENGTH + column] = crew[officer, LENGTH + column]


@compiled
def untouch(crew: Ints, line: Ints, desk: Ints) -> None:
    """Puts every line changed in this round back as it was."""
    for number in range(desk[TOUCHED]):
        officer = crew[number, LIST]
        set_length(crew, desk, officer, crew[officer, OLD_LENGTH])
        crew[officer, ROAD], crew[officer, DUTY] = crew[officer, OLD_ROAD], crew[officer, OLD_DUTY]
        _copy(line, crew[officer, LENGTH], desk[CREW] + officer, officer)


@compiled
def set_length(crew: Ints, desk: Ints, officer: int, length: int) -> None:
    """The number of an officer's visits; how many are planned, and how many officers go out, follow."""
    desk[PLANNED] += length - crew[officer, LENGTH]
    desk[USED] += int(length > 0) - int(crew[officer, LENGTH] > 0)
    crew[officer, LENGTH] = length


@compiled
def insert(
    ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, officer: int, task: int, where: int
) -> None:
    """Puts a visit after position `where` of a line; it must fit there. The cost follows."""
    before = price_of(crew, desk, officer)
    length = crew[officer, LENGTH] + 1
    for position in range(length + 1, where + 1, -1):
        line[officer, position, STOP] = line[officer, position - 1, STOP]
    line[officer, where + 1, STOP] = task
    tasks[task, OWNER] = officer
    set_length(crew, desk, officer, length)
    retime(ways, tasks, crew, line, officer)
    desk[COST] += price_of(crew, desk, officer) - before
    desk[COST] += tasks[task, desk[PRICES] + officer] - tasks[task, WEIGHT]
