"""The uploaded file of an import: stored under a random name, read, its table found and mapped."""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from fugong.core.imports import rules
from fugong.core.models import Import, RememberedMapping
from fugong.core.refusals import Refused
from fugong.core.sweeping import remove_unknown
from fugong.core.workbooks import headers, reading
from fugong.core.workbooks.checking import CheckedRow, check_rows
from fugong.core.workbooks.fields import Field, labels_of
from fugong.core.workbooks.mapping import Proposal, propose, to_remember


@dataclass(frozen=True)
class Opened:
    """A file with its chosen table; `proposals` say which field each column fills."""

    tables: Sequence[headers.Table]
    table: headers.Table
    proposals: Sequence[Proposal]


def folder() -> Path:
    return Path(settings.UPLOADS_DIR) / "imports"


def path_of(batch: Import) -> Path:
    return folder() / batch.stored_as


def store(content: bytes, filename: str) -> str:
    """Keep the bytes under a random name (mode 600); returns the name."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    suffix = Path(filename).suffix.lower()
    name = secrets.token_urlsafe(24) + (suffix if suffix in {".xlsx", ".xls", ".csv"} else ".bin")
    with os.fdopen(os.open(folder() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return name


def sweep(at: datetime) -> int:
    """Delete the files of imports of more than `IMPORT_FILE_DAYS` ago that nobody runs, and files without an import.

    Returns how many. The imports themselves, with what became of every row, stay.
    """
    since = at - timedelta(days=settings.IMPORT_FILE_DAYS)
    kept = Import.objects.filter(Q(at__gt=since) | Q(finished_at__gt=since) | Q(status=Import.Status.RUNNING))
    return remove_unknown(folder(), set(kept.values_list("stored_as", flat=True)), at)


def tables_of(batch: Import, fields: Sequence[Field]) -> list[headers.Table]:
    """The tables of the file, the one most like a ledger first. `Refused` when there is none."""
    if not path_of(batch).exists():
        raise Refused(_("The file of this import is no longer kept."))
    workbook = reading.read(path_of(batch), batch.filename)
    with_hidden = batch.options.get("hidden", True)
    known = labels_of(list(fields))
    tables = []
    for table in headers.find_tables(workbook, known=known):
        sheet = next(sheet for sheet in workbook.sheets if sheet.name == table.sheet)
        tables.append(table if with_hidden else headers.find_table(sheet, known=known, with_hidden=False))
    if not tables:
        raise Refused(
            _("No table was found in the file: a ledger has one row with the names of its columns.")
        )
    return tables


def opened(batch: Import, fields: Sequence[Field]) -> Opened:
    """The file with the chosen sheet (else the likeliest) and the chosen columns (else the proposed ones)."""
    tables = tables_of(batch, fields)
    table = next((table for table in tables if table.sheet == batch.sheet), tables[0])
    chosen = batch.mapping.get("columns") if batch.mapping.get("sheet") in {table.sheet, ""} else None
    proposed = propose(table, fields, remembered=remembered(batch.register), year=rules.year_of(batch.at))
    return Opened(tables, table, with_choice(proposed, fields, chosen) if chosen else proposed)


def with_choice(
    proposed: Sequence[Proposal], fields: Sequence[Field], chosen: dict[str, str]
) -> list[Proposal]:
    """The proposals as a person changed them: {column index as text: field name or ""}."""
    named = {field.name: field for field in fields}
    return [
        Proposal(one.column, named.get(chosen.get(str(one.column.index), "")), one.sureness, one.why)
        for one in proposed
    ]


def checked_rows(batch: Import, found: Opened) -> list[CheckedRow]:
    """All data rows, their cells cleaned."""
    return list(check_rows(found.table, found.proposals, year=rules.year_of(batch.at)))


def remembered(register: str) -> dict[str, str]:
    """Which field a header meant the last time in this register."""
    return dict(RememberedMapping.objects.filter(register=register).values_list("header", "field"))


def remember(register: str, proposals: Sequence[Proposal]) -> None:
    """Keep a person's choice for the next file."""
    meant = {header[:200]: field for header, field in to_remember(proposals).items() if header}
    RememberedMapping.objects.bulk_create(
        [RememberedMapping(register=register, header=header, field=field) for header, field in meant.items()],
        update_conflicts=True,
        unique_fields=["register", "header"],
        update_fields=["field"],
    )


def columns_by_field(proposals: Sequence[Proposal]) -> dict[str, Any]:
    """Field name > the column that fills it."""
    return {one.field.name: one.column for one in proposals if one.field}
