"""B3: every figure is traceable to its rows, as of any moment: an earlier day gives the earlier figure and its rows."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from fugong.issues.models import Issue
from tests.acceptance.place import firms, fugong, reported, resumed, set_day, speaks_for
from tests.acceptance.reading import cells, figures, page, sent, total

pytestmark = pytest.mark.django_db


@pytest.fixture
def four_days(danzao, as_user):
    """Day 1: five work, an issue is found. Day 2: two more work, it is solved. Day 3: verified, one firm stands still."""
    rows = firms(danzao, danzao.willow, 10, "柳")
    speaks_for(danzao, rows[0])
    days = [danzao.today + timedelta(days=ahead) for ahead in range(4)]
    resumed(rows[:5], days[0])
    sent(as_user(danzao.li), "issues:find", rows[0].pk, title="酒精超量", severity="minor")
    issue = Issue.objects.system().get()
    set_day(danzao.campaign, days[1])
    resumed(rows[5:7], days[1])
    sent(as_user(danzao.qian), "issues:solve", issue.pk, text="已移走")
    set_day(danzao.campaign, days[2])
    sent(as_user(danzao.li), "issues:verify", issue.pk)
    sent(as_user(danzao.chen), "resumption:state", rows[0].pk, state="stopped", on=days[2].isoformat())
    set_day(danzao.campaign, days[3])
    return rows, days


def test_each_day_keeps_its_figure_and_opens_its_rows(danzao, four_days, as_user):
    _rows, days = four_days
    client = as_user(danzao.chen)
    expected = {days[0]: (5, 1, 0), days[1]: (7, 1, 0), days[2]: (6, 0, 1), days[3]: (6, 0, 1)}
    for day, (resumed_then, open_then, verified_then) in expected.items():
        shown = figures(client, on=day.isoformat())
        for key, n in (
            ("resumption", resumed_then),
            ("open-issues", open_then),
            ("verified-share", verified_then),
        ):
            assert shown[key].n == n, f"{key} of {day}"
            assert total(client, shown[key].url_n) == n, f"{key} of {day}: its rows"
        printed = json.loads(fugong("figures", "--json", "--on", day).output)["figures"]
        assert {one["key"]: one["n"] for one in printed}["resumption"] == resumed_then


def test_the_ledger_of_an_earlier_day_shows_its_measures_as_they_stood(danzao, four_days, as_user):
    rows, days = four_days
    client = as_user(danzao.chen)
    for day, count in zip(days, (1, 1, 0, 0), strict=True):
        address = f"/enterprises/?q=open_issues >= 1&on={day.isoformat()}"
        assert total(client, address) == count, f"open issues as of {day}"
    assert rows[0].name in page(client, f"/enterprises/?q=open_issues >= 1&on={days[0].isoformat()}")


def test_a_late_report_changes_the_figure_of_its_own_day_alone(danzao, four_days, as_user):
    rows, days = four_days
    reported([(row, 20, 15, None) for row in rows[:3]], days[1])
    reported([(row, 20, 16, None) for row in rows[1:3]], days[3])
    client = as_user(danzao.chen)
    assert figures(client, on=days[1].isoformat())["on-duty"].n == 45
    late = client.post(
        f"/resumption/of/{rows[3].pk}/report/?on={days[1].isoformat()}",
        {"command": "7c5f0c0e-3b76-44a7-9d8e-6a7d90a10001", "staff": 20, "on_duty": 10, "with_symptoms": 0},
    )
    assert late.status_code == 302
    assert figures(client, on=days[1].isoformat())["on-duty"].n == 55
    assert figures(client)["on-duty"].n == 32
    assert (
        len(cells(page(client, f'/resumption/?q=on = "{days[1].isoformat()}"').partition("<tbody>")[2])) == 4
    )
