"""How look-backs stand: due, overdue, done, by officer and area, and how many were found fixed (F6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from fugong.campaigns.models import Campaign
from fugong.issues.rules import Status
from fugong.teams.models import Charge, ChargeKind
from fugong.visits.models import LookBack

# What the figures ask of a look-back; there are thousands, so whole rows are not read.
COUNTED = (
    "done_at",
    "due_on",
    "visit_id",
    "is_fixed",
    "visit__officer__name",
    "charged",
    "enterprise__area__name",
)


@dataclass
class Tally:
    """Look-backs of an officer or an area. `rate`: of those done, how many were found fixed."""

    label: str
    due: int = 0
    overdue: int = 0
    fixed: int = 0
    not_fixed: int = 0

    @property
    def done(self) -> int:
        return self.fixed + self.not_fixed

    def take(self, row: Any, on: date) -> None:
        if row.done_at is None:
            self.due += row.due_on == on
            self.overdue += row.due_on < on
        elif row.visit_id is not None:
            self.fixed += bool(row.is_fixed)
            self.not_fixed += not row.is_fixed


@dataclass(frozen=True)
class Standing:
    total: Tally
    by_officer: list[Tally]
    by_area: list[Tally]


def of_campaign(seen: QuerySet[LookBack], campaign: Campaign, on: date) -> QuerySet[LookBack]:
    """The look-backs that somebody sees, with `charged`: who answers for the enterprise as its instructor."""
    mine = (
        Charge.objects.system()
        .in_force(on)
        .filter(enterprise=OuterRef("enterprise"), kind=ChargeKind.INSTRUCTOR)
    )
    rows = seen.filter(enterprise__campaign=campaign).annotate(
        charged=Subquery(mine.values("officer__name")[:1])
    )
    return rows.select_related("issue", "enterprise__area", "visit__officer")


def of_tab(rows: QuerySet[LookBack], tab: str, on: date) -> QuerySet[LookBack]:
    """The rows of a tab: "due" (today and before), "overdue" (before today), "ahead", "done"."""
    waiting = rows.filter(done_at__isnull=True, issue__status=Status.SOLVED)
    if tab == "done":
        return rows.filter(done_at__isnull=False).order_by("-done_at", "-pk")
    if tab == "ahead":
        return waiting.filter(due_on__gt=on).order_by("due_on", "pk")
    if tab == "overdue":
        return waiting.filter(due_on__lt=on).order_by("due_on", "pk")
    return waiting.filter(due_on__lte=on).order_by("due_on", "pk")


def standing_of(rows: QuerySet[LookBack], on: date, *, unassigned: str) -> Standing:
    """The figures over rows of `of_campaign`: waiting ones count for who answers, those done for who looked."""
    total, officers, areas = Tally(""), dict[str, Tally](), dict[str, Tally]()
    counting = rows.filter(Q(done_at__isnull=False) | Q(issue__status=Status.SOLVED)).order_by()
    for row in counting.values_list(*COUNTED, named=True):
        name = row.visit__officer__name or row.charged or unassigned
        area = row.enterprise__area__name
        for tally in (total, officers.setdefault(name, Tally(name)), areas.setdefault(area, Tally(area))):
            tally.take(row, on)
    return Standing(total, _worst_first(officers), _worst_first(areas))


def _worst_first(found: dict[str, Tally]) -> list[Tally]:
    shown = [one for one in found.values() if one.due or one.overdue or one.done]
    return sorted(shown, key=lambda one: (-one.overdue, -one.due, one.label))
