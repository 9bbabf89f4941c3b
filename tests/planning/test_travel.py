"""Ways by kind of travel, with access, over crossings, as given; the matrix says what single look-ups say."""

from __future__ import annotations

import random

import pytest

from fugong.visits.planning import Crossing, Params, Problem, Stop, Travel, solve, violations
from fugong.visits.planning.travel import UNREACHABLE, Place
from tests.planning.named_days import officer, place, task

FERRY = Crossing(("main", "isle"), place(2), place(3), 20)
BRIDGE = Crossing(("isle", "rock"), place(5), place(6), 10)


def test_access_is_charged_between_two_different_places() -> None:
    travel = Travel(access_minutes=2)
    assert travel.minutes(place(0), place(1)) == Travel().minutes(place(0), place(1)) + 2
    assert travel.minutes(place(1), place(1)) == 0
    here = [Place(place(1), land) for land in ("", "main", "")]
    assert travel.ways(here).max() == 0 == travel.minutes(place(1), place(1), lands=("", "main")), (
        "who lives on no land in particular stands at the door already"
    )


def test_a_kind_of_travel_has_its_own_speed() -> None:
    travel = Travel(speed_kmh=30, speeds={"foot": 5})
    assert travel.minutes(place(0), place(1), "foot") == 17 and travel.minutes(place(0), place(1)) == 3
    assert travel.minutes(place(0), place(1), "horse") == 3, "an unknown kind goes at the common speed"


def test_a_finer_clock_has_more_ticks() -> None:
    assert 160 < Travel(per_minute=60).minutes(place(0), place(1)) <= 180


def test_crossings_are_chained_and_nothing_else_joins_lands() -> None:
    travel = Travel(crossings=(FERRY, BRIDGE))
    over = travel.minutes(place(0), place(8), lands=("main", "rock"))
    assert over == pytest.approx(6 + 20 + 6 + 10 + 6, abs=3)
    assert travel.minutes(place(8), place(0), lands=("rock", "main")) == over
    assert travel.minutes(place(0), place(8), lands=("main", "moon")) >= UNREACHABLE
    assert travel.minutes(place(0), place(8), lands=("main", "")) == Travel().minutes(place(0), place(8))


def test_the_matrix_and_single_ways_agree() -> None:
    dice = random.Random(5)
    points = [place(dice.uniform(0, 9), dice.uniform(0, 9)) for _ in range(40)]
    given = Travel(
        access_minutes=1.5,
        speeds={"foot": 4},
        crossings=(FERRY, BRIDGE),
        places=tuple(points[:5]),
        matrix=tuple(tuple(float(7 * a + b) for b in range(5)) for a in range(5)),
    )
    places = [Place(point, dice.choice(("", "main", "isle", "rock"))) for point in [*points, points[0]]]
    for by in ("", "foot"):
        ways = given.ways(places, by)
        for a, here in enumerate(places):
            for b, there in enumerate(places):
                assert ways[a, b] == given.minutes(here.point, there.point, by, (here.land, there.land))


def test_an_island_without_a_crossing_is_said_to_be_one() -> None:
    plan = solve(
        Problem((officer("ann", land="main"),), (task("f", 1, land="isle"),)), Params(), Stop(iterations=5)
    )
    assert [(each.reason.code, each.reason.values) for each in plan.unplanned] == [
        ("no_crossing", {"land": "isle"})
    ]


def test_an_island_is_visited_over_its_ferry_and_walkers_stay_near() -> None:
    crew = (officer("ann", land="main"), officer("bo", land="main", travels_by="foot"))
    firms = (task("near", 1), task("isle", 4, land="isle"))
    problem = Problem(crew, firms, Travel(speeds={"foot": 4}, crossings=(FERRY,)))
    plan = solve(problem, Params(travel=1.0), Stop(iterations=100))
    who = {visit.task: visit.officer for visit in plan.visits()}
    assert who["isle"] == "ann" and violations(problem, plan) == []
    assert plan.travel_minutes >= 40


def test_broken_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="crossing"):
        Crossing(("a", "a"), place(0), place(1), 5)
    with pytest.raises(ValueError, match="speed"):
        Travel(speeds={"foot": 0})
