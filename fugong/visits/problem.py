"""The planner's problem from rows: officers in their areas, enterprises that are due, the pack's weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from fugong.access.models import Posting
from fugong.campaigns.dated import value_on
from fugong.campaigns.models import Campaign
from fugong.core.conditions import Moment
from fugong.core.paths import below
from fugong.enterprises.models import Enterprise
from fugong.teams.models import Charge
from fugong.territory.models import Area
from fugong.visits import planning
from fugong.visits.checklists import DEFAULT_MINUTES, minutes_of
from fugong.visits.due import Due, standing
from fugong.visits.models import LeftOut, Plan, PlannedVisit
from fugong.visits.planning import Lock, Officer, Params, Point, Problem, ReasonCode, Task, Travel, Window
from fugong.visits.queries import stops_in_force
from fugong.visits.rules import PlanStatus

# A visit that is not due for more than this is not offered to the planner.
LOOK_AHEAD_DAYS = 1


@dataclass(frozen=True)
class Day:
    """The planner's problem for one day, with the rows behind its ids."""

    problem: Problem
    params: Params
    due: Mapping[int, Due]
    # Enterprises that are due and are visited by officers of another accepted plan.
    elsewhere: int = 0


def problem_of(*, campaign: Campaign, area: Area, on: date, at: datetime) -> Day:
    """The problem of planning the visits of `area` on a day: who works, who is due, how far it is."""
    part = campaign.part("visits")
    places = _places(area)
    officers = _officers(campaign, places, on, part)
    due = standing(campaign, on, at)
    tasks = _tasks(campaign, places, due, _terms(campaign, on, at))
    travel = Travel(
        speed_kmh=float(value_on(part["speed_kmh"], on) or 30),
        detour=float(value_on(part["detour"], on) or 1.35),
    )
    params = Params.from_dict({row["name"]: row["value"] for row in part.get("weight", [])})
    return Day(Problem(tuple(officers), tuple(tasks), travel), params, due)


@dataclass(frozen=True)
class _Places:
    """The area that is planned and everything in it: paths and middles by number of the area."""

    root: Area
    paths: Mapping[int, str]
    middles: Mapping[int, Point]

    def middle(self, area_id: int) -> Point:
        """The middle of an area, else of the whole one: where somebody is taken to be who has no position."""
        return self.middles.get(area_id, (self.root.longitude or 0.0, self.root.latitude or 0.0))

    def below(self, area_id: int) -> frozenset[str]:
        top = self.paths[area_id]
        return frozenset(str(pk) for pk, path in self.paths.items() if path.startswith(top))


def _places(root: Area) -> _Places:
    """One query; without the boundaries, which are large."""
    rows = list(Area.objects.below(root.path).values_list("pk", "path", "longitude", "latitude"))
    middles = {pk: (x, y) for pk, _path, x, y in rows if x is not None and y is not None}
    return _Places(root, {pk: path for pk, path, _x, _y in rows}, middles)


def _officers(campaign: Campaign, places: _Places, on: date, part: Mapping[str, Any]) -> list[Officer]:
    """Whoever is posted on the day in a visiting role within the area; home is the middle of their first area."""
    postings = (
        Posting.objects.on(on)
        .filter(role__in=part["visiting_roles"], user__is_active=True, area__in=list(places.paths))
        .order_by("user_id", "pk")
        .values_list("user_id", "user__name", "area_id")
    )
    names: dict[int, str] = {}
    posted: dict[int, list[int]] = {}
    for user, name, area in postings:
        names[user] = name
        posted.setdefault(user, []).append(area)
    knows = _known(campaign)
    hours, pools = part["hours"], part["pool"]["scope"] == "campaign"
    found = []
    for user, areas in posted.items():
        home = places.middle(areas[0])
        found.append(
            Officer(
                id=str(user),
                name=names[user],
                start=home,
                end=home,
                shift=window_of(hours["shift"]),
                breaks=tuple(window_of(text) for text in hours["breaks"]),
                home_area=str(areas[0]),
                areas=None if pools else frozenset().union(*(places.below(area) for area in areas)),
                knows=knows.get(user, frozenset()),
            )
        )
    return found


def _known(campaign: Campaign) -> dict[int, frozenset[str]]:
    """Which enterprises each officer answers for."""
    found: dict[int, set[str]] = {}
    charges = Charge.objects.system().in_force().filter(enterprise__campaign=campaign, kind="instructor")
    for officer, enterprise in charges.values_list("officer_id", "enterprise_id"):
        found.setdefault(officer, set()).add(str(enterprise))
    return {officer: frozenset(known) for officer, known in found.items()}


@dataclass(frozen=True)
class _Terms:
    """What holds for every task of the day. `minutes` by enterprise, `look_back` a weight."""

    on: date
    windows: tuple[Window, ...]
    minutes: Mapping[int, int]
    look_back: float


def _terms(campaign: Campaign, on: date, at: datetime) -> _Terms:
    part = campaign.part("visits")
    return _Terms(
        on=on,
        windows=tuple(window_of(text) for text in part["hours"]["open"]),
        minutes=minutes_of(campaign, Moment(campaign_id=campaign.pk, on=on, at=at)),
        look_back=float(value_on(part["look_back_weight"], on) or 60),
    )


def _tasks(campaign: Campaign, places: _Places, due: Mapping[int, Due], terms: _Terms) -> list[Task]:
    rows = (
        Enterprise.objects.system()
        .of(campaign)
        .filter(below(places.root.path, "area__path"))
        .order_by("pk")
        .values_list("pk", "area_id", "longitude", "latitude")
    )
    tasks = []
    for pk, area, x, y in rows:
        owed = due.get(pk)
        due_on = owed.due_on(campaign.starts_on) if owed else None
        if owed and due_on and (due_on - terms.on).days <= LOOK_AHEAD_DAYS:
            # Whom nobody has placed yet is taken to be in the middle of the area.
            position = (x, y) if x is not None and y is not None else places.middle(area)
            tasks.append(_task(owed, due_on, position, str(area), terms))
    return tasks


def _task(due: Due, due_on: date, position: Point, area: str, terms: _Terms) -> Task:
    on, pk = terms.on, due.enterprise_id
    overdue = max(0, (on - due_on).days)
    not_yet = (due_on - on).days > 0
    owes = due.look_back_on is not None and due.look_back_on <= on
    weight = due.cadence.weight * (1 + overdue) * (0.5 if not_yet else 1.0) + (
        terms.look_back if owes else 0.0
    )
    return Task(
        id=str(pk),
        enterprise=str(pk),
        position=position,
        windows=terms.windows,
        service_minutes=terms.minutes.get(pk, DEFAULT_MINUTES),
        weight=round(weight, 1),
        area=area,
        due_in_days=(due_on - on).days,
        days_overdue=overdue,
        days_since_visit=(on - due.last_visit_on).days if due.last_visit_on else None,
        reasons=tuple(_reasons(due, on)),
    )


def _reasons(due: Due, on: date) -> list[ReasonCode]:
    reasons = [ReasonCode("risk_list", name=name) for name in due.risk_lists]
    if due.look_back_on and due.look_back_on <= on:
        reasons.append(ReasonCode("look_back_due", on=due.look_back_on.isoformat()))
    if due.open_issues:
        reasons.append(ReasonCode("open_issues", count=due.open_issues))
    if not due.risk_lists:
        reasons.append(ReasonCode("note", text=due.cadence.name))
    return reasons


def window_of(text: str) -> Window:
    start, end = text.split("-")
    return Window(_minute(start), _minute(end))


def _minute(clock: str) -> int:
    hours, minutes = clock.strip().split(":")
    return int(hours) * 60 + int(minutes)


def wishes_of(area: Area, campaign: Campaign, on: date) -> dict[int, int]:
    """Whom people have fixed for which enterprise (officer by enterprise), in the newest version of the day's plan.

    Locked stops, stops given to another officer, and enterprises left out that somebody is to visit all the same.
    """
    versions = Plan.objects.system().filter(campaign=campaign, area=area, on=on)
    newest = versions.exclude(status=PlanStatus.SUPERSEDED).order_by("-version").first()
    if newest is None:
        return {}
    locked = PlannedVisit.objects.system().filter(plan=newest, is_locked=True)
    wanted = LeftOut.objects.system().filter(plan=newest, officer__isnull=False)
    found = {
        enterprise: wish or officer
        for enterprise, officer, wish in locked.values_list("enterprise_id", "officer_id", "wish_id")
    }
    return found | dict(wanted.values_list("enterprise_id", "officer_id"))


def with_wishes(problem: Problem, wishes: Mapping[int, int]) -> Problem:
    """The problem with the fixed enterprises bound to their officers."""
    tasks = tuple(
        replace(task, lock=Lock(officer=str(wishes[int(task.id)])), mandatory=True)
        if int(task.id) in wishes
        else task
        for task in problem.tasks
    )
    return replace(problem, tasks=tasks)


def taken_by_others(day: Day, area: Area, campaign: Campaign, on: date) -> Day:
    """The day without the enterprises that officers outside it visit by an accepted plan, so that nobody comes twice.

    The plan that stands for `area` and those inside it are not others': the new one replaces them, and whoever was
    in their crew and is away today leaves the enterprises to the rest.
    """
    crew = [int(officer.id) for officer in day.problem.officers]
    replaced = (
        Plan.objects.system().in_force().filter(below(area.path, "area__path"), campaign=campaign, on=on)
    )
    others = stops_in_force(campaign.pk, on, without=replaced).exclude(officer__in=crew)
    taken = {str(pk) for pk in others.values_list("enterprise_id", flat=True)}
    tasks = tuple(task for task in day.problem.tasks if task.id not in taken)
    return replace(
        day, problem=replace(day.problem, tasks=tasks), elsewhere=len(day.problem.tasks) - len(tasks)
    )


def standing_plan(area: Area, campaign: Campaign, on: date) -> planning.Plan | None:
    """The accepted version of the day as the planner takes it, so that a new one changes only what pays."""
    accepted = Plan.objects.system().in_force().filter(campaign=campaign, area=area, on=on).first()
    if accepted is None:
        return None
    stops = accepted.planned.order_by("officer", "order")
    routes: dict[str, list[planning.PlannedVisit]] = {}
    for officer, enterprise, begins, ends in stops.values_list(
        "officer_id", "enterprise_id", "arrives_at", "leaves_at"
    ):
        visit = planning.PlannedVisit(
            str(enterprise), str(enterprise), str(officer), minute_of(begins), minute_of(ends), 0
        )
        routes.setdefault(str(officer), []).append(visit)
    kept = tuple(planning.Route(officer, tuple(visits), None, None, 0) for officer, visits in routes.items())
    return planning.Plan(kept, (), (), 0.0, 0, "", 0)


def minute_of(moment: datetime) -> int:
    """Minutes since midnight, in the zone of the site."""
    local = timezone.localtime(moment)
    return local.hour * 60 + local.minute
