"""Runs sides in turn (A B A B), takes wall clock and CPU of each run, and gives ratios instead of bare seconds."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Sample:
    """What one run gave: seconds by the clock (or what the comparison's unit says), and its seconds of CPU.

    CPU counts this process and its finished children.
    """

    value: float
    cpu: float


@dataclass(frozen=True)
class Side:
    """One of the things compared. `around` sets up before and clears up after each run, outside the clock.

    `check` raises AssertionError when an answer is wrong: a fast wrong answer is no result.
    """

    name: str
    run: Callable[[], Any]
    check: Callable[[Any], None] = lambda answer: None
    around: Callable[[], AbstractContextManager[Any]] = nullcontext


@dataclass(frozen=True)
class Comparison:
    """What was measured: a side of ours, and the peer or raw limit; samples in the order of the rounds."""

    what: str
    ours: str
    peer: str
    samples: dict[str, list[Sample]]
    target: str = ""
    notes: list[str] = field(default_factory=list)
    unit: str = "s"
    limit: float | None = None  # what the middle of ours should not exceed

    def values(self, side: str) -> list[float]:
        return [sample.value for sample in self.samples[side]]

    def ratios(self) -> list[float]:
        """Ours over the peer's, round by round."""
        pairs = zip(self.values(self.ours), self.values(self.peer), strict=True)
        return [ours / peer for ours, peer in pairs]


def compare(
    what: str, ours: Side, peer: Side, *, rounds: int, limit: float | None = None, warm: bool = True
) -> Comparison:
    """Run both sides in turn, `rounds` times each, after one unmeasured round where `warm`."""
    samples: dict[str, list[Sample]] = {ours.name: [], peer.name: []}
    for number in range(rounds + warm):
        for side in (ours, peer):
            sample = _once(side)
            if number >= warm:
                samples[side.name].append(sample)
    return Comparison(what, ours.name, peer.name, samples, limit=limit)


def _once(side: Side) -> Sample:
    with side.around():
        began, cpu = time.perf_counter(), cpu_seconds()
        answer = side.run()
        sample = Sample(time.perf_counter() - began, cpu_seconds() - cpu)
        side.check(answer)
    return sample


def cpu_seconds() -> float:
    """CPU of this process and its finished children so far."""
    return sum(os.times()[:4])


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Smallest, middle and greatest."""
    return min(values), median(values), max(values)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]
