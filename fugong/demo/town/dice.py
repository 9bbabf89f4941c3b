"""Dice of the generator: each part of a town has its own stream, so that a change in one moves no other."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, Generic, TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Rng = np.random.Generator
T = TypeVar("T")


def stream(seed: int, *path: str) -> Rng:
    """A generator for one named part; the same seed and path always give the same numbers."""
    key = [seed & 0xFFFFFFFF, *(crc32(part.encode()) for part in path)]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


def pick(rng: Rng, options: Sequence[T]) -> T:
    """One option, all equally likely."""
    return options[int(rng.random() * len(options))]


class Wheel(Generic[T]):
    """Options with weights, quick to draw from again and again."""

    def __init__(self, options: Iterable[tuple[T, float]]) -> None:
        pairs = list(options)
        self.options = [option for option, _ in pairs]
        self._upto = list(accumulate(weight for _, weight in pairs))

    def spin(self, rng: Rng) -> T:
        """One option."""
        return self.options[min(bisect(self._upto, rng.random() * self._upto[-1]), len(self.options) - 1)]


def pick_many(rng: Rng, weights: Sequence[float] | Floats, count: int) -> NDArray[np.int64]:
    """`count` independent indices, drawn with the given weights."""
    cumulative = np.cumsum(np.asarray(weights, dtype=float))
    found: NDArray[np.int64] = np.searchsorted(cumulative, rng.random(count) * cumulative[-1], side="right")
    return found


def exact_shares(rng: Rng, weights: Sequence[float], count: int) -> NDArray[np.int64]:
    """`count` indices in random order whose counts are the weights' exact shares (largest remainder)."""
    return rng.permutation(np.repeat(np.arange(len(weights)), apportion(weights, count))).astype(np.int64)


def apportion(weights: Sequence[float] | Floats, seats: int, at_least: int = 0) -> list[int]:
    """Whole numbers that sum to `seats`, in proportion to the weights, none below `at_least`."""
    share = np.asarray(weights, dtype=float)
    spare = seats - at_least * len(share)
    if spare < 0:
        raise ValueError("fewer seats than the least each must get")
    ideal = share / share.sum() * spare
    whole = np.floor(ideal).astype(int)
    order = np.argsort(-(ideal - whole), kind="stable")
    whole[order[: spare - int(whole.sum())]] += 1
    return [int(n) + at_least for n in whole]


def top_weighted(rng: Rng, weights: Floats, count: int) -> NDArray[np.bool_]:
    """A mask of exactly `count` items, drawn without replacement with the given weights (Gumbel top-k)."""
    score = np.log(np.maximum(weights, 1e-300)) + rng.gumbel(size=len(weights))
    mask = np.zeros(len(weights), dtype=bool)
    mask[np.argsort(-score, kind="stable")[:count]] = True
    return mask


def lognormal_strata(rng: Rng, median: float, sigma: float, count: int) -> Floats:
    """Lognormal values, one from each of `count` equal strata: a heavy tail, yet a steady mean."""
    if count == 0:
        return np.zeros(0)
    quantile = (rng.permutation(count) + rng.random(count)) / count
    return np.asarray(median * np.exp(sigma * ndtri(np.clip(quantile, 1e-9, 1 - 1e-9))), dtype=float)


def whole(values: Any) -> list[int]:
    """Plain integers, so that seeds print and compare the same everywhere."""
    return [int(value) for value in values]
