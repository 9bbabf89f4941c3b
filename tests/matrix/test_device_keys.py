"""Every OpenRosa address by device key: of this town, of the other one, of nobody; sessions play no part there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fugong.access import device_keys
from fugong.core.models import Event
from fugong.visits.models import Received, Visit
from fugong.visits.openrosa.offers import Offer
from fugong.visits.openrosa.urls import PLACES
from tests.matrix.examine import content_of
from tests.matrix.world import EAST, OTHER, ROLES, SECRET, WEST, Side, World, checklist_of, digest

pytestmark = pytest.mark.django_db
NAMES = [name for _route, _view, name in PLACES]


@pytest.fixture
def world(world: World) -> Iterator[World]:
    """Both campaigns have a checklist with the canary of their town in its name."""
    for side in (world.east, world.west):
        side.rows["checklist"] = checklist_of(side, "short")
    yield world


def address(name: str, side: Side, key: str) -> str:
    given = {"key": key}
    if name not in ("form_list", "submission"):
        offer = Offer(side.rows["checklist"])
        given |= {"form_id": offer.form_id, "version": offer.version}
    if name == "media":
        given["name"] = "list.csv"
    return reverse(f"openrosa:{name}_by_key", kwargs=given)


def asked(name: str, side: Side, key: str) -> Any:
    client = Client(raise_request_exception=False)
    if name == "submission":
        return client.post(address(name, side, key), {"xml_submission_file": filled(side)})
    return client.get(address(name, side, key))


def filled(side: Side) -> str:
    offer, firm = Offer(side.rows["checklist"]), side.rows["enterprise"]
    return (
        f'<data id="{offer.form_id}" version="{offer.version}"><fugong_visit><enterprise>{firm.pk}</enterprise>'
        f"</fugong_visit><g><a01>no</a01></g><meta><instanceID>uuid:{uuid.uuid4()}</instanceID></meta></data>"
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mark", [EAST, WEST])
def test_the_own_towns_key_opens_the_own_rows_and_shows_none_of_the_other(
    world: World, name: str, mark: str
) -> None:
    side = world.side(mark)
    answer = asked(name, side, side.keys["instructor"])
    assert answer.status_code == (201 if name == "submission" else 200)
    assert answer.headers["Cache-Control"] == "private, no-store"
    body = content_of(answer).decode()
    assert OTHER[mark] not in body and SECRET not in body
    assert mark in body or name in ("form", "manifest")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mark", [EAST, WEST])
def test_a_key_of_the_other_town_opens_and_changes_nothing(world: World, name: str, mark: str) -> None:
    side, other = world.side(mark), world.side(OTHER[mark])
    before = digest(side)
    answer = asked(name, side, other.keys["instructor"])
    assert mark not in answer.content.decode()
    if name == "form_list":
        assert answer.status_code == 200, "their own forms, none of this town"
    else:
        assert answer.status_code == (422 if name == "submission" else 404)
    assert digest(side) == before
    if name == "submission":
        kept = Received.objects.system().latest("pk")
        assert kept.campaign == other.campaign and kept.checklist is None
        assert not Visit.objects.system().filter(key=kept.key).exists()
        for role in ROLES:
            assert not Received.objects.visible_to(side.people[role]).filter(pk=kept.pk).exists()


def test_a_number_of_the_other_town_in_an_own_form_is_as_missing_as_none(world: World) -> None:
    east, west = world.east, world.west
    answers = []
    for number in (west.rows["enterprise"].pk, 987_654_321):
        xml = filled(east).replace(f"<enterprise>{east.rows['enterprise'].pk}<", f"<enterprise>{number}<")
        to = address("submission", east, east.keys["instructor"])
        answers.append(Client().post(to, {"xml_submission_file": xml}))
    assert [one.status_code for one in answers] == [422, 422]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("name", NAMES)
def test_no_key_a_wrong_key_and_a_role_without_the_right_get_nothing(world: World, name: str) -> None:
    side = world.east
    events = Event.objects.count()
    assert asked(name, side, "nobodys-key").status_code == 401
    clerk = device_keys.make(user=side.people["clerk"], name="x", at=timezone.now())[1]
    events += 1
    answer = asked(name, side, clerk)
    assert answer.status_code == 403 and side.mark not in answer.content.decode()
    for user in (None, side.people["instructor"]):
        plain = address(name, side, "x").replace("/key/x", "")
        with transaction.atomic():
            got = world.client(user).get(plain)
        assert got.status_code in (401, 405), "a session opens nothing here"
    assert Event.objects.count() == events


def test_the_answers_are_the_same_for_every_wrong_key(world: World) -> None:
    side = world.east
    row = side.rows["device_key"]
    wrong = asked("form_list", side, "nobodys-key").content
    device_keys.revoke(device_key=row, by=side.people["instructor"], at=timezone.now())
    assert asked("form_list", side, side.keys["instructor"]).content == wrong
