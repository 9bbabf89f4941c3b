"""Codes that hang somewhere outlive the merge of their entry: asking, contact card, status; the undo gives them back."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from fugong.enterprises import actions as enterprises
from fugong.issues import actions as issues
from fugong.issues import links as status_links
from fugong.issues.models import Issue
from fugong.teams.models import Charge
from fugong.visits import actions as visits
from fugong.visits.artefacts.links import token_of
from tests.town import firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def absorbed(town):
    """An entry of the village that a clerk finds to be the crowded firm in the next one, entered twice."""
    return firm(town, "顺达制衣柳村车间", "willow", headcount=80)


def merged(town, absorbed, into):
    return enterprises.merge(kept=into, absorbed=absorbed, by=town.chen, at=town.now)


def undone(town, merge):
    enterprises.undo_merge(merge=merge, by=town.chen, at=town.now)


def ask(link):
    """Somebody without an account asks through the code; the issue that it filed."""
    fields = {"title": "断药", "own-urgent": "yes", "website": "", "command": str(uuid4())}
    answer = Client().post(f"/issues/ask/{link.key}/?kind=medicine", fields)
    assert answer.status_code == 302, answer.content.decode()[-600:]
    return Issue.objects.system().select_related("enterprise", "area").latest("pk")


@pytest.fixture
def link(town, absorbed):
    return issues.make_link(
        campaign=town.campaign, area=absorbed.area, enterprise=absorbed, by=town.wang, at=town.now
    )


def test_a_link_for_asking_files_to_the_kept_enterprise_and_after_the_undo_to_its_own(town, absorbed, link):
    kept = town.crowded_firm
    merge = merged(town, absorbed, kept)
    filed = ask(link)
    assert (filed.enterprise, filed.area) == (kept, kept.area)
    assert kept.name in Client().get(f"/issues/ask/{link.key}/").content.decode()
    undone(town, merge)
    filed = ask(link)
    assert (filed.enterprise, filed.area) == (absorbed, absorbed.area)


def test_a_link_follows_two_merges_in_a_row_and_their_undoing(town, absorbed, link):
    first = merged(town, absorbed, town.small_firm)
    second = merged(town, town.small_firm, town.crowded_firm)
    assert ask(link).enterprise == town.crowded_firm
    undone(town, second)
    assert ask(link).enterprise == town.small_firm
    undone(town, first)
    assert ask(link).enterprise == absorbed


def test_the_list_of_links_and_the_sheet_name_the_kept_enterprise(town, absorbed, link, as_user):
    merged(town, absorbed, town.large_firm)
    wang = as_user(town.wang)
    shown = wang.get("/issues/intake/").content.decode()
    assert town.large_firm.name in shown and absorbed.name not in shown
    assert town.large_firm.name in wang.get(f"/issues/intake/{link.pk}/poster/").content.decode()


def test_the_code_on_a_contact_card_shows_the_kept_enterprises_people(town, absorbed):
    kept = town.crowded_firm
    Charge.objects.create(enterprise=absorbed, officer=town.li, kind="instructor", from_on=town.today)
    Charge.objects.create(enterprise=kept, officer=town.wang, kind="instructor", from_on=town.today)
    opened = visits.open_card_links(campaign=town.campaign, enterprises=[absorbed], by=town.chen, at=town.now)
    address = f"/visits/open/{token_of(opened[absorbed.pk])}/"
    merge = merged(town, absorbed, kept)
    shown = Client().get(address).content.decode()
    assert town.wang.name in shown and town.li.name not in shown
    assert "松村值班室" in shown, "the lines of the kept one's village"
    undone(town, merge)
    shown = Client().get(address).content.decode()
    assert town.li.name in shown and town.wang.name not in shown


def test_the_status_link_of_a_request_opens_before_and_after_the_merge_and_its_undoing(town, absorbed, link):
    filed = ask(link)
    address = f"/issues/status/{status_links.token_of(filed)}/"
    merge = merged(town, absorbed, town.crowded_firm)
    assert "断药" in Client().get(address).content.decode()
    undone(town, merge)
    assert "断药" in Client().get(address).content.decode()
