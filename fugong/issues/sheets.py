"""The three lists of an enterprise (问题、责任、整改三张清单) as one sheet."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fugong.core.documents import pdf, qr_svg
from fugong.enterprises.models import Enterprise
from fugong.issues.models import Issue
from fugong.issues.queries import Clocks, clocks_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class List:
    """One of the three lists: its title, column heads and rows of texts."""

    title: str
    heads: list[str]
    rows: list[list[str]]


def three_lists(enterprise: Enterprise, issues: QuerySet[Issue], at: datetime) -> list[List]:
    """Problem, responsibility and rectification list over the enterprise's issues in the given scope, oldest first."""
    clocks = clocks_of(enterprise.campaign, at)
    rows = list(
        issues.filter(enterprise=enterprise, merged_into__isnull=True)
        .select_related("handler", "found_by", "solved_by", "verified_by")
        .order_by("found_at", "pk")
    )
    return [_problems(rows, clocks), _responsibilities(rows, clocks), _rectifications(rows)]


def _problems(rows: list[Issue], clocks: Clocks) -> List:
    heads = [_("No."), _("Issue"), _("Kind"), _("Article"), _("Key area"), _("Severity"), _("Found")]
    return List(
        _("Problem list"),
        heads,
        [
            [
                str(n),
                _said(row, clocks),
                clocks.kind_name(row.kind),
                row.article,
                row.key_area,
                row.get_severity_display(),
                _moment(row.found_at),
            ]
            for n, row in enumerate(rows, start=1)
        ],
    )


def _said(row: Issue, clocks: Clocks) -> str:
    """The title; of a request also what its kind's own fields say."""
    kind = clocks.kind(row.kind)
    own = [f"{name} {value}" for name, value in kind.shown(row.answers)] if kind else []
    return f"{row.title} ({', '.join(own)})" if own else row.title


def _responsibilities(rows: list[Issue], clocks: Clocks) -> List:
    heads = [_("No."), _("Issue"), _("Level"), _("Department"), _("Handler"), _("Due")]
    return List(
        _("Responsibility list"),
        heads,
        [
            [
                str(n),
                row.title,
                clocks.level_name(row.level),
                clocks.department_name(row.department),
                row.handler.name if row.handler else "",
                _moment(row.due_at),
            ]
            for n, row in enumerate(rows, start=1)
        ],
    )


def _rectifications(rows: list[Issue]) -> List:
    heads = [_("No."), _("Issue"), _("What was done"), _("Solved"), _("Verified"), _("Status")]
    return List(
        _("Rectification list"),
        heads,
        [
            [
                str(n),
                row.title,
                row.solution,
                _by(row.solved_by, row.solved_at),
                _by(row.verified_by, row.verified_at),
                row.get_status_display(),
            ]
            for n, row in enumerate(rows, start=1)
        ],
    )


def _moment(value: datetime | None) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def _by(who: Any, at: datetime | None) -> str:
    return f"{who.name} {_moment(at)}" if who and at else ""


def as_pdf(enterprise: Enterprise, lists: list[List], *, address: str, at: datetime) -> bytes:
    """The three lists on A4; the QR code opens the enterprise's page (`address`) for whoever may see it."""
    return pdf(
        Path(__file__).parent / "documents" / "sheet.typ",
        {
            "title": enterprise.name,
            "lead": _("Problem, responsibility and rectification lists") + " · " + enterprise.area.name,
            "footer": _("As of %(moment)s") % {"moment": _moment(at)},
            "lang": (get_language() or "zh")[:2],
            "qr": qr_svg(address),
            "none": _("No issue at this enterprise"),
            "lists": [asdict(listed) for listed in lists],
        },
    )


def as_workbook(lists: list[List]) -> bytes:
    """One sheet with the three lists under each other; every cell is text."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("Three lists"))
    title, head = (
        book.add_format({"bold": True, "font_size": 14}),
        book.add_format({"bold": True, "border": 1}),
    )
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 6, 24)
    at = 0
    for listed in lists:
        sheet.write_string(at, 0, listed.title, title)
        for column, name in enumerate(listed.heads):
            sheet.write_string(at + 1, column, name, head)
        for offset, row in enumerate(listed.rows):
            for column, text in enumerate(row):
                sheet.write_string(at + 2 + offset, column, text, cell)
        at += len(listed.rows) + 4
    book.close()
    return buffer.getvalue()
