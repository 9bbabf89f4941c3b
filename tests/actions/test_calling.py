"""Phone rounds: one test for each refusal and each effect that the acceptance tests do not show through the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fugong.access.models import Reveal
from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.enterprises.models import Contact
from fugong.issues import actions as issues
from fugong.visits import actions as visits
from fugong.visits.models import Call, Visit
from tests.town import FIRST_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def phones(town):
    """The crowded and the small firm have numbers besides the large one."""
    for number, firm in enumerate((town.crowded_firm, town.small_firm)):
        Contact.objects.create(
            enterprise=firm,
            campaign_id=town.campaign.pk,
            name="负责人",
            phone=f"1000000555{number}",
            from_on=FIRST_DAY,
        )


def begun(town, *callers, condition='name != "松村永兴木器店"', name="一轮"):
    asked = visits.Asked(name, condition, town.today, list(callers))
    return visits.begin_round(campaign=town.campaign, area=town.town, asked=asked, by=town.zhou, at=town.now)


def test_a_round_holds_each_enterprise_of_its_condition_once(town, phones):
    one = begun(town, town.li, town.feng)
    assert sorted(one.calls.values_list("enterprise__name", flat=True)) == sorted(
        firm.name for firm in (town.large_firm, town.small_firm, town.crowded_firm)
    )
    by_village = dict(one.calls.values_list("enterprise", "caller"))
    assert by_village[town.crowded_firm.pk] == town.feng.pk, "whoever is posted around it calls"
    assert Event.objects.filter(name="visits.phone_round.begun").count() == 1


@pytest.mark.parametrize("wrong", ["nobody", "no-caller", "late", "name"])
def test_a_round_that_cannot_begin(town, phones, wrong):
    begun(town, town.li)
    asked = visits.Asked(
        "一轮" if wrong == "name" else "二轮",
        "headcount > 99999" if wrong == "nobody" else "",
        town.today - timedelta(days=1) if wrong == "late" else town.today,
        [] if wrong == "no-caller" else [town.li],
    )
    with pytest.raises(Refused):
        visits.begin_round(campaign=town.campaign, area=town.town, asked=asked, by=town.zhou, at=town.now)


def test_a_claim_that_ran_out_goes_to_the_next_caller_and_the_first_may_not_note_it(town, phones):
    one = begun(town, town.li, condition='name = "柳村便民小吃店"')
    visits.change_round(phone_round=one, status="stopped", by=town.zhou, at=town.now)
    with pytest.raises(Refused):
        visits.take_next(phone_round=one, by=town.li, at=town.now)
    visits.change_round(phone_round=one, status="running", by=town.zhou, at=town.now)
    one.callers.create(officer=town.he)
    held = visits.take_next(phone_round=one, by=town.li, at=town.now)
    assert visits.take_next(phone_round=one, by=town.he, at=town.now) is None
    later = town.now + timedelta(minutes=16)
    taken = visits.take_next(phone_round=one, by=town.he, at=later)
    assert taken == held
    with pytest.raises(Refused):
        visits.note_call(call=held, outcome="reached", told=visits.Told(), by=town.li, at=later)
    visits.note_call(call=taken, outcome="reached", told=visits.Told(), by=town.he, at=later)
    with pytest.raises(Refused):
        visits.note_call(call=taken, outcome="reached", told=visits.Told(), by=town.he, at=later)
    assert Visit.objects.system().get().officer == town.he


def test_the_packs_quota_of_numbers_holds_in_a_round(town, phones):
    part = town.campaign.release.content["visits"]["phone"]
    part["numbers_a_day"] = [{"value": 1, "from": "2020-02-01", "source": "test"}]
    town.campaign.release.save()
    one = begun(town, town.li)
    call = visits.take_next(phone_round=one, by=town.li, at=town.now)
    visits.note_call(call=call, outcome="reached", told=visits.Told(), by=town.li, at=town.now)
    with pytest.raises(Refused):
        visits.take_next(phone_round=one, by=town.li, at=town.now)
    assert Reveal.objects.count() == 1
    assert not Call.objects.system().filter(claimed_by=town.li).exists(), (
        "nothing is held that was not opened"
    )


def test_an_unknown_outcome_or_need_is_refused(town, phones):
    one = begun(town, town.li)
    call = visits.take_next(phone_round=one, by=town.li, at=town.now)
    with pytest.raises(Refused):
        visits.note_call(call=call, outcome="hung-up", told=visits.Told(), by=town.li, at=town.now)
    with pytest.raises(Refused):
        told = visits.Told(needs=[("gold", "金条")])
        visits.note_call(call=call, outcome="reached", told=told, by=town.li, at=town.now)
    call.refresh_from_db()
    assert call.status == "waiting" and call.calls_made == 0


def test_a_deadline_lies_ahead_and_only_of_what_is_unsolved(town):
    found = issues.Found(title="台账不全")
    issue = issues.find(
        campaign=town.campaign,
        enterprise=town.large_firm,
        area=town.willow,
        found=found,
        by=town.li,
        at=town.now,
    )
    ahead = town.now + timedelta(days=3)
    issue = issues.set_deadline(issue=issue, due_at=ahead, reason="会商决定", by=town.zhou, at=town.now)
    assert issue.due_at == ahead
    with pytest.raises(Refused):
        issues.set_deadline(issue=issue, due_at=town.now, reason="会商决定", by=town.zhou, at=town.now)
    issues.solve(issue=issue, solution="已补", by=town.wang, at=town.now)
    with pytest.raises(Refused):
        issues.set_deadline(issue=issue, due_at=ahead, reason="会商决定", by=town.zhou, at=town.now)
