"""What people want of the next version of a plan: locks, other officers and times, swaps, bans; each refusal once."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from fugong.access.models import Posting
from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.visits import actions as visits
from fugong.visits.models import Exclusion, LeftOut, PlannedVisit
from fugong.visits.planning import Stop
from fugong.visits.queries import exclusions_of, refused_of

pytestmark = pytest.mark.django_db
QUICK = Stop(iterations=5)


def made(town, *, on=None):
    return visits.make_plan(
        campaign=town.campaign, area=town.town, on=on or town.today, by=town.zhou, at=town.now, stop=QUICK
    )


@pytest.fixture
def plan(town):
    """Bai 白 is an instructor of the whole town beside Li and Feng."""
    Posting.objects.create(user=town.bai, role="instructor", area=town.town, from_on=town.today)
    return made(town)


def stop_at(plan, firm):
    return plan.planned.get(enterprise=firm)


def local(town, hour, minute=0):
    return timezone.make_aware(datetime.combine(town.today, datetime.min.time())) + timedelta(
        hours=hour, minutes=minute
    )


def moved(town, stop, officer=None, at_time=None, **more):
    return visits.move_stop(stop=stop, officer=officer, at_time=at_time, by=town.zhou, at=town.now, **more)


def banned(town, plan, firm, officer=None):
    return visits.forbid(
        plan=plan, enterprise=firm, officer=officer, reason="亲属", by=town.zhou, at=town.now
    )


def test_a_stop_dragged_to_a_time_begins_about_then_in_the_next_version(town, plan):
    moved(town, stop_at(plan, town.small_firm), at_time=local(town, 15))
    again = stop_at(made(town), town.small_firm)
    assert abs(again.arrives_at - local(town, 15)) <= timedelta(minutes=30)
    assert (again.wish_at, again.is_time_locked) == (local(town, 15), False)


def test_a_stop_dragged_to_an_officers_lane_goes_there(town, plan):
    stop = stop_at(plan, town.small_firm)
    other = town.bai if stop.officer == town.li else town.li
    moved(town, stop, officer=other, at_time=local(town, 10))
    assert stop_at(made(town), town.small_firm).officer == other


def test_a_locked_time_is_kept_to_the_minute(town, plan):
    moved(town, stop_at(plan, town.small_firm), at_time=local(town, 15, 7), is_exact=True)
    again = stop_at(made(town), town.small_firm)
    assert (again.arrives_at, again.is_time_locked) == (local(town, 15, 7), True)


def test_locking_with_its_time_keeps_officer_and_minute(town, plan):
    stop = stop_at(plan, town.crowded_firm)
    visits.lock_stop(stop=stop, keeps_time=True, by=town.zhou, at=town.now)
    again = stop_at(made(town), town.crowded_firm)
    assert (again.officer, again.arrives_at) == (stop.officer, stop.arrives_at)


def test_unlocking_takes_back_every_wish(town, plan):
    stop = moved(town, stop_at(plan, town.small_firm), at_time=local(town, 15))
    visits.unlock_stop(stop=stop, by=town.zhou, at=town.now)
    again = stop_at(made(town), town.small_firm)
    assert (again.is_locked, again.wish_at) == (False, None)


@pytest.mark.parametrize("hours", [3, 20])
def test_a_time_outside_the_officers_day_is_refused(town, plan, hours):
    with pytest.raises(Refused, match="08:30"):
        moved(town, stop_at(plan, town.small_firm), at_time=local(town, hours))


def test_a_time_of_another_day_is_refused(town, plan):
    with pytest.raises(Refused):
        moved(town, stop_at(plan, town.small_firm), at_time=local(town, 10) + timedelta(days=1))


def test_nobody_off_duty_is_wished_for(town, plan):
    with pytest.raises(Refused):
        moved(town, stop_at(plan, town.small_firm), officer=town.zhao)


def test_a_visit_that_was_made_is_neither_moved_given_nor_swapped(town, plan):
    stop, other = stop_at(plan, town.small_firm), stop_at(plan, town.crowded_firm)
    draft = visits.Draft(started_at=town.now - timedelta(minutes=30), ended_at=town.now)
    visits.record_visit(enterprise=town.small_firm, draft=draft, by=town.li, at=town.now)
    for ask in (
        lambda: moved(town, stop, at_time=local(town, 15)),
        lambda: visits.give_to(stop=stop, officer=town.bai, by=town.zhou, at=town.now),
        lambda: visits.swap(stop=stop, other=other, by=town.zhou, at=town.now),
        lambda: banned(town, plan, town.small_firm),
    ):
        with pytest.raises(Refused):
            ask()


def test_two_stops_change_officers_and_places_in_the_day(town, plan):
    bai = Posting.objects.create(user=town.feng, role="instructor", area=town.willow, from_on=town.today)
    Posting.objects.create(user=town.li, role="instructor", area=town.pine, from_on=bai.from_on)
    first = made(town)
    one, two = stop_at(first, town.large_firm), stop_at(first, town.crowded_firm)
    visits.swap(stop=one, other=two, by=town.zhou, at=town.now)
    again = made(town)
    assert stop_at(again, town.large_firm).officer == two.officer
    assert stop_at(again, town.crowded_firm).officer == one.officer


def test_a_stop_is_not_swapped_with_itself_or_with_one_of_another_plan(town, plan):
    stop = stop_at(plan, town.small_firm)
    later = stop_at(made(town, on=town.today + timedelta(days=1)), town.large_firm)
    for other in (stop, later):
        with pytest.raises(Refused):
            visits.swap(stop=stop, other=other, by=town.zhou, at=town.now)


def test_an_officer_who_must_not_go_is_not_sent_until_it_is_allowed_again(town, plan):
    stop = stop_at(plan, town.large_firm)
    ban = banned(town, plan, town.large_firm, stop.officer)
    assert banned(town, plan, town.large_firm, stop.officer) == ban
    again = made(town)
    assert stop_at(again, town.large_firm).officer != stop.officer
    assert list(exclusions_of(again)) == [ban]
    visits.allow(exclusion=ban, by=town.zhou, at=town.now)
    assert not exclusions_of(again).exists()
    with pytest.raises(Refused):
        visits.allow(exclusion=ban, by=town.zhou, at=town.now)


def test_nobody_goes_on_the_day_that_is_forbidden_and_the_next_day_is_free(town, plan):
    banned(town, plan, town.small_firm)
    assert not made(town).planned.filter(enterprise=town.small_firm).exists()
    assert stop_at(made(town, on=town.today + timedelta(days=1)), town.small_firm)


def test_a_ban_needs_a_day_that_is_not_over(town, plan):
    with pytest.raises(Refused):
        visits.forbid(
            plan=plan, enterprise=town.small_firm, officer=None, reason="", by=town.zhou,
            at=town.now + timedelta(days=1),
        )  # fmt: skip


def test_every_wish_leaves_an_event(town, plan):
    stop, other = stop_at(plan, town.small_firm), stop_at(plan, town.large_firm)
    moved(town, stop, at_time=local(town, 15))
    visits.swap(stop=stop, other=other, by=town.zhou, at=town.now)
    visits.allow(exclusion=banned(town, plan, town.large_firm, town.bai), by=town.zhou, at=town.now)
    names = set(Event.objects.filter(name__startswith="visits.").values_list("name", flat=True))
    assert {
        "visits.stop.moved",
        "visits.stop.swapped",
        "visits.exclusion.made",
        "visits.exclusion.ended",
    } <= names


def test_somebody_left_out_is_visited_about_the_time_wished_for(town, plan):
    plan.planned.filter(enterprise=town.small_firm).delete()
    left = LeftOut.objects.create(plan=plan, enterprise=town.small_firm, reasons=[])
    visits.want(left_out=left, officer=town.li, at_time=local(town, 14), by=town.zhou, at=town.now)
    again = stop_at(made(town), town.small_firm)
    assert again.officer == town.li and abs(again.arrives_at - local(town, 14)) <= timedelta(minutes=30)


def test_a_refused_wish_is_told_to_those_alone_who_see_the_enterprise(town, plan):
    """Feng is back in Pine, so that a firm of Willow cannot be hers; the grid lead of Willow reads it."""
    there = Posting.objects.create(user=town.feng, role="instructor", area=town.willow, from_on=town.today)
    visits.give_to(stop=stop_at(plan, town.small_firm), officer=town.feng, by=town.zhou, at=town.now)
    there.delete()
    again = made(town)
    assert len(refused_of(again, town.zhou)) == len(refused_of(again, town.wang)) == 1
    assert refused_of(again, town.feng) == []


def test_bans_are_seen_in_the_areas_of_their_enterprises_alone(town, plan):
    banned(town, plan, town.large_firm, town.bai)
    assert Exclusion.objects.visible_to(town.wang).count() == 1
    assert (
        Exclusion.objects.visible_to(town.feng).count()
        == Exclusion.objects.visible_to(town.zhao).count()
        == 0
    )


def test_a_wish_survives_versions_as_long_as_it_is_kept(town, plan):
    moved(town, stop_at(plan, town.small_firm), at_time=local(town, 15))
    made(town)
    third = stop_at(made(town), town.small_firm)
    assert abs(third.arrives_at - local(town, 15)) <= timedelta(minutes=30)
    assert PlannedVisit.objects.system().filter(plan=third.plan, wish_at__isnull=False).count() == 1
