"""The law of figures: a figure is the number of rows that its link opens, for every indicator, area and day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fugong.core.conditions import Moment, annotate
from fugong.core.days import standing_at
from fugong.core.registers.asked import Asked
from fugong.core.registers.selection import select
from fugong.enterprises.models import Enterprise, Listing
from fugong.enterprises.registers import Enterprises
from fugong.insight import queries
from fugong.insight.queries.many_days import followed
from fugong.insight.rules import Band, band_of, differences, joined, percent
from fugong.issues import actions as issues
from fugong.issues.actions import Found
from fugong.issues.models import Issue, Step
from fugong.issues.registers import Issues
from fugong.issues.rules import OPEN, UNSOLVED
from fugong.resumption import actions as resumption
from fugong.resumption.actions import Figures
from fugong.territory.models import Area
from fugong.visits.models import Visit
from tests.town import FIRST_DAY, NOW, TODAY, Town, firm

REGISTERS = {"enterprises": Enterprises, "issues": Issues}


@pytest.fixture
def busy(town: Town) -> Town:
    """The cast after some days: two firms work, one reports, visits, an issue verified, one open, one listed."""
    resumption.set_state(
        enterprise=town.large_firm, state="resumed", on=date(2020, 2, 12), by=town.chen, at=NOW
    )
    resumption.set_state(
        enterprise=town.small_firm, state="resumed", on=date(2020, 2, 18), by=town.chen, at=NOW
    )
    for on, on_duty in ((date(2020, 2, 18), 100), (TODAY, 206)):
        resumption.report(
            enterprise=town.large_firm, on=on, figures=Figures(412, on_duty, 50), by=town.qian, at=NOW
        )
    _visit(town, town.large_firm, date(2020, 2, 14))
    _visit(town, town.crowded_firm, TODAY)
    Listing.objects.create(
        enterprise=town.crowded_firm,
        risk_list="weak-responsibility",
        source="condition",
        reason="住宿 60 人",
        entered_at=NOW - timedelta(days=3),
    )
    first = _issue(town, town.large_firm, datetime(2020, 2, 14, 3, tzinfo=UTC))
    issues.solve(issue=first, solution="ok", by=town.sun, at=datetime(2020, 2, 15, 3, tzinfo=UTC))
    issues.verify(issue=first, by=town.li, at=datetime(2020, 2, 17, 3, tzinfo=UTC))
    _issue(town, town.crowded_firm, datetime(2020, 2, 16, 3, tzinfo=UTC))
    return town


def _visit(town: Town, enterprise: Enterprise, on: date) -> None:
    at = datetime(on.year, on.month, on.day, 1, tzinfo=UTC)
    Visit.objects.create(
        campaign=town.campaign,
        area=enterprise.area,
        enterprise=enterprise,
        officer=town.li,
        status="done",
        on=on,
        started_at=at,
        ended_at=at,
    )


def _issue(town: Town, enterprise: Enterprise, at: datetime) -> Any:
    return issues.find(
        campaign=town.campaign,
        enterprise=enterprise,
        area=enterprise.area,
        found=Found(title="未测温"),
        by=town.li,
        at=at,
    )


def _rows_behind(town: Town, url: str, register: str) -> Any:
    """The rows of the list that a link opens, seen by the commander."""
    request: Any = RequestFactory().get(url)
    request.user, request.campaign, request.now, request.today = town.gao, town.campaign, NOW, TODAY
    asked = Asked.of(REGISTERS[register], request.GET)
    selection = select(REGISTERS[register], request, asked)
    assert not selection.error, selection.error
    return selection.rows


def _agrees(town: Town, key: str, area: Area, on: date) -> None:
    figure = queries.figure(town.campaign, key, area, on, NOW)
    indicator = queries.indicator_of(town.campaign, key, on)
    assert indicator is not None
    rows = _rows_behind(town, figure.url_n, indicator.register)
    if indicator.is_sum:
        summed = annotate(rows, [indicator.sum_numerator, indicator.sum_denominator], _moment(town, on))
        pairs = list(summed.values_list(indicator.sum_numerator, indicator.sum_denominator))
        assert (figure.n, figure.of) == (sum(n for n, _of in pairs), sum(of for _n, of in pairs))
        return
    assert figure.n == rows.count()
    if figure.of is not None:
        assert figure.of == _rows_behind(town, figure.url_of, indicator.register).count()


def _moment(town: Town, on: date) -> Moment:
    return Moment(town.campaign.pk, on, standing_at(on, NOW))


KEYS = ["resumption", "resumption-above-scale", "on-duty", "visited-once", "risk-listed-in-time", "screening"]
KEYS += ["placed", "open-issues", "overdue-issues", "verified-share"]


def test_a_figure_is_what_its_link_opens(busy: Town) -> None:
    """Ten indicators, four areas, four days."""
    for key in KEYS:
        for area in ("town", "willow", "pine", "willow_grid"):
            for on in (FIRST_DAY, date(2020, 2, 16), date(2020, 2, 18), TODAY):
                _agrees(busy, key, busy.areas[area], on)


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["willow", "pine", "park", "willow_grid"]),
            st.sampled_from(["above-scale", "above-quota", "small"]),
            st.one_of(st.none(), st.integers(0, 9)),
            st.one_of(st.none(), st.integers(10, 19)),
        ),
        max_size=8,
    )
)
def test_figures_agree_with_their_rows_whatever_the_ledger(town: Town, rows: list[Any]) -> None:
    """Enterprises of any area, size, screening and day of resumption."""
    with transaction.atomic():
        for number, (area, size, screened, day) in enumerate(rows):
            made = firm(town, f"厂{number}", area, size=size, staff_from_affected_areas=screened)
            if day is not None:
                on = date(2020, 2, day)
                resumption.set_state(enterprise=made, state="resumed", on=on, by=town.chen, at=NOW)
        for key in ("resumption", "resumption-above-scale", "screening", "placed"):
            for on in (date(2020, 2, 14), TODAY):
                _agrees(town, key, town.town, on)
        transaction.set_rollback(True)


def test_the_past_stays_what_it_was(busy: Town) -> None:
    def n(key: str, on: date) -> float:
        return queries.figure(busy.campaign, key, busy.town, on, NOW).n

    assert [n("resumption", day) for day in (FIRST_DAY, date(2020, 2, 12), TODAY)] == [0, 1, 2]
    # Found on the 14th and 16th, one verified on the 17th: open at the end of these days.
    days = [date(2020, 2, day) for day in (13, 14, 16, 17)]
    assert [n("open-issues", day) for day in days] == [0, 1, 2, 1]
    assert queries.figure(busy.campaign, "verified-share", busy.town, date(2020, 2, 16), NOW).n == 0


def _was_due(issue: Issue, due_at: datetime) -> None:
    """The deadline, as the issue has it and as its steps kept it."""
    Issue.objects.system().filter(pk=issue.pk).update(due_at=due_at)
    Step.objects.system().filter(issue=issue).update(due_at=due_at)


@pytest.mark.parametrize("is_reopened", [False, True])
def test_how_an_issue_stood_is_what_its_last_step_said(town: Town, is_reopened: bool) -> None:
    """Also of one that was never re-opened, whose own columns are read instead of its steps."""
    first = datetime(2020, 2, 14, 3, tzinfo=UTC)
    day, hour = timedelta(days=1), timedelta(hours=1)
    issue = _issue(town, town.large_firm, first)
    _was_due(issue, first + hour)
    issues.solve(issue=issue, solution="ok", by=town.sun, at=first + day)
    issues.verify(issue=issue, by=town.li, at=first + 2 * day)
    if is_reopened:
        issues.reopen(issue=issue, reason="again", by=town.li, at=first + 3 * day)
        _was_due(issue, first + hour)
        issues.solve(issue=issue, solution="ok", by=town.sun, at=first + 4 * day)
    steps = list(Step.objects.system().filter(issue=issue).order_by("at", "pk").values_list("at", "status"))
    assert len(steps) == (5 if is_reopened else 3)
    for at in [first - hour, *(moment + 2 * hour for moment, _status in steps)]:
        said = next((status for moment, status in reversed(steps) if moment <= at), None)
        rows = annotate(
            Issue.objects.system(),
            ["status_then", "was_open", "was_overdue"],
            Moment(town.campaign.pk, at.date(), at),
        )
        row = rows.get(pk=issue.pk)
        assert row.status_then == said, at
        assert row.was_open is (said in OPEN), at
        assert row.was_overdue is (said in UNSOLVED), at


def test_children_add_up_to_their_parent(busy: Town) -> None:
    found = {
        area.name: figure.n
        for area, figure in queries.by_area(busy.campaign, "resumption", busy.town, TODAY, NOW)
    }
    assert found == {"柳村": 2, "松村": 0, "科创园": 0}
    assert sum(found.values()) == queries.figure(busy.campaign, "resumption", busy.town, TODAY, NOW).n


def test_a_grid_counts_for_its_village(town: Town) -> None:
    made = firm(town, "格中厂", "willow_grid")
    resumption.set_state(enterprise=made, state="resumed", on=TODAY, by=town.chen, at=NOW)
    villages = dict(
        (area.name, figure.n)
        for area, figure in queries.by_area(town.campaign, "resumption", town.town, TODAY, NOW)
    )
    assert villages["柳村"] == 1


def test_the_neighbour_whose_path_begins_alike_does_not_count(town: Town) -> None:
    resumption.set_state(enterprise=town.far_firm, state="resumed", on=TODAY, by=town.gao, at=NOW)
    figure = queries.figure(town.campaign, "resumption", town.town, TODAY, NOW)
    assert (figure.n, figure.of) == (0, 4)


def test_two_areas_of_one_name_are_told_apart(town: Town) -> None:
    """The link names the area by its path where its name is not unique."""
    town.pine.name = "柳村"
    town.pine.save()
    resumption.set_state(enterprise=town.crowded_firm, state="resumed", on=TODAY, by=town.chen, at=NOW)
    _agrees(town, "resumption", town.pine, TODAY)
    _agrees(town, "resumption", town.willow, TODAY)
    figure = queries.figure(town.campaign, "resumption", town.pine, TODAY, NOW)
    assert parse_qs(urlsplit(figure.url_n).query)["q"] == ['(is_resumed = True) and (in_area = "9/1/4/2/")']


def test_the_number_of_queries_does_not_grow(busy: Town, django_assert_num_queries: Any) -> None:
    wanted = queries.indicators_of(busy.campaign, TODAY)
    for number in range(30):
        firm(busy, f"多{number}", "pine")
    with django_assert_num_queries(3):  # the areas, the enterprises, the issues
        queries.figures(busy.campaign, busy.town, TODAY, NOW, wanted)


def test_many_days_at_once_are_what_each_day_is_alone(busy: Town, django_assert_num_queries: Any) -> None:
    """The board's lines, of which no day is counted by itself: the same n and N as the indicator of that day."""
    stopped = firm(busy, "又停了的厂", "willow", headcount=9)
    for state, on in (("resumed", date(2020, 2, 11)), ("stopped", date(2020, 2, 13))):
        resumption.set_state(enterprise=stopped, state=state, on=on, by=busy.chen, at=NOW)
    resumption.report(enterprise=stopped, on=TODAY, figures=Figures(9, 0, 0), by=busy.qian, at=NOW)
    keys, days = ["resumption", "on-duty"], queries.last_days(busy.campaign, TODAY)
    for area in (busy.town, busy.willow, busy.pine):
        with django_assert_num_queries(4):
            found = queries.by_day(busy.campaign, keys, area, days, NOW)
        for place, day in enumerate(days):
            for key in keys:
                alone = queries.figure(busy.campaign, key, area, day, NOW)
                assert (found[key][place].n, found[key][place].of) == (alone.n, alone.of), (key, area, day)


@pytest.mark.parametrize(
    ("numerator", "denominator", "is_followed"),
    [
        ("is_resumed = True", "", True),
        ("is_resumed != True", "", False),
        ("is_resumed = False", "", False),
        ("is_resumed = True and headcount > 9", "", False),
        ("is_resumed = True", "headcount > 9", False),
        ("headcount > 9", "", False),
        ("staff_reported = 9", "", False),
    ],
)
def test_only_what_asks_for_a_row_and_no_more_is_counted_at_once(
    town: Town, numerator: str, denominator: str, is_followed: bool
) -> None:
    known = queries.indicators_of(town.campaign, TODAY, ["resumption"])[0]
    one = replace(known, numerator=numerator, denominator=denominator)
    assert (followed(one) is not None) == is_followed


def test_days_one_by_one(busy: Town) -> None:
    days = queries.last_days(busy.campaign, TODAY)
    assert (days[0], days[-1], len(days)) == (FIRST_DAY, TODAY, 10)
    found = queries.by_day(busy.campaign, ["resumption"], busy.town, days, NOW)["resumption"]
    assert [figure.n for figure in found] == [0, 0, 1, 1, 1, 1, 1, 1, 2, 2]


def test_an_unknown_indicator_is_refused(town: Town) -> None:
    with pytest.raises(LookupError):
        queries.figure(town.campaign, "none", town.town, TODAY, NOW)


def test_shares_are_rounded_down_and_unknown_without_rows() -> None:
    assert percent(1059, 1060) == 99.9
    assert percent(1, 1) == 100
    assert percent(0, 0) is None


def test_the_band_that_begins_last_holds() -> None:
    bands = (Band(0, "low", "red"), Band(70, "good", "green"), Band(40, "mid", "amber"))
    words = [band_of(bands, value) for value in (0, 39.9, 40, 69.9, 70, None)]
    assert [band.word if band else None for band in words] == ["low", "low", "mid", "mid", "good", None]


def test_joined_conditions_keep_their_own_order_of_and_and_or() -> None:
    assert joined("a = 1 or b = 2", "", "c = 3") == "(a = 1 or b = 2) and (c = 3)"


def test_a_recount_names_what_differs() -> None:
    assert differences({"a": "1/2", "b": "3"}, {"a": "1/2", "b": "4"}) == [("b", "3", "4")]
