"""One enterprise with everything about it, and the handful somebody answers for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.urls import reverse

from fugong.campaigns.models import Campaign
from fugong.core.audit import history_of
from fugong.core.conditions import Moment
from fugong.desk.queries.overdue import Link, Overdue, late_at, links_at
from fugong.desk.words import event_title
from fugong.enterprises.models import Contact, Enterprise, Listing, current
from fugong.enterprises.queries import risk_lists
from fugong.issues.models import Issue, Step
from fugong.issues.rules import OPEN
from fugong.resumption.models import DailyReport, Period
from fugong.resumption.queries import reported_on
from fugong.teams.models import Charge
from fugong.visits.models import Visit
from fugong.visits.rules import VisitStatus


@dataclass(frozen=True)
class Charged:
    """One of somebody's enterprises as its line shows it."""

    enterprise: Enterprise
    last_visit_on: date | None
    open_issues: int
    late: Overdue
    report: DailyReport | None
    is_resumed: bool
    contact: Contact | None

    @property
    def owes_report(self) -> bool:
        return self.is_resumed and self.report is None

    @property
    def overdue(self) -> list[Link]:
        return links_at(self.enterprise, self.late)


def charged(enterprises: QuerySet[Enterprise], on: date, at: datetime) -> list[Charged]:
    """The enterprises with what their officer must know; ten queries."""
    rows = list(enterprises.select_related("area"))
    keys = [row.pk for row in rows]
    visits = dict(
        Visit.objects.system()
        .filter(enterprise__in=keys, status=VisitStatus.DONE)
        .values_list("enterprise")
        .annotate(last=Max("on"))
    )
    issues = dict(
        Issue.objects.system()
        .filter(enterprise__in=keys, status__in=OPEN)
        .values_list("enterprise")
        .annotate(n=Count("pk"))
    )
    late = late_at(keys, Moment(campaign_id=rows[0].campaign_id if rows else None, on=on, at=at))
    resumed = set(
        Period.objects.system()
        .filter(enterprise__in=keys, state="resumed")
        .on(on)
        .values_list("enterprise_id", flat=True)
    )
    reports = reported_on(Enterprise.objects.system().filter(pk__in=keys), on)
    contacts: dict[int, Contact] = {}
    for contact in (
        Contact.objects.system().filter(current(on), enterprise__in=keys).order_by("from_on", "pk")
    ):
        contacts.setdefault(contact.enterprise_id, contact)
    return [
        Charged(
            enterprise=row,
            last_visit_on=visits.get(row.pk),
            open_issues=issues.get(row.pk, 0),
            late=late.of(row),
            report=reports.get(row.pk),
            is_resumed=row.pk in resumed,
            contact=contacts.get(row.pk),
        )
        for row in rows
    ]


def own_enterprises(user: Any, campaign: Campaign, on: date) -> QuerySet[Enterprise]:
    """The enterprises that a person speaks for, as one of their contacts."""
    mine = Contact.objects.system().filter(current(on), user=user).values("enterprise_id")
    rows: QuerySet[Enterprise] = Enterprise.objects.system().of(campaign).filter(pk__in=mine)
    return rows.order_by("name")


def officers_of(enterprise: Enterprise, on: date) -> list[Charge]:
    """Who answers for an enterprise on a day."""
    rows = Charge.objects.system().in_force(on).filter(enterprise=enterprise)
    return list(rows.select_related("officer").order_by("kind", "pk"))


def visits_of(enterprise: Enterprise, most: int = 10) -> list[Visit]:
    """The latest visits with the number of findings."""
    rows = Visit.objects.system().filter(enterprise=enterprise).select_related("officer")
    return list(rows.annotate(found=Count("findings")).order_by("-on", "-started_at")[:most])


def in_force(enterprise: Enterprise, on: date) -> list[tuple[Listing, str]]:
    """The listings in force with the name of their list."""
    names = {one.key: one.name for one in risk_lists(enterprise.campaign, on)}
    rows = Listing.objects.system().in_force().filter(enterprise=enterprise).order_by("entered_at")
    return [(row, names.get(row.risk_list, row.risk_list)) for row in rows]


def timeline(enterprise: Enterprise, most: int = 30) -> list[dict[str, Any]]:
    """What happened to an enterprise: changes of its entry, visits, steps of its issues, its states; newest first."""
    entries: list[dict[str, Any]] = [
        {"title": event_title(event.name), "at": event.at, "by": event.by_label, "colour": "grey"}
        for event in history_of(enterprise).order_by("-at")[:most]
    ]
    steps = Step.objects.system().filter(issue__enterprise=enterprise).select_related("issue", "by")
    entries += [
        {
            "title": f"{step.issue.title} · {step.get_status_display()}",
            "at": step.at,
            "by": step.by.name if step.by else "",
            "text": step.note,
            "colour": "green" if step.status == "verified" else "amber",
            "url": reverse("issues:detail", args=[step.issue_id]),
        }
        for step in steps.order_by("-at", "-pk")[:most]
    ]
    entries += [
        {
            "title": f"{visit.get_kind_display()} · {visit.get_status_display()}",
            "at": visit.ended_at,
            "by": visit.officer.name,
            "text": visit.note,
            "colour": "blue",
            "url": reverse("visits:detail", args=[visit.pk]),
        }
        for visit in visits_of(enterprise, most)
    ]
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)[:most]
