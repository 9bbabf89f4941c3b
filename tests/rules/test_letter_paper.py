"""The letter of advice on paper: on one page where it fits, and the receipt never without signature and number."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from fugong.visits.artefacts import letters

NUMBER, OFFICE, OFFICER = "示例意〔2020〕36号", "东桥镇指挥部", "李指导"


def point(number: int) -> dict[str, object]:
    return {
        "article": f"{number:02}",
        "finding": f"第{number}项检查内容没有落实到位",
        "seen": "一车间东侧三处未落实" if number % 2 else "",
        "severity": "严重" if number % 3 == 0 else "一般",
        "is_serious": number % 3 == 0,
        "advice": "恢复每天上下班两次测体温并登记；体温偏高的离岗复测，按预案报告；缺勤的当天追访，并留存记录备查。",
        "manual": "一人一档 · 每天两次测体温",
        "due": "2020年2月22日 17:45",
    }


def pages(points: int) -> list[str]:
    """What stands on each page of a letter with so many points, without spaces."""
    content = {
        "lang": "zh",
        "office": OFFICE,
        "title": "专业意见书",
        "number": NUMBER,
        "to": "柳村大同五金厂",
        "opening": "2020年2月19日，健康指导员到你单位走访指导，发现下列情况，现提出专业意见，请按期整改。",
        "points": [point(number) for number in range(1, points + 1)],
        "note": "",
        "closing": "请于收到之日起签收本意见书，并在整改后反馈，指导员将回访核实。",
        "officer": OFFICER,
        "day": "2020年2月19日",
        "replaces": "",
        "basis": "检查清单 1.0",
    }
    letter = SimpleNamespace(content=content, acknowledged_at=None, status="issued")
    made = letters.pdf(letter, "https://town.example/visits/open/1.abc/")  # type: ignore[arg-type]
    read = PdfReader(io.BytesIO(made))
    return ["".join(page.extract_text().split()) for page in read.pages]


@pytest.mark.parametrize(("points", "count"), [(1, 1), (5, 1), (6, 1), (12, 2)])
def test_a_letter_takes_as_few_pages_as_it_needs(points, count):
    assert len(pages(points)) == count


@pytest.mark.parametrize("points", [1, 5, 7, 9, 12, 17])
def test_the_receipt_stands_with_the_signature_under_the_number(points):
    *before, last = pages(points)
    assert "签收回执" in last and OFFICER in last and NUMBER in last
    assert "请于收到之日起签收" in last, "the last words are not torn from the signature"
    assert all("签收回执" not in page for page in before)


def test_a_second_page_says_whose_it_is_and_which_of_how_many():
    first, second = pages(12)
    assert first.startswith(OFFICE)
    assert second.startswith(f"专业意见书{NUMBER}柳村大同五金厂2/2")


def test_no_point_is_torn_apart():
    """What to do and until when stand on the page of their point."""
    for page in pages(17):
        assert page.count("项检查内容没有落实到位") == page.count("2020年2月22日17:45")
