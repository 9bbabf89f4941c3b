"""What a visit today is worth: delay, weekends, absences and scarce minutes ahead."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import numpy as np
import pytest

from fugong.visits.planning.book import book_of, delay, state_of
from fugong.visits.planning.horizon import Absence, Horizon, LookBack
from fugong.visits.planning.prizes import LookAhead, _filled, prizes

from .campaigns import FRIDAY, MONDAY, away, campaign, day, firm, officer, street


def worth(town: Horizon, on: object = MONDAY, look: LookAhead | None = None) -> dict[str, float]:
    """The prize of every enterprise on a day before which nothing happened."""
    book = book_of(town)
    found = prizes(book, state_of(book, town.standing(), on), look or LookAhead())  # type: ignore[arg-type]
    return dict(zip((each.id for each in town.enterprises), found.tolist(), strict=True))


WORKDAYS = frozenset(range(5))


def test_delay_grows_with_each_day() -> None:
    assert delay(np.array([-2, 0, 1, 2, 3]), 0.1).tolist() == pytest.approx([0, 0, 1, 2.1, 3.3])


def test_the_more_overdue_the_more_a_visit_is_worth() -> None:
    rows = [firm(f"late{n}", last_visit=day(-n - 2), every_days=2) for n in range(4)]
    found = worth(campaign(rows, [officer("li")]))
    assert found["late0"] < found["late1"] < found["late2"] < found["late3"]
    assert found["late0"] >= 100.0


def test_a_closed_enterprise_and_one_that_owes_nothing_are_worth_nothing() -> None:
    rows = [firm("closed", closed_on=frozenset({MONDAY})), firm("done", last_visit=day(-1))]
    assert worth(campaign(rows, [officer("li")])) == {"closed": 0.0, "done": 0.0}


def test_a_weekend_ahead_makes_todays_visit_worth_more() -> None:
    """Due on Saturday: whoever is closed at the weekend is two days late on Monday, so Friday is the day."""
    shut = {5: (), 6: ()}
    rows = [
        firm("shut", every_days=7, last_visit=day(-2), by_weekday=shut),
        firm("open", every_days=7, last_visit=day(-2)),
    ]
    found = worth(campaign(rows, [officer("li")], days=14), FRIDAY)
    assert found["shut"] > 150 and found["open"] < 50


def test_an_absence_ahead_makes_todays_visit_worth_more() -> None:
    rows = [firm("shop", every_days=7, last_visit=day(-6))]
    there, gone = officer("li"), officer("li", absences=(Absence(day(1)), Absence(day(2))))
    assert worth(campaign(rows, [gone]))["shop"] > 100 > worth(campaign(rows, [there]))["shop"]


def test_scarce_minutes_ahead_make_first_visits_worth_more_today() -> None:
    """Twelve hours of first visits due tomorrow, one officer: half of them have to be made today."""
    rows = [firm(f"e{n}", first_due=day(1)) for n in range(12)]
    few, many = campaign(rows, [officer("a")]), campaign(rows, [officer(name) for name in "abcd"])
    assert worth(few)["e0"] > 2 * worth(many)["e0"]


def test_a_skill_that_is_short_ahead_is_priced_apart() -> None:
    """Who alone knows health is away tomorrow: today is for those who need it."""
    need = frozenset({"health"})
    rows = [firm("needs", first_due=day(1), skills=need), firm("any", first_due=day(1))]
    doctor = away(officer("doctor", skills=need), day(1))
    found = worth(campaign(rows, [doctor, officer("li")]))
    assert found["needs"] > found["any"] + 50


def test_a_first_visit_in_time_is_worth_something_and_a_further_one_is_not_made_too_early() -> None:
    rows = [firm("first", first_due=None), firm("weekly", every_days=7, last_visit=day(-1))]
    found = worth(campaign(rows, [officer("li")], days=14))
    assert 0 < found["first"] < 100 and found["weekly"] == 0


def test_a_look_back_counts_with_its_own_weight() -> None:
    rows = [firm("shop", last_visit=day(-1), look_backs=(LookBack(MONDAY, 300.0),))]
    assert worth(campaign(rows, [officer("li")]))["shop"] >= 300.0


def test_pools_that_share_nobody_are_priced_apart() -> None:
    rows = [firm(f"e{n}", first_due=day(1), area="east") for n in range(12)]
    rows.append(firm("alone", first_due=day(1), area="west"))
    found = worth(campaign(rows, [officer("li"), officer("wang", home_area="west")]))
    assert found["e0"] > 2 * found["alone"]


def test_a_visit_in_time_waits_for_the_usual_officer() -> None:
    """Off today: what is not due loses the price of an unfamiliar face, what is due stays in the day."""
    rows = [firm("later", first_due=None), firm("due"), firm("free", first_due=None)]
    owner = away(officer("li", knows=frozenset({"later", "due"})), MONDAY)
    town = campaign(rows, [owner, officer("wang")])
    plain, keeping = worth(town), worth(town, look=LookAhead(unfamiliar=30.0))
    assert keeping["later"] == max(0.0, plain["later"] - 30)
    assert keeping["due"] == plain["due"] - 30
    assert keeping["free"] == plain["free"] > 0


def test_prices_take_no_more_than_the_town_grows() -> None:
    """Four times the enterprises and officers: less than eight times the CPU (a square would be sixteen)."""
    worth(campaign([firm("shop")], [officer("li")]))  # loads the library outside the clock
    quarter, whole = (min(_seconds(size, size // 50) for _ in range(2)) for size in (500, 2_000))
    assert whole < 8 * quarter


def _seconds(enterprises: int, officers: int) -> float:
    """CPU of the prices of one morning."""
    town = street(enterprises, officers, days=14, areas=8)
    book = book_of(town)
    state = state_of(book, town.standing(), MONDAY)
    began = process_time()
    prizes(book, state, LookAhead(days=14))
    return process_time() - began


def test_wrong_look_aheads_are_refused() -> None:
    for wrong in ({"days": 0}, {"usable": (0.0,)}, {"early": -1.0}):
        with pytest.raises(ValueError, match=r"look-ahead|below zero"):
            LookAhead(**wrong)  # type: ignore[arg-type]


def overloaded(days: int = 40) -> Horizon:
    """One officer, a hundred hours of visits owed every day or two, and twenty enterprises owed one visit."""
    rows = [firm(f"risk{n}", every_days=1 + n % 2, last_visit=day(-2), weight=900.0) for n in range(100)]
    rows += [firm(f"small{n}", weight=60.0, first_due=None) for n in range(20)]
    return campaign(rows, [officer("li")], days=days)


def test_minutes_have_a_price_though_the_officers_cannot_keep_all_cadences() -> None:
    """The same visit is worth more than its day of delay where a minute later is as scarce as one today."""
    town = overloaded()
    assert worth(town)["risk1"] > 1.1 * 900 * (1 + town.growth)


def test_those_owed_one_visit_get_their_share_of_each_day_however_much_is_overdue() -> None:
    """Twenty in forty days: one of them today, worth as much a minute as what is overdue; the others wait."""
    plain, paced = worth(overloaded()), worth(overloaded(), look=LookAhead(pace=1.0))
    in_turn = [name for name in plain if paced[name] > plain[name] + 1]
    assert len(in_turn) == 1 and in_turn[0].startswith("small")
    assert paced[in_turn[0]] > 60.0


def test_a_first_visit_is_worth_a_way_though_it_is_due_much_later() -> None:
    rows = [firm("new", weight=1.0, first_due=None), firm("seen", weight=1.0, last_visit=day(-1))]
    found = worth(campaign(rows, [officer("li")], days=60), look=LookAhead(unseen=20.0))
    assert found == {"new": 20.0, "seen": 0.0}


def test_as_many_are_brought_forward_as_find_no_minute_tomorrow() -> None:
    """Ten hours of visits every second day, all due tomorrow, when one officer has seven: three come today."""
    rows = [firm(f"risk{n}", every_days=2, last_visit=day(-1), weight=900.0) for n in range(10)]
    found = worth(campaign(rows, [officer("li")], days=10))
    assert sum(minutes < 2 for minutes in found.values()) == 7
    assert sum(minutes == 450.0 for minutes in found.values()) == 3
    assert max(worth(campaign(rows[:6], [officer("li")], days=10)).values()) < 2
    assert max(worth(campaign(rows, [officer("li"), officer("wu")], days=10)).values()) < 2


def test_few_officers_fill_less_of_their_minutes_as_their_visits_lie_farther_apart() -> None:
    crew = (officer("a", home_area="a0"), officer("b", home_area="a0", weekdays=WORKDAYS))
    horizon = replace(street(80, officers=4, areas=1), workers=crew)
    book = book_of(horizon)
    monday, sunday = _filled(book, np.array([MONDAY.toordinal(), day(6).toordinal()]))[0, 0, :]
    assert monday == 1.0 and 0.8 < sunday < 1.0


def test_of_first_visits_in_time_those_due_soonest_are_worth_most() -> None:
    rows = [firm("soon", weight=600.0, first_due=day(2)), firm("far", weight=600.0, first_due=day(12))]
    horizon = campaign(rows, [officer("li")], days=14)
    alike = LookAhead(early=0.0, unseen=0.0, never=0.0)
    found = worth(horizon, look=alike)
    assert found["soon"] == pytest.approx(60 * 11 / 13) and found["far"] == pytest.approx(60 * 1 / 13)
    assert set(worth(horizon, look=replace(alike, sooner=0.0)).values()) == {0.0}


def test_shortly_before_the_end_those_closed_on_the_last_days_go_first() -> None:
    shut = {5: (), 6: ()}
    rows = [firm("shut", first_due=None, by_weekday=shut), firm("open", first_due=None)]
    horizon = campaign(rows, [officer("li")], days=7)
    early, late = worth(horizon), worth(horizon, day(3))
    assert late["shut"] - late["open"] > 20 > early["shut"] - early["open"]
