"""Absences, plans of several days, and replanning: what has begun stays, and every change has its reason."""

import itertools
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from fugong.access.models import Posting
from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.enterprises.models import Listing
from fugong.visits import actions as visits
from fugong.visits.models import Absence, Plan, PlanRun
from fugong.visits.planning import Stop
from fugong.visits.plans.causes import _Moved, _with_chains, causes, why_changed
from fugong.visits.queries import absences_on, crew_of, stops_of
from fugong.visits.rules import PlanStatus, RunStatus
from tests.town import firm

pytestmark = pytest.mark.django_db
QUICK = visits.Search(Stop(iterations=5))
DAY = timedelta(days=1)


def made(town, *, on=None, days=1):
    asked = visits.Made(town.campaign, town.town, town.zhou, town.now)
    return visits.make_plans(made=asked, on=on or town.today, days=days, search=QUICK)


def accepted(town, **more):
    return visits.accept_plan(plan=made(town, **more)[0], by=town.zhou, at=town.now)


def away(town, officer, from_on=None, to_on=None, **more):
    absence = visits.Away(from_on or town.today, to_on or from_on or town.today, kind="ill", **more)
    return visits.report_absence(officer=officer, away=absence, by=town.zhou, at=town.now)


def at_hour(town, hour, minute=0):
    return timezone.make_aware(datetime.combine(town.today, time(hour, minute)))


@pytest.fixture
def free_town(town):
    """Li and Feng may visit in both villages."""
    Posting.objects.create(user=town.feng, role="instructor", area=town.willow, from_on=town.today)
    Posting.objects.create(user=town.li, role="instructor", area=town.pine, from_on=town.today)
    return town


# Absences


def test_whoever_is_away_is_not_planned_and_is_again_on_the_day_back(town):
    absence = away(town, town.li, town.today, town.today + DAY)
    assert crew_of(made(town)[0]) == {town.feng.pk}
    assert crew_of(made(town, on=town.today + 2 * DAY)[0]) == {town.li.pk, town.feng.pk}
    visits.end_absence(absence=absence, on=town.today + DAY, by=town.zhou, at=town.now)
    assert crew_of(made(town, on=town.today + DAY)[0]) == {town.li.pk, town.feng.pk}


def test_whoever_is_away_in_the_morning_visits_in_the_afternoon(town):
    away(town, town.li, from_time=time(8), to_time=time(13))
    stops = made(town)[0].planned.filter(officer=town.li)
    assert stops.count() == 2
    assert all(timezone.localtime(stop.arrives_at).time() >= time(13) for stop in stops)


def test_an_absence_without_an_end_lasts_and_one_that_ends_before_it_begins_never_was(town):
    absence = visits.report_absence(
        officer=town.li, away=visits.Away(town.today + DAY), by=town.zhou, at=town.now
    )
    assert absence.to_on is None and absence.covers(town.today + 30 * DAY)
    visits.end_absence(absence=absence, on=town.today, by=town.zhou, at=town.now)
    absence.refresh_from_db()
    assert not absence.covers(town.today + DAY)
    assert not absences_on(town.campaign, town.town, town.today + DAY).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"to_on": datetime(2020, 2, 18).date()},
        {"from_time": time(9)},
        {"from_time": time(12), "to_time": time(9)},
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(town, wrong):
    with pytest.raises(Refused):
        visits.report_absence(
            officer=town.li, away=visits.Away(town.today, **wrong), by=town.zhou, at=town.now
        )


def test_an_absence_ends_once(town):
    absence = away(town, town.li)
    with pytest.raises(Refused):
        visits.end_absence(absence=absence, on=town.today + DAY, by=town.zhou, at=town.now)


def test_absences_are_seen_in_the_areas_of_the_officers_postings(town):
    away(town, town.li)
    assert Absence.objects.visible_to(town.wang).get().officer == town.li
    assert Absence.objects.visible_to(town.li).count() == 1
    assert not Absence.objects.visible_to(town.feng).exists()
    assert [row.officer for row in absences_on(town.campaign, town.town, town.today)] == [town.li]
    assert not absences_on(town.campaign, town.pine, town.today).exists()
    assert Event.objects.filter(name="visits.absence.reported").count() == 1


# Several days


def test_each_of_the_days_is_a_plan_of_its_own_and_nobody_is_visited_again_too_early(town):
    plans = made(town, days=3)
    assert [plan.on for plan in plans] == [town.today, town.today + DAY, town.today + 2 * DAY]
    assert [plan.first_day for plan in plans] == [None, plans[0], plans[0]]
    firms = [set(plan.planned.values_list("enterprise", flat=True)) for plan in plans]
    assert len(firms[0]) == 4 and not firms[0] & firms[1]
    assert firms[2] <= {town.large_firm.pk}  # key enterprises every second day


def test_the_days_are_accepted_together_or_one_by_one(town):
    plans = made(town, days=2)
    visits.accept_plan(plan=plans[0], by=town.zhou, at=town.now)
    plans[0].refresh_from_db()
    rest = visits.accept_days(plan=plans[0], by=town.zhou, at=town.now)
    assert [plan.on for plan in rest] == [town.today + DAY]
    assert set(Plan.objects.system().values_list("status", flat=True)) == {PlanStatus.ACCEPTED}


@pytest.mark.parametrize("days", [0, 8])
def test_one_to_seven_days_are_planned_at_once(town, days):
    with pytest.raises(Refused):
        made(town, days=days)


def test_a_run_plans_as_many_days_as_the_pack_says(town):
    town.campaign.release.content["visits"]["days"] = 2
    town.campaign.release.save()
    run = visits.ask_plan(
        campaign=town.campaign, area=town.town, on=town.today, seconds=1, by=town.zhou, at=town.now
    )
    visits.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.status, run.days, run.plan.on) == (RunStatus.DONE, 2, town.today)
    assert Plan.objects.system().filter(first_day=run.plan).count() == 1


# Replanning


def test_after_an_absence_at_noon_the_morning_stays_and_somebody_else_goes_on(free_town):
    town = free_town
    for number in range(8):
        firm(town, f"柳村{number}厂", "willow", size="above-scale", headcount=60)
    plan = accepted(town)
    noon = at_hour(town, 12)
    begun = set(plan.planned.filter(arrives_at__lte=noon).values_list("enterprise", "officer"))
    busy = plan.planned.filter(arrives_at__gt=noon).values_list("officer", flat=True)
    gone = next(officer for officer in (town.li, town.feng) if officer.pk in set(busy))
    mine = {stop.enterprise_id for stop in stops_of(gone, town.today) if stop.arrives_at > noon}
    assert begun and mine
    away(town, gone, from_time=time(12), to_time=time(18))
    again = visits.replan(plan=plan, by=town.zhou, at=noon, search=QUICK)
    stays = set(again.planned.filter(arrives_at__lte=noon).values_list("enterprise", "officer"))
    late = again.planned.filter(arrives_at__gt=noon)
    assert stays >= {(firm, officer) for firm, officer in begun if officer != gone.pk}
    assert not late.filter(officer=gone).exists()
    assert mine & set(late.values_list("enterprise", flat=True)), "the other takes some over"
    assert (again.base, again.changes_from, again.status) == (plan, noon, PlanStatus.PROPOSED)
    why = why_changed(again)
    assert {why[firm] for firm in mine if firm in why} == {f"{gone.name}请假"}
    assert causes(again)[0][0] == "absence"
    visits.accept_plan(plan=again, by=town.zhou, at=noon)
    plan.refresh_from_db()
    assert plan.status == PlanStatus.SUPERSEDED


def test_the_officer_goes_on_from_the_last_stop_and_not_before_it_is_over(free_town):
    town = free_town
    for number in range(12):
        firm(town, f"松村{number}厂", "pine", size="above-scale", headcount=60)
    plan = accepted(town)
    noon = at_hour(town, 11, 50)
    again = visits.replan(plan=plan, by=town.zhou, at=noon, search=QUICK)
    for officer in (town.li, town.feng):
        stops = list(again.planned.filter(officer=officer).order_by("order"))
        assert [stop.order for stop in stops] == list(range(1, len(stops) + 1))
        assert all(one.leaves_at <= two.arrives_at for one, two in itertools.pairwise(stops))


def test_without_news_nothing_changes(free_town):
    plan = accepted(free_town)
    again = visits.replan(plan=plan, by=free_town.zhou, at=free_town.now, search=QUICK)
    columns = ("enterprise", "officer", "arrives_at")
    assert set(again.planned.values_list(*columns)) == set(plan.planned.values_list(*columns))
    assert why_changed(again) == {}


def test_an_enterprise_put_on_a_risk_list_is_visited_the_same_day_and_the_reason_says_so(free_town):
    town = free_town
    plan = accepted(town)
    late = firm(town, "新东厂", "pine", headcount=5)
    Listing.objects.create(
        enterprise=late,
        risk_list="crowded-dormitories",
        source="rule",
        reason="test",
        entered_at=town.now + timedelta(minutes=5),
    )
    at = town.now + timedelta(hours=1)
    again = visits.replan(plan=plan, by=town.zhou, at=at, search=QUICK)
    assert again.planned.filter(enterprise=late).exists()
    assert why_changed(again)[late.pk] == "此后列入负面清单"


def test_a_wish_is_the_reason_of_its_change(free_town):
    town = free_town
    plan = accepted(town, on=town.today + DAY)
    stop = plan.planned.get(enterprise=town.small_firm)
    other = town.feng if stop.officer == town.li else town.li
    visits.give_to(stop=stop, officer=other, by=town.zhou, at=town.now)
    again = visits.replan(plan=plan, by=town.zhou, at=town.now, search=QUICK)
    assert again.planned.get(enterprise=town.small_firm).officer == other
    assert why_changed(again)[town.small_firm.pk] == "有人希望如此"
    assert again.changes_from is None, "tomorrow nothing has begun"


def test_a_visit_made_today_is_not_planned_again(free_town):
    town = free_town
    plan = accepted(town)
    at = at_hour(town, 10)
    draft = visits.Draft(started_at=at - timedelta(minutes=30), ended_at=at)
    visits.record_visit(enterprise=town.small_firm, draft=draft, by=town.feng, at=at)
    again = visits.replan(plan=plan, by=town.zhou, at=at, search=QUICK)
    stop = again.planned.get(enterprise=town.small_firm)
    assert stop.officer == plan.planned.get(enterprise=town.small_firm).officer


def test_what_is_over_or_replaced_is_not_planned_again(town):
    first, second = made(town)[0], made(town)[0]
    first.refresh_from_db()
    for plan, at in ((first, town.now), (second, town.now + DAY)):
        with pytest.raises(Refused):
            visits.replan(plan=plan, by=town.zhou, at=at, search=QUICK)
        with pytest.raises(Refused):
            visits.ask_replan(plan=plan, by=town.zhou, at=at)


def test_replanning_in_the_background_leads_to_the_new_version(town):
    plan = accepted(town)
    run = visits.ask_replan(plan=plan, by=town.zhou, at=town.now, seconds=1)
    visits.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.status, run.plan.base, run.plan.version) == (RunStatus.DONE, plan, 2)
    assert PlanRun.objects.system().count() == 1


def test_a_visit_taken_from_whoever_took_others_over_names_that_officer():
    """Officer 1 is away, 2 takes the visit over, and a visit of 2 goes to 3; what nobody explains stays plain."""
    absent = _Moved(10, frozenset({1}), frozenset({2}))
    passed_on = _Moved(11, frozenset({2}), frozenset({3}))
    unknown = _Moved(12, frozenset({4}), frozenset({5}))
    found = _with_chains({absent: ("absence", 1), passed_on: ("made_room", 0), unknown: ("made_room", 0)})
    assert found == {absent: ("absence", 1), passed_on: ("took_over", 2), unknown: ("made_room", 0)}
