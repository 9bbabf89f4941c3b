"""Whole campaigns in a generated town: today's practice, rules of thumb, and ours with fewer and fewer borders.

Every way of planning visits the same town with the same officers for fourteen days; each day is carried out as planned,
and the outlook is counted from the visits alone. Figures are ratios to today's practice.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.campaign_bound import least_overdue
from bench.campaign_town import MINUTES_A_POINT, Floats, Size, regions, town
from bench.measuring import cpu_seconds
from bench.reporting import Table
from fugong.visits.planning import (
    Officer,
    Params,
    Plan,
    PlannedVisit,
    Problem,
    ReasonCode,
    Route,
    Stop,
    Task,
    Unplanned,
    violations,
)
from fugong.visits.planning.book import book_of
from fugong.visits.planning.borders import costs
from fugong.visits.planning.changes import with_one_pool, with_pools
from fugong.visits.planning.geo import ROUNDING, distances_km
from fugong.visits.planning.horizon import Horizon, Pool
from fugong.visits.planning.ownership import with_usual_officers
from fugong.visits.planning.prizes import LookAhead
from fugong.visits.planning.rehearsal import Made, Outlook, Worked, made_on, outlook, rehearse, worked_on
from fugong.visits.planning.rolling import next_morning, problem_of_day
from fugong.visits.planning.search import warm
from fugong.visits.planning.wording import sentence

CPU_A_DAY = float(os.environ.get("FUGONG_BENCH_CPU_A_DAY", "2.8"))  # of search for the town's day
BORDER_CPU = float(os.environ.get("FUGONG_BENCH_BORDER_CPU", "120"))  # of search for all borders together
SEEDS = tuple(int(seed) for seed in os.environ.get("FUGONG_BENCH_SEEDS", "0,1").split(","))
TODAY, VILLAGE = "today's practice", "most overdue first, per village"
POOL, OWNED = "ours, one town pool", "ours, one town pool, usual officers"
POOLED = (POOL, OWNED)
TARGETED = (TODAY, VILLAGE, POOL, OWNED)
HEAD = (
    "way of planning",
    "overdue",
    "of today's",
    "km",
    "of today's",
    "never",
    "visits",
    "same face",
    "usual officer",
    "spread",
    "CPU s",
)
RULE_LOOK = LookAhead(days=1)
LEFT = ReasonCode("no_time", minutes=0)
# No more km than today: the road at twice its price.
PARAMS = Params(travel=2.0, unfamiliar=0.0, away_from_home=0.0)
KEEPING = Params(travel=2.0, unfamiliar=60.0, away_from_home=0.0)
IS_SHORT = os.environ.get("FUGONG_BENCH_SHORT") == "1"  # what the targets are about, and no borders
OVERDUE_TARGET, VILLAGE_TARGET, CONTINUITY_TARGET = 0.02, 0.03, 0.7


@dataclass(frozen=True, slots=True)
class Result:
    """One way of planning: how the campaign came out, and its seconds of CPU."""

    outlook: Outlook
    cpu: float


def run() -> Table:
    found: dict[str, list[Result]] = {}
    warm()
    for seed in SEEDS:
        for name, way in ways(town(Size(), seed)).items():
            found.setdefault(name, []).append(_timed(way))
            print("  " + "  ".join(_row(name, found, [len(found[name]) - 1])), flush=True)
    every = list(range(len(SEEDS)))
    notes = [
        f"{len(SEEDS)} generated towns: 5,600 enterprises, 28 villages, 60 officers, 14 days; medians of ratios",
        f"search: {CPU_A_DAY:g} s of CPU for a day of the whole town; rules of thumb need none",
        "overdue: days of delay by risk, a tenth more with each; never visited counts a week",
    ]
    notes += [note for name in POOLED for note in _verdicts(name, found)]
    notes += [_least(seed, found[TODAY][number]) for number, seed in enumerate(SEEDS)]
    if not IS_SHORT:
        notes += _borders(town(Size(), SEEDS[0]))
    return Table("campaigns", HEAD, [_row(name, found, every) for name in found], notes)


def _row(name: str, found: dict[str, list[Result]], runs: list[int]) -> tuple[str, ...]:
    """The middle of these runs; overdue, km and never visited as shares of today's practice as well."""
    ours, today = [found[name][n] for n in runs], [found[TODAY][n] for n in runs]

    def middle(of: Callable[[Result], float]) -> float:
        return float(np.median([of(each) for each in ours]))

    def share(of: Callable[[Result], float]) -> float:
        return float(np.median([of(a) / of(b) for a, b in zip(ours, today, strict=True)]))

    return (
        name,
        f"{middle(_overdue):,.0f}",
        f"{share(_overdue):.4f}",
        f"{middle(_km):,.0f}",
        f"{share(_km):.2f}",
        f"{middle(lambda each: each.outlook.never_visited):,.0f}",
        f"{middle(lambda each: each.outlook.visits):,.0f}",
        f"{middle(lambda each: each.outlook.continuity):.2f}",
        f"{middle(lambda each: each.outlook.usual):.2f}" if name == OWNED else "",
        f"{middle(lambda each: each.outlook.spread):.2f}",
        f"{middle(lambda each: each.cpu):.0f}",
    )


def _overdue(result: Result) -> float:
    """Points of risk times days of delay."""
    return result.outlook.overdue / MINUTES_A_POINT


def _km(result: Result) -> float:
    return result.outlook.km


def ways(village: Horizon) -> dict[str, Callable[[], Outlook]]:
    """The ways of planning a campaign, by name."""
    pooled = with_pools(
        village, [Pool(name, frozenset(areas)) for name, areas in regions(village, 5).items()]
    )
    one = with_one_pool(village)
    stop = Stop(cpu_seconds=CPU_A_DAY * len(list(village.campaign_dates())))
    found: dict[str, Callable[[], Outlook]] = {
        TODAY: lambda: each_agency(village),
        VILLAGE: lambda: by_rule(village, most_overdue),
        "nearest first, per village": lambda: by_rule(village, nearest),
        "ours, per village": lambda: rehearse(village, PARAMS, stop),
        "ours, five regions": lambda: rehearse(pooled, PARAMS, stop),
        POOL: lambda: rehearse(one, PARAMS, stop),
        OWNED: lambda: rehearse(with_usual_officers(one), KEEPING, stop),
    }
    return {name: way for name, way in found.items() if not IS_SHORT or name in TARGETED}


def _timed(way: Callable[[], Outlook]) -> Result:
    before = cpu_seconds()
    found = way()
    return Result(found, cpu_seconds() - before)


def _verdicts(name: str, found: dict[str, list[Result]]) -> Iterator[str]:
    """The targets of the town pool, on the middle of the seeds."""
    for peer, limit in ((TODAY, OVERDUE_TARGET), (VILLAGE, VILLAGE_TARGET)):
        ratio = _middle_ratio(name, peer, found, _overdue)
        yield f"{name}: overdue at most {limit} of {peer}: {_said(ratio <= limit)} ({ratio:.4f})"
    km = _middle_ratio(name, TODAY, found, _km)
    yield f"{name}: no more km than {TODAY}: {_said(km <= 1)} ({km:.2f})"
    if name == OWNED:
        usual = float(np.median([each.outlook.usual for each in found[name]]))
        said = _said(usual >= CONTINUITY_TARGET)
        yield f"{name}: at least {CONTINUITY_TARGET} of visits by the usual officer: {said} ({usual:.2f})"


def _middle_ratio(
    name: str, peer: str, found: dict[str, list[Result]], of: Callable[[Result], float]
) -> float:
    pairs = zip(found[name], found[peer], strict=True)
    return float(np.median([of(a) / of(b) for a, b in pairs]))


def _said(is_met: bool) -> str:
    return "met" if is_met else "missed"


def _least(seed: int, today: Result) -> str:
    """What no plan of the town pool can avoid; whatever lies above it may be for want of search or of foresight."""
    least = least_overdue(with_one_pool(town(Size(), seed)))
    return f"seed {seed}: no plan of one town pool has less overdue than {least / today.outlook.overdue:.4f} of {TODAY}"


def _borders(village: Horizon) -> Iterator[str]:
    """What every border between villages costs in the first week, the dearest first."""
    before = cpu_seconds()
    found = costs(village, PARAMS, Stop(cpu_seconds=BORDER_CPU), days=7)
    yield f"{len(found)} borders between villages, {cpu_seconds() - before:.0f} s of CPU"
    for each in found:
        yield f"{sentence(each.reason, 'en')} (nearest enterprises {each.apart_km} km apart)"


Rule = Callable[[Floats, Floats], Floats]
"""From the prizes and the ways to the visits still possible: how late each comes; the smallest is next."""


def most_overdue(worth: Floats, way: Floats) -> Floats:
    return -worth + way / 1000


def nearest(worth: Floats, way: Floats) -> Floats:
    return way - worth / 1e9


def by_rule(horizon: Horizon, rule: Rule) -> Outlook:
    """Officers in turn take their next visit by the rule; one shared log."""
    made, worked = _played(horizon, rule)
    return outlook(horizon, made, worked)


def each_agency(horizon: Horizon) -> Outlook:
    """Each agency works down its own list, the risky and large first, and sees no visit of the others."""
    made: list[Made] = []
    worked: list[Worked] = []
    for agency in sorted({worker.officer.agency for worker in horizon.workers}):
        crew = tuple(worker for worker in horizon.workers if worker.officer.agency == agency)
        its_made, its_worked = _played(replace(horizon, workers=crew), most_overdue)
        made += its_made
        worked += its_worked
    return outlook(horizon, made, worked)


def _played(horizon: Horizon, rule: Rule) -> tuple[list[Made], list[Worked]]:
    """The whole campaign by the rule, day by day."""
    made: list[Made] = []
    worked: list[Worked] = []
    standing, book = horizon.standing(), book_of(horizon)
    for day in horizon.campaign_dates():
        problem = problem_of_day(horizon, standing, day, book=book, look=RULE_LOOK, most=1.6)
        plan = listed(problem, rule)
        assert not violations(problem, plan), "a rule of thumb breaks a rule of the day"
        made += made_on(day, problem, plan)
        worked += worked_on(day, problem, plan)
        standing = next_morning(horizon, standing, day, problem, plan)
    return made, worked


def listed(problem: Problem, rule: Rule) -> Plan:
    """Officers in turn take the visit that is next by the rule and still fits, until nothing fits anybody."""
    worth = np.array([task.weight for task in problem.tasks])
    days = [_Walk(problem, officer) for officer in problem.officers]
    left, going = np.ones(len(worth), dtype=np.bool_), list(days)
    while going:
        for walk in list(going):
            at = walk.next_by(rule, worth, left)
            if at is None:
                going.remove(walk)
            else:
                walk.visit(at)
                left[at] = False
    done = tuple(
        Unplanned(problem.tasks[n].id, problem.tasks[n].enterprise, LEFT) for n in np.flatnonzero(left)
    )
    travel = sum(walk.way for walk in days)
    return Plan(tuple(walk.route() for walk in days), done, (), 0.0, travel, "by a rule", 0)


class _Walk:
    """One officer's day as it goes. The clock counts minutes of work: a break is cut out of it."""

    def __init__(self, problem: Problem, officer: Officer) -> None:
        self.problem, self.officer = problem, officer
        self.here, self.clock, self.way = officer.start, self._work(officer.shift.start), 0
        self.visits: list[PlannedVisit] = []
        tasks = problem.tasks
        self.service = np.array([task.service_minutes for task in tasks])
        self.able = np.array([self._may(task) for task in tasks], dtype=np.bool_)
        self.spans = [self._spans(column) for column in range(3)]
        self.points = [task.position for task in tasks]
        self.back = self._ways(officer.end)

    def _work(self, at: int) -> int:
        return at - sum(max(0, min(at, rest.end) - rest.start) for rest in self.officer.breaks)

    def _real(self, work: int) -> int:
        """The minute of the day at which something begins; after a break that begins then."""
        for rest in self.officer.breaks:
            work += rest.end - rest.start if rest.start <= work else 0
        return work

    def _may(self, task: Task) -> bool:
        officer = self.officer
        own = officer.areas is None or task.area in officer.areas
        return (
            own
            and task.skills <= officer.skills
            and (task.agencies is None or officer.agency in task.agencies)
        )

    def _spans(self, number: int) -> tuple[Floats, Floats]:
        """First and last minute of work at which each visit may begin, in its opening window of this number."""
        first, last = np.full(len(self.service), 1e9), np.full(len(self.service), -1.0)
        for at, task in enumerate(self.problem.tasks):
            if number < len(task.windows):
                window = task.windows[number]
                first[at], last[at] = self._work(window.start), self._work(window.end) - task.service_minutes
        return first, last

    def _ways(self, place: tuple[float, float]) -> Floats:
        travel = self.problem.travel
        km = distances_km([place], self.points)[0]
        minutes = km * travel.detour * 60 / travel.speed_kmh + travel.access_minutes
        return np.where(km < 1e-6, 0.0, np.ceil(minutes - ROUNDING))

    def _begins(self, way: Floats) -> Floats:
        """Earliest beginnings, in minutes of work; no number where nothing is left of the opening hours."""
        best = np.full(len(way), np.inf)
        for first, last in reversed(self.spans):
            begin = np.maximum(self.clock + way, first)
            best = np.where(begin <= last, begin, best)
        return best

    def next_by(self, rule: Rule, worth: Floats, left: NDArray[np.bool_]) -> int | None:
        if not len(worth):
            return None
        way = self._ways(self.here)
        ends = self._begins(way) + self.service + self.back
        possible = np.flatnonzero(left & self.able & (ends <= self._work(self.officer.shift.end)))
        if not possible.size:
            return None
        return int(possible[np.argmin(rule(worth[possible], way[possible]))])

    def visit(self, at: int) -> None:
        way, task = self._ways(self.here), self.problem.tasks[at]
        begin = self._real(int(self._begins(way)[at]))
        end = begin + task.service_minutes
        self.visits.append(PlannedVisit(task.id, task.enterprise, self.officer.id, begin, end, int(way[at])))
        self.here, self.clock, self.way = task.position, self._work(end), self.way + int(way[at])

    def route(self) -> Route:
        if not self.visits:
            return Route(self.officer.id, (), None, None, 0)
        back = int(self._ways_home())
        self.way += back
        home = self._real(self.clock + back)
        home -= next((r.end - r.start for r in self.officer.breaks if r.end == home), 0)
        return Route(self.officer.id, tuple(self.visits), self.officer.shift.start, home, self.way)

    def _ways_home(self) -> float:
        at = next(n for n, task in enumerate(self.problem.tasks) if task.id == self.visits[-1].task)
        return float(self.back[at])
