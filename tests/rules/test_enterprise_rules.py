"""Truth tables of the ledger's rules: no database."""

from datetime import date
from types import SimpleNamespace as Row

import pytest

from fugong.enterprises import rules

SUFFIXES = ("路", "街", "大道", "工业区")
PLACES = ("桥南区", "东桥镇", "东桥", "柳村")


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("桥南区东桥镇柳村谷粟路12号", "谷粟路"),
        ("东桥谷粟大道3号", "谷粟大道"),
        ("柳村谷粟路", "谷粟路"),
        ("谷粟路与垄畦街交叉口", "谷粟路"),
        ("柳村科创工业区3栋", "科创工业区"),
        ("工业区内3栋", ""),
        ("老供销社对面", ""),
        ("", ""),
    ],
)
def test_the_street_of_an_address(address, street):
    assert rules.street_of(address, SUFFIXES, PLACES) == street


def test_without_suffixes_of_the_pack_no_street_is_guessed():
    assert rules.street_of("谷粟路12号", ()) == ""


@pytest.mark.parametrize("name", ["柳村", "柳村村委会", "柳村村民委员会", "柳社区", "柳社区居委会", "柳 村"])
def test_a_village_is_one_village_whatever_its_ending(name):
    assert rules.village_key(name) == "柳"


@pytest.mark.parametrize(
    ("reason", "fits"), [("", False), ("看看", False), ("    x    ", False), ("核实电话号码", True)]
)
def test_a_reason_has_five_characters(reason, fits):
    assert bool(rules.why_not_reason(reason)) is not fits


def test_a_form_of_an_older_version_is_refused_with_who_and_what():
    assert rules.why_not_version(3, 3, "陈统计", ["人数"]) == ""
    sentence = rules.why_not_version(4, 3, "陈统计", ["人数", "地址"])
    assert "陈统计" in sentence
    assert "地址" in sentence


def entry(pk, campaign=1, merged_into=None):
    return Row(
        pk=pk, campaign_id=campaign, merged_into_id=merged_into and merged_into.pk, merged_into=merged_into
    )


def test_who_may_be_merged_with_whom():
    one, other = entry(1), entry(2)
    gone = entry(3, merged_into=one)
    assert rules.why_not_merge(one, other) == ""
    assert rules.why_not_merge(one, one)
    assert rules.why_not_merge(one, entry(4, campaign=2))
    assert rules.why_not_merge(one, gone)
    assert rules.why_not_merge(gone, other)


def test_a_merge_is_undone_once_and_from_the_outside_in():
    assert rules.why_not_undo_merge(Row(undone_at=None, kept=entry(1))) == ""
    assert rules.why_not_undo_merge(Row(undone_at="now", kept=entry(1)))
    assert rules.why_not_undo_merge(Row(undone_at=None, kept=entry(1, merged_into=entry(2))))


@pytest.mark.parametrize(
    ("phone", "reason", "today", "refused"),
    [
        ("x", "核实复工情况", 0, False),
        ("x", "核实复工情况", 19, False),
        ("x", "核实复工情况", 20, True),
        ("x", "看", 0, True),
        ("", "核实复工情况", 0, True),
    ],
)
def test_why_a_phone_may_not_be_shown(phone, reason, today, refused):
    assert bool(rules.why_not_reveal(phone, reason, today)) is refused


@pytest.mark.parametrize(
    ("from_on", "to_on", "refused"),
    [
        (date(2020, 2, 1), None, False),
        (date(2020, 2, 1), date(2020, 2, 2), True),
        (date(2020, 3, 1), None, True),
    ],
)
def test_why_a_contact_may_not_be_ended(from_on, to_on, refused):
    assert bool(rules.why_not_end(Row(from_on=from_on, to_on=to_on), date(2020, 2, 19))) is refused


def test_how_full_a_dormitory_is():
    full = rules.crowding(60, 40, 8, 120.0)
    assert all(number in full for number in ("60", "40", "7.5", "2.0"))
    assert rules.crowding(None, 40, 8, None) == ""
    assert rules.crowding(30, 40, None, None) == ""


@pytest.mark.parametrize(
    ("longitude", "latitude", "fits"), [(113, 23, True), (23, 113, False), (181, 0, False)]
)
def test_a_position_is_in_degrees(longitude, latitude, fits):
    assert (rules.why_not_position(longitude, latitude) == "") is fits
