"""Makes the plans of a day or of several, keeps each as a version, and lets a person accept it.

Who follows which plan is decided here, in `accept_plan`; see docs/decisions/0003-one-plan-per-officer.md.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.paths import below
from fugong.core.refusals import refuse_if
from fugong.core.states import move
from fugong.territory.models import Area
from fugong.visits.actions.keeping import Made, keep
from fugong.visits.actions.visiting import owe_look_backs
from fugong.visits.models import Plan
from fugong.visits.planning import Stop
from fugong.visits.plans.ahead import SECONDS, Progress, Search, plan_ahead
from fugong.visits.plans.problem import Span, horizon_of, standing_plan
from fugong.visits.queries import crew_of, stops_in_force
from fugong.visits.rules import MOVES, PlanStatus, why_not_accept, why_not_days, why_not_plan


def make_plan(
    *,
    campaign: Campaign,
    area: Area,
    on: date,
    by: User | None,
    at: datetime,
    stop: Stop | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Plan the visits of an area on one day and keep the result as a new proposed version; see `make_plans`."""
    search = Search(stop or Stop(seconds=SECONDS), progress)
    return make_plans(made=Made(campaign, area, by, at), on=on, days=1, search=search)[0]


def make_plans(*, made: Made, on: date, days: int, search: Search | None = None) -> list[Plan]:
    """Plan the visits of an area on so many days; each day is kept as a new proposed version, the first one first.

    Locked stops, wishes and bans hold; an accepted version is changed only where it pays. Whom others visit by an
    accepted plan of their own is left to them. The search runs outside any transaction (seconds), so nobody waits
    for it; only the writing is one.
    """
    search = search or Search()
    refuse_if(why_not_plan(on, timezone.localdate(made.at)) or why_not_days(days))
    owe_look_backs(campaign=made.campaign, at=made.at)
    ahead = horizon_of(Span(made.campaign, made.area, on, days), made.at)
    refuse_if(
        "" if ahead.horizon.officers_on(on) else _("Nobody is posted here in a visiting role on that day.")
    )
    standing = {day: standing_plan(made.area, made.campaign, day) for day in ahead.days}
    found = plan_ahead(ahead, {day: plan for day, plan in standing.items() if plan}, search)
    plans: list[Plan] = []
    with transaction.atomic():
        for planned in found:
            plans.append(keep(made, ahead, planned, first=plans[0] if plans else None))
    return plans


@transaction.atomic
def accept_plan(*, plan: Plan, by: User, at: datetime) -> Plan:
    """Make this version the day's plan of everybody in its crew.

    The rule of one plan per officer: each officer follows the plan accepted last that has them in its crew. So a
    town's plan replaces those of the villages in it as a whole, and a village's plan takes the village's
    officers out of the town's plan, which stays in force for everybody else. Refused when an officer outside
    the crew visits one of its enterprises that day: two would come.
    """
    Campaign.objects.in_turn(plan.campaign_id)  # one acceptance after the other
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


@transaction.atomic
def accept_days(*, plan: Plan, by: User, at: datetime) -> list[Plan]:
    """Accept a plan with those of the following days that were planned together with it and still are proposals."""
    following = Plan.objects.system().filter(first_day=plan, status=PlanStatus.PROPOSED).order_by("on")
    first = [plan] if plan.status == PlanStatus.PROPOSED else []
    return [accept_plan(plan=one, by=by, at=at) for one in [*first, *following]]


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
    found = plan.planned.filter(enterprise__in=others.values("enterprise"))  # type: ignore[attr-defined]
    return int(found.values("enterprise").distinct().count())
