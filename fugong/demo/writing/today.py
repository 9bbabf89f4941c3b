"""Today's accepted plan: the stops that were made today, and two or three for each officer that are still to be made."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from fugong.access.models import User
from fugong.demo.writing.world import World, events, keep_events
from fugong.enterprises.models import Enterprise
from fugong.visits.due import Due, standing
from fugong.visits.models import Plan, PlannedVisit, Visit
from fugong.visits.planning import ReasonCode
from fugong.visits.rules import PlanStatus, VisitStatus

STILL_TO_MAKE = 2
MINUTES = 30


def write_today(world: World, *, at: datetime) -> None:
    """The plan of the frozen day, accepted the evening before by the commander."""
    campaign, on = world.campaign, world.campaign.frozen_on
    assert on is not None
    commander = next(world.users[o.key] for o in world.officers if o.role == "commander")
    evening = at - timedelta(days=1)
    due = standing(campaign, on, at)
    plan = Plan.objects.create(
        campaign=campaign,
        area=campaign.area,
        on=on,
        version=1,
        status=PlanStatus.ACCEPTED,
        made_by=commander,
        made_at=evening,
        accepted_by=commander,
        accepted_at=evening,
    )
    stops = _made(world, plan, due) + _to_make(world, plan, due)
    PlannedVisit.objects.bulk_create(_numbered(stops), batch_size=500)
    _tie_visits(plan)
    officers = {stop.officer_id for stop in stops}
    plan.summary = {"due": len(stops), "planned": len(stops), "left_out": 0, "officers": len(officers)}
    plan.save(update_fields=["summary"])
    keep_events(events("visits.plan.accepted", [plan], campaign=campaign, by=commander, at=evening))


def _made(world: World, plan: Plan, due: dict[int, Due]) -> list[PlannedVisit]:
    visits = Visit.objects.system().filter(campaign=world.campaign, on=plan.on, status=VisitStatus.DONE)
    seen: set[tuple[int, int]] = set()
    stops = []
    for visit in visits.order_by("started_at"):
        if (visit.officer_id, visit.enterprise_id) in seen:
            continue
        seen.add((visit.officer_id, visit.enterprise_id))
        stops.append(
            PlannedVisit(
                plan=plan,
                officer_id=visit.officer_id,
                enterprise_id=visit.enterprise_id,
                arrives_at=visit.started_at,
                leaves_at=visit.ended_at,
                reasons=_reasons(due.get(visit.enterprise_id)),
            )
        )
    return stops


def _to_make(world: World, plan: Plan, due: dict[int, Due]) -> list[PlannedVisit]:
    """For each instructor the most urgent enterprises of their village that nobody saw today."""
    taken = set(
        Visit.objects.system()
        .filter(campaign=world.campaign, on=plan.on)
        .values_list("enterprise", flat=True)
    )
    waiting: dict[int, list[Enterprise]] = defaultdict(list)
    for row in sorted(
        world.rows.values(), key=lambda row: -len(due[row.pk].risk_lists) if row.pk in due else 0
    ):
        if row.pk not in taken and row.pk in due and row.longitude is not None:
            waiting[row.area_id].append(row)
    stops = []
    for officer in world.officers:
        if officer.role != "instructor":
            continue
        area = world.area_of(officer.villages[0])
        for number in range(STILL_TO_MAKE):
            if waiting[area.pk]:
                stops.append(_stop(world.users[officer.key], plan, waiting[area.pk].pop(0), number, due))
    return stops


def _stop(user: User, plan: Plan, row: Enterprise, number: int, due: dict[int, Due]) -> PlannedVisit:
    assert plan.made_at is not None
    arrives = plan.made_at + timedelta(days=1, minutes=10 + number * (MINUTES + 10))
    return PlannedVisit(
        plan=plan,
        officer=user,
        enterprise=row,
        arrives_at=arrives,
        leaves_at=arrives + timedelta(minutes=MINUTES),
        reasons=_reasons(due.get(row.pk)),
    )


def _reasons(due: Due | None) -> list[dict[str, Any]]:
    if due is None:
        return []
    found = [ReasonCode("risk_list", name=name) for name in due.risk_lists]
    if due.look_back_on:
        found.append(ReasonCode("look_back_due", on=due.look_back_on.isoformat()))
    if due.open_issues:
        found.append(ReasonCode("open_issues", count=due.open_issues))
    if due.last_visit_on is None:
        found.append(ReasonCode("never_visited"))
    return [reason.as_dict() for reason in found or [ReasonCode("note", text=due.cadence.name)]]


def _numbered(stops: list[PlannedVisit]) -> list[PlannedVisit]:
    order: dict[int, int] = defaultdict(int)
    for stop in sorted(stops, key=lambda stop: (stop.officer_id, stop.arrives_at)):
        order[stop.officer_id] += 1
        stop.order = order[stop.officer_id]
    return stops


def _tie_visits(plan: Plan) -> None:
    """Visits made today belong to their stops."""
    stops = {(s.officer_id, s.enterprise_id): s for s in PlannedVisit.objects.system().filter(plan=plan)}
    visits = list(Visit.objects.system().filter(campaign=plan.campaign_id, on=plan.on))
    for visit in visits:
        visit.planned = stops.get((visit.officer_id, visit.enterprise_id))
    Visit.objects.system().bulk_update(visits, ["planned"], batch_size=500)
