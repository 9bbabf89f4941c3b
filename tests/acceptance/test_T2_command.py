"""T2: the command structure of Danzao, eleven task groups, set up from the pack in one step; vacant posts show."""

from __future__ import annotations

import tomllib

import pytest

from fugong.teams.models import Post, TaskGroup
from tests.acceptance.place import PACKS
from tests.acceptance.reading import numbers, page, sent, text_of

pytestmark = pytest.mark.django_db
TEAMS = tomllib.loads((PACKS / "danzao" / "teams.toml").read_text())


def test_eleven_groups_with_all_posts_vacant_until_somebody_holds_them(danzao, as_user):
    client = as_user(danzao.zhou)
    chart = page(client, "teams:structure")
    groups = TEAMS["task_group"]
    assert len(groups) == 11
    assert all(group["name"]["zh"] in chart and group["duties"]["zh"] in chart for group in groups)
    assert all(post["title"]["zh"] in chart for post in TEAMS["command"])
    posts = len(TEAMS["command"]) + sum(len(group["post"]) for group in groups)
    lead = text_of(chart.partition("fg-head-lead")[2].partition("</p>")[0])
    assert numbers(lead)[:3] == [posts, posts, 11], "vacant posts, posts, groups"

    commander = Post.objects.get(key__endswith="commander", title="总指挥")
    sent(client, "teams:hold", commander.pk, user=danzao.zhou.pk, on=danzao.today.isoformat())
    chart = page(client, "teams:structure")
    assert numbers(text_of(chart.partition("fg-head-lead")[2].partition("</p>")[0]))[0] == posts - 1
    assert danzao.zhou.name in chart.partition("fg-head-lead")[2]

    sent(client, "teams:vacate", commander.pk)
    chart = page(client, "teams:structure")
    assert numbers(text_of(chart.partition("fg-head-lead")[2].partition("</p>")[0]))[0] == posts


def test_a_group_stands_from_a_day_and_is_stood_down(danzao, as_user):
    client = as_user(danzao.zhou)
    group = TaskGroup.objects.get(name="统计组")
    assert group.stands_from.isoformat() == "2020-01-22", "the day that the pack gives"
    sent(client, "teams:stand_up", group.pk, stands_from="2020-01-22", stands_to="2020-03-31")
    group.refresh_from_db()
    assert group.stands_to.isoformat() == "2020-03-31"
    section = page(client, "teams:structure").partition(">统计组<")[2].partition("</section>")[0]
    assert {(1, 22), (3, 31)} <= set(
        zip(numbers(text_of(section)), numbers(text_of(section))[1:], strict=False)
    )


def test_whoever_may_not_edit_names_nobody(danzao, as_user):
    post = Post.objects.filter(group__isnull=False).first()
    answer = as_user(danzao.chen).get(f"/teams/posts/{post.pk}/hold/")
    assert answer.status_code == 403
