"""Points in the order of a curve that stays near itself (Hilbert 1891).

What lies near each other on the ground then lies near each other in every array, and the search, which looks mostly at
neighbours, finds them in the processor's cache: a round took little more than half the time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .geo import Point

LEVELS = 10
"""The curve passes through a grid of 2 ** LEVELS squares a side."""

Ints = NDArray[np.int64]


def along_curve(points: Sequence[Point]) -> Ints:
    """The numbers of the points in the order of the curve; those in one square as they were given."""
    if not points:
        return np.zeros(0, dtype=np.int64)
    at = np.array(points, dtype=np.float64)
    span = float(np.ptp(at, axis=0).max()) or 1.0
    cells = np.minimum((at - at.min(axis=0)) / span * (1 << LEVELS), (1 << LEVELS) - 1).astype(np.int64)
    return np.argsort(_lengths(cells[:, 0], cells[:, 1]), kind="stable").astype(np.int64)


def _lengths(x: Ints, y: Ints) -> Ints:
    """How far along the curve each square lies: quarter by quarter, each quarter turned to begin where one ends."""
    found = np.zeros(len(x), dtype=np.int64)
    for level in reversed(range(LEVELS)):
        side = 1 << level
        right, upper = (x & side) > 0, (y & side) > 0
        found += side * side * ((3 * right) ^ upper)
        turned = ~upper & right
        x, y = np.where(turned, (1 << LEVELS) - 1 - x, x), np.where(turned, (1 << LEVELS) - 1 - y, y)
        x, y = np.where(upper, x, y), np.where(upper, y, x)
    return found
