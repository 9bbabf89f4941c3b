"""What follows from a visit: findings become issues, look-backs close or re-open them, a resend changes nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from fugong.core.audit import history_of
from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.issues import actions as issues
from fugong.issues.models import Issue
from fugong.issues.rules import Level, Severity, Status
from fugong.visits import actions as visits
from fugong.visits.closing import erase_files
from fugong.visits.models import Finding, LookBack, Plan, PlannedVisit, Visit, VisitPhoto
from fugong.visits.photos import Photo, place_of
from fugong.visits.rules import VisitKind, VisitStatus

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
CROWDED = visits.Fault("13", "宿舍超员", "宿舍管理", Severity.SERIOUS, Level.DEPARTMENT, note="8人间")
MASKS = visits.Fault("22", "口罩佩戴不规范", "其他防控要求")


def draft(town, *, at=None, **values):
    at = at or town.now
    return visits.Draft(started_at=at - timedelta(minutes=30), ended_at=at, **values)


def visit(town, *faults, by=None, at=None, **values):
    return visits.record_visit(
        enterprise=values.pop("enterprise", town.crowded_firm),
        draft=draft(town, at=at, faults=faults, **values),
        by=by or town.feng,
        at=at or town.now,
    )


@pytest.fixture
def solved(town):
    """An issue that a visit of Feng's found and Sun of the health department reports solved an hour later."""
    visit(town, CROWDED)
    issue = Issue.objects.system().get()
    issues.assign(issue=issue, department="health", by=town.wang, at=town.now, handler=town.sun)
    return issues.solve(issue=issue, solution="已分流", by=town.sun, at=town.now + HOUR)


@pytest.fixture
def owed(town, solved):
    visits.owe_look_backs(campaign=town.campaign, at=town.now + 2 * HOUR)
    return LookBack.objects.system().get()


def test_a_finding_becomes_an_issue_with_the_level_and_the_clock_of_its_article(town):
    made = visit(town, CROWDED)
    issue = Issue.objects.system().get()
    assert (issue.title, issue.article, issue.key_area) == ("宿舍超员", "13", "宿舍管理")
    assert (issue.severity, issue.level, issue.due_at) == ("serious", "department", town.now + 24 * HOUR)
    assert (issue.origin, issue.origin_id, issue.found_by) == ("visits.visit", made.pk, town.feng)
    assert made.findings.get().issue == issue


def test_a_visit_leaves_one_event_with_its_counts(town):
    made = visit(town, CROWDED, MASKS)
    event = Event.objects.get(name="visits.visit.recorded", target_id=made.pk)
    assert event.changes == {"findings": 2, "look_backs": 0, "photos": 0}


def test_the_same_article_found_again_joins_the_issue_that_is_open(town):
    visit(town, CROWDED)
    second = visit(town, CROWDED, at=town.now + 3 * HOUR)
    assert Issue.objects.system().count() == 1
    assert second.findings.get().issue == Issue.objects.system().get()


def test_another_enterprise_gets_an_issue_of_its_own(town):
    visit(town, CROWDED)
    visit(town, CROWDED, enterprise=town.large_firm, by=town.li)
    assert Issue.objects.system().count() == 2


def test_what_was_reported_solved_and_is_found_again_is_reopened_to_its_solver(town, owed):
    made = visit(town, CROWDED, at=town.now + 5 * HOUR)
    issue = Issue.objects.system().get()
    assert (issue.status, issue.handler, issue.reopened) == (Status.ASSIGNED, town.sun, 1)
    owed.refresh_from_db()
    assert (owed.is_fixed, owed.visit) == (False, made)


def test_a_fault_put_right_on_the_spot_is_solved_but_not_verified_by_the_same_person(town):
    visit(town, visits.Fault("22", "口罩佩戴不规范", fixed=True))
    issue = Issue.objects.system().get()
    assert (issue.status, issue.solved_by) == (Status.SOLVED, town.feng)
    with pytest.raises(Refused):
        issues.verify(issue=issue, by=town.feng, at=town.now)


def test_a_look_back_that_finds_it_fixed_verifies_the_issue(town, solved, owed):
    looked = visits.Looked(solved.pk, True, "已看")
    made = visit(town, at=town.now + 30 * HOUR, looked=[looked], kind=VisitKind.LOOK_BACK)
    solved.refresh_from_db()
    owed.refresh_from_db()
    assert (solved.status, solved.verified_by) == (Status.VERIFIED, town.feng)
    assert (owed.is_fixed, owed.done_at, owed.visit) == (True, town.now + 30 * HOUR, made)


def test_a_look_back_that_finds_it_not_fixed_sends_it_back_to_its_solver_with_a_new_clock(town, solved, owed):
    at = town.now + 30 * HOUR
    visit(town, at=at, looked=[visits.Looked(solved.pk, False, "仍8人间")])
    solved.refresh_from_db()
    assert (solved.status, solved.handler, solved.due_at) == (Status.ASSIGNED, town.sun, at + 24 * HOUR)
    assert LookBack.objects.system().get().is_fixed is False


def test_the_solver_cannot_look_back_at_their_own_fix_and_nothing_is_written(town):
    visit(town, visits.Fault("22", "口罩佩戴不规范", fixed=True))
    issue = Issue.objects.system().get()
    with pytest.raises(Refused):
        visit(town, at=town.now + HOUR, looked=[visits.Looked(issue.pk, True)])
    assert Visit.objects.system().count() == 1


def test_a_look_back_at_an_issue_verified_meanwhile_ends_without_a_refusal(town, solved, owed):
    issues.verify(issue=solved, by=town.wang, at=town.now + 3 * HOUR)
    visit(town, at=town.now + 4 * HOUR, looked=[visits.Looked(solved.pk, True)])
    owed.refresh_from_db()
    assert owed.is_fixed is True


def test_seen_fixed_but_ticked_as_not_met_in_the_same_visit_is_a_new_issue(town, solved, owed):
    visit(town, CROWDED, at=town.now + 5 * HOUR, looked=[visits.Looked(solved.pk, True)])
    assert sorted(Issue.objects.system().values_list("status", flat=True)) == ["found", "verified"]


def test_the_same_key_again_is_the_same_visit(town):
    key = uuid4()
    first, again = visit(town, CROWDED, key=key), visit(town, CROWDED, key=key)
    assert first == again
    assert (Visit.objects.system().count(), Finding.objects.system().count()) == (1, 1)


def test_a_key_that_somebody_else_used_is_refused(town):
    key = uuid4()
    visit(town, key=key)
    with pytest.raises(Refused):
        visit(town, key=key, by=town.li)
    with pytest.raises(Refused):
        visits.give_up(
            enterprise=town.crowded_firm, given_up=visits.GivenUp("无人", key=key), by=town.li, at=town.now
        )


@pytest.mark.parametrize(("begins", "ends"), [(1, 2), (0, -1)])
def test_a_visit_in_the_future_or_ending_before_it_began_is_refused(town, begins, ends):
    wrong = visits.Draft(started_at=town.now + begins * HOUR, ended_at=town.now + ends * HOUR)
    with pytest.raises(Refused):
        visits.record_visit(enterprise=town.crowded_firm, draft=wrong, by=town.feng, at=town.now)


def test_giving_up_keeps_the_reason_and_needs_one(town):
    made = visits.give_up(
        enterprise=town.crowded_firm, given_up=visits.GivenUp("大门紧闭"), by=town.feng, at=town.now
    )
    assert (made.status, made.note) == (VisitStatus.GIVEN_UP, "大门紧闭")
    with pytest.raises(Refused):
        visits.give_up(enterprise=town.crowded_firm, given_up=visits.GivenUp(" "), by=town.feng, at=town.now)


def test_the_photo_of_a_closed_gate_is_kept_once_counted_and_goes_with_its_campaign(town):
    given_up = visits.GivenUp("大门紧闭", key=uuid4(), photos=[Photo(b"a closed gate", 4, 3)])
    for _sent in range(2):
        made = visits.give_up(enterprise=town.crowded_firm, given_up=given_up, by=town.feng, at=town.now)
    kept = VisitPhoto.objects.system().get()
    assert (kept.visit, place_of(kept.stored_as).read_bytes()) == (made, b"a closed gate")
    assert history_of(made).get().changes == {"reason": "大门紧闭", "photos": 1}
    erase_files(town.campaign)
    assert not place_of(kept.stored_as).exists()


def test_a_visit_fulfils_the_stop_of_the_accepted_plan_only(town):
    stops = {}
    for version, status in ((1, "superseded"), (2, "accepted")):
        plan = Plan.objects.create(
            campaign=town.campaign,
            area=town.town,
            on=town.today,
            version=version,
            status=status,
            made_at=town.now,
        )
        stops[status] = PlannedVisit.objects.create(
            plan=plan,
            officer=town.feng,
            enterprise=town.crowded_firm,
            order=1,
            arrives_at=town.now,
            leaves_at=town.now + HOUR,
        )
    assert visit(town).planned == stops["accepted"]
    assert visit(town, by=town.li).planned is None


def test_an_unplaced_enterprise_is_placed_by_the_phone_and_a_placed_one_is_not(town):
    visit(town, enterprise=town.unplaced_firm, position=(113.001, 23.002))
    town.unplaced_firm.refresh_from_db()
    assert (town.unplaced_firm.longitude, town.unplaced_firm.position_source) == (113.001, "phone")
    before = town.crowded_firm.longitude
    visit(town, position=(113.001, 23.002))
    town.crowded_firm.refresh_from_db()
    assert town.crowded_firm.longitude == before


def test_a_visit_by_phone_places_nothing(town):
    visit(town, enterprise=town.unplaced_firm, position=(113.001, 23.002), kind=VisitKind.PHONE)
    town.unplaced_firm.refresh_from_db()
    assert town.unplaced_firm.longitude is None


def test_a_photo_is_kept_once_under_a_random_name(town):
    photo = Photo(b"jpeg bytes", 4, 3, "a13_photo")
    visit(town, photos=[photo, photo])
    row = VisitPhoto.objects.system().get()
    assert place_of(row.stored_as).read_bytes() == b"jpeg bytes"
    assert row.question == "a13_photo"


@pytest.mark.parametrize(("severity", "days"), [(Severity.SERIOUS, 1), (Severity.MINOR, 3)])
def test_a_look_back_is_due_after_the_days_of_the_severity_and_is_owed_once(town, severity, days):
    visit(town, visits.Fault("13", "宿舍超员", severity=severity, fixed=True))
    at = town.now + HOUR
    assert visits.owe_look_backs(campaign=town.campaign, at=at) == 1
    assert visits.owe_look_backs(campaign=town.campaign, at=at) == 0
    assert LookBack.objects.system().get().due_on == town.today + timedelta(days=days)


def test_a_look_back_settled_at_a_desk_is_not_owed_any_more(town, solved, owed):
    issues.verify(issue=solved, by=town.wang, at=town.now + 3 * HOUR)
    visits.owe_look_backs(campaign=town.campaign, at=town.now + 4 * HOUR)
    owed.refresh_from_db()
    assert (owed.is_fixed, owed.visit) == (True, None)


def test_an_issue_reopened_and_solved_again_gets_a_new_look_back(town, solved, owed):
    issues.reopen(issue=solved, reason="又超员", by=town.wang, at=town.now + 3 * HOUR)
    visits.owe_look_backs(campaign=town.campaign, at=town.now + 4 * HOUR)
    issues.solve(issue=solved, solution="再分流", by=town.sun, at=town.now + 50 * HOUR)
    assert visits.owe_look_backs(campaign=town.campaign, at=town.now + 51 * HOUR) == 1
    waiting = LookBack.objects.system().waiting().get()
    assert waiting.due_on == town.today + timedelta(days=3)


def test_the_database_too_refuses_a_second_waiting_look_back(town, owed):
    with pytest.raises(IntegrityError), transaction.atomic():
        LookBack.objects.create(issue=owed.issue, enterprise=owed.enterprise, due_on=owed.due_on)
