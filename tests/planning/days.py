"""Generated planning days: fictional enterprises around village centres on a plain."""

from __future__ import annotations

import random

from fugong.visits.planning import Officer, Problem, ReasonCode, Task, Window

MORNING, AFTERNOON = Window(8 * 60 + 30, 11 * 60 + 30), Window(13 * 60 + 30, 17 * 60 + 30)
LUNCH = Window(12 * 60, 13 * 60)
SHIFT = Window(8 * 60 + 30, 17 * 60 + 30)


def town_day(due: int, officers: int, seed: int = 1, villages: int = 28) -> Problem:
    """A town of about 9 by 9 km: enterprises in villages, weights skewed as risks are."""
    dice = random.Random(seed)
    centres = [(120.0 + dice.uniform(0, 0.1), 28.5 + dice.uniform(0, 0.08)) for _ in range(villages)]
    tasks = tuple(_task(dice, number, centres) for number in range(due))
    return Problem(tuple(_officer(dice, n, centres, tasks) for n in range(officers)), tasks)


def _task(dice: random.Random, number: int, centres: list[tuple[float, float]]) -> Task:
    village = dice.randrange(len(centres))
    lon, lat = centres[village]
    overdue = min(20, int(dice.expovariate(1 / 4)))
    risk = dice.choices((5, 15, 40, 90), (60, 25, 10, 5))[0]
    return Task(
        id=f"t{number}",
        enterprise=f"e{number}",
        position=(lon + dice.gauss(0, 0.008), lat + dice.gauss(0, 0.007)),
        windows=dice.choice(((MORNING, AFTERNOON), (SHIFT,), (MORNING, AFTERNOON), (AFTERNOON,))),
        service_minutes=dice.choice((20, 30, 30, 45, 60)),
        weight=risk * (1 + overdue / 2),
        skills=frozenset({"hazard"}) if dice.random() < 0.1 else frozenset(),
        area=f"v{village}",
        days_overdue=overdue,
        days_since_visit=None if dice.random() < 0.3 else 7 + overdue,
        reasons=(ReasonCode("risk_list", name="A"),) if risk == 90 else (),
    )


def _officer(
    dice: random.Random, number: int, centres: list[tuple[float, float]], tasks: tuple[Task, ...]
) -> Officer:
    village = dice.randrange(len(centres))
    mine = [task.enterprise for task in tasks if task.area == f"v{village}"]
    return Officer(
        id=f"o{number}",
        start=centres[village],
        end=centres[village],
        shift=SHIFT,
        breaks=(LUNCH,),
        skills=frozenset({"hazard"}) if number % 3 == 0 else frozenset(),
        home_area=f"v{village}",
        knows=frozenset(dice.sample(mine, len(mine) // 2)),
    )
