"""When the planner stops searching."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Stop:
    """Seconds of wall clock, CPU seconds of this process, rounds of search, or a person; whichever comes first.

    With `iterations` alone the same seed gives the same plan on every run. `asked` is looked at about five times
    a second: a function or an event that says whether somebody wants the best plan so far, now.
    """

    seconds: float | None = None
    iterations: int | None = None
    cpu_seconds: float | None = None
    asked: Callable[[], bool] | threading.Event | None = None

    def __post_init__(self) -> None:
        limits = (self.seconds, self.iterations, self.cpu_seconds)
        if all(limit is None for limit in limits):
            raise ValueError("say when to stop: seconds, iterations or CPU seconds")
        if any((limit or 0) < 0 for limit in limits):
            raise ValueError("a search does not stop before it begins")

    def begin(self) -> Deadline:
        return Deadline(self, time.monotonic())

    @property
    def is_timed(self) -> bool:
        """Whether a clock decides, so that two runs may differ."""
        return self.seconds is not None or self.cpu_seconds is not None

    @property
    def was_asked(self) -> bool:
        if isinstance(self.asked, threading.Event):
            return self.asked.is_set()
        return self.asked is not None and self.asked()


@dataclass(frozen=True)
class Deadline:
    """A stop whose clocks are running."""

    stop: Stop
    began: float
    cpu_began: float = field(init=False, default_factory=time.process_time)

    def seconds_left(self) -> float | None:
        """Seconds left on the wall clock, or None when it does not count."""
        if self.stop.seconds is None:
            return None
        return max(0.0, self.stop.seconds - (time.monotonic() - self.began))

    def share(self, rounds: int) -> float:
        """How much of the effort is used, 0 to 1, by the limit that is nearest; 1 when somebody asked to stop."""
        if self.stop.was_asked:
            return 1.0
        used = [0.0]
        if self.stop.iterations is not None:
            used.append(_share(rounds, self.stop.iterations))
        if self.stop.cpu_seconds is not None:
            used.append(_share(time.process_time() - self.cpu_began, self.stop.cpu_seconds))
        left, whole = self.seconds_left(), self.stop.seconds
        if left is not None and whole is not None:
            used.append(_share(whole - left, whole))
        return min(1.0, max(used))

    def is_over(self, rounds: int) -> bool:
        return self.share(rounds) >= 1


def _share(used: float, whole: float) -> float:
    return used / whole if whole > 0 else 1.0


def shortened(stop: Stop, share: float) -> Stop:
    """The stop with a share of its limits; who asked to stop is asked still."""
    limits: dict[str, Any] = {}
    if stop.seconds is not None:
        limits["seconds"] = stop.seconds * share
    if stop.cpu_seconds is not None:
        limits["cpu_seconds"] = stop.cpu_seconds * share
    if stop.iterations is not None:
        limits["iterations"] = max(1, round(stop.iterations * share))
    return replace(stop, **limits)
