"""Takes strings of neighbouring visits out of the lines around one enterprise.

After Christiaens and Vanden Berghe, "Slack induction by string removals for vehicle routing problems",
Transportation Science 54 (2020): adjacent strings, some of them split, a bounded mean number of visits.
"""

# ruff: noqa: PLR0917  (the five arrays of the board, one by one: see board.py)

from __future__ import annotations

from .board import (
    BEFORE,
    CHANGED,
    COST,
    FIRST,
    LENGTH,
    NEAR,
    NEVER,
    OWNER,
    PLANNED,
    POOL,
    POOLED,
    POOLS,
    PRICES,
    STOP,
    TICK,
    USED,
    WEIGHT,
    Ints,
    Ways,
)
from .compiling import compiled
from .dice import roll
from .timing import price_of, retime, set_length, touch

MEAN = 10
"""Visits taken out in a round, on average; also the longest string."""
UNIT = 16
"""Fixed point of lengths."""
WHOLE = 12
"""In one round of so many the lines are emptied instead of cut."""


@compiled
def ruin(ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, seed: int) -> None:
    """Cuts the lines that pass nearest to the seed, up to a random number of them.

    Around a seed that nobody visits, every other time only lines of officers who could: room for it is made there.
    """
    longest = _longest(desk)
    left = _strings(desk, longest)
    whole = roll(desk, WHOLE) == 0
    able = tasks[seed, OWNER] < 0 and roll(desk, 2) == 0
    for number in range(-1, desk[NEAR]):
        task = seed if number < 0 else tasks[seed, FIRST + number]
        officer = tasks[task, OWNER]
        if officer < 0 or crew[officer, CHANGED] == desk[TICK]:
            continue
        if able and tasks[seed, desk[PRICES] + officer] >= NEVER:
            continue
        touch(crew, line, desk, officer)
        string = crew[officer, LENGTH] if whole else _string(crew, desk, officer, longest)
        _cut(ways, tasks, crew, line, desk, officer, task, string)
        left -= 1
        if left == 0:
            break


@compiled
def _longest(desk: Ints) -> int:
    """The longest string in units: the mean line, at most MEAN."""
    mean = UNIT * int(desk[PLANNED]) // max(1, int(desk[USED]))
    return min(MEAN * UNIT, max(UNIT, mean))


@compiled
def _strings(desk: Ints, longest: int) -> int:
    """How many lines are cut: the longer the strings, the fewer."""
    most = 4 * MEAN * UNIT * UNIT // (UNIT + longest) - UNIT
    return max(1, (roll(desk, max(1, most)) + UNIT) // UNIT)


@compiled
def _string(crew: Ints, desk: Ints, officer: int, longest: int) -> int:
    return 1 + roll(desk, min(UNIT * crew[officer, LENGTH], longest)) // UNIT


@compiled
def _cut(
    ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, officer: int, task: int, string: int
) -> None:
    """Removes a string that holds the task, perhaps with some visits kept inside it."""
    length = crew[officer, LENGTH]
    string = min(string, length)
    kept = _kept(desk, length, string)
    at = 1
    while line[officer, at, STOP] != task:
        at += 1
    low, high = max(1, at - string - kept + 1), min(at, length - string - kept + 1)
    first = low + roll(desk, high - low + 1)
    gap = first + 1 + roll(desk, string - 1) if kept > 0 else first + string
    take(ways, tasks, crew, line, desk, officer, first, string, gap, kept)


@compiled
def _kept(desk: Ints, length: int, string: int) -> int:
    """How many visits inside the string stay: none in half of the cases, else a few."""
    if string < 2 or string >= length or roll(desk, 2) == 0:
        return 0
    return 1 + roll(desk, min(length - string, 4))


@compiled
def take(
    ways: Ways,
    tasks: Ints,
    crew: Ints,
    line: Ints,
    desk: Ints,
    officer: int,
    first: int,
    string: int,
    gap: int,
    kept: int,
) -> None:
    """Removes `string` visits from position `first` on, but for `kept` ones from `gap` on."""
    length = crew[officer, LENGTH]
    before, to, last = price_of(crew, desk, officer), first, first + string + kept
    for position in range(first, length + 2):
        stop = line[officer, position, STOP]
        if position < last and (position < gap or position >= gap + kept):
            desk[COST] += tasks[stop, WEIGHT] - tasks[stop, desk[PRICES] + officer]
            pool(tasks, desk, stop)
            tasks[stop, OWNER] = -1
        else:
            line[officer, to, STOP] = stop
            to += 1
    set_length(crew, desk, officer, length - string)
    retime(ways, tasks, crew, line, officer)
    desk[COST] += price_of(crew, desk, officer) - before


@compiled
def pool(tasks: Ints, desk: Ints, task: int) -> None:
    """Makes a task one of those that are put back, or in, this round."""
    number = desk[POOLS]
    tasks[number, POOL] = task
    tasks[number, BEFORE] = tasks[task, OWNER]
    tasks[task, POOLED] = desk[TICK]
    desk[POOLS] = number + 1
