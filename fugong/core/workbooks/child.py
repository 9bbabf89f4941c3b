"""The process that opens the file: standard input is the file, standard output is JSON lines, nothing else is
touched.

It limits its own memory, CPU time and output before it reads a byte, so that a bomb, an endless loop or an
abort inside the reader ends here and not in the server. Run by `reading`; imports no Django.
"""

import csv
import datetime
import gc
import io
import json
import math
import re
import resource
import sys
from collections.abc import Iterator
from typing import Any

from fugong.core.workbooks.guard import (
    XLS_ROWS,
    XLSX_ROWS,
    SheetFacts,
    Unreadable,
    check_reach,
    check_xlsx,
    kind_of,
)
from fugong.core.workbooks.limits import Limits

Row = list[Any]
CHUNK = 2000


def main() -> None:
    gc.disable()  # short-lived and limited: nothing is gained by looking for cycles
    limits = Limits(**json.loads(sys.argv[1]))
    _limit_self(limits)
    raw = sys.stdin.buffer.read(limits.file + 1)
    try:
        if len(raw) > limits.file:
            raise Unreadable("too large", limit=limits.file >> 20)
        kind = kind_of(raw)
        lines = {"csv": _csv, "xls": _xls, "xlsx": _xlsx}[kind](raw, limits)
        for line in lines:
            _write(line)
        _write({"end": True})
    except Unreadable as refusal:
        _write({"refused": refusal.code, "details": refusal.details})
    except MemoryError:
        _write({"refused": "memory", "details": {}})


def _limit_self(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.answer, limits.answer))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False, default=_moment, separators=(",", ":")))
    sys.stdout.write("\n")


def _moment(value: object) -> dict[str, str] | str:
    """Dates and moments keep their kind as {"d": ...}; times of day and durations become text."""
    if isinstance(value, datetime.datetime | datetime.date):
        return {"d": value.isoformat()}
    return str(value)


# ---------------------------------------------------------------------------------------- xlsx and xls


def _xlsx(raw: bytes, limits: Limits) -> Iterator[dict[str, Any]]:
    facts = check_xlsx(raw, limits).sheets
    if len(facts) > limits.sheets:
        raise Unreadable("too many sheets", limit=limits.sheets)
    for sheet in facts.values():
        check_reach(
            sheet.last_row, sheet.last_column, sheet.filled_rows, format_rows=XLSX_ROWS, limits=limits
        )
    yield {"format": "xlsx", "encoding": ""}
    yield from _sheets(raw, facts, limits)


def _xls(raw: bytes, limits: Limits) -> Iterator[dict[str, Any]]:
    yield {"format": "xls", "encoding": ""}
    yield from _sheets(raw, {}, limits)


def _sheets(raw: bytes, facts: dict[str, SheetFacts], limits: Limits) -> Iterator[dict[str, Any]]:
    """The sheets through calamine. Its errors, and panics inside it, become refusals."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        metadata = book.sheets_metadata
        if len(metadata) > limits.sheets:
            raise Unreadable("too many sheets", limit=limits.sheets)
        for about in metadata:
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(about.name)
            visible = about.visible == python_calamine.SheetVisibleEnum.Visible
            yield from _sheet(sheet, about.name, visible, facts.get(about.name), limits)
    except python_calamine.PasswordError as error:
        raise Unreadable("password") from error
    except (Unreadable, MemoryError):
        raise
    except BaseException as error:  # a Rust panic is a BaseException
        raise Unreadable("broken") from error


def _sheet(
    sheet: Any, name: str, visible: bool, facts: SheetFacts | None, limits: Limits
) -> Iterator[dict[str, Any]]:
    height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    if facts is None:
        check_reach(height, width, height, format_rows=XLS_ROWS, limits=limits)
        merged = [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in sheet.merged_cell_ranges or []]
        facts = SheetFacts(merged=merged)
    yield {
        "sheet": name,
        "visible": visible,
        "hidden_rows": sorted(facts.hidden_rows),
        "hidden_columns": sorted(facts.hidden_columns),
        "merged": facts.merged,
        "uncalculated": facts.uncalculated,
        "errors": facts.errors,
    }
    rows = sheet.to_python(skip_empty_area=False) if height else []
    for start in range(0, len(rows), CHUNK):
        yield {"rows": [_plain_row(row, limits) for row in rows[start : start + CHUNK]]}


def _plain_row(row: Row, limits: Limits) -> Row:
    return [_plain(value, limits) for value in row]


def _plain(value: Any, limits: Limits) -> Any:
    """Empty is None, a whole number is an int, other numbers keep the 15 digits a sheet has."""
    if value == "":
        return None
    kind = type(value)
    if kind is str:
        if len(value) > limits.text:
            raise Unreadable("long text", limit=limits.text)
        return value
    if kind is float:
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e21 else float(f"{value:.15g}")
    return value


# ------------------------------------------------------------------------------------------------ csv


def _csv(raw: bytes, limits: Limits) -> Iterator[dict[str, Any]]:
    text, encoding = _decoded(raw)
    first, _, rest = text.partition("\n")
    marked = re.fullmatch(r"sep=(.)\r?", first)  # what Excel writes to name the separator
    delimiter = marked[1] if marked else _delimiter(text)
    yield {"format": "csv", "encoding": encoding}
    yield {"sheet": "", "visible": True}
    rows = _csv_rows(rest if marked else text, delimiter, limits)
    if marked:
        rows.insert(0, [])
    for start in range(0, len(rows), CHUNK):
        yield {"rows": rows[start : start + CHUNK]}


def _csv_rows(text: str, delimiter: str, limits: Limits) -> list[Row]:
    """Strict: a quotation mark that is not closed would otherwise swallow the rows after it silently."""
    csv.field_size_limit(limits.text)
    rows: list[Row] = []
    width = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            width = max(width, len(row))
            if len(rows) >= limits.rows or width > limits.columns:
                raise Unreadable(
                    "far cell", row=len(rows) + 1, column=width, rows=limits.rows, columns=limits.columns
                )
            rows.append([value or None for value in row])
    except csv.Error as error:
        code = "long text" if "field limit" in str(error) else "quotes"
        raise Unreadable(code, row=len(rows) + 1, limit=limits.text) from error
    if len(rows) * width > limits.cells:
        raise Unreadable("too many cells", limit=limits.cells)
    if len(rows) in {XLS_ROWS, XLSX_ROWS}:
        raise Unreadable("at the limit", rows=len(rows))
    return rows


def _decoded(raw: bytes) -> tuple[str, str]:
    """The text and its encoding: a mark at the front decides, else UTF-8 if it is, else GB18030."""
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return _decode(raw, "utf-16"), "utf-16"
    try:
        return raw.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    loose = raw.decode("utf-8", "replace")
    if sum("\u4e00" <= letter <= "\u9fff" for letter in loose) > 10 * loose.count("\ufffd"):
        raise Unreadable(
            "damaged text"
        )  # UTF-8 with a few bad bytes: as GB18030 it would be readable nonsense
    return _decode(raw, "gb18030"), "gb18030"


def _decode(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("damaged text") from error


def _delimiter(text: str) -> str:
    """The sign that splits the first lines most evenly; a comma when nothing does."""
    lines = [line for line in text[:20_000].split("\n")[:30] if line.strip()]

    def evenness(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in lines]
        usual = max(set(counts), key=lambda n: (counts.count(n) if n else 0, n), default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max([",", "\t", ";", "|"], key=evenness) if lines else ","


if __name__ == "__main__":
    main()
