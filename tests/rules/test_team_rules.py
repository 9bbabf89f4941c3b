"""What a grid team lacks, and the assignment of officers to enterprises: never worse than the nearest-first loop."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from fugong.teams import rules
from fugong.teams.matching import Seat, match
from fugong.teams.rules import Ratio
from fugong.territory.geometry import kilometres

RATIO = Ratio(1, 2, 3)


@pytest.mark.parametrize(
    ("professionals", "stationed", "sentences"),
    [(0, 0, 2), (0, 2, 1), (1, 3, 0), (1, 4, 1), (2, 6, 0), (2, 7, 1), (1, 0, 1)],
)
def test_a_team_lacks_what_its_ratio_asks(professionals, stationed, sentences):
    assert len(rules.shortages(professionals, stationed, RATIO)) == sentences


@pytest.mark.parametrize(("stationed", "wanted"), [(0, 1), (3, 1), (4, 2), (40, 2)])
def test_professionals_stay_between_the_least_and_the_most(stationed, wanted):
    assert rules.professionals_wanted(stationed, RATIO) == wanted


def test_a_task_group_cannot_end_before_it_begins():
    assert rules.why_not_stand(date(2020, 2, 10), date(2020, 2, 9))
    assert rules.why_not_stand(None, date(2020, 2, 9))
    assert rules.why_not_stand(date(2020, 2, 10), None) == ""


places = st.tuples(st.floats(113.0, 113.2), st.floats(23.0, 23.2))
# Few different offices, so that several officers sit at the same one.
offices = st.sampled_from([(113.0, 23.0), (113.1, 23.05), (113.2, 23.2), (113.05, 23.15)])
seats = st.lists(st.tuples(offices, st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=6)


def _seats(drawn):
    return [Seat(100 + at, office, free, taken) for at, (office, free, taken) in enumerate(drawn)]


def _cost(found, officers):
    """Ways plus what each further enterprise of the same officer costs."""
    loads = {seat.officer_id: seat.taken for seat in officers}
    total = 0.0
    for one in found:
        total += one.km + loads[one.officer_id]
        loads[one.officer_id] += 1
    return total


def _nearest_first(enterprises, officers):
    free = {seat.officer_id: seat.free for seat in officers}
    loads = {seat.officer_id: seat.taken for seat in officers}
    total = 0.0
    for place in enterprises.values():
        choices = [seat for seat in officers if free[seat.officer_id]]
        if not choices:
            break
        best = min(choices, key=lambda seat: kilometres(place, seat.position))
        total += kilometres(place, best.position) + loads[best.officer_id]
        free[best.officer_id] -= 1
        loads[best.officer_id] += 1
    return total


@given(st.lists(places, max_size=12), seats)
def test_everybody_is_matched_within_the_places_and_no_dearer_than_nearest_first(drawn, officers):
    enterprises, officers = dict(enumerate(drawn)), _seats(officers)
    found = match(enterprises, officers)
    loads = {seat.officer_id: 0 for seat in officers}
    for one in found:
        loads[one.officer_id] += 1
    assert all(loads[seat.officer_id] <= seat.free for seat in officers)
    assert len(found) == len({one.enterprise_id for one in found})
    assert len(found) == min(len(enterprises), sum(seat.free for seat in officers))
    assert match(enterprises, officers) == found
    if len(found) == len(enterprises):
        assert _cost(found, officers) <= _nearest_first(enterprises, officers) * 1.001 + 0.01


@given(st.lists(places, min_size=1, max_size=10), seats)
def test_it_costs_as_little_as_the_assignment_over_every_single_place(drawn, officers):
    """The oracle: scipy's assignment with one column per place of every officer."""
    enterprises, officers = dict(enumerate(drawn)), _seats(officers)
    chairs = [(seat, turn) for seat in officers for turn in range(seat.free)]
    if not chairs:
        return
    found = match(enterprises, officers)
    flat = {(one.enterprise_id, one.officer_id): one.km for one in match(enterprises, officers)}
    cost = np.array(
        [[_way(place, seat.position) + seat.taken + turn for seat, turn in chairs] for place in drawn]
    )
    rows, columns = linear_sum_assignment(cost)
    assert len(flat) == len(rows)
    assert _cost(found, officers) == pytest.approx(cost[rows, columns].sum(), rel=1e-6, abs=1e-6)


def _way(a, b):
    x = np.radians(a[0] - b[0]) * np.cos(np.radians((a[1] + b[1]) / 2))
    return 6371.0088 * np.hypot(x, np.radians(a[1] - b[1]))
