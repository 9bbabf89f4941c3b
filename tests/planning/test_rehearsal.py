"""Whole campaigns rehearsed, and counted from their visits alone."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fugong.visits.planning import Params, Stop
from fugong.visits.planning.changes import (
    with_cadence,
    with_officers_fewer,
    with_officers_more,
    with_one_pool,
)
from fugong.visits.planning.horizon import Horizon, LookBack
from fugong.visits.planning.ownership import shared_out, with_usual_officers
from fugong.visits.planning.rehearsal import Made, Outlook, Worked, compared, outlook, rehearse

from .campaigns import MONDAY, campaign, day, firm, officer, street

SHORT = Stop(iterations=140)
PARAMS = Params()
few = settings(max_examples=8, deadline=None, derandomize=True)


def counted(town: Horizon, *visits: tuple[str, int], by: str = "li", agency: str = "") -> Outlook:
    """The outlook of given visits (enterprise, day)."""
    return outlook(town, [Made(day(on), enterprise, by, agency) for enterprise, on in visits])


def test_a_day_of_delay_counts_its_weight_and_more_with_each_day() -> None:
    town = campaign([firm("shop", first_due=MONDAY)], [officer("li")], days=4)
    assert counted(town, ("shop", 0)).curve == (0, 0, 0, 0)
    found = counted(town, ("shop", 3))
    assert found.curve == pytest.approx((100, 110, 120, 0))
    assert (found.overdue, found.days_overdue) == (pytest.approx(330), 3)


def test_never_visited_counts_a_week_more_at_the_end_of_the_campaign() -> None:
    town = campaign([firm("shop", tier="small", first_due=None)], [officer("li")], days=3)
    found = counted(town)
    assert found.never == {"small": 1} and found.never_visited == 1
    assert found.overdue == pytest.approx(100 + 7 * 100)
    seen_before = campaign([firm("shop", last_visit=day(-2))], [officer("li")], days=3)
    assert counted(seen_before).overdue == 0


def test_a_cadence_is_counted_from_each_visit() -> None:
    town = campaign([firm("shop", every_days=2)], [officer("li")], days=7)
    assert counted(town, *(("shop", n) for n in (0, 2, 4, 6))).overdue == 0
    assert counted(town, ("shop", 0), ("shop", 3), ("shop", 6)).days_overdue == 2


def test_a_look_back_is_overdue_until_it_is_settled() -> None:
    shop = firm("shop", last_visit=day(-1), look_backs=(LookBack(day(1), 50.0, opens=day(1)),))
    town = campaign([shop], [officer("li")], days=4)
    assert counted(town, ("shop", 0), ("shop", 3)).overdue == pytest.approx(50 + 55)


def test_faces_are_counted_for_repeats_and_for_the_owned() -> None:
    town = campaign([firm("shop", every_days=1)], [officer("li", knows=frozenset({"shop"})), officer("wang")])
    made = [Made(day(n), "shop", by) for n, by in enumerate(("li", "wang", "wang", "li"))]
    found = outlook(town, made)
    assert (found.continuity, found.usual) == (pytest.approx(1 / 3), 0.5)


def test_over_visited_too_soon_and_by_day() -> None:
    town = campaign([firm("shop")], [officer("li")], gap_days=2)
    made = [
        Made(day(0), "shop", "li", "health"),
        Made(day(1), "shop", "wang", "grid"),
        Made(day(4), "shop", "li"),
    ]
    found = outlook(town, made)
    assert (found.over_visited, found.too_soon, found.visits) == (1, 1, 3)
    assert found.visits_by_day == (1, 1, 0, 0, 1, 0, 0)


def test_a_joint_visit_is_one_visit() -> None:
    town = campaign([firm("shop")], [officer("li"), officer("wang")])
    assert outlook(town, [Made(MONDAY, "shop", "li"), Made(MONDAY, "shop", "wang")]).visits == 1


def test_spread_is_nothing_where_all_work_alike() -> None:
    town = campaign([firm("shop")], [officer("li"), officer("wang")])
    alike = [Worked(MONDAY, name, 400, 150, 50, 10.0) for name in ("li", "wang")]
    found = outlook(town, [], alike)
    assert (found.spread, found.busy, found.km) == (0.0, 0.5, 20.0)
    assert outlook(town, [], [alike[0], Worked(MONDAY, "wang", 400, 0, 0, 0.0)]).spread == 1.0


def test_whom_others_visit_is_not_overdue() -> None:
    town = campaign([firm("shop")], [officer("li")], taken={MONDAY: frozenset({"shop"})})
    assert outlook(town, []).overdue == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_with_room_enough_every_cadence_is_met(seed: int) -> None:
    town = with_one_pool(street(16, 4, seed=seed))
    found = rehearse(town, PARAMS, Stop(iterations=700))
    assert found.is_whole and found.never_visited == 0
    assert (found.days_overdue, found.overdue) == (0, 0)


@few
@given(st.integers(0, 1000), st.integers(1, 3))
def test_laws_of_a_rehearsal(seed: int, officers: int) -> None:
    """Nobody is visited twice a day, in the gap by another agency, or when closed; sums agree with the visits."""
    town = street(20, officers, days=5, seed=seed)
    found = rehearse(town, PARAMS, Stop(iterations=50), seed=seed)
    times = Counter((each.on, each.enterprise) for each in found.made)
    assert max(times.values(), default=1) == 1
    assert found.too_soon == 0
    rows = {each.id: each for each in town.enterprises}
    assert all(rows[each.enterprise].hours(each.on) for each in found.made)
    assert (
        found.visits
        == len(found.made)
        == sum(found.visits_by_day)
        == sum(each.visits for each in found.pools)
    )
    assert sum(each.overdue for each in found.pools) == pytest.approx(found.overdue)
    assert sum(map(sum, found.curve_by_tier.values())) == pytest.approx(sum(found.curve))


@few
@given(st.integers(0, 1000))
def test_the_outlook_is_a_recount_of_its_visits(seed: int) -> None:
    """Day by day from the visits, with another way of counting than the product's."""
    town = street(15, 1, days=5, seed=seed)
    found = rehearse(town, PARAMS, Stop(iterations=25), seed=seed)
    on: dict[str, set[int]] = defaultdict(set)
    for each in found.made:
        on[each.enterprise].add((each.on - MONDAY).days)
    curve = [0.0] * 5
    for each in town.enterprises:
        due = (each.first_due - MONDAY).days if each.first_due else 4
        for number in range(5):
            if number in on[each.id]:
                due = number + each.every_days if each.every_days else 99
            elif number >= due:
                curve[number] += each.weight * (1 + 0.1 * (number - due))
    assert found.curve == pytest.approx(curve)


def test_one_officer_more_never_hurts_where_days_are_solved_exactly() -> None:
    """Equal visits at one place, six fit in a day: every full day is the best one, and the delay is known."""
    rows = [firm(f"e{n}", km=0.0, first_due=day(n // 9)) for n in range(36)]
    late = []
    for count in (1, 2, 3):
        town = campaign(rows, [officer(f"o{n}") for n in range(count)], days=5)
        late.append(rehearse(town, PARAMS, SHORT).days_overdue)
    # One officer: 3, 6, 9, 12 late on the first four evenings; the fifth day leaves 6.
    assert late == [3 + 6 + 9 + 12 + 6, 0, 0]


def test_what_if_is_compared_day_by_day() -> None:
    town = street(40, 3, days=5)
    now, then = rehearse(town, PARAMS, SHORT), rehearse(with_officers_fewer(town, 2), PARAMS, SHORT)
    found = compared(now, then)
    assert found.overdue == pytest.approx(then.overdue - now.overdue) and found.overdue > 0
    assert found.curve == pytest.approx([b - a for a, b in zip(now.curve, then.curve, strict=True)])
    assert compared(now, now).overdue == 0
    more = rehearse(with_officers_more(town, 3), PARAMS, SHORT)
    assert compared(now, more).overdue <= 0


def test_a_longer_cadence_asks_for_fewer_visits() -> None:
    town = street(20, 3, days=7)
    weekly = with_cadence(town, "key", 7)
    assert rehearse(weekly, PARAMS, SHORT).visits < rehearse(town, PARAMS, SHORT).visits


def test_progress_is_told_and_a_person_can_stop() -> None:
    town, told = street(20, 2, days=5), []
    asked = threading.Event()

    def tell(share: float, on: object) -> None:
        told.append(share)
        if on == day(2):
            asked.set()

    found = rehearse(town, PARAMS, Stop(iterations=250, asked=asked), progress=tell)
    assert told == sorted(told) and told[-1] <= 0.6 + 1e-9
    assert len(found.days) == 3 and not found.is_whole


def test_the_first_days_can_be_rehearsed_alone() -> None:
    found = rehearse(street(20, 2), PARAMS, SHORT, days=2)
    assert found.days == (MONDAY, day(1)) and not found.is_whole


def test_the_same_seed_gives_the_same_campaign() -> None:
    town = street(20, 2, days=4)
    assert rehearse(town, PARAMS, SHORT, seed=5).made == rehearse(town, PARAMS, SHORT, seed=5).made


def test_everybody_gets_a_usual_officer_who_may_come_and_loads_are_alike() -> None:
    town = with_one_pool(street(60, 4))
    rows = (*town.enterprises[1:], replace(town.enterprises[0], forbidden=frozenset({"o0", "o1", "o2"})))
    town = replace(town, enterprises=rows)
    known = shared_out(town)
    assert sorted(e for mine in known.values() for e in mine) == sorted(each.id for each in rows)
    assert town.enterprises[-1].id in known["o3"]
    minutes = {
        each.id: each.service_minutes * (7 / each.every_days if each.every_days else 1) for each in rows
    }
    loads = [sum(minutes[e] for e in mine) for mine in known.values()]
    assert max(loads) < 1.4 * sum(loads) / 4


def test_who_is_known_already_stays_and_nobody_gets_whom_nobody_may_visit() -> None:
    rows = [firm("a"), firm("b"), firm("x", skills=frozenset({"rare"}))]
    town = campaign(rows, [officer("li", knows=frozenset({"a"})), officer("wang")])
    known = shared_out(town)
    assert "a" in known["li"] and "a" not in known["wang"]
    assert not any("x" in mine for mine in known.values())


def test_neighbours_have_the_same_usual_officer() -> None:
    """Two clusters far apart, two officers at the same hall: each gets one cluster."""
    rows = [firm(f"w{n}", km=-3 + n / 10) for n in range(6)] + [
        firm(f"e{n}", km=3 + n / 10) for n in range(6)
    ]
    known = shared_out(campaign(rows, [officer("li"), officer("wang")]))
    assert {frozenset(name[0] for name in mine) for mine in known.values()} == {
        frozenset("w"),
        frozenset("e"),
    }


def test_usual_officers_keep_faces() -> None:
    town = with_one_pool(street(40, 4, days=6))
    params = replace(PARAMS, unfamiliar=30.0)
    owned = rehearse(with_usual_officers(town), params, SHORT)
    assert owned.usual >= 0.7


def test_whoever_came_last_goes_on_coming_where_nobody_answers() -> None:
    """The far officer was there last; the one next door is not preferred, unless the far one may not come any more."""
    near, far = officer("near"), officer("far", 20.0)
    seen = firm("shop", last_visit=day(-1), last_officer="far")
    assert "shop" in shared_out(campaign([seen], [near, far]))["far"]
    kept_out = replace(seen, forbidden=frozenset({"far"}))
    assert "shop" in shared_out(campaign([kept_out], [near, far]))["near"]


def test_the_curve_so_far_is_told_after_each_day_but_the_last() -> None:
    told: list[tuple[float, ...]] = []
    found = rehearse(street(20, 2), PARAMS, SHORT, days=3, so_far=lambda count: told.append(count().curve))
    assert told == [found.curve[:1], found.curve[:2]]
