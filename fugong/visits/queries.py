"""Questions about visits: when last, how covered, whose look-backs are due, the day's log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from fugong.access.models import Posting, User
from fugong.access.roles import ROLES, Permission
from fugong.campaigns.dated import text
from fugong.campaigns.models import Campaign
from fugong.core.paths import below, below_any
from fugong.enterprises.models import Contact, Enterprise, Listing, current
from fugong.issues.models import Issue
from fugong.issues.rules import UNSOLVED, Status
from fugong.teams.models import Charge
from fugong.territory.models import Area
from fugong.visits.models import (
    Absence,
    Exclusion,
    Finding,
    JointVisit,
    LookBack,
    Plan,
    PlannedVisit,
    Visit,
    VisitParticipant,
)
from fugong.visits.rules import JointStatus, VisitKind


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


def is_made(stop: PlannedVisit | None) -> bool:
    """Whether a visit to the stop's enterprise was made on the day of its plan, by whomever."""
    if stop is None:
        return False
    made: QuerySet[Visit] = Visit.objects.system().done()
    return made.filter(enterprise=stop.enterprise_id, on=stop.plan.on).exclude(kind=VisitKind.PHONE).exists()


def absences_on(campaign: Campaign, area: Area, day: date) -> QuerySet[Absence]:
    """Who is away on a day, wholly or partly, of the officers posted in the area in one of the visiting roles."""
    roles = campaign.part("visits").get("visiting_roles", [])
    posted = Posting.objects.on(day).filter(below(area.path, "area__path"), role__in=roles)
    away: QuerySet[Absence] = (
        Absence.objects.system().during(day, day).filter(officer__in=posted.values("user"))
    )
    return away.select_related("officer", "by").order_by("officer__name", "from_on")


def exclusions_of(plan: Plan) -> QuerySet[Exclusion]:
    """The bans in force for a plan's day: officers kept from enterprises, and enterprises nobody goes to that day."""
    standing: QuerySet[Exclusion] = Exclusion.objects.system().filter(
        Q(on=plan.on) | Q(on__isnull=True), campaign=plan.campaign_id, ended_at__isnull=True
    )
    within = standing.filter(below(plan.area.path, "enterprise__area__path"))
    return within.select_related("enterprise", "officer", "by").order_by("enterprise__name", "pk")


def joint_visits_on(campaign_id: int, first: date, last: date) -> QuerySet[JointVisit]:
    """The joint visits wished for from `first` to `last`, with their seats."""
    wished: QuerySet[JointVisit] = JointVisit.objects.system().filter(
        campaign=campaign_id, on__gte=first, on__lte=last, status=JointStatus.WISHED
    )
    return wished.select_related("enterprise").prefetch_related("seats__officer").order_by("on", "pk")


def people_around(enterprise: Enterprise, on: date) -> QuerySet[Posting]:
    """The postings in force from which people may come to a joint visit: of the campaign's area, and of all above."""
    root = enterprise.campaign.area.path
    steps = root.rstrip("/").split("/")
    above = ["/".join(steps[:depth]) + "/" for depth in range(1, len(steps))]
    rows: QuerySet[Posting] = Posting.objects.on(on).filter(
        below(root, "area__path") | Q(area__path__in=above), user__is_active=True
    )
    return rows.select_related("user").order_by("user__name", "user")


def companions(enterprise: Enterprise, officer: User, on: date) -> QuerySet[User]:
    """Whom an officer may name as having come along: who visits in the enterprise's area or is posted above it, and
    everybody whom the accepted plans of the day send there.
    """
    steps = enterprise.area.path.rstrip("/").split("/")
    above = ["/".join(steps[:depth]) + "/" for depth in range(1, len(steps) + 1)]
    roles = [key for key, role in ROLES.items() if Permission.SEE_VISITS in role.permissions]
    posted = Posting.objects.on(on).filter(area__path__in=above, role__in=roles)
    planned = PlannedVisit.objects.system().filter(enterprise=enterprise, plan__in=accepted_on(None, on))
    people: QuerySet[User] = User.objects.filter(
        Q(pk__in=posted.values("user")) | Q(pk__in=planned.values("officer")), is_active=True
    )
    return people.exclude(pk=officer.pk).order_by("name", "pk")


def planned_together(enterprise: Enterprise, officer: User, on: date) -> list[int]:
    """The others whom the officer's accepted plan sends to this joint visit."""
    mine = next((stop for stop in stops_of(officer, on) if stop.enterprise_id == enterprise.pk), None)
    if mine is None or mine.joint_id is None:
        return []
    rows = PlannedVisit.objects.system().filter(plan=mine.plan_id, joint=mine.joint_id)
    return list(rows.exclude(officer=officer).values_list("officer", flat=True))


def stops_of_plan(plan: Plan) -> QuerySet[Any]:
    """(officer, enterprise, from, to) of every stop, officer by officer in order."""
    stops = PlannedVisit.objects.system().filter(plan=plan).order_by("officer", "order")
    rows: QuerySet[Any] = stops.values_list("officer_id", "enterprise_id", "arrives_at", "leaves_at")
    return rows


def names_together(stops: Iterable[PlannedVisit]) -> dict[int, tuple[str, ...]]:
    """Who else comes to each joint visit among these stops, by number of the stop; one query where there is one."""
    joint = [stop for stop in stops if stop.joint_id is not None]
    if not joint:
        return {}
    rows = PlannedVisit.objects.system().filter(
        plan__in={stop.plan_id for stop in joint}, joint__in={stop.joint_id for stop in joint}
    )
    people: dict[tuple[int, int], list[tuple[int, str]]] = {}
    columns = rows.order_by("officer__name").values_list("plan_id", "joint_id", "officer_id", "officer__name")
    for plan, one, officer, name in columns:
        people.setdefault((plan, one), []).append((officer, name))
    return {
        stop.pk: tuple(
            name for officer, name in people[(stop.plan_id, stop.joint_id)] if officer != stop.officer_id
        )
        for stop in joint
        if stop.joint_id is not None
    }


def position_of_stop(stop: PlannedVisit) -> tuple[float, float] | None:
    """Where a stop is (longitude, latitude): at the enterprise, else in the middle of its area."""
    firm, area = stop.enterprise, stop.enterprise.area
    if firm.longitude is not None and firm.latitude is not None:
        return firm.longitude, firm.latitude
    return None if area.longitude is None or area.latitude is None else (area.longitude, area.latitude)


def refused_of(plan: Plan, user: User) -> list[dict[str, Any]]:
    """The wishes that the planner could not keep, as far as this user sees their enterprises; one query."""
    rows: list[dict[str, Any]] = plan.summary.get("refused", [])
    numbers = [int(row["task"]) for row in rows]
    seen = set(Enterprise.objects.visible_to(user).filter(pk__in=numbers).values_list("pk", flat=True))
    return [row for row in rows if int(row["task"]) in seen]


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


def open_one(officer: User, pk: int, on: date) -> Enterprise | None:
    """The enterprise, if it is one of those that `open_to` gives; most are told by their area alone."""
    rows = Enterprise.objects.system().filter(pk=pk, merged_into__isnull=True).select_related("area")
    found: Enterprise | None = next(iter(rows), None)
    if found is None:
        return None
    paths = officer.area_paths(Permission.MAKE_VISITS)
    is_near = any(found.area.path.startswith(path) for path in paths)
    return found if is_near or open_to(officer, on).filter(pk=pk).exists() else None


def was_visited(enterprise: Enterprise) -> bool:
    """Whether anybody has been there, or spoken with them by phone."""
    made: QuerySet[Visit] = Visit.objects.system().done()
    return made.filter(enterprise=enterprise).exists()


@dataclass(frozen=True)
class Card:
    """What an officer reads at the door: who speaks for the firm, what is known, what is still open."""

    enterprise: Enterprise
    risk_lists: tuple[str, ...]
    last_visit: Visit | None
    open_issues: tuple[Issue, ...]
    contacts: tuple[Contact, ...]


def speaks_for(user: User, enterprise: Enterprise, on: date) -> bool:
    """Whether this person is a contact of the enterprise on a day."""
    rows = Contact.objects.system().filter(current(on), enterprise=enterprise, user=user)
    return bool(rows.exists())


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
    """What a day's visits add up to (I3): visits, enterprises, people out, findings, look-backs.

    A joint visit is one visit, and one person-visit for each who made it (T8).
    """

    visits: int
    enterprises: int
    people: int
    by_phone: int
    given_up: int
    findings: int
    look_backs: int
    person_visits: int = 0


def day_log(campaign: Campaign, on: date, visits: QuerySet[Visit], *, first: date | None = None) -> DayLog:
    """The figures of a day, or of the days from `first` on, over visits in the caller's scope; four queries."""
    of_day = visits.filter(campaign=campaign, on__gte=first or on, on__lte=on)
    row = of_day.aggregate(
        visits=Count("pk", filter=Q(status="done"), distinct=True),
        enterprises=Count("enterprise", filter=Q(status="done"), distinct=True),
        people=Count("officer", filter=Q(status="done"), distinct=True),
        by_phone=Count("pk", filter=Q(status="done", kind=VisitKind.PHONE), distinct=True),
        given_up=Count("pk", filter=Q(status="given-up"), distinct=True),
        look_backs=Count("look_backs", distinct=True),
    )
    done = VisitParticipant.objects.system().filter(
        visit__in=of_day.filter(status="done").exclude(kind=VisitKind.PHONE).values("pk")
    )
    came = list(done.values_list("officer", flat=True))
    persons = set(of_day.filter(status="done").values_list("officer", flat=True)) | set(came)
    row["people"] = len(persons)
    row["person_visits"] = row["visits"] - row["by_phone"] + len(came)
    return DayLog(findings=Finding.objects.system().filter(visit__in=of_day.values("pk")).count(), **row)
