"""The independent check finds every kind of broken rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fugong.visits.planning import Lock, Params, Plan, Problem, Stop, Window, solve, violations
from tests.planning.named_days import four_firms, officer, task


@pytest.fixture(scope="module")
def good() -> Plan:
    return solve(four_firms(), Params(), Stop(iterations=20))


def spoilt_visit(plan: Plan, at: int = 0, **change: Any) -> Plan:
    route = plan.routes[0]
    visits = tuple(replace(v, **change) if n == at else v for n, v in enumerate(route.visits))
    return replace(plan, routes=(replace(route, visits=visits),))


def spoilt_problem(**change: Any) -> Problem:
    problem = four_firms()
    return replace(problem, tasks=tuple(replace(each, **change) for each in problem.tasks))


def spoilt_officer(**change: Any) -> Problem:
    problem = four_firms()
    return replace(problem, officers=(replace(problem.officers[0], **change),))


def test_a_good_plan_has_none(good: Plan) -> None:
    assert violations(four_firms(), good) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"start": 700, "end": 760}, "closed"),
        ({"end": 700}, "takes 60 minutes"),
        ({"start": 500, "end": 560}, "outside the shift"),
        ({"officer": "bo"}, "under the name of bo"),
        ({"task": "f9"}, "not in the problem"),
        ({"start": 545, "end": 605}, "cannot reach stop 2"),
        ({"start": 540, "end": 600}, "cannot reach stop 1"),
    ],
)
def test_a_spoilt_visit_is_found(good: Plan, change: dict[str, Any], says: str) -> None:
    at = 1 if says.endswith("2") else 0
    assert any(says in each for each in violations(four_firms(), spoilt_visit(good, at, **change)))


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (spoilt_problem(skills=frozenset({"gas"})), "lacks a skill"),
        (spoilt_problem(forbidden=frozenset({"ann"})), "may not do"),
        (spoilt_problem(lock=Lock("bo")), "locked to bo"),
        (spoilt_problem(lock=Lock(at=1)), "locked to minute 1"),
        (spoilt_officer(areas=frozenset({"north"})), "outside the areas"),
        (spoilt_officer(breaks=(Window(560, 570),)), "in a break"),
        (spoilt_officer(shift=Window(540, 800)), "outside the shift"),
        (spoilt_officer(id="bo"), "Officer ann is in the plan but not in the problem"),
    ],
)
def test_a_plan_for_another_day_is_found(good: Plan, problem: Problem, says: str) -> None:
    assert any(says in each for each in violations(problem, good))


def test_a_task_twice_and_a_task_lost_are_found(good: Plan) -> None:
    route = good.routes[0]
    twice = replace(good, routes=(replace(route, visits=(*route.visits, route.visits[0])),))
    lost = replace(good, routes=(replace(route, visits=route.visits[1:]),))
    assert any("appears 2 times" in each for each in violations(four_firms(), twice))
    assert any("neither planned nor explained" in each for each in violations(four_firms(), lost))
    assert any("2 routes" in each for each in violations(four_firms(), replace(good, routes=(route, route))))


# Joint visits, agencies and lands


def meeting() -> Problem:
    crew = (officer("ann", skills=frozenset({"health"})), officer("bo", at=4, skills=frozenset({"safety"})))
    pair = (frozenset({"health"}), frozenset({"safety"}))
    return Problem(crew, (task("both", 2, together=pair), task("other", 1)))


@pytest.fixture(scope="module")
def met() -> Plan:
    return solve(meeting(), Params(), Stop(iterations=50))


def with_visit(plan: Plan, who: str, **change: Any) -> Plan:
    """The plan with the meeting changed for one member."""
    routes = [
        replace(
            route,
            visits=tuple(
                replace(v, **change) if (v.task, route.officer) == ("both", who) else v for v in route.visits
            ),
        )
        for route in plan.routes
    ]
    return replace(plan, routes=tuple(routes))


def test_a_meeting_is_fine_as_it_is(met: Plan) -> None:
    assert violations(meeting(), met) == [] and len(met.visits()) == 3


def test_members_at_different_times_are_found(met: Plan) -> None:
    start = next(visit.start for visit in met.visits() if visit.task == "both")
    late = with_visit(met, "bo", start=start + 5, end=start + 65)
    assert any("different times" in each for each in violations(meeting(), late))


def test_a_member_who_does_not_come_is_found(met: Plan) -> None:
    routes = [
        replace(route, visits=tuple(v for v in route.visits if (v.task, route.officer) != ("both", "bo")))
        for route in met.routes
    ]
    assert any(
        "needs 2 officers" in each for each in violations(meeting(), replace(met, routes=tuple(routes)))
    )


def test_members_without_the_skills_are_found(met: Plan) -> None:
    problem = meeting()
    same = tuple(replace(each, skills=frozenset({"health"})) for each in problem.officers)
    assert any("lack a skill" in each for each in violations(replace(problem, officers=same), met))


def test_a_wanted_member_who_is_missing_is_found(met: Plan) -> None:
    problem = meeting()
    wish = replace(problem.tasks[0], lock=Lock("cy"))
    found = violations(replace(problem, tasks=(wish, problem.tasks[1])), met)
    assert any("not among its members" in each for each in found)


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (spoilt_problem(agencies=frozenset({"fire"})), "not of an agency"),
        (spoilt_problem(land="isle"), "cannot reach"),
    ],
)
def test_the_wrong_agency_and_the_wrong_land_are_found(good: Plan, problem: Problem, says: str) -> None:
    crew = (replace(problem.officers[0], land="main", agency="health"),)
    assert any(says in each for each in violations(replace(problem, officers=crew), good))
