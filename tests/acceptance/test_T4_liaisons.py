"""T4: one liaison officer for five enterprises (Danzao); nobody without one, overload and gaps visible, history kept."""

from __future__ import annotations

import pytest

from fugong.access.models import Posting, User
from fugong.teams.models import Charge, ChargeProposal
from tests.acceptance.place import firms
from tests.acceptance.reading import cells, figures, numbers, page, send, sent, total
from tests.town import FIRST_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def officers(danzao):
    """He and three more, two in each village."""
    rows = User.objects.bulk_create(
        [User(login=f"he{n}", name=f"何{n}联络", password="!") for n in range(2, 5)]
    )
    places = [danzao.willow, danzao.pine, danzao.pine]
    Posting.objects.bulk_create(
        [
            Posting(user=user, role="liaison", area=area, from_on=FIRST_DAY)
            for user, area in zip(rows, places, strict=True)
        ]
    )
    return [danzao.he, *rows]


def at(area, **values):
    return {"longitude": area.longitude, "latitude": area.latitude, "position_source": "imported", **values}


def loads(client, **query):
    """Officers with their load as the page of charges shows them: {name: (has, may have)}."""
    table = page(client, "teams:charges", **query).rpartition("<table")[2]
    return {row[0]: tuple(numbers(row[2])[:2]) for row in cells(table) if len(row) == 4}


def test_20_firms_and_4_officers_make_1_to_5_and_no_key_firm_is_without(danzao, officers, as_user):
    client = as_user(danzao.zhou)
    for area in (danzao.willow, danzao.pine):
        firms(danzao, area, 5, f"{area.name}重点", is_key=True, **at(area))
        firms(danzao, area, 5, f"{area.name}一般", **at(area))
    assert figures(client)["liaison"].n == 0
    sent(client, "teams:propose", kind="liaison")
    assert (ChargeProposal.objects.system().count(), Charge.objects.system().count()) == (20, 0)
    assert all(row.reason and row.distance_km is not None for row in ChargeProposal.objects.system())
    sent(client, "teams:confirm", kind="liaison", all="1")
    covered = figures(client)["liaison"]
    assert (covered.n, covered.of, covered.share) == (10, 10, 100)
    assert total(client, covered.url_n) == 10
    assert {officer.name for officer in officers} == set(loads(client))
    assert set(loads(client).values()) == {(5, 5)}


def test_where_officers_are_short_the_key_firms_come_first_and_the_gap_is_listed(danzao, officers, as_user):
    """12 key firms beside 13 others, far nearer to the officers; four officers take twenty."""
    client = as_user(danzao.zhou)
    far = {
        "longitude": danzao.willow.longitude + 0.3,
        "latitude": danzao.willow.latitude,
        "position_source": "imported",
    }
    keys = firms(danzao, danzao.willow, 12, "重点", is_key=True, **far)
    firms(danzao, danzao.willow, 13, "一般", **at(danzao.willow))
    sent(client, "teams:propose", kind="liaison")
    sent(client, "teams:confirm", kind="liaison", all="1")
    assert Charge.objects.system().count() == 20
    gaps = page(client, "teams:charges").partition("<table")[2].partition("</table>")[0]
    assert len(cells(gaps)) == 25 - 20
    assert not [row.name for row in keys if row.name in gaps], "a key firm is without a liaison officer"
    assert figures(client)["liaison"].share == 100


def test_a_sixth_firm_shows_as_overload_and_a_hand_over_keeps_history(danzao, officers, as_user):
    client = as_user(danzao.zhou)
    rows = firms(danzao, danzao.willow, 6, "六", is_key=True, **at(danzao.willow))
    for row in rows:
        sent(client, "teams:charge", row.pk, kind="liaison", officer=danzao.he.pk, reason="就近")
    assert loads(client, show="over") == {danzao.he.name: (6, 5)}

    successor = officers[1]
    refused = send(client, "teams:charge", rows[0].pk, kind="liaison", officer=successor.pk)
    assert refused.status_code == 422, "a hand-over needs its reason"
    sent(client, "teams:charge", rows[0].pk, kind="liaison", officer=successor.pk, reason="原联络员负担过重")
    history = page(client, f"/teams/charges/of/{rows[0].pk}/")
    assert danzao.he.name in history and successor.name in history and "原联络员负担过重" in history
    assert danzao.he.name not in loads(client, show="over")
    kept = Charge.objects.system().filter(enterprise=rows[0]).order_by("pk")
    assert [(row.officer, row.to_on) for row in kept] == [(danzao.he, danzao.today), (successor, None)]
    assert rows[0].name in page(client, f"/teams/officers/{danzao.he.pk}/"), (
        "also what they answered for before"
    )
