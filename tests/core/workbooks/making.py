"""Makes the messy and the hostile files of these tests. All names and codes are invented."""

import io
import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from stdnum.cn import uscc

from fugong.core.workbooks.codes import ALPHABET, organisation_fits
from fugong.core.workbooks.fields import Choice, Field
from fugong.core.workbooks.reading import Merge, Sheet

SIZES = (
    Choice("above-scale", "规上企业", "Above-scale", ("规上",)),
    Choice("above-quota", "限上企业", "Above-quota", ("限上",)),
    Choice("small", "小微企业", "Small", ("小微",)),
)
FIELDS = (
    Field("name", "企业名称", "Enterprise name", ("单位名称", "企业全称", "公司名称"), "name", required=True),
    Field("code", "统一社会信用代码", "Credit code", ("信用代码", "社会信用代码"), "credit_code"),
    Field("village", "所属村居", "Village", ("村居", "所在村")),
    Field("address", "经营地址", "Address", ("地址", "详细地址"), "address"),
    Field("headcount", "职工人数", "Head count", ("员工人数", "员工总数", "从业人数", "总人数"), "count"),
    Field("from_affected", "来自疫区人数", "Staff from affected areas", ("疫区员工数",), "count"),
    Field("resume_on", "计划复工日期", "Planned resumption", ("复工日期", "拟复工时间"), "date"),
    Field("contact", "联系人", "Contact", ("负责人",), "name"),
    Field("phone", "联系电话", "Phone", ("手机", "电话"), "phone"),
    Field("size", "企业规模", "Size class", ("规模",), "choice", choices=SIZES),
    Field("dormitory", "是否有宿舍", "Has a dormitory", ("宿舍",), "yes_no"),
)
HEADERS = ["序号", *[field.label_zh for field in FIELDS], "行业", "备注", "网格"]


def credit_code(rnd: random.Random, *, county: str = "440682") -> str:
    """A made-up code that passes both of its checks."""
    while True:
        code = "91" + county + "MA" + "".join(rnd.choice(ALPHABET) for _ in range(7))
        if organisation_fits(code):
            return code + uscc.calc_check_digit(code)


def ledger(count: int, *, seed: int = 7) -> list[list[Any]]:
    """Clean rows of fifteen columns under `HEADERS`."""
    rnd = random.Random(seed)
    return [
        [
            number,
            f"某某{rnd.choice('甲乙丙丁戊')}{number}五金厂（普通合伙）",
            credit_code(rnd),
            f"第{rnd.randint(1, 28)}村",
            f"某某大道{rnd.randint(1, 300)}号",
            rnd.randint(1, 400),
            rnd.randint(0, 9),
            date(2020, 2, 10) + timedelta(days=rnd.randint(0, 20)),
            f"联络员{rnd.choice('甲乙丙')}",
            f"1390000{rnd.randint(0, 9999):04d}",
            rnd.choice(["规上企业", "限上企业", "小微企业"]),
            rnd.choice(["是", "否"]),
            "制造业",
            "",
            f"网格{rnd.randint(1, 40)}",
        ]
        for number in range(1, count + 1)
    ]


def sheet_of(
    rows: Sequence[Sequence[Any]], *merged: tuple[int, int, int, int], hidden: Iterable[int] = ()
) -> Sheet:
    """A sheet as the reader would give it."""
    return Sheet(
        "Sheet1",
        rows=[[None if cell == "" else cell for cell in row] for row in rows],
        merged=[Merge(*block) for block in merged],
        hidden_rows=frozenset(hidden),
    )


def xlsx(rows: Sequence[Sequence[Any]], *merged: str, hidden: Iterable[int] = ()) -> bytes:
    """Through openpyxl; texts that begin with = become formulas there, as they do for people."""
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append(["" if cell is None else cell for cell in row])
    for block in merged:
        page.merge_cells(block)
    for row in hidden:
        page.row_dimensions[row].hidden = True
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def quick_xlsx(rows: Iterable[Sequence[Any]]) -> bytes:
    """Through xlsxwriter, with dates typed as dates."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"default_date_format": "yyyy/m/d"})
    page = book.add_worksheet("台账")
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return sink.getvalue()


def xls(rows: Sequence[Sequence[Any]]) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("台账")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            page.write(number, place, cell)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def raw_xlsx(
    cells: Iterable[str],
    *,
    before: str = "",
    shared: Iterable[str] = (),
    extra: dict[str, bytes] | None = None,
) -> bytes:
    """A workbook whose sheet holds exactly this XML, written in pieces: for what no program would write."""
    types = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{CONTENT}.{kind}+xml"/>'
        for part, kind in (
            ("workbook", "sheet.main"),
            ("worksheets/sheet1", "worksheet"),
            ("sharedStrings", "sharedStrings"),
        )
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="rId2" '
        f'Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    }
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        for name, body in (extra or {}).items():
            archive.writestr(name, body)
        _stream(archive, "xl/sharedStrings.xml", [f'<sst xmlns="{MAIN}">', *shared, "</sst>"])
        _stream(archive, "xl/worksheets/sheet1.xml", _sheet(cells, before))
    return sink.getvalue()


def _sheet(cells: Iterable[str], before: str) -> Iterator[str]:
    yield f'{before}<worksheet xmlns="{MAIN}"><sheetData>'
    yield from cells
    yield "</sheetData></worksheet>"


def _stream(archive: zipfile.ZipFile, name: str, pieces: Iterable[str]) -> None:
    with archive.open(name, "w", force_zip64=True) as part:
        for piece in pieces:
            part.write(piece.encode())


def inline(row: int, *texts: str) -> str:
    """One row of inline texts as sheet XML."""
    cells = "".join(
        f'<c r="{chr(65 + place)}{row}" t="inlineStr"><is><t>{text}</t></is></c>'
        for place, text in enumerate(texts)
    )
    return f'<row r="{row}">{cells}</row>'
