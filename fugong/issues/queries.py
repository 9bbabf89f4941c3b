"""Questions about issues: clocks, counts, the three lists of an enterprise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from fugong.access.roles import Permission
from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.enterprises.models import Enterprise
from fugong.issues.models import Issue
from fugong.issues.rules import OPEN, UNSOLVED, Status


@dataclass(frozen=True)
class Clocks:
    """The pack's levels, departments and hours, as they stand on one day."""

    part: dict[str, Any]
    on: date

    def hours(self, level: str, severity: str) -> float | None:
        """Hours from finding to solving on this level; None where the pack sets no clock."""
        for row in self.part.get("level", []):
            if row["key"] == level:
                value: float | None = value_on(row.get("hours", {}).get(severity, []), self.on)
                return value
        return None

    def due(self, level: str, severity: str, since: datetime) -> datetime | None:
        hours = self.hours(level, severity)
        return None if hours is None else since + timedelta(hours=hours)

    def look_back_days(self, severity: str) -> int:
        """Days from a reported fix to the look-back; the next day where the pack is silent."""
        value = value_on(self.part.get("look_back_days", {}).get(severity, []), self.on)
        return 1 if value is None else int(value)

    @property
    def departments(self) -> list[tuple[str, str]]:
        """(key, name in the active language) of every department of the pack."""
        return [(row["key"], text(row["name"])) for row in self.part.get("department", [])]

    def department_name(self, key: str) -> str:
        return dict(self.departments).get(key, key)

    def level_name(self, key: str) -> str:
        return next((text(row["name"]) for row in self.part.get("level", []) if row["key"] == key), key)


def clocks_of(campaign: Campaign, at: datetime) -> Clocks:
    return Clocks(campaign.part("issues"), timezone.localdate(at))


@dataclass(frozen=True)
class Counts:
    """How the loop stands: open by status, overdue, verified, re-opened."""

    open: int
    overdue: int
    solved: int
    verified: int
    reopened: int
    total: int


def counts(issues: QuerySet[Issue], at: datetime) -> Counts:
    """One query over issues that the caller has scoped already."""
    row = issues.aggregate(
        open=Count("pk", filter=Q(status__in=OPEN)),
        overdue=Count("pk", filter=Q(status__in=UNSOLVED, due_at__lt=at)),
        solved=Count("pk", filter=Q(status=Status.SOLVED)),
        verified=Count("pk", filter=Q(status=Status.VERIFIED)),
        reopened=Count("pk", filter=Q(reopened__gt=0)),
        total=Count("pk"),
    )
    return Counts(**row)


def of_enterprise(enterprise: Enterprise) -> QuerySet[Issue]:
    """An enterprise's issues, open ones first, then the newest."""
    rows: QuerySet[Issue] = (
        Issue.objects.system()
        .filter(enterprise=enterprise)
        .select_related("handler", "found_by", "solved_by", "verified_by")
        .order_by(F("verified_at").asc(nulls_first=True), F("due_at").asc(nulls_last=True), "-found_at")
    )
    return rows


def waiting_for(user: Any, issues: QuerySet[Issue]) -> QuerySet[Issue]:
    """Of the given issues, those whose next step is this user's: to handle, to accept, or to assess and assign."""
    offered = Q(hand_overs__answer="waiting", hand_overs__to_department=user.department or "-")
    waiting = offered | Q(handler_id=user.pk, status=Status.ASSIGNED)
    if user.has_permission(Permission.ASSIGN_ISSUES):
        waiting |= Q(status__in=[Status.FOUND, Status.ASSESSED])
    return issues.filter(waiting).distinct()


def successor_of(issue: Issue) -> Issue | None:
    """The open issue of the same article at the same enterprise, other than this one: work goes on there."""
    if not issue.article or issue.enterprise_id is None:
        return None
    rows = Issue.objects.system().open().filter(enterprise_id=issue.enterprise_id, article=issue.article)
    found: Issue | None = rows.exclude(pk=issue.pk).order_by("found_at").first()
    return found
