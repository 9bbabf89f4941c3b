"""Which agencies should begin where whoever comes first has to come always.

Visits of different agencies keep a minimum gap. Where an enterprise is visited more often than that, the agency of the
first visit is the only one that may make the next, weekends too, until a visit is missed. An agency whose officers alone
can make many other visits should not bind them there.
"""

from __future__ import annotations

from datetime import date, timedelta

from .book import Book, group_of_areas, needed
from .cycles import SHORT
from .horizon import Enterprise, Seen, Worker

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
    able = _able(book, each.area, each.skills)
    agencies = {worker.officer.agency for worker in able}
    group = int(book.group[book.index[each.id]])
    week = [book.horizon.first + timedelta(days=number) for number in range(7)]
    manned = [day for day in week if any(worker.on(day) for worker in able)]
    found = frozenset(
        agency
        for agency in agencies
        if agency
        and all(any(w.officer.agency == agency and w.on(day) for w in able) for day in manned)
        and _busy(book, group, agency, manned) < BUSY
    )
    return found if found and found != agencies else None


def _able(book: Book, area: str, skills: frozenset[str]) -> list[Worker]:
    reach = {worker.id: book.horizon.areas_of(worker) for worker in book.horizon.workers}
    return [
        worker
        for worker in book.horizon.workers
        if skills <= worker.officer.skills and ((areas := reach[worker.id]) is None or area in areas)
    ]


def _busy(book: Book, group: int, agency: str, week: list[date]) -> float:
    """Minutes a day of the frequent visits that only this agency can make, for its minutes on its thinnest day."""
    crew = [
        worker
        for worker in book.horizon.workers
        if group_of_areas(book, book.horizon.areas_of(worker)) == group
    ]
    mine = [worker for worker in crew if worker.officer.agency == agency]
    others = {worker.officer.skills for worker in crew if worker.officer.agency != agency}
    alone = {
        number for number, skills in enumerate(book.skills) if not any(skills <= theirs for theirs in others)
    }
    load = 0.0
    for number, each in enumerate(book.horizon.enterprises):
        if book.group[number] == group and each.every_days is not None and each.every_days <= SHORT:
            if any(book.skills[at] in needed(each) for at in alone):
                load += (float(book.minutes[number]) + book.way) / each.every_days
    least = min((_minutes(mine, day) for day in week), default=0.0)
    return load / least if least else 1.0


def _minutes(crew: list[Worker], day: date) -> float:
    found = 0
    for worker in crew:
        officer = worker.on(day)
        if officer is not None:
            shift = officer.shift
            rest = sum(max(0, min(r.end, shift.end) - max(r.start, shift.start)) for r in officer.breaks)
            found += shift.end - shift.start - rest
    return float(found)
