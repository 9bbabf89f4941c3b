"""Documents for print."""

from io import BytesIO
from pathlib import Path

import pytest
import typst
from docx import Document

from fugong.core.documents import pdf, qr_svg
from fugong.core.word import word


def test_values_reach_the_template_and_chinese_is_set(tmp_path: Path) -> None:
    template = tmp_path / "card.typ"
    template.write_text("#let values = json(bytes(sys.inputs.values))\n#values.name")
    short, long = pdf(template, {"name": "青禾镇"}), pdf(template, {"name": "青禾镇" * 200})
    assert short.startswith(b"%PDF-")
    assert len(long) > len(short)


def test_a_template_cannot_read_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "card.typ").write_text('#read("../secret.txt")')
    with pytest.raises(typst.TypstError):
        pdf(inner / "card.typ", {})


def test_a_qr_code_is_plain_svg() -> None:
    svg = qr_svg("https://example.org/dossier/1/")
    assert svg.startswith("<svg")
    assert "<script" not in svg


REPORT = {
    "title": "工作报告",
    "lead": "青禾镇",
    "footer": "截至 09:30",
    "blocks": [
        {"text": "一句话。"},
        {"figures": [["走访", "3", "家"], ["发现", "1", ""]]},
        {"title": "按区域", "heads": ["区域", "走访"], "rows": [["柳村", "3"]]},
        {"title": "电话", "heads": ["时间"], "rows": [], "none": "没有电话"},
    ],
    "signatures": ["签字："],
}


def test_a_word_document_says_what_the_paper_says() -> None:
    document = Document(BytesIO(word(REPORT)))
    said = [paragraph.text for paragraph in document.paragraphs]
    assert said[:3] == ["工作报告", "青禾镇", "一句话。"]
    assert {"按区域", "没有电话", "签字： ______________"} <= set(said)
    figures, table = ([[cell.text for cell in row.cells] for row in one.rows] for one in document.tables)
    assert figures == [["走访", "3 家"], ["发现", "1"]]
    assert table == [["区域", "走访"], ["柳村", "3"]]
    assert document.sections[0].footer.paragraphs[0].text == "截至 09:30"


def test_a_word_document_names_no_writer_and_lies_down_when_asked() -> None:
    document = Document(BytesIO(word({**REPORT, "flipped": True})))
    facts = document.core_properties
    assert (facts.title, facts.author, facts.comments) == ("工作报告", "", "")
    assert document.sections[0].page_width > document.sections[0].page_height
