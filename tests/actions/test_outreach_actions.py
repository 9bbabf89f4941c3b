"""Notices from events to groups: told once, never by a wrong road, never lost in silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from fugong.core import sealer
from fugong.core.refusals import Refused
from fugong.issues import actions as issues
from fugong.outreach import actions, rules
from fugong.outreach.actions import Way
from fugong.outreach.channels import robots
from fugong.outreach.channels.robots import Answer, Outcome
from fugong.outreach.models import Delivery, Notice, Robot
from fugong.outreach.rules import Kind, Status
from tests import robot_services
from tests.robot_services import SECRET, TOKEN, Services
from tests.town import NOW, Town

ADDRESSES = {
    Kind.DINGTALK: f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}",
    Kind.WECOM: f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}",
    Kind.FEISHU: f"https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}",
}
FOUND = {
    "event": "issues.issue.found",
    "text": {"zh": "{enterprise}:{title}({area})", "en": "{enterprise}: {title} ({area})"},
    "reach": "around",
    "hours": 12,
}


@pytest.fixture
def services() -> Iterator[Services]:
    with robot_services.running() as running:
        yield running


@pytest.fixture
def told(town: Town) -> Town:
    """The town with a pack that tells of found issues, and with Willow's group."""
    release = town.campaign.release
    release.content = release.content | {"outreach": {"notice": [FOUND]}}
    release.save()
    town.campaign.refresh_from_db()
    _robot(town)
    return town


def _robot(town: Town, kind: str = Kind.DINGTALK, area: Any = None, name: str = "柳村群") -> Robot:
    way = Way(kind, ADDRESSES[Kind(kind)], SECRET)
    return actions.add_robot(
        campaign=town.campaign, area=area or town.willow, name=name, way=way, by=town.zhou, at=NOW
    )


def _find(town: Town, title: str = "口罩不足", firm: Any = None) -> None:
    firm = firm or town.large_firm
    issues.find(
        campaign=town.campaign,
        enterprise=firm,
        area=firm.area,
        found=issues.Found(title=title),
        by=town.li,
        at=NOW,
    )
    while sealer.seal_events():
        pass


def _through(services: Services) -> Any:
    """Our adapters, with the fake's address in place of the real one."""

    def send(kind: str, address: str, secret: str, text: str, at: datetime) -> Answer:
        return robots.send(kind, services.address(kind), secret, text, at)

    return send


def _statuses() -> list[str]:
    return list(Notice.objects.system().order_by("pk").values_list("status", flat=True))


@pytest.mark.parametrize("kind", Kind.values)
def test_each_service_takes_our_posts(kind: str, services: Services) -> None:
    answer = robots.send(kind, services.address(kind), SECRET, "第一句", NOW)
    assert answer.outcome is Outcome.SENT
    assert services.groups[kind] == ["第一句"]


@pytest.mark.parametrize("kind", [Kind.DINGTALK, Kind.FEISHU])
def test_a_wrong_signature_is_a_refusal_although_the_service_says_200(kind: str, services: Services) -> None:
    answer = robots.send(kind, services.address(kind), "another secret", "x", NOW)
    assert answer.outcome is Outcome.REFUSED
    assert "sign" in answer.words
    assert not services.groups[kind]


@pytest.mark.parametrize("kind", Kind.values)
def test_too_many_messages_are_known_as_such(kind: str, services: Services) -> None:
    services.limit = 1
    said = [robots.send(kind, services.address(kind), SECRET, text, NOW).outcome for text in "ab"]
    assert said == [Outcome.SENT, Outcome.LIMITED]


def test_a_broken_line_leaves_it_open_whether_the_message_arrived(services: Services) -> None:
    services.mood = "silent"
    assert robots.send(Kind.WECOM, services.address("wecom"), "", "x", NOW).outcome is Outcome.UNKNOWN
    services.mood = "ill"
    assert robots.send(Kind.WECOM, services.address("wecom"), "", "x", NOW).outcome is Outcome.UNKNOWN


def test_nobody_listening_means_that_nothing_was_sent() -> None:
    assert robots.send(Kind.WECOM, "http://127.0.0.1:9/x?key=1", "", "x", NOW).outcome is Outcome.UNREACHABLE


def test_an_event_reaches_the_groups_around_it_and_no_others(told: Town, services: Services) -> None:
    _robot(told, Kind.WECOM, told.town, "全镇群")
    _robot(told, Kind.FEISHU, told.pine, "松村群")
    _find(told)
    assert actions.follow(campaign=told.campaign, at=NOW) == 2
    actions.send_waiting(at=NOW, send=_through(services))
    assert {group: len(texts) for group, texts in services.groups.items() if texts} == {
        "dingtalk": 1,
        "wecom": 1,
    }
    assert told.large_firm.name in services.groups["wecom"][0] and "口罩不足" in services.groups["wecom"][0]
    assert _statuses() == [Status.SENT, Status.SENT]


def test_an_event_is_told_once_however_often_the_chain_is_read(told: Town) -> None:
    _find(told)
    assert [actions.follow(campaign=told.campaign, at=NOW) for _ in range(3)] == [1, 0, 0]


def test_what_happened_before_the_robot_was_entered_is_not_told(town: Town) -> None:
    release = town.campaign.release
    release.content = release.content | {"outreach": {"notice": [FOUND]}}
    release.save()
    _find(town)
    _robot(town)
    assert actions.follow(campaign=town.campaign, at=NOW) == 0


def test_many_notices_go_out_as_one_digest(told: Town, services: Services) -> None:
    for number in range(30):
        _find(told, f"问题{number}")
    actions.follow(campaign=told.campaign, at=NOW)
    assert actions.send_waiting(at=NOW, send=_through(services)) == 1
    assert "30" in services.groups["dingtalk"][0].splitlines()[0]
    assert set(_statuses()) == {Status.SENT}


def test_the_services_limit_is_kept_without_being_told(told: Town, services: Services) -> None:
    services.limit = 1_000
    for _ in range(25):
        actions.test_robot(robot=Robot.objects.system().get(), by=told.zhou, at=NOW)
        actions.send_waiting(at=NOW, send=_through(services))
    assert len(services.groups["dingtalk"]) == rules.PER_MINUTE[Kind.DINGTALK]
    later = NOW + timedelta(seconds=61)
    actions.send_waiting(at=later, send=_through(services))
    assert set(_statuses()) == {Status.SENT}


def test_a_robot_that_was_told_to_slow_down_rests_and_loses_nothing(told: Town, services: Services) -> None:
    services.limit = 0
    _find(told)
    actions.follow(campaign=told.campaign, at=NOW)
    actions.send_waiting(at=NOW, send=_through(services))
    assert _statuses() == [Status.WAITING]
    services.limit = 20
    assert actions.send_waiting(at=NOW + timedelta(minutes=9), send=_through(services)) == 0
    assert actions.send_waiting(at=NOW + timedelta(minutes=11), send=_through(services)) == 1
    assert len(services.groups["dingtalk"]) == 1


def test_a_refused_notice_is_tried_again_then_given_up_and_the_robot_shows_why(
    told: Town, services: Services
) -> None:
    robot = Robot.objects.system().get()
    robot.secret = "another secret"
    robot.save()
    _find(told)
    actions.follow(campaign=told.campaign, at=NOW)
    at = NOW
    for _ in range(40):
        at += timedelta(minutes=31)
        actions.send_waiting(at=at, send=_through(services))
    robot.refresh_from_db()
    assert _statuses() == [Status.FAILED]
    assert "sign" in robot.problem
    assert not services.groups["dingtalk"]


def test_what_may_have_arrived_waits_for_a_person(told: Town, services: Services) -> None:
    services.mood = "silent"
    _find(told)
    actions.follow(campaign=told.campaign, at=NOW)
    actions.send_waiting(at=NOW, send=_through(services))
    services.mood = "well"
    actions.send_waiting(at=NOW + timedelta(hours=1), send=_through(services))
    assert len(services.groups["dingtalk"]) == 1  # the one of which we heard nothing; no second one
    notice = Notice.objects.system().get()
    assert notice.status == Status.UNKNOWN
    actions.say_arrived(notice=notice, arrived=True, by=told.zhou, at=NOW)
    assert _statuses() == [Status.SENT]
    with pytest.raises(Refused):
        actions.say_arrived(notice=notice, arrived=False, by=told.zhou, at=NOW)


def test_a_person_may_have_it_sent_again(told: Town, services: Services) -> None:
    services.mood = "silent"
    _find(told)
    actions.follow(campaign=told.campaign, at=NOW)
    actions.send_waiting(at=NOW, send=_through(services))
    services.mood = "well"
    actions.say_arrived(notice=Notice.objects.system().get(), arrived=False, by=told.zhou, at=NOW)
    actions.send_waiting(at=NOW + timedelta(minutes=2), send=_through(services))
    assert _statuses() == [Status.SENT]


def test_a_worker_that_died_while_sending_leaves_a_question_and_no_second_message(
    told: Town, services: Services
) -> None:
    _find(told)
    actions.follow(campaign=told.campaign, at=NOW)
    assert actions.claim(robot=Robot.objects.system().get(), at=NOW) is not None  # and then the power fails
    for minutes in (1, 3, 60):
        actions.send_waiting(at=NOW + timedelta(minutes=minutes), send=_through(services))
    assert _statuses() == [Status.UNKNOWN]
    assert not services.groups["dingtalk"]
    assert Delivery.objects.system().get().outcome == "unknown"


def test_what_came_too_late_is_not_sent_and_stays_in_the_log(told: Town, services: Services) -> None:
    _find(told)
    actions.follow(campaign=told.campaign, at=NOW)
    actions.send_waiting(at=NOW + timedelta(hours=13), send=_through(services))
    assert _statuses() == [Status.EXPIRED]
    assert not services.groups["dingtalk"]


def test_a_robot_that_is_switched_off_says_nothing(told: Town, services: Services) -> None:
    robot = Robot.objects.system().get()
    actions.switch_robot(robot=robot, is_active=False, by=told.zhou, at=NOW)
    _find(told)
    assert actions.follow(campaign=told.campaign, at=NOW) == 0
    with pytest.raises(Refused):
        actions.test_robot(robot=robot, by=told.zhou, at=NOW)


def test_a_foreign_address_and_a_name_twice_are_refused(told: Town) -> None:
    with pytest.raises(Refused):
        _robot(told)
    way = Way(Kind.WECOM, "https://example.org/cgi-bin/webhook/send?key=1")
    with pytest.raises(Refused):
        actions.add_robot(
            campaign=told.campaign, area=told.willow, name="另一群", way=way, by=told.zhou, at=NOW
        )


def test_the_address_is_sealed_in_the_database(told: Town) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT address, secret FROM outreach_robot")
        assert all(TOKEN not in value and SECRET not in value for value in cursor.fetchone())
    robot = Robot.objects.system().get()
    assert str(robot.address) == "…" + TOKEN[-4:]
    actions.correct_robot(robot=robot, name="新名", way=Way(Kind.DINGTALK, ""), by=told.zhou, at=NOW)
    robot.refresh_from_db()
    assert robot.address.clear() == ADDRESSES[Kind.DINGTALK]
