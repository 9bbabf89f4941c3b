"""Who is due on a day, from rows: the strictest cadence, risk lists, look-backs; and an officer's day."""

from datetime import timedelta

import pytest

from fugong.core.conditions import Moment
from fugong.enterprises.models import Listing
from fugong.issues import actions as issues
from fugong.visits import actions as visits
from fugong.visits.checklists import checklist_for, minutes_of, take_in
from fugong.visits.fieldwork.my_day import day_of, route_shapes
from fugong.visits.models import Checklist, Plan, PlannedVisit
from fugong.visits.plans.due import standing
from fugong.visits.plans.problem import problem_of
from fugong.visits.queries import look_backs_due, open_one, open_to
from tests.checklists import converted, load_checklists

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def listed(town, firm, key):
    return Listing.objects.create(
        enterprise=firm, risk_list=key, source="rule", reason="test", entered_at=town.now - HOUR
    )


def visited(town, firm, by, days_ago=0):
    at = town.now - timedelta(days=days_ago)
    draft = visits.Draft(started_at=at - HOUR, ended_at=at)
    return visits.record_visit(enterprise=firm, draft=draft, by=by, at=at)


def stops(town, officer, *firms, status="accepted"):
    plan = Plan.objects.create(
        campaign=town.campaign,
        area=town.town,
        on=town.today,
        version=1,
        status=status,
        made_at=town.now,
        summary={"crew": [officer.pk]},
    )
    return [
        PlannedVisit.objects.create(
            plan=plan,
            officer=officer,
            enterprise=firm,
            order=order,
            arrives_at=town.now + order * HOUR,
            leaves_at=town.now + order * HOUR + HOUR / 2,
            reasons=[{"code": "never_visited"}, {"code": "due_in", "days": 2}],
        )
        for order, firm in enumerate(firms, start=1)
    ]


def test_the_shortest_cadence_that_an_enterprise_meets_is_the_one_that_holds(town):
    found = standing(town.campaign, town.today, town.now)
    assert found[town.large_firm.pk].cadence.key == "key"  # above-scale and key
    assert found[town.small_firm.pk].cadence.key == "small"


def test_a_risk_list_is_stricter_than_the_size_class_and_the_strictest_list_counts(town):
    listed(town, town.crowded_firm, "crowded-dormitories")
    assert standing(town.campaign, town.today, town.now)[town.crowded_firm.pk].cadence.every_days == 2
    listed(town, town.crowded_firm, "many-earlier-problems")
    due = standing(town.campaign, town.today, town.now)[town.crowded_firm.pk]
    assert (due.cadence.key, due.cadence.every_days) == ("many-earlier-problems", 1)
    assert due.risk_lists == ["宿舍拥挤", "前期问题较多"]


def test_of_equally_short_cadences_the_heavier_one_holds(town):
    listed(
        town, town.large_firm, "crowded-dormitories"
    )  # two days as for key enterprises, but 62 minutes, not 30
    assert (
        standing(town.campaign, town.today, town.now)[town.large_firm.pk].cadence.key == "crowded-dormitories"
    )


def test_a_visit_of_the_day_itself_counts_and_one_given_up_does_not(town):
    visited(town, town.small_firm, town.li)
    visits.give_up(enterprise=town.large_firm, given_up=visits.GivenUp("无人"), by=town.li, at=town.now)
    found = standing(town.campaign, town.today, town.now)
    assert (found[town.small_firm.pk].last_visit_on, found[town.small_firm.pk].visits) == (town.today, 1)
    assert found[town.large_firm.pk].last_visit_on is None


def test_only_look_backs_at_issues_still_reported_solved_are_due(town):
    draft = visits.Draft(
        started_at=town.now, ended_at=town.now, faults=[visits.Fault("22", "口罩", fixed=True)]
    )
    visits.record_visit(enterprise=town.small_firm, draft=draft, by=town.li, at=town.now)
    visits.owe_look_backs(campaign=town.campaign, at=town.now)
    owed = look_backs_due(town.small_firm)
    assert standing(town.campaign, town.today, town.now)[town.small_firm.pk].look_backs == owed.count() == 1
    issues.verify(issue=owed.get().issue, by=town.wang, at=town.now)
    assert standing(town.campaign, town.today, town.now)[town.small_firm.pk].look_backs == 0
    assert not look_backs_due(town.small_firm).exists()


def test_standing_asks_a_constant_number_of_queries(town, django_assert_num_queries):
    with django_assert_num_queries(5):  # the cadences, visits, lists, look-backs, issues
        standing(town.campaign, town.today, town.now)


def test_the_checklist_is_the_first_whose_condition_holds_and_the_minutes_go_with_it(town):
    lists = load_checklists(town)
    assert checklist_for(town.large_firm, town.now) == lists["full"]
    assert checklist_for(town.small_firm, town.now) == lists["short"]
    minutes = minutes_of(town.campaign, Moment(campaign_id=town.campaign.pk, on=town.today, at=town.now))
    assert (minutes[town.large_firm.pk], minutes[town.small_firm.pk]) == (45, 20)


def test_a_new_version_is_used_from_then_on_and_the_old_one_stays(town):
    old = load_checklists(town)["short"]
    form = converted("short") | {"version": "2"}
    new = take_in(
        campaign=town.campaign, key="short", form=form, digest="2", by=town.shen, at=town.now + HOUR
    )
    assert checklist_for(town.small_firm, town.now) == new
    load_checklists(town)  # the same content again is the same version
    assert Checklist.objects.filter(key="short").count() == 2
    assert old.version == "2020.1"


def test_the_planner_gets_the_minutes_of_each_checklist(town):
    day = problem_of(campaign=town.campaign, area=town.town, on=town.today, at=town.now).problem
    minutes = {task.id: task.service_minutes for task in day.tasks}
    assert (minutes[str(town.large_firm.pk)], minutes[str(town.small_firm.pk)]) == (45, 20)


def test_a_day_has_its_stops_in_order_with_reasons_ways_and_what_became_of_them(town):
    stops(town, town.li, town.large_firm, town.small_firm)
    made = visited(town, town.large_firm, town.li)
    besides = visited(town, town.crowded_firm, town.li)
    day = day_of(town.li, town.campaign, town.today)
    assert [stop.visit for stop in day.stops] == [made, None]
    assert day.stops[0].reasons == ("从未走访", "2天后到期")
    assert (day.done, day.next_stop.planned.enterprise, day.besides) == (1, town.small_firm, (besides,))
    assert (day.stops[0].km, day.km) == (None, 0.0)  # both stand in the middle of Willow


def test_a_day_asks_a_constant_number_of_queries(town, django_assert_num_queries):
    stops(town, town.li, town.large_firm, town.small_firm, town.crowded_firm)
    with django_assert_num_queries(5):
        day_of(town.li, town.campaign, town.today)


def test_the_route_has_numbered_stops_and_a_line_without_those_that_nobody_placed(town):
    stops(town, town.li, town.large_firm, town.crowded_firm, town.unplaced_firm)
    shapes = route_shapes(day_of(town.li, town.campaign, town.today))["features"]
    assert [shape["properties"].get("order") for shape in shapes] == [1, 2, None]
    assert len(shapes[-1]["geometry"]["coordinates"]) == 2


def test_an_officer_may_visit_their_areas_and_their_stops_across_the_border(town):
    def names(user):
        return set(open_to(user, town.today).values_list("name", flat=True))

    assert names(town.li) == {town.large_firm.name, town.small_firm.name}
    stops(town, town.li, town.crowded_firm)
    assert names(town.li) == {town.large_firm.name, town.small_firm.name, town.crowded_firm.name}
    assert names(town.zhao) == {town.far_firm.name}
    assert names(town.qian) == set()  # sees the enterprise, visits nothing


def test_one_enterprise_is_open_to_whoever_may_visit_it_and_to_nobody_else(town):
    stops(town, town.li, town.crowded_firm)
    firms = [town.large_firm, town.small_firm, town.crowded_firm, town.unplaced_firm, town.far_firm]
    for who in (town.li, town.feng, town.zhao, town.qian, town.zhou):
        may = set(open_to(who, town.today))
        assert {firm for firm in firms if open_one(who, firm.pk, town.today)} == may & set(firms)


def test_a_merged_enterprise_is_open_to_nobody(town):
    town.small_firm.merged_into = town.large_firm
    town.small_firm.save()
    assert open_one(town.li, town.small_firm.pk, town.today) is None
    assert open_one(town.li, 0, town.today) is None


def test_a_stop_of_a_plan_that_is_only_proposed_opens_nothing(town):
    stops(town, town.li, town.crowded_firm, status="proposed")
    assert town.crowded_firm not in open_to(town.li, town.today)
