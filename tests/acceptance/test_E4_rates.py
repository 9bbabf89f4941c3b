"""E4: resumption, on-duty and capacity rates, by class, area and day, each with one definition and its rows.

Zhoushan: 379 of 379 resumed, 91.8 % on duty. Jinfeng: 61 + 22 + 2 all resumed, capacity 80 %.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from fugong.resumption.models import DailyReport
from tests.acceptance.place import firms, fugong, reported, resumed, speaks_for
from tests.acceptance.reading import data_in, figures, page, send, sent, total
from tests.town import TODAY

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def zhoushan(danzao):
    """379 above-scale firms; yesterday 19 of them stood still. Staff alternate around 500, on duty 91.8 % of the sum."""
    rows = firms(danzao, danzao.willow, 200, "舟", size="above-scale")
    rows += firms(danzao, danzao.pine, 179, "山", size="above-scale")
    resumed(rows[:360], YESTERDAY)
    resumed(rows[360:], TODAY)
    staff = [500 + (40 if place % 2 else -40) for place in range(378)] + [500]
    reported(
        [
            (row, all_, all_ * 459 // 500 + place % 2, None)
            for place, (row, all_) in enumerate(zip(rows, staff, strict=True))
        ],
        TODAY,
    )
    return rows


def test_379_of_379_resumed_and_91_8_per_cent_on_duty(danzao, zhoushan, as_user):
    shown = figures(as_user(danzao.chen))
    rate = shown["resumption-above-scale"]
    assert (rate.n, rate.of, rate.share) == (379, 379, 100)
    reports = DailyReport.objects.system().filter(on=TODAY)
    staff, duty = (sum(reports.values_list(name, flat=True)) for name in ("staff", "on_duty"))
    assert (shown["on-duty"].n, shown["on-duty"].of) == (duty, staff)
    assert round(duty / staff * 100, 1) == 91.8 == shown["on-duty"].share


def test_the_rows_behind_each_rate_are_as_many_as_it_says(danzao, zhoushan, as_user):
    client = as_user(danzao.chen)
    shown = figures(client)
    rate = shown["resumption-above-scale"]
    assert total(client, rate.url_n) == total(client, rate.url_of) == len(zhoushan)
    # A rate of people opens the enterprises whose reports are added up.
    assert total(client, shown["on-duty"].url_n) == len(zhoushan)


def test_yesterday_and_a_village_have_figures_of_their_own(danzao, zhoushan, as_user):
    client = as_user(danzao.chen)
    before = figures(client, on=YESTERDAY.isoformat())["resumption-above-scale"]
    assert (before.n, before.of) == (360, 379)
    assert total(client, before.url_n) == 360
    here = figures(client, area=danzao.pine.pk)["resumption-above-scale"]
    assert (here.n, here.of) == (179, 179)
    assert total(client, here.url_n) == 179


def test_the_command_prints_the_same_figures_as_the_pages(danzao, zhoushan, as_user):
    printed = json.loads(fugong("figures", "--json", "--on", YESTERDAY).output)["figures"]
    shown = figures(as_user(danzao.chen), on=YESTERDAY.isoformat())
    assert {row["key"]: (row["n"], row["of"]) for row in printed} == {
        key: (one.n, one.of) for key, one in shown.items()
    }


def test_a_contact_reports_the_day_on_the_phone_and_the_rate_follows(danzao, zhoushan, as_user):
    firm = zhoushan[-1]
    speaks_for(danzao, firm)
    before = figures(as_user(danzao.chen))["on-duty"]
    was = DailyReport.objects.system().get(enterprise=firm, on=TODAY)
    answer = send(
        as_user(danzao.qian),
        "resumption:report",
        firm.pk,
        staff=was.staff,
        on_duty=was.staff + 1,
        with_symptoms=0,
    )
    assert answer.status_code == 422, "more on duty than there are"
    sent(
        as_user(danzao.qian),
        "resumption:report",
        firm.pk,
        staff=was.staff,
        on_duty=was.staff,
        with_symptoms=0,
    )
    after = figures(as_user(danzao.chen))["on-duty"]
    assert (after.n - before.n, after.of) == (was.staff - was.on_duty, before.of)


def test_the_61_22_and_2_of_jinfeng_all_resumed_with_capacity_80(danzao, as_user):
    classes = {"above-scale": 61, "above-quota": 22, "small": 2}
    rows = [
        row
        for size, count in classes.items()
        for row in firms(danzao, danzao.willow, count, f"金{size}", size=size)
    ]
    resumed(rows)
    # 70 and 90 per cent on equal heads, the last one 80: weighted by staff it is 80.
    shares = [70 + 20 * (place % 2) for place in range(len(rows) - 1)] + [80]
    reported([(row, 100, 80, share) for row, share in zip(rows, shares, strict=True)], TODAY)
    client = as_user(danzao.chen)
    shown = figures(client)
    assert (shown["resumption"].n, shown["resumption"].of) == (85, 85)
    assert (shown["resumption-above-scale"].n, shown["resumption-above-quota"].n) == (61, 22)
    assert shown["capacity"].share == 80
    assert shown["capacity"].n == sum(shares)
    (bars,) = [
        data
        for data in data_in(page(client, "desk:board"))
        if isinstance(data, dict) and data.get("kind") == "bars"
    ]
    assert [label.split()[-1] for label in bars["labels"]] == [f"{n}/{n}" for n in classes.values()]
    assert [total(client, url) for url in bars["urls"]] == list(classes.values())


def test_a_firm_that_stands_still_again_leaves_the_rate_from_that_day(danzao, zhoushan, as_user):
    sent(as_user(danzao.chen), "resumption:state", zhoushan[0].pk, state="stopped", on=TODAY.isoformat())
    client = as_user(danzao.chen)
    assert figures(client)["resumption-above-scale"].n == 378
    assert figures(client, on=YESTERDAY.isoformat())["resumption-above-scale"].n == 360
