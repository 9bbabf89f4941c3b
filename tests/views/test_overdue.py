"""What is overdue stands on the first pages of liaison, grid lead and enterprise; each number opens exactly its rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fugong.core.conditions import Moment
from fugong.desk.queries.overdue import late_at, late_in, links_at
from fugong.enterprises.models import Enterprise
from fugong.issues.models import Issue
from fugong.teams.models import Charge
from fugong.visits.models import LookBack
from tests.town import FIRST_DAY, NOW, TODAY, Town

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def issue(town: Town, firm: Enterprise | None, **values: object) -> Issue:
    common = {"campaign": town.campaign, "area": firm.area if firm else town.willow, "enterprise": firm}
    facts = {"title": "通道堵塞", "found_by": town.li, "found_at": NOW - 3 * DAY, "due_at": NOW - HOUR}
    return Issue.objects.create(**common, **facts | values)


def owed(town: Town, firm: Enterprise, due_on: object) -> LookBack:
    solved = {"status": "solved", "solved_by": town.sun, "solved_at": NOW - 2 * DAY, "title": "已改的一件"}
    return LookBack.objects.create(issue=issue(town, firm, **solved), enterprise=firm, due_on=due_on)


@pytest.fixture
def late(town: Town) -> Town:
    """At the large firm one problem, one request, one look-back and the first contact are late; at the small one nothing."""
    issue(town, town.large_firm)
    issue(town, town.large_firm, kind="supplies", title="缺口罩")
    owed(town, town.large_firm, TODAY - DAY)
    issue(town, town.small_firm, due_at=NOW + DAY, title="还有时间")
    owed(town, town.small_firm, TODAY)
    issue(town, None, title="不属于哪家")
    issue(town, town.crowded_firm, title="松村的一件")
    for firm, kind, officer in (
        (town.large_firm, "instructor", town.li),
        (town.large_firm, "liaison", town.he),
        (town.small_firm, "liaison", town.he),
    ):
        Charge.objects.create(enterprise=firm, officer=officer, kind=kind, from_on=FIRST_DAY, by=town.zhou)
    return town


def moment(town: Town) -> Moment:
    return Moment(campaign_id=town.campaign.pk, on=TODAY, at=NOW)


def test_late_is_what_its_clock_says_and_nothing_of_others(late: Town) -> None:
    found = late_in([late.willow.path], moment(late))
    assert (found.whole.issues, found.whole.look_backs, found.whole.first_contacts) == (3, 1, 1)
    assert set(found.by_enterprise) == {late.large_firm.pk}, "without an enterprise it is in the sum alone"
    at = late_at([late.large_firm.pk, late.small_firm.pk], moment(late))
    assert (at.of(late.large_firm).total, at.of(late.small_firm).total) == (4, 0)


def test_every_pill_opens_exactly_its_rows(late: Town, as_user) -> None:
    client = as_user(late.he)
    overdue = late_at([late.large_firm.pk], moment(late)).of(late.large_firm)
    links = links_at(late.large_firm, overdue)
    assert [link.label for link in links] == ["2 个问题逾期", "1 项回头看逾期", "首次对接逾期"]
    issues, look_backs, contacts = links
    assert client.get(issues.url).context["total"] == 2
    assert [row.enterprise for row in client.get(look_backs.url).context["page"]] == [late.large_firm]
    assert [one.enterprise for one in client.get(contacts.url).context["page"]] == [late.large_firm]
    page = client.get(reverse("desk:my_enterprises"))
    assert [row.enterprise for row in page.context["rows"]] == [late.large_firm, late.small_firm]
    text = page.content.decode()
    assert all(link.label in text for link in links) and text.count('class="fg-late"') == 3


def test_the_grid_lead_sees_the_sums_and_the_enterprises_with_the_most(late: Town, as_user) -> None:
    client = as_user(late.wang)
    page = client.get(reverse("desk:my_grid"))
    assert page.context["late"].issues == client.get(page.context["late_issues_url"]).context["total"] == 3
    assert [firm for firm, _links in page.context["late_rows"]] == [late.large_firm]
    assert "各企业逾期事项" in page.content.decode()
    look_backs = client.get(reverse("visits:look_backs"), {"tab": "overdue"}).context["page"]
    assert [row.enterprise for row in look_backs] == [late.large_firm]


def test_the_enterprise_reads_its_numbers(late: Town, as_user) -> None:
    client = as_user(late.qian)
    page = client.get(reverse("desk:my_enterprise"))
    text, context = page.content.decode(), page.context
    assert (context["late_fixes"], context["late_requests"], context["late"].look_backs) == (1, 1, 1)
    assert text.count("1 件逾期") == 3 and "首次对接逾期" in text
    for url in ("late_fixes_url", "late_requests_url"):
        assert client.get(context[url]).context["total"] == 1


def test_with_nothing_late_nothing_is_red(town: Town, as_user) -> None:
    for who, page in (
        ("he", "desk:my_enterprises"),
        ("wang", "desk:my_grid"),
        ("qian", "desk:my_enterprise"),
    ):
        assert 'class="fg-late"' not in as_user(town.people[who]).get(reverse(page)).content.decode(), who


@pytest.mark.parametrize(
    ("who", "page"),
    [("he", "desk:my_enterprises"), ("wang", "desk:my_grid"), ("qian", "desk:my_enterprise")],
)
def test_more_that_is_late_asks_no_more(
    late: Town, as_user, who: str, page: str, django_assert_num_queries
) -> None:
    client = as_user(late.people[who])
    client.get(reverse(page))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(page))
    for number in range(4):
        firm = Enterprise.objects.create(
            campaign=late.campaign,
            area=late.willow,
            name=f"新厂{number}",
            normalised_name=f"新厂{number}",
            created_at=NOW - 20 * DAY,
        )
        Charge.objects.create(
            enterprise=firm, officer=late.he, kind="liaison", from_on=FIRST_DAY, by=late.zhou
        )
        issue(late, firm)
        owed(late, firm, TODAY - DAY)
        issue(late, late.large_firm)
    with django_assert_num_queries(len(asked)):
        client.get(reverse(page))
