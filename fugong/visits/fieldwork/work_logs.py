"""An officer's day as it was, and an enterprise's visits in order: what the two printed registers say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.enterprises.models import Enterprise
from fugong.issues.models import Issue
from fugong.visits.fieldwork.my_day import day_of
from fugong.visits.models import Attempt, Visit
from fugong.visits.rules import VisitKind, VisitStatus


@dataclass(frozen=True)
class Line:
    """One visit as a register has it: what was found (with what became of it), what was looked at again."""

    visit: Visit
    others: tuple[str, ...]
    found: tuple[str, ...]
    looked: tuple[str, ...]

    @property
    def is_given_up(self) -> bool:
        return self.visit.status == VisitStatus.GIVEN_UP


@dataclass(frozen=True)
class OfficerLog:
    """The log of an officer's day. `planned`: stops of the plan, `made`: those of them that were visited."""

    officer: User
    on: date
    lines: list[Line]
    planned: int
    made: int
    km: float
    calls: list[Attempt]
    filed: int

    @property
    def visits(self) -> int:
        return sum(
            line.visit.status == VisitStatus.DONE and line.visit.kind != VisitKind.PHONE
            for line in self.lines
        )

    @property
    def findings(self) -> int:
        return sum(len(line.found) for line in self.lines)

    @property
    def looked(self) -> int:
        return sum(len(line.looked) for line in self.lines)


def officer_log(officer: User, campaign: Campaign, on: date) -> OfficerLog:
    """What an officer did on a day, joint visits too; a constant number of queries."""
    visits = Visit.objects.system().of_officer(officer).filter(campaign=campaign, on=on)
    day = day_of(officer, campaign, on)
    calls = Attempt.objects.system().filter(by=officer, call__campaign=campaign, at__date=on)
    filed = Issue.objects.system().filter(campaign=campaign, found_by=officer, found_at__date=on)
    return OfficerLog(
        officer=officer,
        on=on,
        lines=lines_of(visits.order_by("started_at", "pk")),
        planned=len(day.stops),
        made=day.done,
        km=day.km,
        calls=list(calls.select_related("call__enterprise").order_by("at")),
        filed=filed.count(),
    )


def visit_register(firm: Enterprise, seen: QuerySet[Visit]) -> list[Line]:
    """Every visit to an enterprise that somebody sees, the first one first; a constant number of queries."""
    return lines_of(seen.filter(enterprise=firm).order_by("started_at", "pk"))


def lines_of(visits: QuerySet[Visit]) -> list[Line]:
    rows = visits.select_related("enterprise__area", "officer").prefetch_related(
        "findings__issue", "look_backs__issue", "participants__officer"
    )
    return [_line(row) for row in rows]


def _line(row: Visit) -> Line:
    found = [
        f"{one.label}（{one.issue.get_status_display()}）" if one.issue else one.label
        for one in _all(row, "findings")
    ]
    looked = [
        f"{one.issue.title}（{_('fixed') if one.is_fixed else _('not fixed')}）"
        for one in _all(row, "look_backs")
    ]
    others = tuple(one.officer.name for one in _all(row, "participants"))
    return Line(row, others, tuple(found), tuple(looked))


def _all(row: Visit, name: str) -> Iterable[Any]:
    rows: Iterable[Any] = getattr(row, name).all()
    return rows
