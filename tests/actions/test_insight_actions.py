"""The daily brief: what it prints, what it keeps, what it refuses, and how a recount shows a late report."""

from __future__ import annotations

import zipfile
from datetime import date

import pytest

from fugong.core.models import Anchor, Event
from fugong.core.refusals import Refused
from fugong.insight import actions, briefs
from fugong.insight.models import Brief
from fugong.resumption import actions as resumption
from fugong.resumption.actions import Figures
from tests.town import NOW, TODAY, Town


def _issued(town: Town, on: date = TODAY) -> Brief:
    return actions.issue_brief(campaign=town.campaign, area=town.town, on=on, by=town.chen, at=NOW)


def test_a_brief_prints_figures_villages_and_the_anchor(town: Town) -> None:
    resumption.set_state(enterprise=town.large_firm, state="resumed", on=TODAY, by=town.chen, at=NOW)
    brief = _issued(town)
    printed = dict(brief.printed["numbers"])
    assert printed["复工率"] == "1/4"
    assert printed["柳村 · 复工率"] == "1/2 (50.0%)"
    text = zipfile.ZipFile(briefs.path_of(brief)).read("word/document.xml").decode()
    anchor = Anchor.objects.get(on=TODAY)
    for wanted in ("复工率", "1/4", "柳村", "东桥镇", anchor.hash):
        assert wanted in text
    assert brief.anchor == anchor.hash
    assert Event.objects.filter(name="insight.brief.issued", target_id=brief.pk, by_id=town.chen.pk).exists()


def test_a_recount_is_equal_until_a_late_report_comes(town: Town) -> None:
    resumption.set_state(enterprise=town.large_firm, state="resumed", on=TODAY, by=town.chen, at=NOW)
    brief = _issued(town)
    assert briefs.recount(brief, NOW) == []
    resumption.report(enterprise=town.large_firm, on=TODAY, figures=Figures(412, 206), by=town.qian, at=NOW)
    assert ("到岗率", "0/0", "206/412") in briefs.recount(brief, NOW)


def test_what_a_firm_is_called_cannot_become_markup(town: Town) -> None:
    town.willow.name = "柳村<w:p>&"
    town.willow.save()
    brief = _issued(town)
    text = zipfile.ZipFile(briefs.path_of(brief)).read("word/document.xml").decode()
    assert "柳村&lt;w:p&gt;&amp;" in text


@pytest.mark.parametrize("on", [date(2020, 2, 20), date(2020, 2, 9)])
def test_no_brief_of_a_day_outside_the_campaign_so_far(town: Town, on: date) -> None:
    with pytest.raises(Refused):
        _issued(town, on)
    assert not Brief.objects.system().exists()
