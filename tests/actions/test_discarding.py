"""What was put away on a phone: told once, with its reason and nothing of what it said; its lead sees it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from fugong.core.audit import history_of
from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.visits import actions
from fugong.visits.models import Discarded
from fugong.visits.rules import Unsent
from tests.town import Town

pytestmark = pytest.mark.django_db


def discard(town: Town, *, by: object = None, key: object = None, **values: object) -> Discarded:
    put_away = actions.PutAway(
        **{"key": key or uuid4(), "form": Unsent.VISIT, "reason": "重复登记", **values}
    )
    return actions.discard(put_away=put_away, campaign=town.campaign, by=by or town.li, at=town.now)


def test_the_event_says_which_form_where_and_why_and_nothing_else(town: Town) -> None:
    row = discard(town, enterprise=town.large_firm.pk)
    assert (row.area, row.enterprise, row.officer) == (town.large_firm.area, town.large_firm, town.li)
    told = history_of(row).get()
    assert (told.name, told.by_id, told.campaign_id) == (
        "visits.record.discarded",
        town.li.pk,
        town.campaign.pk,
    )
    assert told.changes == {
        "key": str(row.key),
        "form": "visit",
        "enterprise": {"id": town.large_firm.pk, "name": town.large_firm.name},
        "reason": "重复登记",
    }


def test_told_again_it_is_the_same_row_and_one_event(town: Town) -> None:
    key = uuid4()
    assert discard(town, key=key) == discard(town, key=key, reason="再说一遍")
    assert Event.objects.filter(name="visits.record.discarded").count() == 1


def test_anothers_key_is_refused(town: Town) -> None:
    key = uuid4()
    discard(town, key=key)
    with pytest.raises(Refused):
        discard(town, key=key, by=town.feng)


def test_without_a_reason_nothing_is_noted(town: Town) -> None:
    with pytest.raises(Refused):
        discard(town, reason="  ")
    assert not Discarded.objects.system().exists()


def test_an_enterprise_that_is_none_of_theirs_is_not_named(town: Town) -> None:
    """A number in the address moves no row to where strangers see it."""
    row = discard(town, enterprise=town.far_firm.pk)
    assert row.enterprise is None
    assert row.area in [posting.area for posting in town.li.postings_in_force]


def test_the_lead_sees_it_the_other_village_does_not(town: Town) -> None:
    row = discard(town, enterprise=town.large_firm.pk)
    seen = {
        who: Discarded.objects.visible_to(getattr(town, who)).filter(pk=row.pk).exists()
        for who in ("li", "wang", "zhou", "feng", "zhao")
    }
    assert seen == {"li": True, "wang": True, "zhou": True, "feng": False, "zhao": False}
