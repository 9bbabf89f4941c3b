"""Random whole numbers that are the same compiled and as plain Python.

xorshift with 32 bits (Marsaglia 2003, shifts 13, 17, 5), kept on the desk so that no operation leaves 63 bits.
"""

from __future__ import annotations

import math

import numpy as np

from .board import DICE, Ints
from .compiling import compiled

MASK = 0xFFFFFFFF
CHANCES = 1 << 12
ONE = 1 << 10
"""Fixed point: what stands for 1 in the table of luck."""


def state_of(seed: int) -> int:
    """The first state of the dice, never 0. Nearby seeds are spread (multiplicative hashing after Knuth)."""
    state = (seed + 1) * 0x9E3779B97F4A7C15
    return ((state >> 29) ^ state ^ (state >> 7)) & MASK or 1


@compiled
def roll(desk: Ints, sides: int) -> int:
    """A whole number from 0 to sides - 1; sides below 2**31."""
    state = int(desk[DICE])
    state ^= (state << 13) & MASK
    state ^= state >> 17
    state ^= (state << 5) & MASK
    desk[DICE] = state
    return (state * sides) >> 32


def luck() -> Ints:
    """-ln(u) for CHANCES evenly spread u in fixed point: by how many temperatures a change may be worse."""
    table = [round(-math.log((u + 0.5) / CHANCES) * ONE) for u in range(CHANCES)]
    return np.array(table, dtype=np.int64)
