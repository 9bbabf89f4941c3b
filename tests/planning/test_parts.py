"""Days in parts, in processes, and many days side by side."""

from __future__ import annotations

import pytest

from fugong.visits.planning import Params, Problem, Stop, solve, solve_many, violations
from fugong.visits.planning.parts import CUTS, Job, _parts, run_jobs
from tests.planning.days import town_day

SMALL_PARTS = Params(cluster_tasks=80, cluster_officers=5)


@pytest.fixture(scope="module")
def town() -> Problem:
    return town_day(due=240, officers=12, villages=8)


def test_parts_hold_every_officer_and_task_once_and_the_borders_move(town: Problem) -> None:
    rounds = [_parts(town, SMALL_PARTS, None, cut) for cut in CUTS]
    for parts in rounds:
        assert sorted(at for part in parts for at in part.officers) == list(range(12))
        assert sorted(at for part in parts for at in part.tasks) == list(range(240))
        assert sum(part.effort for part in parts) == pytest.approx(1)
    assert [part.officers for part in rounds[0]] != [part.officers for part in rounds[1]]


def test_a_day_in_parts_is_nearly_as_good_as_a_whole_one(town: Problem) -> None:
    told: list[float] = []
    whole = solve(town, Params(), Stop(iterations=4000), seed=1)
    parts = solve(
        town, SMALL_PARTS, Stop(iterations=4000), seed=1, progress=lambda share, _: told.append(share)
    )
    assert violations(town, parts) == []
    assert parts.cost < 1.15 * whole.cost
    assert told == sorted(told) and told[-1] == pytest.approx(1)


def test_a_pool_too_big_for_one_board_is_planned_in_parts_beside_others_too(town: Problem) -> None:
    job = Job(town, SMALL_PARTS, Stop(iterations=200), 3, None)
    assert next(run_jobs([job], workers=1)) == solve(town, SMALL_PARTS, Stop(iterations=200), seed=3)


@pytest.mark.slow
def test_more_workers_make_the_same_plan(town: Problem) -> None:
    one = solve(town, SMALL_PARTS, Stop(iterations=200), seed=3)
    assert one == solve(town, SMALL_PARTS, Stop(iterations=200), seed=3, workers=2)


def test_many_days_come_in_order(town: Problem) -> None:
    days = [town_day(due=30, officers=2, seed=seed, villages=3) for seed in range(4)]
    plans = list(solve_many(days, Params(), Stop(iterations=50), seed=5))
    assert [violations(day, plan) for day, plan in zip(days, plans, strict=True)] == [[], [], [], []]
    assert plans == [solve(day, Params(), Stop(iterations=50), seed=5 + n) for n, day in enumerate(days)]


def test_who_asks_to_stop_gets_a_whole_plan_soon(town: Problem) -> None:
    plan = solve(town, SMALL_PARTS, Stop(seconds=60, asked=lambda: True), seed=1)
    assert violations(town, plan) == [] and len(plan.visits()) > 60
