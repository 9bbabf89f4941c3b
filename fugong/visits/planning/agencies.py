"""Which agencies should begin where whoever comes first has to come always.

Visits of different agencies keep a minimum gap. Where an enterprise is visited more often than that, the agency of the
first visit is the only one that may make the next, weekends too, until a visit is missed. An agency whose officers alone
can make many other visits should not bind them there.
"""

from __future__ import annotations

from datetime import date, timedelta

from .book import Book
from .cycles import is_short
from .horizon import Enterprise, Seen

BUSY = 0.5
"""Share of an agency's minutes, on its thinnest weekday, taken by frequent visits that only its officers can make."""


def is_bound(book: Book, each: Enterprise, seen: Seen | None, day: date) -> bool:
    """Whether a visit on this day decides which agency comes from now on."""
    gap, every = book.horizon.gap_days, each.every_days
    is_free = seen is None or not seen.agency or (day - seen.on).days >= gap
    return every is not None and every < gap and is_free and not each.together


def beginners(book: Book, each: Enterprise) -> frozenset[str] | None:
    """The agencies that should begin at an enterprise; None: any."""
    key = (each.area, each.skills)
    if key not in book.begin:
        book.begin[key] = _beginners(book, each)
    return book.begin[key]


def _beginners(book: Book, each: Enterprise) -> frozenset[str] | None:
    group = int(book.group[book.index[each.id]])
    able = [
        worker
        for worker, areas in book.crews.get(group, ())
        if each.skills <= worker.officer.skills and (areas is None or each.area in areas)
    ]
    agencies = {worker.officer.agency for worker in able}
    days = [{worker.officer.agency for worker in able if worker.on(day)} for day in _week(book)]
    always = agencies.intersection(*(there for there in days if there)) - {""}
    found = frozenset(agency for agency in always if _busy(book, group, agency) < BUSY)
    return found if found and found != agencies else None


def _week(book: Book) -> list[date]:
    return [book.horizon.first + timedelta(days=number) for number in range(7)]


def _busy(book: Book, group: int, agency: str) -> float:
    """Minutes a day of the frequent visits that only this agency can make, for its minutes on its thinnest day."""
    if (group, agency) not in book.busy:
        book.busy[group, agency] = _load(book, group, agency)
    return book.busy[group, agency]


def _load(book: Book, group: int, agency: str) -> float:
    crew = [worker for worker, _ in book.crews.get(group, ())]
    mine = [worker for worker in crew if worker.officer.agency == agency]
    others = {worker.officer.skills for worker in crew if worker.officer.agency != agency}
    alone = [number for number, need in enumerate(book.skills) if not any(need <= has for has in others)]
    rows = (book.group == group) & is_short(book.every) & book.needs[:, alone].any(axis=1)
    load = float(((book.minutes[rows] + book.way) / book.every[rows]).sum())
    days = [sum(officer.minutes_on_duty for w in mine if (officer := w.on(day))) for day in _week(book)]
    least = min((minutes for minutes in days if minutes), default=0)
    return load / least if least else 1.0
