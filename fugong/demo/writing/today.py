"""Today's accepted plan: the stops that were made today, and what the planner finds for the rest of the day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from fugong.demo.writing.world import World, events, keep_events
from fugong.visits.actions.keeping import midnight_of
from fugong.visits.models import Plan, PlannedVisit, Visit
from fugong.visits.planning import Problem, ReasonCode, Stop, Window
from fugong.visits.planning.pools import solve_parts
from fugong.visits.planning.rolling import problem_of_day
from fugong.visits.plans.binding import minute_of
from fugong.visits.plans.due import Due, standing
from fugong.visits.plans.problem import Ahead, Span, horizon_of
from fugong.visits.rules import PlanStatus, VisitStatus

# The demo stands still late in the day; its instructors have so many minutes left, and the planner looks at so many
# times what fits into them.
LAST_HOURS, ENOUGH, ROUNDS = 130, 1.2, 300


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
    made = _made(world, plan, due)
    ahead = horizon_of(Span(campaign, plan.area, on), at)
    stops = _numbered(made + _to_make(world, plan, ahead, made))
    PlannedVisit.objects.bulk_create(stops, batch_size=500)
    _tie_visits(plan)
    names = {user.pk: user.name for user in world.users.values()}
    ways = _ways(ahead, stops)
    crew = {
        str(pk): {"name": names[pk], "leave": None, "back": None, "travel": ways[pk]}
        for pk in sorted({stop.officer_id for stop in stops})
    }
    plan.summary = {
        "due": len(stops),
        "planned": len(stops),
        "left_out": 0,
        "officers": len(crew),
        "travel_minutes": sum(ways.values()),
        "speed_kmh": ahead.horizon.travel.speed_kmh,
        "crew": crew,
    }
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


def _ways(ahead: Ahead, stops: list[PlannedVisit]) -> dict[int, int]:
    """Minutes on the way of each officer, from home through the stops in their order and back."""
    starts = {worker.id: worker.officer.start for worker in ahead.horizon.workers}
    places = {each.id: each.position for each in ahead.horizon.enterprises}
    routes: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for stop in sorted(stops, key=lambda stop: (stop.officer_id, stop.order)):
        place = places.get(str(stop.enterprise_id))
        routes[stop.officer_id] += [place] if place else []
    found = {}
    for officer, route in routes.items():
        home = [starts[str(officer)]] if str(officer) in starts else []
        legs = pairwise([*home, *route, *home])
        found[officer] = sum(ahead.horizon.travel.minutes(a, b) for a, b in legs)
    return found


def _to_make(world: World, plan: Plan, ahead: Ahead, made: list[PlannedVisit]) -> list[PlannedVisit]:
    """What each instructor has still to do, as the planner finds it from where they stand; until after the shift."""
    assert plan.made_at is not None
    now = plan.made_at + timedelta(days=1)
    problem = problem_of_day(ahead.horizon, ahead.horizon.standing(), plan.on, most=ENOUGH)
    found = solve_parts(
        _evening(world, problem, made, minute_of(now)), ahead.params, Stop(iterations=ROUNDS), 1
    )
    midnight = midnight_of(plan.on)
    return [
        PlannedVisit(
            plan=plan,
            officer_id=int(visit.officer),
            enterprise_id=int(visit.enterprise),
            arrives_at=midnight + timedelta(minutes=visit.start),
            leaves_at=midnight + timedelta(minutes=visit.end),
            reasons=[reason.as_dict() for reason in visit.reasons],
        )
        for visit in found.visits()
    ]


def _evening(world: World, problem: Problem, made: list[PlannedVisit], now: int) -> Problem:
    """The problem of the last hours: everybody stands where the last visit was, and all are open a little longer."""
    hours = Window(now + 10, now + 10 + LAST_HOURS)
    last = {
        str(stop.officer_id): stop.enterprise_id for stop in sorted(made, key=lambda stop: stop.leaves_at)
    }
    places = {
        row.pk: (row.longitude, row.latitude) for row in world.rows.values() if row.longitude is not None
    }
    officers = []
    for officer in problem.officers:
        x, y = places.get(last.get(officer.id, 0), officer.start)
        start = officer.start if x is None or y is None else (x, y)
        # So late nobody leaves the village: who found something there tells its grid lead.
        own = frozenset({officer.home_area}) if officer.home_area else officer.areas
        officers.append(replace(officer, shift=hours, breaks=(), start=start, areas=own))
    tasks = tuple(replace(task, windows=(hours,)) for task in problem.tasks)
    return replace(problem, officers=tuple(officers), tasks=tasks)


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
