"""Documents for print: PDF by typst from a template of the module, QR codes by segno. No network, no other program."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import segno
import typst

# Families that a desk has for Chinese, in the order in which they are tried.
FONTS = ("Source Han Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "SimSun")


def pdf(template: Path, values: Mapping[str, Any]) -> bytes:
    """A PDF from a typst template, which reads `values` as JSON from `sys.inputs.values`.

    The template may read files of its own folder only. Wrong templates raise `typst.TypstError` (a mistake of ours).
    """
    inputs = {"values": json.dumps(dict(values), ensure_ascii=False, default=str), "fonts": json.dumps(FONTS)}
    made: bytes = typst.compile(str(template), root=str(template.parent), format="pdf", sys_inputs=inputs)
    return made


def qr_svg(text: str, *, scale: int = 4, mask: int | None = None) -> str:
    """A QR code as SVG, readable with up to 15 % of it damaged (level M).

    `mask` takes that one of the eight patterns instead of looking for the evenest, which takes five times as long;
    every reader reads all of them. For sheets with hundreds of codes.
    """
    buffer = io.BytesIO()
    segno.make(text, error="m", mask=mask, boost_error=mask is None).save(
        buffer, kind="svg", scale=scale, border=2, xmldecl=False
    )
    return buffer.getvalue().decode()
