"""T3: grid teams 1+X: the ratio is the pack's, short teams are listed, members are proposed and a person confirms."""

from __future__ import annotations

import re
import tomllib

import pytest

from fugong.access.models import Posting, User
from fugong.teams.models import GridTeam, Membership
from tests.acceptance.place import PACKS
from tests.acceptance.reading import page, send, sent
from tests.town import FIRST_DAY

pytestmark = pytest.mark.django_db
RATIO = {
    key: rows[0]["value"]
    for key, rows in tomllib.loads((PACKS / "danzao" / "teams.toml").read_text())["grid_team"].items()
}


def people(danzao, role, area, count):
    rows = User.objects.bulk_create(
        [User(login=f"{role}{number}", name=f"{role}-{number:02d}", password="!") for number in range(count)]
    )
    Posting.objects.bulk_create(
        [Posting(user=user, role=role, area=area, from_on=FIRST_DAY) for user in rows]
    )
    return rows


def card(client, team):
    return page(client, "teams:grid_teams").partition(f"<h2>{team.name}</h2>")[2].partition("</section>")[0]


def test_a_short_team_is_listed_gets_a_proposal_and_is_whole_after_a_yes(danzao, as_user):
    """One instructor guides at most ten; with eleven stationed officers the team wants its second one."""
    client = as_user(danzao.zhou)
    assert danzao.willow.name in page(client, "teams:grid_teams"), "a village without a team is listed"
    sent(client, "teams:form_team", area=danzao.willow.pk)
    team = GridTeam.objects.system().get()
    assert "fg-red" in card(client, team)

    stationed = people(danzao, "service_officer", danzao.willow, RATIO["stationed_per_professional"] + 1)
    day = danzao.today.isoformat()
    for person in [*stationed]:
        sent(client, "teams:join", team.pk, user=person.pk, role="service_officer", on=day)
    sent(client, "teams:join", team.pk, user=danzao.li.pk, role="instructor", on=day)
    short = card(client, team)
    assert f"1+{len(stationed)}" in short
    assert "fg-red" in short

    offered = page(client, "teams:member_proposals")
    keys = re.findall(r'name="ids" value="([^"]+)"', offered)
    assert danzao.feng.name in offered, "the other instructor is free"
    assert not Membership.objects.filter(user=danzao.feng).exists(), "nobody joins before a person says so"
    sent(client, "teams:member_proposals", ids=keys)
    assert Membership.objects.get(user=danzao.feng).role == "instructor"
    whole = card(client, team)
    assert f"2+{len(stationed)}" in whole
    assert "fg-red" not in whole


def test_a_grid_lead_forms_a_team_in_the_own_village_alone(danzao, as_user):
    client = as_user(danzao.wang)
    assert send(client, "teams:form_team", area=danzao.pine.pk).status_code == 404
    sent(client, "teams:form_team", area=danzao.willow.pk)
    assert GridTeam.objects.system().get().area == danzao.willow
