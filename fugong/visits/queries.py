"""Questions about visits: when last, how covered, whose look-backs are due, the day's log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from fugong.access.models import User
from fugong.access.roles import Permission
from fugong.campaigns.dated import text
from fugong.campaigns.models import Campaign
from fugong.core.paths import below_any
from fugong.enterprises.models import Contact, Enterprise, Listing, current
from fugong.issues.models import Issue
from fugong.issues.rules import UNSOLVED, Status
from fugong.teams.models import Charge
from fugong.visits.models import Finding, LookBack, Plan, PlannedVisit, Visit
from fugong.visits.rules import VisitKind


def stops_of(officer: User, on: date) -> QuerySet[PlannedVisit]:
    """The officer's stops of a day in order, by the plan that they follow; see `stops_in_force`."""
    mine: dict[int, int] = {}  # the plan by campaign
    for plan in accepted_on(None, on):
        if plan.campaign_id not in mine and officer.pk in crew_of(plan):
            mine[plan.campaign_id] = plan.pk
    stops: QuerySet[PlannedVisit] = (
        PlannedVisit.objects.system()
        .filter(officer=officer, plan__in=list(mine.values()))
        .select_related("enterprise__area", "plan")
        .order_by("order")
    )
    return stops


def accepted_on(campaign_id: int | None, on: date) -> QuerySet[Plan]:
    """The accepted plans of a day, the one accepted last first."""
    plans: QuerySet[Plan] = Plan.objects.system().in_force().filter(on=on)
    plans = plans if campaign_id is None else plans.filter(campaign=campaign_id)
    return plans.order_by(F("accepted_at").desc(nulls_last=True), "-pk")


def crew_of(plan: Plan) -> set[int]:
    """The officers on duty in a plan, also those without a stop; where it does not tell, those with one."""
    crew = plan.summary.get("crew")
    if crew is not None:
        return {int(officer) for officer in crew}
    return set(PlannedVisit.objects.system().filter(plan=plan).values_list("officer_id", flat=True))


def stops_in_force(
    campaign_id: int, on: date, *, without: QuerySet[Plan] | None = None
) -> QuerySet[PlannedVisit]:
    """What is to be done on a day: each officer's stops by the plan accepted last that has them in its crew.

    `without`: plans that are taken not to be accepted. One query for the plans, one more for each that keeps no crew.
    """
    plans = accepted_on(campaign_id, on)
    wanted, seen = Q(pk__in=[]), set[int]()
    for plan in (
        plans if without is None else plans.exclude(pk__in=list(without.values_list("pk", flat=True)))
    ):
        crew = crew_of(plan) - seen
        wanted |= Q(plan=plan.pk, officer__in=crew)
        seen |= crew
    stops: QuerySet[PlannedVisit] = PlannedVisit.objects.system().filter(wanted)
    return stops


def look_backs_due(enterprise: Enterprise) -> QuerySet[LookBack]:
    """What has to be looked at again at this enterprise, the longest owed first."""
    owed: QuerySet[LookBack] = (
        LookBack.objects.system()
        .waiting()
        .filter(enterprise=enterprise, issue__status=Status.SOLVED)
        .select_related("issue")
        .order_by("due_on")
    )
    return owed


def open_to(officer: User, on: date) -> QuerySet[Enterprise]:
    """The enterprises that this person may visit on a day: in the areas of their visiting postings, at the stops of
    their accepted plan (also across borders), and the ones they answer for.
    """
    stops = stops_of(officer, on).order_by().values("enterprise")
    charges = Charge.objects.system().in_force(on).filter(officer=officer).values("enterprise")
    within = below_any(officer.area_paths(Permission.MAKE_VISITS), "area__path")
    found: QuerySet[Enterprise] = (
        Enterprise.objects.system()
        .filter(within | Q(pk__in=stops) | Q(pk__in=charges), merged_into__isnull=True)
        .select_related("campaign__release", "area")
    )
    return found


@dataclass(frozen=True)
class Card:
    """What an officer reads at the door: who speaks for the firm, what is known, what is still open."""

    enterprise: Enterprise
    risk_lists: tuple[str, ...]
    last_visit: Visit | None
    open_issues: tuple[Issue, ...]
    contacts: tuple[Contact, ...]


def card_of(enterprise: Enterprise, at: datetime) -> Card:
    """The enterprise's card; four queries. Contacts show masked; the phone opens with a reason elsewhere."""
    names = {
        row["key"]: text(row["name"]) for row in enterprise.campaign.part("enterprises").get("risk_list", [])
    }
    keys = Listing.objects.system().at(at).filter(enterprise=enterprise).order_by("risk_list")
    visits = Visit.objects.system().done().filter(enterprise=enterprise).select_related("officer")
    issues = (
        Issue.objects.system().filter(enterprise=enterprise, status__in=UNSOLVED).order_by("due_at", "pk")
    )
    contacts = Contact.objects.system().filter(current(timezone.localdate(at)), enterprise=enterprise)
    return Card(
        enterprise=enterprise,
        risk_lists=tuple(names.get(key, key) for key in keys.values_list("risk_list", flat=True)),
        last_visit=visits.order_by("-ended_at").first(),
        open_issues=tuple(issues),
        contacts=tuple(contacts.order_by("pk")),
    )


def findings_before(enterprise: Enterprise) -> QuerySet[Finding]:
    """What earlier visits found here, newest first."""
    found: QuerySet[Finding] = (
        Finding.objects.system()
        .filter(visit__enterprise=enterprise)
        .select_related("visit")
        .order_by("-visit__on", "article")
    )
    return found


@dataclass(frozen=True)
class DayLog:
    """What a day's visits add up to (I3): visits, enterprises, people out, findings, look-backs."""

    visits: int
    enterprises: int
    people: int
    by_phone: int
    given_up: int
    findings: int
    look_backs: int


def day_log(campaign: Campaign, on: date, visits: QuerySet[Visit]) -> DayLog:
    """The day's figures over visits in the caller's scope; two queries."""
    of_day = visits.filter(campaign=campaign, on=on)
    row = of_day.aggregate(
        visits=Count("pk", filter=Q(status="done"), distinct=True),
        enterprises=Count("enterprise", filter=Q(status="done"), distinct=True),
        people=Count("officer", filter=Q(status="done"), distinct=True),
        by_phone=Count("pk", filter=Q(status="done", kind=VisitKind.PHONE), distinct=True),
        given_up=Count("pk", filter=Q(status="given-up"), distinct=True),
        look_backs=Count("look_backs", distinct=True),
    )
    return DayLog(findings=Finding.objects.system().filter(visit__in=of_day.values("pk")).count(), **row)
