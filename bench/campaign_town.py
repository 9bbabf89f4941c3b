"""A generated town for whole campaigns: parks and villages, tiers, opening hours and officers of three agencies.

Nothing is fitted to a real register. Counts follow the documents the product serves (5,600 enterprises in 28 villages);
the shapes are assumptions, stated where they are drawn. The first day is a Monday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from fugong.visits.planning.horizon import Enterprise, Horizon, Worker
from fugong.visits.planning.problem import Officer, Travel, Window

FIRST = date(2020, 2, 10)
ORIGIN = (120.0, 30.0)
KM_EAST, KM_NORTH = 111.32 * float(np.cos(np.radians(ORIGIN[1]))), 110.57
TIERS = ("key", "above-scale", "affected", "small")
BASE_WEIGHT = (8.0, 4.0, 2.0, 1.0)
FIRST_DUE = (1, 3, 6, None)  # days after the first; None: the end
MINUTES_A_POINT = 180.0  # so much way is a point of risk worth, for each day of delay
MORNING, AFTERNOON, EARLY_AFTERNOON = Window(510, 720), Window(810, 1050), Window(780, 1050)
SHORT_HOURS = (Window(600, 720), Window(810, 900))
LUNCH = Window(720, 810)
WEEKDAYS = frozenset(range(5))

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Size:
    """How large a town is made."""

    enterprises: int = 5_600
    villages: int = 28
    officers: int = 60
    days: int = 14
    parks: int = 12
    side_km: float = 12.0


def town(size: Size | None = None, seed: int = 0) -> Horizon:
    """The campaign of a generated town, villages without a pool; the same for the same size and seed."""
    size = size or Size()
    dice = np.random.default_rng(seed)
    centres = _centres(dice, size)
    place, village, in_park = _places(dice, size, centres)
    firms = _enterprises(dice, size, place, village, in_park)
    load = np.zeros(size.villages)
    for firm in firms:
        load[int(firm.area[1:])] += firm.service_minutes
    workers = _workers(dice, size, centres, _shared(load, size.officers))
    return Horizon(
        first=FIRST,
        days=7,
        until=FIRST + timedelta(days=size.days - 1),
        enterprises=firms,
        workers=workers,
        travel=Travel(speed_kmh=25.0, detour=1.35, access_minutes=1.5),
        gap_days=2,
    )


def _centres(dice: np.random.Generator, size: Size) -> Floats:
    """Village centres in km, none closer than about half of even spacing."""
    apart = size.side_km / (1.9 * size.villages**0.5)
    found: list[Floats] = []
    while len(found) < size.villages:
        point = dice.uniform(0.6, size.side_km - 0.6, 2)
        if all(np.hypot(*(point - other)) > apart for other in found):
            found.append(point)
    return np.array(found)


def _places(dice: np.random.Generator, size: Size, centres: Floats) -> tuple[Floats, Ints, NDArray[np.bool_]]:
    """Where the enterprises are, in which village, and which are in a park.

    Six of ten are in parks of unequal size, about six to a building; the rest lie around the village centres.
    """
    in_parks = int(0.6 * size.enterprises)
    share = 1 / np.arange(1, size.parks + 1) ** 0.7
    park = dice.choice(size.parks, in_parks, p=share / share.sum())
    park_village = dice.choice(size.villages, size.parks, replace=size.parks > size.villages)
    middle = centres[park_village] + dice.normal(0, 0.5, (size.parks, 2))
    buildings = np.maximum(3, np.bincount(park, minlength=size.parks) // 6)
    building = (dice.random(in_parks) * buildings[park]).astype(int)
    around = [middle[number] + dice.normal(0, 0.28, (count, 2)) for number, count in enumerate(buildings)]
    inside = np.array([around[p][b] for p, b in zip(park, building, strict=True)]).reshape(-1, 2)
    rest = size.enterprises - in_parks
    village = dice.choice(size.villages, rest, p=dice.dirichlet(np.full(size.villages, 4.0)))
    outside = centres[village] + dice.normal(0, 0.75, (rest, 2))
    where = np.concatenate([park_village[park], village])
    return np.vstack([inside, outside]), where, np.arange(size.enterprises) < in_parks


def _tiers(dice: np.random.Generator, heads: Ints) -> Ints:
    """4 % key (listed, rather the larger ones), 6 % above-scale (nearly the largest), 18 % affected, the rest small."""
    count = len(heads)
    tier = np.where(dice.random(count) < 0.19, 2, 3)
    tier[np.argsort(-heads * dice.lognormal(0, 0.4, count))[: int(0.06 * count)]] = 1
    tier[np.argsort(-np.log(heads + 1) - dice.normal(0, 1.6, count))[: int(0.04 * count)]] = 0
    return tier


def _enterprises(
    dice: np.random.Generator, size: Size, place: Floats, village: Ints, in_park: NDArray[np.bool_]
) -> tuple[Enterprise, ...]:
    """Head counts log-normal (median about 9, larger in parks); a visit takes 12 to 75 minutes by head count."""
    count = size.enterprises
    heads = np.maximum(
        1, np.rint(dice.lognormal(np.log(9), 1.35, count) * np.where(in_park, 1.5, 0.7))
    ).astype(int)
    tier = _tiers(dice, heads)
    minutes = np.clip(18 + 7 * np.log2(np.maximum(heads, 4) / 8), 12, 75)
    minutes = np.rint(np.where(tier == 0, np.minimum(minutes, 30), minutes)).astype(int)
    chance = dice.random((4, count))
    found = []
    for n in range(count):
        kind = int(tier[n])
        every = (1 if chance[0, n] < 0.4 else 2) if kind == 0 else (7 if kind == 1 else None)
        first = FIRST_DUE[kind]
        skills = {"health"} if kind == 0 and chance[1, n] < 0.7 else set()
        skills |= {"safety"} if chance[2, n] < 0.1 else set()
        closed = kind >= 2 and chance[3, n] < 0.3
        found.append(
            Enterprise(
                id=f"e{n}",
                position=degrees(place[n]),
                service_minutes=int(minutes[n]),
                weight=round(MINUTES_A_POINT * BASE_WEIGHT[kind] * (1 + 0.15 * float(np.log10(heads[n]))), 1),
                area=f"v{village[n]}",
                tier=TIERS[kind],
                every_days=every,
                first_due=None if first is None else FIRST + timedelta(days=first),
                windows=_hours(float(dice.random())),
                by_weekday={5: (), 6: ()} if closed else {},
                skills=frozenset(skills),
            )
        )
    return tuple(found)


def _hours(chance: float) -> tuple[Window, ...]:
    """Lunch is closed; 6 % are open for few hours, 10 % begin the afternoon early."""
    if chance < 0.06:
        return SHORT_HOURS
    return (MORNING, EARLY_AFTERNOON) if chance < 0.16 else (MORNING, AFTERNOON)


def _shared(load: Floats, officers: int) -> Ints:
    """Officers by village: by its load, at least one each."""
    count = np.maximum(1, np.floor(load / load.sum() * officers)).astype(int)
    while count.sum() < officers:
        count[np.argmax(load / count)] += 1
    while count.sum() > officers:
        count[np.argmax(np.where(count > 1, count / np.maximum(load, 1), 0))] -= 1
    return count


def _exactly(dice: np.random.Generator, count: int, shares: tuple[float, ...]) -> Ints:
    """A kind for each of `count`, in exact shares and random order; the last kind takes the rest."""
    edges = np.cumsum(np.rint(np.array(shares) * count)).astype(int)
    kinds = np.searchsorted(edges, np.arange(count), side="right")
    return dice.permutation(kinds).astype(np.int64)


def _workers(dice: np.random.Generator, size: Size, centres: Floats, count: Ints) -> tuple[Worker, ...]:
    """Four of ten work all day, three mornings, three afternoons; half of each skill rest at weekends.

    Three of ten start at the town hall, the others in their village; four of ten know health, three of ten safety.
    """
    hall, everyone = np.array([size.side_km / 2, size.side_km / 2]), size.officers
    shift, starts = _exactly(dice, everyone, (0.4, 0.3)), _exactly(dice, everyone, (0.3,))
    health, safety = _exactly(dice, everyone, (0.4,)), _exactly(dice, everyone, (0.3,))
    # A roster for the weekends: of those with the same skills every second one has it free.
    week = np.zeros(everyone, dtype=int)
    week[np.lexsort((dice.random(everyone), safety, health))] = np.arange(everyone) % 2
    spread = np.where(dice.random(everyone) < 0.4, 0.9, 0.0)
    found = []
    for n, village in enumerate(np.repeat(np.arange(size.villages), count)):
        start = degrees(hall if starts[n] == 0 else centres[village] + dice.normal(0, 1, 2) * spread[n])
        skills = frozenset(name for name, kind in (("health", health[n]), ("safety", safety[n])) if kind == 0)
        officer = Officer(
            id=f"o{n:03d}",
            start=start,
            end=start,
            shift=(Window(510, 1050), MORNING, AFTERNOON)[shift[n]],
            breaks=(LUNCH,) if shift[n] == 0 else (),
            skills=skills,
            home_area=f"v{village}",
            areas=frozenset({f"v{village}"}),
            agency="health" if "health" in skills else ("safety" if skills else "grid"),
        )
        found.append(Worker(officer, WEEKDAYS if week[n] == 0 else frozenset(range(7))))
    return tuple(found)


def degrees(km: Floats) -> tuple[float, float]:
    """Longitude and latitude of a point in km east and north of the town's corner."""
    return (round(ORIGIN[0] + float(km[0]) / KM_EAST, 6), round(ORIGIN[1] + float(km[1]) / KM_NORTH, 6))


def regions(horizon: Horizon, count: int) -> dict[str, list[str]]:
    """Villages in as many sectors around the town's middle, with about as many officers each."""
    places: dict[str, list[tuple[float, float]]] = {}
    for each in horizon.enterprises:
        places.setdefault(each.area, []).append(each.position)
    centres = {area: np.mean(points, axis=0) for area, points in places.items()}
    middle = np.mean(list(centres.values()), axis=0)
    around = sorted(centres, key=lambda area: float(np.arctan2(*(centres[area] - middle)[::-1])))
    staff = {area: sum(worker.officer.home_area == area for worker in horizon.workers) for area in around}
    found: dict[str, list[str]] = {f"r{number}": [] for number in range(count)}
    passed = 0.0
    for area in around:
        at = (passed + staff[area] / 2) / sum(staff.values())
        found[f"r{min(count - 1, int(at * count))}"].append(area)
        passed += staff[area]
    return found
