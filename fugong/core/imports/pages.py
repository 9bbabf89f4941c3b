"""What the pages of the wizard show, worked out from an import and its file."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.html import format_html_join
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fugong.core.imports import files, machine, remarks
from fugong.core.imports.files import Opened
from fugong.core.imports.importer import CREATED, REFUSED, REPEATED, UPDATED, Importer
from fugong.core.models import Import, ImportRow
from fugong.core.templatetags import ui
from fugong.core.workbooks.cells import label_of
from fugong.core.workbooks.checking import CellRemark, CheckedRow
from fugong.core.workbooks.fields import Field
from fugong.core.workbooks.headers import Table, reasons
from fugong.core.workbooks.mapping import missing_fields
from fugong.core.workbooks.writing import faulty_rows_workbook

SAMPLE_ROWS = 8
NUMBERS_SHOWN = 12
COLOURS = {CREATED: "green", UPDATED: "blue", REPEATED: "grey", REFUSED: "red"}
OUTCOME_WORDS = {
    CREATED: gettext_lazy("created"),
    UPDATED: gettext_lazy("updated"),
    REPEATED: gettext_lazy("repeated"),
    REFUSED: gettext_lazy("refused"),
}
OUTCOME_HELP = {
    CREATED: gettext_lazy("new in the ledger"),
    UPDATED: gettext_lazy("known, with changed values"),
    REPEATED: gettext_lazy("known, nothing new"),
    REFUSED: gettext_lazy("with a problem, not taken in"),
}
KINDS = {
    "problem": (gettext_lazy("refused"), "red"),
    "left_out": (gettext_lazy("cell left out"), "amber"),
    "note": (gettext_lazy("taken in, please look"), "blue"),
}
ROW_COLUMNS = [
    {"label": gettext_lazy("Row"), "numeric": True},
    {"label": gettext_lazy("Outcome")},
    {"label": gettext_lazy("Cell and what there is to say"), "lead": False},
]


def field_list(fields: Sequence[Field]) -> list[dict[str, Any]]:
    """What a sheet may hold: names of the fields, the required ones marked."""
    return [
        {"label": label_of(field), "required": field.required, "aliases": "、".join(field.aliases[:4])}
        for field in fields
    ]


def columns_page(batch: Import, found: Opened, fields: Sequence[Field]) -> dict[str, Any]:
    """Columns with their proposals and the first rows below them."""
    choices = [(field.name, label_of(field) + (" *" if field.required else "")) for field in fields]
    heads = [
        {
            "column": one.column,
            "chosen": one.field.name if one.field else "",
            "why": one.why,
            "is_sure": one.is_sure or not one.sureness,
            "sureness": one.sureness,
        }
        for one in found.proposals
    ]
    table = found.table
    return {
        "heads": heads,
        "choices": choices,
        "sample": [
            (row.number, row.hidden, [shown(value) for value in row.values])
            for row in table.rows[:SAMPLE_ROWS]
        ],
        "table": table,
        "rows": len(table.rows),
        "hidden_rows": table.hidden,
        "takes_hidden": batch.options.get("hidden", True),
        "lenient": batch.options.get("lenient", False),
        "sheets": [
            {"label": one.sheet, "active": one.sheet == table.sheet, "count": len(one.rows)}
            for one in found.tables
        ],
        "left_out": left_out(table),
        "missing": [label_of(field) for field in missing_fields(found.proposals, fields)],
        "unsure": sum(1 for one in found.proposals if one.field and not one.is_sure),
        "header_rows": "–".join(str(row) for row in sorted({table.header_rows[0], table.header_rows[-1]})),
    }


def shown(value: Any) -> str:
    """A cell of the sheet as it is shown."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if value.hour or value.minute else f"{value:%Y-%m-%d}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:60]


def left_out(table: Table) -> list[dict[str, Any]]:
    """Rows that are no data, by reason; empty rows last."""
    words = reasons()
    numbers: dict[str, list[int]] = {}
    for one in table.left_out:
        numbers.setdefault(one.why, []).append(one.number)
    return [
        {"why": words.get(why, why), "count": len(rows), "numbers": _numbers(rows)}
        for why, rows in sorted(numbers.items(), key=lambda item: item[0] == "blank")
    ]


def _numbers(rows: Sequence[int]) -> str:
    more = "…" if len(rows) > NUMBERS_SHOWN else ""
    return ", ".join(str(number) for number in rows[:NUMBERS_SHOWN]) + more


def counts(batch: Import) -> dict[str, int]:
    return {CREATED: batch.created, UPDATED: batch.updated, REPEATED: batch.repeated, REFUSED: batch.refused}


def parts(found: dict[str, Any], total: int) -> list[dict[str, Any]]:
    """The four outcomes as parts of a bar, 0 to 100, with their words."""
    start, made = 0.0, []
    for outcome in (CREATED, UPDATED, REPEATED, REFUSED):
        width = 100 * found[outcome] / total if total else 0.0
        made.append(
            {
                "word": OUTCOME_WORDS[outcome],
                "help": OUTCOME_HELP[outcome],
                "count": found[outcome],
                "colour": COLOURS[outcome],
                "x": f"{start:.2f}",
                "width": f"{width:.2f}",
            }
        )
        start += width
    return made


def groups(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Kinds of remarks with the word and the colour of each."""
    return [{**group, "word": KINDS[group["kind"]][0], "colour": KINDS[group["kind"]][1]} for group in found]


def kept_groups(batch: Import, fields: Sequence[Field]) -> list[dict[str, Any]]:
    rows = batch.rows.exclude(problems=[]).order_by("number").values_list("number", "problems")
    return remarks.grouped(rows.iterator(chunk_size=2000), fields)


def row_lines(register: Any, rows: Iterable[ImportRow]) -> list[dict[str, Any]]:
    """The rows with something to say, as the table tag draws them."""
    return [{"cells": [row.number, outcome_pill(row), _said(row)], "pk": row.pk, "url": ""} for row in rows]


def outcome_pill(row: ImportRow) -> Any:
    return ui.pill(OUTCOME_WORDS[row.outcome], COLOURS[row.outcome])


def _said(row: ImportRow) -> Any:
    lines = ((remark["cell"] or _("row"), remark["sentence"]) for remark in row.problems)
    return format_html_join("", '<div><span class="fg-code fg-quiet">{}</span> {}</div>', lines)


def faulty_workbook(batch: Import, importer: Importer) -> bytes:
    """The refused rows as they came, with the reasons: from the outcomes, or from a new check."""
    found = files.opened(batch, importer.fields)
    remarks_by_row = _refused(batch) if batch.cursor else _would_be_refused(batch)
    sources = {row.number: row for row in found.table.rows}
    rows, told = [], {}
    for number, said in remarks_by_row.items():
        row = CheckedRow(number, sources[number])
        row.problems = [
            CellRemark(number, one["column"], one["field"], one["sentence"], one.get("suggestion"))
            for one in said
            if one["kind"] == "problem" and one["column"]
        ]
        told[number] = "\n".join(
            one["sentence"] for one in said if one["kind"] == "problem" and not one["column"]
        )
        rows.append(row)
    return faulty_rows_workbook(
        found.table, rows, reasons={number: text for number, text in told.items() if text}
    )


def _refused(batch: Import) -> dict[int, list[dict[str, Any]]]:
    rows = batch.rows.filter(outcome=REFUSED).order_by("number")
    return dict(rows.values_list("number", "problems"))


def _would_be_refused(batch: Import) -> dict[int, list[dict[str, Any]]]:
    current = machine.opened_run(batch, batch.fence, dry=True)
    columns = files.columns_by_field(current.found.proposals)
    decisions = machine.decide(current, files.checked_rows(batch, current.found))
    return {
        one.row.number: remarks.kept_problems(one, columns) for one in decisions if one.outcome == REFUSED
    }


def attachment(name: str) -> str:
    """The header that saves an answer as a file of this name."""
    return content_disposition_header(True, name) or "attachment"
