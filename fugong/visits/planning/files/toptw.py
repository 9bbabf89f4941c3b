"""Instance files of the team orienteering problem with time windows, as planning problems.

Read are the layout of Vansteenwegen's collection (`i x y d S f a list O C` after two header lines) and that of
Solomon and of Gehring and Homberger (`i x y demand ready due service`, the demand is the prize). The first point
is the depot: all vehicles start and end there, and come back by its closing time.
Distances are truncated to `decimals` places (1 for Solomon's instances, 2 for Cordeau's), as the published
tables have them; one tick is the last of these places.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..params import Params
from ..problem import Officer, Problem, Task, Travel, Window
from .kinds import FormatError

PRICES = Params(urgency=100, travel=0.01, unfamiliar=0, away_from_home=0)
"""A tick on the way costs a ten-thousandth of a point of prize: of two plans of one score the shorter one wins."""
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Site:
    """One point of an instance, in its own units; a visit begins from `opens` to `closes`."""

    x: float
    y: float
    service: float
    prize: float
    opens: float
    closes: float


def read_toptw(text: str, vehicles: int, decimals: int = 1) -> tuple[Problem, Params]:
    """The instance with this many vehicles; raises FormatError with the line that cannot be read."""
    if vehicles < 1:
        raise FormatError("vehicles", "a whole number of 1 or more is expected.")
    depot, *stops = _stops(text)
    ticks = 10**decimals
    home = (depot.x, depot.y)
    shift = Window(round(depot.opens * ticks), round(depot.closes * ticks))
    officers = tuple(Officer(f"v{number + 1}", home, home, shift) for number in range(vehicles))
    tasks = tuple(_task(number, stop, ticks) for number, stop in enumerate(stops, start=1) if stop.prize > 0)
    return Problem(officers, tasks, _travel([depot, *stops], ticks)), PRICES


def _task(number: int, stop: Site, ticks: int) -> Task:
    service = max(1, round(stop.service * ticks))
    window = Window(round(stop.opens * ticks), round(stop.closes * ticks) + service)
    return Task(str(number), str(number), (stop.x, stop.y), (window,), service, stop.prize)


def _travel(stops: list[Site], ticks: int) -> Travel:
    places = tuple(dict.fromkeys((stop.x, stop.y) for stop in stops))
    rows = tuple(tuple(float(_truncated(a, b, ticks)) for b in places) for a in places)
    return Travel(places=places, matrix=rows)


def _truncated(a: tuple[float, float], b: tuple[float, float], ticks: int) -> int:
    return math.floor(ticks * math.dist(a, b) + ROUNDING)


def _stops(text: str) -> list[Site]:
    found: list[Site] = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = _numbers(line)
        if len(cells) < 7:
            continue
        if cells[0] != len(found):
            raise FormatError(f"line {number}", f"point {len(found)} is expected, not {cells[0]:g}.")
        stop = _solomon(cells) if len(cells) == 7 else _vansteenwegen(cells)
        if not 0 <= stop.opens <= stop.closes:
            raise FormatError(f"line {number}", "the point closes before it opens.")
        found.append(stop)
    if len(found) < 2:
        raise FormatError("line 1", "no instance: a depot and at least one point are expected.")
    return found


def _numbers(line: str) -> list[float]:
    try:
        return [float(cell) for cell in line.split()]
    except ValueError:
        return []


def _solomon(cells: list[float]) -> Site:
    _, x, y, demand, ready, due, service = cells
    return Site(x, y, service, demand, ready, due)


def _vansteenwegen(cells: list[float]) -> Site:
    _, x, y, service, prize = cells[:5]
    return Site(x, y, service, prize, cells[-2], cells[-1])
