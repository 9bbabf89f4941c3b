"""The planner's data from rows: what the pack, the visits, the look-backs and the postings make of an enterprise."""

from datetime import date, timedelta

import pytest

from fugong.access.models import Posting
from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.enterprises.models import Enterprise, Listing
from fugong.issues.models import Issue
from fugong.teams.models import Charge
from fugong.visits.models import LookBack, Visit
from fugong.visits.planning import Crossing
from fugong.visits.plans.problem import Span, horizon_of
from fugong.visits.plans.staff import ORDINARY
from tests.pack import both, dated
from tests.town import firm

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def horizon(town, days=1, area=None, on=None):
    return horizon_of(Span(town.campaign, area or town.town, on or town.today, days), town.now).horizon


def known(town, enterprise, **more):
    found = horizon(town, **more).enterprises
    return next(each for each in found if each.id == str(enterprise.pk))


def pack(town, **values):
    town.campaign.release.content["visits"].update(values)
    town.campaign.release.save()


def visited(town, enterprise, days_ago, officer=None):
    at = town.now - timedelta(days=days_ago)
    return Visit.objects.create(
        campaign=town.campaign,
        area=enterprise.area,
        enterprise=enterprise,
        officer=officer or town.li,
        status="done",
        kind="regular",
        on=town.today - timedelta(days=days_ago),
        started_at=at - timedelta(minutes=20),
        ended_at=at,
    )


def owed(town, enterprise, due_on):
    issue = Issue.objects.create(
        campaign=town.campaign,
        area=enterprise.area,
        enterprise=enterprise,
        title="口罩",
        status="solved",
        found_at=town.now,
        origin="visits.visit",
    )
    return LookBack.objects.create(issue=issue, enterprise=enterprise, due_on=due_on)


def test_the_cadence_the_first_contact_and_the_weight_come_from_the_pack(town):
    Enterprise.objects.system().update(created_at=town.now - 30 * DAY)
    large, small = known(town, town.large_firm), known(town, town.small_firm)
    assert (large.every_days, large.weight, large.tier) == (2, 30.0, "key")
    assert large.first_due == town.campaign.starts_on + DAY
    assert (small.every_days, small.first_due, small.weight) == (None, None, 2.0)


def test_who_came_last_and_for_which_agency(town):
    visited(town, town.large_firm, 5)
    visited(town, town.large_firm, 3, officer=town.sun)
    large = known(town, town.large_firm)
    assert (large.last_visit, large.last_officer, large.last_agency) == (
        town.today - 3 * DAY,
        str(town.sun.pk),
        "health",
    )


def test_every_look_back_has_its_own_day(town):
    owed(town, town.small_firm, town.today)
    owed(town, town.small_firm, town.today + 2 * DAY)
    found = known(town, town.small_firm).look_backs
    assert sorted(each.due for each in found) == [town.today, town.today + 2 * DAY]
    assert {each.weight for each in found} == {60.0}


def test_risk_lists_are_one_tier_with_their_names_as_reasons(town):
    Listing.objects.create(
        enterprise=town.crowded_firm,
        risk_list="crowded-dormitories",
        source="rule",
        reason="test",
        entered_at=town.now - timedelta(hours=1),
    )
    crowded = known(town, town.crowded_firm)
    assert (crowded.tier, crowded.every_days) == ("risk", 2)
    assert [reason.code for reason in crowded.reasons] == ["risk_list"]


def test_whoever_would_fall_out_of_the_cycle_must_be_visited(town):
    cadences = town.campaign.release.content["visits"]["cadence"]
    pack(town, cadence=[{**cadences[0], "cycle_days": dated(5)}, *cadences[1:]])
    visited(town, town.large_firm, 3)
    assert not known(town, town.large_firm).mandatory
    assert known(town, town.large_firm, on=town.today + DAY).mandatory


def test_nobody_goes_too_often_without_a_reason(town):
    cadences = town.campaign.release.content["visits"]["cadence"]
    pack(town, too_often_days=dated(3), cadence=[{**cadences[0], "every_days": dated(5)}, *cadences[1:]])
    visited(town, town.large_firm, 1)
    assert known(town, town.large_firm).closed_on == {town.today, town.today + DAY}
    owed(town, town.large_firm, town.today)
    assert known(town, town.large_firm).closed_on == frozenset()


def test_a_checklist_may_ask_for_a_role_or_an_agency(town):
    lists = town.campaign.release.content["visits"]["checklist"]
    pack(town, checklist=[{**lists[0], "role": "inspector", "agency": "health"}, *lists[1:]])
    assert known(town, town.large_firm).skills == {"role:inspector", "agency:health"}
    assert known(town, town.small_firm).skills == frozenset()


def test_an_officer_has_postings_by_day_and_knows_the_enterprises_in_charge(town):
    Posting.objects.filter(user=town.li).update(to_on=town.today)
    Charge.objects.create(
        enterprise=town.large_firm, officer=town.li, kind="instructor", from_on=town.today, by=town.zhou
    )
    found = horizon(town, days=2)
    li = next(worker for worker in found.workers if worker.id == str(town.li.pk))
    assert li.on(town.today) and li.on(town.today + DAY) is None
    others = [worker.officer.knows for worker in found.workers if worker.id != li.id]
    assert str(town.large_firm.pk) in li.officer.knows and not any(
        li.officer.knows & knows for knows in others
    )
    assert ORDINARY in li.officer.skills and "role:instructor" in li.officer.skills


def test_home_keeps_officers_in_their_areas_and_a_pool_lets_the_roles_it_names_cross(town):
    willow = {str(town.willow.pk), str(town.willow_grid.pk)}
    assert {len(horizon(town).areas_of(worker)) for worker in horizon(town).workers} == {1, 2}
    group = {"name": both("两村", "two"), "areas": ["柳村", "松村"], "reason": both("近", "near")}
    pack(town, pool={"scope": "groups", "reason": both("近", "near"), "roles": [], "group": [group]})
    found = horizon(town)
    assert {found.areas_of(worker) for worker in found.workers} == {frozenset({*willow, str(town.pine.pk)})}
    pack(town, pool={"scope": "campaign", "reason": both("统筹", "one"), "roles": ["inspector"], "group": []})
    found = horizon(town)
    assert {len(found.areas_of(worker)) for worker in found.workers} == {1, 2}, "instructors may not cross"
    pack(town, pool={"scope": "campaign", "reason": both("统筹", "one"), "roles": [], "group": []})
    found = horizon(town)
    assert {len(found.areas_of(worker)) for worker in found.workers} == {5}


def test_speeds_crossings_and_islands_come_from_the_pack(town):
    pack(
        town,
        access_minutes=dated(5),
        gap_days=dated(1),
        speed=[
            {"key": "bicycle", "name": both("自行车", "bicycle"), "roles": ["instructor"], "kmh": dated(12)}
        ],
        land=[{"key": "island", "areas": ["松村"]}],
        crossing=[
            {
                "lands": ["mainland", "island"],
                "here": [113.0, 23.0],
                "there": [112.99, 23.01],
                "minutes": 25,
                "source": "test",
            }
        ],
    )
    found = horizon(town)
    assert (found.travel.access_minutes, found.travel.speeds, found.gap_days) == (5, {"bicycle": 12.0}, 1)
    assert found.travel.crossings == (Crossing(("mainland", "island"), (113.0, 23.0), (112.99, 23.01), 25),)
    lands = {
        worker.officer.name: (worker.officer.land, worker.officer.travels_by) for worker in found.workers
    }
    assert lands == {"李指导": ("mainland", "bicycle"), "冯指导": ("island", "bicycle")}
    assert known(town, town.crowded_firm).land == "island"


def test_the_number_of_queries_grows_with_the_days_and_not_with_the_firms(
    town, django_assert_max_num_queries
):
    for number in range(30):
        firm(town, f"小店{number}", "pine" if number % 2 else "willow", place=bool(number % 3))
    with django_assert_max_num_queries(20):
        assert len(horizon(town).enterprises) == 34
    with django_assert_max_num_queries(24):
        horizon(town, days=3)


def test_a_village_plans_its_own_firms_and_officers(town):
    found = horizon(town, area=town.willow)
    assert {worker.officer.name for worker in found.workers} == {"李指导"}
    assert {each.id for each in found.enterprises} == {str(town.large_firm.pk), str(town.small_firm.pk)}


def test_overdue_first_contacts_are_listed(town):
    """F5: the large firm was to be seen within a day; a small one is seen once, whenever."""
    Enterprise.objects.system().update(created_at=town.now - 30 * DAY)

    def overdue(on):
        moment = Moment(campaign_id=town.campaign.pk, on=on, at=town.now)
        rows = Enterprise.objects.visible_to(town.zhou)
        return list(conditions.apply(rows, "first_contact_overdue = True", moment))

    first = town.campaign.starts_on
    assert overdue(first + DAY) == [] and overdue(first + 2 * DAY) == [town.large_firm]
    visited(town, town.large_firm, 1)
    assert overdue(town.today) == []
    assert overdue(date(2020, 2, 12)) == [town.large_firm], "as it stood on that day"


def test_a_firm_that_came_later_has_its_days_from_then_on(town):
    Enterprise.objects.system().update(created_at=town.now)
    moment = Moment(campaign_id=town.campaign.pk, on=town.today + DAY, at=town.now)
    rows = Enterprise.objects.visible_to(town.zhou)
    assert not conditions.apply(rows, "first_contact_overdue = True", moment).exists()
    moment = Moment(campaign_id=town.campaign.pk, on=town.today + 2 * DAY, at=town.now)
    assert conditions.apply(rows, "首次对接逾期 = True", moment).get() == town.large_firm
