"""T5: the six roles of a grid instructor show on the officer's day page with duties and what waits; gaps are listed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from fugong.access.models import Posting
from fugong.issues import actions as issues
from fugong.issues.actions import Found
from fugong.issues.models import Issue
from fugong.teams import actions as teams
from fugong.visits import actions as visits
from tests.acceptance.place import firms
from tests.acceptance.reading import page, sent, text_of
from tests.town import FIRST_DAY

pytestmark = pytest.mark.django_db
ROLES = ("grid_lead", "instructor", "service_officer", "inspector", "emergency_officer", "presenter")


@pytest.fixture
def team(danzao):
    return teams.form_team(
        campaign=danzao.campaign, area=danzao.willow, name="", by=danzao.zhou, at=danzao.now
    )


def filed(town, firm, title, **values):
    return issues.find(
        campaign=town.campaign,
        enterprise=firm,
        area=firm.area,
        found=Found(title=title, **values),
        by=town.li,
        at=town.now,
    )


def test_six_roles_of_one_officer_with_duties_and_what_waits_for_each(danzao, team, as_user):
    """Li holds all six in Willow; each role shows its duties from the pack and its own things, nobody else's village."""
    town, lead = danzao, as_user(danzao.wang)
    for role in ROLES:
        sent(lead, "teams:join", team.pk, user=town.li.pk, role=role, on=town.today.isoformat())
    (firm,) = firms(town, town.willow, 1, "六角色")
    (elsewhere,) = firms(town, town.pine, 1, "别村")
    serious = filed(town, firm, "酒精库无灭火器", severity="serious")
    filed(town, elsewhere, "别村严重问题", severity="serious")
    need = filed(town, firm, "缺口罩五百只", kind="supplies")
    solved = filed(town, firm, "食堂未错峰")
    issues.solve(issue=solved, solution="已错峰", by=town.sun, at=town.now - timedelta(days=4))
    visits.owe_look_backs(campaign=town.campaign, at=town.now)

    day = page(as_user(town.li), "visits:my_day")
    words = text_of(day)
    for duty in (
        "按当天路线走访企业",
        "到期回头看",
        "接收企业和住户的需求",
        "立即到场",
        "讲解当日要点",
        "召集组团成员",
    ):
        assert duty in words
    waiting = words.partition("我今天的身份")[2]
    assert serious.title in waiting and need.title in waiting and solved.title in waiting
    assert "别村严重问题" not in waiting
    assert "员工返岗前核对 14 天行程" in waiting, "the presenter's key points come from the pack"
    link = reverse("issues:detail", args=[serious.pk])
    assert link in day


def test_the_numbers_open_their_rows(danzao, team, as_user):
    town = danzao
    Posting.objects.create(user=town.he, role="emergency_officer", area=town.willow, from_on=FIRST_DAY)
    sent(as_user(town.wang), "teams:join", team.pk, user=town.he.pk, role="emergency_officer", on=town.today)
    for number, firm in enumerate(firms(town, town.willow, 5, "严重")):
        filed(town, firm, f"严重问题{number}", severity="serious")
    day = page(as_user(town.he), "visits:my_day")
    address = next(part for part in day.split('href="') if part.startswith("/issues/") and "serious" in part)
    rows = page(as_user(town.he), address.partition('"')[0].replace("&amp;", "&"))
    assert all(f"严重问题{number}" in rows for number in range(5))
    assert Issue.objects.system().count() == 5


def test_a_member_without_the_posting_of_the_role_is_listed_as_a_gap(danzao, team, as_user):
    town, lead = danzao, as_user(danzao.wang)
    sent(lead, "teams:join", team.pk, user=town.he.pk, role="inspector", on=town.today.isoformat())
    gaps = text_of(page(lead, "teams:grid_teams"))
    assert "1 名成员缺相应任职" in gaps and town.he.name in gaps
    Posting.objects.create(user=town.he, role="inspector", area=town.willow, from_on=FIRST_DAY)
    assert "缺相应任职" not in text_of(page(lead, "teams:grid_teams"))
