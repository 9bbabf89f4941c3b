"""Who usually visits whom: enterprises without a usual officer are shared out, near each other and by load.

A transport problem: each enterprise gets one able officer among those near it, no officer more minutes than a fair
share; then the middle of what each has is the place it is near to, and the sharing is done again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .agencies import beginners, is_bound
from .book import Book, book_of
from .geo import distances_km
from .horizon import EVERY_WEEKDAY, Enterprise, Horizon, Worker

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEAR = 10
"""Officers considered for each enterprise."""
ROUNDS = 4
SLACK = 1.05
"""How much over a fair share of the minutes an officer may get."""
HOME = 0.3
"""Weight of the way from the officer's start beside the way from the middle of the officer's enterprises."""
DAYS_OFF_KM = 4.0
"""Price, in km, of an officer who is off all week for an enterprise that is visited daily."""
UNSERVED = 1e4
"""Price, in km, of a minute that finds no officer with room: shared out to the nearest afterwards."""


def shared_out(horizon: Horizon) -> dict[str, frozenset[str]]:
    """The enterprises each officer usually visits: those known already stay, the others are shared out.

    Who came last goes on coming, so that the sharing is the same from day to day. Only officers who may come (area,
    skills, not forbidden) count. Enterprises that nobody can visit are left out.
    """
    workers, rows = horizon.workers, horizon.enterprises
    found = {worker.id: set(worker.officer.knows) for worker in workers}
    for officer, enterprise in _came_last(horizon):
        found[officer].add(enterprise)
    known = set().union(*found.values())
    minutes = _minutes(horizon)
    room = _room(horizon, float(minutes.sum()))
    number = {each.id: at for at, each in enumerate(rows)}
    for at, worker in enumerate(workers):
        room[at] -= sum(minutes[number[each]] for each in found[worker.id] if each in number)
    free = np.array([at for at, each in enumerate(rows) if each.id not in known], dtype=np.int64)
    if free.size and workers:
        owner = _shared(horizon, free, minutes[free], np.maximum(room, 0.0))
        for at, who in zip(free.tolist(), owner.tolist(), strict=True):
            if who >= 0:
                found[workers[who].id].add(rows[at].id)
    return {officer: frozenset(known) for officer, known in found.items()}


def _came_last(horizon: Horizon) -> list[tuple[str, str]]:
    """Officer and enterprise of the visits made last, where nobody is known there and that officer may come again."""
    known, workers = horizon.known, {worker.id: worker for worker in horizon.workers}
    reach = {officer: horizon.areas_of(worker) for officer, worker in workers.items()}
    return [
        (each.last_officer, each.id)
        for each in horizon.enterprises
        if each.id not in known
        and each.last_officer in workers
        and _may_visit(workers[each.last_officer], reach[each.last_officer], each)
    ]


def _may_visit(worker: Worker, reach: frozenset[str] | None, each: Enterprise) -> bool:
    skills = each.together[0] | each.skills if each.together else each.skills
    return (
        skills <= worker.officer.skills
        and (reach is None or each.area in reach)
        and worker.id not in each.forbidden
    )


def _minutes(horizon: Horizon) -> Floats:
    """Minutes of visits each enterprise takes over the campaign, by cadence."""
    days = (horizon.until - horizon.first).days + 1
    return np.array(
        [
            each.service_minutes * (1.0 if each.every_days is None else max(1.0, days / each.every_days))
            for each in horizon.enterprises
        ]
    )


def _room(horizon: Horizon, whole: float) -> Floats:
    """Minutes of visits that are each officer's share, by hours on duty over a week."""
    duty = np.array([float(_duty(worker)) for worker in horizon.workers])
    return SLACK * whole * duty / duty.sum() if duty.sum() else duty


def _duty(worker: Worker) -> int:
    return worker.officer.minutes_on_duty * len(worker.weekdays & EVERY_WEEKDAY)


def _able(horizon: Horizon, free: Ints) -> NDArray[np.bool_]:
    """Who may visit whom, shape (enterprises, officers)."""
    found = np.zeros((len(free), len(horizon.workers)), dtype=np.bool_)
    book = book_of(horizon)
    wanted = [_wanted(book, horizon.enterprises[at]) for at in free]
    reaches = [horizon.areas_of(worker) for worker in horizon.workers]
    for column, (worker, reach) in enumerate(zip(horizon.workers, reaches, strict=True)):
        for row, at in enumerate(free):
            agencies = wanted[row]
            found[row, column] = (agencies is None or worker.officer.agency in agencies) and _may_visit(
                worker, reach, horizon.enterprises[at]
            )
    return found


def _wanted(book: Book, each: Enterprise) -> frozenset[str] | None:
    """The agencies that should look after an enterprise which one alone can; None: any."""
    is_one = is_bound(book, each, None, book.horizon.first)
    return beginners(book, each) if is_one else None


def _shared(horizon: Horizon, free: Ints, minutes: Floats, room: Floats) -> Ints:
    """The officer of each free enterprise; -1 where nobody is able."""
    able = _able(horizon, free)
    places = [horizon.enterprises[at].position for at in free]
    starts = [worker.officer.start for worker in horizon.workers]
    home = HOME * distances_km(places, starts) + _days_off(horizon, free)
    points = np.array(places, dtype=np.float64)
    middles = _apart(np.array(starts, dtype=np.float64))
    owner = np.full(len(free), -1, dtype=np.int64)
    for _ in range(ROUNDS):
        way = home + distances_km(places, [(float(x), float(y)) for x, y in middles])
        owner = _assigned(np.where(able, way, np.inf), minutes, room)
        for who in np.unique(owner[owner >= 0]):
            middles[who] = np.average(points[owner == who], axis=0, weights=minutes[owner == who])
    return owner


def _days_off(horizon: Horizon, free: Ints) -> Floats:
    """Km charged for the days off of each officer at each enterprise, by how often it is visited."""
    often = np.array([1 / (horizon.enterprises[at].every_days or np.inf) for at in free])
    off = np.array([1 - len(worker.weekdays & EVERY_WEEKDAY) / 7 for worker in horizon.workers])
    result: Floats = DAYS_OFF_KM * often[:, None] * off[None, :]
    return result


def _apart(points: Floats) -> Floats:
    """The same points, those alike moved a few hundred metres apart on a spiral, so that their shares differ."""
    found = points.copy()
    before: dict[tuple[float, ...], int] = {}
    for at, point in enumerate(map(tuple, points.tolist())):
        turn = before.get(point, 0)
        before[point] = turn + 1
        found[at] += 0.003 * np.sqrt(turn) * np.array([np.cos(2.4 * turn), np.sin(2.4 * turn)])
    return found


def _assigned(cost: Floats, minutes: Floats, room: Floats) -> Ints:
    """Transport from enterprises to officers; a split enterprise goes to its larger part.

    Minutes beyond everybody's room cost `UNSERVED` and go to the nearest able officer.
    """
    from scipy.optimize import linprog  # half a second that only who shares out waits for

    near = np.argsort(cost, axis=1, kind="stable")[:, :NEAR]
    row = np.repeat(np.arange(len(cost)), near.shape[1])
    column = near.ravel()
    price = cost[row, column]
    kept = np.isfinite(price)
    row, column, price = row[kept], column[kept], price[kept]
    served = np.unique(row)
    if not served.size:
        return np.full(len(cost), -1, dtype=np.int64)
    amount = np.concatenate([price, np.full(len(served), UNSERVED)])
    to_row = np.concatenate([np.searchsorted(served, row), np.arange(len(served))])
    balance = csr_matrix(
        (np.ones(len(amount)), (to_row, np.arange(len(amount)))), shape=(len(served), len(amount))
    )
    use = csr_matrix((np.ones(len(row)), (column, np.arange(len(row)))), shape=(len(room), len(amount)))
    result = linprog(
        amount, A_ub=use, b_ub=room, A_eq=balance, b_eq=minutes[served], bounds=(0, None), method="highs"
    )
    part = np.zeros(cost.shape)
    part[row, column] = result.x[: len(row)] if result.success else 0.0
    nearest = np.argmin(cost, axis=1)
    owner = np.where(part.max(axis=1) > 0, part.argmax(axis=1), nearest)
    return np.where(np.isfinite(cost).any(axis=1), owner, -1).astype(np.int64)


def with_usual_officers(horizon: Horizon) -> Horizon:
    """The campaign with a usual officer for every enterprise that somebody can visit."""
    known = shared_out(horizon)
    workers = tuple(
        replace(worker, officer=replace(worker.officer, knows=known[worker.id])) for worker in horizon.workers
    )
    return replace(horizon, workers=workers)
