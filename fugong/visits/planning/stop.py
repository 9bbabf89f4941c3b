"""When the planner stops searching."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """Seconds of wall clock, rounds of search, or both (whichever comes first).

    With `iterations` alone the same seed gives the same plan on every run.
    """

    seconds: float | None = None
    iterations: int | None = None

    def __post_init__(self) -> None:
        if self.seconds is None and self.iterations is None:
            raise ValueError("say when to stop: seconds, iterations or both")
        if (self.seconds or 0) < 0 or (self.iterations or 0) < 0:
            raise ValueError("a search does not stop before it begins")

    def begin(self) -> Deadline:
        return Deadline(self, time.monotonic())


@dataclass(frozen=True, slots=True)
class Deadline:
    """A stop whose clock is running."""

    stop: Stop
    began: float

    def seconds_left(self) -> float | None:
        """Seconds left, or None when only rounds are counted."""
        if self.stop.seconds is None:
            return None
        return max(0.0, self.stop.seconds - (time.monotonic() - self.began))

    def is_over(self, rounds: int) -> bool:
        if self.stop.iterations is not None and rounds >= self.stop.iterations:
            return True
        left = self.seconds_left()
        return left is not None and left <= 0
