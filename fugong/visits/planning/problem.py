"""The data of one planning day: who works when, which visits are due, how long the ways are.

All times are whole ticks of one clock since midnight of the day (minutes in the product); all costs are in ticks
of an officer's day. Names that say minutes mean ticks: research instances may use a finer clock.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

from .geo import Point
from .travel import Crossing, Travel

__all__ = ["Crossing", "Lock", "Officer", "Point", "Problem", "ReasonCode", "Task", "Travel", "Window"]

Value = str | int | float


class ReasonCode:
    """A stable code with its values, e.g. `ReasonCode("due_in", days=9)`; `explain` makes sentences."""

    __slots__ = ("code", "values")

    def __init__(self, code: str, **values: Value) -> None:
        self.code = code
        self.values: dict[str, Value] = values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ReasonCode) and (self.code, self.values) == (other.code, other.values)

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.values.items()))))

    def __repr__(self) -> str:
        inside = "".join(f", {name}={value!r}" for name, value in self.values.items())
        return f"ReasonCode({self.code!r}{inside})"

    def as_dict(self) -> dict[str, Value]:
        """Plain values for JSON; `from_dict` reads them back."""
        return {"code": self.code, **self.values}

    @classmethod
    def from_dict(cls, data: Mapping[str, Value]) -> ReasonCode:
        return cls(str(data["code"]), **{name: value for name, value in data.items() if name != "code"})


@dataclass(frozen=True, slots=True)
class Window:
    """A span of the day in ticks since midnight: opening hours, a shift or a break."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a window runs forward from midnight on, not {self.start} to {self.end}")

    def holds(self, start: int, end: int) -> bool:
        return self.start <= start and end <= self.end


@dataclass(frozen=True, slots=True)
class Lock:
    """A person's wish that binds the planner: this officer, this starting minute, or both."""

    officer: str | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Officer:
    """One person's day. In a break nobody visits or travels; a way begun before it is continued after it.

    `areas` None means every area; `knows` holds the ids of the enterprises this officer usually visits.
    `travels_by` is a kind of `Travel.speeds`; `land` is where the day starts, `end_land` where it ends (None: the
    same; "": anywhere by road).
    """

    id: str
    start: Point
    end: Point
    shift: Window
    name: str = ""
    breaks: tuple[Window, ...] = ()
    skills: frozenset[str] = frozenset()
    home_area: str = ""
    areas: frozenset[str] | None = None
    knows: frozenset[str] = frozenset()
    agency: str = ""
    travels_by: str = ""
    land: str = ""
    end_land: str | None = None

    @property
    def home_land(self) -> str:
        """The land on which the day ends."""
        return self.land if self.end_land is None else self.end_land

    @property
    def minutes_on_duty(self) -> int:
        """Minutes of the shift without the breaks in it."""
        return self.minutes_between(self.shift.start, self.shift.end)

    def minutes_between(self, start: int, end: int) -> int:
        """Minutes between two moments that are not in a break."""
        return end - start - sum(max(0, min(end, rest.end) - max(start, rest.start)) for rest in self.breaks)

    def __post_init__(self) -> None:
        ordered = sorted(self.breaks, key=lambda rest: rest.start)
        if any(before.end > after.start for before, after in itertools.pairwise(ordered)):
            raise ValueError(f"the breaks of officer {self.id} overlap")


@dataclass(frozen=True, slots=True)
class Task:
    """One enterprise that could be visited today.

    `windows` are today's opening hours (several, so that lunch is closed; none: closed today).
    `weight` is what leaving it out today costs, in minutes. `due_in_days` None: no date;
    `days_since_visit` None: never visited. `reasons` are the caller's, carried into the plan.
    `agencies` None: officers of every agency may come; else of these only (others wait for the minimum gap).
    `together`: a joint visit; for each member the skills that member must have, beside those of the task. All
    members come at the same time, or nobody does; () is a visit by one officer.
    """

    id: str
    enterprise: str
    position: Point
    windows: tuple[Window, ...]
    service_minutes: int
    weight: float
    skills: frozenset[str] = frozenset()
    area: str = ""
    due_in_days: int | None = None
    days_overdue: int = 0
    days_since_visit: int | None = None
    reasons: tuple[str | ReasonCode, ...] = ()
    mandatory: bool = False
    lock: Lock | None = None
    forbidden: frozenset[str] = frozenset()
    land: str = ""
    agencies: frozenset[str] | None = None
    together: tuple[frozenset[str], ...] = ()

    @property
    def members(self) -> int:
        """How many officers come."""
        return max(1, len(self.together))

    def __post_init__(self) -> None:
        if self.service_minutes < 1:
            raise ValueError(f"task {self.id} needs at least one minute of service")
        if not self.weight >= 0:
            raise ValueError(f"task {self.id} has a weight below zero")


@dataclass(frozen=True)
class Problem:
    """Everything the planner knows about one day. Ids are unique among officers and among tasks."""

    officers: tuple[Officer, ...]
    tasks: tuple[Task, ...]
    travel: Travel = field(default_factory=Travel)

    def __post_init__(self) -> None:
        for kind, ids in (("officers", [o.id for o in self.officers]), ("tasks", [t.id for t in self.tasks])):
            if len(set(ids)) != len(ids):
                raise ValueError(f"two {kind} carry the same id")
