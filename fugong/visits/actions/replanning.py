"""Plans the rest of a day again: what has begun stays, and of the rest as little changes as must."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from fugong.access.models import User
from fugong.core.refusals import refuse_if
from fugong.visits.actions.keeping import Made, Rest, keep
from fugong.visits.actions.visiting import owe_look_backs
from fugong.visits.models import Absence, Plan, PlannedVisit, Visit
from fugong.visits.planning import Officer, Problem, Stop, Window
from fugong.visits.planning import Plan as Planned
from fugong.visits.planning.rolling import DayPlan
from fugong.visits.planning.vain import solve_wishes
from fugong.visits.plans.ahead import Search, of_those_on_duty, steady
from fugong.visits.plans.binding import minute_of
from fugong.visits.plans.causes import causes_of
from fugong.visits.plans.problem import Ahead, Span, as_planned, horizon_of
from fugong.visits.queries import position_of_stop
from fugong.visits.rules import why_not_replan

SECONDS = 3
# Moving a visit to another officer costs so many times more than when the day is planned from nothing.
STEADIER = 4


def replan(*, plan: Plan, by: User | None, at: datetime, search: Search | None = None) -> Plan:
    """A new proposed version of the plan's day that changes as little as it must.

    On the day itself what has begun or was written down stays as it was, and officers go on from where they stand.
    Absences, wishes, bans, risk lists, look-backs and findings since the plan was made are taken into account; the
    reason of each change stands in the summary (see `causes.why_changed`).
    """
    refuse_if(why_not_replan(plan, timezone.localdate(at)))
    search = search or Search(Stop(seconds=SECONDS))
    owe_look_backs(campaign=plan.campaign, at=at)
    is_today = plan.on == timezone.localdate(at)
    ahead = horizon_of(Span(plan.campaign, plan.area, plan.on, base=plan), at)
    begun = begun_stops(plan, at) if is_today else []
    ahead = without(ahead, begun)
    problem = ahead.problem_on(plan.on)
    lands = {each.id: each.land for each in ahead.horizon.enterprises}
    problem = from_here(problem, begun, minute_of(at), lands) if is_today else problem
    found = solve_wishes(
        problem,
        steady(ahead.params, STEADIER),
        search.stop,
        1,
        initial=of_those_on_duty(_initial(plan, begun), problem.officers),
        progress=search.progress,
        workers=search.workers,
    )
    rest = Rest(
        plan,
        tuple(begun),
        at if is_today else None,
        causes_of(plan, DayPlan(plan.on, problem, found), ahead, at),
    )
    return keep(Made(plan.campaign, plan.area, by, at), ahead, DayPlan(plan.on, problem, found), rest=rest)


def begun_stops(plan: Plan, at: datetime) -> list[PlannedVisit]:
    """The stops that stay: a visit was written down, or the hour has come and the officer is not away."""
    made = set(
        Visit.objects.system()
        .filter(campaign=plan.campaign_id, on=plan.on)
        .values_list("enterprise", flat=True)
    )
    local = timezone.localtime(at)
    away = (
        Absence.objects.system()
        .during(plan.on, plan.on)
        .filter(Q(from_time__isnull=True) | Q(from_time__lte=local.time(), to_time__gt=local.time()))
    )
    absent = set(away.values_list("officer", flat=True))
    rows = PlannedVisit.objects.system().filter(plan=plan).select_related("officer", "enterprise__area")
    return [
        stop
        for stop in rows.order_by("officer", "order")
        if stop.enterprise_id in made or (stop.arrives_at <= at and stop.officer_id not in absent)
    ]


def without(ahead: Ahead, begun: list[PlannedVisit]) -> Ahead:
    """The day without the enterprises of stops that stay, and without the wishes for them."""
    ids = frozenset(str(stop.enterprise_id) for stop in begun)
    horizon, day = ahead.horizon, ahead.horizon.first
    taken = {**horizon.taken, day: horizon.taken.get(day, frozenset()) | ids}
    locks = {day: {pk: lock for pk, lock in horizon.wishes.get(day, {}).items() if pk not in ids}}
    return replace(ahead, horizon=replace(horizon, taken=taken, wishes=locks))


def from_here(problem: Problem, begun: list[PlannedVisit], now: int, lands: Mapping[str, str]) -> Problem:
    """The problem for the rest of the day: each officer starts at the last stop that stays, when it is over.

    `now` in minutes; `lands` by enterprise. Whose shift is over by then is no longer in it.
    """
    last = {str(stop.officer_id): stop for stop in sorted(begun, key=lambda stop: stop.leaves_at)}
    officers = [_from_here(officer, last.get(officer.id), now, lands) for officer in problem.officers]
    return replace(problem, officers=tuple(officer for officer in officers if officer is not None))


def _from_here(
    officer: Officer, last: PlannedVisit | None, now: int, lands: Mapping[str, str]
) -> Officer | None:
    start = max(now, officer.shift.start, minute_of(last.leaves_at) if last else 0)
    if start >= officer.shift.end:
        return None
    rest = replace(officer, shift=Window(start, officer.shift.end))
    if last is None:
        return rest
    land = lands.get(str(last.enterprise_id), officer.land)
    here = position_of_stop(last) or officer.start
    return replace(rest, start=here, land=land, end_land=officer.home_land)


def _initial(plan: Plan, begun: list[PlannedVisit]) -> Planned:
    """What is still to be done of the plan."""
    stays = {str(stop.enterprise_id) for stop in begun}
    planned = as_planned(plan)
    routes = tuple(
        replace(route, visits=tuple(visit for visit in route.visits if visit.enterprise not in stays))
        for route in planned.routes
    )
    return replace(planned, routes=routes)
