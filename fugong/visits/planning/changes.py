"""What if: the same campaign with fewer or more officers, another cadence, other borders, or somebody away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from .horizon import Absence, Horizon, Pool, Worker


def with_officers_fewer(horizon: Horizon, count: int) -> Horizon:
    """Without `count` officers, one by one from the area with the most officers for its work; the last id goes.

    Never everybody: one officer at least stays.
    """
    workers = list(horizon.workers)
    load = _load(horizon)
    for _ in range(min(count, len(workers) - 1)):
        crews = _crews(workers)
        richest = max(crews, key=lambda area: (len(crews[area]) / max(load[area], 1.0), area))
        workers.remove(max(crews[richest], key=lambda worker: worker.id))
    return replace(horizon, workers=tuple(workers))


def with_officers_more(horizon: Horizon, count: int) -> Horizon:
    """With `count` officers more, one by one in the area with the most work for each officer.

    A new one is like the first of that area: same hours, skills and start, but knows nobody yet.
    """
    workers = list(horizon.workers)
    load, taken = _load(horizon), {worker.id for worker in workers}
    if not workers:
        raise ValueError("there is no officer whom a new one could be like")
    for _ in range(count):
        crews = _crews(workers)
        poorest = max(crews, key=lambda area: (load[area] / len(crews[area]), area))
        like = min(crews[poorest], key=lambda worker: worker.id)
        number = next(n for n in range(1, len(taken) + 2) if f"{like.id}+{n}" not in taken)
        taken.add(f"{like.id}+{number}")
        officer = replace(like.officer, id=f"{like.id}+{number}", name="", knows=frozenset())
        workers.append(replace(like, officer=officer, absences=()))
    return replace(horizon, workers=tuple(workers))


def _crews(workers: Iterable[Worker]) -> dict[str, list[Worker]]:
    found: dict[str, list[Worker]] = defaultdict(list)
    for worker in workers:
        found[worker.officer.home_area].append(worker)
    return found


def _load(horizon: Horizon) -> defaultdict[str, float]:
    """Minutes of visits in each area over the campaign, by cadence."""
    days = (horizon.until - horizon.first).days + 1
    found: defaultdict[str, float] = defaultdict(float)
    for each in horizon.enterprises:
        times = 1.0 if each.every_days is None else max(1.0, days / each.every_days)
        found[each.area] += times * each.service_minutes
    return found


def with_cadence(horizon: Horizon, tier: str, every_days: int | None) -> Horizon:
    """With another cadence for a tier (None: once). Who was visited is due by the new cadence."""
    if all(each.tier != tier for each in horizon.enterprises):
        raise ValueError(f"no enterprise is of the tier {tier}")
    rows = tuple(
        replace(each, every_days=every_days, due=each.due if each.last_visit is None else None)
        if each.tier == tier
        else each
        for each in horizon.enterprises
    )
    return replace(horizon, enterprises=rows)


def with_pools(horizon: Horizon, pools: Iterable[Pool]) -> Horizon:
    """With other pools: `()` leaves everybody in the areas of their own."""
    return replace(horizon, pools=tuple(pools))


def with_one_pool(horizon: Horizon) -> Horizon:
    """With every border open."""
    areas = {each.area for each in horizon.enterprises}
    for worker in horizon.workers:
        areas |= worker.own_areas or set()
    return with_pools(horizon, [Pool("campaign", frozenset(areas))])


def with_open_border(horizon: Horizon, sides: Iterable[frozenset[str]]) -> Horizon:
    """With the border between two sets of areas open beside the pools that there are; who may not cross still does not."""
    together = frozenset().union(*sides)
    if not any(each.area in together for each in horizon.enterprises):
        raise ValueError("there is no enterprise on either side of this border")
    joined = Pool("open border", together)
    return with_pools(horizon, [*horizon.pools, joined])


def with_absence(horizon: Horizon, officer: str, first: date, last: date) -> Horizon:
    """With an officer away from one day to another, both included."""
    if all(worker.id != officer for worker in horizon.workers):
        raise ValueError(f"there is no officer {officer}")
    away = tuple(Absence(first + timedelta(days=n)) for n in range((last - first).days + 1))
    workers = tuple(
        replace(worker, absences=(*worker.absences, *away)) if worker.id == officer else worker
        for worker in horizon.workers
    )
    return replace(horizon, workers=workers)
