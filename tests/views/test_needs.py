"""A need heard at the door: on the page of the visit, filed for that enterprise, and back to the stop."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from fugong.issues.models import Issue
from fugong.visits.models import Plan, PlannedVisit
from tests.town import Town

pytestmark = pytest.mark.django_db
MASKS = {
    "kind": "supplies",
    "supplies-title": "缺口罩两千只",
    "supplies-own-item": "masks",
    "supplies-own-quantity": "2000",
}


def ask(client, firm, **values):
    fields = {"command": str(uuid4()), **MASKS, **values}
    return client.post(reverse("visits:need", args=[firm.pk]), fields)


def test_one_tap_at_the_stop_and_the_officer_is_back_at_it(town: Town, as_user) -> None:
    client, firm = as_user(town.li), town.large_firm
    stop = reverse("visits:visit", args=[firm.pk])
    page = client.get(f"{stop}?plain=1").content.decode()
    assert "企业有诉求" in page and 'name="supplies-own-quantity"' in page
    assert f'data-next="{stop}?plain=1"' in page
    assert ask(client, firm)["Location"] == stop
    filed = Issue.objects.system().get()
    assert (filed.enterprise, filed.area, filed.kind, filed.found_by) == (
        firm,
        firm.area,
        "supplies",
        town.li,
    )
    assert (filed.department, filed.answers) == ("health", {"item": "masks", "quantity": 2000})
    assert filed.title in client.get(stop).content.decode()


def test_from_the_simple_form_it_goes_back_to_the_simple_form(town: Town, as_user) -> None:
    assert ask(as_user(town.li), town.large_firm, plain="1")["Location"].endswith("/?plain=1")


def test_the_outbox_sends_it_once_and_is_told_where_it_leads(town: Town, as_user) -> None:
    client, firm = as_user(town.li), town.large_firm
    fields = {"command": str(uuid4()), **MASKS}
    for _sent in range(2):
        answer = client.post(
            reverse("visits:need", args=[firm.pk]), fields, headers={"X-Fugong-Person": str(town.li.pk)}
        )
        assert (answer.status_code, answer["X-Fugong-Leads"]) == (
            204,
            reverse("visits:visit", args=[firm.pk]),
        )
    assert Issue.objects.system().count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "请选择诉求类别"),
        ({"kind": "no-such-kind"}, "请选择诉求类别"),
        ({"supplies-title": ""}, "这个字段是必填项"),
        ({"supplies-own-item": "gold"}, "gold"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_filed(town: Town, as_user, wrong, said) -> None:
    answer = ask(as_user(town.li), town.large_firm, **wrong)
    assert (answer.status_code, Issue.objects.system().count()) == (422, 0)
    assert said in answer.content.decode()


@pytest.mark.parametrize(("who", "status"), [("feng", 404), ("zhao", 404), ("zhou", 403), ("qian", 403)])
def test_who_may_not_file_at_this_door(town: Town, as_user, who, status) -> None:
    assert ask(as_user(getattr(town, who)), town.large_firm).status_code == status
    assert not Issue.objects.system().exists()


def test_at_a_stop_across_the_border_too(town: Town, as_user) -> None:
    """The accepted plan sends the officer there; the ledger alone would not show them the enterprise."""
    plan = Plan.objects.create(
        campaign=town.campaign, area=town.town, on=town.today, version=1, status="accepted", made_at=town.now
    )
    PlannedVisit.objects.create(
        plan=plan,
        officer=town.li,
        enterprise=town.crowded_firm,
        order=1,
        arrives_at=town.now,
        leaves_at=town.now + timedelta(hours=1),
    )
    assert ask(as_user(town.li), town.crowded_firm).status_code == 302
    assert Issue.objects.system().get().enterprise == town.crowded_firm
