"""A sheet as the finding of tables sees it: merged blocks spread, labels and values told apart."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from fugong.core.workbooks.reading import Sheet, Value

SEARCHED_ROWS = 40  # a header further down than this is not looked for
HEADER_DEPTH = 3
UNIT = re.compile(
    r"[(（\[]?(单位\s*[:：]\s*)?"
    r"(人|个|家|户|间|套|台|次|天|元|万元|亿元|千元|万美元|吨|公斤|千克|平方米|㎡|m2|亩|%|％|人次|年|月|日|年月日|只"
    r"|个/天|只/天|persons?|people|days?|yuan)[)）\]]?",
    re.I,
)


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """A header as it is compared: full width to half, no spaces, punctuation or bracketed remarks, lower
    case.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    bare = re.sub(r"[(\[{【〔].*?[)\]}】〕]", "", text)
    return re.sub(r"[\W_]+", "", bare) or re.sub(r"[\W_]+", "", text)


def column_letter(index: int) -> str:
    """3 is C, 28 is AB."""
    letters = ""
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Grid:
    """The sheet's cells with merged blocks spread: in the header zone all of them, below only texts
    downwards.

    A merged head count below the header belongs to its first row alone, or sums would grow.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rows = sheet.rows
        self.height = len(sheet.rows)
        self.width = max((len(row) for row in sheet.rows), default=0)
        self.spread: dict[tuple[int, int], Value] = {}
        self.wide: dict[int, int] = {}  # row > width of the widest merged block that starts in it
        self.merged_at: set[tuple[int, int]] = set()
        for block in sheet.merged:
            self._spread(block.top, block.left, block.bottom, block.right)

    def _spread(self, top: int, left: int, bottom: int, right: int) -> None:
        value = self.at(top, left)
        self.wide[top] = max(self.wide.get(top, 0), right - left + 1)
        if value is None:
            return
        bottom, right = min(bottom, self.height), min(right, self.width)
        if top > SEARCHED_ROWS + HEADER_DEPTH and not isinstance(value, str):
            return
        if (bottom - top + 1) * (right - left + 1) > 100_000:
            return
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    self.spread[row, column] = value
                self.merged_at.add((row, column))

    def at(self, row: int, column: int) -> Value:
        cells = self.rows[row - 1] if 1 <= row <= self.height else []
        return cells[column - 1] if column <= len(cells) else None

    def header_text(self, row: int, column: int) -> str:
        value = self.at(row, column)
        if is_blank(value):
            value = self.spread.get((row, column))
        return "" if is_blank(value) else clean_label(value)

    def filled(self, row: int) -> list[tuple[int, Value]]:
        """Column and value of the cells of a row that hold something."""
        return [
            (index, value)
            for index, value in enumerate(self.rows[row - 1], 1)
            if value is not None and not is_blank(value)
        ]


def is_blank(value: Value) -> bool:
    return value is None or (isinstance(value, str) and not value.strip(" \t\r\n\u3000\xa0\ufeff\u200b"))


def clean_label(value: Value) -> str:
    """A header text on one line. Chinese needs no blanks, so "企 业 名 称" is one word."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", str(value)).replace("\u200b", "")).strip(
        " *＊\ufeff"
    )
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff（(])", "", text)


def is_label(text: str) -> bool:
    """Short, and not a sentence or a value."""
    return len(text) <= 30 and not looks_like_data(text)


DATA = re.compile(
    r"[\d\s.,/:+\-()%]*\d[\d\s.,/:+\-()%]*|\d[0-9A-Z]{14,19}|约?\d+[余多]?人?|\d{4}年\d{1,2}月(\d{1,2}日)?|[是否有无√×]"
)


def looks_like_data(value: Value) -> bool:
    """Numbers, dates, codes, phones, ticks: what stands under a header and not in it."""
    if isinstance(value, int | float | date):
        return True
    return isinstance(value, str) and bool(DATA.fullmatch(unicodedata.normalize("NFKC", value).strip()))
