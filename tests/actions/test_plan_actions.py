"""Plans: made with reasons, kept as versions, one plan for each officer, locks and wishes, stopped early."""

import time
from datetime import timedelta

import pytest

from fugong.access.models import Posting
from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.visits import actions as visits
from fugong.visits.models import LeftOut, Plan, PlannedVisit, PlanRun
from fugong.visits.planning import Stop
from fugong.visits.queries import crew_of, stops_in_force, stops_of
from fugong.visits.rules import PlanStatus, RunStatus

pytestmark = pytest.mark.django_db
QUICK = Stop(iterations=5)
HOUR = timedelta(hours=1)


def made(town, area=None, *, on=None, at=None, by=None):
    return visits.make_plan(
        campaign=town.campaign,
        area=area or town.town,
        on=on or town.today,
        by=by or town.zhou,
        at=at or town.now,
        stop=QUICK,
    )


def accepted(town, area=None, *, at=None, by=None):
    return visits.accept_plan(plan=made(town, area), by=by or town.zhou, at=at or town.now)


def firms(stops):
    return {stop.enterprise.name for stop in stops.select_related("enterprise")}


def test_the_town_is_planned_with_a_reason_for_every_stop(town):
    plan = made(town)
    stops = list(plan.planned.all())
    assert {stop.enterprise for stop in stops} == {
        town.large_firm,
        town.small_firm,
        town.crowded_firm,
        town.unplaced_firm,
    }
    assert all(stop.reasons for stop in stops)
    assert (plan.summary["due"], plan.summary["planned"], plan.summary["left_out"]) == (4, 4, 0)
    assert crew_of(plan) == {town.li.pk, town.feng.pk}


def test_officers_stay_in_the_area_of_their_posting(town):
    plan = made(town)
    assert firms(plan.planned.filter(officer=town.feng)) == {"松村顺达制衣厂", "松村永兴木器店"}
    assert not PlannedVisit.objects.system().filter(officer=town.zhao).exists()


def test_an_officer_with_two_postings_visits_in_both_areas(town):
    Posting.objects.create(user=town.feng, role="instructor", area=town.willow, from_on=town.today)
    Posting.objects.filter(user=town.li).update(to_on=town.today - timedelta(days=1))
    plan = made(town)
    assert len(firms(plan.planned.filter(officer=town.feng))) == 4


def test_a_day_that_is_over_and_one_far_ahead_are_refused(town):
    for on in (town.today - timedelta(days=1), town.today + timedelta(days=15)):
        with pytest.raises(Refused):
            made(town, on=on)


def test_an_area_without_officers_is_refused(town):
    with pytest.raises(Refused):
        made(town, town.park)


def test_a_new_version_supersedes_the_proposal_before_and_not_the_accepted_plan(town):
    first = accepted(town)
    second, third = made(town), made(town)
    statuses = [Plan.objects.system().get(pk=plan.pk).status for plan in (first, second, third)]
    assert statuses == [PlanStatus.ACCEPTED, PlanStatus.SUPERSEDED, PlanStatus.PROPOSED]
    assert [first.version, second.version, third.version] == [1, 2, 3]


def test_a_proposal_reaches_no_officer_and_an_accepted_plan_does(town):
    plan = made(town)
    assert not stops_of(town.li, town.today).exists()
    visits.accept_plan(plan=plan, by=town.zhou, at=town.now)
    assert [stop.order for stop in stops_of(town.li, town.today)] == [1, 2]
    assert Event.objects.filter(name="visits.plan.accepted", target_id=plan.pk).count() == 1


def test_accepting_twice_or_an_old_version_is_refused(town):
    plan = accepted(town)
    with pytest.raises(Refused):
        visits.accept_plan(plan=plan, by=town.zhou, at=town.now)
    old = made(town)
    made(town)
    with pytest.raises(Refused):
        visits.accept_plan(plan=old, by=town.zhou, at=town.now)


def test_a_plan_of_yesterday_cannot_be_accepted(town):
    plan = made(town)
    with pytest.raises(Refused):
        visits.accept_plan(plan=plan, by=town.zhou, at=town.now + timedelta(days=1))


# One plan for each officer


def test_the_towns_plan_replaces_the_plans_of_its_villages(town):
    village = accepted(town, town.willow, by=town.wang)
    whole = accepted(town, at=town.now + HOUR)
    village.refresh_from_db()
    assert village.status == PlanStatus.SUPERSEDED
    assert {stop.plan for stop in stops_of(town.li, town.today)} == {whole}


def test_a_villages_plan_takes_its_officers_out_of_the_towns_plan_and_nobody_else(town):
    whole = accepted(town)
    village = accepted(town, town.willow, at=town.now + HOUR, by=town.wang)
    whole.refresh_from_db()
    assert whole.status == PlanStatus.ACCEPTED
    assert {stop.plan for stop in stops_of(town.li, town.today)} == {village}
    assert {stop.plan for stop in stops_of(town.feng, town.today)} == {whole}
    in_force = stops_in_force(town.campaign.pk, town.today)
    assert in_force.count() == 4
    assert in_force.filter(plan=whole).count() == 2


def test_an_officer_without_a_stop_in_the_newer_plan_does_not_fall_back_to_the_older(town):
    accepted(town)
    village = made(town, town.willow)
    village.planned.all().delete()
    visits.accept_plan(plan=village, by=town.wang, at=town.now + HOUR)
    assert not stops_of(town.li, town.today).exists()


def town_officer(town):
    """Bai 白 becomes an instructor of the whole town, who may visit in every village."""
    Posting.objects.create(user=town.bai, role="instructor", area=town.town, from_on=town.today)
    return town.bai


def test_whom_somebody_from_outside_visits_is_left_out_of_the_villages_plan(town):
    town_officer(town)
    first = made(town)
    stop = first.planned.get(enterprise=town.small_firm)
    visits.give_to(stop=stop, officer=town.bai, by=town.zhou, at=town.now)
    accepted(town)
    village = made(town, town.willow)
    assert firms(village.planned.all()) == {town.large_firm.name}
    assert village.summary["elsewhere"] == 1


def test_a_plan_that_would_send_two_to_one_firm_is_refused(town):
    """The village's plan was made before the town's was accepted, so that it does not know of Bai."""
    town_officer(town)
    village = made(town, town.willow)
    first = made(town)
    stop = first.planned.get(enterprise=town.small_firm)
    visits.give_to(stop=stop, officer=town.bai, by=town.zhou, at=town.now)
    accepted(town)
    assert visits.visited_by_others(village) == 1
    with pytest.raises(Refused):
        visits.accept_plan(plan=village, by=town.wang, at=town.now + HOUR)


# Locks and wishes


def test_a_locked_stop_keeps_its_officer_in_the_next_version(town):
    town_officer(town)
    first = made(town)
    stop = first.planned.get(enterprise=town.small_firm)
    visits.lock_stop(stop=stop, by=town.zhou, at=town.now)
    again = made(town).planned.get(enterprise=town.small_firm)
    assert (again.officer, again.is_locked) == (stop.officer, True)


def test_a_wish_sends_another_officer_next_time_and_can_be_taken_back(town):
    town_officer(town)
    first = made(town)
    stop = first.planned.get(enterprise=town.large_firm)
    other = town.bai if stop.officer == town.li else town.li
    visits.give_to(stop=stop, officer=other, by=town.zhou, at=town.now)
    again = made(town).planned.get(enterprise=town.large_firm)
    assert again.officer == other
    visits.unlock_stop(stop=again, by=town.zhou, at=town.now)
    assert not made(town).planned.get(enterprise=town.large_firm).is_locked


def test_an_unlocked_stop_is_free_even_when_the_accepted_version_had_it_locked(town):
    plan = accepted(town)
    visits.lock_stop(stop=plan.planned.get(enterprise=town.small_firm), by=town.zhou, at=town.now)
    again = made(town)
    visits.unlock_stop(stop=again.planned.get(enterprise=town.small_firm), by=town.zhou, at=town.now)
    assert not made(town).planned.get(enterprise=town.small_firm).is_locked


def test_a_wish_for_somebody_who_is_not_on_duty_is_refused(town):
    stop = made(town).planned.first()
    with pytest.raises(Refused):
        visits.give_to(stop=stop, officer=town.zhao, by=town.zhou, at=town.now)


def test_a_wish_across_a_closed_border_is_refused_at_once(town):
    """Feng stays in Pine: a firm of Willow cannot be given to her."""
    stop = made(town).planned.get(enterprise=town.small_firm)
    with pytest.raises(Refused, match=town.willow.name):
        visits.give_to(stop=stop, officer=town.feng, by=town.zhou, at=town.now)
    with pytest.raises(Refused, match=town.willow.name):
        visits.move_stop(stop=stop, officer=town.feng, at_time=None, by=town.zhou, at=town.now)
    stop.refresh_from_db()
    assert not stop.is_locked


@pytest.mark.parametrize("is_replanned", [False, True])
def test_the_visit_of_a_wish_that_can_no_longer_be_met_goes_back_to_its_officer(town, is_replanned):
    """Feng was posted in Willow when the wish was made, and is no longer when the plan is made again."""
    there = Posting.objects.create(user=town.feng, role="instructor", area=town.willow, from_on=town.today)
    plan = made(town)
    stop = plan.planned.filter(enterprise=town.small_firm).get()
    PlannedVisit.objects.system().filter(pk=stop.pk).update(officer=town.li, order=90)
    stop.refresh_from_db()
    visits.give_to(stop=stop, officer=town.feng, by=town.zhou, at=town.now)
    there.delete()
    search = visits.Search(QUICK)
    again = visits.replan(plan=plan, by=town.zhou, at=town.now, search=search) if is_replanned else made(town)
    assert [row["code"] for row in again.summary["refused"]] == ["lock_outside_area"]
    back = again.planned.get(enterprise=town.small_firm)
    assert (back.officer, back.is_locked, back.wish) == (town.li, False, None)


def test_somebody_left_out_is_visited_when_an_officer_is_wished_for(town):
    plan = made(town)
    plan.planned.filter(enterprise=town.small_firm).delete()
    left = LeftOut.objects.create(plan=plan, enterprise=town.small_firm, reasons=[{"code": "no_time"}])
    visits.want(left_out=left, officer=town.li, by=town.zhou, at=town.now)
    again = made(town).planned.get(enterprise=town.small_firm)
    assert (again.officer, again.is_locked) == (town.li, True)


def test_nothing_is_locked_in_a_plan_that_was_replaced(town):
    stop = made(town).planned.first()
    made(town)
    stop = PlannedVisit.objects.system().get(pk=stop.pk)
    with pytest.raises(Refused):
        visits.lock_stop(stop=stop, by=town.zhou, at=town.now)


# In the background


def asked(town, seconds=5):
    return visits.ask_plan(
        campaign=town.campaign, area=town.town, on=town.today, seconds=seconds, by=town.zhou, at=town.now
    )


def test_a_search_is_carried_out_once_and_leads_to_its_plan(town):
    run = asked(town, seconds=1)
    visits.carry_out(run.pk)
    visits.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.status, run.progress, run.plan) == (RunStatus.DONE, 100, Plan.objects.system().get())


def test_asking_again_while_a_search_goes_on_leads_to_the_same_search(town):
    assert asked(town).pk == asked(town).pk
    assert PlanRun.objects.system().count() == 1


def test_a_search_that_is_stopped_ends_at_once_with_the_best_plan_so_far(town):
    run = asked(town, seconds=60)
    PlanRun.objects.system().filter(pk=run.pk).update(stop_requested=True)
    began = time.monotonic()
    visits.carry_out(run.pk)
    run.refresh_from_db()
    assert time.monotonic() - began < 20
    assert (run.status, run.plan.summary["planned"]) == (RunStatus.DONE, 4)


def test_a_search_that_is_stopped_before_it_began_ends_without_a_plan(town):
    run = visits.stop_run(run=asked(town), by=town.zhou, at=town.now)
    visits.carry_out(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.FAILED and run.problem
    assert not Plan.objects.system().exists()


def test_a_search_that_cannot_be_made_says_why(town):
    Posting.objects.filter(role="instructor").delete()
    run = asked(town)
    visits.carry_out(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.FAILED and run.problem


def test_a_search_whose_process_died_is_taken_up_again(town):
    run = asked(town, seconds=1)
    PlanRun.objects.system().filter(pk=run.pk).update(status=RunStatus.RUNNING, told_at=town.now)
    visits.carry_out(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.DONE
