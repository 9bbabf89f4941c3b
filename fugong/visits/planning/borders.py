"""What each border costs: two neighbouring pools planned apart and as one, with the same effort.

A border is closed where no officer may work on both sides. What is planned apart can be carried out with the border
open as well, so an open border never costs anything: where the search for both together did not find that, it is 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from .geo import haversine_km
from .horizon import Horizon, Pool
from .params import Params
from .pools import joined
from .prizes import LookAhead
from .problem import ReasonCode
from .rehearsal import Outlook, rehearse
from .stop import Stop, shortened

BordersProgress = Callable[[float], None]
"""Called with the share of the effort used (0 to 1)."""


@dataclass(frozen=True, slots=True)
class Border:
    """A closed border and what opening it alone would save over the days rehearsed.

    `overdue`: weighted minutes; `days_overdue`: plain days by enterprises; `way_minutes`: minutes of way saved, below
    zero where fewer overdue days are bought with longer ways; `apart_km`: between the nearest enterprises of both sides.
    `reason` says it (`wording.sentence`).
    """

    one: str
    other: str
    areas: tuple[frozenset[str], frozenset[str]]
    apart_km: float
    overdue: float
    overdue_share: float
    days_overdue: int
    never: int
    visits: int
    way_minutes: int
    reason: ReasonCode


def neighbours(horizon: Horizon) -> list[tuple[int, int, float]]:
    """Pairs of groups that share a border, with the km between their nearest enterprises.

    Two groups are neighbours where the nearest enterprise across any border, seen from one of the two, is in the other.
    """
    group = _groups(horizon)
    points = np.array([each.position for each in horizon.enterprises], dtype=np.float64).reshape(-1, 2)
    flat = points * np.array([np.cos(np.radians(points[:, 1].mean())) if len(points) else 1.0, 1.0])
    mine = np.array([group[each.area] for each in horizon.enterprises])
    nearest: dict[tuple[int, int], float] = {}
    for number in np.unique(mine):
        inside, outside = np.flatnonzero(mine == number), np.flatnonzero(mine != number)
        if not outside.size:
            continue
        found = cKDTree(flat[outside]).query(flat[inside])[1]
        for a, b in zip(inside.tolist(), outside[found].tolist(), strict=True):
            pair = (min(int(number), int(mine[b])), max(int(number), int(mine[b])))
            km = haversine_km(_point(points[a]), _point(points[b]))
            nearest[pair] = min(km, nearest.get(pair, km))
    return sorted((a, b, km) for (a, b), km in nearest.items())


def _point(row: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    return float(row[0]), float(row[1])


def _groups(horizon: Horizon) -> dict[str, int]:
    reaches = dict.fromkeys(horizon.areas_of(worker) for worker in horizon.workers)
    return joined((each.area for each in horizon.enterprises), reaches)


def costs(
    horizon: Horizon,
    params: Params,
    stop: Stop,
    seed: int = 0,
    *,
    days: int | None = None,
    look: LookAhead | None = None,
    progress: BordersProgress | None = None,
) -> tuple[Border, ...]:
    """What each border costs over the first `days` (None: the whole campaign), the dearest first.

    `stop` is for everything together. Every enterprise gets the same effort whether its pool is planned alone or with a
    neighbour. Stopped by a person, the borders done so far are returned.
    """
    group, pairs = _groups(horizon), neighbours(horizon)
    size = Counter(group[each.area] for each in horizon.enterprises)
    alone = sorted({number for a, b, _km in pairs for number in (a, b)})
    runs = [frozenset({number}) for number in alone] + [frozenset({a, b}) for a, b, _km in pairs]
    effort = {numbers: sum(size[number] for number in numbers) for numbers in runs}
    found: dict[frozenset[int], Outlook] = {}
    used, whole = 0, sum(effort.values())
    for numbers in runs:
        part = _part(
            horizon, frozenset(area for area, at in group.items() if at in numbers), len(numbers) > 1
        )
        seen = rehearse(part, params, shortened(stop, effort[numbers] / whole), seed, days=days, look=look)
        if stop.was_asked:
            break
        found[numbers], used = seen, used + effort[numbers]
        if progress:
            progress(used / whole)
    borders = [
        _border(horizon, (_areas(group, a), _areas(group, b)), km, (one, other), found[frozenset({a, b})])
        for a, b, km in pairs
        if (one := found.get(frozenset({a}))) and (other := found.get(frozenset({b})))
        if frozenset({a, b}) in found
    ]
    return tuple(sorted(borders, key=lambda each: (-each.overdue, -each.way_minutes, each.one, each.other)))


def _areas(group: dict[str, int], number: int) -> frozenset[str]:
    return frozenset(area for area, at in group.items() if at == number)


def _part(horizon: Horizon, areas: frozenset[str], is_open: bool) -> Horizon:
    """The part of the campaign in these areas; as one pool where its inner border is open.

    An officer who may not cross stays on his side then as well.
    """
    rows = tuple(each for each in horizon.enterprises if each.area in areas)
    workers = []
    for worker in horizon.workers:
        reach = horizon.areas_of(worker)
        if reach is None or reach & areas:
            workers.append(worker)
    pools = (Pool("both", areas),) if is_open else horizon.pools
    return replace(horizon, enterprises=rows, workers=tuple(workers), pools=pools)


def _border(
    horizon: Horizon,
    sides: tuple[frozenset[str], frozenset[str]],
    km: float,
    apart: tuple[Outlook, Outlook],
    both: Outlook,
) -> Border:
    names = (_name(horizon, sides[0]), _name(horizon, sides[1]))
    closed = sum(each.overdue for each in apart)
    way = sum(each.way_minutes for each in apart) - both.way_minutes
    saved = closed - both.overdue
    gains = saved > 0 or (saved == 0 and way > 0)
    overdue, way = (saved, way) if gains else (0.0, 0)
    days = sum(each.days_overdue for each in apart) - both.days_overdue if gains else 0
    share = overdue / both.overdue if both.overdue else (1.0 if overdue else 0.0)
    code = _code(overdue, days, way)
    reason = ReasonCode(
        code,
        one=names[0],
        other=names[1],
        days=len(both.days),
        overdue=days,
        share=round(100 * share),
        way=way,
    )
    return Border(
        *names,
        sides,
        round(km, 2),
        overdue,
        share,
        days,
        sum(each.never_visited for each in apart) - both.never_visited if gains else 0,
        both.visits - sum(each.visits for each in apart) if gains else 0,
        way,
        reason,
    )


def _code(overdue: float, days: int, way: int) -> str:
    """Which sentence says it: risk may fall while more enterprises that matter less are overdue for it."""
    if overdue > 0:
        return "border_costs" if days > 0 else "border_costs_risk"
    return "border_way" if way > 0 else "border_free"


def _name(horizon: Horizon, areas: frozenset[str]) -> str:
    """The pool's name, else its areas."""
    for pool in horizon.pools:
        if areas <= pool.areas:
            return pool.name or pool.id
    return ", ".join(sorted(areas))
