"""The pack's part about visits: pools name areas and roles that exist, islands are reached over crossings that exist."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fugong.campaigns.dated import value_on
from fugong.campaigns.reading import read_pack
from fugong.visits.pack import check
from tests.pack import PACK, both, dated

ROOT = Path(__file__).resolve().parents[2]
AREAS = {"territory": {"areas": [{"name": "柳村"}, {"name": "松村"}]}}


def part(**values):
    """The tests' pack as its schema dumps it, with values over it."""
    given = PACK["visits"]
    rows = [{"role": "", "agency": "", **row} for row in given["checklist"]]
    pool = {"roles": [], "group": [], **given["pool"], **values.pop("pool", {})}
    empty = {"speed": [], "land": [], "crossing": []}
    converted = {row["file"]: {} for row in rows}
    return {**given, **empty, "checklist": rows, "converted": converted, "manual": [], "pool": pool, **values}


def told(**values):
    return [str(problem) for problem in check(part(**values), AREAS)]


def test_groups_name_areas_of_the_pack():
    group = {"name": both("组", "group"), "areas": ["柳村", "远村"], "reason": both("近", "near")}
    assert told(pool={"group": [{**group, "areas": ["柳村", "松村"]}]}) == []
    assert "远村" in told(pool={"group": [group]})[0]


@pytest.mark.parametrize(
    "values",
    [
        {"pool": {"roles": ["pilot"]}},
        {"speed": [{"key": "boat", "name": both("船", "boat"), "roles": ["pilot"], "kmh": dated(20)}]},
        {"checklist": [{**PACK["visits"]["checklist"][0], "role": "pilot", "agency": ""}]},
    ],
)
def test_roles_are_those_of_the_house(values):
    assert any("pilot" in problem for problem in told(**values))


@pytest.mark.parametrize("lands", [("mainland", "atlantis"), ("island", "island")])
def test_crossings_join_two_lands_that_exist(lands):
    row = {"lands": lands, "here": (1, 1), "there": (2, 2), "minutes": 5, "source": "test"}
    island = [{"key": "island", "areas": ["松村"]}]
    assert told(land=island, crossing=[row])
    assert told(land=island, crossing=[{**row, "lands": ("mainland", "island")}]) == []


POOLS = {  # across which borders instructors may be sent
    "demo": ("campaign", ["instructor"]),
    "danzao": ("campaign", ["instructor"]),
    "zhoushan": ("groups", ["instructor"]),  # islands share no officers with the main one
    "jiaxing": ("home", []),  # each park grid's team answers for its own grid
}


@pytest.mark.parametrize("name", POOLS)
def test_the_packs_of_the_house_follow_the_issues_cadences_and_say_what_every_weight_trades(name):
    """Key and risk-listed 1-2 days, above-scale 7 and within 21, small once; the pool that the place says."""
    content = read_pack(ROOT / "packs" / name).content
    visits = content["visits"]
    cadences = {row["key"]: row for row in visits["cadence"]}
    day = max(date(2020, 2, 20), date.fromisoformat(content["pack"]["campaign"]["starts_on"]))
    assert value_on(cadences["key"]["every_days"], day) == 2
    assert value_on(cadences["above-scale"]["every_days"], day) == 7
    assert value_on(cadences["above-scale"]["cycle_days"], day) == 21
    assert cadences["small"]["once"]
    assert {row["cadence_days"] for row in content["enterprises"]["risk_list"]} <= {1, 2}
    assert all(row["trades"]["zh"] and row["trades"]["en"] for row in visits["weight"])
    assert (visits["pool"]["scope"], visits["pool"]["roles"]) == POOLS[name]
