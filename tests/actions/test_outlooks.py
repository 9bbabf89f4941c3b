"""What-if: the campaign rehearsed in the background, its curve kept, stopped early, refused with a sentence."""

from datetime import timedelta

import pytest

from fugong.access.models import Posting
from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.visits import actions as visits
from fugong.visits.models import Outlook
from fugong.visits.rules import OutlookKind, RunStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def short(town):
    """The campaign ends in three days."""
    town.campaign.ends_on = town.today + timedelta(days=3)
    town.campaign.save()
    return town


def asked(town, kind=OutlookKind.AS_IT_IS, **parameters):
    question = visits.Question(town.today, kind, parameters, seconds=1)
    return visits.ask_outlook(
        campaign=town.campaign, area=town.town, question=question, by=town.zhou, at=town.now
    )


def answered(town, kind=OutlookKind.AS_IT_IS, **parameters):
    outlook = asked(town, kind, **parameters)
    visits.carry_out_outlook(outlook.pk)
    outlook.refresh_from_db()
    return outlook


def test_a_rehearsal_keeps_a_curve_with_a_value_for_each_day(short):
    outlook = answered(short)
    assert (outlook.status, outlook.progress) == (RunStatus.DONE, 100)
    assert outlook.result["days"][0] == short.today.isoformat()
    assert len(outlook.result["curve"]) == len(outlook.result["days"]) == 4
    assert outlook.result["is_whole"]


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        (OutlookKind.FEWER_OFFICERS, {"officers": 1}),
        (OutlookKind.MORE_OFFICERS, {"officers": 2}),
        (OutlookKind.CADENCE, {"cadence": "key", "every_days": 3}),
        (OutlookKind.HOME, {}),
        (OutlookKind.WHOLE, {}),
    ],
)
def test_every_kind_of_change_is_rehearsed(short, kind, parameters):
    outlook = answered(short, kind, **parameters)
    assert outlook.status == RunStatus.DONE, outlook.problem
    assert outlook.result["visits"] > 0


def test_the_cost_of_borders_is_told_for_each_pair_of_neighbours(short):
    outlook = answered(short, OutlookKind.BORDERS)
    assert outlook.status == RunStatus.DONE, outlook.problem
    assert {"one", "other", "overdue", "reason"} <= set(outlook.result["borders"][0])


def test_somebody_away_for_some_days_makes_no_visit_then(short):
    here = answered(short)
    away = answered(short, OutlookKind.ABSENCE, officer=short.li.pk, name=short.li.name, days=4)
    assert away.status == RunStatus.DONE, away.problem
    assert away.result["visits"] < here.result["visits"]
    assert away.result["overdue"] > here.result["overdue"]


def test_with_one_border_open_an_officer_helps_on_the_other_side(short):
    """Nobody is posted in Pine any more: with the border to Willow open, Li goes there too."""
    Posting.objects.filter(user=short.feng).delete()
    closed = answered(short)
    sides = {"areas": [short.willow.pk, short.pine.pk], "names": [short.willow.name, short.pine.name]}
    opened = answered(short, OutlookKind.BORDER, **sides)
    assert opened.status == RunStatus.DONE, opened.problem
    assert opened.result["visits"] > closed.result["visits"]
    assert opened.result["overdue"] < closed.result["overdue"]


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        (OutlookKind.ABSENCE, {"officer": 0, "days": 3}),
        (OutlookKind.BORDER, {"areas": [0, 1]}),
    ],
)
def test_a_question_about_nobody_or_nowhere_is_a_sentence_and_no_fault(short, kind, parameters):
    outlook = answered(short, kind, **parameters)
    assert outlook.status == RunStatus.FAILED and outlook.problem


def test_a_cadence_that_nobody_has_is_a_sentence_and_no_fault(short):
    outlook = answered(short, OutlookKind.CADENCE, cadence="nobody", every_days=3)
    assert outlook.status == RunStatus.FAILED and "nobody" in outlook.problem


def test_without_officers_nothing_is_rehearsed(short):
    Posting.objects.filter(role="instructor").delete()
    assert answered(short).status == RunStatus.FAILED


def test_a_campaign_that_is_over_is_not_rehearsed(short):
    question = visits.Question(short.campaign.ends_on + timedelta(days=1))
    with pytest.raises(Refused):
        visits.ask_outlook(
            campaign=short.campaign, area=short.town, question=question, by=short.zhou, at=short.now
        )


def test_a_rehearsal_that_is_stopped_before_it_began_ends_without_a_result(short):
    outlook = visits.stop_outlook(outlook=asked(short), by=short.zhou, at=short.now)
    visits.carry_out_outlook(outlook.pk)
    outlook.refresh_from_db()
    assert (outlook.status, outlook.result) == (RunStatus.FAILED, {})
    assert Event.objects.filter(name="visits.outlook.stopped").count() == 1


def test_outlooks_are_seen_in_the_area_they_are_for(short):
    asked(short)
    assert Outlook.objects.visible_to(short.zhou).count() == 1
    assert not Outlook.objects.visible_to(short.li).exists()
