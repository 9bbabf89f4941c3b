"""The demo's clock: it stands late on one day and yet never goes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fugong.campaigns.models import Campaign
from fugong.campaigns.queries import moment_of
from fugong.campaigns.rules import STANDS_AT

DAY = date(2020, 2, 19)
# Ten minutes to the full hour: a clock that took its minutes from the real one would go back within the test.
BEGAN = datetime(2026, 11, 30, 9, 50, tzinfo=UTC)
SECONDS = st.integers(0, 30 * 86_400)


def shown(passed: timedelta, campaign: Campaign | None = None) -> datetime:
    """What the clock shows so long after the demo was made, in local time."""
    campaign = campaign or Campaign(frozen_on=DAY, frozen_at=BEGAN)
    return timezone.localtime(moment_of(campaign, BEGAN + passed))


def test_it_begins_at_its_hour_and_goes_at_first_as_the_real_one_does():
    assert shown(timedelta(0)) == timezone.make_aware(datetime.combine(DAY, STANDS_AT))
    assert timedelta(seconds=59) < shown(timedelta(minutes=1)) - shown(timedelta(0)) < timedelta(minutes=1)


@given(SECONDS, SECONDS)
def test_a_second_later_is_later_and_the_hour_never_ends(one: int, other: int):
    early, late = sorted((one, other))
    before, after = (shown(timedelta(seconds=passed)) for passed in (early, late))
    assert before < after if early < late else before == after
    assert (after.date(), after.hour) == (DAY, STANDS_AT.hour)


def test_a_clock_set_back_shows_the_beginning():
    assert shown(timedelta(hours=-3)) == shown(timedelta(0))


def test_a_real_campaign_follows_the_clock():
    now = BEGAN + timedelta(days=1)
    assert moment_of(Campaign(), now) == now
    assert moment_of(None, now) == now
