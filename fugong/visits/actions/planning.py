"""Makes a day's plan, keeps it as a version, and lets a person accept it or fix a stop in it.

Who follows which plan is decided here, in `accept_plan`; see docs/decisions/0003-one-plan-per-officer.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.paths import below
from fugong.core.refusals import refuse_if
from fugong.core.states import move
from fugong.territory.models import Area
from fugong.visits.actions.visiting import owe_look_backs
from fugong.visits.models import LeftOut, Plan, PlannedVisit
from fugong.visits.planning import Plan as Planned
from fugong.visits.planning import Stop, solve
from fugong.visits.problem import Day, problem_of, standing_plan, taken_by_others, wishes_of, with_wishes
from fugong.visits.queries import crew_of, stops_in_force
from fugong.visits.rules import MOVES, PlanStatus, why_not_accept, why_not_change, why_not_plan

# How many of those left out are kept with their reason, the heaviest first; the summary counts all.
KEPT_LEFT_OUT = 2_000
SECONDS = 10


def make_plan(
    *,
    campaign: Campaign,
    area: Area,
    on: date,
    by: User | None,
    at: datetime,
    stop: Stop | None = None,
    progress: Callable[[float, float], None] | None = None,
) -> Plan:
    """Plan the visits of an area on a day and keep the result as a new proposed version.

    Locked stops and wishes of the newest version hold; the accepted version is changed only where it pays. Whom
    others visit that day by an accepted plan of their own is left to them.
    The search runs outside any transaction (seconds), so nobody waits for it; only the writing is one.
    """
    refuse_if(why_not_plan(on, timezone.localdate(at)))
    owe_look_backs(campaign=campaign, at=at)
    day = problem_of(campaign=campaign, area=area, on=on, at=at)
    refuse_if("" if day.problem.officers else _("Nobody is posted here in a visiting role on that day."))
    day = taken_by_others(day, area, campaign, on)
    problem = with_wishes(day.problem, wishes_of(area, campaign, on))
    initial = standing_plan(area, campaign, on)
    found = solve(
        problem, day.params, stop or Stop(seconds=SECONDS), seed=1, initial=initial, progress=progress
    )
    return _keep(found, day, campaign=campaign, area=area, on=on, by=by, at=at)


@transaction.atomic
def _keep(
    found: Planned, day: Day, *, campaign: Campaign, area: Area, on: date, by: User | None, at: datetime
) -> Plan:
    Campaign.objects.select_for_update().get(pk=campaign.pk)  # versions are numbered one by one
    versions = Plan.objects.system().filter(campaign=campaign, area=area, on=on)
    wishes = wishes_of(area, campaign, on)
    for old in versions.filter(status=PlanStatus.PROPOSED):
        move(old, PlanStatus.SUPERSEDED, MOVES)
        old.save(update_fields=["status"])
    plan: Plan = Plan.objects.create(
        campaign=campaign,
        area=area,
        on=on,
        version=(versions.aggregate(last=Max("version"))["last"] or 0) + 1,
        made_by=by,
        made_at=at,
        summary=_summary(found, day),
    )
    PlannedVisit.objects.bulk_create(_stops(plan, found, wishes), batch_size=500)
    LeftOut.objects.bulk_create(_left_out(plan, found, day), batch_size=500)
    told = {key: value for key, value in plan.summary.items() if key not in {"crew", "refused"}}
    record("visits.plan.made", plan, by=by, at=at, **told)
    return plan


def _summary(found: Planned, day: Day) -> dict[str, Any]:
    """Figures of the plan. `crew`: every officer on duty by number, also those without a stop."""
    names = {officer.id: officer.name for officer in day.problem.officers}
    return {
        "due": len(day.problem.tasks),
        "planned": len(found.visits()),
        "left_out": len(found.unplanned),
        "elsewhere": day.elsewhere,
        "officers": len(day.problem.officers),
        "travel_minutes": found.travel_minutes,
        "speed_kmh": day.problem.travel.speed_kmh,
        "cost": round(found.cost, 1),
        "crew": {
            route.officer: {
                "name": names[route.officer],
                "leave": route.leave_at,
                "back": route.back_at,
                "travel": route.travel_minutes,
            }
            for route in found.routes
        },
        "refused": [refused.reason.as_dict() | {"task": refused.task} for refused in found.refused],
    }


def _stops(plan: Plan, found: Planned, wishes: Mapping[int, int]) -> list[PlannedVisit]:
    midnight = timezone.make_aware(datetime.combine(plan.on, time()))
    return [
        PlannedVisit(
            plan=plan,
            officer_id=int(route.officer),
            enterprise_id=int(visit.enterprise),
            order=order,
            arrives_at=midnight + timedelta(minutes=visit.start),
            leaves_at=midnight + timedelta(minutes=visit.end),
            reasons=[reason.as_dict() for reason in visit.reasons],
            is_locked=int(visit.enterprise) in wishes,
        )
        for route in found.routes
        for order, visit in enumerate(route.visits, start=1)
    ]


def _left_out(plan: Plan, found: Planned, day: Day) -> list[LeftOut]:
    weights = {task.id: task.weight for task in day.problem.tasks}
    heaviest = sorted(found.unplanned, key=lambda left: -weights[left.task])[:KEPT_LEFT_OUT]
    return [
        LeftOut(plan=plan, enterprise_id=int(left.enterprise), reasons=[left.reason.as_dict()])
        for left in heaviest
    ]


@transaction.atomic
def accept_plan(*, plan: Plan, by: User, at: datetime) -> Plan:
    """Make this version the day's plan of everybody in its crew.

    The rule of one plan per officer: each officer follows the plan accepted last that has them in its crew. So a
    town's plan replaces those of the villages in it as a whole, and a village's plan takes the village's
    officers out of the town's plan, which stays in force for everybody else. Refused when an officer outside
    the crew visits one of its enterprises that day: two would come.
    """
    Campaign.objects.select_for_update().get(pk=plan.campaign_id)  # one acceptance after the other
    plan = Plan.objects.system().select_for_update().get(pk=plan.pk)
    replaced = list(_accepted_inside(plan))
    refuse_if(why_not_accept(plan, timezone.localdate(at), visited_by_others(plan)))
    for old in replaced:
        move(old, PlanStatus.SUPERSEDED, MOVES)
        old.save(update_fields=["status"])
        if old.area_id != plan.area_id:
            record("visits.plan.replaced_from_above", old, by=by, at=at, plan=plan.pk)
    move(plan, PlanStatus.ACCEPTED, MOVES)
    plan.accepted_by, plan.accepted_at = by, at
    plan.save(update_fields=["status", "accepted_by", "accepted_at"])
    record("visits.plan.accepted", plan, by=by, at=at, version=plan.version)
    return plan


def _accepted_inside(plan: Plan) -> Any:
    """Accepted plans of the day for this area or an area inside it."""
    return (
        Plan.objects.system()
        .in_force()
        .filter(below(plan.area.path, "area__path"), campaign=plan.campaign_id, on=plan.on)
        .exclude(pk=plan.pk)
    )


def visited_by_others(plan: Plan) -> int:
    """How many enterprises of the plan are visited that day by officers outside its crew; by plans that stay."""
    stays = stops_in_force(plan.campaign_id, plan.on, without=_accepted_inside(plan))
    others = stays.exclude(plan=plan.pk).exclude(officer__in=crew_of(plan))
    return int(plan.planned.filter(enterprise__in=others.values("enterprise")).count())


@transaction.atomic
def lock_stop(*, stop: PlannedVisit, by: User, at: datetime) -> PlannedVisit:
    """Fix a stop to its officer: the next plan of the day keeps it."""
    return _set_lock(stop, "visits.stop.locked", is_locked=True, wish=None, by=by, at=at)


@transaction.atomic
def unlock_stop(*, stop: PlannedVisit, by: User, at: datetime) -> PlannedVisit:
    """Let the planner move the stop again; a wish for another officer is taken back."""
    return _set_lock(stop, "visits.stop.unlocked", is_locked=False, wish=None, by=by, at=at)


@transaction.atomic
def give_to(*, stop: PlannedVisit, officer: User, by: User, at: datetime) -> PlannedVisit:
    """Wish that another officer of the plan makes this visit: the next plan of the day sends them."""
    refuse_if(_why_not_send(stop.plan, officer))
    wish = None if officer.pk == stop.officer_id else officer
    return _set_lock(stop, "visits.stop.given", is_locked=True, wish=wish, by=by, at=at)


def _set_lock(
    stop: PlannedVisit, name: str, *, is_locked: bool, wish: User | None, by: User, at: datetime
) -> PlannedVisit:
    refuse_if(why_not_change(stop.plan, timezone.localdate(at)))
    stop.is_locked, stop.wish = is_locked, wish
    stop.save(update_fields=["is_locked", "wish"])
    changes = {"enterprise": stop.enterprise_id, "officer": stop.officer_id, "wish": wish and wish.pk}
    record(name, stop, by=by, at=at, campaign_id=stop.plan.campaign_id, **changes)
    return stop


@transaction.atomic
def want(*, left_out: LeftOut, officer: User | None, by: User, at: datetime) -> LeftOut:
    """Wish that an officer visits an enterprise that was left out; None takes the wish back."""
    refuse_if(why_not_change(left_out.plan, timezone.localdate(at)))
    if officer is not None:
        refuse_if(_why_not_send(left_out.plan, officer))
    left_out.officer = officer
    left_out.save(update_fields=["officer"])
    changes = {"enterprise": left_out.enterprise_id, "officer": officer and officer.pk}
    record("visits.left_out.wanted", left_out, by=by, at=at, campaign_id=left_out.plan.campaign_id, **changes)
    return left_out


def _why_not_send(plan: Plan, officer: User) -> str:
    on_duty = officer.pk in crew_of(plan)
    return "" if on_duty else _("%(name)s is not on duty in this plan.") % {"name": officer.name}
