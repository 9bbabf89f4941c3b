"""The volunteer's own page without an account: what it takes, what it refuses, whose it is; and the code on paper."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fugong.campaigns.queries import moment_of
from fugong.core.audit import history_of
from fugong.core.models import Taken
from fugong.teams import actions as teams
from fugong.teams.actions import ShiftFacts, VolunteerFacts
from fugong.teams.closing import erase_rows
from fugong.teams.models import CalledOff, Shift, Turn, Volunteer
from fugong.teams.queries import candidates, link_of, propose
from tests.town import Town

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: town.now)


def volunteer(town: Town, name: str) -> Volunteer:
    facts = VolunteerFacts(
        name=name, area=town.willow, phone="15100001234", from_time=time(0), to_time=time(23, 59)
    )
    return teams.register_volunteer(campaign=town.campaign, facts=facts, by=town.wang, at=town.now)


def shift(town: Town, begins: timedelta) -> Shift:
    starts_at = moment_of(town.campaign, town.now) + begins
    facts = ShiftFacts(town.willow, "checkpoint", "东卡口", starts_at, starts_at + 3 * HOUR)
    return teams.plan_shift(campaign=town.campaign, facts=facts, by=town.wang, at=town.now)


@pytest.fixture
def people(town: Town) -> tuple[Volunteer, Volunteer]:
    return volunteer(town, "甲一"), volunteer(town, "乙二")


@pytest.fixture
def turn(town: Town, people: tuple[Volunteer, Volunteer]) -> Turn:
    """The first volunteer is on a shift that begins in three hours."""
    return teams.take_shift(shift=shift(town, 3 * HOUR), volunteer=people[0], by=town.wang, at=town.now)


def call_off(who: Volunteer | str, row: Shift | int, client: Client | None = None, **values: str):
    token = who if isinstance(who, str) else link_of(who)
    number = row if isinstance(row, int) else row.pk
    fields = {"command": str(uuid4()), "shift": number, "reason": "发烧在家", **values}
    return (client or Client()).post(reverse("volunteers:call_off", args=[token]), fields)


def test_the_place_is_open_at_once_and_the_coordinator_reads_why(
    town: Town, as_user, people, turn: Turn
) -> None:
    own = reverse("volunteers:my_shifts", args=[link_of(people[0])])
    assert "我不能到岗" in Client().get(own).content.decode()
    assert call_off(people[0], turn.shift)["Location"] == own
    assert not Turn.objects.exists()
    assert "发烧在家" in Client().get(own).content.decode()
    lead = as_user(town.wang)
    waits = [one for one in lead.get(reverse("desk:my_grid")).context["to_do"] if "不能到岗" in one.label]
    assert [one.number for one in waits] == [1]
    for page in (reverse("volunteers:rota"), reverse("volunteers:shift", args=[turn.shift_id])):
        text = lead.get(page).content.decode()
        assert "甲一" in text and "发烧在家" in text, page


def test_the_event_names_nobody_and_the_reason_goes_with_the_campaign(town: Town, people, turn: Turn) -> None:
    call_off(people[0], turn.shift)
    said = history_of(turn.shift).order_by("-pk").first()
    assert (said.name, said.by_id, said.changes) == (
        "teams.shift.called_off",
        None,
        {"volunteer": people[0].pk},
    )
    assert erase_rows(town.campaign)["called_off"] == 1
    assert CalledOff.objects.get().reason == ""


def test_said_again_it_is_the_same(town: Town, people, turn: Turn) -> None:
    command = {"command": str(uuid4())}
    answers = [
        call_off(people[0], turn.shift, **again) for again in (command, command, {}, {"reason": "又说一遍"})
    ]
    assert {answer.status_code for answer in answers} == {302}
    assert CalledOff.objects.get().reason == "发烧在家"
    assert history_of(turn.shift).filter(name="teams.shift.called_off").count() == 1


def test_they_are_not_proposed_for_these_hours_again(town: Town, people, turn: Turn) -> None:
    call_off(people[0], turn.shift)
    everybody = Volunteer.objects.system()
    why = {one.volunteer.name: one.why_not for one in candidates(turn.shift, everybody)}
    assert why == {"甲一": "本人说明不能到岗", "乙二": ""}
    proposed = propose(town.campaign, [turn.shift], everybody, town.now)
    assert [one.volunteer for one in proposed] == [people[1]]


def test_who_can_come_after_all_is_put_on_by_the_coordinator_alone(
    town: Town, as_user, people, turn: Turn
) -> None:
    call_off(people[0], turn.shift)
    lead, address = as_user(town.wang), reverse("volunteers:take", args=[turn.shift_id])
    fields = {"volunteer": people[0].pk}
    assert lead.post(address, {"command": str(uuid4()), **fields}).status_code == 409
    page = lead.get(reverse("volunteers:shift", args=[turn.shift_id])).content.decode()
    assert "又能到岗" in page
    assert lead.post(address, {"command": str(uuid4()), "again": "1", **fields}).status_code == 302
    assert (Turn.objects.get().volunteer, CalledOff.objects.count()) == (people[0], 0)
    assert call_off(people[0], turn.shift).status_code == 302, "and may say so once more"


@pytest.mark.parametrize("begins", [timedelta(0), -HOUR, -4 * HOUR])
def test_once_it_has_begun_it_is_refused(town: Town, people, begins: timedelta) -> None:
    row = shift(town, begins)
    teams.take_shift(shift=row, volunteer=people[0], by=town.wang, at=town.now)
    assert call_off(people[0], row).status_code == 409
    assert (Turn.objects.count(), CalledOff.objects.count()) == (1, 0)
    assert (
        "我不能到岗"
        not in Client().get(reverse("volunteers:my_shifts", args=[link_of(people[0])])).content.decode()
    )


def test_without_a_reason_and_of_a_cancelled_shift_it_is_refused(town: Town, people, turn: Turn) -> None:
    assert call_off(people[0], turn.shift, reason=" ").status_code == 409
    teams.cancel_shift(shift=turn.shift, by=town.wang, at=town.now)
    assert call_off(people[0], turn.shift).status_code == 409
    assert Turn.objects.filter(pk=turn.pk).exists()


def test_a_link_reaches_no_shift_of_others(town: Town, people, turn: Turn) -> None:
    """Another's shift is as missing as one that never was, and stays."""
    for row in (turn.shift, 987_654_321, 0):
        assert call_off(people[1], row).status_code == 404
    assert call_off(people[1], turn.shift, shift="²").status_code == 404
    assert Turn.objects.filter(pk=turn.pk).exists()


def test_dead_links_do_nothing(town: Town, people, turn: Turn) -> None:
    old = link_of(people[0])
    teams.new_link(volunteer=people[0], by=town.wang, at=town.now)
    for token in (old, "made-up", link_of(people[0])[:-2] + "xx"):
        assert call_off(token, turn.shift).status_code == 404
    teams.end_volunteer(volunteer=people[0], on=town.today, by=town.wang, at=town.now)
    people[0].refresh_from_db()
    assert call_off(people[0], turn.shift).status_code == 404
    assert Turn.objects.filter(pk=turn.pk).exists()


def test_another_site_cannot_send_it(people, turn: Turn) -> None:
    assert call_off(people[0], turn.shift, Client(enforce_csrf_checks=True)).status_code == 403
    assert Turn.objects.filter(pk=turn.pk).exists()


def test_whoever_tries_too_often_is_stopped(people, turn: Turn) -> None:
    assert call_off("made-up", turn.shift).status_code == 404
    Taken.objects.filter(what="page POST").update(times=30)
    assert call_off(people[0], turn.shift).status_code == 429
    assert Turn.objects.filter(pk=turn.pk).exists()


def test_the_code_stands_on_the_coordinators_page_and_on_paper(
    town: Town, as_user, people, turn: Turn
) -> None:
    lead = as_user(town.wang)
    page = lead.get(reverse("volunteers:volunteer", args=[people[0].pk])).content.decode()
    assert '<div class="fg-qr"><svg' in page
    for query in ({}, {"volunteer": people[1].pk}):
        paper = lead.get(reverse("volunteers:slips"), query)
        assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")


@pytest.mark.parametrize(
    ("who", "query", "status"),
    [
        ("wang", {"week": "2019-01-01"}, 404),
        ("wang", {"volunteer": "987654321"}, 404),
        ("li", {}, 403),
        ("zhao", {}, 403),
    ],
)
def test_who_prints_no_slips(town: Town, as_user, people, turn: Turn, who, query, status) -> None:
    assert as_user(getattr(town, who)).get(reverse("volunteers:slips"), query).status_code == status


def test_whoever_only_reads_the_rota_gets_no_code(town: Town, as_user, people, turn: Turn) -> None:
    page = as_user(town.chen).get(reverse("volunteers:volunteer", args=[people[0].pk])).content.decode()
    assert "fg-qr" not in page and link_of(people[0]) not in page
