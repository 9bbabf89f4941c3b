"""Tiny named campaigns: enterprises on a street, officers who start at one end of it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from fugong.visits.planning import Officer, Window
from fugong.visits.planning.horizon import Enterprise, Horizon, Worker

MONDAY = date(2020, 2, 10)
FRIDAY = MONDAY + timedelta(days=4)
OPEN = (Window(9 * 60, 12 * 60), Window(13 * 60 + 30, 17 * 60))
SHIFT = Window(8 * 60 + 30, 17 * 60 + 30)
LUNCH = Window(12 * 60, 13 * 60 + 30)


def day(number: int) -> date:
    """Day 0 is a Monday."""
    return MONDAY + timedelta(days=number)


def firm(name: str, km: float = 1.0, **about: Any) -> Enterprise:
    """An enterprise so many km east of the hall; 60 minutes of visit, 100 minutes of weight, due at once."""
    given = {"service_minutes": 60, "weight": 100.0, "area": "east", "windows": OPEN, "first_due": MONDAY}
    return Enterprise(id=name, position=_at(km), **{**given, **about})


def officer(name: str, km: float = 0.0, **about: Any) -> Worker:
    """An officer on duty all week, lunch free, in the area east."""
    person = {"home_area": "east", "shift": SHIFT, "breaks": (LUNCH,), "areas": frozenset({"east"})}
    of_week = {key: about.pop(key) for key in ("weekdays", "absences", "may_cross") if key in about}
    area = about.get("home_area", "east")
    person["areas"] = frozenset({area})
    return Worker(Officer(id=name, start=_at(km), end=_at(km), **{**person, **about}), **of_week)


def _at(km: float) -> tuple[float, float]:
    return (120.0 + km / 96.4, 30.0)


def campaign(firms: Iterable[Enterprise], workers: Iterable[Worker], days: int = 7, **about: Any) -> Horizon:
    """From Monday on for so many days."""
    given = {"first": MONDAY, "days": days, "until": MONDAY + timedelta(days=days - 1)}
    return Horizon(enterprises=tuple(firms), workers=tuple(workers), **{**given, **about})


def street(count: int, officers: int, days: int = 7, seed: int = 1, areas: int = 2) -> Horizon:
    """A generated small campaign in several areas along a street, tiers with different cadences."""
    dice = random.Random(seed)
    firms = []
    for n in range(count):
        area = dice.randrange(areas)
        every = dice.choice((1, 2, 7, None, None, None))
        first = None if every is None else day(dice.randrange(3))
        firms.append(
            firm(
                f"e{n}",
                4.0 * area + dice.uniform(0, 3),
                area=f"a{area}",
                tier={1: "key", 2: "key", 7: "large", None: "small"}[every],
                every_days=every,
                first_due=first,
                weight=float({1: 800, 2: 800, 7: 400, None: 100}[every]),
                service_minutes=dice.choice((20, 30, 45)),
                by_weekday={5: (), 6: ()} if every is None and dice.random() < 0.4 else {},
            )
        )
    workers = [
        officer(
            f"o{n}", 4.0 * (n % areas) + 1.5, home_area=f"a{n % areas}", agency="health" if n % 2 else "grid"
        )
        for n in range(officers)
    ]
    return campaign(firms, workers, days, gap_days=2)


def away(worker: Worker, *on: date) -> Worker:
    """The officer with days of absence."""
    from fugong.visits.planning.horizon import Absence

    return replace(worker, absences=(*worker.absences, *(Absence(each) for each in on)))
