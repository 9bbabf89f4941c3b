"""Verbs of an import: receive a file, map its columns, check, start, stop, undo."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fugong.core.audit import record
from fugong.core.imports import files, machine, remarks, rules, undoing
from fugong.core.imports.importer import CREATED, REFUSED, REPEATED, UPDATED, Context
from fugong.core.models import Import
from fugong.core.refusals import Refused, refuse_if
from fugong.core.states import move
from fugong.core.workbooks.cells import label_of

CHECKED_AT_MOST = 20_000  # rows of a check; the rest is checked as it is taken in


@dataclass(frozen=True)
class Choice:
    """What a person chose for a file: sheet, {column index as text: field name or ""}, and how to treat rows.

    `hidden` takes hidden rows in, `lenient` takes a row in without its faulty cells.
    """

    sheet: str
    columns: Mapping[str, str]
    hidden: bool = True
    lenient: bool = False
    rows: int = 0


@transaction.atomic
def receive(register: Any, *, content: bytes, filename: str, by: Any, at: datetime, campaign: Any) -> Import:
    """Keep the file; it is read when its columns are asked for, outside of any transaction."""
    batch = Import(
        register=register.key,
        campaign_id=getattr(campaign, "pk", None),
        filename=filename[-200:],
        digest=sha256(content).hexdigest(),
        stored_as=files.store(content, filename),
        by_id=getattr(by, "pk", None),
        by_label=str(by or "")[:80],
        at=at,
        options={"language": get_language() or ""},
    )
    try:
        batch.save()
        record("core.import.received", batch, by=by, at=at, register=register.key, digest=batch.digest)
    except BaseException:
        files.path_of(batch).unlink(missing_ok=True)
        raise
    return batch


def proposed_choice(batch: Import) -> Choice:
    """What the program itself would choose."""
    return choice_of(files.opened(batch, machine.importer_of(batch).fields))


def choice_of(found: files.Opened) -> Choice:
    """The columns of an opened file as a choice."""
    columns = {str(one.column.index): one.field.name if one.field else "" for one in found.proposals}
    return Choice(found.table.sheet, columns, rows=len(found.table.rows))


@transaction.atomic
def map_columns(batch: Import, choice: Choice, *, by: Any, at: datetime) -> Import:
    """Settle which column fills which field. The rows can be checked and taken in then."""
    refuse_if(rules.why_not_map(batch.status, batch.cursor))
    fields = machine.importer_of(batch).fields
    chosen = [name for name in choice.columns.values() if name]
    missing = [label_of(field) for field in fields if field.required and field.name not in chosen]
    refuse_if(
        rules.why_not_columns(missing, [label_of(field) for field in fields if chosen.count(field.name) > 1])
    )
    batch.sheet, batch.total = choice.sheet[:100], choice.rows
    batch.mapping = {"sheet": choice.sheet, "columns": dict(choice.columns)}
    batch.options = {**batch.options, "hidden": choice.hidden, "lenient": choice.lenient}
    batch.options.pop("checked", None)
    batch.problem = ""
    move(batch, Import.Status.CHECKED, rules.MOVES)
    batch.save(update_fields=["sheet", "mapping", "options", "total", "status", "problem"])
    record("core.import.mapped", batch, by=by, at=at, columns=dict(choice.columns), sheet=choice.sheet)
    return batch


def check(batch: Import) -> Import:
    """Work out what would become of every row, writing none; summary and mapping are remembered."""
    current = machine.opened_run(batch, batch.fence, dry=True)
    rows = files.checked_rows(batch, current.found)
    refuse_if("" if rows else _("The sheet holds no rows below its header."))
    counts, said = dict.fromkeys((CREATED, UPDATED, REPEATED, REFUSED), 0), []
    columns = files.columns_by_field(current.found.proposals)
    seen = rows[:CHECKED_AT_MOST]
    for place in range(0, len(seen), 1000):
        for decision in machine.decide(current, seen[place : place + 1000]):
            counts[decision.outcome] += 1
            if problems := remarks.kept_problems(decision, columns):
                said.append((decision.row.number, problems))
    groups = remarks.grouped(said, current.importer.fields)
    batch.total = len(rows)
    batch.options = {**batch.options, "checked": {**counts, "rows": len(seen), "groups": groups}}
    with transaction.atomic():
        batch.save(update_fields=["options", "total"])
        files.remember(batch.register, current.found.proposals)
    return batch


def check_or_say_why_not(batch: Import) -> None:
    """The check for a page that cannot be refused any more: the sentence stands in `problem` then."""
    try:
        check(batch)
    except Refused as refusal:
        batch.problem = str(refusal)
        batch.save(update_fields=["problem"])


def same_file(batch: Import) -> QuerySet[Import]:
    """Imports of the very same file into the same register that stand, the newest first."""
    same = Import.objects.filter(register=batch.register, campaign_id=batch.campaign_id, digest=batch.digest)
    return (
        same.exclude(pk=batch.pk)
        .filter(status__in=(Import.Status.DONE, Import.Status.RUNNING))
        .order_by("-at", "-pk")
    )


@transaction.atomic
def start(batch: Import, *, again: bool, by: Any, at: datetime) -> Import:
    """Let the rows be taken in, or go on after a stop; somebody then runs the machine."""
    batch = _locked(batch)
    refuse_if(
        rules.why_not_start(batch.status, batch.total, not batch.cursor and same_file(batch).exists(), again)
    )
    move(batch, Import.Status.RUNNING, rules.MOVES)
    batch.options = {**batch.options, "started_at": batch.options.get("started_at") or at.isoformat()}
    batch.problem, batch.lease_until = "", None
    batch.save(update_fields=["status", "options", "problem", "lease_until"])
    record("core.import.started", batch, by=by, at=at, register=batch.register, rows=batch.total)
    return batch


@transaction.atomic
def stop(batch: Import, *, by: Any, at: datetime) -> Import:
    """Stop after the batch that is being written; what was taken in stands, and it may go on or be undone."""
    batch = _locked(batch)
    refuse_if(rules.why_not_stop(batch.status))
    move(batch, Import.Status.CHECKED, rules.MOVES)
    batch.lease_until = None
    batch.fence += 1
    batch.save(update_fields=["status", "lease_until", "fence"])
    record("core.import.stopped", batch, by=by, at=at, done=batch.cursor, rows=batch.total)
    return batch


@transaction.atomic
def undo(batch: Import, *, by: Any, at: datetime) -> Import:
    """Take the import back: created rows go, updated ones are as before. All or, with reasons, nothing."""
    batch = _locked(batch)
    refuse_if(rules.why_not_undo(batch.status, batch.cursor))
    importer = machine.importer_of(batch)
    context = Context(by=by, at=at, campaign=importer.campaign(batch.campaign_id), import_id=batch.pk)
    rows = list(batch.rows.filter(outcome__in=(CREATED, UPDATED)).order_by("number"))
    refuse_if(rules.why_not_undo(batch.status, batch.cursor, undoing.why_used(importer, rows, context)))
    importer.undo(rows, context)
    move(batch, Import.Status.UNDONE, rules.MOVES)
    batch.save(update_fields=["status"])
    record("core.import.undone", batch, by=by, at=at, created=batch.created, updated=batch.updated)
    return batch


def run_file(
    path: str | Path,
    register: Any,
    *,
    by: Any,
    campaign: Any,
    at: datetime,
    on_problem: Callable[[int, str], None] | None = None,
    progress: machine.Progress | None = None,
    again: bool = False,
) -> Import:
    """Import a file from the command line: the proposed columns, all rows, to the end.

    `on_problem(row number, sentence)` is called for everything there is to say, `progress(done, total)` after
    each batch. Raises `Refused` when the file cannot be read, a required column is not found, or the very
    same file was taken in before (unless `again`).
    """
    source = Path(path)
    batch = receive(
        register, content=source.read_bytes(), filename=source.name, by=by, at=at, campaign=campaign
    )
    found = files.opened(batch, register.importer.fields)
    map_columns(batch, choice_of(found), by=by, at=at)
    start(batch, again=again, by=by, at=at)
    done = machine.run(batch.pk, progress=progress, found=found)
    if on_problem:
        for row in done.rows.exclude(problems=[]).order_by("number"):
            for problem in row.problems:
                on_problem(row.number, f"{problem['cell']} {problem['sentence']}".strip())
    return done


def _locked(batch: Import) -> Import:
    return Import.objects.select_for_update().get(pk=batch.pk)
