"""The search as a whole: quality against simple planners, standing plans, other stops, no PyVRP."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from fugong.visits.planning import Params, Plan, Problem, Stop, Travel, Window, solve, violations
from fugong.visits.planning.day import Day, compiled, empty, timed, total
from tests.planning.days import town_day
from tests.planning.named_days import officer, place, task

Key = Callable[[Day, int, int], tuple[float, int]]


def nearest(day: Day, here: int, task: int) -> tuple[float, int]:
    return day.ways[here][task], task


def most_overdue(day: Day, here: int, task: int) -> tuple[float, int]:
    return -day.problem.tasks[task].days_overdue, task


def by_hand(problem: Problem, key: Key) -> float:
    """The cost when every officer in turn always goes to the first task by this key that still fits."""
    day, tours, done = compiled(problem, Params()), list[Any](), set[int]()
    for row in range(day.crew):
        tour, longer = empty(day, row), None
        while (longer := _next(day, tour, done, key)) is not None:
            tour = longer
            done.add(tour.order[-1])
        tours.append(tour)
    return total(day, tours)


def _next(day: Day, tour: Any, done: set[int], key: Key) -> Any:
    here = tour.order[-1] if tour.order else day.start_node(tour.officer)
    open_tasks = [t for t in range(day.size) if t not in done and day.allowed[tour.officer, t]]
    for each in sorted(open_tasks, key=lambda t: key(day, here, t)):
        longer = timed(day, tour.officer, (*tour.order, each))
        if longer is not None:
            return longer
    return None


@pytest.fixture(scope="module")
def village() -> Problem:
    return town_day(due=150, officers=7, villages=4)


@pytest.fixture(scope="module")
def standing(village: Problem) -> Plan:
    return solve(village, Params(), Stop(iterations=300), seed=1)


def test_much_better_than_nearest_first_and_most_overdue_first(village: Problem, standing: Plan) -> None:
    assert standing.cost < 0.6 * by_hand(village, nearest)
    assert standing.cost < 0.6 * by_hand(village, most_overdue)


def test_more_search_is_not_worse(village: Problem, standing: Plan) -> None:
    assert standing.cost < solve(village, Params(), Stop(iterations=0), seed=1).cost


def test_a_big_day_is_split_and_the_same_seed_gives_the_same_plan() -> None:
    problem, params = town_day(due=450, officers=22), Params(cluster_tasks=200, cluster_officers=8)
    first = solve(problem, params, Stop(iterations=40), seed=3)
    assert violations(problem, first) == []
    assert first == solve(problem, params, Stop(iterations=40), seed=3)
    assert first.cost < 0.6 * by_hand(problem, most_overdue)


def test_seconds_are_kept(village: Problem) -> None:
    began = time.monotonic()
    solve(village, Params(), Stop(seconds=0.5), seed=1)
    assert time.monotonic() - began < 3


def test_progress_is_told_and_the_cost_only_falls(village: Problem) -> None:
    told: list[tuple[float, float]] = []
    plan = solve(
        village, Params(), Stop(iterations=120), progress=lambda share, cost: told.append((share, cost))
    )
    shares, costs = zip(*told, strict=True)
    assert list(shares) == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    assert list(costs) == sorted(costs, reverse=True) and costs[-1] == pytest.approx(plan.cost)


def test_a_given_matrix_counts_where_it_is_given() -> None:
    """A river: the firm across it is near on the map and far on the road, even against the triangle."""
    crew, firms = (officer("ann"),), (task("here", 3, weight=30.0), task("across", 1, weight=30.0))
    river = Travel(places=(place(0), place(1)), matrix=((0, 40.2), (2, 0)))
    plan = solve(Problem(crew, firms, river), Params(), Stop(iterations=50))
    assert river.minutes(place(0), place(1)) == 41
    assert [visit.task for visit in plan.visits()] == ["here", "across"]
    assert plan.travel_minutes == 9 + 6 + 2


def test_a_dear_visit_finds_the_one_officer_who_can_make_it() -> None:
    """Ann has the morning full of dear visits, which Bo could make by giving up cheap ones."""
    skilled = frozenset({"only ann"})
    morning = (Window(540, 690),)
    dear = [task(f"dear{n}", 1, windows=morning, service_minutes=30, weight=1000.0) for n in range(4)]
    hers = task("hers", 1, windows=morning, service_minutes=60, weight=1100.0, skills=skilled)
    cheap = [task(f"cheap{n}", 20, windows=morning, service_minutes=30, weight=50.0) for n in range(4)]
    crew = (officer("ann", skills=skilled), officer("bo", at=20))
    for seed in range(12):
        plan = solve(Problem(crew, (*dear, hers, *cheap)), Params(), Stop(iterations=20), seed=seed)
        made = {visit.task: visit.officer for visit in plan.visits()}
        assert made["hers"] == "ann"
        assert {"dear0", "dear1", "dear2", "dear3"} <= set(made)


@pytest.mark.slow
def test_a_town_is_planned_in_twenty_seconds() -> None:
    """5,600 enterprises, 1,600 of them due, 60 officers."""
    problem, began = town_day(due=1600, officers=60), time.monotonic()
    plan = solve(problem, Params(), Stop(seconds=18), seed=1)
    assert time.monotonic() - began < 20
    assert plan.cost < 0.4 * min(by_hand(problem, nearest), by_hand(problem, most_overdue))


def test_an_empty_day() -> None:
    plan = solve(Problem((), ()), Params(), Stop(iterations=5))
    assert (plan.routes, plan.unplanned, plan.cost) == ((), (), 0)
    lonely = solve(Problem((), (task("f", 1),)), Params(), Stop(iterations=5))
    assert [each.reason.code for each in lonely.unplanned] == ["no_officer"]


@pytest.mark.parametrize("wrong", [{"windows": (Window(1, 2),), "service_minutes": 0}, {"weight": -1.0}])
def test_nonsense_is_refused_when_it_is_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="task f"):
        task("f", 1, **wrong)
