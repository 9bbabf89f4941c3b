"""The table is found on sheets as offices send them; every row is accounted for."""

import datetime
from typing import Any

import pytest

from fugong.core.refusals import Refused
from fugong.core.workbooks.fields import labels_of
from fugong.core.workbooks.headers import Table, find_table, find_tables, reasons
from fugong.core.workbooks.reading import Workbook, read
from tests.core.workbooks import making
from tests.core.workbooks.making import sheet_of

KNOWN = labels_of(making.FIELDS)
HEAD = ["序号", "企业名称", "统一社会信用代码", "职工人数", "联系人", "联系电话"]
BODY = [
    [1, "某某五金厂", "91440682MA00000001", 12, "联络员甲", "13900000001"],
    [2, "某某铝材厂", "91440682MA00000002", 30, "联络员乙", "13900000002"],
    [3, "某某纺织厂", "91440682MA00000003", 7, "联络员丙", "13900000003"],
]


def left_out(table: Table) -> dict[int, str]:
    return {row.number: row.why for row in table.left_out}


def names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def assert_conserved(table: Table) -> None:
    """Every row of the sheet is header, data or left out, exactly once."""
    numbers = table.header_rows + [row.number for row in table.rows] + [row.number for row in table.left_out]
    assert sorted(numbers) == list(range(1, table.height + 1))


@pytest.mark.parametrize("known", [(), KNOWN], ids=["labels unknown", "labels known"])
class TestShapes:
    """Each shape once with and once without the caller's labels."""

    def find(
        self, rows: list[list[Any]], known: tuple[str, ...], *merged: tuple[int, int, int, int]
    ) -> Table:
        table = find_table(sheet_of(rows, *merged), known=known)
        assert_conserved(table)
        return table

    def test_plain(self, known: tuple[str, ...]) -> None:
        table = self.find([HEAD, *BODY], known)
        assert table.header_rows == [1]
        assert names(table) == HEAD
        assert [row.number for row in table.rows] == [2, 3, 4]

    def test_titles_above(self, known: tuple[str, ...]) -> None:
        rows = [
            ["某某镇企业复工复产情况统计表"],
            ["填报单位：某某村", "", "", "", "填报日期：2020年2月10日"],
            [],
            HEAD,
            *BODY,
        ]
        table = self.find(rows, known, (1, 1, 1, 6), (2, 1, 2, 3))
        assert table.header_rows == [4]
        assert left_out(table) == {1: "title", 2: "title", 3: "blank"}

    def test_a_title_and_a_date_straight_above_are_no_group_row(self, known: tuple[str, ...]) -> None:
        rows = [["企业台账"], ["填报单位：某某村", "", "", "2020年2月10日"], HEAD, *BODY]
        table = self.find(rows, known, (1, 1, 1, 6), (2, 1, 2, 3), (2, 4, 2, 6))
        assert table.header_rows == [3]
        assert names(table) == HEAD

    def test_two_row_header_with_merged_groups(self, known: tuple[str, ...]) -> None:
        rows = [
            ["台账"],
            ["序号", "企业名称", "员工情况", "", "", "联系电话"],
            ["", "", "总人数", "其中外省", "到岗", ""],
            [1, "某某厂", 12, 3, 5, "13900000001"],
            [2, "某某店", 4, 0, 4, "13900000002"],
        ]
        merged = [(1, 1, 1, 6), (2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 2, 5), (2, 6, 3, 6)]
        table = self.find(rows, known, *merged)
        assert table.header_rows == [2, 3]
        assert names(table) == [
            "序号",
            "企业名称",
            "员工情况/总人数",
            "员工情况/其中外省",
            "员工情况/到岗",
            "联系电话",
        ]
        assert table.rows[0].values == [1, "某某厂", 12, 3, 5, "13900000001"]

    def test_three_row_header(self, known: tuple[str, ...]) -> None:
        rows = [
            ["企业名称", "员工", "", "", "电话"],
            ["", "本地", "外地", "", ""],
            ["", "", "省内", "省外", ""],
            ["某某厂", 12, 3, 5, "13900000001"],
        ]
        merged = [(1, 1, 3, 1), (1, 2, 1, 4), (2, 2, 3, 2), (2, 3, 2, 4), (1, 5, 3, 5)]
        table = self.find(rows, known, *merged)
        assert table.header_rows == [1, 2, 3]
        assert names(table) == ["企业名称", "员工/本地", "员工/外地/省内", "员工/外地/省外", "电话"]

    def test_two_row_header_without_merges_as_in_csv(self, known: tuple[str, ...]) -> None:
        rows = [
            ["企业名称", "员工情况", "", "", "联系电话"],
            ["", "总人数", "外省", "到岗", ""],
            ["某某厂", "12", "3", "5", "13900000001"],
            ["某某店", "4", "0", "4", "13900000002"],
        ]
        table = self.find(rows, known)
        assert table.header_rows == [1, 2]
        assert names(table) == ["企业名称", "员工情况/总人数", "员工情况/外省", "员工情况/到岗", "联系电话"]

    def test_units_numbering_and_example_rows(self, known: tuple[str, ...]) -> None:
        head = ["企业名称", "职工人数", "产值", "联系电话"]
        for extra, why in (
            (["", "（人）", "万元", ""], "unit"),
            (["1", "2", "3", "4"], "numbering"),
            (["甲", 1, 2, 3], "numbering"),
            (["示例：", 10, 20, "13900000000"], "example"),
        ):
            table = self.find([head, extra, ["某某厂", 12, 300, "13900000001"]], known)
            assert left_out(table) == {2: why}
            assert len(table.rows) == 1
        assert (
            self.find([head, ["", "（人）", "万元", ""], ["某某厂", 1, 3, ""]], known).columns[2].unit
            == "万元"
        )

    def test_totals_blanks_sections_notes_and_headers_again(self, known: tuple[str, ...]) -> None:
        rows = [
            HEAD,
            ["一、工业企业"],
            BODY[0],
            ["", "小计", "", 12],
            [],
            HEAD,
            BODY[1],
            BODY[2],
            ["合 计", "", "", 49],
            ["注：以上数据由各村填报。"],
            ["填表人：", "", "", "审核人："],
        ]
        table = self.find(rows, known, (2, 1, 2, 6))
        assert [row.number for row in table.rows] == [3, 7, 8]
        assert left_out(table) == {
            2: "section", 4: "total", 5: "blank", 6: "header", 9: "total", 10: "note", 11: "note",
        }  # fmt: skip
        assert set(left_out(table).values()) <= set(reasons())

    def test_data_that_looks_a_little_like_other_things_is_kept(self, known: tuple[str, ...]) -> None:
        rows = [
            HEAD,
            BODY[0],
            [2, "合计数科技有限公司", "91440682MA00000004", 3, "说明", "13900000004"],
            [3, "只有名称的厂"],
            ["", "备注说明厂", "", 5],
            [4, "联系人", "91440682MA00000005", 8, "联系电话厂", "13900000005"],
        ]
        assert [row.number for row in self.find(rows, known).rows] == [2, 3, 4, 5, 6]


def test_hidden_rows_are_marked_or_left_out() -> None:
    sheet = sheet_of([HEAD, *BODY], hidden=[3])
    assert [row.hidden for row in find_table(sheet).rows] == [False, True, False]
    assert find_table(sheet).hidden == 1
    assert left_out(find_table(sheet, with_hidden=False)) == {3: "hidden"}


def test_a_village_merged_over_its_rows_reaches_all_of_them_a_number_does_not() -> None:
    rows = [["村居", "企业名称", "职工人数"], ["第一村", "甲厂", 30], ["", "乙厂", ""], ["", "丙厂", 4]]
    table = find_table(sheet_of(rows, (2, 1, 4, 1), (2, 3, 3, 3)))
    assert [row.values for row in table.rows] == [
        ["第一村", "甲厂", 30],
        ["第一村", "乙厂", None],
        ["第一村", "丙厂", 4],
    ]


def test_columns_without_a_header_and_shifted_tables() -> None:
    rows = [[], ["", "", "企业名称", "", "人数"], ["", "", "甲厂", "", 3], ["", "", "乙厂", "x", 4]]
    table = find_table(sheet_of(rows))
    assert [(column.letter, column.name) for column in table.columns] == [("C", "企业名称"), ("E", "人数")]
    assert table.rows[1].values == ["乙厂", 4]


def test_a_header_with_a_gap_over_texts_alone() -> None:
    """Nothing but the wording tells the header here: its row is less full than the data."""
    rows = [
        ["企业名称", "村居", "", "负责人"],
        ["甲厂", "一村", "东", "某甲"],
        ["乙厂", "二村", "西", "某乙"],
    ]
    assert find_table(sheet_of(rows)).header_rows == [1]


def test_headers_are_tidied() -> None:
    table = find_table(sheet_of([["企 业\n名 称*", "职工人数\n（人）"], ["甲厂", 3]]))
    assert names(table) == ["企业名称", "职工人数（人）"]


def test_a_sheet_of_values_alone_has_no_table() -> None:
    with pytest.raises(Refused, match="No header row"):
        find_table(sheet_of([[1, 2, 3], [4, 5, 6]]))
    with pytest.raises(Refused, match="No header row"):
        find_table(sheet_of([]))


def test_the_sheet_most_like_a_ledger_comes_first() -> None:
    guide = sheet_of([["填写说明"], ["一、请按行填写"], ["二、不要合并单元格"]])
    hidden = sheet_of([HEAD, *BODY])
    hidden.visible = False
    tables = find_tables(Workbook("a", "xlsx", "", [guide, hidden, sheet_of([HEAD, *BODY])]), known=KNOWN)
    assert len(tables[0].rows) == 3
    assert sum(len(table.rows) == 3 for table in tables) == 1


def test_through_a_real_file_with_everything() -> None:
    rows = [
        ["某某镇企业复工复产台账", *[""] * 5],
        ["填报单位：某某镇", "", "", "", "2020.2.10", ""],
        ["序号", "企业名称", "员工", "", "复工日期", "联系电话"],
        ["", "", "总数", "湖北籍", "", ""],
        [1, "某某厂", 12, 3, datetime.date(2020, 2, 10), 13900000001],
        [2, "某某店", "约30人", "无", "2月17日", "0757-85400000"],
        ["", "小计", 42, 3, "", ""],
        ["注：湖北籍含途经人员。", "", "", "", "", ""],
    ]
    raw = making.xlsx(
        rows, "A1:F1", "A2:D2", "C3:D3", "A3:A4", "B3:B4", "E3:E4", "F3:F4", "A8:F8", hidden=[6]
    )
    table = find_table(read(raw, "a.xlsx").sheets[0], known=KNOWN)
    assert table.header_rows == [3, 4]
    assert names(table) == ["序号", "企业名称", "员工/总数", "员工/湖北籍", "复工日期", "联系电话"]
    assert [(row.number, row.hidden) for row in table.rows] == [(5, False), (6, True)]
    assert left_out(table) == {1: "title", 2: "title", 7: "total", 8: "note"}
    assert_conserved(table)
