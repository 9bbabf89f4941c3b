"""Joint visits: all members come at the same time, each with what a member needs, or nobody comes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fugong.visits.planning import (
    Lock,
    Params,
    Plan,
    Problem,
    ReasonCode,
    Stop,
    Window,
    sentence,
    solve,
    violations,
)
from tests.planning.days import town_day
from tests.planning.named_days import officer, task

HEALTH, SAFETY = frozenset({"health"}), frozenset({"safety"})
STOP = Stop(iterations=300)


def crew() -> tuple[object, ...]:
    return (officer("ann", skills=HEALTH), officer("bo", at=6, skills=SAFETY), officer("cy", at=2))


def meeting(plan: Plan, name: str = "both") -> dict[str, int]:
    """When each member begins, by officer."""
    return {visit.officer: visit.start for visit in plan.visits() if visit.task == name}


def test_the_members_come_together_around_other_visits() -> None:
    firms = [task(f"f{n}", at) for n, at in enumerate((1, 5, 2, 6))]
    problem = Problem(crew(), (*firms, task("both", 3, together=(HEALTH, SAFETY))))
    plan = solve(problem, Params(), STOP, seed=1)
    assert violations(problem, plan) == [] and plan.unplanned == ()
    assert set(meeting(plan)) == {"ann", "bo"} and len(set(meeting(plan).values())) == 1
    reasons = [reason for visit in plan.visits() if visit.task == "both" for reason in visit.reasons]
    assert ReasonCode("together_with", officers="bo") in reasons


def test_the_team_is_the_one_that_is_near() -> None:
    """Ann and Bo live at the door, the others an hour away: the visit costs nothing but its time."""
    near = (officer("ann", at=3, skills=HEALTH), officer("bo", at=3, skills=SAFETY))
    far = (officer("di", at=23, skills=HEALTH), officer("ed", at=23, skills=SAFETY))
    problem = Problem((*far, *near), (task("both", 3, together=(HEALTH, SAFETY)),))
    plan = solve(problem, Params(), STOP)
    assert set(meeting(plan)) == {"ann", "bo"} and plan.cost == 0


def test_a_search_moves_a_meeting_out_of_the_way_of_a_fixed_visit() -> None:
    """At nine both are needed elsewhere; the meeting finds another hour."""
    fixed = task("fixed", 3, lock=Lock("ann", 560), mandatory=True)
    problem = Problem(crew(), (fixed, task("both", 3, together=(HEALTH, SAFETY))))
    plan = solve(problem, Params(), STOP)
    assert len(meeting(plan)) == 2 and plan.unplanned == () and violations(problem, plan) == []


def test_a_wanted_member_and_hour_are_kept() -> None:
    wish = task("both", 3, together=(HEALTH, frozenset()), lock=Lock("cy", 840))
    problem = Problem(crew(), (wish, task("other", 1)))
    plan = solve(problem, Params(), STOP)
    assert meeting(plan) == {"ann": 840, "cy": 840} and plan.refused == ()


def test_a_wanted_member_who_cannot_come_is_refused() -> None:
    wish = task("both", 3, together=(HEALTH, SAFETY), lock=Lock("cy"))
    plan = solve(Problem(crew(), (wish, task("other", 1))), Params(), STOP)
    assert [each.task for each in plan.refused] == ["both"] and plan.refused[0].sentence
    assert [visit.task for visit in plan.visits()] == ["other"]


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ((officer("ann", skills=HEALTH),), ReasonCode("no_skill", skills="safety")),
        ((officer("ann", skills=HEALTH | SAFETY),), ReasonCode("joint_no_team", skills="health + safety")),
        (
            (
                officer("ann", skills=HEALTH, shift=Window(540, 700)),
                officer("bo", skills=SAFETY, shift=Window(800, 1020)),
            ),
            ReasonCode("joint_not_free", skills="health", others="safety"),
        ),
    ],
    ids=lambda each: each.code if isinstance(each, ReasonCode) else "",
)
def test_why_nobody_comes(people: tuple[object, ...], reason: ReasonCode) -> None:
    plan = solve(Problem(people, (task("both", 1, together=(HEALTH, SAFETY)),)), Params(), STOP)
    assert plan.visits() == () and [each.reason for each in plan.unplanned] == [reason]
    assert sentence(reason) and sentence(reason, "en")


def test_many_meetings_in_a_full_village_are_whole_and_lawful() -> None:
    day = town_day(due=120, officers=8, villages=4)
    pair = (frozenset({"hazard"}), frozenset[str]())
    tasks = tuple(
        replace(t, together=pair, weight=400.0) if n % 12 == 0 else t for n, t in enumerate(day.tasks)
    )
    problem = replace(day, tasks=tasks)
    first = solve(problem, Params(), Stop(iterations=0), seed=1)
    plan = solve(problem, Params(), Stop(iterations=1500), seed=1)
    assert violations(problem, plan) == [] and plan.cost < first.cost
    assert plan == solve(problem, Params(), Stop(iterations=1500), seed=1)
    met = [name for name in {f"t{n}" for n in range(0, 120, 12)} if meeting(plan, name)]
    assert len(met) >= 5 and all(len(meeting(plan, name)) == 2 for name in met)


def test_a_standing_meeting_stays() -> None:
    firms = [task(f"f{n}", at) for n, at in enumerate((1, 5, 2, 6))]
    problem = Problem(crew(), (*firms, task("both", 3, together=(HEALTH, SAFETY))))
    plan = solve(problem, Params(), STOP, seed=1)
    again = solve(problem, Params(), Stop(iterations=0), seed=9, initial=plan)
    assert meeting(again) == meeting(plan) and again.cost == plan.cost
