"""The table of insertion costs against trying every place, and the split of a big day."""

from __future__ import annotations

import random

import numpy as np
import pytest

from fugong.visits.planning import Params
from fugong.visits.planning.clusters import candidates, parts
from fugong.visits.planning.day import Day, compiled, empty, planned, timed, total
from fugong.visits.planning.insertion import WORST, construct, inserted, insertion_costs
from tests.planning.days import town_day


@pytest.fixture(scope="module")
def day() -> Day:
    return compiled(town_day(due=120, officers=6, villages=5), Params())


def by_trying(day: Day, officer: int, order: tuple[int, ...], task: int) -> float:
    if not day.allowed[officer, task]:
        return WORST
    longer = [timed(day, officer, (*order[:at], task, *order[at:])) for at in range(len(order) + 1)]
    return min((tour.cost for tour in longer if tour), default=WORST)


def test_insertion_costs_are_those_of_the_longer_tour(day: Day) -> None:
    dice, compared = random.Random(3), 0
    for tour in construct(day, candidates(day, set())):
        kept = [task for task in tour.order if dice.random() < 0.6]
        shorter = timed(day, tour.officer, kept) or empty(day, tour.officer)
        rest = np.array([task for task in range(day.size) if task not in shorter.order], dtype=np.int64)
        costs, where = insertion_costs(day, shorter, rest)
        for column, task in enumerate(rest.tolist()):
            expected = by_trying(day, tour.officer, shorter.order, task)
            assert costs[column] == pytest.approx(expected - (shorter.cost if expected < WORST else 0))
            if expected < WORST:
                longer = inserted(day, shorter, task, int(where[column]))
                assert longer is not None and longer.cost == pytest.approx(expected)
            compared += expected < WORST
    assert compared > 100


def test_construct_leaves_nothing_that_fits_and_pays(day: Day) -> None:
    tours = construct(day, candidates(day, set()))
    rest = np.array(sorted(set(range(day.size)) - planned(tours)), dtype=np.int64)
    for tour in tours:
        assert (insertion_costs(day, tour, rest)[0] >= day.weight[rest]).all()
    assert total(day, tours) < float(day.weight.sum())


def test_parts_cover_every_officer_once_and_share_open_tasks_only() -> None:
    day = compiled(town_day(due=300, officers=25), Params(cluster_tasks=100, cluster_officers=7))
    pool = candidates(day, set())
    tours = construct(day, pool)
    pieces = parts(day, tours, pool)
    assert sorted(officer for officers, _ in pieces for officer in officers) == list(range(25))
    assert all(len(officers) <= 7 for officers, _ in pieces)
    for officers, tasks in pieces:
        others = planned(tour for tour in tours if tour.officer not in officers)
        assert not others & set(tasks)
        assert planned(tours[officer] for officer in officers) <= set(tasks)


def test_candidates_of_a_big_day_are_the_weightiest() -> None:
    day = compiled(town_day(due=300, officers=3), Params(cluster_tasks=20, candidates=1.0))
    pool = candidates(day, set())
    assert 20 <= len(pool) < 60
    left = np.setdiff1d(np.arange(300), pool)
    assert day.weight[pool].mean() > 2 * day.weight[left].mean()
