"""The result: routes with a reason for every visit, and why every other task was left out."""

from __future__ import annotations

from dataclasses import dataclass

from .problem import ReasonCode


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One visit; minutes since midnight. `travel_minutes` is the way to it from the place before."""

    task: str
    enterprise: str
    officer: str
    start: int
    end: int
    travel_minutes: int
    reasons: tuple[ReasonCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One officer's day in order. `leave_at` and `back_at` are None on a day without visits."""

    officer: str
    visits: tuple[PlannedVisit, ...]
    leave_at: int | None
    back_at: int | None
    travel_minutes: int


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A task left out today, with why."""

    task: str
    enterprise: str
    reason: ReasonCode


@dataclass(frozen=True, slots=True)
class Refused:
    """A wish (lock) that cannot be kept. Its task is among the unplanned as well."""

    task: str
    reason: ReasonCode
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole day. `cost` in minutes: travel, preferences and the weights of what is left out."""

    routes: tuple[Route, ...]
    unplanned: tuple[Unplanned, ...]
    refused: tuple[Refused, ...]
    cost: float
    travel_minutes: int
    method: str
    rounds: int

    def visits(self) -> tuple[PlannedVisit, ...]:
        """All visits, officer by officer in order."""
        return tuple(visit for route in self.routes for visit in route.visits)
