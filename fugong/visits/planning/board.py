"""The day and the search as five arrays: all that the compiled loops read and write.

Few and plain arrays because the loops are many small functions: compiled code hands an array over by its parts, and
every further one costs more than what most of these functions do. All numbers are whole (costs `SCALE` to a tick), so
that compiled and plain runs agree to the last digit.

`ways[kind, a, b]`          ticks from node a to node b by each kind of travel, and back where that differs
`tasks[seat, column]`       what a seat asks, where it is in the plan, the round's pool, its neighbours, its price by officer
`crew[officer, column]`     the officer's day, and the line as a whole
`line[officer, stop, ...]`  the stops, then (crew rows further) those lines as before this round, and as in the best plan
`desk[place]`               counters, prices, sizes and the state of the dice

Nodes: seats 0..n-1 (a seat is its own node), then the officers' starts, then their ends.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Ways = NDArray[np.int32]

SCALE = 1000
NEVER = 1 << 60
"""A cost that nothing reaches: this officer may not make this visit."""

# Columns of `tasks`. OWNER is the officer who comes, or -1; POOLED the round in which the seat was last in the pool.
# POOL, KEY and BEFORE are lists by number: the seats of the round's pool, their order, their officers before the
# round. LIVE is the list of the seats the search looks at, HOT of those around which it looks most. From FIRST on:
# neighbours, prices, openings.
SERVICE, WEIGHT, OWNER, POOLED, POOL, KEY, BEFORE, LIVE, HOT, FIRST = range(10)

# Columns of `crew`: nodes, kinds of travel there and back, first column of the openings on this officer's clock,
# first and last tick of work, work that costs nothing extra and what the shift holds beyond it; then the line: visits,
# ticks on the way, ticks of service, the same before this round; the round of the last change, whether the line differs
# from the best plan's, the last task it was looked at for, the list of the lines changed, visits in the best plan.
START, END, KIND, BACK, OPENS, FROM, TO, SOFT, ROOM = range(9)
LENGTH, ROAD, DUTY, OLD_LENGTH, OLD_ROAD, OLD_DUTY, CHANGED, STALE, SEEN, LIST, BEST_LENGTH = range(9, 20)
CREW_COLUMNS = 20

# Columns of `line`: the node, when the officer may leave it, the last arrival there, ticks to the next stop.
STOP, FREE, LATEST, LEG = range(4)

# Places on the `desk`.
COST, BEST, TICK, TOUCHED, POOLS, PLANNED, USED, STAMP, DICE = range(9)
WAY, BALANCE, EVERYBODY, CREW, NEAR, PRICES, LIVES, HOTS, LUCK = range(9, 18)
"""NEAR is how many neighbours a seat has, PRICES the column of the first officer's price, LUCK the first place of the table."""


class Board(NamedTuple):
    """The five arrays together; the loops take them one by one, in this order."""

    ways: Ways
    tasks: Ints
    crew: Ints
    line: Ints
    desk: Ints


def best_orders(board: Board) -> list[list[int]]:
    """The seats of every officer in the best plan so far."""
    crew = len(board.crew)
    best = board.line[2 * crew :, :, STOP]
    lengths = board.crew[:, BEST_LENGTH].tolist()
    return [best[officer, 1 : length + 1].tolist() for officer, length in enumerate(lengths)]
