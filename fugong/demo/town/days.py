"""What the demo's first days leave behind: visits, findings, issues, resumption rows, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from .geometry import Point


@dataclass(frozen=True, slots=True)
class VisitSeed:
    """One visit. `marks` is "met", "unmet" or "n/a" per article of the checklist, empty unless it was done.

    `kind`: first, routine, look-back or joint. `outcome`: done, nobody-there or not-let-in. `position` is the
    phone's, WGS-84. `looks_back_at` holds keys of issues.
    """

    key: str
    enterprise: str
    officers: tuple[str, ...]
    kind: str
    outcome: str
    arrived_at: datetime
    left_at: datetime
    position: Point
    marks: tuple[str, ...]
    looks_back_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingSeed:
    """An article found unmet at a visit: fixed before the visit ended, or a reason for `issue`."""

    key: str
    visit: str
    enterprise: str
    article: str
    is_serious: bool
    is_fixed_on_spot: bool
    found_at: datetime
    issue: str


@dataclass(frozen=True, slots=True)
class StepSeed:
    """A step of an issue, in order of time.

    `move`: found, assessed, assigned, handover-asked, handover-refused, handover-accepted, solved, verified,
    reopened, merged. `by` is an officer's key, a department's, or "enterprise:<key>".
    """

    at: datetime
    move: str
    by: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class IssueSeed:
    """An issue with its whole way until the end of the history; `status` is where it stands then.

    `level`: spot, health, cross or city. `duplicate_of` is the key of the issue it repeats, or "".
    """

    key: str
    enterprise: str
    article: str
    is_serious: bool
    level: str
    department: str
    due_on: date
    steps: tuple[StepSeed, ...]
    status: str
    is_overdue: bool
    duplicate_of: str = ""

    @property
    def is_reopened(self) -> bool:
        """Whether it was ever taken up again."""
        return any(step.move == "reopened" for step in self.steps)


@dataclass(frozen=True, slots=True)
class ResumptionSeed:
    """From this day on the enterprise has this status: closed, preparing or resumed."""

    enterprise: str
    from_on: date
    status: str


@dataclass(frozen=True, slots=True)
class History:
    """All of it, each list in order of time."""

    visits: tuple[VisitSeed, ...]
    findings: tuple[FindingSeed, ...]
    issues: tuple[IssueSeed, ...]
    resumptions: tuple[ResumptionSeed, ...]
