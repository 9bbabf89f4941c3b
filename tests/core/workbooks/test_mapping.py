"""Columns find their fields by header, by content, or because a person chose so before."""

import random

import pytest

from fugong.core.workbooks.fields import Field
from fugong.core.workbooks.headers import Table, find_table
from fugong.core.workbooks.mapping import Proposal, missing_fields, normalise_header, propose, to_remember
from tests.core.workbooks import making

FIELDS = making.FIELDS


def table_of(headers: list[str], rows: list[list[object]] | None = None) -> Table:
    return find_table(making.sheet_of([headers, *(rows if rows is not None else [["甲厂"]])]))


def chosen(proposals: list[Proposal]) -> dict[str, str]:
    return {proposal.column.name: proposal.field.name for proposal in proposals if proposal.field}


def test_the_ledger_maps_completely_and_surely() -> None:
    table = table_of(making.HEADERS, making.ledger(60))
    proposals = propose(table, FIELDS)
    assert chosen(proposals) == {field.label_zh: field.name for field in FIELDS}
    assert all(proposal.is_sure for proposal in proposals if proposal.field)
    assert all(proposal.why for proposal in proposals)
    assert missing_fields(proposals, FIELDS) == []


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("企业全称", "name"), ("单 位 名 称", "name"), ("公司名称（全称）", "name"),
        ("统一社会信用代码*", "code"),
        ("信用代码", "code"), ("员工总数（人）", "headcount"), ("职工人数(人)", "headcount"),
        ("ＨＥＡＤ　ＣＯＵＮＴ", "headcount"),
        ("head_count", "headcount"), ("拟复工时间", "resume_on"), ("计划复工日期（年月日）", "resume_on"),
        ("法人联系电话", "phone"), ("手机", "phone"), ("企业规模\n（规上/限上/小微）", "size"),
        ("phone", "phone"),
    ],
)  # fmt: skip
def test_headers_of_many_offices(header: str, name: str) -> None:
    table = table_of(["编号甲", header], [])
    assert chosen(propose(table, FIELDS)).get(table.columns[1].name) == name


def test_a_group_helps_and_each_field_is_given_once() -> None:
    rows = [
        ["企业名称", "员工情况", "", "联系电话"],
        ["", "总人数", "疫区员工数", ""],
        ["甲", "3", "1", "13900000001"],
    ]
    table = find_table(making.sheet_of(rows, (1, 2, 1, 3), (1, 1, 2, 1), (1, 4, 2, 4)))
    found = chosen(propose(table, FIELDS))
    assert found["员工情况/总人数"] == "headcount"
    assert found["员工情况/疫区员工数"] == "from_affected"
    assert len(set(found.values())) == len(found)


def test_content_names_a_column_that_its_header_does_not() -> None:
    rnd = random.Random(2)
    rows = [[f"某某{n}厂", making.credit_code(rnd), f"1390000{n:04d}"] for n in range(12)]
    table = table_of(["企业名称", "证照", "其他"], rows)
    proposals = propose(table, FIELDS)
    assert chosen(proposals)["证照"] == "code"
    assert not proposals[1].is_sure
    assert "100 % of its cells" in proposals[1].why


def test_a_header_whose_cells_say_otherwise_is_not_sure() -> None:
    rows = [[f"某某{n}厂", "见附件表格"] for n in range(8)]
    proposals = propose(table_of(["企业名称", "统一社会信用代码"], rows), FIELDS)
    assert not proposals[1].is_sure
    assert "its cells do not" in proposals[1].why


def test_plain_numbers_are_not_taken_for_dates_or_ticks() -> None:
    rows = [[f"某某{n}厂", n % 2, 43871 + n, n] for n in range(8)]
    table = table_of(["企业名称", "栏甲", "栏乙", "栏丙"], rows)
    assert set(chosen(propose(table, FIELDS)).values()) == {"name"}


def test_what_a_person_chose_wins() -> None:
    table = table_of(["企业名称", "职工人数", "备用"], [["甲厂", "12", "30"]])
    remembered = {"备用": "headcount", "企业 名称": "name", "职工人数": ""}
    proposals = propose(table, FIELDS, remembered=remembered)
    assert chosen(proposals) == {"企业名称": "name", "备用": "headcount"}
    assert all(proposal.sureness == 1 for proposal in proposals)
    assert to_remember(proposals) == {normalise_header(key): value for key, value in remembered.items()}


def test_a_remembered_field_that_no_longer_exists_is_forgotten() -> None:
    table = table_of(["企业名称", "职工人数"], [["甲厂", "12"]])
    assert chosen(propose(table, FIELDS, remembered={"职工人数": "gone"}))["职工人数"] == "headcount"


def test_columns_we_wrote_ourselves_are_left_out() -> None:
    table = table_of(["企业名称", "职工人数", "原行号", "问题"], [["甲厂", "12", 7, "E7: ..."]])
    extra = (*FIELDS, Field("problem", "问题", "Problem"))
    assert [proposal.field for proposal in propose(table, extra)[2:]] == [None, None]


def test_missing_required_fields() -> None:
    proposals = propose(table_of(["信用代码", "职工人数"], [["x", "12"]]), FIELDS)
    assert [field.name for field in missing_fields(proposals, FIELDS)] == ["name"]
