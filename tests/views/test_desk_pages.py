"""First pages and the board: each role begins on its own, nobody sees beyond their postings, numbers open rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fugong.access.models import Posting
from fugong.insight.models import Brief
from fugong.resumption import actions as resumption
from fugong.resumption.models import DailyReport
from fugong.teams.models import Charge, Household
from tests.town import FIRST_DAY, NOW, TODAY, Town, firm

AsUser = Callable[[Any], Any]
HOMES = [
    ("zhou", "desk:board"),
    ("chen", "desk:completeness"),
    ("wang", "desk:my_grid"),
    ("li", "desk:my_day"),
    ("he", "desk:my_enterprises"),
    ("qian", "desk:my_enterprise"),
    ("sun", "issues:mine"),
]


def test_every_role_begins_on_its_own_page(town: Town, as_user: AsUser) -> None:
    for person, page in HOMES:
        client = as_user(town.people[person])
        assert client.get(reverse("desk:home"))["Location"] == reverse(page), person
        assert client.get(reverse(page)).status_code == 200, person
    assert "没有任职" in as_user(town.bai).get(reverse("desk:home")).content.decode()


def test_the_board_shows_figures_that_open_their_rows(town: Town, as_user: AsUser) -> None:
    resumption.set_state(enterprise=town.large_firm, state="resumed", on=TODAY, by=town.chen, at=NOW)
    client = as_user(town.zhou)
    page = client.get(reverse("desk:board"))
    figure = page.context["board"].figures[0]
    assert (figure.n, figure.of) == (1, 4)
    listed = client.get(figure.url_n)
    assert listed.status_code == 200
    assert [line["pk"] for line in listed.context["lines"]] == [town.large_firm.pk]
    earlier = client.get(reverse("desk:board"), {"on": "2020-02-18"}).context["board"].figures[0]
    assert (earlier.n, earlier.of) == (0, 4)
    assert client.get(earlier.url_n).context["total"] == 0
    assert client.get(reverse("desk:board"), {"wall": "1"}).templates[0].name == "desk/board_wall.html"
    assert client.get(page.context["board"].days_url).status_code == 200


def test_nobody_drills_into_an_area_of_others(town: Town, as_user: AsUser) -> None:
    board = reverse("desk:board")
    assert as_user(town.zhou).get(board, {"area": town.willow.pk}).status_code == 200
    assert as_user(town.zhou).get(board, {"area": town.west_town.pk}).status_code == 404
    assert as_user(town.wang).get(board, {"area": town.pine.pk}).status_code == 404
    assert as_user(town.wang).get(board).context["area"] == town.willow
    assert as_user(town.li).get(board).status_code == 403


def test_the_dossier_is_for_those_who_see_the_enterprise(town: Town, as_user: AsUser) -> None:
    page = reverse("desk:dossier", args=[town.large_firm.pk])
    for person in ("zhou", "chen", "wang", "li", "qian"):
        assert as_user(town.people[person]).get(page).status_code == 200, person
    for person in ("zhao", "feng"):
        assert as_user(town.people[person]).get(page).status_code == 404, person
    assert "10000001234" not in as_user(town.chen).get(page).content.decode()


def test_the_liaison_sees_the_enterprises_in_their_charge(town: Town, as_user: AsUser) -> None:
    Charge.objects.create(
        enterprise=town.large_firm, officer=town.he, kind="liaison", from_on=FIRST_DAY, by=town.zhou
    )
    resumption.set_state(enterprise=town.large_firm, state="resumed", on=TODAY, by=town.chen, at=NOW)
    rows = as_user(town.he).get(reverse("desk:my_enterprises")).context["rows"]
    assert [(row.enterprise.pk, row.owes_report) for row in rows] == [(town.large_firm.pk, True)]


@pytest.mark.parametrize("person", ["he", "qian"])
def test_a_report_comes_in_once_however_often_it_is_sent(town: Town, as_user: AsUser, person: str) -> None:
    client, page = as_user(town.people[person]), reverse("resumption:report", args=[town.large_firm.pk])
    form = client.get(page).context["form"]
    assert form.initial["staff"] == 412
    sent = {"command": str(uuid.uuid4()), "staff": 412, "on_duty": 200, "with_symptoms": 0}
    assert client.post(page, sent).status_code == 302
    assert client.post(page, sent).status_code == 302
    assert DailyReport.objects.system().get().on_duty == 200
    wrong = {**sent, "command": str(uuid.uuid4()), "on_duty": 500}
    assert client.post(page, wrong).status_code == 422
    assert client.get(page).context["form"].initial["on_duty"] == 200


def test_nobody_reports_for_a_firm_of_others(town: Town, as_user: AsUser) -> None:
    page = reverse("resumption:report", args=[town.far_firm.pk])
    assert as_user(town.he).get(page).status_code == 404
    assert as_user(town.qian).get(reverse("resumption:report", args=[town.small_firm.pk])).status_code == 404
    assert as_user(town.li).get(page).status_code == 403


def test_a_brief_is_issued_listed_fetched_and_recounted(town: Town, as_user: AsUser) -> None:
    client = as_user(town.chen)
    page = reverse("insight:issue_brief")
    sent = {"command": str(uuid.uuid4()), "on": TODAY.isoformat()}
    assert client.post(page, sent).status_code == 302
    brief = Brief.objects.system().get()
    assert list(client.get(reverse("insight:briefs")).context["briefs"]) == [brief]
    shown = client.get(reverse("insight:brief", args=[brief.pk]), {"recount": "1"})
    assert shown.context["recount"] == []
    document = client.get(reverse("insight:brief_file", args=[brief.pk]))
    assert b"".join(document.streaming_content)[:2] == b"PK"
    others = {**sent, "command": str(uuid.uuid4())}
    assert as_user(town.zhou).post(page, others).status_code == 403
    assert as_user(town.wang).get(reverse("insight:brief", args=[brief.pk])).status_code == 404


def test_every_indicator_has_its_page(town: Town, as_user: AsUser) -> None:
    client = as_user(town.zhou)
    listed = client.get(reverse("insight:indicators")).context["figures"]
    assert len(listed) == 10
    for figure, url in listed[:3]:
        assert client.get(url).status_code == 200, figure.key
    assert client.get(reverse("insight:days", args=["open-issues"])).status_code == 200
    assert client.get(reverse("insight:indicator", args=["nothing"])).status_code == 404


def test_the_number_of_queries_of_the_board_does_not_grow(
    town: Town, as_user: AsUser, django_assert_max_num_queries: Any
) -> None:
    client = as_user(town.zhou)
    client.get(reverse("desk:board"))
    with django_assert_max_num_queries(16):
        client.get(reverse("desk:board"))


def test_what_else_waits_is_counted_and_opens_its_rows(town: Town, as_user: AsUser) -> None:
    """A household without an officer stands on its grid lead's page, not on the clerk's, who gives none."""
    client = as_user(town.wang)
    assert client.get(reverse("desk:my_grid")).context["to_do"] == []
    missed = Household.objects.create(
        campaign=town.campaign, area=town.willow, code="H1", address="柳湾1号", created_at=NOW
    )
    Household.objects.create(
        campaign=town.campaign, area=town.pine, code="H2", address="松岭1号", created_at=NOW
    )
    (one,) = client.get(reverse("desk:my_grid")).context["to_do"]
    assert one.number == 1
    assert missed.address in client.get(one.url).content.decode()
    assert as_user(town.chen).get(reverse("desk:completeness")).context["to_do"] == []


def test_a_grid_lead_sees_enterprises_and_a_commander_villages(town: Town, as_user: AsUser) -> None:
    """Of a town every village with its numbers, opening its own page; of a village its enterprises, fetched afterwards."""
    page = reverse("desk:my_grid")
    wide = as_user(town.zhou).get(page)
    rows = {row.place.area: row for row in wide.context["grid"].villages}
    assert {area.name: row.place.total for area, row in rows.items()} == {"柳村": 2, "松村": 2}
    assert [sum(number for _mark, number in row.numbers) for row in rows.values()] == [2, 2]
    assert "points" not in str(wide.context["grid"].map) and town.large_firm.name not in wide.content.decode()
    inside = as_user(town.zhou).get(rows[town.willow].url).context["grid"]
    own = as_user(town.wang).get(page).context["grid"]
    for grid in (inside, own):
        assert (grid.total, grid.villages) == (2, [])
        (address,) = [part for part in grid.map.values() if isinstance(part, str)]
        found = as_user(town.wang).get(address).json()["features"]
        assert {row["properties"]["name"] for row in found} == {town.large_firm.name, town.small_firm.name}


def test_who_leads_several_villages_sees_each_of_them(town: Town, as_user: AsUser) -> None:
    for area in (town.pine, town.willow_grid):
        Posting.objects.create(user=town.wang, role="grid_lead", area=area, from_on=FIRST_DAY)
    grid = as_user(town.wang).get(reverse("desk:my_grid")).context["grid"]
    assert {row.place.area.name: row.place.total for row in grid.villages} == {"柳村": 2, "松村": 2}
    assert grid.total == 4
    assert len([part for part in grid.map.values() if isinstance(part, str)]) == 2


@pytest.mark.parametrize("person", ["zhou", "wang"])
def test_the_number_of_queries_of_my_villages_does_not_grow(
    town: Town, as_user: AsUser, person: str, django_assert_num_queries: Any
) -> None:
    client, page = as_user(town.people[person]), reverse("desk:my_grid")
    with CaptureQueriesContext(connection) as few:
        before = client.get(page)
    for number in range(30):
        firm(town, f"小店{number}", "willow" if number % 2 else "pine")
    with django_assert_num_queries(len(few)):
        after = client.get(page)
    assert len(after.content) < len(before.content) + 500, (
        "enterprises are fetched by the map, not sent in the page"
    )


def test_long_menus_fold_and_begin_with_the_roles_own_pages(town: Town, as_user: AsUser) -> None:
    groups = as_user(town.wang).get(reverse("visits:plan")).context["navigation"]
    own = [entry["url"] for entry in groups[0]["entries"]]
    assert own[:2] == [reverse("desk:my_grid"), reverse("issues:mine")]
    assert groups[0]["open"] and not all(group["open"] for group in groups)
    everything = [entry["url"] for group in groups for entry in group["entries"]]
    assert len(everything) == len(set(everything))
    few = as_user(town.qian).get(reverse("issues:list")).context["navigation"]
    shown = sum(len(group["entries"]) for group in few)
    assert all(group["open"] for group in few) == (shown <= 12)
