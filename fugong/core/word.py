"""The same reports as Word documents, to be corrected and passed on: from the values that `documents.paper` prints."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

# As every installation of Word knows it; where it is missing Word takes its own Chinese face.
FACE = "Microsoft YaHei"
MARGIN_MM = 16
WIDTH_MM, HEIGHT_MM = 210, 297
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word(values: Mapping[str, Any]) -> bytes:
    """A report on A4 as .docx, from {title, lead, footer, blocks, flipped?, signatures?} as `documents.paper` takes it."""
    from docx import Document

    document = Document()
    _properties(document, str(values["title"]))
    _page(document, is_flipped=bool(values.get("flipped")), footer=str(values.get("footer", "")))
    _head(document, str(values["title"]), str(values.get("lead", "")))
    for block in values["blocks"]:
        _block(document, block)
    if values.get("signatures"):
        document.add_paragraph()
        document.add_paragraph("          ".join(f"{one} ______________" for one in values["signatures"]))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _properties(document: Any, title: str) -> None:
    """Nothing that the library writes of itself; one face for letters and characters."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    facts = document.core_properties
    facts.title, facts.author, facts.comments = title, "", ""
    for name, size in (("Normal", 10), ("Title", 20), ("Heading 2", 12)):
        style = document.styles[name]
        style.font.name, style.font.size = FACE, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for part in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(part), FACE)
        for part in ("w:asciiTheme", "w:eastAsiaTheme", "w:hAnsiTheme", "w:cstheme"):
            fonts.attrib.pop(qn(part), None)


def _page(document: Any, *, is_flipped: bool, footer: str) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section = document.sections[0]
    width, height = (HEIGHT_MM, WIDTH_MM) if is_flipped else (WIDTH_MM, HEIGHT_MM)
    section.orientation = WD_ORIENT.LANDSCAPE if is_flipped else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Mm(MARGIN_MM))
    section.footer.paragraphs[0].text = footer


def _head(document: Any, title: str, lead: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    for paragraph in (document.add_paragraph(title, style="Title"), document.add_paragraph(lead)):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _block(document: Any, block: Mapping[str, Any]) -> None:
    if block.get("title"):
        document.add_paragraph(str(block["title"]), style="Heading 2")
    if "text" in block:
        document.add_paragraph(str(block["text"]))
    if "figures" in block:
        rows = [
            [name, " ".join(part for part in (number, *note) if part)]
            for name, number, *note in block["figures"]
        ]
        _table(document, rows)
    if "rows" in block:
        if block["rows"]:
            _table(document, [block["heads"], *block["rows"]], has_heads=True)
        else:
            document.add_paragraph(str(block.get("none", "—")))


def _table(document: Any, rows: Sequence[Sequence[Any]], *, has_heads: bool = False) -> None:
    """A grid of texts; the heads come again on every page."""
    from docx.oxml import OxmlElement

    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for number, row in enumerate(rows):
        line = table.add_row()
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = str(text)
            if has_heads and number == 0:
                cell.paragraphs[0].runs[0].bold = True
        if has_heads and number == 0:
            line._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
