"""The two checklists of the cast's pack as rows, and a workbook writer for forms that tests make themselves."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from fugong.visits.checklists import convert, take_in
from fugong.visits.models import Checklist

FOLDER = Path(__file__).resolve().parent.parent / "packs" / "demo" / "checklists"
FILES = {"full": "articles-23.xlsx", "short": "articles-9.xlsx"}
HEADS = ["type", "name", "label::中文 (zh)", "label::English (en)", "article", "severity", "level", "days"]
CHOICES = [["met", "yes", "符合"], ["met", "no", "不符合"], ["size", "big", "大"]]


@cache
def converted(name: str) -> dict[str, Any]:
    return convert(FOLDER / FILES[name])


def load_checklists(town: Any) -> dict[str, Checklist]:
    """Both checklists of the demo pack as versions of the cast's campaign."""
    found = {}
    for key in FILES:
        form = converted(key)
        digest = hashlib.sha256(form["xform"].encode()).hexdigest()
        found[key] = take_in(
            campaign=town.campaign, key=key, form=form, digest=digest, by=town.shen, at=town.now
        )
    return found


def workbook(path: Path, rows: list[list[Any]], heads: list[str] = HEADS) -> Path:
    """A small XLSForm with the given rows of its survey sheet."""
    book = Workbook()
    survey = book.active
    survey.title = "survey"
    for row in [heads, *rows]:
        survey.append(row)
    choices = book.create_sheet("choices")
    for row in [["list_name", "name", "label::中文 (zh)"], *CHOICES]:
        choices.append(row)
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id", "version"])
    settings.append(["小表", "small", "3"])
    book.save(path)
    return path
