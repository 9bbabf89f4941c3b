"""Visits that come every day or every few days, followed visit by visit over the days ahead.

A weekend on which few work is then seen from Thursday on: who is visited every second day can come a day early, so that
not all of them are due again on the same day.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .book import Book, Bools, Floats, Ints, delay

SHORT = 3
"""Cadences of up to so many days are followed; longer ones take minutes on average."""
LATE = 3
"""A visit follows the one before at most so many days late; after that none follows within the days ahead."""


def is_short(every: Floats) -> Bools:
    """Which cadences (days, infinite for once) are followed visit by visit."""
    result: Bools = every <= SHORT
    return result


def soonest(every: Floats) -> Floats:
    """So many days after a visit the next one may come at the earliest: not in the first half of the cycle."""
    result: Floats = np.maximum(1, np.ceil(every / 2))
    return result


class Steps(NamedTuple):
    """Which visit follows which: row, day of one and of the next (the number of days: none follows), cost in minutes."""

    row: Ints
    here: Ints
    there: Ints
    cost: Floats


def steps(every: Floats, weight: Floats, is_open: Bools, growth: float) -> Steps:
    """All steps between the days ahead of rows with short cadences; `is_open` has the shape (rows, days)."""
    count, rows = is_open.shape[1], np.flatnonzero(is_short(every))
    found: list[tuple[Ints, int, int, Floats]] = []
    for here in range(count):
        found.append((rows, here, count, _given_up(every[rows], weight[rows], count - here, growth)))
        for there in range(here + 1, min(count, here + SHORT + LATE + 1)):
            gap = there - here
            may = (gap >= soonest(every[rows])) & (gap <= every[rows] + LATE) & is_open[rows, there]
            mine = rows[may]
            found.append((mine, here, there, weight[mine] * delay(gap - every[mine], growth)))
    if not rows.size or not count:
        none = np.zeros(0, dtype=np.int64)
        return Steps(none, none, none, np.zeros(0))
    return Steps(
        np.concatenate([each[0] for each in found]),
        np.concatenate([np.full(len(each[0]), each[1], dtype=np.int64) for each in found]),
        np.concatenate([np.full(len(each[0]), each[2], dtype=np.int64) for each in found]),
        np.concatenate([each[3] for each in found]),
    )


def _given_up(every: Floats, weight: Floats, left: int, growth: float) -> Floats:
    """What it costs that no visit follows within the days left."""
    result: Floats = weight * delay(left - every, growth)
    return result


def tails(book: Book, price: Floats, is_open: Bools) -> Floats:
    """What the visits after one on each of the days ahead cost at these prices, shape (enterprises, days).

    Zero for those whose cadence is not followed.
    """
    count, growth = is_open.shape[1], book.horizon.growth
    found = np.zeros((book.size, count))
    for every in np.unique(book.every[is_short(book.every)]):
        rows = np.flatnonzero(book.every == every)
        weight, first = book.weight[rows], math.ceil(max(1.0, every / 2))
        for here in reversed(range(count)):
            best = _given_up(book.every[rows], weight, count - here, growth)
            for there in range(here + first, min(count, here + int(every) + LATE + 1)):
                late = weight * float(delay(np.array([there - here - every]), growth)[0])
                cost = late + price[rows, there] + found[rows, there]
                best = np.where(is_open[rows, there], np.minimum(best, cost), best)
            found[rows, here] = best
    return found
