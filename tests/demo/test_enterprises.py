"""The enterprises: the measured anchors, and that nobody real can be meant."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean, median

import pytest
from stdnum.cn import uscc

from fugong.demo import town
from fugong.demo.town.geometry import Region, to_gcj02
from fugong.demo.town.names import FIRM_PHONES, OFFICER_PHONES, credit_code, is_fictional_code
from fugong.demo.town.words import COMMERCIAL_SECTIONS, LINES, SURNAMES, TRAITS

from .conftest import CENTRE, START, make_town


def heads(firms):
    return [firm.headcount for firm in firms]


@pytest.mark.parametrize("seed", [1, 7, 23])
def test_exact_counts(seed):
    layout = town.Layout.make(seed, 28, CENTRE, town="甲乙镇", county="丙丁县")
    firms = town.enterprises(layout, seed)
    assert len(firms) == 5600
    assert sum(firm.has_affected_staff for firm in firms) == 1060
    assert sum(firm.staff.affected for firm in firms) / sum(heads(firms)) == pytest.approx(0.02, abs=0.002)


def test_head_counts(made):
    makers = heads(firm for firm in made.enterprises if firm.section == "C")
    sole = heads(firm for firm in made.enterprises if firm.is_sole_trader)
    others = heads(firm for firm in made.enterprises if firm.section != "C" and not firm.is_sole_trader)
    assert mean(makers) == pytest.approx(32, abs=1.5)
    assert median(makers) == pytest.approx(8, abs=1)
    assert sum(n >= 20 for n in makers) / len(makers) == pytest.approx(0.29, abs=0.02)
    assert sum(n >= 100 for n in makers) / len(makers) == pytest.approx(0.065, abs=0.01)
    assert mean(others) == pytest.approx(14.7, abs=2)
    assert mean(sole) == pytest.approx(2.4, abs=0.2)
    assert max(sole) <= 5


def test_size_flags(made):
    industrial = [firm for firm in made.enterprises if firm.section in "BCD"]
    commercial = [firm for firm in made.enterprises if firm.section in COMMERCIAL_SECTIONS]
    assert sum(firm.is_above_scale for firm in industrial) / len(industrial) == pytest.approx(0.14, abs=0.002)
    assert sum(firm.is_above_quota for firm in commercial) / len(commercial) == pytest.approx(
        0.038, abs=0.002
    )
    assert not any(firm.is_above_scale and firm.is_above_quota for firm in made.enterprises)
    above = [firm for firm in industrial if firm.is_above_scale]
    assert mean(heads(above)) > 3 * mean(heads(firm for firm in industrial if not firm.is_above_scale))
    assert min(heads(above)) < 20, "revenue, not heads, makes the flag"


def test_industry_shares(made):
    share = Counter(firm.line for firm in made.enterprises)
    for line in LINES:
        assert share[line.name] / 5600 == pytest.approx(line.share, abs=0.001)


def test_addresses(made):
    firms = made.enterprises
    vague = [firm.place for firm in firms if firm.place.is_vague]
    placed = [firm.place for firm in firms if not firm.place.is_vague]
    assert 0.24 <= len(vague) / len(firms) <= 0.46
    assert all(place.position is None and not place.stated_village for place in vague)
    full = sum(place.address.startswith("丙丁县甲乙镇") for place in placed) / len(firms)
    assert 0.14 <= full <= 0.62
    assert 0.11 <= len(placed) / len(firms) - full <= 0.34
    shifted = [place for place in placed if place.source_crs == "gcj02"]
    assert len(shifted) / len(placed) == pytest.approx(1 / 3, abs=0.03)
    assert all(place.position == to_gcj02(place.true_position) for place in shifted)
    assert all(place.position == place.true_position for place in placed if place.source_crs == "wgs84")


def test_true_positions_lie_in_village_and_grid(made):
    plane = made.layout.plane
    regions = {
        area.key: Region(plane.to_xy(area.ring)) for area in (*made.layout.villages, *made.layout.grids)
    }
    gridded = {grid.village for grid in made.layout.grids}
    for place in (firm.place for firm in made.enterprises):
        spot = plane.to_xy((place.true_position,))[0]
        assert regions[place.village].has(*spot)
        assert bool(place.grid) == (place.village in gridded)
        assert not place.grid or regions[place.grid].has(*spot)


def test_affected_staff_cluster(made):
    """Fellow-townsmen: some villages have several times the share of others, more than chance gives."""
    firms: Counter[str] = Counter(firm.place.village for firm in made.enterprises)
    having: Counter[str] = Counter(firm.place.village for firm in made.enterprises if firm.has_affected_staff)
    shares = [having[key] / n for key, n in firms.items() if n >= 60]
    assert max(shares) > 2 * min(shares)
    assert all(firm.staff.affected_back <= firm.staff.affected <= firm.headcount for firm in made.enterprises)


def test_planned_resumption(made):
    planned = Counter(firm.planned_resumption_on for firm in made.enterprises)
    assert planned[START] == 5600 * 0.45
    assert set(planned) == {START + timedelta(weeks=n) for n in range(5)} | {None}
    assert all(a > b for a, b in pairwise(planned[START + timedelta(weeks=n)] for n in range(5)))
    first = [firm.planned_resumption_on == START for firm in made.enterprises if firm.is_above_scale]
    assert sum(first) / len(first) > 0.65


def test_names_and_codes_are_unique_valid_and_nobodys(made):
    firms = made.enterprises
    assert len({firm.name for firm in firms}) == len({firm.short_name for firm in firms}) == 5600
    assert len({firm.credit_code for firm in firms}) == 5600
    assert all(uscc.is_valid(firm.credit_code) and is_fictional_code(firm.credit_code) for firm in firms)
    assert all(firm.credit_code[2:4] == "99" for firm in firms), "no division of the country starts with 99"
    assert all(firm.credit_code.startswith("92") == firm.is_sole_trader for firm in firms)
    assert {firm.contact.name[0] for firm in firms} <= set(SURNAMES)
    phones = [firm.contact.phone for firm in firms] + [officer.phone for officer in made.officers]
    assert len(set(phones)) == len(phones)
    assert all(len(phone) == 11 and phone.startswith((FIRM_PHONES, OFFICER_PHONES)) for phone in phones)


def test_a_credit_code_by_hand():
    """Organisation check: 2 x (last serial digit 1) = 2, 11 - 2 = 9."""
    code = credit_code("990123", 1, is_sole_trader=False, is_retired=True)
    assert code[:17] == "91990123" + "00000001" + "9"
    assert uscc.is_valid(code)


def test_figures_show_the_weaknesses(made):
    for firm in made.enterprises:
        risk, staff = firm.risk, firm.staff
        has = {trait: trait in risk.traits for trait in TRAITS}
        rooms = {
            kind: [room for room in firm.premises if room.kind == kind] for kind in ("workshop", "dormitory")
        }
        assert has["weak-responsibility"] != risk.has_named_leader
        assert has["staff-with-symptoms"] == (staff.fever + staff.cough > 0)
        assert has["complex-origins"] == (staff.origins >= 6)
        assert has["short-of-supplies"] == (risk.mask_days < 3)
        assert has["many-earlier-problems"] == (risk.earlier_problems >= 6)
        assert has["crude-emergency-plan"] == (risk.emergency_plan != "good")
        assert has["enclosed-premises"] == any(room.is_enclosed for room in rooms["workshop"])
        assert has["constant-temperature"] == any(room.is_constant_temperature for room in rooms["workshop"])
        assert has["crowded-dormitories"] == any(room.people / room.rooms > 6 for room in rooms["dormitory"])
        assert staff.fever + staff.cough <= firm.headcount


def test_every_weakness_occurs_and_most_firms_have_none(made):
    found = Counter(trait for firm in made.enterprises for trait in firm.risk.traits)
    assert set(found) == set(TRAITS)
    assert min(found.values()) >= 5
    assert sum(not firm.risk.traits for firm in made.enterprises) / 5600 > 0.6


def test_people(made):
    roles = Counter(officer.role for officer in made.officers)
    keys = [firm.key for firm in made.enterprises if firm.is_key]
    assert roles["instructor"] == 65
    assert roles["grid-lead"] == 28
    assert roles["task-group-leader"] == 11
    assert roles["commander"] == roles["executive-deputy"] == 1
    assert roles["liaison"] == -(-len(keys) // 5)
    charges = [charge for officer in made.officers for charge in officer.charges]
    assert sorted(charges) == sorted(keys), "every key enterprise has exactly one liaison officer"
    assert len({officer.login for officer in made.officers}) == len(made.officers)
    assert len({officer.name for officer in made.officers}) == len(made.officers)
    served = {
        village for officer in made.officers if officer.role == "instructor" for village in officer.villages
    }
    assert served == {village.key for village in made.layout.villages}


def test_other_counts_and_years(made):
    layout = made.layout
    small = town.enterprises(layout, 3, 200, 38, first_day=date(2022, 4, 1))
    assert len(small) == 200
    assert sum(firm.has_affected_staff for firm in small) == 38
    assert min(firm.planned_resumption_on for firm in small if firm.planned_resumption_on) == date(2022, 4, 1)


def test_another_seed_is_another_town(made):
    assert [firm.name for firm in make_town(8).enterprises[:50]] != [
        firm.name for firm in made.enterprises[:50]
    ]
