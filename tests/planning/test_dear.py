"""Dear visits alone first: only where the day cannot hold them all, within the same effort."""

from __future__ import annotations

from dataclasses import replace

from fugong.visits.planning import Params, Problem, Stop, violations
from fugong.visits.planning.compiling import IS_COMPILED
from fugong.visits.planning.day import compiled
from fugong.visits.planning.search import solve
from fugong.visits.planning.whole import Whole
from tests.planning.days import town_day

ROUNDS = 2_000 if IS_COMPILED else 60


def scarce(due: int = 60, officers: int = 3, heavy: int = 30) -> Problem:
    """A day on which one officer alone can make as many heavy visits as three could."""
    problem = town_day(due=due, officers=officers)
    need = frozenset({"health"})
    tasks = tuple(
        replace(task, skills=need, weight=900.0, service_minutes=30)
        if number < heavy
        else replace(task, skills=frozenset())
        for number, task in enumerate(problem.tasks)
    )
    first, *others = problem.officers
    return replace(problem, officers=(replace(first, skills=need), *others), tasks=tasks)


def begun(problem: Problem) -> Whole:
    whole = Whole(compiled(problem, Params()), Stop(iterations=0).begin(), 1)
    whole.search()
    return whole


def test_the_dear_are_those_worth_most_a_minute_where_not_all_have_room() -> None:
    problem = scarce()
    dear = begun(problem).dear().tolist()
    assert 10 < len(dear) < len(problem.tasks)
    least = min(problem.tasks[seat].weight / (problem.tasks[seat].service_minutes + 5) for seat in dear)
    others = set(range(len(problem.tasks))) - set(dear)
    assert least >= max(
        problem.tasks[seat].weight / (problem.tasks[seat].service_minutes + 5) for seat in others
    )


def test_none_are_dear_where_all_of_them_have_room() -> None:
    assert begun(town_day(due=20, officers=8)).dear().size == 0


def test_both_searches_together_take_the_effort_that_was_given() -> None:
    problem = scarce()
    one, again = (solve(problem, Params(), Stop(iterations=ROUNDS), 3) for _ in range(2))
    assert one == again and violations(problem, one) == []
    assert one.rounds == ROUNDS


def test_the_scarce_officer_is_filled_with_what_only_this_one_can_do() -> None:
    problem = scarce()
    plan = solve(problem, Params(), Stop(iterations=ROUNDS), 3)
    heavy = {task.id for task in problem.tasks if task.skills}
    route = next(route for route in plan.routes if route.officer == problem.officers[0].id)
    assert (
        sum(visit.end - visit.start for visit in route.visits if visit.task in heavy) >= 300
    )  # of 480 on duty
