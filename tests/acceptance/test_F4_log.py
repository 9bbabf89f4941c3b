"""F4: the day's log writes itself out of the visits; the grid map shows visited, never and too often visited."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from fugong.visits.models import Visit
from tests.acceptance.place import firms, visited
from tests.acceptance.reading import cells, page, total
from tests.acceptance.visits import articles, visit_made

pytestmark = pytest.mark.django_db


def test_the_log_of_the_day_has_each_visit_and_each_number_opens_its_visits(danzao, as_user):
    willow = firms(danzao, danzao.willow, 3, "柳")
    (pine,) = firms(danzao, danzao.pine, 1, "松")
    name = articles(danzao, "articles-9")[0]["name"]
    for firm in willow[:2]:
        visit_made(as_user(danzao.li), danzao, firm, "articles-9", **{name: "no"})
    visit_made(as_user(danzao.feng), danzao, pine, "articles-9")
    answer = as_user(danzao.li).post(
        f"/visits/at/{willow[2].pk}/give-up/",
        {
            "command": "9d8f6cf9-3b2b-4f6e-9a55-8d0a27a1c001",
            "key": "9d8f6cf9-3b2b-4f6e-9a55-8d0a27a1c002",
            "why": "closed",
            "detail": "贴了封条",
        },
    )
    assert answer.status_code == 302

    client = as_user(danzao.zhou)
    log = page(client, "visits:log")
    by_officer = {row[0]: row for row in cells(log) if row[0] in (danzao.li.name, danzao.feng.name)}
    assert (by_officer[danzao.li.name][1], by_officer[danzao.feng.name][1]) == ("2", "1")
    whole = cells(log.partition("</table>")[0])[-1]
    assert list(map(int, whole[1:6])) == [2, 3, 3, 0, 2], (
        "people out, person-visits, enterprises, by phone, findings"
    )
    assert "贴了封条" in log and willow[2].name in log
    address = re.findall(r'class="btn" href="(/visits/all/[^"]*)"', log)[0]
    assert total(client, address) == Visit.objects.system().count() == 4
    register = page(client, f"/dossier/{pine.pk}/")
    assert danzao.feng.name in register, "the visit stands in the enterprise's own file"

    yesterday = (danzao.today - timedelta(days=1)).isoformat()
    assert danzao.li.name not in page(client, "visits:log", on=yesterday).partition('id="main"')[2]


def test_marks_on_the_map_never_on_time_overdue_and_too_often(danzao, as_user):
    where = {
        "longitude": danzao.willow.longitude,
        "latitude": danzao.willow.latitude,
        "position_source": "imported",
    }
    big = firms(danzao, danzao.willow, 4, "规上", size="above-scale", **where)
    never, fresh, late, often = big
    today = danzao.today
    visited([(fresh, danzao.li), *[(often, danzao.li)] * 8], today)
    visited([(late, danzao.li)], today - timedelta(days=9))
    client = as_user(danzao.zhou)
    points = {
        one["properties"]["name"]: one["properties"]["level"]
        for one in client.get("/visits/coverage/points.geojson").json()["features"]
    }
    assert points == {
        never.name: "never",
        fresh.name: "on-time",
        late.name: "overdue",
        often.name: "over-visited",
    }
    for mark, firm in zip(
        ("never", "on-time", "overdue", "over-visited"), (never, fresh, late, often), strict=True
    ):
        address = f'/enterprises/?q=coverage = "{mark}"'
        assert total(client, address) == 1
        assert firm.name in page(client, address)
    visit_made(as_user(danzao.li), danzao, never, "articles-23")
    points = client.get("/visits/coverage/points.geojson").json()["features"]
    assert {one["properties"]["level"] for one in points if one["properties"]["name"] == never.name} == {
        "on-time"
    }
