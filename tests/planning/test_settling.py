"""After a replan, who makes the same visits as before makes them in the order and at the hours of before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fugong.visits.planning import Params, Plan, Problem, Stop, solve, violations
from fugong.visits.planning import whole as planner
from fugong.visits.planning.settling import NOTICED
from tests.planning.days import town_day
from tests.planning.named_days import officer, place, task

EFFORT = Stop(iterations=2_000)


@pytest.fixture(scope="module")
def village() -> Problem:
    return town_day(due=150, officers=7, villages=4)


def retimed(before: Plan, after: Plan) -> int:
    """Visits by the same officer at an hour that is noticed."""
    now = {(visit.task, visit.officer): visit.start for visit in after.visits()}
    then = {(visit.task, visit.officer): visit.start for visit in before.visits()}
    return sum(abs(now[key] - start) >= NOTICED for key, start in then.items() if key in now)


def test_fewer_enterprises_hear_of_another_hour(village: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three plans that stand, each without the officer who has most to do."""
    told, told_restless = 0, 0
    for seed in (1, 2, 3):
        standing = solve(village, Params(), Stop(iterations=200), seed=seed)
        gone = max(standing.routes, key=lambda route: len(route.visits)).officer
        rest = replace(village, officers=tuple(each for each in village.officers if each.id != gone))
        settled = solve(rest, Params(), EFFORT, initial=standing)
        with monkeypatch.context() as patch:
            patch.setattr(planner, "settled", lambda _day, tours, _standing: tours)
            restless = solve(rest, Params(), EFFORT, initial=standing)
        assert violations(rest, settled) == []
        assert {v.task: v.officer for v in settled.visits()} == {v.task: v.officer for v in restless.visits()}
        told_less = retimed(standing, restless) - retimed(standing, settled)
        assert settled.cost <= restless.cost + 0.1 * Params().keep * told_less + 1e-6, (
            "each hour kept has its price"
        )
        told, told_restless = told + retimed(standing, settled), told_restless + retimed(standing, restless)
    assert told < told_restless


def a_line(apart: float) -> tuple[Problem, Plan]:
    """Three enterprises on an officer's way home, and the plan of a day on which the way home was the other way round."""
    tasks = tuple(task(f"t{n}", n * apart) for n in range(3))
    anna = replace(officer("anna"), start=place(0), end=place(2 * apart))
    other_way = replace(anna, start=anna.end, end=anna.start)
    return Problem((anna,), tasks), solve(Problem((other_way,), tasks), Params(), EFFORT)


def test_a_visit_taken_over_stands_where_it_costs_least() -> None:
    """Bert's one visit lies at the door of Anna's first; he went there late in the day."""
    anna = officer("anna")
    tasks = (task("t0", 1.0), task("t1", 3.0), task("taken", 1.1))
    alone = solve(Problem((anna,), tasks[:2]), Params(), EFFORT)
    late = tuple(replace(visit, start=visit.start + 300, end=visit.end + 300) for visit in alone.visits()[:1])
    berts = replace(alone.routes[0], officer="bert", visits=(replace(late[0], task="taken", officer="bert"),))
    standing = replace(alone, routes=(*alone.routes, berts))
    after = solve(Problem((anna,), tasks), Params(keep=60.0), EFFORT, initial=standing)
    order = [visit.task for visit in after.visits()]
    assert [name for name in order if name != "taken"] == [visit.task for visit in alone.visits()]
    assert after.cost == pytest.approx(solve(Problem((anna,), tasks), Params(), EFFORT).cost), "no detour"


def test_a_longer_way_is_worth_the_hours_up_to_their_price() -> None:
    problem, standing = a_line(0.2)
    before = [visit.task for visit in standing.visits()]
    kept = solve(problem, Params(keep=60.0), EFFORT, initial=standing)
    assert [visit.task for visit in kept.visits()] == before
    shorter = solve(problem, Params(keep=0.0), EFFORT, initial=standing)
    assert [visit.task for visit in shorter.visits()] == before[::-1], (
        "where hours cost nothing, the short way"
    )
    problem, standing = a_line(4.0)
    far = solve(problem, Params(keep=60.0), EFFORT, initial=standing)
    assert [visit.task for visit in far.visits()] != before, "twice a long way is not"
