"""A small messy ledger of new fictional firms, as a village sends it in."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION = (3, 7, 9, 10, 5, 8, 4, 2)
VILLAGE = "稻浦产业园"  # where a liaison officer has places left
ROWS, FAULTY, KEY = 200, 4, 2
HEADS = (
    (
        "序号",
        "企业名称",
        "统一社会信用代码",
        "所属村（社区、园区）",
        "详细地址",
        "重点企业",
        "用工情况（人）",
        None,
        "拟复工日期",
        "备注",
    ),
    (None, None, None, None, None, None, "职工总数", "疫区人员", None, None),
)


def name_of(place: int) -> str:
    """The name of the firm in this place of the sheet, from 1."""
    return f"试行第{place}号样板厂"


def credit_code(place: int) -> str:
    """A code with both check characters right, of a place that no real code has (division 440699)."""
    body = f"{70000000 + place:08d}"
    rest = 11 - sum(int(sign) * weight for sign, weight in zip(body, ORGANISATION, strict=True)) % 11
    code = "91440699" + body + {10: "X", 11: "0"}.get(rest, str(rest))
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(code, WEIGHTS, strict=True))
    return code + ALPHABET[-total % 31]


def make_ledger(path: Path) -> None:
    """200 rows below two titles and a header of two rows; the first `KEY` are key firms, the last `FAULTY` wrong."""
    book = Workbook()
    sheet = book.active
    sheet.append(["稻浦产业园企业复工复产情况摸底表（第二批）"])
    sheet.append(["填报单位：稻浦产业园    单位：人、家"])
    for row in HEADS:
        sheet.append(list(row))
    sheet.merge_cells("A1:J1")
    sheet.merge_cells("G3:H3")
    for place in range(1, ROWS + 1):
        sheet.append(_row(place))
        if place == 100:
            sheet.append([None, "小计", None, None, None, None, 5050, 0])
    sheet.append([None, "合计", None, None, None, None, 10100, 0])
    book.save(path)


def _row(place: int) -> list[object]:
    """Head counts and dates in the ways people write them; the last rows have a village that does not exist."""
    heads = (place, f"约{place}人", f"{place}人", f"{place}人左右")[place % 4]
    day = ("2020-02-20", "2020/2/20", "2月20日", "2020年2月20日", "20200220")[place % 5]
    village = VILLAGE if place <= ROWS - FAULTY else "没有这个村"
    key = "是" if place <= KEY else "否"
    return [place, name_of(place), credit_code(place), village, f"样板巷{place}号", key, heads, 0, day, ""]
