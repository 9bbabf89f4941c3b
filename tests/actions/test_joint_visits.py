"""Joint visits: all come at the same minute, the enterprise counts one visit, each person one of their own."""

from datetime import time, timedelta

import pytest

from fugong.core.conditions import Moment, apply
from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.visits import actions as visits
from fugong.visits.actions import Seat, Together
from fugong.visits.fieldwork.my_day import day_of
from fugong.visits.fieldwork.reporting import report_of
from fugong.visits.models import JointVisit, PlannedVisit, Visit, VisitParticipant
from fugong.visits.planning import Stop
from fugong.visits.plans.boards import Reader
from fugong.visits.plans.calendars import calendar_of
from fugong.visits.plans.problem import Span, horizon_of
from fugong.visits.queries import day_log, stops_of
from fugong.visits.rules import JointStatus

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def wished(town, *seats, firm=None, **more):
    seats = seats or (Seat(officer=town.li), Seat(role="department_officer", agency="health"))
    together = Together(town.today, seats, "重点企业联合指导", **more)
    return visits.wish_joint_visit(
        enterprise=firm or town.large_firm, together=together, by=town.zhou, at=town.now
    )


def accepted(town):
    plan = visits.make_plan(
        campaign=town.campaign,
        area=town.town,
        on=town.today,
        by=town.zhou,
        at=town.now,
        stop=Stop(iterations=5),
    )
    return visits.accept_plan(plan=plan, by=town.zhou, at=town.now)


def recorded(town, by, firm=None, **more):
    at = town.now + timedelta(hours=4)
    draft = visits.Draft(started_at=at - timedelta(minutes=40), ended_at=at, **more)
    return visits.record_visit(enterprise=firm or town.large_firm, draft=draft, by=by, at=at)


@pytest.fixture
def planned(town):
    """Li and Sun of the health department come to the large firm together, by an accepted plan."""
    joint = wished(town, starts_at=time(10))
    return joint, accepted(town)


def test_all_its_people_are_planned_at_the_same_minute(town, planned):
    joint, plan = planned
    stops = PlannedVisit.objects.system().filter(plan=plan, enterprise=town.large_firm)
    assert {stop.officer for stop in stops} == {town.li, town.sun}
    assert len({stop.arrives_at for stop in stops}) == 1
    assert {stop.joint for stop in stops} == {joint}
    assert plan.summary["planned"] == 4, "the enterprise counts once"


def test_a_guest_comes_to_the_joint_visit_alone(town, planned):
    assert stops_of(town.sun, town.today).count() == 1


def test_people_of_the_levels_above_are_sent_too(town):
    wished(town, Seat(role="instructor"), Seat(officer=town.gao))
    plan = accepted(town)
    assert town.gao in {stop.officer for stop in plan.planned.filter(enterprise=town.large_firm)}


def test_the_planner_is_told_what_each_member_must_have(town):
    wished(town, starts_at=time(10), minutes=90)
    horizon = horizon_of(Span(town.campaign, town.town, town.today, 3), town.now).horizon
    firm = next(each for each in horizon.enterprises if each.id == str(town.large_firm.pk))
    assert set(firm.together) == {
        frozenset({f"officer:{town.li.pk}"}),
        frozenset({"role:department_officer", "agency:health"}),
    }
    assert (firm.service_minutes, firm.due, firm.mandatory) == (90, town.today, True)
    assert firm.closed_on == {town.today + DAY, town.today + 2 * DAY}
    assert horizon.wishes[town.today][firm.id].at == 600


def test_a_joint_visit_that_nobody_can_make_comes_back_as_a_sentence(town):
    wished(town, Seat(officer=town.li), Seat(agency="fire"))
    plan = accepted(town)
    assert not plan.planned.filter(enterprise=town.large_firm).exists()
    assert [int(row["task"]) for row in plan.summary["refused"]] == [town.large_firm.pk]
    assert plan.planned.filter(officer=town.li).exists(), "the rest is planned"


def test_it_is_written_down_once_and_counts_once_for_the_enterprise_and_for_each_person(town, planned):
    joint, _plan = planned
    visit = recorded(town, town.li)
    assert {row.officer: row.agency for row in visit.participants.all()} == {town.sun: "health"}
    joint.refresh_from_db()
    assert (joint.status, visit.joint) == (JointStatus.MADE, joint)
    log = day_log(town.campaign, town.today, Visit.objects.visible_to(town.zhou))
    assert (log.visits, log.person_visits, log.people, log.enterprises) == (1, 2, 2, 1)
    report = report_of(Visit.objects.visible_to(town.zhou), town.campaign, town.today, town.town)
    assert (report.total.visits, report.total.person_visits) == (1, 2)
    assert {tally.label: tally.visits for tally in report.by_officer} == {"李指导": 1, "孙科长": 1}


def test_whoever_was_there_sees_it_done_and_need_not_write_it_down_again(town, planned):
    recorded(town, town.li)
    day = day_of(town.sun, town.campaign, town.today)
    assert day.done == 1 and day.stops[0].with_names == ("李指导",)
    assert Visit.objects.visible_to(town.sun).count() == 1
    with pytest.raises(Refused, match="李指导"):
        recorded(town, town.sun)
    assert Visit.objects.system().count() == 1


def test_whoever_writes_it_down_says_who_came(town, planned):
    visit = recorded(town, town.li, with_others=[town.feng, town.li])
    assert [row.officer for row in VisitParticipant.objects.system().filter(visit=visit)] == [town.feng]


def test_an_ordinary_visit_has_nobody_along(town):
    visit = recorded(town, town.li)
    assert not visit.participants.exists() and visit.joint is None


def test_conditions_speak_of_joint_visits(town, planned):
    recorded(town, town.li)
    recorded(town, town.feng, town.crowded_firm)
    moment = Moment(campaign_id=town.campaign.pk, on=town.today, at=town.now)
    rows = Visit.objects.visible_to(town.zhou)
    assert apply(rows, "is_joint = True and people = 2", moment).get().enterprise == town.large_firm
    assert apply(rows, "联合走访 = False", moment).get().enterprise == town.crowded_firm


def test_the_calendar_says_who_comes_along(town, planned):
    _joint, plan = planned
    text = calendar_of(stops_of(town.sun, town.today), Reader(plan), made_at=town.now)
    assert "李指导" in text.replace("\r\n ", "")


def test_one_wish_for_an_enterprise_and_a_day(town):
    first, second = wished(town), wished(town, starts_at=time(14))
    first.refresh_from_db()
    assert (first.status, second.status) == (JointStatus.WITHDRAWN, JointStatus.WISHED)


def test_it_needs_two_people_and_a_day_that_can_be_planned(town):
    with pytest.raises(Refused):
        wished(town, Seat(officer=town.li))
    for on in (town.today - DAY, town.today + 20 * DAY):
        together = Together(on, (Seat(officer=town.li), Seat(officer=town.feng)), "")
        with pytest.raises(Refused):
            visits.wish_joint_visit(enterprise=town.large_firm, together=together, by=town.zhou, at=town.now)


def test_a_wish_that_was_withdrawn_or_made_is_not_withdrawn_again(town, planned):
    joint, _plan = planned
    recorded(town, town.li)
    with pytest.raises(Refused):
        visits.withdraw_joint_visit(joint=joint, by=town.zhou, at=town.now)
    other = wished(town, firm=town.small_firm)
    visits.withdraw_joint_visit(joint=other, by=town.zhou, at=town.now)
    with pytest.raises(Refused):
        visits.withdraw_joint_visit(joint=other, by=town.zhou, at=town.now)
    assert Event.objects.filter(name="visits.joint_visit.withdrawn").count() == 1


def test_a_stop_of_a_joint_visit_is_changed_as_a_whole(town, planned):
    stop = PlannedVisit.objects.system().filter(joint__isnull=False).select_related("plan").first()
    with pytest.raises(Refused):
        visits.give_to(stop=stop, officer=town.feng, by=town.zhou, at=town.now)
    with pytest.raises(Refused):
        visits.lock_stop(stop=stop, by=town.zhou, at=town.now)


def test_joint_visits_are_seen_in_the_area_of_their_enterprise(town):
    wished(town)
    assert JointVisit.objects.visible_to(town.wang).count() == 1
    assert not JointVisit.objects.visible_to(town.feng).exists()
