"""The verb of exports: take rows out as a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fugong.core.audit import record
from fugong.core.exports import writers
from fugong.core.models import Export
from fugong.core.refusals import refuse_if

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class TakingOut:
    """What somebody wants to take out: rows, columns, the kind of file, and what it is for."""

    rows: Any
    columns: Sequence[Any]
    form: str
    purpose: str
    condition: str
    campaign: Any


def why_not_take_out(purpose: str, columns: Sequence[Any], form: str, forms: Sequence[str]) -> str:
    """Why this file may not be made as asked; empty when it may."""
    if len(purpose.strip()) < 4:
        return _("Say in a few words what the file is for.")
    if not columns:
        return _("Choose at least one column.")
    return "" if form in forms else _("Choose one of the kinds of file.")


@transaction.atomic
def take_out(register: Any, asked: TakingOut, *, by: Any, at: datetime) -> Export:
    """Write the file with its watermark and record who took out what, why, and until when it may be fetched.

    Sealed values stay masked in the file. Returns the export, which only its owner may fetch.
    """
    refuse_if(why_not_take_out(asked.purpose, asked.columns, asked.form, writers.forms_of(register)))
    export = _export(register.key, asked, by=by, at=at)
    export.rows, export.stored_as = writers.write(register, export, asked.rows, asked.columns)
    return _kept(export, by=by, at=at)


def take_out_document(
    key: str, asked: TakingOut, write: Callable[[str], bytes], *, by: Any, at: datetime
) -> Export:
    """Keep a document made of rows (cards, forms) as an export of the register with this key.

    `write` gets the sentence of the watermark and returns the file; `asked.rows` is the sequence of what is in it.
    Writing may take seconds, so no transaction is open meanwhile.
    """
    refuse_if(why_not_take_out(asked.purpose, asked.columns, asked.form, tuple(writers.CONTENT_TYPES)))
    export = _export(key, asked, by=by, at=at)
    content = write(writers.watermark(export))
    with transaction.atomic():
        export.rows = len(asked.rows)
        export.stored_as = writers.keep(export, content)
        return _kept(export, by=by, at=at)


def _export(key: str, asked: TakingOut, *, by: Any, at: datetime) -> Export:
    return Export(
        register=key,
        campaign_id=getattr(asked.campaign, "pk", None),
        owner_id=by.pk,
        owner_label=str(by)[:80],
        purpose=asked.purpose.strip()[:200],
        condition=asked.condition,
        columns=[column.name for column in asked.columns],
        form=asked.form,
        at=at,
        expires_at=at + KEPT_FOR,
    )


def _kept(export: Export, *, by: Any, at: datetime) -> Export:
    export.save()
    record(
        "core.export.taken_out",
        export,
        by=by,
        at=at,
        register=export.register,
        purpose=export.purpose,
        rows=export.rows,
        columns=export.columns,
        condition=export.condition,
    )
    return export
