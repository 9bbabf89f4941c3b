"""The ledger: both files hold what the truth says, faults and right values alike."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, datetime

import openpyxl
import pytest

from fugong.demo import town
from fugong.demo.town.ledger import DATE_FORMS, HEADER_ROWS, NAMES, NOT_A_ROW, full_width

from .conftest import SEED

ROW_KINDS = {"title_row", "note_row", "subtotal_row", "blank_row"}


@pytest.fixture(scope="module")
def book(made):
    content, truth = town.ledger_workbook(made.layout, made.enterprises, SEED)
    return openpyxl.load_workbook(io.BytesIO(content))["台账"], truth


@pytest.fixture(scope="module")
def text(made):
    content, truth = town.ledger_csv_gb18030(made.layout, made.enterprises, SEED)
    return list(csv.reader(io.StringIO(content.decode("gb18030"), newline=""))), truth


def plain(value):
    return value.date() if isinstance(value, datetime) else value


def test_every_kind_of_fault_occurs(book):
    kinds = Counter(fault.kind for fault in book[1].faults)
    assert set(kinds) >= ROW_KINDS | {
        "merged_header",
        "hidden_row",
        "letter_o",
        "rounded_code",
        "missing_code",
        "full_width",
        "headcount_words",
        "date_text",
        "undecided_date",
        "stray_space",
        "duplicate_short_name",
        "duplicate_full_name",
    }
    duplicates = kinds["duplicate_short_name"] + kinds["duplicate_full_name"]
    assert duplicates / 5600 == pytest.approx(0.05, abs=0.012)
    forms = {written for written in (fault.written for fault in book[1].of_kind("date_text"))}
    assert {form(date(2020, 2, 10)) for form in DATE_FORMS} <= forms


def test_the_workbook_holds_each_fault_as_written(book):
    sheet, truth = book
    for fault in truth.faults:
        if fault.column:
            column = NAMES.index(fault.column) + 1 if fault.column in NAMES else None
            cells = [sheet.cell(fault.row, column).value] if column else [c.value for c in sheet[fault.row]]
            assert fault.written in [plain(cell) for cell in cells], fault


def test_every_other_cell_of_the_workbook_is_right(book, made):
    """What is not in the truth is no fault: name, code, head count and date equal the enterprise's own."""
    sheet, truth = book
    firms = {firm.key: firm for firm in made.enterprises}
    wrong = {(fault.row, fault.column) for fault in truth.faults}
    again = {
        fault.row for kind in ("duplicate_short_name", "duplicate_full_name") for fault in truth.of_kind(kind)
    }
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number not in truth.rows:
            continue
        firm, cells = firms[truth.rows[number]], dict(zip(NAMES, row, strict=True))
        expected = {
            "职工总数": firm.headcount,
            "拟复工日期": firm.planned_resumption_on,
            "电话": firm.contact.phone,
        }
        if number not in again:
            expected |= {"企业名称": firm.name, "统一社会信用代码": firm.credit_code}
        for column, value in expected.items():
            assert (number, column) in wrong or plain(cells[column]) == value, (number, column)


def test_right_values_are_the_enterprises(book, made):
    firms = {firm.key: firm for firm in made.enterprises}
    right = {
        "企业名称": lambda firm: firm.name,
        "统一社会信用代码": lambda firm: firm.credit_code,
        "职工总数": lambda firm: firm.headcount,
        "拟复工日期": lambda firm: firm.planned_resumption_on,
    }
    checked = 0
    for fault in book[1].faults:
        if fault.column in right and fault.row in book[1].rows:
            assert fault.right == right[fault.column](firms[book[1].rows[fault.row]]), fault
            checked += 1
    assert checked > 2000


def test_rows_are_enterprises_or_named_as_no_row(book, made):
    sheet, truth = book
    others = {fault.row for fault in truth.faults if fault.right == NOT_A_ROW}
    assert others | set(truth.rows) | set(HEADER_ROWS) == set(range(1, sheet.max_row + 1))
    assert not others & set(truth.rows)
    assert set(truth.rows.values()) == {firm.key for firm in made.enterprises}


def test_hidden_rows_and_merged_headers(book):
    sheet, truth = book
    assert {n for n, row in sheet.row_dimensions.items() if row.hidden} == {
        f.row for f in truth.of_kind("hidden_row")
    }
    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    assert {"A1:V1", "A2:V2", "A4:A5", "G4:H4", "J4:M4", "O4:P4", "R4:T4"} <= merged


def test_rounded_codes_keep_fifteen_digits(book):
    """A spreadsheet shows a number to 15 significant digits; what follows is gone for good."""
    for fault in book[1].of_kind("rounded_code"):
        assert isinstance(fault.written, float)
        assert f"{fault.written:.14E}".replace(".", "")[:15] == fault.right[:15]


def test_subtotals_add_up(book, made):
    sheet, truth = book
    written = sum(
        sheet.cell(fault.row, NAMES.index("职工总数") + 1).value for fault in truth.of_kind("subtotal_row")
    )
    assert written == sum(firm.headcount for firm in made.enterprises)


def test_the_text_file_holds_each_fault_as_written(text):
    rows, truth = text
    assert not truth.of_kind("hidden_row"), "a text file hides nothing"
    for fault in truth.faults:
        if fault.column:
            assert rows[fault.row - 1][NAMES.index(fault.column)] == fault.written, fault
    assert {fault.written for fault in truth.of_kind("rounded_code")} <= {
        row[NAMES.index("统一社会信用代码")] for row in rows if "E+17" in row[2]
    }


def test_the_text_file_is_not_utf8(made):
    content, _ = town.ledger_csv_gb18030(made.layout, made.enterprises[:50], SEED)
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_full_width():
    assert full_width("30-A 人") == "３０－Ａ 人"
