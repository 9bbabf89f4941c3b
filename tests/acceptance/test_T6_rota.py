"""T6: volunteers are entered, a coordinator fills a week, clashes are refused, hours are counted, nobody needs an account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from fugong.teams.models import Shift, Turn, Volunteer
from tests.acceptance.place import set_day
from tests.acceptance.reading import page, send, sent, text_of

pytestmark = pytest.mark.django_db
ABLE = {"weekdays": list("0123456"), "from_time": "08:00", "to_time": "20:00"}


def entered(client, town, name, **values):
    sent(client, "volunteers:new", name=name, area=town.willow.pk, **{**ABLE, **values})
    return Volunteer.objects.system().get(name=name)


def planned(client, town, day, starts, ends, *, kind="checkpoint", needed=1, days=1):
    sent(
        client,
        "volunteers:new_shift",
        kind=kind,
        area=town.willow.pk,
        place="东卡口",
        on=day.isoformat(),
        days=days,
        starts=starts,
        ends=ends,
        needed=needed,
    )
    return list(Shift.objects.system().order_by("-pk")[:days])[::-1]


def test_a_week_is_filled_fairly_and_clashes_are_refused(danzao, as_user):
    town, lead = danzao, as_user(danzao.wang)
    people = [
        entered(lead, town, name, phone=f"1510000000{n}") for n, name in enumerate(("甲一", "乙二", "丙三"))
    ]
    monday = town.today + timedelta(days=7 - town.today.weekday())
    shifts = planned(lead, town, monday, "08:00", "12:00", days=6)
    (delivery,) = planned(lead, town, monday, "09:00", "13:00", kind="delivery")

    sent(lead, "volunteers:take", shifts[0].pk, volunteer=people[0].pk)
    clash = planned(lead, town, monday, "11:00", "15:00")[0]
    assert send(lead, "volunteers:take", clash.pk, volunteer=people[0].pk).status_code == 409
    evening = planned(lead, town, monday, "16:00", "20:00")[0]
    assert send(lead, "volunteers:take", evening.pk, volunteer=people[0].pk).status_code == 409, (
        "rest of 8 hours"
    )
    assert send(lead, "volunteers:take", delivery.pk, volunteer=people[1].pk).status_code == 409, "no licence"
    why = text_of(page(lead, reverse("volunteers:shift", args=[delivery.pk])))
    assert "没有所需技能" in why
    for row in (clash, evening, delivery):
        sent(lead, "volunteers:cancel_shift", row.pk)

    week = f"{reverse('volunteers:proposal')}?week={monday.isoformat()}"
    ids = re.findall(r'name="ids" value="([\d-]+)"', page(lead, week))
    assert len(ids) == 5 and Turn.objects.count() == 1, "nothing is written before a person says so"
    sent(lead, "volunteers:proposal", week=monday.isoformat(), ids=ids)
    assert sorted(Turn.objects.filter(volunteer=one).count() for one in people) == [2, 2, 2]
    assert "岗位已排满" in text_of(page(lead, f"{reverse('volunteers:rota')}?week={monday.isoformat()}"))


def test_hours_count_for_who_came_and_a_volunteer_sees_them_through_a_link(danzao, as_user):
    town, lead = danzao, as_user(danzao.wang)
    first, second = (entered(lead, town, name, phone="15100001111") for name in ("甲一", "乙二"))
    (shift,) = planned(lead, town, town.today, "08:00", "12:30", needed=2)
    for one in (first, second):
        sent(lead, "volunteers:take", shift.pk, volunteer=one.pk)
    turn = Turn.objects.get(volunteer=first)
    sent(lead, "volunteers:attendance", shift.pk, came=[turn.pk])
    register = text_of(page(lead, "volunteers:list"))
    assert "甲一" in register and "4.5" in register and "15100001111" not in register

    own = page(lead, reverse("volunteers:volunteer", args=[first.pk]))
    address = re.search(r'value="http://[^/"]+(/volunteers/my-shifts/[^"]+)"', own)[1]
    stranger = Client()
    seen = text_of(page(stranger, address))
    assert "已计 4.5 小时" in seen and "东卡口" in seen and "乙二" not in seen and "15100001111" not in seen
    assert stranger.get(address[:-3] + "xx/").status_code == 404
    sent(lead, "volunteers:renew_link", first.pk)
    assert stranger.get(address).status_code == 404


def test_days_away_name_the_shifts_they_hit_and_refuse_new_ones(danzao, as_user):
    town, lead = danzao, as_user(danzao.wang)
    one = entered(lead, town, "甲一")
    day = town.today + timedelta(days=3)
    (shift,) = planned(lead, town, day, "09:00", "12:00")
    sent(lead, "volunteers:take", shift.pk, volunteer=one.pk)
    answer = lead.post(
        reverse("volunteers:away", args=[one.pk]),
        {"command": "5b0d7f4e-2f54-4d7c-9a73-0d9c1c6fb001", "from_on": day, "to_on": day, "note": ""},
        follow=True,
    )
    assert "东卡口" in text_of(answer.content.decode()).partition("这些天仍有班次")[2]
    sent(lead, "volunteers:release", Turn.objects.get().pk)
    assert send(lead, "volunteers:take", shift.pk, volunteer=one.pk).status_code == 409
    set_day(town.campaign, day)
    assert send(lead, "volunteers:attendance", shift.pk, came=[]).status_code == 302
