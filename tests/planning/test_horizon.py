"""The data of many days: hours, absences, pools, what is due when; and the days planned one after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fugong.visits.planning import Lock, Params, Stop, Window, violations
from fugong.visits.planning.changes import (
    with_absence,
    with_cadence,
    with_officers_fewer,
    with_officers_more,
    with_one_pool,
    with_pools,
)
from fugong.visits.planning.horizon import Absence, LookBack, Pool, Seen, Standing, merged
from fugong.visits.planning.pools import joined, parts_of, solve_parts
from fugong.visits.planning.rolling import (
    looking,
    next_morning,
    not_offered,
    plan_days,
    problem_of_day,
    visits_of,
)

from .campaigns import FRIDAY, LUNCH, MONDAY, OPEN, SHIFT, away, campaign, day, firm, officer, street

SHORT = Stop(iterations=40)
QUICK = Params()


def test_hours_follow_the_weekday_and_closed_days() -> None:
    shop = firm("shop", by_weekday={5: (), 6: (OPEN[0],)}, closed_on=frozenset({day(1)}))
    assert shop.hours(MONDAY) == OPEN
    assert shop.hours(day(1)) == ()
    assert shop.hours(day(5)) == ()
    assert shop.hours(day(6)) == (OPEN[0],)


def test_an_officer_works_on_weekdays_and_not_when_away() -> None:
    worker = officer("li", weekdays=frozenset(range(5)), absences=(Absence(day(1)),))
    assert worker.on(MONDAY) == worker.officer
    assert worker.on(day(1)) is None
    assert worker.on(day(5)) is None


@pytest.mark.parametrize(
    ("away_from", "away_to", "shift", "breaks"),
    [
        (8 * 60, 12 * 60, Window(13 * 60 + 30, SHIFT.end), ()),
        (13 * 60 + 30, 18 * 60, Window(SHIFT.start, 12 * 60), ()),
        (9 * 60, 10 * 60, SHIFT, (Window(9 * 60, 10 * 60), LUNCH)),
        (11 * 60, 14 * 60, SHIFT, (Window(11 * 60, 14 * 60),)),
    ],
)
def test_an_absence_for_a_part_of_the_day_shortens_the_shift_or_is_a_break(
    away_from: int, away_to: int, shift: Window, breaks: tuple[Window, ...]
) -> None:
    worker = officer("li", absences=(Absence(MONDAY, Window(away_from, away_to)),))
    left = worker.on(MONDAY)
    assert left is not None
    assert (left.shift, left.breaks) == (shift, breaks)


def test_nothing_is_left_of_a_day_away_in_two_parts() -> None:
    parts = (Absence(MONDAY, Window(0, 12 * 60)), Absence(MONDAY, Window(13 * 60 + 30, 24 * 60)))
    assert officer("li", absences=parts).on(MONDAY) is None


def test_merged_windows_neither_overlap_nor_touch() -> None:
    assert merged([Window(5, 9), Window(1, 3), Window(3, 4), Window(6, 7)]) == [Window(1, 4), Window(5, 9)]


@pytest.mark.parametrize(
    ("about", "seen", "due"),
    [
        ({"first_due": day(3)}, None, day(3)),
        ({"first_due": None}, None, day(6)),
        ({"every_days": 2}, Seen(day(1), times=1), day(3)),
        ({"every_days": None}, Seen(day(1), times=1), None),
        ({"every_days": 7, "due": day(2)}, Seen(day(-1)), day(2)),
        ({"every_days": 7, "due": day(2)}, Seen(day(1), times=1), day(8)),
    ],
)
def test_when_the_next_visit_is_due(about: dict[str, object], seen: Seen | None, due: object) -> None:
    shop = firm("shop", **about)
    assert campaign([shop], [officer("li")]).due_on(shop, seen) == due


def test_wrong_data_is_refused() -> None:
    for wrong in ({"service_minutes": 0}, {"weight": -1.0}, {"every_days": 0}, {"by_weekday": {7: ()}}):
        with pytest.raises(ValueError, match="enterprise shop"):
            firm("shop", **wrong)
    with pytest.raises(ValueError, match="weekday"):
        officer("li", weekdays=frozenset({8}))
    with pytest.raises(ValueError, match="same id"):
        campaign([firm("a"), firm("a")], [])
    with pytest.raises(ValueError, match="before the campaign ends"):
        campaign([], [], until=MONDAY - timedelta(days=1))


def test_pools_widen_where_officers_may_be_sent_unless_they_may_not_cross() -> None:
    east, west = officer("li"), officer("wang", home_area="west", may_cross=False)
    town = campaign([firm("a"), firm("b", area="west")], [east, west])
    assert town.areas_of(east) == {"east"}
    town = with_one_pool(town)
    assert town.areas_of(east) == {"east", "west"}
    assert town.areas_of(west) == {"west"}


def test_areas_are_joined_over_officers_of_several() -> None:
    assert joined("abcd", [frozenset("ab"), frozenset("bc")]) == {"a": 0, "b": 0, "c": 0, "d": 1}
    assert set(joined("abcd", [None]).values()) == {0}


def test_pools_are_planned_apart_and_put_together() -> None:
    town = street(12, 4)
    problem = problem_of_day(town, town.standing(), MONDAY)
    assert len(parts_of(problem)) == 2
    told: list[float] = []
    plan = solve_parts(problem, QUICK, SHORT, progress=lambda share, cost: told.append(share))
    assert violations(problem, plan) == []
    assert len(plan.visits()) + len(plan.unplanned) == len(problem.tasks)
    assert told == sorted(told) and 0.9 < told[-1] <= 1.0


def test_within_the_gap_only_the_same_agency_may_come() -> None:
    shop = firm("shop", every_days=1, last_visit=day(-1), last_agency="health")
    town = campaign([shop], [officer("li", agency="grid"), officer("wang", agency="health")], gap_days=2)
    task = problem_of_day(town, town.standing(), MONDAY).tasks[0]
    assert task.agencies == {"health"}
    later = Standing({"shop": Seen(day(-2), "wang", "health")})
    assert problem_of_day(town, later, MONDAY).tasks[0].agencies is None


def test_a_look_back_is_due_on_its_own_and_said() -> None:
    shop = firm("shop", last_visit=day(-1), look_backs=(LookBack(MONDAY, 300.0),))
    town = campaign([shop], [officer("li")])
    task = problem_of_day(town, town.standing(), MONDAY).tasks[0]
    assert task.due_in_days == 0
    assert [reason.code for reason in task.reasons if not isinstance(reason, str)] == ["look_back_due"]
    visited = town.standing().after(MONDAY, [("shop", "li", "")])
    assert problem_of_day(town, visited, day(1)).tasks == ()


def test_a_look_back_that_is_not_open_yet_waits() -> None:
    shop = firm("shop", last_visit=day(-1), look_backs=(LookBack(MONDAY, 300.0, opens=day(1)),))
    town = campaign([shop], [officer("li")])
    assert problem_of_day(town, town.standing(), MONDAY).tasks == ()
    assert problem_of_day(town, town.standing(), day(1)).tasks[0].days_overdue == 1


def test_wishes_bind_on_their_day_even_when_nothing_is_due() -> None:
    shop = firm("shop", last_visit=day(-1))
    town = campaign([shop], [officer("li")], wishes={day(1): {"shop": Lock(officer="li")}})
    assert problem_of_day(town, town.standing(), MONDAY).tasks == ()
    task = problem_of_day(town, town.standing(), day(1)).tasks[0]
    assert task.mandatory and task.lock == Lock(officer="li")


def test_whom_others_visit_is_not_planned_and_counts_as_visited() -> None:
    town = campaign([firm("shop")], [officer("li")], days=2, taken={MONDAY: frozenset({"shop"})})
    first, second = plan_days(town, QUICK, SHORT)
    assert first.problem.tasks == () and second.problem.tasks == ()


def test_who_came_last_knows_the_enterprise_when_nobody_else_does() -> None:
    rows = [
        firm("shop", every_days=1, last_visit=day(-1), last_officer="wang"),
        firm("mill", every_days=1, last_visit=day(-1), last_officer="wang"),
    ]
    town = campaign(rows, [officer("li", knows=frozenset({"mill"})), officer("wang")])
    li, wang = problem_of_day(town, town.standing(), MONDAY).officers
    assert (li.knows, wang.knows) == ({"mill"}, {"shop"})


def test_a_daily_enterprise_is_visited_daily_when_there_is_room() -> None:
    town = campaign([firm("shop", every_days=1), firm("mill", every_days=2)], [officer("li")], days=5)
    by_day = [{visit.enterprise for visit in each.plan.visits()} for each in plan_days(town, QUICK, SHORT)]
    assert by_day == [{"shop", "mill"}, {"shop"}, {"shop", "mill"}, {"shop"}, {"shop", "mill"}]


def test_the_days_follow_each_other_and_can_be_carried_out() -> None:
    town = street(30, 2, days=4)
    standing, told = town.standing(), []
    for each in plan_days(town, QUICK, SHORT, progress=lambda share, on: told.append((share, on))):
        assert violations(each.problem, each.plan) == []
        assert each.problem == problem_of_day(town, standing, each.on, look=looking(QUICK, None))
        standing = next_morning(town, standing, each.on, each.problem, each.plan)
        for enterprise, by, agency in visits_of(each.problem, each.plan):
            assert standing.seen[enterprise] == replace(
                standing.seen[enterprise], on=each.on, officer=by, agency=agency
            )
    assert [on for _share, on in told] == sorted(on for _share, on in told)


def test_the_same_seed_gives_the_same_days() -> None:
    town = street(20, 2, days=3)
    first, second = plan_days(town, QUICK, SHORT, seed=3), plan_days(town, QUICK, SHORT, seed=3)
    assert [each.plan.visits() for each in first] == [each.plan.visits() for each in second]


def test_why_somebody_is_not_offered_to_a_day() -> None:
    weekly, once = firm("weekly", every_days=7, last_visit=day(-1)), firm("once", last_visit=day(-1))
    shut, taken = firm("shut", windows=()), firm("taken")
    town = campaign([weekly, once, shut, taken], [officer("li")], taken={MONDAY: frozenset({"taken"})})
    why = [not_offered(town, town.standing(), each, MONDAY) for each in town.enterprises]
    assert [each.code for each in why] == ["next_due", "nothing_owed", "closed_today", "visited_by_others"]
    assert why[0].values == {"on": day(6).isoformat()}
    assert problem_of_day(town, town.standing(), MONDAY).tasks == ()


def test_whom_nobody_on_duty_can_visit_is_offered_and_explained() -> None:
    town = campaign([firm("shop", skills=frozenset({"rare"}))], [officer("li")])
    (first, *_rest) = plan_days(town, QUICK, SHORT)
    assert [each.reason.code for each in first.plan.unplanned] == ["no_skill"]


def test_fewer_officers_go_where_most_are_for_the_work_and_more_come_where_fewest_are() -> None:
    rows = [firm(f"e{n}", area="east") for n in range(6)] + [firm("w", area="west")]
    crew = [officer("a"), officer("b"), officer("c", home_area="west"), officer("d", home_area="west")]
    town = campaign(rows, crew)
    assert [each.id for each in with_officers_fewer(town, 1).workers] == ["a", "b", "c"]
    assert len(with_officers_fewer(town, 9).workers) == 1
    more = with_officers_more(town, 2).workers
    assert [each.officer.home_area for each in more[4:]] == ["east", "east"]
    assert len({each.id for each in more}) == 6


def test_other_cadences_pools_and_absences() -> None:
    town = campaign([firm("a", tier="key", every_days=1), firm("b", tier="small")], [officer("li")])
    assert [each.every_days for each in with_cadence(town, "key", 3).enterprises] == [3, None]
    assert with_pools(town, [Pool("p", frozenset({"east"}))]).pools[0].id == "p"
    gone = with_absence(town, "li", day(1), day(2))
    assert [gone.officers_on(day(n)) == () for n in range(4)] == [False, True, True, False]
    for wrong in (lambda: with_cadence(town, "none", 1), lambda: with_absence(town, "none", MONDAY, FRIDAY)):
        with pytest.raises(ValueError, match="none"):
            wrong()


def test_an_officer_away_does_nothing_that_day() -> None:
    town = campaign([firm("shop", every_days=1)], [away(officer("li"), day(1))], days=3)
    assert [len(each.plan.visits()) for each in plan_days(town, QUICK, SHORT)] == [1, 0, 1]


def test_pools_side_by_side_give_the_same_plan() -> None:
    problem = problem_of_day(street(16, 4), street(16, 4).standing(), MONDAY)
    alone, beside = (solve_parts(problem, QUICK, SHORT, seed=3, workers=count) for count in (1, 2))
    assert alone == beside
