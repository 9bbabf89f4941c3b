"""One test per refusal and one per effect: posts, grid teams, charges and their proposals."""

from datetime import timedelta

import pytest

from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.teams import actions as teams
from fugong.teams.models import Charge, ChargeProposal, Holding, Membership, Post
from fugong.teams.pack import PART

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(town):
    PART.load(campaign=town.campaign, part=town.campaign.part("teams"), by=None, at=town.now)
    return Post.objects.get(key="commander")


@pytest.fixture
def team(town):
    return teams.form_team(campaign=town.campaign, area=town.willow, name="", by=town.zhou, at=town.now)


def act(town, **values):
    return {"by": town.zhou, "at": town.now, "on": town.today, **values}


def test_the_pack_sets_up_the_structure_once(town, post):
    PART.load(campaign=town.campaign, part=town.campaign.part("teams"), by=None, at=town.now)
    assert Post.objects.filter(campaign=town.campaign).count() == 3


def test_a_post_has_one_holder_and_keeps_the_earlier_ones(town, post):
    teams.hold(**act(town, post=post, user=town.zhou))
    teams.hold(**act(town, post=post, user=town.gao, on=town.today + timedelta(days=2)))
    assert Holding.objects.get(post=post, to_on__isnull=True).user == town.gao
    assert Holding.objects.get(post=post, user=town.zhou).to_on == town.today + timedelta(days=2)


def test_a_vacant_post_cannot_be_vacated(town, post):
    with pytest.raises(Refused):
        teams.vacate(**act(town, post=post))


def test_a_leaver_cannot_hold_a_post(town, post):
    town.he.is_active = False
    with pytest.raises(Refused):
        teams.hold(**act(town, post=post, user=town.he))


def test_a_town_has_no_grid_team(town):
    with pytest.raises(Refused):
        teams.form_team(campaign=town.campaign, area=town.town, name="", by=town.zhou, at=town.now)


def test_an_area_gets_its_team_once(town, team):
    assert (
        teams.form_team(campaign=town.campaign, area=town.willow, name="x", by=town.zhou, at=town.now) == team
    )


def test_who_joins_twice_is_in_once_and_who_left_may_come_back(town, team):
    first = teams.join(**act(town, team=team, user=town.li, role="instructor"))
    assert teams.join(**act(town, team=team, user=town.li, role="instructor")) == first
    teams.leave(**act(town, membership=first))
    with pytest.raises(Refused):
        teams.leave(**act(town, membership=first))
    assert teams.join(**act(town, team=team, user=town.li, role="instructor")) != first


def test_proposed_members_who_are_in_a_team_meanwhile_do_not_join_twice(town, team):
    teams.join(**act(town, team=team, user=town.li, role="instructor"))
    members = [(team, town.li, "instructor"), (team, town.he, "liaison")]
    assert teams.take_in(**act(town, members=members)) == 1
    assert Membership.objects.filter(user=town.li).count() == 1


def propose(town, area=None):
    return teams.propose_charges(**act(town, campaign=town.campaign, area=area or town.town, kind="liaison"))


def test_a_proposal_holds_nothing_before_a_person_confirms_it(town):
    assert propose(town) == 4  # one liaison officer with five places, four enterprises of the town
    assert not Charge.objects.system().exists()
    begun = teams.confirm(**act(town, proposals=ChargeProposal.objects.system().all()))
    assert begun == Charge.objects.system().in_force().count() == 4
    assert not ChargeProposal.objects.system().exists()
    assert Event.objects.filter(name="teams.charge.begun").count() == 4


def test_proposing_again_replaces_only_what_waits_in_the_same_area(town):
    propose(town)
    propose(town, area=town.pine)  # nobody is posted in Pine as liaison officer
    assert (
        sorted(ChargeProposal.objects.system().values_list("enterprise__area__name", flat=True))
        == ["柳村"] * 2
    )


def test_a_proposal_that_was_overtaken_is_dropped(town):
    propose(town)
    rows = list(ChargeProposal.objects.system().all())
    teams.charge(**act(town, enterprise=town.large_firm, officer=town.he, kind="liaison"))
    assert teams.confirm(**act(town, proposals=rows)) == 3
    assert Charge.objects.system().in_force().filter(enterprise=town.large_firm).count() == 1


def test_dropping_leaves_the_enterprises_without_anyone(town):
    propose(town)
    rows = ChargeProposal.objects.system().all()
    dropped = teams.drop_proposals(campaign=town.campaign, proposals=rows, by=town.zhou, at=town.now)
    assert dropped == 4
    assert not Charge.objects.system().exists()


def test_handing_over_keeps_history(town):
    first = teams.charge(**act(town, enterprise=town.large_firm, officer=town.he, kind="liaison"))
    later = town.today + timedelta(days=3)
    teams.charge(
        **act(town, enterprise=town.large_firm, officer=town.wang, kind="liaison", on=later, reason="调动")
    )
    first.refresh_from_db()
    assert first.to_on == later
    assert Event.objects.filter(name="teams.charge.handed_over").count() == 1
    with pytest.raises(Refused):
        teams.charge(**act(town, enterprise=town.large_firm, officer=town.wang, kind="liaison"))


def test_ending_a_charge_needs_a_reason(town):
    charge = teams.charge(**act(town, enterprise=town.large_firm, officer=town.he, kind="liaison"))
    with pytest.raises(Refused):
        teams.end_charge(**act(town, charge=charge, reason=" "))
    assert teams.end_charge(**act(town, charge=charge, reason="企业停业")).to_on == town.today
