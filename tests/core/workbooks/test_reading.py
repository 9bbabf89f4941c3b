"""Files of every format give the same sheets, with what their sheets really hold."""

import datetime
import io
import random
from pathlib import Path

import openpyxl
import pytest
import xlwt

from fugong.core.refusals import Refused
from fugong.core.workbooks.limits import Limits
from fugong.core.workbooks.reading import Merge, lost_digits, read
from tests.core.workbooks import making

ROWS = [["企业名称", "人数"], ["某某五金厂", "12"], ["镕鑫铝材厂", "约30人"]]


def csv_text(rows: list[list[str]], separator: str = ",") -> str:
    return "".join(separator.join(row) + "\r\n" for row in rows)


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (csv_text(ROWS).encode(), "utf-8"),
        (b"\xef\xbb\xbf" + csv_text(ROWS).encode(), "utf-8"),
        (csv_text(ROWS).encode("gb18030"), "gb18030"),
        (csv_text(ROWS, "\t").encode("utf-16"), "utf-16"),
        (csv_text(ROWS, ";").encode("gb18030"), "gb18030"),
        (b"sep=;\r\n" + csv_text(ROWS, ";").encode(), "utf-8"),
    ],
)
def test_csv_in_every_encoding_and_separator(raw: bytes, encoding: str) -> None:
    book = read(raw, "台账.csv")
    assert (book.format, book.encoding) == ("csv", encoding)
    assert [row for row in book.sheets[0].rows if row] == ROWS


def test_a_wrong_file_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_bytes(making.xlsx(ROWS))
    book = read(path, path.name)
    assert book.format == "xlsx"
    assert book.sheets[0].rows == ROWS


def test_xls_and_xlsx_give_the_same_values() -> None:
    rows = [["名称", "人数", "日期", "比例"], ["甲", 12, datetime.date(2020, 2, 10), 0.5]]
    new = read(making.quick_xlsx(rows), "a.xlsx").sheets[0].rows
    book = xlwt.Workbook()
    page = book.add_sheet("一")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            style = xlwt.easyxf(num_format_str="YYYY-MM-DD") if isinstance(cell, datetime.date) else None
            page.write(number, place, cell, *([style] if style else []))
    sink = io.BytesIO()
    book.save(sink)
    old = read(sink.getvalue(), "a.xls")
    assert old.format == "xls"
    assert old.sheets[0].rows == new == rows
    assert isinstance(new[1][1], int)


def test_merged_cells_hidden_rows_and_columns_are_known() -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in [["台账", "", ""], ["名称", "人数", "备注"], ["甲", 1, ""], ["乙", 2, "x"]]:
        page.append(row)
    page.merge_cells("A1:C1")
    page.row_dimensions[3].hidden = True
    page.column_dimensions["B"].hidden = True
    book.create_sheet("藏").sheet_state = "hidden"
    sink = io.BytesIO()
    book.save(sink)
    first, second = read(sink.getvalue(), "a.xlsx").sheets
    assert first.merged == [Merge(1, 1, 1, 3)]
    assert first.hidden_rows == {3}
    assert 2 in first.hidden_columns
    assert (first.visible, second.visible) == (True, False)


def test_rows_keep_their_numbers_when_the_table_begins_lower() -> None:
    book = openpyxl.Workbook()
    book.active["C4"] = "名称"
    book.active["C7"] = "甲"
    sink = io.BytesIO()
    book.save(sink)
    rows = read(sink.getvalue(), "a.xlsx").sheets[0].rows
    assert rows[3][2] == "名称"
    assert rows[6][2] == "甲"
    assert len(rows) == 7


def test_formulas_are_never_evaluated_and_their_absence_is_told() -> None:
    """openpyxl stores no value: the cell must be reported, not read as a silent blank. A text =... stays
    text.
    """
    book = openpyxl.Workbook()
    page = book.active
    page["A1"], page["A2"], page["B2"] = "人数", "=1+1", "=cmd|x"
    page["B2"].data_type = "s"
    page["C2"] = "#N/A"
    page["C2"].data_type = "e"
    sink = io.BytesIO()
    book.save(sink)
    sheet = read(sink.getvalue(), "a.xlsx").sheets[0]
    assert sheet.uncalculated == {(2, 1)}
    assert sheet.errors == {(2, 3)}
    assert sheet.rows[1][1] == "=cmd|x"


def test_the_stored_value_of_a_formula_is_read() -> None:
    cells = [
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"="&amp;"x"</f><v>=x</v></c></row>'
    ]
    sheet = read(making.raw_xlsx(cells), "a.xlsx").sheets[0]
    assert sheet.rows == [[2, "=x"]]
    assert not sheet.uncalculated


def test_a_code_kept_as_a_number_is_seen_to_have_lost_digits() -> None:
    rows = (
        read(making.quick_xlsx([["代码"], [914406051234567890], [123456789012345]]), "a.xlsx").sheets[0].rows
    )
    assert lost_digits(rows[1][0])
    assert not lost_digits(rows[2][0])
    assert rows[2][0] == 123456789012345


def test_numbers_keep_what_the_sheet_shows() -> None:
    values = ("0.30000000000000004", "13800000000", "2.5")
    cells = ['<row r="1">' + "".join(f"<c><v>{value}</v></c>" for value in values) + "</row>"]
    assert read(making.raw_xlsx(cells), "a.xlsx").sheets[0].rows == [[0.3, 13800000000, 2.5]]


def test_cells_without_references_are_counted_by_position() -> None:
    """Some programs leave out r="B2"; hidden rows and formulas must still be found at the right place."""
    cells = ["<row><c><v>1</v></c></row>", '<row hidden="1"><c><v>2</v></c><c><f>1+1</f></c></row>']
    sheet = read(making.raw_xlsx(cells), "a.xlsx").sheets[0]
    assert sheet.hidden_rows == {2}
    assert sheet.uncalculated == {(2, 2)}


def test_formatted_empty_rows_to_the_end_of_the_sheet_do_no_harm() -> None:
    """A column formatted as a whole leaves empty cells down to the last row: the table is still read."""
    cells = [
        making.inline(1, "名称", "人数"),
        making.inline(2, "甲", "3"),
        '<row r="1048576"><c r="A1048576"/></row>',
    ]
    assert len(read(making.raw_xlsx(cells), "a.xlsx").sheets[0].rows) == 2


@pytest.mark.parametrize(("format_rows", "what"), [(65_536, "csv"), (65_536, "xls")])
def test_a_file_that_ends_at_its_formats_limit_lost_rows(format_rows: int, what: str) -> None:
    if what == "csv":
        raw = b"a,b\n" * format_rows
    else:
        book = xlwt.Workbook()
        page = book.add_sheet("一")
        for number in range(format_rows):
            page.write(number, 0, number)
            sink = io.BytesIO()
        book.save(sink)
        raw = sink.getvalue()
    with pytest.raises(Refused, match=r"ends exactly at row 65536.*rows were lost"):
        read(raw, "a." + what)
    if what == "csv":
        assert len(read(b"a,b\n" * (format_rows - 1), "a.csv").sheets[0].rows) == format_rows - 1


def test_an_xlsx_that_ends_at_its_limit_lost_rows() -> None:
    """Every fifth row is enough to tell a full sheet from a single stray cell in the last row."""
    cells = (f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, 1_048_577, 5))
    with pytest.raises(Refused, match="ends exactly at row 1048576"):
        read(making.raw_xlsx(cells), "a.xlsx")


def test_conservation_on_random_ledgers() -> None:
    """What openpyxl wrote is what comes back, cell by cell."""
    rnd = random.Random(3)
    for _round in range(3):
        rows = [
            [rnd.choice([None, "甲", "a b", 0, 1.25, -3, True, datetime.date(2020, 1, 2)]) for _c in range(6)]
            + ["end"]
            for _r in range(20)
        ]
        assert read(making.xlsx(rows), "a.xlsx").sheets[0].rows == rows


def test_limits_are_the_callers() -> None:
    with pytest.raises(Refused, match="row 4, column 2"):
        read(b"a,b\n" * 9, "a.csv", limits=Limits(rows=3))
    with pytest.raises(Refused, match="larger than 1 MB"):
        read(b"a" * (2 << 20), "a.csv", limits=Limits(file=1 << 20))
