"""Finds the table on a messy sheet: its header (one to three rows), its data rows, and why other rows are
none.

Rows and columns count from 1, as people see them. Nothing is dropped without a word: every row of the sheet
is a header row, a data row or in `left_out`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from fugong.core.refusals import Refused
from fugong.core.workbooks.bodies import Body, DataRow, LeftOut
from fugong.core.workbooks.grid import (
    HEADER_DEPTH,
    SEARCHED_ROWS,
    UNIT,
    Grid,
    clean_label,
    column_letter,
    is_blank,
    is_label,
    looks_like_data,
    plain,
)
from fugong.core.workbooks.reading import Sheet, Value, Workbook

# How headers end, in any ledger: for tables whose fields the caller does not know.
HEADER_WORD = re.compile(
    r"(名称|名|序号|编号|代码|号码|电话|手机|地址|日期|时间|人数|总数|数量|情况|类型|类别|性质|规模|行业|备注|联系人|负责人"
    r"|法人|代表|姓名|单位|金额|面积|说明|状态|村居)$|^(是否|有无)|\b(name|code|date|phone|address|no\.?|number|type)\b",
    re.I,
)

# The columns we add to returned rows, in every language: a corrected file sent again must not map them.
PROBLEM_HEADERS = ("问题", "原行号", "Problem", "Row before")


@dataclass(frozen=True)
class Column:
    """One column of the table: `name` is "group/leaf" under a merged group, `unit` what a unit row says."""

    index: int  # from 1: the sheet's column
    name: str
    leaf: str
    unit: str = ""

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass
class Table:
    """What was found on one sheet; `sureness` from 0 to 1 says how much it looks like a ledger."""

    sheet: str
    header_rows: list[int]
    columns: list[Column]
    rows: list[DataRow]
    left_out: list[LeftOut]
    sureness: float
    uncalculated: frozenset[tuple[int, int]] = frozenset()
    errors: frozenset[tuple[int, int]] = frozenset()
    height: int = 0
    hidden_columns: frozenset[int] = field(default_factory=frozenset)

    @property
    def hidden(self) -> int:
        """Data rows that the sheet hides, for example by a filter."""
        return sum(row.hidden for row in self.rows)


def reasons() -> dict[str, str]:
    """The sentences for `LeftOut.why`, in the user's language."""
    return {
        "title": _("above the header"),
        "unit": _("units of the columns"),
        "numbering": _("numbers of the columns"),
        "example": _("an example row"),
        "blank": _("empty"),
        "header": _("the header again"),
        "total": _("a total"),
        "section": _("a heading inside the table"),
        "note": _("a note"),
        "hidden": _("hidden on the sheet"),
    }


def find_table(sheet: Sheet, *, known: Iterable[str] = (), with_hidden: bool = True) -> Table:
    """The table of a sheet. `known` are labels the caller's fields go by: they make the header surer.

    Hidden rows are data marked `hidden`, or left out when `with_hidden` is false. Raises `Refused` when no
    row can be a header.
    """
    grid = Grid(sheet)
    labels = frozenset(plain(label) for label in known)
    top, sureness = _header_row(grid, labels)
    if not top:
        raise Refused(_("No header row was found on sheet “%(sheet)s”.") % {"sheet": sheet.name})
    header = _header_block(grid, top)
    names = {column: _column_name(grid, header, column) for column in range(1, grid.width + 1)}
    kept = {column: name for column, name in names.items() if name[0]}
    body = Body(grid, header, kept)
    body.read(with_hidden)
    columns = [Column(index, name, leaf, body.units.get(index, "")) for index, (name, leaf) in kept.items()]
    left_out = [LeftOut(number, _above(grid, number)) for number in range(1, header[0])] + body.left_out
    return Table(
        sheet=sheet.name,
        header_rows=header,
        columns=columns,
        rows=body.rows,
        left_out=left_out,
        sureness=sureness,
        uncalculated=sheet.uncalculated,
        errors=sheet.errors,
        height=len(sheet.rows),
        hidden_columns=sheet.hidden_columns,
    )


def find_tables(workbook: Workbook, *, known: Iterable[str] = ()) -> list[Table]:
    """The tables of all visible sheets, the one most like a ledger first. Empty when there is none."""
    labels = list(known)
    tables = []
    for sheet in workbook.sheets:
        if sheet.visible and any(any(cell is not None for cell in row) for row in sheet.rows):
            try:
                tables.append(find_table(sheet, known=labels))
            except Refused:
                continue
    return sorted(tables, key=lambda table: (-table.sureness, -len(table.rows)))


# ------------------------------------------------------------------------------------------ the header


def _header_row(grid: Grid, known: frozenset[str]) -> tuple[int, float]:
    """The best header row among the first ones and its score; (0, 0) when none can be one."""
    zone = range(1, min(grid.height, SEARCHED_ROWS) + 1)
    widths = sorted(len(grid.filled(row)) for row in range(1, min(grid.height, 400) + 1))
    usual = widths[int(len(widths) * 0.75)] if widths else 0
    best, best_score = 0, 0.0
    for row in zone:
        score = _header_score(grid, row, max(usual, 1), known)
        if score > best_score + 0.06:  # of two about equal rows the upper one
            best, best_score = row, score
    return (best, round(min(best_score, 1.0), 2)) if best_score >= 0.35 else (0, 0.0)


def _header_score(grid: Grid, row: int, usual: int, known: frozenset[str]) -> float:
    """From 0 to about 1: how full, how texty, how distinct, how well known the row is, and unlike what
    follows.
    """
    cells = [(column, grid.header_text(row, column)) for column in range(1, grid.width + 1)]
    texts = [text for _column, text in cells if text]
    own = [value for _column, value in grid.filled(row)]
    if not own or len(texts) < min(2, usual):
        return 0.0
    labels = sum(is_label(text) for text in texts) / len(texts)
    text_share = sum(isinstance(value, str) and not looks_like_data(value) for value in own) / len(own)
    fullness = min(1.0, len(texts) / usual)
    distinct = len(set(texts)) / len(texts)
    familiar = sum(plain(text) in known for text in texts) / len(texts) if known else 0.0
    contrast = _contrast(grid, row, [column for column, text in cells if text])
    wording = sum(bool(HEADER_WORD.search(text)) for text in texts) / len(texts)
    base = 0.3 * fullness + 0.2 * distinct + 0.15 * labels + 0.15 * contrast + 0.15 * wording
    return max(
        0.0, (base + 0.45 * familiar + 0.1) * text_share**2 - (0.25 if len(set(texts)) == 1 < usual else 0)
    )


def _contrast(grid: Grid, row: int, columns: Sequence[int]) -> float:
    """Share of the columns whose cells below are numbers, dates, codes or phones."""
    below = range(row + 1, min(grid.height, row + 12) + 1)
    hits = 0
    for column in columns:
        values = [value for other in below if not is_blank(value := grid.at(other, column))]
        hits += bool(values) and sum(map(looks_like_data, values)) * 2 >= len(values)
    return min(1.0, 2 * hits / max(1, len(columns)))


def _header_block(grid: Grid, found: int) -> list[int]:
    """The found row with the group row above and the leaf rows below that belong to it."""
    first = last = found
    while first > 1 and last - first + 1 < HEADER_DEPTH and _groups(grid, first - 1, first):
        first -= 1
    while last < grid.height and last - first + 1 < HEADER_DEPTH and _groups(grid, last, last + 1):
        last += 1
    return list(range(first, last + 1))


def _groups(grid: Grid, upper: int, lower: int) -> bool:
    """Do the cells of `upper` stand over those of `lower` as groups over leaves?"""
    over, under = grid.filled(upper), grid.filled(lower)
    if not under or not all(isinstance(value, str) and is_label(clean_label(value)) for _c, value in under):
        return False
    if (
        not all(isinstance(value, str) and is_label(clean_label(value)) for _c, value in over)
        or len(over) < 2
    ):
        return False
    if all(UNIT.fullmatch(str(value).strip()) for _column, value in under) or _is_caption(grid, upper, over):
        return False
    return _merged_groups(grid, upper, lower, under) or _bare_groups(grid, upper, over, under)


def _is_caption(grid: Grid, row: int, cells: list[tuple[int, Value]]) -> bool:
    """A title line, or "reported by: ..." beside a date: wide, or with a colon."""
    colon = any(re.search(r"[:：].", str(value)) for _column, value in cells)
    return colon or grid.wide.get(row, 0) > 0.7 * grid.width


def _merged_groups(grid: Grid, upper: int, lower: int, under: list[tuple[int, Value]]) -> bool:
    """A block of `upper` that is wide with leaves below, or reaches down into `lower`."""
    places = {column for column, _value in under}
    for block in grid.sheet.merged:
        covers = block.top <= upper <= block.bottom
        leaves = len(places & set(range(block.left, min(block.right, grid.width) + 1)))
        if covers and block.bottom == upper and block.right > block.left and leaves >= 2:
            return True
        if covers and block.bottom >= lower and block.right - block.left + 1 < grid.width:
            return True
    return False


def _bare_groups(
    grid: Grid, upper: int, over: list[tuple[int, Value]], under: list[tuple[int, Value]]
) -> bool:
    """Without merges (csv): the lower row fills the gaps of the upper, and hardly anything stands over
    another.
    """
    if any(block.top <= upper + 1 <= block.bottom for block in grid.sheet.merged):
        return False
    top, low = {column for column, _value in over}, {column for column, _value in under}
    starts = {column for column in top & low if column + 1 in low - top}
    return (
        bool(starts)
        and bool(low - top)
        and (top & low) == starts
        and len(top | low) > max(len(top), len(low))
    )


def _column_name(grid: Grid, header: list[int], column: int) -> tuple[str, str]:
    """Name ("group/leaf") and leaf of a column; a group without merges reaches right over its leaves."""
    parts: list[str] = []
    for row in header:
        text = grid.header_text(row, column)
        if not text and row != header[-1]:
            text = _group_to_the_left(grid, header, row, column)
        if text and text not in parts:
            parts.append(text)
    return "/".join(parts), (parts[-1] if parts else "")


def _group_to_the_left(grid: Grid, header: list[int], row: int, column: int) -> str:
    last = header[-1]
    if grid.sheet.merged or is_blank(grid.at(last, column)):
        return ""
    while column > 1 and is_blank(grid.at(row, column)):
        column -= 1
        if is_blank(grid.at(last, column)):
            return ""
    return grid.header_text(row, column)


def _above(grid: Grid, number: int) -> str:
    return "title" if grid.filled(number) else "blank"
