"""Made-up planning days: firms in parks and villages, closed at lunch, with skills, part-time officers and late visits.

The shapes follow what is published about such towns: most firms in parks that share buildings, head counts
lognormal, a few key firms that weigh much, inspectors of whom some are professionals. Nothing here is a real place.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace

from fugong.visits.planning import Officer, Point, Problem, ReasonCode, Task, Travel, Window

MORNING, AFTERNOON = Window(510, 720), Window(810, 1050)
HOURS = (
    ((MORNING, AFTERNOON), 84),
    ((Window(600, 720), Window(810, 900)), 6),
    ((MORNING, Window(780, 1050)), 10),
)
SHIFTS = ((Window(510, 1050), 40), (MORNING, 30), (AFTERNOON, 30))
WALKED_IN = Travel(speed_kmh=25, detour=1.35, access_minutes=2)
WEIGHT = 60  # minutes of an officer's day for a small firm that is due today
TIERS = {"key": 8, "large": 4, "affected": 2, "small": 1}
SHARES = {"key": 12, "large": 13, "affected": 25, "small": 50}
KM_LAT, KM_LON = 1 / 110.6, 1 / 97.0  # degrees, at 29 degrees north
PARK_SHARE = 0.6
GRID_KM = 2  # side of a city's grid
BUILDING = 6  # firms that share one


@dataclass(frozen=True, slots=True)
class Scope:
    """How big a day is: visits due, officers, villages, and the side of the square in km."""

    name: str
    due: int
    officers: int
    villages: int
    side_km: float


SMALL_VILLAGE = Scope("small village", 93, 3, 1, 2)
LARGE_VILLAGE = Scope("large village", 242, 13, 1, 3)
REGION = Scope("region", 228, 12, 5, 5)
TOWN = Scope("town", 1659, 60, 28, 12)
TOWN_100 = Scope("town, 100 officers", 1659, 100, 28, 12)
CITY_PART = Scope("part of a city", 1000, 105, 5, 4)
EVERYBODY_60 = Scope("whole ledger of a town, 60 officers", 5600, 60, 28, 12)
EVERYBODY_100 = Scope("whole ledger of a town, 100 officers", 5600, 100, 28, 12)


def day_of(scope: Scope, seed: int) -> Problem:
    """The same scope and seed give the same day."""
    dice = random.Random(f"{scope.name} {seed}")
    villages = [
        _at(dice.uniform(0, scope.side_km), dice.uniform(0, scope.side_km)) for _ in range(scope.villages)
    ]
    buildings = _buildings(dice, scope, villages)
    tasks = tuple(_task(dice, number, villages, buildings) for number in range(scope.due))
    hall = _at(scope.side_km / 2, scope.side_km / 2)
    officers = tuple(_officer(dice, number, villages, hall) for number in range(scope.officers))
    return Problem(officers, tasks, WALKED_IN)


def grid_of_a_city(number: int) -> Problem:
    """One of a city's 300 grids: about 200 firms, one or two professionals all day, office staff two hours each."""
    dice = random.Random(f"grid {number}")
    firms = round(min(600, max(40, dice.lognormvariate(math.log(200) - 0.08, 0.4))))
    scope = Scope(f"grid {number}", firms, 21 - number % 3 // 2, 1, GRID_KM)
    day = day_of(scope, number)
    officers = tuple(_part_time(dice, place, officer) for place, officer in enumerate(day.officers))
    return Problem(officers, day.tasks, WALKED_IN)


def city_as_one(grids: int, across: int = 20) -> Problem:
    """The grids of a city side by side, `across` in a row, with no border between them."""
    officers: list[Officer] = []
    tasks: list[Task] = []
    for number in range(grids):
        grid, name = grid_of_a_city(number), f"{number}-"
        east, north = number % across * GRID_KM * KM_LON, number // across * GRID_KM * KM_LAT
        for each in grid.officers:
            start, end = _moved(each.start, east, north), _moved(each.end, east, north)
            officers.append(replace(each, id=name + each.id, start=start, end=end))
        for task in grid.tasks:
            place = _moved(task.position, east, north)
            tasks.append(replace(task, id=name + task.id, enterprise=name + task.enterprise, position=place))
    return Problem(tuple(officers), tuple(tasks), WALKED_IN)


def _moved(point: Point, east: float, north: float) -> Point:
    return round(point[0] + east, 5), round(point[1] + north, 5)


def _part_time(dice: random.Random, place: int, officer: Officer) -> Officer:
    begin = dice.choice((510, 570, 810, 840))
    shift, skills = (
        (Window(510, 1050), officer.skills | {"health"}) if place < 2 else (Window(begin, begin + 120), None)
    )
    return Officer(
        officer.id, officer.start, officer.end, shift, skills=skills or officer.skills - {"health"}
    )


def _at(east_km: float, north_km: float) -> Point:
    return round(120 + east_km * KM_LON, 5), round(28.5 + north_km * KM_LAT, 5)


def _near(dice: random.Random, point: Point, km: float) -> Point:
    lon, lat = point
    return round(lon + dice.gauss(0, km) * KM_LON, 5), round(lat + dice.gauss(0, km) * KM_LAT, 5)


def _buildings(dice: random.Random, scope: Scope, villages: list[Point]) -> list[Point]:
    """The buildings of the parks; a big park has many, and a firm is equally likely in each."""
    parks = [_near(dice, dice.choice(villages), 0.5) for _ in range(max(1, round(0.43 * scope.villages)))]
    sizes = [1 / (rank + 1) ** 0.7 for rank in range(len(parks))]
    count = max(3, round(PARK_SHARE * scope.due / BUILDING))
    return [_near(dice, dice.choices(parks, sizes)[0], 0.28) for _ in range(count)]


def _task(dice: random.Random, number: int, villages: list[Point], buildings: list[Point]) -> Task:
    in_park = dice.random() < PARK_SHARE
    position = dice.choice(buildings) if in_park else _near(dice, dice.choice(villages), 0.75)
    heads = max(1, round(dice.lognormvariate(math.log(8 if in_park else 5), 1.67 if in_park else 1.47)))
    tier = dice.choices(list(SHARES), list(SHARES.values()))[0]
    late = min(14, int(dice.expovariate(1 / 2)))
    needs = {"health"} if tier == "key" and dice.random() < 0.7 else set()
    needs |= {"safety"} if dice.random() < 0.1 else set()
    return Task(
        id=f"t{number}",
        enterprise=f"e{number}",
        position=position,
        windows=dice.choices([hours for hours, _ in HOURS], [share for _, share in HOURS])[0],
        service_minutes=round(min(75, max(12, 18 + 7 * math.log2(max(heads, 4) / 8)))),
        weight=round(WEIGHT * TIERS[tier] * (1 + 0.1 * late) * (1 + 0.15 * math.log10(heads)), 1),
        skills=frozenset(needs),
        days_overdue=late,
        days_since_visit=None if dice.random() < 0.3 else 7 + late,
        reasons=(ReasonCode("risk_list", name="A"),) if tier == "key" else (),
    )


def _officer(dice: random.Random, number: int, villages: list[Point], hall: Point) -> Officer:
    base = hall if dice.random() < 0.3 else _near(dice, villages[number % len(villages)], 0.4)
    shift = dice.choices([each for each, _ in SHIFTS], [share for _, share in SHIFTS])[0]
    skills = {"health"} if dice.random() < 0.4 else set()
    skills |= {"safety"} if dice.random() < 0.3 else set()
    return Officer(f"o{number}", base, base, shift, skills=frozenset(skills))
