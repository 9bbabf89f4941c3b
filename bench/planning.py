"""A town's day planned by the product, against nearest first and most overdue first with as much CPU.

The values are costs of a day in minutes (ways, preferences, what is left undone by its weight), not seconds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from bench.measuring import Comparison, Sample, cpu_seconds
from fugong.visits.planning import Officer, Params, Problem, ReasonCode, Stop, Task, Window, solve, violations
from fugong.visits.planning.day import Day, Tours, compiled, empty, timed, total

MORNING, AFTERNOON = Window(8 * 60 + 30, 11 * 60 + 30), Window(13 * 60 + 30, 17 * 60 + 30)
LUNCH, SHIFT = Window(12 * 60, 13 * 60), Window(8 * 60 + 30, 17 * 60 + 30)
SECONDS = 10.0  # of search for each day
SIZES = ((400, 15), (1_600, 60))  # visits due, officers
SEEDS = (1, 2)
SHAKE = 0.3  # how much a restart of a rule of thumb differs from the rule

Rule = Callable[[Day, int, int], float]
"""How late a task comes, from where the officer stands (a node) and the task; the smallest is next."""


def nearest(day: Day, here: int, task: int) -> float:
    return day.ways[here][task]


def overdue(day: Day, here: int, task: int) -> float:
    found = day.problem.tasks[task]
    return -100.0 * found.days_overdue - found.weight / 100 + day.ways[here][task] / 1000


RULES: dict[str, Rule] = {"nearest first": nearest, "most overdue first": overdue}


def run() -> list[Comparison]:
    found = []
    for due, officers in SIZES:
        samples: dict[str, list[Sample]] = {"fugong": [], **{name: [] for name in RULES}}
        for seed in SEEDS:
            problem = town_day(due, officers, seed)
            samples["fugong"].append(_planned(problem))
            for name, rule in RULES.items():
                samples[name].append(_by_rule(problem, rule, samples["fugong"][-1].cpu))
        for name in RULES:
            both = {side: samples[side] for side in ("fugong", name)}
            what = f"{due:,} due, {officers} officers / {name}"
            found.append(Comparison(what, "fugong", name, both, unit="min"))
    found[0].notes.append(
        f"{SECONDS:g} s of search for each of {len(SEEDS)} days; the rules restart as long and keep the best"
    )
    return found


def _planned(problem: Problem) -> Sample:
    before = cpu_seconds()
    plan = solve(problem, Params(), Stop(seconds=SECONDS), seed=1)
    used = cpu_seconds() - before
    assert not violations(problem, plan), "the plan breaks a rule"
    assert len(plan.visits()) + len(plan.unplanned) == len(problem.tasks)
    return Sample(plan.cost, used)


def _by_rule(problem: Problem, rule: Rule, seconds: float) -> Sample:
    """The best of as many shaken restarts as this CPU allows; the first is the plain rule."""
    before, dice = cpu_seconds(), random.Random(1)
    day = compiled(problem, Params())
    best, shake = float("inf"), 0.0
    while best == float("inf") or cpu_seconds() - before < seconds:
        best = min(best, total(day, _filled(day, rule, dice, shake)))
        shake = SHAKE
    return Sample(best, cpu_seconds() - before)


def _filled(day: Day, rule: Rule, dice: random.Random, shake: float) -> Tours:
    """Officers in turn take their next visit by the rule, until nothing fits any of them."""
    tours: Tours = [empty(day, officer) for officer in range(day.crew)]
    left, going = set(range(day.size)), list(range(day.crew))
    while going:
        for officer in list(going):
            tour = tours[officer]
            here = tour.order[-1] if tour.order else day.start_node(officer)
            able = [task for task in left if day.allowed[officer, task]]
            able.sort(key=lambda task: rule(day, here, task) * (1 + shake * dice.random()))
            longer = next(filter(None, (timed(day, officer, (*tour.order, task)) for task in able)), None)
            if longer is None:
                going.remove(officer)
            else:
                tours[officer] = longer
                left.discard(longer.order[-1])
    return tours


def town_day(due: int, officers: int, seed: int, villages: int = 28) -> Problem:
    """A town of about 9 by 9 km: enterprises around village centres, weights skewed as risks are."""
    dice = random.Random(seed)
    centres = [(120.0 + dice.uniform(0, 0.1), 28.5 + dice.uniform(0, 0.08)) for _ in range(villages)]
    tasks = tuple(_task(dice, number, centres) for number in range(due))
    return Problem(tuple(_officers(dice, officers, centres, tasks)), tasks)


def _task(dice: random.Random, number: int, centres: list[tuple[float, float]]) -> Task:
    village = dice.randrange(len(centres))
    longitude, latitude = centres[village]
    late = min(20, int(dice.expovariate(1 / 4)))
    risk = dice.choices((5, 15, 40, 90), (60, 25, 10, 5))[0]
    return Task(
        id=f"t{number}",
        enterprise=f"e{number}",
        position=(longitude + dice.gauss(0, 0.008), latitude + dice.gauss(0, 0.007)),
        windows=dice.choice(((MORNING, AFTERNOON), (SHIFT,), (MORNING, AFTERNOON), (AFTERNOON,))),
        service_minutes=dice.choice((20, 30, 30, 45, 60)),
        weight=risk * (1 + late / 2),
        skills=frozenset({"hazard"}) if dice.random() < 0.1 else frozenset(),
        area=f"v{village}",
        days_overdue=late,
        days_since_visit=None if dice.random() < 0.3 else 7 + late,
        reasons=(ReasonCode("risk_list", name="A"),) if risk == 90 else (),
    )


def _officers(
    dice: random.Random, count: int, centres: list[tuple[float, float]], tasks: tuple[Task, ...]
) -> Iterator[Officer]:
    for number in range(count):
        village = dice.randrange(len(centres))
        mine = [task.enterprise for task in tasks if task.area == f"v{village}"]
        yield Officer(
            id=f"o{number}",
            start=centres[village],
            end=centres[village],
            shift=SHIFT,
            breaks=(LUNCH,),
            skills=frozenset({"hazard"}) if number % 3 == 0 else frozenset(),
            home_area=f"v{village}",
            knows=frozenset(dice.sample(mine, len(mine) // 2)),
        )
