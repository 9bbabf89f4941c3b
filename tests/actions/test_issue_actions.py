"""One test per refusal and one per effect of the closed loop."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.issues import actions as issues
from fugong.issues.models import HandOver, Issue
from fugong.issues.rules import Level, Severity, Status

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def found(town):
    return issues.find(
        campaign=town.campaign,
        enterprise=town.crowded_firm,
        area=town.pine,
        found=issues.Found(title="宿舍过密", severity=Severity.SERIOUS),
        by=town.feng,
        at=town.now,
    )


@pytest.fixture
def assigned(town, found):
    return issues.assign(issue=found, department="health", by=town.wang, at=town.now, handler=town.sun)


@pytest.fixture
def solved(town, assigned):
    return issues.solve(issue=assigned, solution="已分流20人", by=town.sun, at=town.now + HOUR)


def test_a_found_issue_has_the_clock_of_its_level_and_severity(town, found):
    assert found.status == Status.FOUND
    assert found.due_at == town.now + 8 * HOUR


def test_every_change_leaves_a_step_and_an_event(town, solved):
    assert [step.status for step in solved.steps.order_by("pk")] == ["found", "assigned", "solved"]
    names = (
        Event.objects.filter(target="issues.issue", target_id=solved.pk)
        .order_by("pk")
        .values_list("name", flat=True)
    )
    assert list(names) == ["issues.issue.found", "issues.issue.assigned", "issues.issue.solved"]


def test_assessing_sets_the_level_and_its_clock_from_the_finding(town, found):
    issue = issues.assess(
        issue=found, level=Level.DEPARTMENT, severity=Severity.MINOR, by=town.wang, at=town.now + HOUR
    )
    assert (issue.status, issue.due_at) == (Status.ASSESSED, town.now + 48 * HOUR)


def test_a_department_that_the_pack_does_not_know_is_refused(town, found):
    with pytest.raises(Refused, match="health"):
        issues.assign(issue=found, department="nobody", by=town.wang, at=town.now)


def test_a_department_accepts_and_its_officer_becomes_the_handler(town, found):
    issues.assign(issue=found, department="health", by=town.wang, at=town.now)
    issue = issues.accept(hand_over=HandOver.objects.system().get(), by=town.sun, at=town.now + HOUR)
    assert issue.handler == town.sun


def test_a_department_refuses_with_a_reason_and_it_waits_for_assignment_again(town, found):
    issues.assign(issue=found, department="health", by=town.wang, at=town.now)
    issue = issues.refuse(
        hand_over=HandOver.objects.system().get(), reason="不属本科室", by=town.sun, at=town.now
    )
    assert (issue.status, issue.department, issue.handler) == (Status.ASSESSED, "", None)


def test_refusing_without_a_reason_is_refused(town, found):
    issues.assign(issue=found, department="health", by=town.wang, at=town.now)
    with pytest.raises(Refused):
        issues.refuse(hand_over=HandOver.objects.system().get(), reason=" ", by=town.sun, at=town.now)


def test_a_new_assignment_withdraws_the_offer_that_nobody_answered(town, found):
    issues.assign(issue=found, department="health", by=town.wang, at=town.now)
    issues.assign(issue=found, department="fire", by=town.wang, at=town.now)
    assert sorted(HandOver.objects.system().values_list("answer", flat=True)) == ["waiting", "withdrawn"]


def test_solving_without_saying_how_is_refused(town, assigned):
    with pytest.raises(Refused):
        issues.solve(issue=assigned, solution="", by=town.sun, at=town.now)


def test_nobody_verifies_their_own_fix(town, solved):
    with pytest.raises(Refused):
        issues.verify(issue=solved, by=town.sun, at=town.now)
    assert issues.verify(issue=solved, by=town.feng, at=town.now).status == Status.VERIFIED


def test_the_database_too_refuses_a_solver_who_verifies(town, solved):
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.system().filter(pk=solved.pk).update(verified_by=town.sun)


def test_reopening_goes_back_to_whoever_solved_it_with_a_new_clock(town, solved):
    later = town.now + 30 * HOUR
    issue = issues.reopen(issue=solved, reason="又超员", by=town.feng, at=later)
    assert (issue.status, issue.handler, issue.reopened) == (Status.ASSIGNED, town.sun, 1)
    assert issue.due_at == later + 8 * HOUR


def test_an_overdue_issue_is_raised_once_for_each_clock(town, found):
    late = town.now + 9 * HOUR
    assert issues.escalate_overdue(campaign=town.campaign, at=late) == 1
    assert issues.escalate_overdue(campaign=town.campaign, at=late) == 0
    found.refresh_from_db()
    assert (found.level, found.due_at) == (Level.DEPARTMENT, late + 24 * HOUR)


def test_a_solved_issue_is_not_raised(town, solved):
    assert issues.escalate_overdue(campaign=town.campaign, at=town.now + 99 * HOUR) == 0


def test_a_verified_issue_stays_closed_where_its_article_was_found_again(town):
    """One article of an enterprise is one open issue: whoever re-opens the old one is sent to the new one."""
    common = {"campaign": town.campaign, "enterprise": town.crowded_firm, "area": town.pine, "by": town.feng}
    found = issues.Found(title="宿舍超员", article="13")
    old = issues.find(found=found, at=town.now, **common)
    issues.solve(issue=old, solution="已搬出", by=town.sun, at=town.now)
    issues.verify(issue=old, by=town.feng, at=town.now)
    new = issues.find(found=found, at=town.now + timedelta(days=1), **common)
    with pytest.raises(Refused, match=str(new.pk)):
        issues.reopen(issue=old, reason="又超员", by=town.feng, at=town.now + timedelta(days=2))
    issues.solve(issue=new, solution="已搬出", by=town.sun, at=town.now + timedelta(days=2))
    issues.verify(issue=new, by=town.feng, at=town.now + timedelta(days=2))
    again = issues.reopen(issue=old, reason="又超员", by=town.feng, at=town.now + timedelta(days=3))
    assert again.status == Status.ASSIGNED
