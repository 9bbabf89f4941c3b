"""Puts visits back: those taken out, those near and some good ones from afar, each where it costs least."""

# ruff: noqa: PLR0917  (the five arrays of the board, one by one: see board.py)

from __future__ import annotations

from .board import (
    BEFORE,
    CREW,
    EVERYBODY,
    FIRST,
    KEY,
    LENGTH,
    LIST,
    LIVE,
    LIVES,
    NEAR,
    NEVER,
    OPENS,
    OWNER,
    POOL,
    POOLED,
    POOLS,
    SEEN,
    SERVICE,
    STAMP,
    TICK,
    TOUCHED,
    USED,
    WEIGHT,
    Ints,
    Ways,
)
from .compiling import compiled
from .dice import roll
from .ruin import pool
from .timing import insert, place_for, touch

BESIDE, FAR, TRIES = 24, 6, 4
"""Absent tasks looked at: so many near the seed, and so many from anywhere, the heaviest of some tries each."""
ANYWHERE = 8
"""One in so many of the visits absent before is looked at in every line, the others in those just changed."""
LINES = 10
"""How many lines near a task are looked at on a big day."""
SHORT = 5
"""Ticks that every visit takes beside its service, for the order by weight for its time."""


@compiled
def recreate(ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, seed: int) -> None:
    """Fills the pool, sorts it one way or another, and inserts what pays."""
    _pool_near(tasks, desk, seed)
    _pool_far(tasks, desk)
    _key_all(ways, tasks, crew, desk, seed)
    _sort(tasks, desk[POOLS])
    idle = _idle(crew, desk)
    for number in range(desk[POOLS]):
        task = tasks[number, POOL]
        if tasks[task, OWNER] >= 0:
            continue
        if idle >= 0 and _opened(ways, tasks, crew, line, desk, idle, task):
            idle = -1
        elif tasks[number, BEFORE] < 0 and roll(desk, ANYWHERE) > 0:
            _put_back(ways, tasks, crew, line, desk, task)
        else:
            put(ways, tasks, crew, line, desk, task)


@compiled
def _pool_near(tasks: Ints, desk: Ints, seed: int) -> None:
    added = 0
    for number in range(-1, desk[NEAR]):
        task = seed if number < 0 else tasks[seed, FIRST + number]
        if tasks[task, OWNER] < 0 and tasks[task, POOLED] != desk[TICK]:
            pool(tasks, desk, task)
            added += 1
            if added >= BESIDE:
                break


@compiled
def _pool_far(tasks: Ints, desk: Ints) -> None:
    for _ in range(FAR):
        best = -1
        for _ in range(TRIES):
            task = tasks[roll(desk, desk[LIVES]), LIVE]
            if tasks[task, OWNER] < 0 and tasks[task, POOLED] != desk[TICK]:
                if best < 0 or tasks[task, WEIGHT] > tasks[best, WEIGHT]:
                    best = task
        if best >= 0:
            pool(tasks, desk, best)


@compiled
def _key_all(ways: Ways, tasks: Ints, crew: Ints, desk: Ints, seed: int) -> None:
    """The order of the pool by a rule drawn for this round."""
    mode = roll(desk, 11)
    for number in range(desk[POOLS]):
        tasks[number, KEY] = _key(ways, tasks, crew, desk, seed, tasks[number, POOL], mode)


@compiled
def _key(ways: Ways, tasks: Ints, crew: Ints, desk: Ints, seed: int, task: int, mode: int) -> int:
    """Random, by weight, by weight for the time it takes, or by how short it is open; small comes first."""
    if mode < 3:
        return roll(desk, 1 << 30)
    if mode < 6:
        return -int(tasks[task, WEIGHT])
    if mode < 10:
        ticks = int(tasks[task, SERVICE]) + int(ways[0, seed, task]) + SHORT
        return -int(tasks[task, WEIGHT]) * 16 // ticks
    opens = crew[0, OPENS]
    many = int(tasks[task, opens])
    return int(tasks[task, opens + 2 * many]) - int(tasks[task, opens + 1]) if many > 0 else 0


@compiled
def _sort(tasks: Ints, many: int) -> None:
    """Sorts the pool by key; equal keys stay in the order they came."""
    for number in range(1, many):
        key, task, before = tasks[number, KEY], tasks[number, POOL], tasks[number, BEFORE]
        at = number
        while at > 0 and tasks[at - 1, KEY] > key:
            tasks[at, KEY] = tasks[at - 1, KEY]
            tasks[at, POOL] = tasks[at - 1, POOL]
            tasks[at, BEFORE] = tasks[at - 1, BEFORE]
            at -= 1
        tasks[at, KEY], tasks[at, POOL], tasks[at, BEFORE] = key, task, before


@compiled
def _idle(crew: Ints, desk: Ints) -> int:
    """In half of the rounds an officer without visits, else -1."""
    if desk[USED] == desk[CREW] or roll(desk, 2) == 0:
        return -1
    officer = roll(desk, desk[CREW])
    while crew[officer, LENGTH] > 0:
        officer = (officer + 1) % desk[CREW]
    return officer


@compiled
def _opened(ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, officer: int, task: int) -> bool:
    """Sends an idle officer out whatever it costs: the way out and back is shared by all that follow.

    A single visit rarely pays for it; the true cost is booked and the whole round is judged by it.
    """
    where = place_for(ways, tasks, crew, line, desk, officer, task, NEVER)[1]
    if where >= 0:
        touch(crew, line, desk, officer)
        insert(ways, tasks, crew, line, desk, officer, task, where)
    return where >= 0


@compiled
def put(ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, task: int) -> None:
    """Inserts a task where it costs least, if that is less than its weight."""
    desk[STAMP] += 1
    if desk[EVERYBODY] > 0:
        best, where = _among_all(ways, tasks, crew, line, desk, task)
    else:
        best, where = _among_near(ways, tasks, crew, line, desk, task)
    if best >= 0:
        touch(crew, line, desk, best)
        insert(ways, tasks, crew, line, desk, best, task, where)


@compiled
def _put_back(ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, task: int) -> None:
    """The same in the lines changed in this round only: a visit absent before had no place in the others."""
    limit, best, where = tasks[task, WEIGHT], -1, -1
    for number in range(desk[TOUCHED]):
        officer = crew[number, LIST]
        cost, position = place_for(ways, tasks, crew, line, desk, officer, task, limit)
        if position >= 0:
            limit, best, where = cost, officer, position
    if best >= 0:
        insert(ways, tasks, crew, line, desk, best, task, where)


@compiled
def _among_all(ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, task: int) -> tuple[int, int]:
    """(officer, position) of the cheapest place in any line, or (-1, -1)."""
    limit, best, where = tasks[task, WEIGHT], -1, -1
    for officer in range(desk[CREW]):
        cost, position = place_for(ways, tasks, crew, line, desk, officer, task, limit)
        if position >= 0:
            limit, best, where = cost, officer, position
    return best, where


@compiled
def _among_near(ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, task: int) -> tuple[int, int]:
    """The same among the lines that pass near the task, and those this round has cut, which have room."""
    limit, best, where, looked, number = tasks[task, WEIGHT], -1, -1, 0, -1
    while True:
        number = number + 1 if looked < LINES else max(number + 1, int(desk[NEAR]))
        if number >= desk[NEAR] + desk[TOUCHED]:
            return best, where
        officer = _candidate(tasks, crew, desk, task, number)
        if officer < 0 or crew[officer, SEEN] == desk[STAMP]:
            continue
        crew[officer, SEEN] = desk[STAMP]
        looked += 1
        cost, position = place_for(ways, tasks, crew, line, desk, officer, task, limit)
        if position >= 0:
            limit, best, where = cost, officer, position


@compiled
def _candidate(tasks: Ints, crew: Ints, desk: Ints, task: int, number: int) -> int:
    """The officer of the neighbour of this number; further numbers count the lines changed in this round."""
    if number < desk[NEAR]:
        return int(tasks[tasks[task, FIRST + number], OWNER])
    return int(crew[number - desk[NEAR], LIST])
