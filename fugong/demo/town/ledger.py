"""A town's ledger as towns send it in: two header rows, subtotals, every fault listed and righted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from .dice import Rng, pick, stream
from .layout import Layout
from .seeds import EnterpriseSeed
from .words import MEASURES

Value = str | int | float | date | None

# (group, column); the two header rows. A column without a group spans both rows.
COLUMNS: tuple[tuple[str, str], ...] = (
    ("", "序号"),
    ("", "企业名称"),
    ("", "统一社会信用代码"),
    ("", "所属村（社区、园区）"),
    ("", "详细地址"),
    ("", "行业代码"),
    ("规模", "规上"),
    ("规模", "限上"),
    ("", "重点企业"),
    ("用工情况（人）", "职工总数"),
    ("用工情况（人）", "疫区人员"),
    ("用工情况（人）", "发热"),
    ("用工情况（人）", "咳嗽"),
    ("", "拟复工日期"),
    ("联系人", "姓名"),
    ("联系人", "电话"),
    ("", "注册资本"),
    ("坐标", "经度"),
    ("坐标", "纬度"),
    ("坐标", "坐标系"),
    ("", "已采取措施"),
    ("", "备注"),
)
NAMES = tuple(name for _, name in COLUMNS)
NAME, CODE, VILLAGE, HEADS, PLANNED, PHONE = (
    NAMES.index(n)
    for n in ("企业名称", "统一社会信用代码", "所属村（社区、园区）", "职工总数", "拟复工日期", "电话")
)
HEADER_ROWS = (4, 5)
NOT_A_ROW = "not a row"
DUPLICATE_RATE = 0.05
FAULT_RATES = {"letter_o": 0.012, "rounded_code": 0.10, "full_width_code": 0.008, "missing_code": 0.01}
HEADS_RATES = {"headcount_words": 0.06, "full_width": 0.02}
TEXT_DATE_RATE, HIDDEN_RATE, STRAY_SPACE_RATE, BLANK_RATE = 0.45, 0.008, 0.01, 0.6

DATE_FORMS: tuple[Callable[[date], str], ...] = (
    lambda day: day.isoformat(),
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.month}月{day.day}日",
    lambda day: f"{day.year}{day.month:02d}{day.day:02d}",
    lambda day: f"{day.year % 100}.{day.month:02d}.{day.day:02d}",
    lambda day: full_width(f"{day.year}-{day.month}-{day.day}"),
    lambda day: f"{day.year}年{day.month:02d}月{day.day:02d}号复工",
)
HEADS_FORMS = ("约{n}人", "{n}人", "{n}人左右", "大约{n}", "共{n}人")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `row` as numbered in the sheet (from 1), `column` its header ("" for the whole row).

    `written` is what stands there and `right` what a careful reader would enter: a value, the key of the
    enterprise meant (duplicates, hidden rows) or `NOT_A_ROW`.
    """

    row: int
    column: str
    kind: str
    written: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Truth:
    """What a perfect importer finds. `rows` maps each row about an enterprise to its key, duplicates too."""

    faults: tuple[Fault, ...]
    rows: dict[int, str]
    header_rows: tuple[int, ...] = HEADER_ROWS

    def of_kind(self, kind: str) -> tuple[Fault, ...]:
        """The faults of one kind."""
        return tuple(fault for fault in self.faults if fault.kind == kind)


@dataclass(slots=True)
class Ledger:
    """The sheet before it is written to a file: rows from the first, what is hidden, and the truth."""

    rows: list[list[Value]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)

    @property
    def truth(self) -> Truth:
        """The faults and the rows' enterprises, for a test."""
        return Truth(tuple(self.faults), dict(self.keys))

    def fault(self, column: str, kind: str, written: Value, right: Value) -> None:
        """Note a fault of the row about to be added."""
        self.faults.append(Fault(len(self.rows) + 1, column, kind, written, right))

    def structure(self, kind: str, *cells: Value) -> None:
        """Add a row that is about no enterprise."""
        self.fault("", kind, next((cell for cell in cells if cell), ""), NOT_A_ROW)
        self.rows.append([*cells, *([None] * (len(COLUMNS) - len(cells)))])


def ledger(layout: Layout, enterprises: Sequence[EnterpriseSeed], seed: int) -> Ledger:
    """The whole ledger, village by village, with its faults; the same for the same seed."""
    rng, made = stream(seed, "ledger"), Ledger()
    _head(made, layout)
    villages = {village.key: village.name for village in layout.villages}
    number = 0
    for village in (*villages, ""):
        members = [e for e in enterprises if e.place.stated_village == village]
        for enterprise, is_again in _with_duplicates(rng, members):
            number += 1
            _row(made, rng, enterprise, number, villages.get(village, ""), is_again=is_again)
        if members:
            _foot(made, rng, members)
    made.structure("note_row", "注：以上数据由各村（社区）报送，截至当日17时。")
    return made


def _head(made: Ledger, layout: Layout) -> None:
    made.structure("title_row", f"{layout.town}企业复工复产排查台账")
    made.structure("title_row", "（内部资料）")
    made.structure("note_row", "填报单位：企业服务组", None, None, None, "单位：人、万元")
    for column in dict.fromkeys(group for group, _ in COLUMNS if group):
        made.fault(column, "merged_header", column, None)
    made.rows.append([_upper_header(n) for n in range(len(COLUMNS))])
    made.rows.append([name if group else None for group, name in COLUMNS])


def _upper_header(n: int) -> str | None:
    """A group's name at its first column, None at its others, else the column's own name."""
    group, name = COLUMNS[n]
    if not group:
        return name
    return group if n == 0 or COLUMNS[n - 1][0] != group else None


def _foot(made: Ledger, rng: Rng, members: Sequence[EnterpriseSeed]) -> None:
    cells: list[Value] = [None] * len(COLUMNS)
    cells[0], cells[NAME], cells[HEADS] = "小计", f"{len(members)}家", sum(e.headcount for e in members)
    made.structure("subtotal_row", *cells)
    if rng.random() < BLANK_RATE:
        made.structure("blank_row")


def _with_duplicates(rng: Rng, members: Sequence[EnterpriseSeed]) -> list[tuple[EnterpriseSeed, bool]]:
    """The members in order, a twentieth of them entered again somewhere below."""
    rows = [(enterprise, False) for enterprise in members]
    for enterprise in members:
        if rng.random() < DUPLICATE_RATE:
            after = rows.index((enterprise, False)) + 1
            rows.insert(int(rng.integers(after, len(rows) + 1)), (enterprise, True))
    return rows


def _row(made: Ledger, rng: Rng, seed: EnterpriseSeed, number: int, village: str, *, is_again: bool) -> None:
    cells = _right_cells(seed, number, village)
    if is_again:
        _enter_again(made, rng, seed, cells)
    elif rng.random() < STRAY_SPACE_RATE:
        _write(made, cells, NAME, f"　{seed.name} ", "stray_space")
    if cells[CODE]:
        _spoil_code(made, rng, seed, cells)
    _spoil_heads(made, rng, seed, cells)
    _spoil_date(made, rng, seed, cells)
    if rng.random() < HIDDEN_RATE:
        made.hidden.add(len(made.rows) + 1)
        made.fault("", "hidden_row", seed.name, seed.key)
    made.keys[len(made.rows) + 1] = seed.key
    made.rows.append(cells)


def _right_cells(seed: EnterpriseSeed, number: int, village: str) -> list[Value]:
    lon, lat = seed.place.position or (None, None)
    words = [text for key, text, _ in MEASURES if key in seed.measures]
    return [
        number,
        seed.name,
        seed.credit_code,
        village or None,
        seed.place.address,
        f"{seed.section}{seed.division}",
        "是" if seed.is_above_scale else None,
        "是" if seed.is_above_quota else None,
        "是" if seed.is_key else None,
        seed.headcount,
        seed.staff.affected,
        seed.staff.fever,
        seed.staff.cough,
        seed.planned_resumption_on or "待定",
        seed.contact.name,
        seed.contact.phone,
        seed.capital or None,
        lon,
        lat,
        {"gcj02": "GCJ-02", "wgs84": "WGS-84"}.get(seed.place.source_crs),
        "、".join(words) or "无",
        None,
    ]


def _write(made: Ledger, cells: list[Value], column: int, written: Value, kind: str) -> None:
    """Write a fault over the right value of a cell and note both."""
    made.fault(NAMES[column], kind, written, cells[column])
    cells[column] = written


def _enter_again(made: Ledger, rng: Rng, seed: EnterpriseSeed, cells: list[Value]) -> None:
    """Three in five come back under a short name and without a code, the others under the full name."""
    if rng.random() < 0.6:
        cells[NAME], cells[CODE] = seed.short_name, None
        made.fault("", "duplicate_short_name", seed.short_name, seed.key)
    else:
        if rng.random() < 0.4:
            cells[CODE] = None
        made.fault("", "duplicate_full_name", seed.name, seed.key)


def _spoil_code(made: Ledger, rng: Rng, seed: EnterpriseSeed, cells: list[Value]) -> None:
    code, chance = seed.credit_code, rng.random()
    limits = FAULT_RATES
    if chance < limits["letter_o"] and "0" in code[2:17]:
        at = pick(rng, [n for n, character in enumerate(code) if character == "0"])
        _write(made, cells, CODE, code[:at] + "O" + code[at + 1 :], "letter_o")
    elif limits["letter_o"] <= chance < limits["letter_o"] + limits["rounded_code"] and code.isdigit():
        _write(made, cells, CODE, float(int(code[:15]) * 1000), "rounded_code")
    elif chance > 1 - limits["full_width_code"]:
        _write(made, cells, CODE, full_width(code), "full_width")
    elif chance > 1 - limits["full_width_code"] - limits["missing_code"]:
        _write(made, cells, CODE, None, "missing_code")


def _spoil_heads(made: Ledger, rng: Rng, seed: EnterpriseSeed, cells: list[Value]) -> None:
    chance, heads = rng.random(), seed.headcount
    if chance < HEADS_RATES["headcount_words"]:
        _write(made, cells, HEADS, pick(rng, HEADS_FORMS).format(n=heads), "headcount_words")
    elif chance > 1 - HEADS_RATES["full_width"]:
        _write(made, cells, HEADS, full_width(str(heads)), "full_width")


def _spoil_date(made: Ledger, rng: Rng, seed: EnterpriseSeed, cells: list[Value]) -> None:
    day = seed.planned_resumption_on
    if day is None:
        made.fault(NAMES[PLANNED], "undecided_date", "待定", None)
    elif rng.random() < TEXT_DATE_RATE:
        _write(made, cells, PLANNED, pick(rng, DATE_FORMS)(day), "date_text")


def full_width(text: str) -> str:
    """The same text in full-width characters, as a Chinese input method leaves it."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
