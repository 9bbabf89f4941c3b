"""The marks of the grid map: the rule in Python and the measure in the database say the same of every enterprise."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.enterprises.models import Enterprise, Listing
from fugong.issues.models import Issue
from fugong.visits.fieldwork.reporting import report_of
from fugong.visits.models import LookBack, Visit
from fugong.visits.plans.covering import by_place, marked
from fugong.visits.plans.due import coverage, standing
from fugong.visits.plans.problem import problem_of
from fugong.visits.queries import day_log
from fugong.visits.rules import Coverage
from tests.town import firm

pytestmark = pytest.mark.django_db


def visited(town, enterprise, days_ago, officer=None, **values):
    at = town.now - timedelta(days=days_ago)
    on = town.today - timedelta(days=days_ago)
    given = {"status": "done", "kind": "regular", "started_at": at - timedelta(minutes=20), "ended_at": at}
    return Visit.objects.create(
        campaign=town.campaign,
        area=enterprise.area,
        enterprise=enterprise,
        officer=officer or town.li,
        on=on,
        **(given | values),
    )


def moment(town):
    return Moment(campaign_id=town.campaign.pk, on=town.today, at=town.now)


def in_python(town):
    due = standing(town.campaign, town.today, town.now)
    return {pk: str(coverage(one, town.campaign, town.today)) for pk, one in due.items()}


def in_database(town):
    rows = Enterprise.objects.system().of(town.campaign)
    return dict(conditions.annotate(rows, ["coverage"], moment(town)).values_list("pk", "coverage"))


def test_each_mark(town):
    visited(town, town.large_firm, 1)
    visited(town, town.crowded_firm, 9)
    Listing.objects.create(
        enterprise=town.crowded_firm,
        risk_list="crowded-dormitories",
        source="rule",
        reason="test",
        entered_at=town.now,
    )
    for days_ago in (3, 2, 1):
        visited(town, town.small_firm, days_ago)
    marks = in_database(town)
    assert marks[town.large_firm.pk] == Coverage.ON_TIME
    assert marks[town.crowded_firm.pk] == Coverage.OVERDUE
    assert marks[town.small_firm.pk] == Coverage.OVER_VISITED
    assert marks[town.unplaced_firm.pk] == Coverage.NEVER
    assert marks == in_python(town)


def test_a_look_back_that_has_passed_makes_overdue(town):
    visited(town, town.small_firm, 1)
    issue = Issue.objects.create(
        campaign=town.campaign,
        area=town.willow,
        enterprise=town.small_firm,
        title="口罩",
        status="solved",
        found_at=town.now,
        origin="visits.visit",
    )
    owed = LookBack.objects.create(
        issue=issue, enterprise=town.small_firm, due_on=town.today - timedelta(days=1)
    )
    assert in_database(town)[town.small_firm.pk] == Coverage.OVERDUE
    owed.due_on = town.today
    owed.save()
    assert in_database(town)[town.small_firm.pk] == Coverage.ON_TIME == in_python(town)[town.small_firm.pk]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["above-scale", "small"]),
            st.booleans(),
            st.lists(st.integers(0, 9), max_size=5),
            st.sampled_from([None, "labour-intensive", "many-earlier-problems"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_rule_and_the_measure_agree_on_every_enterprise(town, rows):
    """The law that makes the map's numbers equal the rows that they open."""
    for at, (size, is_key, visits, risk_list) in enumerate(rows):
        name = f"厂{at}-{Enterprise.objects.system().count()}"
        one = firm(town, name, "willow", size=size, is_key=is_key, headcount=5)
        for days_ago in visits:
            visited(town, one, days_ago)
        if risk_list:
            Listing.objects.create(
                enterprise=one, risk_list=risk_list, source="rule", reason="test", entered_at=town.now
            )
    assert in_python(town) == in_database(town)


def test_the_numbers_of_the_map_are_those_of_the_rows_they_open(town):
    visited(town, town.large_firm, 9)
    visited(town, town.small_firm, 1)
    seen = Enterprise.objects.visible_to(town.zhou).of(town.campaign)
    places = by_place(marked(seen, town.campaign, town.today, town.now, paths=[town.town.path]), town.town)
    for place in places:
        for mark in Coverage:
            condition = f'coverage = "{mark}" and in_area = "{place.area.path}"'
            assert conditions.apply(seen, condition, moment(town)).count() == place.marks[mark], condition
    assert sum(place.total for place in places) == seen.count()


def test_a_cadence_narrows_map_and_rows_alike(town):
    seen = Enterprise.objects.visible_to(town.zhou).of(town.campaign)
    rows = marked(seen, town.campaign, town.today, town.now, paths=[town.town.path], cadence="key")
    found = {one.pk for one in rows}
    assert (
        found
        == set(conditions.apply(seen, 'cadence = "key"', moment(town)).values_list("pk", flat=True))
        == {town.large_firm.pk}
    )


def test_the_standing_of_some_areas_is_a_part_of_everybodys(town):
    visited(town, town.large_firm, 9)
    visited(town, town.crowded_firm, 3)
    everybody = standing(town.campaign, town.today, town.now)
    paths = [town.willow.path, town.far_village.path]
    some = standing(town.campaign, town.today, town.now, paths)
    assert set(some) == {town.large_firm.pk, town.small_firm.pk, town.far_firm.pk}
    assert some == {pk: everybody[pk] for pk in some}
    assert standing(town.campaign, town.today, town.now, []) == {}


def test_the_problem_takes_the_same_number_of_queries_however_many_firms(town, django_assert_max_num_queries):
    for at in range(40):
        firm(town, f"小店{at}", "willow_grid" if at % 2 else "pine", place=bool(at % 3))
    with django_assert_max_num_queries(24):
        day = problem_of(campaign=town.campaign, area=town.town, on=town.today, at=town.now)
    assert len(day.problem.tasks) == 44


def test_a_firm_without_a_position_is_taken_to_be_in_the_middle_of_its_area(town):
    day = problem_of(campaign=town.campaign, area=town.town, on=town.today, at=town.now)
    task = next(task for task in day.problem.tasks if task.id == str(town.unplaced_firm.pk))
    assert task.position == (town.pine.longitude, town.pine.latitude)


def test_the_report_counts_visits_firms_and_people_apart(town):
    """Li goes twice to the large firm and once to the small one; Feng phones, and gives up once."""
    visited(town, town.large_firm, 0)
    visited(town, town.large_firm, 0)
    visited(town, town.small_firm, 0)
    visited(town, town.crowded_firm, 0, officer=town.feng, kind="phone")
    visited(town, town.unplaced_firm, 0, officer=town.feng, status="given-up")
    visited(town, town.small_firm, 1)
    report = report_of(Visit.objects.visible_to(town.zhou), town.campaign, town.today, town.town)
    total = report.total
    assert (total.visits, total.by_phone, total.given_up) == (3, 1, 1)
    assert (len(total.officers), len(total.enterprises), report.areas) == (1, 3, 2)
    assert {tally.key: tally.visits for tally in report.by_class} == {
        "above-scale": 2,
        "above-quota": 0,
        "park": 0,
        "small": 1,
    }
    assert [(tally.label, tally.visits) for tally in report.by_officer] == [("李指导", 3), ("冯指导", 0)]
    assert [tally.label for tally in report.by_area] == ["柳村", "松村"]
    assert total.minutes == 80


def test_the_log_of_a_village_holds_its_visits_alone(town):
    visited(town, town.large_firm, 0)
    visited(town, town.crowded_firm, 0, officer=town.feng)
    report = report_of(Visit.objects.visible_to(town.wang), town.campaign, town.today, town.willow)
    assert report.total.visits == 1


def test_a_visit_with_several_look_backs_counts_once_in_the_days_figures(town):
    """Two look-backs done at one visit are two look-backs and one visit."""
    visit = visited(town, town.small_firm, 0)
    for title in ("口罩", "消毒"):
        issue = Issue.objects.create(
            campaign=town.campaign,
            area=town.willow,
            enterprise=town.small_firm,
            title=title,
            status="verified",
            found_at=town.now,
            origin="visits.visit",
        )
        LookBack.objects.create(
            issue=issue,
            enterprise=town.small_firm,
            due_on=town.today,
            visit=visit,
            done_at=town.now,
            is_fixed=True,
        )
    figures = day_log(town.campaign, town.today, Visit.objects.visible_to(town.zhou))
    assert (figures.visits, figures.look_backs) == (1, 2)
