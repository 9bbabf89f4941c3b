"""Signing in, locks, first links, looking through another role, leavers, postings with dates."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from fugong.access import actions, rules
from fugong.access.checks import every_address_has_a_policy
from fugong.access.models import User
from fugong.access.queries import users_in_reach
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
    with pytest.raises(Refused):
        actions.check_password(login="li", password=PASSWORD, at=town.now)
    later = town.now + timedelta(minutes=2)
    assert actions.check_password(login=" LI ", password=PASSWORD, at=later) == town.li


def test_an_unknown_login_gets_the_same_sentence(town):
    """Also when the known one is locked, and with the right password: locks tell nobody which logins there are."""
    sentences = set()
    for login in [*["li", "nobody-of-this-name"] * (rules.TRIES + 1)]:
        with pytest.raises(Refused) as refusal:
            actions.check_password(login=login, password="wrong", at=town.now)
        sentences.add(str(refusal.value))
    with pytest.raises(Refused) as refusal:
        actions.check_password(login="li", password=PASSWORD, at=town.now)
    assert sentences == {str(refusal.value)}


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


@pytest.fixture
def town_administrator(town):
    """Somebody posted as administrator of East Bridge."""
    user = User.objects.create(login="admin-east", name="东桥管理", is_administrator=True)
    actions.post(
        user=user, role="administrator", area=town.town, from_on=town.today, by=town.shen, at=town.now
    )
    return user


def test_a_town_s_administrator_administers_the_town_alone(town, town_administrator, as_user):
    client = as_user(town_administrator)
    page = client.get(reverse("access:postings")).content.decode()
    assert town.li.name in page and town.zhao.name not in page and town.gao.name not in page
    names = {user.login for user in users_in_reach(town_administrator, town.today)}
    assert {"li", "zhou", "bai", "admin-east"} <= names and not names & {"zhao", "gao", "shen"}
    form = client.get(reverse("access:new_posting")).content.decode()
    assert town.pine.name in form and town.far_village.name not in form and town.zhao.name not in form


def test_what_lies_elsewhere_is_missing_for_a_town_s_administrator(town, town_administrator, as_user):
    client = as_user(town_administrator)
    key = {"command": str(uuid.uuid4())}
    there = reverse("access:end_posting", args=[town.zhao.postings.get().pk])
    assert client.post(there, key).status_code == 404
    assert client.post(reverse("access:start_view_as", args=[town.gao.pk]), key).status_code == 404
    assert client.get(reverse("access:link", args=[town.zhao.pk])).status_code == 404
    assert client.get(reverse("access:link", args=[town.he.pk])).status_code == 200
    here = {
        **key,
        "user": town.bai.pk,
        "role": "liaison",
        "area": town.far_village.pk,
        "from_on": "2020-02-19",
    }
    assert client.post(reverse("access:new_posting"), here).status_code == 422


def test_the_end_of_a_posting_widens_nothing(town, town_administrator):
    """Without its posting an administrator is none; they do not become one of the whole installation."""
    posting = town_administrator.postings.get()
    posting.from_on = posting.to_on = town.today - timedelta(days=1)
    posting.save()
    user = User.objects.get(pk=town_administrator.pk)
    assert not user.administers_everything and user.roles == []
    assert not user.has_permission("administer") and not users_in_reach(user, town.today).filter(login="li")


def test_the_first_administrator_administers_everything(town):
    first = User.objects.create(login="first", name="首位", is_administrator=True)
    assert first.administers_everything and first.has_permission("administer", town.far_village)
    assert users_in_reach(first, town.today).count() == User.objects.count()
