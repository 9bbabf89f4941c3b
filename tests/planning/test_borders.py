"""What a border costs: nothing where both sides have room, days of delay where one side lacks officers."""

from __future__ import annotations

import threading

import pytest

from fugong.visits.planning import Params, ReasonCode, Stop
from fugong.visits.planning.borders import _code, costs, neighbours
from fugong.visits.planning.changes import with_one_pool, with_pools
from fugong.visits.planning.horizon import Horizon, Pool
from fugong.visits.planning.wording import SENTENCES, sentence

from .campaigns import campaign, firm, officer, street

SHORT = Stop(iterations=600)


def busy_and_idle() -> Horizon:
    """West has work for three officers and has one; east, next to it, has two and hardly any work; north is far off."""
    rows = [firm(f"w{n}", km=n / 10, area="west") for n in range(16)]
    rows += [firm("e0", km=2.0, area="east"), firm("n0", km=9.0, area="north")]
    crew = [officer("a", home_area="west")]
    crew += [
        officer("b", 1.8, home_area="east"),
        officer("c", 1.9, home_area="east"),
        officer("d", 9.0, home_area="north"),
    ]
    return campaign(rows, crew, days=3)


def test_neighbours_are_those_whose_nearest_enterprises_meet() -> None:
    found = neighbours(busy_and_idle())
    assert [(a, b) for a, b, _km in found] == [(0, 1), (1, 2)]
    assert found[0][2] == pytest.approx(0.5, abs=0.05)
    assert neighbours(with_one_pool(busy_and_idle())) == []


def test_the_border_that_keeps_help_away_costs_most() -> None:
    found = costs(busy_and_idle(), Params(), SHORT)
    assert [(each.one, each.other) for each in found] == [("west", "east"), ("east", "north")]
    assert found[0].days_overdue >= 8 and found[0].overdue > 0 and found[0].visits >= 0
    assert found[1].overdue == 0


def test_an_open_border_never_costs_anything() -> None:
    for seed in range(3):
        for each in costs(street(24, 3, days=3, seed=seed, areas=3), Params(), Stop(iterations=60), seed):
            assert each.overdue >= 0
            assert each.way_minutes >= 0 or each.overdue > 0


def test_pools_lend_their_names_and_hide_their_inner_borders() -> None:
    pools = [Pool("p1", frozenset({"west", "east"}), "河西片"), Pool("p2", frozenset({"north"}), "城北片")]
    found = costs(with_pools(busy_and_idle(), pools), Params(), SHORT)
    assert [(each.one, each.other) for each in found] == [("河西片", "城北片")]


def test_each_border_has_a_sentence_in_both_languages() -> None:
    found = costs(busy_and_idle(), Params(), SHORT)
    first = found[0]
    assert sentence(first.reason, "en").startswith(
        f"The border between west and east costs {first.days_overdue} overdue days of enterprises in 3 days"
    )
    assert sentence(first.reason).startswith(
        f"“west”与“east”之间不互派：3天里多出{first.days_overdue}个企业·天的逾期"
    )
    assert "nothing noticeable" in sentence(found[1].reason, "en") or "minutes" in sentence(
        found[1].reason, "en"
    )


def test_less_risk_with_no_fewer_overdue_days_is_said_so() -> None:
    """Never a number below zero: the sentence speaks of the risk alone."""
    assert _code(10.0, 5, 0) == "border_costs"
    assert _code(10.0, 0, 0) == _code(10.0, -23, 9) == "border_costs_risk"
    assert (_code(0.0, 0, 9), _code(0.0, 0, 0)) == ("border_way", "border_free")
    reason = ReasonCode("border_costs_risk", one="A", other="B", days=7, overdue=-23, share=9, way=5)
    assert all("23" not in sentence(reason, language) for language in ("zh-hans", "en"))


def test_every_code_has_a_sentence_in_both_languages() -> None:
    values = {
        "one": "A",
        "other": "B",
        "days": 7,
        "overdue": 3,
        "share": 9,
        "way": -5,
        "on": "2020-02-10",
        "minutes": 5,
    }
    for code in SENTENCES:
        for language in ("zh-hans", "en"):
            text = sentence(ReasonCode(code, **values), language)
            assert text and "{" not in text
    assert "5 minutes more" in sentence(ReasonCode("border_costs", **values), "en")
    assert sentence(ReasonCode("due_today"), "en") == "due today"


def test_progress_reaches_the_end_and_a_person_can_stop() -> None:
    told: list[float] = []
    costs(busy_and_idle(), Params(), SHORT, progress=told.append)
    assert told == sorted(told) and told[-1] == pytest.approx(1.0)
    asked = threading.Event()
    asked.set()
    assert costs(busy_and_idle(), Params(), Stop(iterations=600, asked=asked)) == ()
