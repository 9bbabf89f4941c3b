"""The rest of a day: what has begun stays, officers go on from where they stand, and little is moved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fugong.visits.planning import Crossing, Params, Plan, Problem, Stop, Travel, from_now, solve, violations
from fugong.visits.planning.day import GIVEN_UP, WorkClock
from fugong.visits.planning.replan import left_for
from tests.planning.days import town_day
from tests.planning.named_days import officer, place, task

NOON = 720


@pytest.fixture(scope="module")
def village() -> Problem:
    return town_day(due=150, officers=7, villages=4)


@pytest.fixture(scope="module")
def standing(village: Problem) -> Plan:
    return solve(village, Params(), Stop(iterations=3000), seed=1)


def moved(before: Plan, after: Plan, gone: str = "") -> int:
    """Visits of those still on duty that another officer makes now."""
    who = {visit.task: visit.officer for visit in after.visits()}
    return sum(who.get(v.task, v.officer) != v.officer for v in before.visits() if v.officer != gone)


def given_up(before: Plan, after: Plan, gone: str = "") -> int:
    """Visits of those still on duty that nobody makes now."""
    made = {visit.task for visit in after.visits()}
    return sum(v.task not in made for v in before.visits() if v.officer != gone)


def without_keeping(before: Plan, after: Plan, params: Params) -> float:
    """The plan's cost without the price of moving or giving up visits of officers who are there."""
    there = {route.officer for route in after.routes}
    who = {visit.task: visit.officer for visit in after.visits()}
    stayed = [visit for visit in before.visits() if visit.officer in there]
    changed = sum(who.get(v.task, v.officer) != v.officer for v in stayed)
    return after.cost - params.keep * (changed + GIVEN_UP * sum(v.task not in who for v in stayed))


def test_what_has_begun_is_left_out_and_the_rest_still_fits(village: Problem, standing: Plan) -> None:
    rest, plan = from_now(village, standing, NOON)
    begun = {visit.task for visit in standing.visits() if visit.start < NOON}
    assert begun and not begun & {task.id for task in rest.tasks}
    again = solve(rest, Params(), Stop(iterations=0), initial=plan)
    assert violations(rest, again) == []
    assert moved(plan, again) + given_up(plan, again) == 0, "the plan of the morning can be gone on with"


def test_officers_start_where_they_are_free(village: Problem, standing: Plan) -> None:
    rest, _ = from_now(village, standing, NOON)
    for officer_ in rest.officers:
        route = next(route for route in standing.routes if route.officer == officer_.id)
        clock = WorkClock(tuple(officer_.breaks))
        done = [visit for visit in route.visits if left_for(clock, visit) < NOON]
        assert officer_.shift.start == max([NOON, *(visit.end for visit in done)])
        place_of = {each.id: each.position for each in village.tasks}
        assert not done or officer_.start == place_of[done[-1].task]


def test_who_has_nothing_left_of_the_shift_is_left_out(village: Problem, standing: Plan) -> None:
    rest, plan = from_now(village, standing, 18 * 60)
    assert (rest.officers, plan.routes) == ((), ())


def test_an_urgent_task_is_taken_in_and_says_so(village: Problem, standing: Plan) -> None:
    name = standing.unplanned[0].task
    rest, plan = from_now(village, standing, NOON, urgent=[name])
    again = solve(rest, Params(), Stop(iterations=300), initial=plan)
    visit = next(each for each in again.visits() if each.task == name)
    assert {"urgent", "mandatory"} <= {reason.code for reason in visit.reasons}
    assert moved(plan, again) + given_up(plan, again) <= 0.1 * len(plan.visits())


def test_an_absence_moves_little_and_costs_no_more() -> None:
    """Against planning anew with the same effort, without the price of keeping.

    Where a visit has no officer whom the enterprise knows, so that only ways and weights count.
    """
    village = nobody_known(town_day(due=242, officers=13, villages=2))
    before = solve(village, Params(), Stop(iterations=20_000), seed=1)
    absent = replace(village, officers=village.officers[1:])
    warm = solve(absent, Params(), Stop(iterations=4000), seed=2, initial=before)
    scratch = solve(absent, Params(), Stop(iterations=4000), seed=2)
    assert moved(before, warm, "o0") <= 0.1 * moved(before, scratch, "o0")
    assert given_up(before, warm, "o0") <= 1.3 * given_up(before, scratch, "o0")
    assert without_keeping(before, warm, Params()) <= 1.0 * scratch.cost


def nobody_known(problem: Problem) -> Problem:
    crew = tuple(replace(each, knows=frozenset(), home_area="") for each in problem.officers)
    return replace(problem, officers=crew)


def test_an_absent_officers_visits_cost_nothing_to_move() -> None:
    """Who takes one over pays for the way only; the price of keeping is for those who are there."""
    firms = (task("a", 1, weight=30.0), task("b", 2, weight=30.0))
    both = Problem((officer("ann"), officer("bo", at=3)), firms)
    before = solve(both, Params(), Stop(iterations=50))
    alone = replace(both, officers=both.officers[1:])
    after = solve(alone, Params(keep=1000.0), Stop(iterations=50), initial=before)
    assert {visit.task for visit in after.visits()} == {"a", "b"}
    assert after.cost == after.travel_minutes


def test_a_meeting_that_has_begun_binds_all_its_members() -> None:
    pair = (frozenset({"health"}), frozenset[str]())
    crew = (officer("ann", skills=frozenset({"health"})), officer("bo", at=24))
    problem = Problem(crew, (task("both", 20, together=pair, weight=500.0), task("last", 21)))
    plan = solve(problem, Params(), Stop(iterations=100))
    start = next(visit.start for visit in plan.visits() if visit.task == "both")
    rest, left = from_now(problem, plan, start - 30)  # ann is on her way, bo not yet
    assert "both" not in {each.id for each in rest.tasks}
    assert {each.start for each in rest.officers} == {place(20)}
    assert violations(rest, solve(rest, Params(), Stop(iterations=50), initial=left)) == []


def test_who_is_on_the_island_comes_home_over_the_water() -> None:
    ferry = Crossing(("main", "isle"), place(2), place(3), 20)
    crew = (officer("ann", land="main"),)
    firms = (task("a", 4, land="isle"), task("b", 5, land="isle"))
    problem = Problem(crew, firms, Travel(crossings=(ferry,)))
    plan = solve(problem, Params(), Stop(iterations=50))
    rest, left = from_now(problem, plan, plan.visits()[0].end)
    assert (rest.officers[0].land, rest.officers[0].home_land) == ("isle", "main")
    again = solve(rest, Params(), Stop(iterations=50), initial=left)
    assert violations(rest, again) == [] and again.travel_minutes >= 20
