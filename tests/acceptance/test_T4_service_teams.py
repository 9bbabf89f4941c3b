"""T4: service teams led by an official, stationed officers, joint teams of three sides; gaps and history."""

from __future__ import annotations

import pytest
from django.urls import reverse

from fugong.access.models import Posting
from fugong.teams.models import Duty, Station, Team
from fugong.visits.models import PlannedVisit
from tests.acceptance.place import firms, fugong, speaks_for
from tests.acceptance.reading import page, send, sent, text_of
from tests.town import FIRST_DAY

pytestmark = pytest.mark.django_db


def formed(client, town, kind, name, **members):
    sent(client, "teams:new_team", kind=kind, name=name, area=town.campaign.area.pk)
    return Team.objects.system().get(name=name)


def joined(client, team, part, user, **more):
    sent(client, "teams:add_member", team.pk, part=part, user=user.pk, on="2020-02-19", **more)


def test_ten_service_teams_cover_the_key_firms_and_a_hand_over_keeps_history(danzao, as_user):
    town, client = danzao, as_user(danzao.zhou)
    keys = firms(town, town.willow, 10, "重点", is_key=True, headcount=50)
    assert "10 家中的 10 家" in text_of(page(client, "teams:service_teams"))
    teams = [formed(client, town, "service", f"第{number}服务队") for number in range(10)]
    for team, firm in zip(teams, keys, strict=True):
        joined(client, team, "leader", town.wang)
        joined(client, team, "member", town.he)
        sent(client, "teams:give_duty", team.pk, enterprise=firm.pk, reason="")
    words = text_of(page(client, "teams:service_teams"))
    assert "均无缺项" in words and "应有的 10 家都有" not in words and "10 家中的" not in words

    refused = send(client, "teams:give_duty", teams[1].pk, enterprise=keys[0].pk, reason="")
    assert refused.status_code == 409
    sent(client, "teams:give_duty", teams[1].pk, enterprise=keys[0].pk, reason="片区调整")
    before = text_of(page(client, f"/teams/service/{teams[0].pk}/"))
    assert keys[0].name in before.partition("以前")[2] or "2月19日" in before
    rows = Duty.objects.system().filter(enterprise=keys[0]).order_by("pk")
    assert [(row.team, row.to_on) for row in rows] == [(teams[0], town.today), (teams[1], None)]
    assert "还没有负责的企业" in text_of(page(client, "teams:service_teams"))
    assert teams[1].name in text_of(page(client, f"/dossier/{keys[0].pk}/"))


def test_a_team_over_the_packs_ratio_shows(danzao, as_user):
    """One person answers for at most 30; Willow as a whole has 31."""
    town, client = danzao, as_user(danzao.zhou)
    firms(town, town.willow, 31, "多")
    team = formed(client, town, "service", "一人队")
    joined(client, team, "leader", town.wang)
    sent(client, "teams:give_duty", team.pk, area=town.willow.pk, reason="")
    assert "1 人负责 31 家企业；每人最多 30 家" in text_of(page(client, "teams:service_teams"))


def test_a_stationed_officer_is_at_one_place_shows_there_and_is_planned_nowhere(danzao, as_user):
    town, client = danzao, as_user(danzao.zhou)
    place = {
        "longitude": town.willow.longitude,
        "latitude": town.willow.latitude,
        "position_source": "imported",
    }
    big, other = firms(town, town.willow, 2, "大厂", headcount=1200, is_key=True, **place)
    speaks_for(town, big)
    assert "2 家中的 2 家" in text_of(page(client, "teams:stations"))
    sent(client, "teams:station", big.pk, officer=town.li.pk, on=town.today.isoformat(), reason="")
    assert (
        send(client, "teams:station", other.pk, officer=town.li.pk, on=town.today.isoformat()).status_code
        == 409
    )
    assert "2 家中的 1 家" in text_of(page(client, "teams:stations"))
    assert town.li.name in text_of(page(client, f"/dossier/{big.pk}/"))
    assert town.li.name in text_of(page(as_user(town.qian), "desk:my_enterprise"))

    plan = ("plan", "--on", town.today, "--days", 1, "--seconds", 0.2, "--user", "zhou", "--accept")
    fugong(*plan)
    assert not PlannedVisit.objects.system().filter(officer=town.li).exists()
    sent(client, "teams:end_station", Station.objects.system().get().pk)
    fugong(*plan)
    assert PlannedVisit.objects.system().filter(officer=town.li).exists(), (
        "sent again once the station has ended"
    )


def test_a_joint_team_says_which_of_its_three_sides_is_missing(danzao, as_user):
    town, client = danzao, as_user(danzao.zhou)
    (firm,) = firms(town, town.willow, 1, "联合", headcount=1600)
    contact = speaks_for(town, firm)
    team = formed(client, town, "joint", "联合工作组一")
    address = f"{reverse('teams:service_teams')}?kind=joint"
    sent(client, "teams:give_duty", team.pk, enterprise=firm.pk, reason="")
    joined(client, team, "village", town.wang)
    words = text_of(page(client, address))
    assert "缺企业一方" in words and "缺部门一方" in words and "缺村居一方" not in words
    sent(client, "teams:add_member", team.pk, part="enterprise", contact=contact.pk, on="2020-02-19")
    joined(client, team, "department", town.sun)
    assert "缺" not in text_of(page(client, address)).partition("联合工作组一")[2]
    wrong = send(client, "teams:add_member", team.pk, part="department", contact=contact.pk, on="2020-02-19")
    assert wrong.status_code == 422
    assert Posting.objects.filter(from_on=FIRST_DAY).exists()
