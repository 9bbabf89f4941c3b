"""Short cadences followed visit by visit: what follows a visit, at given prices of the days ahead."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from fugong.visits.planning.book import book_of, delay
from fugong.visits.planning.cycles import LATE, soonest, steps, tails
from tests.planning.campaigns import campaign, firm, officer


def cheapest(every: int, weight: float, price: list[float], is_open: list[bool], here: int) -> float:
    """What follows a visit at this place, by trying every set of later days."""
    count, best = len(price), float("inf")
    later = range(here + 1, count)
    for many in range(len(later) + 1):
        for chosen in itertools.combinations(later, many):
            gaps = [b - a for a, b in itertools.pairwise((here, *chosen))]
            if all(is_open[k] for k in chosen) and all(
                soonest(np.array([every]))[0] <= gap <= every + LATE for gap in gaps
            ):
                left = count - (chosen[-1] if chosen else here)
                lost = sum(float(delay(np.array([gap - every]), 0.1)[0]) for gap in [*gaps, left])
                best = min(best, weight * lost + sum(price[k] for k in chosen))
    return best


@pytest.mark.parametrize("every", [1, 2, 3])
def test_what_follows_a_visit_is_the_cheapest_row_of_visits(every: int) -> None:
    price = [0.0, 40.0, 90.0, 15.0, 200.0, 30.0, 10.0]
    is_open = [True, True, False, True, True, False, True]
    book = book_of(campaign([firm("e", every_days=every, weight=60.0)], [officer("li")], days=7))
    found = tails(book, np.array([price]), np.array([is_open]))[0]
    for here in range(len(price)):
        assert found[here] == pytest.approx(cheapest(every, 60.0, price, is_open, here)), here


def test_steps_lead_to_open_days_within_the_cycle_or_to_none() -> None:
    found = steps(np.array([2.0, 7.0]), np.array([10.0, 10.0]), np.ones((2, 4), dtype=np.bool_), 0.1)
    assert set(found.row.tolist()) == {0}, "a week is not followed"
    pairs = set(zip(found.here.tolist(), found.there.tolist(), strict=True))
    assert pairs == {(a, b) for a in range(4) for b in range(a + 1, 5)}, (
        "a day after at the earliest; 4: none follows"
    )
