"""The page of the campaign and its pack, and working in another campaign."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from fugong.campaigns.gate import why_not_write
from fugong.campaigns.models import Campaign, PackRelease
from fugong.campaigns.queries import values_of
from fugong.campaigns.rules import is_illustrative
from tests.town import NOW

AsUser = Callable[[Any], Client]
PART = {
    "ratio": [
        {"value": 5, "from": "2020-02-10", "source": "report"},
        {"value": 4, "from": "2020-03-01", "source": "示例"},
        {"value": 6, "from": "2020-01-20", "source": "report"},
    ],
    "level": [
        {
            "key": "city",
            "name": {"zh": "市级", "en": "city"},
            "hours": {"minor": [{"value": 1, "from": "2020-01-20", "source": "x"}]},
        }
    ],
    "areas": [{"key": "a", "from": "b"}],
}


def test_dated_values_are_told_with_their_place_and_whether_they_hold() -> None:
    with override("en"):
        found = values_of(PART, date(2020, 2, 19))
    assert [(one.place, one.value, one.holds, one.is_illustrative) for one in found] == [
        ("ratio", 5, True, False),
        ("ratio", 4, False, True),
        ("ratio", 6, False, False),
        ("level · city · clock (hours) · minor", 1, True, False),
    ]
    assert values_of(PART, date(2020, 1, 1))[0].holds is False, "nothing holds before the first day"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("示例 / illustrative", True),
        ("Illustrative: our choice", True),
        ("fictional", True),
        ("GB/T 4754-2017", False),
    ],
)
def test_what_is_illustrative_says_so(source: str, found: bool) -> None:
    assert is_illustrative(source) is found


@pytest.fixture
def real(town: Any) -> Any:
    """The cast's campaign with a head as packs have it."""
    head = {
        **town.campaign.release.content["pack"],
        "source": [{"title": "镇政府通告", "note": "部分为示例"}],
    }
    town.campaign.release.content = {**town.campaign.release.content, "pack": head, "teams": PART}
    town.campaign.release.save()
    return town


def test_everybody_in_the_campaign_reads_its_rules(
    real: Any, as_user: AsUser, django_assert_max_num_queries: Any
) -> None:
    client = as_user(real.li)
    with django_assert_max_num_queries(7):
        page = client.get(reverse("campaigns:detail"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "镇政府通告" in text and "示例" in text and "teams.toml" in text
    assert "市级 · 时限（小时） · 一般" in text


def test_a_stranger_signs_in_first(real: Any) -> None:
    answer = Client().get(reverse("campaigns:detail"))
    assert (answer.status_code, answer["Location"].startswith(reverse("access:login"))) == (302, True)


def test_without_a_campaign_the_page_says_what_to_do(real: Any, as_user: AsUser) -> None:
    page = as_user(real.bai).get(reverse("campaigns:detail"))
    assert "fugong pack load" in page.content.decode()


@pytest.fixture
def other(real: Any) -> Campaign:
    release = PackRelease.objects.create(
        slug="west", version="1", digest="west", content=real.campaign.release.content, loaded_at=NOW
    )
    return Campaign.objects.create(
        name="西桥镇复工", release=release, area=real.west_town, starts_on=date(2020, 1, 1), status="running"
    )


def choose(client: Client, campaign: Campaign) -> int:
    return client.post(reverse("campaigns:choose", args=[campaign.pk]), {"command": str(uuid4())}).status_code


def test_who_may_see_two_campaigns_works_in_the_chosen_one(
    real: Any, other: Campaign, as_user: AsUser
) -> None:
    client = as_user(real.gao)
    assert "西桥镇复工" in client.get(reverse("campaigns:detail")).content.decode()
    assert choose(client, other) == 302
    assert client.get(reverse("campaigns:detail")).context["campaign"] == other


def test_the_campaign_of_strangers_is_not_there(real: Any, other: Campaign, as_user: AsUser) -> None:
    client = as_user(real.li)
    assert choose(client, other) == 404
    assert "西桥镇复工" not in client.get(reverse("campaigns:detail")).content.decode()


def test_a_closed_campaign_is_found_where_none_runs(real: Any, as_user: AsUser) -> None:
    """With none in hand the page offers those that may be read; chosen, it says that nothing is written to it."""
    Campaign.objects.filter(pk=real.campaign.pk).update(status="closed")
    client = as_user(real.zhou)
    address = reverse("campaigns:choose", args=[real.campaign.pk])
    assert address in client.get(reverse("campaigns:detail")).content.decode()
    assert client.post(address, {"command": str(uuid4())}).status_code == 302
    real.campaign.refresh_from_db()
    assert why_not_write(real.campaign) in client.get(reverse("campaigns:detail")).content.decode()
