"""Ratings of areas: dated rows, the nearest one holds, and conditions and checklists follow them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from fugong.campaigns import actions as campaigns
from fugong.campaigns.models import AreaRisk
from fugong.campaigns.pack import PART
from fugong.campaigns.queries import risks_on
from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.enterprises.models import Enterprise
from fugong.visits.checklists import checklist_for, minutes_of
from tests.checklists import load_checklists

pytestmark = pytest.mark.django_db
LEVELS = [{"key": key, "name": {"zh": key, "en": key}} for key in ("low", "medium", "high")]


@pytest.fixture
def town(town):
    town.campaign.release.content["territory"] = {"risk_level": LEVELS}
    return town


def rate(town, area, level, from_on=None, reason="镇里的通知"):
    return campaigns.rate_area(
        campaign=town.campaign,
        area=area,
        level=level,
        from_on=from_on or town.today,
        reason=reason,
        by=town.zhou,
        at=town.now,
    )


def names(town, condition, on=None):
    moment = Moment(campaign_id=town.campaign.pk, on=on or town.today, at=town.now)
    rows = Enterprise.objects.system().filter(campaign=town.campaign)
    return set(conditions.apply(rows, condition, moment).values_list("name", flat=True))


def test_the_nearest_rating_holds_for_all_that_lies_below(town):
    rate(town, town.town, "low")
    rate(town, town.willow, "high")
    assert names(town, 'area_risk = "high"') == {town.large_firm.name, town.small_firm.name}
    assert names(town, 'area_risk = "low"') == {town.crowded_firm.name, town.unplaced_firm.name}


def test_an_area_without_a_rating_meets_no_condition_about_it(town):
    assert names(town, 'area_risk = "low"') == set()


def test_each_day_has_its_own_rating_and_none_is_changed(town):
    yesterday = town.today - timedelta(days=1)
    rate(town, town.willow, "medium", from_on=yesterday)
    rate(town, town.willow, "high")
    assert [row.level for row in risks_on(town.campaign.pk, yesterday)] == ["medium"]
    assert [row.level for row in risks_on(town.campaign.pk, town.today)] == ["high"]
    assert names(town, 'area_risk = "medium"', on=yesterday) == {town.large_firm.name, town.small_firm.name}
    assert AreaRisk.objects.count() == 2


def test_the_same_rating_again_changes_nothing(town):
    assert rate(town, town.willow, "high") == rate(town, town.willow, "high")
    assert Event.objects.filter(name="campaigns.area_risk.set").count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"level": "purple"}, "purple"),
        ({"reason": " "}, "通知或决定"),
        ({"from_on": "early"}, "行动开始日"),
    ],
)
def test_a_rating_is_refused(town, changed, words):
    if changed.get("from_on"):
        changed = {"from_on": town.campaign.starts_on - timedelta(days=1)}
    with pytest.raises(Refused, match=words):
        rate(town, town.willow, **({"level": "high"} | changed))


def test_checklist_and_minutes_follow_the_risk_of_the_area(town):
    """The long list where the area is at high risk, although the firm is small."""
    load_checklists(town)
    part = town.campaign.release.content["visits"]
    part["checklist"][0]["condition"] = 'area_risk = "high"'
    moment = Moment(campaign_id=town.campaign.pk, on=town.today, at=town.now)
    town.small_firm.campaign = town.campaign
    assert checklist_for(town.small_firm, town.now).key == "short"
    assert minutes_of(town.campaign, moment)[town.small_firm.pk] == 20
    rate(town, town.willow, "high")
    assert checklist_for(town.small_firm, town.now).key == "full"
    assert minutes_of(town.campaign, moment)[town.small_firm.pk] == 45
    assert minutes_of(town.campaign, moment)[town.crowded_firm.pk] == 20


def test_a_packs_ratings_are_taken_in_once(town):
    level = [{"value": "medium", "from": "2020-02-12", "source": "通知"}]
    row = {"key": "w", "name": town.willow.name, "kind": "village"}
    part = {"areas": [row], "area_risk": [{"area": "w", "level": level}]}
    for _time in range(2):
        PART.load(campaign=town.campaign, part=part, by=None, at=town.now)
    kept = AreaRisk.objects.get()
    assert (kept.area, kept.level, kept.source, kept.by) == (town.willow, "medium", "通知", None)


def test_the_commander_rates_on_the_page_and_sees_every_rating(town, as_user):
    zhou = as_user(town.zhou)
    form = {"area": town.willow.pk, "level": "high", "from_on": str(town.today), "reason": "市里第8号通告"}
    town.campaign.release.save()
    assert zhou.post("/campaigns/risks/", {"command": str(uuid4()), **form}).status_code == 302
    shown = zhou.get("/campaigns/risks/").content.decode()
    assert shown.count("市里第8号通告") == 2 and town.zhou.name in shown
    outside = form | {"area": town.far_village.pk}
    assert zhou.post("/campaigns/risks/", {"command": str(uuid4()), **outside}).status_code == 422
    assert as_user(town.li).get("/campaigns/risks/").status_code == 403
