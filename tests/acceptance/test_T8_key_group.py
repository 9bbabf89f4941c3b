"""T8: several levels guide one large base together; three joint visits count three for it and nine for the people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from fugong.teams.models import Duty, Team
from tests.acceptance.place import firms, set_day
from tests.acceptance.reading import page, sent, text_of
from tests.acceptance.visits import visit_made

pytestmark = pytest.mark.django_db


def test_the_groups_page_shows_members_by_organisation_joint_visits_findings_and_open_issues(danzao, as_user):
    town, client = danzao, as_user(danzao.zhou)
    group = Team.objects.system().get(kind="key")
    (base,) = firms(town, town.willow, 1, "联合基地", size="above-scale", headcount=900, is_key=True)
    people = [(town.gao, "市卫生健康局"), (town.sun, "区经济促进局"), (town.zhou, "镇指挥部")]
    sent(client, "teams:give_duty", group.pk, enterprise=base.pk, reason="")
    lacking = text_of(page(client, f"{reverse('teams:service_teams')}?kind=key"))
    assert "缺市卫生健康局人员" in lacking
    for place, (user, organisation) in enumerate(people):
        part = "leader" if place == 0 else "member"
        fields = {"part": part, "user": user.pk, "organisation": organisation, "on": town.today.isoformat()}
        sent(client, "teams:add_member", group.pk, **fields)
    assert "均无缺项" in text_of(page(client, f"{reverse('teams:service_teams')}?kind=key"))

    for number in range(3):
        set_day(town.campaign, town.today + timedelta(days=number))
        came = {"others_asked": "on", "others": [town.gao.pk, town.sun.pk]}
        found = {"a_05": "no"} if number == 0 else {}
        visit_made(as_user(town.li), town, base, "articles-23", **came, **_answers(town, found))
    visit_made(as_user(town.li), town, base, "articles-23", others_asked="on")  # alone: no joint visit

    shown = page(client, reverse("visits:group", args=[group.pk]))
    words = text_of(shown)
    assert _figure(words, "联合走访次数（对基地各计一次）") == 3
    assert _figure(words, "走访人次（每人各计一次）") == 9
    assert _figure(words, "到场人数") == 3
    assert _figure(words, "未销号问题") == 1
    for user, organisation in people:
        assert user.name in words and organisation in words
    members = words.partition("各单位成员")[2]
    order = [members.index(organisation) for _user, organisation in people]
    assert order == sorted(order), "the highest level stands first"
    assert text_of(page(as_user(town.gao), reverse("visits:group", args=[group.pk])))
    assert as_user(town.zhao).get(reverse("visits:group", args=[group.pk])).status_code == 404
    assert Duty.objects.system().in_force().get(team=group).enterprise == base


def _answers(town, wanted):
    """The first article not met, where a finding is wanted."""
    from tests.acceptance.visits import articles

    return {articles(town, "articles-23")[0]["name"]: "no"} if wanted else {}


def _figure(words, label):
    return int(words.partition(label)[2].split()[0])
