"""Who is short, who has nobody, who has too many."""

import pytest

from fugong.access.roles import Permission as P
from fugong.teams import actions as teams
from fugong.teams import queries
from fugong.teams.models import GridTeam

pytestmark = pytest.mark.django_db


def test_the_pack_says_who_needs_whom(town):
    def needing(kind):
        rows = queries.needing(town.campaign, kind, town.today, town.now)
        return set(rows.values_list("pk", flat=True))

    assert len(needing("liaison")) == 5
    assert needing("instructor") == {town.large_firm.pk, town.crowded_firm.pk, town.far_firm.pk}
    town.campaign.release.content = {"teams": {"charge": []}}
    assert needing("instructor") == set()


def test_ratio_and_places_come_from_the_pack(town):
    assert queries.ratio_of(town.campaign, town.today).stationed_each == 3
    assert queries.most_charges(town.campaign, "instructor", town.today) == 30


def test_reach_stays_within_the_campaign_and_the_postings(town):
    assert queries.paths_in(town.gao, town.campaign) == [town.town.path]
    assert queries.paths_in(town.wang, town.campaign, P.EDIT_TEAMS) == [town.willow.path]
    assert queries.paths_in(town.chen, town.campaign, P.EDIT_TEAMS) == []
    assert queries.paths_in(town.zhao, town.campaign) == []


def test_loads_take_two_queries_for_any_number_of_officers(town, django_assert_num_queries):
    teams.charge(
        enterprise=town.large_firm, officer=town.he, kind="liaison", on=town.today, by=town.zhou, at=town.now
    )
    with django_assert_num_queries(2):
        loads = queries.loads(town.campaign, [town.town.path], "liaison", town.today)
    assert [(load.officer, load.charges, load.most) for load in loads] == [(town.he, 1, 5)]


def test_short_teams_get_the_nearest_free_people(town):
    for area in (town.willow, town.pine):
        teams.form_team(campaign=town.campaign, area=area, name="", by=town.zhou, at=town.now)
    states = queries.team_states(GridTeam.objects.system(), queries.ratio_of(town.campaign, town.today))
    assert all(len(state.lacks) == 2 for state in states)
    found = queries.member_proposals(
        states, [town.town.path], queries.ratio_of(town.campaign, town.today), town.today
    )
    professionals = {(one.team.area.name, one.user.name) for one in found if one.role == "instructor"}
    assert professionals == {("柳村", "李指导"), ("松村", "冯指导")}


def test_a_grid_is_covered_by_the_team_of_its_village(town):
    def without():
        areas = queries.areas_without_team(town.campaign, [town.town.path], town.today)
        return set(areas.values_list("name", flat=True))

    assert {"柳村", "柳村一格"} <= without()
    teams.form_team(campaign=town.campaign, area=town.willow, name="", by=town.zhou, at=town.now)
    assert not {"柳村", "柳村一格"} & without()
