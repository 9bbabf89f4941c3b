"""A town's ledger as it really comes: titles, heads in two rows, subtotals, hidden rows, firms entered twice."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from tests.journeys.workbooks import credit_code

INDUSTRIAL, COMMERCIAL = 428, 638
TWICE_BY_CODE, TWICE_BY_NAME, TWICE_BY_SHORT_NAME = 5, 4, 3
AGAIN = TWICE_BY_CODE + TWICE_BY_NAME + TWICE_BY_SHORT_NAME
HEADS = (
    (
        "序号",
        "企业（单位）名称",
        "统一社会信用代码",
        "所属村（社区）",
        "所属行业",
        "人员情况（人）",
        None,
        "拟复工日期",
        "联系人",
        "联系电话",
    ),
    (None, None, None, None, None, "职工总数", "湖北籍员工", None, None, None),
)
DAYS = ("2020-02-20", "2020/2/20", "2月20日", "2020年2月20日", "20200220", "2020.2.20")
# Numerals make names that are no part of each other.
SIGNS = "甲乙丙丁戊己庚辛壬癸"


def name_of(place: int) -> str:
    return "".join(SIGNS[int(digit)] for digit in f"{place:04d}")


def row_of(place: int, village: str) -> list[object]:
    """One firm; the first 428 are industrial. Head counts and days as people write them."""
    kind = "工业" if place <= INDUSTRIAL else "商贸服务业"
    ending = "制造有限公司" if place <= INDUSTRIAL else "商贸有限公司"
    heads = (place, f"约{place}人", f"{place}人", f"{place}人左右")[place % 4]
    from_there = (0, "无", 2)[place % 3]
    return [
        place,
        name_of(place) + ending,
        credit_code(place),
        village,
        kind,
        heads,
        from_there,
        DAYS[place % 6],
        "",
        "",
    ]


def make_ledger(path: Path, villages: list[str]) -> None:
    """1,066 firms over the villages; twelve rows come again.

    Five by their code under another name, four by their name without legal form and code, three by a part of it.
    """
    book = Workbook()
    sheet = book.active
    sheet.append(["某某镇企业复工复产情况摸底表"])
    sheet.append(["填报单位：某某镇人民政府　　　　　单位：家、人"])
    sheet.merge_cells("A1:J1")
    sheet.merge_cells("A2:J2")
    for head in HEADS:
        sheet.append(list(head))
    sheet.merge_cells("F3:G3")
    count = INDUSTRIAL + COMMERCIAL
    for place in range(1, count + 1):
        sheet.append(row_of(place, villages[place % len(villages)]))
        if place % 200 == 0:
            sheet.append([None, "小计", None, None, None, 200, 0])
    for place in range(1, TWICE_BY_CODE + 1):  # sent in a second time, with the name cut short
        again = row_of(place, villages[place % len(villages)])
        sheet.append([*again[:1], name_of(place) + "制造厂", *again[2:]])
    for place in range(
        count, count - TWICE_BY_NAME - TWICE_BY_SHORT_NAME, -1
    ):  # entered again without their code
        again = row_of(place, villages[place % len(villages)])
        name = name_of(place) + ("商贸" if place > count - TWICE_BY_NAME else "")
        sheet.append([*again[:1], name, None, *again[3:]])
    sheet.append([None, "合计", None, None, None, 99999, 999])
    book.save(path)
