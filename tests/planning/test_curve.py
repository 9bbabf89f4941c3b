"""The curve through all points: a permutation on which neighbours are near, and plans in the order that was given."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

from fugong.visits.planning import Params, Stop
from fugong.visits.planning.curve import along_curve
from fugong.visits.planning.search import solve
from tests.planning.days import town_day


def test_steps_along_the_curve_are_short() -> None:
    dice = random.Random(4)
    points = [(dice.random(), dice.random()) for _ in range(400)]
    order = along_curve(points).tolist()
    assert sorted(order) == list(range(400))
    steps = [
        abs(points[a][0] - points[b][0]) + abs(points[a][1] - points[b][1])
        for a, b in itertools.pairwise(order)
    ]
    assert sum(steps) / len(steps) < 0.1  # 0.67 in random order


def test_four_quarters_are_passed_one_after_the_other() -> None:
    corners = [(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)]
    assert along_curve(corners).tolist() == [0, 3, 1, 2]


def test_one_place_and_none() -> None:
    assert along_curve([(120.0, 30.0)] * 3).tolist() == [0, 1, 2]
    assert along_curve([]).tolist() == []


def test_what_is_left_out_is_told_in_the_order_of_the_tasks() -> None:
    problem = town_day(due=120, officers=2)
    plan = solve(problem, Params(), Stop(iterations=50), 1)
    number = {task.id: at for at, task in enumerate(problem.tasks)}
    told = [number[each.task] for each in plan.unplanned]
    assert told == sorted(told)
    assert len(told) > 50


def test_the_order_of_the_tasks_does_not_matter_where_all_places_differ() -> None:
    problem = town_day(due=60, officers=3)
    turned = replace(problem, tasks=problem.tasks[::-1])
    one, other = (solve(each, Params(), Stop(iterations=200), 1) for each in (problem, turned))
    assert one.cost == other.cost
