"""A province's load of issues: what is counted comes from an index alone, and says what the rows say."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fugong.core import conditions
from fugong.desk.queries.board import OVERDUE, board
from fugong.insight import queries
from fugong.insight.rules import count_of
from fugong.issues import actions as issues
from fugong.issues import lateness
from fugong.issues.models import Issue

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def late(town):
    """Four issues: one solved and re-opened twice, one overdue, one merged into it, one that still has time."""
    found = [
        issues.find(
            campaign=town.campaign,
            enterprise=firm,
            area=firm.area,
            found=issues.Found(title=title, kind="supplies", answers={"item": "masks"}),
            by=town.li,
            at=at,
        )
        for firm, title, at in (
            (town.large_firm, "口罩不足", town.now - 9 * DAY),
            (town.large_firm, "手套不足", town.now - 8 * DAY),
            (town.large_firm, "手套不够", town.now - 8 * DAY),
            (town.crowded_firm, "药品不足", town.now),
        )
    ]
    issues.accept(hand_over=found[0].hand_overs.get(), by=town.sun, at=town.now - 9 * DAY)
    for back in (7, 5):
        issues.solve(issue=found[0], solution="送达", by=town.sun, at=town.now - back * DAY)
        issues.reopen(issue=found[0], reason="又缺", by=town.li, at=town.now - (back - 1) * DAY)
    issues.merge(kept=found[1], absorbed=found[2], by=town.chen, at=town.now - DAY)
    Issue.objects.system().filter(pk=found[1].pk).update(due_at=town.now - 6 * DAY)
    return town


def plans_of(statements):
    """How the database answers them: by the index where it may choose, whatever the few rows of a test cost."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        how = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        for statement in statements:
            cursor.execute(f"{how} {statement}".replace("%", "%%"), [])
            yield " / ".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize("back", [0, 1, 3, 6])
def test_the_boards_overdue_issues_are_the_rows_that_its_link_opens(late, back):
    on = (late.now - back * DAY).date()
    asking = queries.asked(late.campaign, late.campaign.area, on, late.now)
    shown = board(asking)
    rows = conditions.apply(
        Issue.objects.system().of(late.campaign), OVERDUE.numerator, asking.moment
    ).order_by("due_at", "pk")
    assert shown.late_count == rows.count()
    assert [one.issue.pk for one in shown.late] == [row.pk for row in rows[:8]]
    assert back or shown.late_count


def test_numbers_of_issues_are_added_up_in_the_database(late):
    """A sum, a share and a count in one query; the merged issue stands in none of them."""
    came_back = replace(count_of("back", "issues", ""), denominator="", sum_numerator="reopened")
    came_back = replace(came_back, sum_denominator="reopened")
    share = replace(count_of("share", "issues", "reopened > 0"), denominator='kind = "supplies"')
    plain = count_of("plain", "issues", "")
    moment = queries.asked(late.campaign, late.campaign.area, late.now.date(), late.now).moment
    with CaptureQueriesContext(connection) as asked:
        counted = queries.tally(late.campaign, [came_back, share, plain], late.campaign.area, moment)
    assert len(asked) == 1
    assert [(one.n, one.of) for one in map(counted.total, ("back", "share", "plain"))] == [
        (2, 2),
        (1, 3),
        (3, 0),
    ]
    assert counted.by_area("plain")[late.large_firm.area_id].n == 2


def test_figures_of_issues_read_no_row(late):
    wanted = [
        one for one in queries.indicators_of(late.campaign, late.now.date()) if one.register == "issues"
    ]
    moment = queries.asked(late.campaign, late.campaign.area, late.now.date(), late.now).moment
    with CaptureQueriesContext(connection) as asked:
        queries.tally(late.campaign, [*wanted, OVERDUE], late.campaign.area, moment)
    (plan,) = plans_of(query["sql"] for query in asked.captured_queries)
    assert "issue_figures" in plan, plan
    if connection.vendor == "postgresql":
        assert "Index Only Scan using issue_figures" in plan, plan


def test_who_is_late_reads_no_row(late):
    if connection.vendor == "postgresql":
        pytest.skip(
            "PostgreSQL plans by the few rows of a test; python -m bench issues_load --postgres measures it"
        )
    seen = Issue.objects.visible_to(late.chen).of(late.campaign)
    with CaptureQueriesContext(connection) as asked:
        lateness.counted(seen, late.now)
    standing, solved = plans_of(
        query["sql"] for query in asked.captured_queries if "handler_id" in query["sql"]
    )
    assert "USING COVERING INDEX issue_clock" in standing, standing
    assert "USING COVERING INDEX issue_solved" in solved, solved
