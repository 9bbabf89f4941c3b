"""Cells as people write them, one table per kind: value, whether something was assumed, whether it is
refused.
"""

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fugong.core.workbooks.cells import clean, clean_choice, clean_name, clean_phone, clean_text, clean_yes_no
from fugong.core.workbooks.counts import chinese_number, clean_count, clean_number
from fugong.core.workbooks.dates import clean_date
from fugong.core.workbooks.fields import KINDS, Field
from fugong.core.workbooks.names import normalise_address, normalise_name, tidy
from tests.core.workbooks import making

DAY = datetime.date(2020, 2, 10)


@pytest.mark.parametrize(
    ("cell", "number", "noted"),
    [
        (12, 12, False), (12.0, 12, False), ("12", 12, False), ("１２", 12, False), ("1,200", 1200, False),
        ("1，200", 1200, False), ("约30人", 30, True), ("30余人", 30, True), ("30多人", 30, True),
        ("近30", 30, True),
        ("30人左右", 30, True), ("30+", 30, True), ("大约３０人", 30, True), ("二十", 20, True),
        ("约三十", 30, True),
        ("一百零五人", 105, True), ("两百余人", 200, True), ("十二人", 12, True), ("1.2万人", 12000, True),
        ("3千", 3000, True), ("30人（含外地5人）", 30, True), ("12人", 12, True), ("共12人", 12, True),
        ("300人以上", 300, True), (">=300", 300, True), ("0", 0, False), ("无", 0, False), (0, 0, False),
        (" 45 \u3000", 45, False), ("'45", 45, False), ('="45"', 45, False), ("about 30", 30, True),
    ],
)  # fmt: skip
def test_counts(cell: Any, number: int, noted: bool) -> None:
    cleaned = clean_count(cell)
    assert (cleaned.value, cleaned.problem) == (number, "")
    assert bool(cleaned.note) == noted


@pytest.mark.parametrize("cell", ["", " ", "-", "—", "/", "N/A"])
def test_empty_counts(cell: str) -> None:
    assert clean_count(cell) == (None, "", "", None)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("30-50", "range.*from 30 to 50"), ("30~50人", "range"), ("30至50", "range"),
        ("二十到三十人", "range"),
        ("30－50", "range"), ("十几人", "no number|range"), ("若干", "no number"), (12.5, "whole number"),
        (-3, "below zero"), (True, "not a number"), ("=12+3", "no number"), ("12+3", "no number"),
        (10**18, "too large"), ("99999999999", "too large"), ("12、13", "no number"), ("几十人", "no number"),
    ],
)  # fmt: skip
def test_counts_that_must_be_asked(cell: Any, sentence: str) -> None:
    cleaned = clean_count(cell)
    assert cleaned.value is None
    assert cleaned.problem
    import re

    assert re.search(sentence, cleaned.problem), cleaned.problem


def test_chinese_numbers() -> None:
    cases = {
        "十": 10,
        "二十": 20,
        "一百零五": 105,
        "一百一十": 110,
        "两千三百": 2300,
        "一万二千": 12000,
        "二〇二〇": 2020,
    }
    assert {text: chinese_number(text) for text in cases} == cases
    assert chinese_number("人") is None


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234.5", 1234.5),
        ("20万元", 200_000),
        ("1.5亿", 150_000_000),
        ("49.1%", 0.491),
        (3, 3.0),
        ("-2.5", -2.5),
    ],
)
def test_numbers(cell: Any, number: float) -> None:
    assert clean_number(cell).value == pytest.approx(number)


@pytest.mark.parametrize(
    "cell",
    [
        "2020-02-10", "2020/2/10", "2020.2.10", "20200210", 20200210, "2020年2月10日", "2020年02月10号",
        "10-Feb-20", "10-Feb-2020", "Feb 10 2020", "Feb 10, 2020", "10 February 2020", "20年2月10日",
        "20-2-10",
        "2020-02-10 08:30", "2020-02-10T08:30:00", "2020/2/10 星期一", "２０２０．２．１０",
        "2020 年 2 月 10 日",
        datetime.date(2020, 2, 10), datetime.datetime(2020, 2, 10, 8, 30),
        "二〇二〇年二月十日", "2020、2、10",
        "2020－02－10", " 2020-02-10 ", "'2020-02-10",
    ],
)  # fmt: skip
def test_days_that_are_complete(cell: Any) -> None:
    assert clean_date(cell, year=2020) == (DAY, "", "", None)


@pytest.mark.parametrize(
    "cell", ["2月10日", "2月10号", "2.10", "2/10", "2-10", "10-Feb", "Feb 10", 43871, "43871", 43871.5]
)
def test_days_that_need_an_assumption_say_so(cell: Any) -> None:
    cleaned = clean_date(cell, year=2020)
    assert (cleaned.value, cleaned.problem) == (DAY, "")
    assert cleaned.note


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("2020-02-30", "not a day"), ("2月30日", "not a day"), (20201301, "not a day"),
        ("2020年2月", "without its day"),
        ("2月底", "without its day"), ("待定", "cannot be read"), ("正月十七", "cannot be read"),
        (2.1, "month and day"),
        ("03/04/2020", "Which?"), ("0200-01-01", "outside the years"), (True, "cannot be read"),
        (12, "cannot be read"),
        ("10 foo 2020", "cannot be read"), ("=TODAY()", "cannot be read"),
    ],
)  # fmt: skip
def test_days_that_must_be_asked(cell: Any, part: str) -> None:
    cleaned = clean_date(cell, year=2020)
    assert cleaned.value is None
    assert part in cleaned.problem


def test_slashes_with_the_year_last_are_read_when_only_one_reading_is_a_day() -> None:
    assert clean_date("25/2/2020", year=2020).value == datetime.date(2020, 2, 25)
    assert clean_date("2/25/2020", year=2020).value == datetime.date(2020, 2, 25)
    assert clean_date("02/02/2020", year=2020).value == datetime.date(2020, 2, 2)
    assert clean_date("98年5月1日", year=2020).value == datetime.date(1998, 5, 1)


@given(st.dates(datetime.date(1955, 1, 1), datetime.date(2099, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_every_complete_form_of_every_day(day: datetime.date) -> None:
    forms = ["{0:%Y-%m-%d}", "{0.year}/{0.month}/{0.day}", "{0.year}.{0.month}.{0.day}", "{0:%Y%m%d}",
             "{0.year}年{0.month}月{0.day}日", "{0:%d}-{0:%b}-{0:%Y}", "{0:%b} {0.day} {0:%Y}"]  # fmt: skip
    assert {clean_date(form.format(day), year=2020).value for form in forms} == {day}
    assert clean_date((day - datetime.date(1899, 12, 30)).days, year=2020).value == day


@pytest.mark.parametrize("cell", ["是", "有", "√", "✓", "Y", "yes", "TRUE", True, 1, "1", "对", "（是）"])
def test_yes(cell: Any) -> None:
    assert clean_yes_no(cell).value is True


@pytest.mark.parametrize("cell", ["否", "无", "没有", "×", "N", "No", False, 0, "x", "Ｎ"])
def test_no(cell: Any) -> None:
    assert clean_yes_no(cell).value is False


def test_neither_yes_nor_no() -> None:
    assert "neither" in clean_yes_no("部分").problem
    assert clean_yes_no("-") == clean_yes_no("/") == (None, "", "", None)


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("13900000001", "13900000001"), (13900000001, "13900000001"), (13900000001.0, "13900000001"),
        ("139 0000 0001", "13900000001"), ("139-0000-0001", "13900000001"),
        ("+86 139 0000 0001", "13900000001"),
        ("+8613900000001", "13900000001"), ("8613900000001", "13900000001"),
        ("１３９０００００００１", "13900000001"),
        ("0757-85400000", "0757-85400000"), ("(0757)85400000", "0757-85400000"),
        ("075785400000", "0757-85400000"),
        ("0757－85400000转123", "0757-85400000-123"), ("0757-85400000-123", "0757-85400000-123"),
        ("010-65000000 ext 8", "010-65000000-8"), ("+86 757 85400000", "0757-85400000"),
        ("021-5400 0000", "021-54000000"),
        ("400-800-8000", "4008008000"), ("手机：13900000001", "13900000001"),
        ("0086-13900000001", "13900000001"),
    ],
)  # fmt: skip
def test_phones(cell: Any, phone: str) -> None:
    assert clean_phone(cell) == (phone, "", "", None)


def test_phones_with_something_to_say() -> None:
    assert "no area code" in clean_phone("85400000").note
    several = clean_phone("13900000001/0757-85400000")
    assert (several.value, several.problem) == ("13900000001", "")
    assert "0757-85400000" in several.note
    assert "has 10 digits" in clean_phone("1390000000").problem
    assert "12 digits" in clean_phone("139000000012").problem
    assert "not a phone" in clean_phone("联络员").problem
    assert clean_phone("无") == clean_phone("-") == (None, "", "", None)


def test_choices() -> None:
    for cell in ("规上企业", "规上", "above-scale", "Above-scale", "ABOVE SCALE", "规 上企业", "（规上）"):
        assert clean_choice(cell, making.SIZES).value == "above-scale", cell
    near = clean_choice("规上企", making.SIZES)
    assert near.value is None
    assert near.suggestion == "above-scale"
    assert "Did you mean" in near.problem
    assert "is not one of the choices: Above-scale" in clean_choice("其他", making.SIZES).problem
    assert clean_choice("-", making.SIZES).value is None


def test_text_and_names() -> None:
    assert clean_text(" a ").value == "a"
    assert clean_text("=1+1").value == "=1+1"
    assert clean_text(12.0).value == "12"
    assert "15 digits" in clean_text(914406051234567890).problem
    assert clean_name(" 某某 五金厂(普通合伙) ").value == "某某五金厂（普通合伙）"
    assert clean_name("ＡＢＣ Trading  Co").value == "ABC Trading Co"
    assert "not a name" in clean_name(12345).problem
    assert tidy("某某厂（A1）") == "某某厂(A1)"


def test_names_meet_in_one_key() -> None:
    places = ["佛山市", "佛山", "南海区", "南海"]
    long = normalise_name("佛山市南海某某五金厂（普通合伙）", places=places)
    for short in (
        "南海某某五金厂",
        "某某五金厂",
        "佛山市南海区某某五金厂(普通合伙)",
        " 某某 五金厂 ",
        "佛山南海某某五金厂",
    ):
        assert normalise_name(short, places=places) == long
    firm = normalise_name("某某金属制品有限公司")
    for other in (
        "某某金属制品有限责任公司",
        "某某金属制品",
        "某某金属制品股份有限公司",
        "某市某某金属制品公司",
    ):
        assert normalise_name(other) == firm
    assert normalise_name("某某五金厂") != normalise_name("某某五金店")
    assert normalise_name("好又多超市有限公司") == "好又多超市"
    assert normalise_name("南海公司", places=places) == "南海"
    assert normalise_name("（个体）") != ""
    assert normalise_address("某某大道 12号之3，") == normalise_address("某某大道１２号－3")


def test_required_cells() -> None:
    field = making.FIELDS[0]
    assert "is missing" in clean(field, None, year=2020).problem
    assert "is missing" in clean(field, " - ", year=2020).problem


ANYTHING = st.one_of(
    st.none(), st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.dates(),
    st.text("0123456789年月日.-/~约人余万一二三十百+()OIZ转", max_size=24),
)  # fmt: skip


@given(ANYTHING, st.sampled_from(KINDS))
@settings(max_examples=400, deadline=None)
def test_no_cell_breaks_a_cleaner(value: object, kind: Any) -> None:
    """Whatever comes in: a value or a problem, never an exception, and never both."""
    field = Field("f", "字段", "Field", kind=kind, choices=making.SIZES if kind == "choice" else ())
    cleaned = clean(field, value, year=2020)
    assert cleaned.value is None or not cleaned.problem
