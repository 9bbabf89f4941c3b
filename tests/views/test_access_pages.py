"""Signing in, locks, first links, looking through another role, leavers, postings with dates."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from fugong.access import actions, rules
from fugong.access.checks import every_address_has_a_policy
from fugong.access.models import User
from fugong.core.models import Event
from fugong.core.refusals import Refused
from tests.town import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("failed", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (500, 60)]
)
def test_the_wait_doubles_up_to_an_hour(failed, minutes):
    assert rules.wait_after(failed) == timedelta(minutes=minutes)


def test_five_wrong_passwords_lock_even_the_right_one(town):
    for _turn in range(5):
        with pytest.raises(Refused):
            actions.check_password(login="li", password="wrong", at=town.now)
    with pytest.raises(Refused, match="1"):
        actions.check_password(login="li", password=PASSWORD, at=town.now)
    later = town.now + timedelta(minutes=2)
    assert actions.check_password(login=" LI ", password=PASSWORD, at=later) == town.li


def test_an_unknown_login_gets_the_same_sentence(town):
    sentences = set()
    for login in ("li", "nobody-of-this-name"):
        with pytest.raises(Refused) as refusal:
            actions.check_password(login=login, password="wrong", at=town.now)
        sentences.add(str(refusal.value))
    assert len(sentences) == 1


def test_a_first_link_works_once(town, client):
    token = actions.first_link(town.he)
    address = reverse("access:first_link", args=[token])
    values = {"command": str(uuid.uuid4()), "password": "harbour-lamp-77", "again": "harbour-lamp-77"}
    assert client.post(address, values).status_code == 302
    with pytest.raises(Refused):
        actions.choose_password(token=token, password="another-lamp-78", at=town.now)


def test_looking_through_another_role_changes_nothing_and_is_recorded(town, as_user):
    client = as_user(town.shen)
    client.post(reverse("access:start_view_as", args=[town.zhou.pk]), {"command": str(uuid.uuid4())})
    assert Event.objects.filter(name="access.user.viewed_as").count() == 1
    assert town.zhou.name in client.get(reverse("access:roles")).content.decode()
    client.post(reverse("teams:form_team"), {"command": str(uuid.uuid4()), "area": town.willow.pk})
    assert not Event.objects.filter(name="teams.grid_team.formed").exists()


def test_only_an_administrator_looks_through_others(town, as_user):
    address = reverse("access:start_view_as", args=[town.li.pk])
    assert as_user(town.zhou).post(address, {"command": str(uuid.uuid4())}).status_code == 404


def test_a_leaver_s_session_ends(town, as_user):
    client = as_user(town.he)
    assert client.get(reverse("access:roles")).status_code == 200
    actions.deactivate(user=town.he, by=town.shen, at=town.now)
    assert client.get(reverse("access:roles")).status_code == 302


def test_a_posting_gives_rights_within_its_days_only(town):
    posting = town.wang.postings.get()
    actions.end_posting(posting=posting, on=town.today, by=town.shen, at=town.now)
    assert User.objects.get(pk=town.wang.pk).roles == []
    with pytest.raises(Refused):
        actions.end_posting(posting=posting, on=town.today, by=town.shen, at=town.now)


def test_the_roles_page_describes_every_role(town, as_user):
    page = as_user(town.bai).get(reverse("access:roles")).content.decode()
    assert page.count("<h2>") == 13


def test_an_address_without_a_policy_stops_the_start(monkeypatch):
    assert every_address_has_a_policy(None) == []
    monkeypatch.setattr("fugong.access.checks.policy_of", lambda view: None)
    assert every_address_has_a_policy(None)[0].is_serious()
