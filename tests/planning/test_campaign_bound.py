"""The least overdue of a campaign: what no plan avoids, on campaigns small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.campaign_bound import least_overdue
from fugong.visits.planning import Params, Stop, Travel, Window
from fugong.visits.planning.rehearsal import rehearse
from tests.planning.campaigns import MONDAY, campaign, day, firm, officer, street

HOUR = Window(9 * 60, 10 * 60)


def test_nothing_is_overdue_where_there_is_time_for_all() -> None:
    assert least_overdue(campaign([firm("a"), firm("b", 2.0)], [officer("o")])) == 0


def test_two_of_an_hour_in_one_hour_leave_one_for_the_next_day() -> None:
    """At the officer's door: no way at all. Whoever waits is a day late, by its weight."""
    firms = [firm("a", 0.0), firm("b", 0.0, weight=40.0)]
    short = campaign(firms, [officer("o", shift=HOUR, breaks=())], days=2)
    assert least_overdue(short) == pytest.approx(40.0)


def test_the_way_there_and_home_takes_minutes_that_no_plan_spares() -> None:
    """Ten minutes each way: of 80, an hour of visit fits; of 79 not, and both days pass without (1 and 1.1 days, and
    a week for who is never visited)."""
    minute = Travel(speed_kmh=60.0, detour=1.0)
    firms = [firm("a", 10.0, windows=())]
    firms = [replace(firms[0], windows=(Window(0, 1440),))]
    fits, not_quite = (
        campaign(firms, [officer("o", shift=Window(540, 540 + length), breaks=())], days=2, travel=minute)
        for length in (84, 78)
    )
    assert least_overdue(fits) == 0
    assert least_overdue(not_quite) > 0


def test_a_skill_that_few_have_is_short_though_there_are_minutes_enough() -> None:
    firms = [firm(name, 0.0, skills=frozenset({"health"})) for name in "ab"]
    able = officer("able", shift=HOUR, breaks=(), skills=frozenset({"health"}))
    others = [officer(f"o{n}") for n in range(3)]
    assert least_overdue(campaign(firms, [able, *others], days=2)) == pytest.approx(100.0)
    assert (
        least_overdue(
            campaign([replace(each, skills=frozenset()) for each in firms], [able, *others], days=2)
        )
        == 0
    )


def test_daily_visits_on_a_day_on_which_nobody_works_are_late() -> None:
    daily = firm("a", 0.0, every_days=1)
    weekdays = campaign([daily], [officer("o", weekdays=frozenset(range(5)))], days=8)
    assert least_overdue(weekdays) == pytest.approx(100.0 + 110.0)


def test_days_before_the_campaign_are_not_counted() -> None:
    """Due for three days: Monday, on which nobody works, is the fourth day late and counts 1.3."""
    late = firm("a", 0.0, due=day(-3))
    nobody = campaign([late], [officer("o", weekdays=frozenset({1}))], days=2)
    assert least_overdue(nobody) == pytest.approx(130.0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_rehearsed_campaign_is_below(seed: int) -> None:
    horizon = street(150, officers=2, seed=seed, areas=1)
    plan = rehearse(horizon, Params(away_from_home=0.0), Stop(iterations=2_100), seed)
    assert 0 < least_overdue(horizon) <= plan.overdue


def test_what_the_bound_does_not_know_is_refused() -> None:
    taken = campaign([firm("a")], [officer("o")], taken={MONDAY: frozenset({"a"})})
    with pytest.raises(ValueError, match="visits by others"):
        least_overdue(taken)
