"""Truth tables: who may take a shift, what teams lack, why somebody may not be stationed."""

from datetime import date, datetime, time, timedelta

import pytest

from fugong.teams.rules import (
    Hand,
    Part,
    Span,
    TeamKind,
    lacks_of_group,
    lacks_of_joint,
    lacks_of_service,
    why_not_attend,
    why_not_cancel,
    why_not_give,
    why_not_join,
    why_not_shift,
    why_not_station,
    why_not_take,
)

WEDNESDAY = datetime(2020, 2, 19, 8)
SHIFT = Span(WEDNESDAY, WEDNESDAY + timedelta(hours=4))
ABLE = {"weekdays": {2}, "from_time": time(8), "to_time": time(12), "skills": {"driving"}}


def at(hours, length=4):
    begin = WEDNESDAY + timedelta(hours=hours)
    return Span(begin, begin + timedelta(hours=length))


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({}, True),
        ({"skills": set()}, False),
        ({"has_left": True}, False),
        ({"weekdays": {1, 3}}, False),
        ({"from_time": time(9)}, False),
        ({"to_time": time(11, 59)}, False),
        ({"away": [(date(2020, 2, 19), date(2020, 2, 19))]}, False),
        ({"away": [(date(2020, 2, 20), date(2020, 2, 25))]}, True),
        ({"taken": [at(3)]}, False),
        ({"taken": [at(4)]}, False),
        ({"taken": [at(11)]}, False),
        ({"taken": [at(12)]}, True),
        ({"taken": [at(-12)]}, True),
        ({"taken": [at(-11)]}, False),
    ],
)
def test_who_may_take_a_shift_with_eight_hours_of_rest(changes, may):
    assert (why_not_take(Hand(**{**ABLE, **changes}), SHIFT, skill="driving", rest_hours=8) == "") is may


def test_a_shift_over_midnight_needs_somebody_available_so_late():
    night = Span(WEDNESDAY.replace(hour=20), WEDNESDAY.replace(hour=20) + timedelta(hours=10))
    hand = Hand(weekdays={2}, from_time=time(8), to_time=time(23, 59))
    assert why_not_take(hand, night, skill="", rest_hours=8)


@pytest.mark.parametrize(
    ("hours", "needed", "may"), [(1, 1, True), (0, 1, False), (24, 1, True), (25, 1, False), (2, 0, False)]
)
def test_shifts_that_can_be(hours, needed, may):
    assert (why_not_shift(WEDNESDAY, WEDNESDAY + timedelta(hours=hours), needed) == "") is may


def test_hours_are_counted_after_the_beginning_and_once():
    assert why_not_attend(WEDNESDAY, WEDNESDAY - timedelta(minutes=1))
    assert why_not_attend(WEDNESDAY, WEDNESDAY) == ""
    assert why_not_cancel(is_cancelled=False, is_noted=True)
    assert why_not_cancel(is_cancelled=True, is_noted=False)
    assert why_not_cancel(is_cancelled=False, is_noted=False) == ""


@pytest.mark.parametrize(
    ("is_led", "people", "enterprises", "lacks"),
    [(True, 2, 6, 0), (False, 2, 6, 1), (True, 2, 7, 1), (True, 2, 0, 1), (False, 0, 0, 2)],
)
def test_what_a_service_team_lacks_at_three_enterprises_each(is_led, people, enterprises, lacks):
    assert len(lacks_of_service(is_led=is_led, people=people, enterprises=enterprises, each=3)) == lacks


def test_a_joint_team_is_complete_with_its_three_sides():
    three = {Part.VILLAGE, Part.ENTERPRISE, Part.DEPARTMENT}
    assert lacks_of_joint(three, 1) == []
    assert len(lacks_of_joint(three - {Part.VILLAGE}, 1)) == 1
    assert len(lacks_of_joint(set(), 0)) == 4


def test_a_group_lacks_the_organisations_nobody_came_from():
    assert lacks_of_group(is_led=True, missing=[], enterprises=1) == []
    assert len(lacks_of_group(is_led=False, missing=["city"], enterprises=0)) == 3


@pytest.mark.parametrize(
    ("kind", "part", "may"),
    [
        (TeamKind.SERVICE, Part.LEADER, True),
        (TeamKind.SERVICE, Part.VILLAGE, False),
        (TeamKind.JOINT, Part.DEPARTMENT, True),
        (TeamKind.JOINT, Part.LEADER, False),
        (TeamKind.KEY, Part.MEMBER, True),
    ],
)
def test_the_parts_of_each_kind_of_team(kind, part, may):
    assert (why_not_join(kind=kind, part=part, is_active=True) == "") is may
    assert why_not_join(kind=kind, part=part, is_active=False)


@pytest.mark.parametrize(
    ("kind", "is_area", "enterprises", "same", "may"),
    [
        (TeamKind.SERVICE, True, 5, False, True),
        (TeamKind.JOINT, True, 0, False, False),
        (TeamKind.JOINT, False, 0, False, True),
        (TeamKind.JOINT, False, 1, False, False),
        (TeamKind.KEY, False, 3, False, True),
        (TeamKind.SERVICE, False, 0, True, False),
    ],
)
def test_what_a_team_may_answer_for(kind, is_area, enterprises, same, may):
    assert (why_not_give(kind=kind, is_area=is_area, enterprises=enterprises, same=same) == "") is may


@pytest.mark.parametrize(
    ("is_active", "elsewhere", "here", "may"),
    [
        (True, "", False, True),
        (False, "", False, False),
        (True, "厂", False, False),
        (True, "厂", True, False),
    ],
)
def test_one_station_at_a_time(is_active, elsewhere, here, may):
    assert (why_not_station(is_active=is_active, elsewhere=elsewhere, here=here) == "") is may
