"""The pages of group robots: who may, what they show, what they refuse."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from fugong.outreach import actions
from fugong.outreach.actions import Way
from fugong.outreach.models import Notice, Robot
from fugong.outreach.rules import Kind, Status
from tests.town import NOW, Town

ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a-secret-key"


def _post(client: Client, address: str, values: dict[str, Any] | None = None) -> Any:
    return client.post(address, {"command": str(uuid4())} | (values or {}))


@pytest.fixture
def robot(town: Town) -> Robot:
    way = Way(Kind.WECOM, ADDRESS)
    return actions.add_robot(
        campaign=town.campaign, area=town.willow, name="柳村群", way=way, by=town.zhou, at=NOW
    )


@pytest.fixture
def commander(town: Town, as_user: Any) -> Client:
    client: Client = as_user(town.zhou)
    return client


def test_without_a_robot_the_page_says_what_to_do_first(commander: Client) -> None:
    page = commander.get(reverse("outreach:robots")).content.decode()
    assert reverse("outreach:add") in page
    assert "webhook" in page.lower()


def test_a_robot_is_entered_and_its_address_is_never_shown(town: Town, commander: Client) -> None:
    fields = {"name": "柳村群", "area": town.willow.pk, "kind": "wecom", "address": ADDRESS, "secret": ""}
    assert _post(commander, reverse("outreach:add"), fields).status_code == 302
    page = commander.get(reverse("outreach:robots")).content.decode()
    assert "柳村群" in page
    assert "a-secret-key" not in page
    assert (
        "a-secret-key"
        not in commander.get(reverse("outreach:correct", args=[Robot.rows.get().pk])).content.decode()
    )


@pytest.mark.parametrize(
    ("address", "name"),
    [("https://example.org/x", "柳村群"), (ADDRESS, "")],
    ids=["a foreign host", "no name"],
)
def test_a_wrong_form_comes_back_with_what_was_typed(
    town: Town, commander: Client, address: str, name: str
) -> None:
    fields = {"name": name, "area": town.willow.pk, "kind": "wecom", "address": address}
    answer = _post(commander, reverse("outreach:add"), fields)
    assert answer.status_code == 422
    assert not Robot.rows.exists()


def test_a_word_is_put_into_the_outbox_and_shown_in_the_log(robot: Robot, commander: Client) -> None:
    _post(commander, reverse("outreach:test", args=[robot.pk]))
    assert Notice.rows.get().status == Status.WAITING
    assert "柳村群" in commander.get(reverse("outreach:list")).content.decode()


def test_a_robot_switched_off_greys_its_button(robot: Robot, commander: Client) -> None:
    _post(commander, reverse("outreach:switch", args=[robot.pk]), {"is_active": "0"})
    robot.refresh_from_db()
    assert not robot.is_active
    assert _post(commander, reverse("outreach:test", args=[robot.pk])).status_code == 409


def test_what_may_have_arrived_is_asked_on_the_page(robot: Robot, commander: Client) -> None:
    _post(commander, reverse("outreach:test", args=[robot.pk]))
    Notice.rows.update(status=Status.UNKNOWN)
    notice = Notice.rows.get()
    address = reverse("outreach:look_up", args=[notice.pk])
    assert address in commander.get(reverse("outreach:robots")).content.decode()
    _post(commander, address, {"arrived": "1"})
    assert Notice.rows.get().status == Status.SENT


@pytest.mark.parametrize("who", ["li", "he", "qian", "sun"])
def test_whoever_does_not_run_the_campaign_may_not(town: Town, as_user: Any, robot: Robot, who: str) -> None:
    client = as_user(getattr(town, who))
    assert client.get(reverse("outreach:robots")).status_code == 403
    assert _post(client, reverse("outreach:test", args=[robot.pk])).status_code == 403
    assert not Notice.rows.exists()


def test_the_page_asks_the_same_number_of_questions_for_one_group_and_for_many(
    town: Town, commander: Client, robot: Robot, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        way = Way(Kind.WECOM, f"{ADDRESS}{number}")
        actions.add_robot(
            campaign=town.campaign, area=town.pine, name=f"群{number}", way=way, by=town.zhou, at=NOW
        )
    with django_assert_max_num_queries(14):
        assert "群11" in commander.get(reverse("outreach:robots")).content.decode()


def test_what_the_robots_tell_of_is_said_in_words(town: Town, commander: Client) -> None:
    notice = {"event": "issues.issue.escalated", "text": {"zh": "升级", "en": "up"}, "hours": 24}
    town.campaign.release.content["outreach"] = {"notice": [{**notice, "reach": "around"}]}
    town.campaign.release.save(update_fields=["content"])
    page = commander.get(reverse("outreach:robots")).content.decode()
    assert "问题升级" in page and "issues.issue.escalated" not in page
