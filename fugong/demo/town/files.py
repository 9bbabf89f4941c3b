"""Writes a ledger to the two files towns send: a workbook, and a text file in the national encoding."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import xlsxwriter

from .layout import Layout
from .ledger import COLUMNS, HEADER_ROWS, NAMES, Ledger, Truth, Value, ledger
from .seeds import EnterpriseSeed

WIDTHS = {
    "企业名称": 34,
    "统一社会信用代码": 22,
    "所属村（社区、园区）": 18,
    "详细地址": 40,
    "电话": 14,
    "已采取措施": 40,
}


def ledger_workbook(layout: Layout, enterprises: Sequence[EnterpriseSeed], seed: int) -> tuple[bytes, Truth]:
    """The ledger as a workbook (.xlsx) of one sheet and a sheet of notes, and its truth."""
    made = ledger(layout, enterprises, seed)
    return workbook(made), made.truth


def ledger_csv_gb18030(
    layout: Layout, enterprises: Sequence[EnterpriseSeed], seed: int
) -> tuple[bytes, Truth]:
    """The same ledger as a text file saved from a spreadsheet, encoded in GB18030, and its truth.

    A text file hides and merges nothing, and shows a rounded code in powers of ten.
    """
    made = ledger(layout, enterprises, seed)
    return csv_gb18030(made), _truth_of_text(made.truth)


def workbook(made: Ledger) -> bytes:
    """The workbook's bytes; the same ledger always gives the same bytes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": datetime(2020, 2, 1)})
    sheet = book.add_worksheet("台账")
    day, code = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "0"})
    for n, name in enumerate(NAMES):
        sheet.set_column(n, n, WIDTHS.get(name, 9))
    for row, cells in enumerate(made.rows):
        _write_row(sheet, row, cells, day, code)
    for number in sorted(made.hidden):
        sheet.set_row(number - 1, None, None, {"hidden": True})
    _merge_head(sheet, made, book.add_format({"align": "center", "valign": "vcenter", "bold": True}))
    book.add_worksheet("填表说明").write_string(0, 0, "请各村于每日17时前报送。职工总数含临时用工。")
    book.close()
    return target.getvalue()


def _write_row(sheet: Any, row: int, cells: Sequence[Value], day: Any, code: Any) -> None:
    for column, value in enumerate(cells):
        if value is None:
            continue
        if isinstance(value, str):
            sheet.write_string(row, column, value)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, day)
        else:
            sheet.write_number(row, column, value, code if value > 1e14 else None)


def _merge_head(sheet: Any, made: Ledger, centred: Any) -> None:
    last = len(COLUMNS) - 1
    for row in (0, 1):
        sheet.merge_range(row, 0, row, last, made.rows[row][0], centred)
    upper, lower = (number - 1 for number in HEADER_ROWS)
    start = 0
    while start <= last:
        group = COLUMNS[start][0]
        end = start
        while group and end < last and COLUMNS[end + 1][0] == group:
            end += 1
        sheet.merge_range(upper, start, upper if group else lower, end, made.rows[upper][start], centred)
        start = end + 1


def csv_gb18030(made: Ledger) -> bytes:
    """The rows as comma-separated text in GB18030 with Windows line ends."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\r\n").writerows(
        [[_text(value) for value in cells] for cells in made.rows]
    )
    return target.getvalue().encode("gb18030")


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.year}/{value.month}/{value.day}"
    if isinstance(value, float) and value > 1e14:
        return f"{value:.5E}"
    return str(value)


def _truth_of_text(truth: Truth) -> Truth:
    kept = [fault for fault in truth.faults if fault.kind not in ("hidden_row", "merged_header")]
    return replace(truth, faults=tuple(replace(f, written=_text(f.written)) for f in kept))
