"""Tiny days whose best plan is known by trying them all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fugong.visits.planning import Params, Problem, Stop, solve, violations
from tests.planning.exhaustive import least_cost
from tests.planning.named_days import DAYS, four_firms, locked_afternoon, two_officers_lunch_break

STOP = Stop(iterations=150)


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.__name__)
def test_the_best_plan_is_found(day: Callable[[], Problem]) -> None:
    problem, params = day(), Params()
    plan = solve(problem, params, STOP, seed=1)
    assert plan.cost == pytest.approx(least_cost(problem, params))
    assert violations(problem, plan) == []


def test_four_firms_in_one_sweep() -> None:
    plan = solve(four_firms(), Params(), STOP)
    order = [visit.task for visit in plan.visits()]
    assert order in (["f1", "f3", "f0", "f2"], ["f2", "f0", "f3", "f1"])
    assert (plan.unplanned, plan.travel_minutes, plan.cost) == ((), 3 + 3 + 3 + 3 + 11, 23.0)


def test_nobody_visits_in_the_break() -> None:
    problem = two_officers_lunch_break()
    plan = solve(problem, Params(), STOP)
    breaks = {officer.id: officer.breaks[0] for officer in problem.officers}
    for visit in plan.visits():
        rest = breaks[visit.officer]
        assert visit.end <= rest.start or visit.start >= rest.end


def test_a_locked_visit_is_kept_to_the_minute() -> None:
    plan = solve(locked_afternoon(), Params(), STOP)
    wish = next(visit for visit in plan.visits() if visit.task == "wish")
    assert (wish.officer, wish.start) == ("bo", 900)
    assert plan.refused == ()
