"""The way of an issue, as truth tables."""

from types import SimpleNamespace

import pytest

from fugong.issues import rules
from fugong.issues.rules import MOVES, OWNERS, Answer, Level, Status

SOLVER, OTHER = SimpleNamespace(pk=1, department="health"), SimpleNamespace(pk=2, department="fire")


@pytest.mark.parametrize(
    ("status", "by", "refused"),
    [
        (Status.FOUND, OTHER, True),
        (Status.ASSESSED, OTHER, True),
        (Status.ASSIGNED, OTHER, True),
        (Status.SOLVED, SOLVER, True),
        (Status.SOLVED, OTHER, False),
        (Status.VERIFIED, OTHER, True),
    ],
)
def test_only_another_person_verifies_and_only_what_is_solved(status, by, refused):
    issue = SimpleNamespace(status=status, solved_by_id=SOLVER.pk)
    assert bool(rules.why_not_verify(issue, by)) is refused


@pytest.mark.parametrize(
    ("status", "handler", "refused"),
    [
        (Status.FOUND, None, False),
        (Status.ASSESSED, None, False),
        (Status.ASSIGNED, None, True),
        (Status.ASSIGNED, 1, False),
        (Status.SOLVED, 1, True),
        (Status.VERIFIED, 1, True),
    ],
)
def test_an_assigned_issue_is_solved_only_after_somebody_took_it(status, handler, refused):
    assert bool(rules.why_not_solve(SimpleNamespace(status=status, handler_id=handler), SOLVER)) is refused


@pytest.mark.parametrize(
    ("status", "due", "level", "refused"),
    [
        (Status.FOUND, 1, Level.ON_THE_SPOT, False),
        (Status.ASSIGNED, 1, Level.DEPARTMENT, False),
        (Status.ASSIGNED, 3, Level.DEPARTMENT, True),
        (Status.ASSIGNED, None, Level.DEPARTMENT, True),
        (Status.ASSIGNED, 1, Level.CITY, True),
        (Status.SOLVED, 1, Level.DEPARTMENT, True),
    ],
)
def test_the_clock_raises_only_what_is_overdue_unsolved_and_below_the_top(status, due, level, refused):
    issue = SimpleNamespace(status=status, due_at=due, level=level)
    assert bool(rules.why_not_escalate(issue, 2)) is refused


@pytest.mark.parametrize(
    ("answer", "by", "refused"),
    [
        (Answer.WAITING, SOLVER, False),
        (Answer.WAITING, OTHER, True),
        (Answer.ACCEPTED, SOLVER, True),
        (Answer.WITHDRAWN, SOLVER, True),
    ],
)
def test_only_the_department_that_was_asked_answers_and_only_once(answer, by, refused):
    hand_over = SimpleNamespace(answer=answer, to_department="health")
    assert bool(rules.why_not_answer(hand_over, by)) is refused


def test_every_status_has_moves_and_one_owner():
    assert set(MOVES) == set(Status.values) == set(OWNERS)


def test_levels_go_up_to_the_city_and_stay_there():
    assert rules.next_level(Level.ON_THE_SPOT) == Level.DEPARTMENT
    assert rules.next_level(Level.CITY) == Level.CITY
