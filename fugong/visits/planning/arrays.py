"""From the numbered day to the board of the compiled search, and plans put on it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .board import (
    BACK,
    BALANCE,
    COST,
    CREW,
    CREW_COLUMNS,
    DICE,
    END,
    EVERYBODY,
    FIRST,
    FREE,
    FROM,
    HOT,
    HOTS,
    KIND,
    LATEST,
    LIVE,
    LIVES,
    LUCK,
    NEAR,
    NEVER,
    OPENS,
    OWNER,
    PRICES,
    ROOM,
    SCALE,
    SERVICE,
    SOFT,
    STALE,
    START,
    STOP,
    TO,
    WAY,
    WEIGHT,
    Board,
    Ints,
    Ways,
)
from .day import Day, Spans, soft_share
from .dice import luck, state_of
from .timing import price_of, retime, set_length

NEIGHBOURS = 60
SQUARE = 128
SMALL_CREW = 16
"""So many officers are all looked at for every visit; of more, those near it."""


def board_of(day: Day, seed: int, barred: frozenset[int] = frozenset(), chosen: Ints | None = None) -> Board:
    """Everybody at home. `barred` tasks and the seats of joint visits are nobody's until they are pinned.

    With `chosen` the search looks at these seats only.
    """
    prices = np.where(day.allowed, np.rint(SCALE * day.extra), NEVER).astype(np.int64).T.copy()
    prices[day.joint] = NEVER
    prices[sorted(barred)] = NEVER
    live = np.flatnonzero((prices < NEVER).any(axis=1)).astype(np.int64)
    ways, differs = _ways(day)
    if chosen is not None:
        live = np.intersect1d(live, chosen)
    near = neighbours(ways[0], day.size, live, _rows(day, live, chosen))
    openings = [_openings(spans) for spans in day.spans]
    tasks = np.concatenate([_seats(day, live), near, prices, *openings], axis=1)
    crew = _crew(day, differs)
    first = FIRST + near.shape[1] + prices.shape[1]
    columns = np.cumsum([0, *(each.shape[1] for each in openings)]) + first
    crew[:, OPENS] = columns[np.array(day.clock_of, dtype=np.int64)]
    desk = _desk(day, seed, near.shape[1], len(live))
    return Board(ways, np.ascontiguousarray(tasks), crew, _lines(day, crew), desk)


def _ways(day: Day) -> tuple[Ways, bool]:
    """Ways by kind of travel and, where some differ by direction, the same turned round after them."""
    ways = day.travel[0][None] if len(day.travel) == 1 else np.stack(day.travel)
    if all(_is_symmetric(each) for each in day.travel):
        return ways, False
    return np.concatenate([ways, ways.transpose(0, 2, 1)]), True


def _is_symmetric(matrix: Ways) -> bool:
    """Whether all ways are as long there as back; in squares that fit the cache of a processor."""
    starts = range(0, len(matrix), SQUARE)
    return all(
        bool((matrix[a : a + SQUARE, b : b + SQUARE] == matrix[b : b + SQUARE, a : a + SQUARE].T).all())
        for a in starts
        for b in starts
        if a <= b
    )


def _seats(day: Day, live: Ints) -> Ints:
    seats = np.zeros((day.size, FIRST), dtype=np.int64)
    seats[:, SERVICE] = day.service
    seats[:, WEIGHT] = np.rint(SCALE * day.weight)
    seats[:, OWNER] = -1
    seats[: len(live), LIVE] = live
    return seats


def _openings(spans: list[Spans]) -> Ints:
    """How many, then first and last beginning of each; one row a seat."""
    depth = max((len(each) for each in spans), default=0) or 1
    rows = np.zeros((len(spans), 1 + 2 * depth), dtype=np.int64)
    for seat, each in enumerate(spans):
        rows[seat, 0] = len(each)
        rows[seat, 1 : 1 + 2 * len(each)] = [at for span in each for at in span]
    return rows


def _rows(day: Day, live: Ints, chosen: Ints | None) -> Ints:
    """The seats whose neighbours are needed: all, or those the search looks at."""
    return np.arange(day.size) if chosen is None else np.union1d(live, np.flatnonzero(day.joint))


def neighbours(ways: Ways, size: int, live: Ints, rows: Ints) -> Ints:
    """The nearest live seats of these seats (rows), there and back, nearest first; shape (seats, at most NEIGHBOURS)."""
    many = max(0, min(NEIGHBOURS, len(live) - 1))
    found = np.zeros((size, many), dtype=np.int64)
    for seat in rows.tolist() if many else ():
        both = ways[seat, live].astype(np.int64) + ways[live, seat]
        both[live == seat] = NEVER
        nearest = np.argpartition(both, many - 1)[:many]
        found[seat] = live[nearest[np.lexsort((nearest, both[nearest]))]]
    return found


def _crew(day: Day, differs: bool) -> Ints:
    rows = np.zeros((day.crew, CREW_COLUMNS), dtype=np.int64)
    for officer in range(day.crew):
        rows[officer, START], rows[officer, END] = day.start_node(officer), day.end_node(officer)
        rows[officer, FROM], rows[officer, TO] = day.shift_from[officer], day.shift_to[officer]
        rows[officer, SOFT], rows[officer, ROOM] = soft_share(day, officer)
    rows[:, KIND] = day.kind_of
    rows[:, BACK] = rows[:, KIND] + len(day.travel) * differs
    rows[:, STALE] = 1
    return rows


def _lines(day: Day, crew: Ints) -> Ints:
    """Every officer at home: start and end, free from the first tick, back by the last."""
    line = np.zeros((3 * day.crew, _most(day) + 2, 4), dtype=np.int64)
    own = line[: day.crew]
    own[:, 0, STOP], own[:, 0, FREE] = crew[:, START], crew[:, FROM]
    own[:, 1, STOP], own[:, 1, LATEST] = crew[:, END], crew[:, TO]
    return line


def _most(day: Day) -> int:
    """How many visits a day can hold: as many of the shortest as fit the longest shift, and one to spare."""
    shifts = [end - begin for begin, end in zip(day.shift_from, day.shift_to, strict=True)]
    held = np.cumsum(np.sort(day.service)) <= max(shifts, default=0)
    return int(held.sum()) + 1


def _desk(day: Day, seed: int, near: int, live: int) -> Ints:
    desk = np.concatenate([np.zeros(LUCK, dtype=np.int64), luck()])
    desk[DICE] = state_of(seed)
    desk[WAY] = round(SCALE * day.params.travel)
    desk[BALANCE] = round(SCALE * day.params.balance)
    desk[EVERYBODY] = int(day.crew <= SMALL_CREW)
    desk[CREW], desk[NEAR], desk[PRICES], desk[LIVES] = day.crew, near, FIRST + near, live
    return desk


def heat(board: Board, seats: Iterable[int]) -> None:
    """The search will look around these seats most of the time."""
    hot = sorted(seats)
    board.tasks[: len(hot), HOT] = hot
    board.desk[HOTS] = len(hot)


def put_orders(board: Board, orders: list[list[int]]) -> None:
    """Makes these the officers' visits, whatever was planned before; they must fit."""
    ways, tasks, crew, line, desk = board
    tasks[:, OWNER] = -1
    crew[:, STALE] = 1
    for officer, order in enumerate(orders):
        set_length(crew, desk, officer, len(order))
        line[officer, 1 : len(order) + 1, STOP] = order
        line[officer, len(order) + 1, STOP] = crew[officer, END]
        tasks[order, OWNER] = officer
        retime(ways, tasks, crew, line, officer)
    desk[COST] = cost_of_board(board, orders)


def cost_of_board(board: Board, orders: list[list[int]]) -> int:
    """Ways, preferences and the weights of what is left out, in costs."""
    _, tasks, crew, _, desk = board
    cost = int(tasks[:, WEIGHT].sum())
    for officer, order in enumerate(orders):
        cost += int(tasks[order, desk[PRICES] + officer].sum()) - int(tasks[order, WEIGHT].sum())
        cost += int(price_of(crew, desk, officer))
    return cost
