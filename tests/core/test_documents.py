"""Documents for print."""

from pathlib import Path

import pytest
import typst

from fugong.core.documents import pdf, qr_svg


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
