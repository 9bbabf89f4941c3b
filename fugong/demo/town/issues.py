"""The way of an issue from finding to verified: who takes it, hand-overs, mending, look-backs that fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from .days import IssueSeed, StepSeed
from .dice import Rng, Wheel, pick
from .findings import closing_days

LEVELS = (
    ("spot", 0.70, 3),
    ("health", 0.18, 5),
    ("cross", 0.10, 7),
    ("city", 0.02, 10),
)  # share, days allowed
SERIOUS_SHARES = (0.25, 0.45, 0.22, 0.08)
DEPARTMENTS = ("health", "work-safety", "market", "labour", "housing", "transport", "police")
HANDOVER_RATE, HANDOVER_REFUSED_RATE = 0.14, 0.4
NOT_REALLY_FIXED_RATE = 0.13
STATUS_AFTER = {
    "found": "found",
    "assessed": "assessed",
    "assigned": "assigned",
    "handover-asked": "assigned",
    "handover-refused": "assigned",
    "handover-accepted": "assigned",
    "solved": "solved",
    "verified": "verified",
    "reopened": "assigned",
    "merged": "merged",
}


_LEVEL_WHEELS = {
    False: Wheel(((level, allowed), share) for level, share, allowed in LEVELS),
    True: Wheel(
        ((level, allowed), share) for (level, _, allowed), share in zip(LEVELS, SERIOUS_SHARES, strict=True)
    ),
}


@dataclass(slots=True)
class OpenIssue:
    """An issue while its days are being told. Steps to come are planned ahead and cut off at the end."""

    key: str
    enterprise: str
    village: str
    article: str
    is_serious: bool
    level: str
    department: str
    due_on: date
    duplicate_of: str = ""
    steps: list[StepSeed] = field(default_factory=list)

    @property
    def last(self) -> StepSeed:
        """The latest step told so far."""
        return self.steps[-1]

    def step(self, at: datetime, move: str, by: str, to: str = "") -> None:
        """Add a step; time never runs backwards."""
        self.steps.append(StepSeed(max(at, self.last.at) if self.steps else at, move, by, to))

    def waits_for_look_back(self, at: datetime) -> bool:
        """Whether it is solved but not verified by then."""
        return self.last.move == "solved" and self.last.at <= at

    def close(self, until: datetime) -> IssueSeed:
        """The issue as it stands at the end of the history."""
        steps = tuple(step for step in self.steps if step.at <= until)
        status = STATUS_AFTER[steps[-1].move]
        overdue = status not in ("solved", "verified", "merged") and self.due_on < until.date()
        return IssueSeed(
            key=self.key,
            enterprise=self.enterprise,
            article=self.article,
            is_serious=self.is_serious,
            level=self.level,
            department=self.department,
            due_on=self.due_on,
            steps=steps,
            status=status,
            is_overdue=overdue,
            duplicate_of=self.duplicate_of,
        )


class Desk:
    """Opens issues and plans how each is mended."""

    def __init__(self, rng: Rng, clerks: Sequence[str], departments: Sequence[str]) -> None:
        self._rng, self._clerks, self._departments = rng, clerks, departments
        self.issues: list[OpenIssue] = []

    def open(
        self, enterprise: str, village: str, article: str, found: StepSeed, *, is_serious: bool
    ) -> OpenIssue:
        """A new issue, assessed and assigned within the day, with its mending planned."""
        level, allowed = _LEVEL_WHEELS[is_serious].spin(self._rng)
        department = self._department(level)
        due = found.at.date() + timedelta(days=1 if is_serious else allowed)
        issue = OpenIssue(
            self._key(), enterprise, village, article, is_serious, level, department, due, steps=[found]
        )
        self.issues.append(issue)
        clerk = pick(self._rng, self._clerks)
        issue.step(self._later(found.at, 0.3, 3), "assessed", clerk)
        issue.step(
            self._later(issue.last.at, 0.1, 2), "assigned", clerk, department or f"enterprise:{enterprise}"
        )
        if department and self._rng.random() < HANDOVER_RATE:
            self._hand_over(issue)
        self.mend(issue, found.at)
        return issue

    def _department(self, level: str) -> str:
        """None for what the enterprise mends itself, the first for health, any for the levels above."""
        if level == "spot":
            return ""
        return self._departments[0] if level == "health" else pick(self._rng, self._departments)

    def open_again(self, issue: OpenIssue, found: StepSeed) -> None:
        """The same thing entered twice: a duplicate, merged into the first by the desk."""
        twin = replace(issue, key=self._key(), duplicate_of=issue.key, steps=[found])
        self.issues.append(twin)
        if self._rng.random() < 0.7:
            twin.step(self._later(found.at, 1, 20), "merged", pick(self._rng, self._clerks), issue.key)

    def mend(self, issue: OpenIssue, since: datetime) -> None:
        """Plan when it will be solved, counted from `since`."""
        at = in_office_hours(since + timedelta(days=closing_days(self._rng)))
        by = issue.department or f"enterprise:{issue.enterprise}"
        issue.step(max(at, self._later(issue.last.at, 0.2, 1)), "solved", by)

    def look_back(self, issue: OpenIssue, at: datetime, by: str) -> None:
        """Verify a solved issue, or take it up again where it is not really fixed."""
        if self._rng.random() < NOT_REALLY_FIXED_RATE:
            issue.step(at, "reopened", by)
            self.mend(issue, at)
        else:
            issue.step(at, "verified", by)

    def _hand_over(self, issue: OpenIssue) -> None:
        """The department asks another to take it; two in five refuse."""
        other = pick(
            self._rng, [name for name in self._departments if name != issue.department] or [issue.department]
        )
        issue.step(self._later(issue.last.at, 1, 8), "handover-asked", issue.department, other)
        if self._rng.random() < HANDOVER_REFUSED_RATE:
            issue.step(self._later(issue.last.at, 1, 12), "handover-refused", other, issue.department)
        else:
            issue.step(self._later(issue.last.at, 1, 12), "handover-accepted", other)
            issue.department = other

    def _later(self, at: datetime, least: float, most: float) -> datetime:
        return at + timedelta(minutes=int(60 * self._rng.uniform(least, most)))

    def _key(self) -> str:
        return f"I{len(self.issues) + 1:05d}"


def in_office_hours(at: datetime) -> datetime:
    """The same moment to the minute, or the nearest one of that day between 08:00 and 20:00."""
    at = at.replace(second=0, microsecond=0)
    if at.time() < time(8):
        return at.replace(hour=8, minute=at.minute)
    return at.replace(hour=19, minute=at.minute) if at.time() > time(20) else at
