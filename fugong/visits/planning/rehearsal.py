"""A campaign rehearsed: every day planned with a short search and carried out as planned, then counted.

The counting starts from the visits alone, so that any way of planning is measured alike.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from statistics import fmean, pstdev

from .book import book_of
from .geo import haversine_km
from .horizon import Enterprise, Horizon, LookBack, seen_again
from .params import Params
from .plan import Plan
from .pools import joined, solve_parts
from .prizes import LookAhead
from .problem import Problem
from .rolling import DaysProgress, looking, next_morning, problem_of_day, told
from .stop import Stop, shortened

NEVER_DAYS = 7.0
"""Days of delay that an enterprise counts when the campaign ends without a visit to it."""
CANDIDATES = 1.6
"""A rehearsed day looks at the visits worth most that would fill the officers' time so many times."""


@dataclass(frozen=True, slots=True)
class Made:
    """One visit of a rehearsal. `joint` members of one visit have the same enterprise and day."""

    on: date
    enterprise: str
    officer: str
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """An officer's day: minutes on duty without breaks, minutes of visits, minutes and kilometres of way."""

    on: date
    officer: str
    duty: int
    visits: int
    way: int
    km: float


@dataclass(frozen=True, slots=True)
class PoolOutlook:
    """The figures of areas that share officers."""

    areas: frozenset[str]
    officers: int
    enterprises: int
    overdue: float
    never: int
    visits: int


@dataclass(frozen=True)
class Outlook:
    """How a campaign comes out.

    `curve`: for each day what is overdue that evening, in minutes of weight (a day of delay of an enterprise counts its
    weight, more with each day it has been overdue); `overdue` is their sum and what the never visited add;
    `days_overdue` counts the same days plainly, one for each enterprise, look-backs apart.
    `continuity`: of visits to an enterprise seen before, the share by the officer of the visit before; `usual`: of
    visits to enterprises that somebody usually visits, the share by such an officer (1 where there are none).
    `spread`: coefficient of variation of the officers' share of duty spent at work (ways and visits).
    """

    days: tuple[date, ...]
    curve: tuple[float, ...]
    curve_by_tier: Mapping[str, tuple[float, ...]]
    overdue: float
    days_overdue: int
    visits: int
    visits_by_day: tuple[int, ...]
    km: float
    way_minutes: int
    visit_minutes: int
    never: Mapping[str, int]
    over_visited: int
    continuity: float
    usual: float
    spread: float
    busy: float
    too_soon: int
    pools: tuple[PoolOutlook, ...]
    made: tuple[Made, ...] = field(repr=False, default=())
    is_whole: bool = True

    @property
    def never_visited(self) -> int:
        return sum(self.never.values())


@dataclass(frozen=True, slots=True)
class Difference:
    """One outlook against another (`then` minus `now`); a share is of `now`, 0 where there was nothing."""

    overdue: float
    overdue_share: float
    visits: int
    km: float
    way_minutes: int
    never: int
    continuity: float
    curve: tuple[float, ...]


SoFar = Callable[[Callable[[], Outlook]], None]
"""Called with a function that counts the days rehearsed until then."""


def compared(now: Outlook, then: Outlook) -> Difference:
    """What changes from one outlook to another, over the days both have."""
    return Difference(
        overdue=then.overdue - now.overdue,
        overdue_share=(then.overdue - now.overdue) / now.overdue if now.overdue else 0.0,
        visits=then.visits - now.visits,
        km=then.km - now.km,
        way_minutes=then.way_minutes - now.way_minutes,
        never=then.never_visited - now.never_visited,
        continuity=then.continuity - now.continuity,
        curve=tuple(b - a for a, b in zip(now.curve, then.curve, strict=False)),
    )


def rehearse(
    horizon: Horizon,
    params: Params,
    stop: Stop,
    seed: int = 0,
    *,
    days: int | None = None,
    look: LookAhead | None = None,
    progress: DaysProgress | None = None,
    so_far: SoFar | None = None,
    workers: int = 1,
) -> Outlook:
    """The whole campaign, or its first `days`, by rolling daily plans; `stop` is for all these days together.

    Stopped by a person, the outlook covers the days rehearsed so far (`is_whole` is False). `so_far` is called after
    each day but the last with a function that counts the days until then: who asks it, can show the curve as it grows.
    """
    book, standing = book_of(horizon), horizon.standing()
    planned = list(horizon.campaign_dates())[:days]
    made: list[Made] = []
    worked: list[Worked] = []
    done: list[date] = []
    for number, day in enumerate(planned):
        if stop.was_asked:
            break
        problem = problem_of_day(
            horizon, standing, day, book=book, look=looking(params, look), most=CANDIDATES
        )
        tell = told(progress, day, number / len(planned), 1 / len(planned))
        effort = shortened(stop, 1 / len(planned))
        plan = solve_parts(problem, params, effort, seed + number, progress=tell, workers=workers)
        standing = next_morning(horizon, standing, day, problem, plan)
        made += made_on(day, problem, plan)
        worked += worked_on(day, problem, plan)
        done.append(day)
        if so_far is not None and number + 1 < len(planned):
            so_far(partial(outlook, horizon, tuple(made), tuple(worked), tuple(done)))
    return outlook(horizon, made, worked, done)


def made_on(day: date, problem: Problem, plan: Plan) -> list[Made]:
    """The visits of a plan carried out."""
    agency = {officer.id: officer.agency for officer in problem.officers}
    return [Made(day, visit.enterprise, visit.officer, agency[visit.officer]) for visit in plan.visits()]


def worked_on(day: date, problem: Problem, plan: Plan) -> list[Worked]:
    """The officers' day; those without a visit too."""
    routes = {route.officer: route for route in plan.routes}
    tasks = {task.id: task for task in problem.tasks}
    found = []
    for officer in problem.officers:
        route = routes.get(officer.id)
        visits = route.visits if route else ()
        stops = [officer.start, *(tasks[visit.task].position for visit in visits), officer.end]
        km = (
            sum(haversine_km(a, b) for a, b in itertools.pairwise(stops)) * problem.travel.detour
            if visits
            else 0.0
        )
        spent = sum(visit.end - visit.start for visit in visits)
        way = route.travel_minutes if route else 0
        found.append(Worked(day, officer.id, officer.minutes_on_duty, spent, way, km))
    return found


def outlook(
    horizon: Horizon, made: Iterable[Made], worked: Iterable[Worked] = (), days: Iterable[date] | None = None
) -> Outlook:
    """Counts a campaign from its visits; `days` are those that have passed (None: the whole campaign).

    Visits of `horizon.taken` count as made by others. An enterprise closed to everybody is overdue all the same.
    """
    made, worked = tuple(made), list(worked)
    passed = list(horizon.campaign_dates()) if days is None else list(days)
    visits = _by_enterprise(horizon, made, passed)
    count = _Count(horizon, passed, visits)
    repeats, same, usual, owned = _faces(horizon, made)
    ends = bool(passed) and passed[-1] == horizon.until
    never = count.never()
    return Outlook(
        days=tuple(passed),
        curve=count.total(),
        curve_by_tier={tier: tuple(values) for tier, values in sorted(count.curves.items())},
        overdue=sum(count.by_enterprise.values()),
        days_overdue=count.days_overdue,
        visits=len({(each.on, each.enterprise) for each in made}),
        visits_by_day=tuple(len({v.enterprise for v in made if v.on == day}) for day in passed),
        km=sum(each.km for each in worked),
        way_minutes=sum(each.way for each in worked),
        visit_minutes=sum(each.visits for each in worked),
        never=never,
        over_visited=_over_visited(horizon, passed, visits),
        continuity=same / repeats if repeats else 1.0,
        usual=usual / owned if owned else 1.0,
        spread=_spread(worked)[1],
        busy=_spread(worked)[0],
        too_soon=_too_soon(horizon, made),
        pools=_pools(horizon, count, made),
        made=made,
        is_whole=ends,
    )


def _by_enterprise(horizon: Horizon, made: Iterable[Made], days: list[date]) -> dict[str, list[date]]:
    found: dict[str, set[date]] = defaultdict(set)
    for each in made:
        found[each.enterprise].add(each.on)
    for day in days:
        for enterprise in horizon.taken.get(day, ()):
            found[enterprise].add(day)
    return {enterprise: sorted(on) for enterprise, on in found.items()}


class _Count:
    """Overdue minutes of weight, day by day and enterprise by enterprise."""

    def __init__(self, horizon: Horizon, days: list[date], visits: Mapping[str, list[date]]) -> None:
        self.horizon, self.days, self.visits = horizon, days, visits
        self.curves: dict[str, list[float]] = {}
        self.by_enterprise: dict[str, float] = {}
        self.unseen: list[Enterprise] = []
        self.days_overdue = 0
        for each in horizon.enterprises:
            self._add(each)

    def total(self) -> tuple[float, ...]:
        return tuple(sum(values) for values in zip(*self.curves.values(), strict=True)) or (0.0,) * len(
            self.days
        )

    def never(self) -> Counter[str]:
        """Enterprises never visited, by tier: not before the horizon either."""
        return Counter(each.tier for each in self.unseen)

    def _add(self, each: Enterprise) -> None:
        row = self.curves.setdefault(each.tier, [0.0] * len(self.days))
        on = self.visits.get(each.id, [])
        spans = [(each.weight, due, until) for due, until in self._spans(each, on)]
        spans += [(back.weight, back.due, _settled(back, on)) for back in each.look_backs]
        lost = 0.0
        for number, day in enumerate(self.days):
            for weight, due, until in spans:
                if due <= day and (until is None or day < until):
                    cost = weight * (1 + self.horizon.growth * (day - due).days)
                    row[number] += cost
                    self.days_overdue += 1
                    lost += cost
        if not on and each.last_visit is None:
            self.unseen.append(each)
            lost += NEVER_DAYS * each.weight if self.days and self.days[-1] == self.horizon.until else 0.0
        self.by_enterprise[each.id] = lost

    def _spans(self, each: Enterprise, on: list[date]) -> Iterable[tuple[date, date | None]]:
        """From each last day in time to the visit that came, where it came too late or not at all."""
        standing = self.horizon.standing_of(each)
        for visit in [*on, None]:
            due = self.horizon.due_on(each, standing)
            if due is not None and (visit is None or visit > due):
                yield due, visit
            if visit is not None:
                standing = seen_again(standing, visit)


def _settled(back: LookBack, on: list[date]) -> date | None:
    return next((day for day in on if back.opens is None or day >= back.opens), None)


def _faces(horizon: Horizon, made: Iterable[Made]) -> tuple[int, int, int, int]:
    """Visits to enterprises seen before, those by the officer before; visits to the owned, those by an owner."""
    last = {each.id: each.last_officer for each in horizon.enterprises if each.last_officer}
    knows = {worker.id: worker.officer.knows for worker in horizon.workers}
    days: dict[tuple[date, str], set[str]] = defaultdict(set)
    for each in made:
        days[each.on, each.enterprise].add(each.officer)
    repeats = same = usual = owned = 0
    before = {enterprise: {officer} for enterprise, officer in last.items()}
    for (_on, enterprise), officers in sorted(days.items(), key=lambda item: item[0]):
        if enterprise in before:
            repeats += 1
            same += bool(officers & before[enterprise])
        before[enterprise] = officers
        if enterprise in horizon.known:
            owned += 1
            usual += any(enterprise in knows.get(officer, ()) for officer in officers)
    return repeats, same, usual, owned


def _too_soon(horizon: Horizon, made: Iterable[Made]) -> int:
    """Visits by another agency within the gap."""
    last = {
        e.id: (e.last_visit, e.last_agency) for e in horizon.enterprises if e.last_visit and e.last_agency
    }
    found = 0
    for each in sorted(made, key=lambda one: one.on):
        on, agency = last.get(each.enterprise, (None, ""))
        if on and agency and each.agency != agency and (each.on - on).days < horizon.gap_days:
            found += 1
        if each.agency:
            last[each.enterprise] = (each.on, each.agency)
    return found


def _over_visited(horizon: Horizon, days: list[date], visits: Mapping[str, list[date]]) -> int:
    """Enterprises with over one visit more than their cadence asks for in these days, look-backs counted."""
    found = 0
    for each in horizon.enterprises:
        asked = 1 if each.every_days is None else max(1, -(-len(days) // each.every_days))
        found += len(visits.get(each.id, ())) > asked + len(each.look_backs) + 1
    return found


def _spread(worked: Iterable[Worked]) -> tuple[float, float]:
    """Mean and coefficient of variation of the officers' share of duty spent at work."""
    duty: dict[str, int] = defaultdict(int)
    work: dict[str, int] = defaultdict(int)
    for each in worked:
        duty[each.officer] += each.duty
        work[each.officer] += each.visits + each.way
    shares = [work[officer] / minutes for officer, minutes in duty.items() if minutes]
    mean = fmean(shares) if shares else 0.0
    return mean, pstdev(shares) / mean if mean else 0.0


def _pools(horizon: Horizon, count: _Count, made: Iterable[Made]) -> tuple[PoolOutlook, ...]:
    area = {each.id: each.area for each in horizon.enterprises}
    reaches = {worker.id: horizon.areas_of(worker) for worker in horizon.workers}
    group = joined(area.values(), dict.fromkeys(reaches.values()))
    areas: dict[int, set[str]] = defaultdict(set)
    for name in dict.fromkeys(area.values()):
        areas[group[name]].add(name)
    visits = Counter(group[area[each.enterprise]] for each in made)
    never = Counter(group[each.area] for each in count.unseen)
    rows = Counter(group[name] for name in area.values())
    overdue: dict[int, float] = defaultdict(float)
    for enterprise, lost in count.by_enterprise.items():
        overdue[group[area[enterprise]]] += lost
    return tuple(
        PoolOutlook(
            frozenset(names),
            sum(1 for reach in reaches.values() if reach is None or reach & names),
            rows[number],
            overdue[number],
            never[number],
            visits[number],
        )
        for number, names in areas.items()
    )
