"""Why a visit is planned, why a task is left out, why a wish is refused."""

from __future__ import annotations

from string import Formatter
from typing import Any

import pytest

from fugong.visits.planning import Lock, Params, Plan, Problem, ReasonCode, Stop, Window, sentence, solve
from fugong.visits.planning.explain import SENTENCES
from tests.planning.named_days import officer, task

STOP = Stop(iterations=30)


def plan_of(*tasks: Any, crew: tuple[Any, ...] = (officer("ann", name="Ann"),)) -> Plan:
    return solve(Problem(crew, tuple(tasks)), Params(), STOP)


def codes(plan: Plan, name: str) -> dict[str, dict[str, Any]]:
    visit = next(each for each in plan.visits() if each.task == name)
    return {reason.code: reason.values for reason in visit.reasons}


def left_out(plan: Plan, name: str) -> ReasonCode:
    return next(each.reason for each in plan.unplanned if each.task == name)


def test_a_visit_carries_the_reasons_of_its_task_first() -> None:
    given = (ReasonCode("risk_list", name="dormitories"), "asked for by telephone")
    plan = plan_of(task("f", 1, reasons=given, days_overdue=3, days_since_visit=10))
    assert list(codes(plan, "f")) == ["risk_list", "note", "days_overdue", "days_since_visit"]
    assert codes(plan, "f")["days_since_visit"] == {"days": 10}
    assert codes(plan, "f")["note"] == {"text": "asked for by telephone"}


def test_a_reason_of_the_caller_is_not_said_twice() -> None:
    plan = plan_of(task("f", 1, reasons=(ReasonCode("never_visited"),), due_in_days=0))
    assert list(codes(plan, "f")) == ["never_visited", "due_today"]


def test_a_usual_officer_and_a_place_on_the_way_are_said() -> None:
    ann = officer("ann", name="Ann", knows=frozenset({"e-near"}))
    plan = plan_of(task("near", 2, due_in_days=2, weight=40.0), task("far", 4, mandatory=True), crew=(ann,))
    assert codes(plan, "near")["usual_officer"] == {"officer": "Ann"}
    assert codes(plan, "near")["due_in"] == {"days": 2}
    assert "mandatory" in codes(plan, "far")
    assert codes(plan, "near")["on_the_way"]["minutes"] <= 1
    assert "on_the_way" not in codes(plan, "far")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"skills": frozenset({"gas"})}, ReasonCode("no_skill", skills="gas")),
        ({"area": "abroad"}, ReasonCode("outside_area", area="abroad")),
        ({"forbidden": frozenset({"ann"})}, ReasonCode("no_officer")),
        ({"windows": ()}, ReasonCode("closed_today")),
        ({"windows": (Window(0, 300),)}, ReasonCode("closed_today")),
        ({"windows": (Window(600, 650),)}, ReasonCode("closed_today")),
        ({"service_minutes": 478, "windows": (Window(500, 1150),)}, ReasonCode("no_time", minutes=4)),
        ({"weight": 2.0}, ReasonCode("not_worth_the_way", minutes=6)),
    ],
    ids=lambda each: each.code if isinstance(each, ReasonCode) else "",
)
def test_why_a_task_is_left_out(more: dict[str, Any], reason: ReasonCode) -> None:
    ann = officer("ann", areas=frozenset({"", "south"}))
    plan = plan_of(task("f", 1, **more), crew=(ann,))
    assert left_out(plan, "f") == reason
    assert plan.visits() == ()


def test_a_full_day_says_how_much_is_missing_and_who_went_before() -> None:
    """The shift holds one visit and 14 minutes; another one at the same door lacks 46."""
    ann = officer("ann", name="Ann", shift=Window(540, 620))
    plan = plan_of(task("light", 1, weight=50.0), task("heavy", 1), crew=(ann,))
    assert left_out(plan, "light") == ReasonCode("less_urgent_than_planned", minutes=46, officer="Ann")


@pytest.mark.parametrize(
    ("lock", "more", "reason"),
    [
        (Lock("zoe"), {}, ReasonCode("lock_unknown_officer", officer="zoe")),
        (
            Lock("ann"),
            {"skills": frozenset({"gas"})},
            ReasonCode("lock_no_skill", officer="Ann", skills="gas"),
        ),
        (Lock("ann"), {"area": "x"}, ReasonCode("lock_outside_area", officer="Ann", area="x")),
        (Lock("ann"), {"forbidden": frozenset({"ann"})}, ReasonCode("lock_forbidden", officer="Ann")),
        (Lock("ann", 700), {}, ReasonCode("lock_closed", at="11:40")),
        (Lock(at=541), {}, ReasonCode("lock_outside_shift")),
        (Lock(at=600), {"skills": frozenset({"gas"})}, ReasonCode("no_officer")),
    ],
    ids=lambda each: each.code if isinstance(each, ReasonCode) else "",
)
def test_an_impossible_wish_is_refused_and_the_rest_is_planned(
    lock: Lock, more: dict[str, Any], reason: ReasonCode
) -> None:
    ann = officer("ann", name="Ann", areas=frozenset({""}))
    plan = plan_of(task("wish", 1, lock=lock, **more), task("other", 2), crew=(ann,))
    expected = ReasonCode("no_skill", skills="gas") if reason.code == "no_officer" else reason
    assert [(each.task, each.reason) for each in plan.refused] == [("wish", expected)]
    assert plan.refused[0].sentence == sentence(expected)
    assert left_out(plan, "wish") == expected
    assert [visit.task for visit in plan.visits()] == ["other"]


def test_two_wishes_for_one_hour_keep_one() -> None:
    plan = plan_of(task("a", 1, lock=Lock("ann", 600)), task("b", 1, lock=Lock("ann", 610)))
    assert [each.reason for each in plan.refused] == [ReasonCode("lock_no_time")]
    assert len(plan.visits()) == 1


@pytest.mark.parametrize("code", SENTENCES)
def test_every_code_has_a_sentence_in_both_languages(code: str) -> None:
    names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in SENTENCES[code]]
    assert names[0] == names[1]
    reason = ReasonCode(code, **dict.fromkeys(names[0], "7"))
    chinese, english = sentence(reason, "zh-hans"), sentence(reason, "en")
    assert chinese and english and "{" not in chinese + english
    assert all(value in chinese and value in english for value in reason.values.values())


def test_an_unknown_code_still_shows_its_values() -> None:
    assert sentence(ReasonCode("full_moon", on="2020-02-09"), "en") == "full_moon: on 2020-02-09"
    assert sentence(ReasonCode("due_in", weeks=2), "en") == "due_in: weeks 2"


def test_reasons_survive_json() -> None:
    reason = ReasonCode("risk_list", name="dormitories")
    assert ReasonCode.from_dict(reason.as_dict()) == reason
