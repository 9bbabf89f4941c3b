"""After a replan: whoever makes the same visits as before makes them in the order and at the times of before.

The search shortens every way it can, also of officers whom the change does not touch; their enterprises would have to be
told of another hour for nothing. Whoever is visited by somebody else than before is told anyway: such a visit stands
where it costs least, like a new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .day import Day, Tour, Tours, timed
from .plan import Plan

NOTICED = 15  # minutes: an earlier or later visit that its enterprise has to be told of
PRICE = 0.1  # of `Params.keep`, for each visit at another time


def settled(day: Day, tours: Tours, standing: Plan) -> Tours:
    """The tours, each in the order of the standing plan where the longer way costs less than the other times."""
    own = {route.officer: {visit.task: visit.start for visit in route.visits} for route in standing.routes}
    return [_settled(day, tour, own.get(day.problem.officers[tour.officer].id, {})) for tour in tours]


def _settled(day: Day, tour: Tour, before: Mapping[str, int]) -> Tour:
    """`before`: the officer's own visits of the standing plan in their order, and when they began."""
    names = {seat: day.task(seat).id for seat in tour.order}
    order = {task: position for position, task in enumerate(before)}
    old = sorted((seat for seat in tour.order if names[seat] in order), key=lambda seat: order[names[seat]])
    # Joint visits wait for each other: their hour is not the officer's.
    if not old or day.joint[list(tour.order)].any():
        return tour
    found = timed(day, tour.officer, old)
    for seat in tour.order:
        if found is not None and names[seat] not in order:
            found = _with(day, found, seat)
    if found is None or found.order == tour.order:
        return tour
    told_less = _retimed(day, tour, names, before) - _retimed(day, found, names, before)
    pays = found.cost - tour.cost <= day.params.keep * PRICE * told_less
    return found if pays and told_less > 0 else tour


def _with(day: Day, tour: Tour, seat: int) -> Tour | None:
    """The tour with one seat more, where it costs least."""
    places = range(len(tour.order) + 1)
    longer = [timed(day, tour.officer, _put(tour.order, place, seat)) for place in places]
    fits = [each for each in longer if each is not None]
    return min(fits, key=lambda each: each.cost) if fits else None


def _put(order: Sequence[int], place: int, seat: int) -> tuple[int, ...]:
    return (*order[:place], seat, *order[place:])


def _retimed(day: Day, tour: Tour, names: Mapping[int, str], before: Mapping[str, int]) -> int:
    """How many of the officer's visits of before begin at an hour that is noticed."""
    clock = day.clocks[day.clock_of[tour.officer]]
    return sum(
        abs(clock.beginning(begin) - before.get(names[seat], clock.beginning(begin))) >= NOTICED
        for seat, begin in zip(tour.order, tour.begins, strict=True)
    )
