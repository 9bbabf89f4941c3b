"""Writes workbooks: exports, and the faulty rows of an import with the reason beside each cell.

Text is always typed as text: nothing that came from a person's cell is a formula, a link or a number by
accident.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from fugong.core.workbooks.checking import CheckedRow
from fugong.core.workbooks.headers import Table

RISKY = re.compile(
    r"^[\s\u3000\xa0\ufeff\u200b-\u200f\u2060]*[=+\-@|\t\r\n\uff1d\uff0b\uff0d\uff20]|^[\t\r\n\ufeff]"
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
TEXT_LIMIT = 32_767
WIDEST = 48


def safe_csv_cell(value: object) -> str:
    """A cell for a CSV file: texts that a spreadsheet would calculate get an apostrophe in front.

    Numbers stay as they are, also negative ones: they come from our own figures and not from a text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes")) if value else str(_("no"))
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return "'" + text if RISKY.match(text) else text


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel shows Chinese; every cell quoted and guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([safe_csv_cell(column) for column in columns])
    writer.writerows([safe_csv_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def write_xlsx(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, sheet: str = "", note: str = ""
) -> bytes:
    """One sheet with a fixed header row and a filter. `note` stands in a last row of its own (watermark,
    as-of).
    """
    sink, book = _new_book()
    page = _Page(book, sheet)
    page.header(0, columns)
    last = 0
    for last, row in enumerate(rows, 1):
        page.row(last, row)
    page.sheet.freeze_panes(1, 0)
    if columns:
        page.sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    if note:
        page.sheet.write_string(last + 2, 0, _clean_text(note), page.grey)
    page.set_widths()
    book.close()
    return sink.getvalue()


def faulty_rows_workbook(
    table: Table, rows: Iterable[CheckedRow], *, reasons: Mapping[int, str] = {}
) -> bytes:
    """The rows with problems as they came, each bad cell marked; the reasons in the last column.

    `reasons` adds sentences for whole rows by row number (for example from the database). The header is one
    row with "group/leaf" names, so that the corrected file can be sent in again.
    """
    sink, book = _new_book()
    page = _Page(book, _("Rows to correct"))
    names = [column.name for column in table.columns]
    page.header(0, [*names, _("Row before"), _("Problem")])
    places = {column.index: place for place, column in enumerate(table.columns)}
    for line, checked in enumerate(rows, 1):
        page.row(line, checked.source.values)
        for problem in checked.problems:
            place = places[problem.column]
            page.cell(line, place, checked.source.values[place], page.bad)
            page.sheet.write_comment(line, place, _clean_text(str(problem.sentence)), {"x_scale": 2})
        sentences = [str(problem) for problem in checked.problems]
        if checked.number in reasons:
            sentences.append(str(reasons[checked.number]))
        page.sheet.write_number(line, len(names), checked.number)
        page.sheet.write_string(line, len(names) + 1, _clean_text("\n".join(sentences)), page.reason)
    page.sheet.freeze_panes(1, 0)
    page.set_widths()
    page.sheet.set_column(len(names) + 1, len(names) + 1, 60)
    book.close()
    return sink.getvalue()


def _new_book() -> tuple[io.BytesIO, Any]:
    sink = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    return sink, xlsxwriter.Workbook(sink, options)


class _Page:
    """One sheet of a new book and its formats. Remembers how wide its columns must be."""

    def __init__(self, book: Any, name: str) -> None:
        title = re.sub(r"[\[\]:*?/\\']", " ", name or str(_("Sheet")))[:31].strip()
        self.sheet = book.add_worksheet(title or None)
        self.bold = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"num_format": "@"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.grey = book.add_format({"font_color": "#667382", "italic": True})
        self.bad = book.add_format(
            {"bg_color": "#FFE0DB", "border": 1, "border_color": "#C92A2A", "num_format": "@"}
        )
        self.reason = book.add_format({"font_color": "#C92A2A", "text_wrap": True, "valign": "top"})
        self.widths: dict[int, int] = {}

    def header(self, line: int, columns: Sequence[str]) -> None:
        for place, column in enumerate(columns):
            self.sheet.write_string(line, place, _clean_text(str(column)), self.bold)
            self._measure(place, str(column))

    def row(self, line: int, values: Sequence[object]) -> None:
        for place, value in enumerate(values):
            self.cell(line, place, value, None)

    def cell(self, line: int, place: int, value: object, format: Any) -> None:
        """Write by the value's type; a number that no sheet can hold is written as text."""
        if value is None or value == "":
            if format:
                self.sheet.write_blank(line, place, None, format)
        elif isinstance(value, bool):
            self.sheet.write_boolean(line, place, value, format)
        elif isinstance(value, int | float) and abs(value) < 1e15:
            self.sheet.write_number(line, place, value, None)
            if format:
                self.sheet.write_number(line, place, value, format)
        elif isinstance(value, datetime):
            self.sheet.write_datetime(line, place, value.replace(tzinfo=None), format or self.moment)
        elif isinstance(value, date):
            self.sheet.write_datetime(line, place, value, format or self.day)
        else:
            text = _clean_text(str(value))
            self.sheet.write_string(line, place, text, format or self.text)
            if line < 200:
                self._measure(place, text)

    def _measure(self, place: int, text: str) -> None:
        width = sum(2 if ord(letter) > 0x2E7F else 1 for letter in text[:WIDEST]) + 2
        self.widths[place] = min(WIDEST, max(self.widths.get(place, 8), width))

    def set_widths(self) -> None:
        for place, width in self.widths.items():
            self.sheet.set_column(place, place, width)


def _clean_text(text: str) -> str:
    """Without characters that XML cannot hold, and within a cell's limit."""
    return CONTROL.sub("", text)[:TEXT_LIMIT]
