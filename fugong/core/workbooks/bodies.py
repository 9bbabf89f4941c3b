"""Goes through the rows below a header and says of each whether it is data, and if not, why."""

import itertools
import re
import unicodedata
from dataclasses import dataclass

from fugong.core.workbooks.grid import UNIT, Grid, is_blank, plain
from fugong.core.workbooks.reading import Value

TOTAL = re.compile(
    r".{0,12}(合计|小计|总计|共计|累计|总数)(数|户数|家数|人数|家)?[:：]?|(sub ?|grand ?)?totals?:?", re.I
)
NOTE = re.compile(
    r"(注|备注|说明|填报说明|填表说明|填表人|填报人|填表单位|填报单位|填报日期|填表日期|制表|制表人|审核|审核人"
    r"|单位负责人|负责人签字|联系人|联系电话|日期|单位[(（]盖章[)）]|notes?|remarks?|prepared by)\s*[:：].*"
    r"|(注|说明|备注)\s*\d*[.、:：].*",
    re.I | re.S,
)
SECTION = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．].{1,40}")
EXAMPLE = re.compile(r"(例|示例|样例|范例|举例|example)\s*\d*[:：]?.{0,4}", re.I)


@dataclass(frozen=True)
class DataRow:
    """One row of data: `number` on the sheet, `values` in the order of the table's columns."""

    number: int
    values: list[Value]
    hidden: bool = False


@dataclass(frozen=True)
class LeftOut:
    """A row that is no data, and why (a key of `reasons()`)."""

    number: int
    why: str


class Body:
    """Goes through the rows below the header once and says of each what it is."""

    def __init__(self, grid: Grid, header: list[int], kept: dict[int, tuple[str, str]]) -> None:
        self.grid = grid
        self.header = header
        self.indexes = list(kept)
        self.labels = {plain(leaf) for _name, leaf in kept.values()} | {
            plain(name) for name, _l in kept.values()
        }
        self.units: dict[int, str] = {}
        self.rows: list[DataRow] = []
        self.left_out: list[LeftOut] = []
        down = {place for place in grid.spread if place[0] > header[-1]}
        self.spread_rows = {row for row, _column in down}

    def read(self, with_hidden: bool) -> None:
        for number in range(self.header[-1] + 1, self.grid.height + 1):
            filled = self.grid.filled(number)
            why = self._why_no_data(number, filled)
            hidden = number in self.grid.sheet.hidden_rows
            if not why and hidden and not with_hidden:
                why = "hidden"
            if why:
                self.left_out.append(LeftOut(number, why))
            else:
                self.rows.append(DataRow(number, self._values(number), hidden))

    def _why_no_data(self, number: int, filled: list[tuple[int, Value]]) -> str:
        if not filled:
            return "blank"
        near_top = not self.rows and number <= self.header[-1] + 4
        if near_top and (why := self._why_below_header(filled)):
            return why
        first = next((value.strip() for _column, value in filled if isinstance(value, str)), "")
        if self._repeats_header(filled):
            return "header"
        if _is_total(filled):
            return "total"
        few = len(filled) <= max(1, len(self.indexes) // 3)
        if few and NOTE.fullmatch(first):
            return "note"
        return self._why_heading(number, filled, first)

    def _why_heading(self, number: int, filled: list[tuple[int, Value]], text: str) -> str:
        """A lone text merged over half the table, numbered like a chapter, or a long remark below it."""
        if len(filled) != 1 or not isinstance(filled[0][1], str) or len(self.indexes) < 2:
            return ""
        wide = self.grid.wide.get(number, 0) * 2 >= len(self.indexes) and self.grid.wide.get(number, 0) > 1
        if wide or SECTION.fullmatch(text):
            last = not any(
                self.grid.filled(row) for row in range(number + 1, min(number + 6, self.grid.height) + 1)
            )
            return "note" if last else "section"
        outside = filled[0][0] not in self.indexes
        return "note" if outside or len(text) > 40 else ""

    def _why_below_header(self, filled: list[tuple[int, Value]]) -> str:
        values = [value for _column, value in filled]
        texts = [value.strip() for value in values if isinstance(value, str)]
        if len(texts) == len(values) and all(UNIT.fullmatch(text) for text in texts):
            self.units = {column: str(value).strip("()（）[] ") for column, value in filled}
            return "unit"
        if texts and EXAMPLE.fullmatch(texts[0]):
            return "example"
        return "numbering" if _is_numbering(values) else ""

    def _repeats_header(self, filled: list[tuple[int, Value]]) -> bool:
        if len(filled) < 2 or not isinstance(filled[0][1], str):
            return False
        hits = sum(isinstance(value, str) and plain(value) in self.labels for _column, value in filled)
        return hits >= 2 and hits / len(filled) >= 0.6

    def _values(self, number: int) -> list[Value]:
        cells = self.grid.rows[number - 1]
        length = len(cells)
        values = [cells[index - 1] if index <= length else None for index in self.indexes]
        if number in self.spread_rows:
            for place, index in enumerate(self.indexes):
                below = self.grid.spread.get((number, index))
                if isinstance(below, str) and is_blank(values[place]):
                    values[place] = below
        return values


def _is_total(filled: list[tuple[int, Value]]) -> bool:
    """One of the first texts says so. A row of data may say it only in a later remark."""
    texts = [value for _column, value in filled[:4] if isinstance(value, str)]
    return any(len(text) < 40 and TOTAL.fullmatch("".join(text.split())) for text in texts[:2])


def _is_numbering(values: list[Value]) -> bool:
    """The row 1, 2, 3 ... or 甲, 乙, 1, 2 that official forms print below the header."""
    marks = [unicodedata.normalize("NFKC", str(value)).strip("()（） ") for value in values]
    numbers = [int(mark) for mark in marks if mark.isdigit() and len(mark) <= 3]
    letters = [mark for mark in marks if mark in set("甲乙丙丁ABCDEFG")]
    together = len(numbers) + len(letters) == len(marks) >= 3
    return together and len(numbers) >= 2 and all(b - a == 1 for a, b in itertools.pairwise(numbers))
