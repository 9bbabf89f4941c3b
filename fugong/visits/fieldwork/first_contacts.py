"""First contacts (F5): once an enterprise, park or grid has its instructor, they meet within the pack's days.

An enterprise is in contact after any visit that was made, by phone too; a park, village or grid with a team after a
meeting. The days count from when the instructor was given to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.paths import below_any
from fugong.enterprises.models import Enterprise
from fugong.teams.models import Charge, ChargeKind, Membership
from fugong.teams.rules import PROFESSIONALS
from fugong.territory.models import Area
from fugong.territory.rules import Kind
from fugong.visits.models import Meeting, Visit
from fugong.visits.plans.due import first_contact_days
from fugong.visits.rules import MeetingKind


@dataclass(frozen=True)
class FirstContact:
    """A first contact that has not taken place: whose, with what, since when it is owed, until when it was to be."""

    officer: User
    area: Area
    since: date
    due_on: date
    enterprise: Enterprise | None = None

    @property
    def kind(self) -> str:
        """Whom to meet, where it is an area."""
        return str(MeetingKind.PARK if self.area.kind == Kind.PARK else MeetingKind.GRID)


def owed(
    campaign: Campaign, paths: list[str], on: date, *, officer: Any = None, overdue: bool = True
) -> list[FirstContact]:
    """First contacts that are owed below the paths, the longest owed first; two queries.

    `overdue`: only those whose days are over; else all. `officer`: only this instructor's.
    """
    days = timedelta(days=first_contact_days(campaign, on))
    found = [*_with_enterprises(campaign, paths, days, officer), *_with_areas(campaign, paths, days, officer)]
    found = [one for one in found if one.since <= on and (not overdue or one.due_on < on)]
    return sorted(
        found,
        key=lambda one: (one.due_on, one.enterprise is not None, one.area.path, str(one.enterprise or "")),
    )


def overdue_count(campaign: Campaign, paths: list[str], on: date) -> int:
    """How many of them are overdue, as `owed` would list them; two counts in the database."""
    before = on - timedelta(days=first_contact_days(campaign, on))
    if campaign.starts_on >= before:
        return 0
    firms = _without_visit(campaign, paths).filter(from_on__lt=before)
    teams = _without_meeting(campaign, paths).filter(from_on__lt=before)
    return firms.count() + teams.order_by().values("team").distinct().count()


def _without_visit(campaign: Campaign, paths: list[str]) -> QuerySet[Charge]:
    """Whom an instructor was given and nobody has visited."""
    made = Visit.objects.system().done().filter(enterprise=OuterRef("enterprise"))
    rows: QuerySet[Charge] = Charge.objects.system().in_force()
    return rows.filter(
        below_any(paths, "enterprise__area__path"),
        ~Exists(made),
        enterprise__campaign=campaign,
        enterprise__merged_into__isnull=True,
        kind=ChargeKind.INSTRUCTOR,
    )


def _without_meeting(campaign: Campaign, paths: list[str]) -> QuerySet[Membership]:
    """The instructors of teams whose area nobody has met."""
    met = Meeting.objects.system().filter(campaign=campaign, area=OuterRef("team__area"))
    return Membership.objects.filter(
        below_any(paths, "team__area__path"),
        ~Exists(met),
        team__campaign=campaign,
        role__in=PROFESSIONALS,
        to_on__isnull=True,
    )


def _with_enterprises(
    campaign: Campaign, paths: list[str], days: timedelta, officer: Any
) -> Iterable[FirstContact]:
    rows = _without_visit(campaign, paths)
    rows = rows.filter(officer=officer) if officer is not None else rows
    for row in rows.select_related("officer", "enterprise__area"):
        since = max(row.from_on, campaign.starts_on)
        yield FirstContact(row.officer, row.enterprise.area, since, since + days, row.enterprise)


def _with_areas(
    campaign: Campaign, paths: list[str], days: timedelta, officer: Any
) -> Iterable[FirstContact]:
    rows = _without_meeting(campaign, paths)
    rows = rows.filter(user=officer) if officer is not None else rows
    first: dict[int, FirstContact] = {}
    for row in rows.select_related("user", "team__area").order_by("from_on", "pk"):
        since = max(row.from_on, campaign.starts_on)
        first.setdefault(row.team_id, FirstContact(row.user, row.team.area, since, since + days))
    return first.values()
