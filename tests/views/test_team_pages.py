"""Pages of teams: what stands on them, and that nothing holds before a person confirms it."""

import uuid

import pytest
from django.urls import reverse

from fugong.teams.models import Charge, ChargeProposal, GridTeam, Holding, Post
from fugong.teams.pack import PART

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _structure(town):
    PART.load(campaign=town.campaign, part=town.campaign.part("teams"), by=None, at=town.now)


def post(client, name, /, *args, **values):
    return client.post(reverse(f"teams:{name}", args=args), {"command": str(uuid.uuid4()), **values})


def test_a_post_without_a_holder_shows_vacant_with_the_word(town, as_user):
    page = as_user(town.zhou).get(reverse("teams:structure")).content.decode()
    assert page.count("空缺</span>") >= 3
    head = Post.objects.get(key="commander")
    answer = post(as_user(town.zhou), "hold", head.pk, user=town.zhou.pk, on="2020-02-19")
    assert answer.status_code == 302
    assert Holding.objects.get(post=head).user == town.zhou


def test_a_grid_lead_may_not_change_the_command_of_the_town(town, as_user):
    assert post(as_user(town.wang), "vacate", Post.objects.first().pk).status_code == 403


def test_a_grid_lead_forms_the_team_of_her_village_alone(town, as_user):
    client = as_user(town.wang)
    assert post(client, "form_team", area=town.willow.pk).status_code == 302
    assert post(client, "form_team", area=town.pine.pk).status_code == 404
    assert GridTeam.objects.system().get().area == town.willow
    assert "没有驻点人员" in client.get(reverse("teams:grid_teams")).content.decode()


def test_proposed_members_join_when_a_person_says_so(town, as_user):
    client = as_user(town.zhou)
    post(client, "form_team", area=town.willow.pk)
    team = GridTeam.objects.system().get()
    assert "李指导" in client.get(reverse("teams:member_proposals")).content.decode()
    assert post(client, "member_proposals", ids=[f"{team.pk}-{town.li.pk}-instructor"]).status_code == 302
    assert team.memberships.get().user == town.li


def test_charges_are_proposed_confirmed_and_handed_over(town, as_user):
    client = as_user(town.zhou)
    assert "便民小吃店" in client.get(reverse("teams:charges")).content.decode()
    post(client, "propose", kind="liaison")
    assert ChargeProposal.objects.system().count() == 4
    points = client.get(reverse("teams:proposals_map")).json()["features"]
    assert {point["geometry"]["type"] for point in points} == {"Point", "LineString"}
    post(client, "confirm", kind="liaison", all="1")
    assert Charge.objects.system().in_force().count() == 4
    page = client.get(reverse("teams:charges")).content.decode()
    assert "4/5" in page
    assert "便民小吃店" in client.get(reverse("teams:officer", args=[town.he.pk])).content.decode()


def test_handing_over_without_a_reason_is_asked_again(town, as_user):
    client = as_user(town.zhou)
    firm = town.small_firm
    assert post(client, "charge", firm.pk, officer=town.he.pk, kind="liaison").status_code == 302
    assert post(client, "charge", firm.pk, officer=town.he.pk, kind="liaison").status_code == 422
    assert client.get(reverse("teams:charge", args=[town.far_firm.pk])).status_code == 404


def test_who_may_not_confirm_does_not(town, as_user):
    post(as_user(town.zhou), "propose", kind="liaison")
    assert post(as_user(town.wang), "confirm", kind="liaison", all="1").status_code == 403
    assert not Charge.objects.system().exists()
