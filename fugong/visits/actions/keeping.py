"""Writes a plan of the planner into rows, as a new version of its day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.states import move
from fugong.territory.models import Area
from fugong.visits.models import LeftOut, Plan, PlannedVisit
from fugong.visits.planning import Plan as Planned
from fugong.visits.planning import Problem, ReasonCode
from fugong.visits.planning.rolling import DayPlan
from fugong.visits.plans.binding import Bindings, Wish
from fugong.visits.plans.problem import Ahead
from fugong.visits.rules import MOVES, PlanStatus

# How many of those left out are kept with their reason, the heaviest first; the summary counts all.
KEPT_LEFT_OUT = 2_000
# What an event does not repeat of the summary.
LONG = frozenset({"crew", "refused", "why", "causes"})


@dataclass(frozen=True)
class Made:
    """Who made which plans: for an area, by a person (None: the system), at a moment."""

    campaign: Campaign
    area: Area
    by: User | None
    at: datetime


@dataclass(frozen=True)
class Rest:
    """What a plan made during the day keeps of the one before: stops that stay, by whom, and why it was made."""

    base: Plan
    stops: tuple[PlannedVisit, ...] = ()
    changes_from: datetime | None = None
    summary: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def keep(
    made: Made, ahead: Ahead, planned: DayPlan, *, first: Plan | None = None, rest: Rest | None = None
) -> Plan:
    """Keep one day's plan as its newest proposed version; the proposals before it are superseded."""
    Campaign.objects.in_turn(made.campaign.pk)  # versions are numbered one by one
    versions = Plan.objects.system().filter(campaign=made.campaign, area=made.area, on=planned.on)
    for old in versions.filter(status=PlanStatus.PROPOSED):
        move(old, PlanStatus.SUPERSEDED, MOVES)
        old.save(update_fields=["status"])
    plan: Plan = Plan.objects.create(
        campaign=made.campaign,
        area=made.area,
        on=planned.on,
        version=(versions.aggregate(last=Max("version"))["last"] or 0) + 1,
        made_by=made.by,
        made_at=made.at,
        first_day=first,
        base=rest.base if rest else None,
        changes_from=rest.changes_from if rest else None,
        summary=_summary(planned, ahead, rest),
    )
    stays = _stays(plan, rest)
    PlannedVisit.objects.bulk_create(
        stays + _stops(plan, planned.plan, ahead.bindings, stays), batch_size=500
    )
    LeftOut.objects.bulk_create(_left_out(plan, planned), batch_size=500)
    told = {key: value for key, value in plan.summary.items() if key not in LONG}
    record("visits.plan.made", plan, by=made.by, at=made.at, **told)
    return plan


def _summary(planned: DayPlan, ahead: Ahead, rest: Rest | None) -> dict[str, Any]:
    """Figures of the plan. `crew`: every officer on duty by number, also those without a stop."""
    found, problem = planned.plan, planned.problem
    names = {officer.id: officer.name for officer in problem.officers}
    weights = {task.id: task.weight for task in problem.tasks}
    kept = len(rest.stops) if rest else 0
    crew = {
        route.officer: {
            "name": names[route.officer],
            "leave": route.leave_at,
            "back": route.back_at,
            "travel": route.travel_minutes,
        }
        for route in found.routes
    }
    return {
        "due": len(problem.tasks) + kept,
        "planned": len({visit.task for visit in found.visits()}) + kept,
        "left_out": len(found.unplanned),
        "weight_left": round(sum(weights[left.task] for left in found.unplanned), 1),
        "elsewhere": ahead.elsewhere(planned.on),
        "officers": len(problem.officers),
        "travel_minutes": found.travel_minutes,
        "speed_kmh": problem.travel.speed_kmh,
        "cost": round(found.cost, 1),
        "method": found.method,
        **_faces(planned),
        "crew": _crew_of_rest(rest) | crew,
        "refused": [
            _reason(refused.task, refused.reason, problem).as_dict() | {"task": refused.task}
            for refused in found.refused
        ],
        **(rest.summary if rest else {}),
    }


def _faces(planned: DayPlan) -> dict[str, int]:
    """Visits to enterprises that somebody on duty usually visits, and how many of them by such an officer."""
    knows = {officer.id: officer.knows for officer in planned.problem.officers}
    known = frozenset().union(*knows.values())
    owned = [visit for visit in planned.plan.visits() if visit.enterprise in known]
    return {"owned": len(owned), "usual": sum(visit.enterprise in knows[visit.officer] for visit in owned)}


def _reason(number: str, reason: ReasonCode, problem: Problem) -> ReasonCode:
    """The planner's reason, but that an officer of another pool is not off duty: the firm lies outside their areas."""
    if reason.code != "lock_unknown_officer":
        return reason
    task = next(task for task in problem.tasks if task.id == number)
    wished = task.lock.officer if task.lock else None
    officer = next((each for each in problem.officers if each.id == wished), None)
    if officer is None:
        return reason
    return ReasonCode("lock_outside_area", officer=officer.name or officer.id, area=task.area)


def _crew_of_rest(rest: Rest | None) -> dict[str, Any]:
    """Whoever has a stop that stays is in the crew, even when away by now."""
    if rest is None:
        return {}
    before = rest.base.summary.get("crew", {})
    staying = {str(stop.officer_id): stop.officer.name for stop in rest.stops}
    return {
        key: before.get(key, {"name": name, "leave": None, "back": None, "travel": 0})
        for key, name in staying.items()
    }


def _stays(plan: Plan, rest: Rest | None) -> list[PlannedVisit]:
    """The stops that stay as they were, as rows of the new version, in their order."""
    rows: list[PlannedVisit] = []
    order: dict[int, int] = {}
    for old in sorted(rest.stops if rest else (), key=lambda stop: (stop.officer_id, stop.arrives_at)):
        order[old.officer_id] = order.get(old.officer_id, 0) + 1
        rows.append(
            PlannedVisit(
                plan=plan,
                officer_id=old.officer_id,
                enterprise_id=old.enterprise_id,
                order=order[old.officer_id],
                arrives_at=old.arrives_at,
                leaves_at=old.leaves_at,
                reasons=old.reasons,
                is_locked=old.is_locked,
                joint_id=old.joint_id,
            )
        )
    return rows


def _stops(plan: Plan, found: Planned, bindings: Bindings, stays: list[PlannedVisit]) -> list[PlannedVisit]:
    midnight = midnight_of(plan.on)
    vain = {int(refused.task) for refused in found.refused}
    wishes = {pk: wish for pk, wish in bindings.wishes.get(plan.on, {}).items() if pk not in vain}
    begun: dict[int, int] = {}
    for stop in stays:
        begun[stop.officer_id] = stop.order
    return [
        PlannedVisit(
            plan=plan,
            officer_id=int(route.officer),
            enterprise_id=int(visit.enterprise),
            order=order,
            arrives_at=midnight + timedelta(minutes=visit.start),
            leaves_at=midnight + timedelta(minutes=visit.end),
            reasons=[reason.as_dict() for reason in visit.reasons],
            joint=_joint(bindings, int(visit.enterprise), plan.on),
            **_fixed(wishes.get(int(visit.enterprise)), midnight),
        )
        for route in found.routes
        for order, visit in enumerate(route.visits, start=begun.get(int(route.officer), 0) + 1)
    ]


def _fixed(wish: Wish | None, midnight: datetime) -> dict[str, Any]:
    """A wish that was kept goes on holding for the next version."""
    if wish is None:
        return {}
    return {
        "is_locked": wish.officer is not None,
        "wish_at": midnight + timedelta(minutes=wish.at) if wish.at is not None else None,
        "is_time_locked": wish.is_exact,
    }


def _joint(bindings: Bindings, enterprise: int, on: date) -> Any:
    joint = bindings.joints.get(enterprise)
    return joint if joint is not None and joint.on == on else None


def _left_out(plan: Plan, planned: DayPlan) -> list[LeftOut]:
    weights = {task.id: task.weight for task in planned.problem.tasks}
    heaviest = sorted(planned.plan.unplanned, key=lambda left: -weights[left.task])[:KEPT_LEFT_OUT]
    return [
        LeftOut(
            plan=plan,
            enterprise_id=int(left.enterprise),
            reasons=[_reason(left.task, left.reason, planned.problem).as_dict()],
        )
        for left in heaviest
    ]


def midnight_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
