"""Rounds of ruin and recreate; a round that makes the plan worse is kept by chance, less and less."""

# ruff: noqa: PLR0917  (the five arrays of the board, one by one: see board.py)

from __future__ import annotations

from .board import (
    BEFORE,
    BEST,
    BEST_LENGTH,
    COST,
    CREW,
    HOT,
    HOTS,
    LENGTH,
    LIST,
    LIVE,
    LIVES,
    LUCK,
    OWNER,
    POOL,
    POOLS,
    STALE,
    STOP,
    TICK,
    TOUCHED,
    WEIGHT,
    Ints,
    Ways,
)
from .compiling import compiled
from .dice import CHANCES, ONE, roll
from .eject import eject
from .recreate import recreate
from .ruin import ruin
from .timing import untouch

DEAR, SAMPLE = 4, 32
"""In one round of so many the seed is the heaviest absent visit of a sample of this size."""
CALM = 4
"""After a change of the day one round in so many looks elsewhere than around what changed."""
FORCED = 8
"""One in so many absent seeds is put into a line whatever has to leave it."""


@compiled
def rounds(ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, many: int, heat: int) -> None:
    """So many rounds at one temperature (in costs: a worsening by it is kept about once in three times)."""
    for _ in range(many):
        begin(desk)
        before = desk[COST]
        seed = _seed(tasks, desk)
        forced = tasks[seed, OWNER] < 0 and roll(desk, FORCED) == 0
        if not (forced and eject(ways, tasks, crew, line, desk, seed)):
            ruin(ways, tasks, crew, line, desk, seed)
        recreate(ways, tasks, crew, line, desk, seed)
        allowed = heat * desk[LUCK + roll(desk, CHANCES)] // ONE
        if desk[COST] > before + allowed:
            _undo(tasks, crew, line, desk, before)
        else:
            keep(crew, line, desk)


@compiled
def force(ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, task: int) -> None:
    """Puts an absent visit into a line whatever has to leave it, and keeps that if the plan is better for it."""
    begin(desk)
    before = desk[COST]
    if eject(ways, tasks, crew, line, desk, task):
        recreate(ways, tasks, crew, line, desk, task)
    if desk[COST] < before:
        keep(crew, line, desk)
    else:
        _undo(tasks, crew, line, desk, before)


@compiled
def _seed(tasks: Ints, desk: Ints) -> int:
    """Any visit, or in some rounds the heaviest absent one of a sample: what is dear is tried again and again.

    After a change of the day mostly one of those that changed.
    """
    if desk[HOTS] > 0 and roll(desk, CALM) > 0:
        return int(tasks[roll(desk, desk[HOTS]), HOT])
    seed = int(tasks[roll(desk, desk[LIVES]), LIVE])
    if roll(desk, DEAR) > 0:
        return seed
    for _ in range(SAMPLE):
        task = int(tasks[roll(desk, desk[LIVES]), LIVE])
        if tasks[task, OWNER] < 0 and (tasks[seed, OWNER] >= 0 or tasks[task, WEIGHT] > tasks[seed, WEIGHT]):
            seed = task
    return seed


@compiled
def begin(desk: Ints) -> None:
    """A new round: nothing touched, nothing pooled."""
    desk[TICK] += 1
    desk[TOUCHED] = 0
    desk[POOLS] = 0


@compiled
def _undo(tasks: Ints, crew: Ints, line: Ints, desk: Ints, cost: int) -> None:
    untouch(crew, line, desk)
    for number in range(desk[POOLS]):
        tasks[tasks[number, POOL], OWNER] = tasks[number, BEFORE]
    desk[COST] = cost


@compiled
def keep(crew: Ints, line: Ints, desk: Ints) -> None:
    """Takes the round's changes, and notes the plan when it is the best so far."""
    for number in range(desk[TOUCHED]):
        crew[crew[number, LIST], STALE] = 1
    if desk[COST] < desk[BEST]:
        note(crew, line, desk)


@compiled
def note(crew: Ints, line: Ints, desk: Ints) -> None:
    """The plan as it is becomes the best; only lines that changed since the last best are copied."""
    desk[BEST] = desk[COST]
    for officer in range(desk[CREW]):
        if crew[officer, STALE] == 0:
            continue
        crew[officer, STALE] = 0
        crew[officer, BEST_LENGTH] = crew[officer, LENGTH]
        for position in range(crew[officer, LENGTH] + 2):
            line[2 * desk[CREW] + officer, position, STOP] = line[officer, position, STOP]
