"""Splits a big day into parts of few officers by territory, and caps the tasks that are looked at."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .day import Day, Ints, Tours, planned
from .geo import Point

MINUTES_BETWEEN_VISITS = 5


def places_in_a_day(day: Day) -> int:
    """About how many visits all officers can do: minutes of work by mean service and a short way."""
    minutes = sum(max(0, end - begin) for begin, end in zip(day.shift_from, day.shift_to, strict=True))
    service = float(day.service.mean()) if day.size else 1.0
    return int(minutes / (service + MINUTES_BETWEEN_VISITS)) + 1


def candidates(day: Day, refused: set[int]) -> Ints:
    """Tasks worth looking at: possible for somebody and, on a big day, the weightiest for their minutes."""
    possible = [t for t in np.flatnonzero(day.allowed.any(axis=0)).tolist() if t not in refused]
    room = max(day.params.cluster_tasks, int(day.params.candidates * places_in_a_day(day)))
    if len(possible) > room:
        possible = sorted(possible, key=lambda task: (-_worth(day, task), task))[:room]
    return np.array(sorted(possible), dtype=np.int64)


def _worth(day: Day, task: int) -> float:
    ways = day.travel[task, day.size : day.size + day.crew]
    return float(day.weight[task]) / (int(day.service[task]) + int(ways.min()) / 4)


def parts(day: Day, tours: Tours, pool: Ints) -> list[tuple[list[int], list[int]]]:
    """(officers, tasks) of each part: routes near each other, their visits and the tasks near them."""
    if len(pool) <= day.params.cluster_tasks:
        return [(list(range(day.crew)), pool.tolist())] if day.crew else []
    middle = [_middle(day, tours, officer) for officer in range(day.crew)]
    groups = _split(list(range(day.crew)), middle, day.params.cluster_officers)
    free = [task for task in pool.tolist() if task not in planned(tours)]
    return [(group, _tasks(day, tours, group, free)) for group in groups]


def _middle(day: Day, tours: Tours, officer: int) -> Point:
    points = [day.problem.tasks[task].position for task in tours[officer].order]
    points = points or [day.problem.officers[officer].start]
    lon, lat = zip(*points, strict=True)
    return sum(lon) / len(points), sum(lat) / len(points)


def _split(officers: list[int], middle: list[Point], most: int) -> list[list[int]]:
    """Halves the officers along the longer side until every part is small enough."""
    if len(officers) <= most:
        return [officers]
    spread = [_spread(middle[officer][axis] for officer in officers) for axis in (0, 1)]
    axis = int(spread[1] > spread[0])
    ordered = sorted(officers, key=lambda officer: (middle[officer][axis], officer))
    half = len(ordered) // 2
    return _split(ordered[:half], middle, most) + _split(ordered[half:], middle, most)


def _spread(values: Iterable[float]) -> float:
    listed = list(values)
    return max(listed) - min(listed)


def _tasks(day: Day, tours: Tours, group: list[int], free: list[int]) -> list[int]:
    """The group's own visits and as many again of the open tasks, weightiest for their way from them."""
    own = sorted(task for officer in group for task in tours[officer].order)
    anchors = own or [day.start_node(officer) for officer in group]
    able = [task for task in free if day.allowed[group, task].any()]
    if not able:
        return own
    ways = day.travel[np.ix_(anchors, able)].min(axis=0)
    worth = day.weight[able] / (day.service[able] + 2 * ways)
    room = max(0, int(day.params.candidates / 2 * max(len(own), len(group))))
    return own + [able[column] for column in np.argsort(-worth, kind="stable")[:room].tolist()]
