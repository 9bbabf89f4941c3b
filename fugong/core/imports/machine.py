"""Takes a checked import in, batch by batch.

The rows of one batch, what became of them, the cursor and the counts are one transaction. A worker holds the
import by a lease, and every commit checks its fence number, so that a worker that was frozen or thought dead
cannot write any more. Killed at any point and run again, it goes on after the last committed
batch: no row twice.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from fugong.core.audit import record
from fugong.core.gates import refuse_shut
from fugong.core.imports import files, rules
from fugong.core.imports.importer import CREATED, REFUSED, REPEATED, UPDATED, Context, Decision, Importer
from fugong.core.imports.inserting import insert_many
from fugong.core.imports.remarks import kept_problems
from fugong.core.models import Import, ImportRow
from fugong.core.refusals import Refused
from fugong.core.registry import find
from fugong.core.sqlite.others import write_log_back, written_by_others
from fugong.core.states import move
from fugong.core.statistics import refresh_statistics
from fugong.core.workbooks.checking import CheckedRow

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
TRIES = (
    2  # how often a batch is decided upon anew before its turn, because somebody else has written meanwhile
)
LOGGED = 250  # rows after which the log is written back
Progress = Callable[[int, int], None]


class LostHold(Exception):
    """Somebody stopped the import, or another worker holds it: this one must not write any more."""


@dataclass
class Run:
    """One worker's hold on an import."""

    batch: Import
    fence: int
    importer: Importer
    context: Context
    found: files.Opened


def batch_rows() -> int:
    """Rows of one transaction: few where one writer stops all others."""
    return 50 if connection.vendor == "sqlite" else 1000


def run(
    import_id: int,
    *,
    progress: Progress | None = None,
    clock: Callable[[], datetime] = timezone.now,
    found: files.Opened | None = None,
) -> Import:
    """Take the import in, or go on with it; returns it as it stands afterwards.

    Does nothing when somebody else holds it or it is not running. What a person must know is in `problem`.
    `found` is the file where the caller has it open already.
    """
    fence = claim(import_id, clock())
    batch = Import.objects.get(pk=import_id)
    if fence is None:
        return batch
    with translation.override(batch.options.get("language") or settings.LANGUAGE_CODE):
        try:
            _run_all(opened_run(batch, fence, found=found), progress, clock)
        except LostHold:
            log.info("import %s is no longer held", import_id)
        except Refused as refusal:
            _fail(batch, fence, str(refusal), clock())
        except DatabaseError:
            raise  # the lease runs out and the next worker goes on
        except Exception:
            log.exception("import %s failed", import_id)
            _fail(
                batch,
                fence,
                _("The import stopped at an unexpected error. What was taken in so far stands."),
                clock(),
            )
    return Import.objects.get(pk=import_id)


def claim(import_id: int, now: datetime) -> int | None:
    """Take the lease of a running import that nobody holds; the new fence number, or None."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    with transaction.atomic():
        rows = Import.objects.filter(free, pk=import_id, status=Import.Status.RUNNING)
        if not rows.update(lease_until=now + LEASE, fence=F("fence") + 1):
            return None
        return Import.objects.values_list("fence", flat=True).get(pk=import_id)


def _run_all(current: Run, progress: Progress | None, clock: Callable[[], datetime]) -> None:
    batch = current.batch
    rows = files.checked_rows(batch, current.found)
    if len(rows) != batch.total:
        raise Refused(_("The file has another number of rows than when it was checked."))
    size, cursor = batch_rows(), Import.objects.values_list("cursor", flat=True).get(pk=batch.pk)
    while cursor < len(rows):
        part = rows[cursor : cursor + size]
        _take(current, part, cursor, clock)
        cursor += len(part)
        if cursor // LOGGED > (cursor - len(part)) // LOGGED:
            write_log_back(connection)
        if progress:
            progress(cursor, len(rows))
    write_log_back(connection)
    _finish(batch, current.fence, clock())
    refresh_statistics()


def opened_run(batch: Import, fence: int, *, dry: bool = False, found: files.Opened | None = None) -> Run:
    """Everything one run needs: the register's importer, for whom it acts, and the file with its table."""
    importer = importer_of(batch)
    found = found or files.opened(batch, importer.fields)
    context = Context(
        by=_person(batch),
        at=_taken_at(batch),
        campaign=importer.campaign(batch.campaign_id),
        import_id=batch.pk,
        dry=dry,
    )
    return Run(batch, fence, importer, context, found)


def importer_of(batch: Import) -> Importer:
    """The importer of the import's register."""
    autodiscover_modules("registers")  # the worker has loaded no addresses, and so no register yet
    register = find(batch.register)
    if register is None or register.importer is None:
        raise Refused(_("Nothing can be imported into this register."))
    importer: Importer = register.importer()
    return importer


def _person(batch: Import) -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model()._default_manager.filter(pk=batch.by_id).first() if batch.by_id else None


def _taken_at(batch: Import) -> datetime:
    started = batch.options.get("started_at")
    return datetime.fromisoformat(started) if started else batch.at


def decide(current: Run, rows: Sequence[CheckedRow]) -> list[Decision]:
    """What becomes of these rows, in their order: faulty ones refused, the rest as the importer says."""
    lenient = bool(current.batch.options.get("lenient"))
    hard = {field.name for field in current.importer.fields if field.required} | set(current.importer.match)
    sound, decided = [], {}
    for row in rows:
        if row.is_sound or (lenient and not any(problem.field in hard for problem in row.problems)):
            sound.append(row)
        else:
            decided[row.number] = Decision(row, REFUSED)
    for decision in current.importer.prepare(sound, current.context):
        decided[decision.row.number] = decision
    return [decided[row.number] for row in rows]


def _take(current: Run, rows: Sequence[CheckedRow], cursor: int, clock: Callable[[], datetime]) -> None:
    """One batch. A row that the database refuses is found by halving and refused alone."""
    try:
        _commit(current, rows, cursor, clock())
    except (IntegrityError, DataError) as error:
        if len(rows) == 1:
            log.warning("import %s row %s: %s", current.batch.pk, rows[0].number, error)
            _commit(current, rows, cursor, clock(), refuse=_("The database could not take this row."))
            return
        half = len(rows) // 2
        _take(current, rows[:half], cursor, clock)
        _take(current, rows[half:], cursor + half, clock)


def _commit(current: Run, rows: Sequence[CheckedRow], cursor: int, now: datetime, refuse: str = "") -> None:
    """Rows, outcomes, cursor and counts, or nothing of it."""
    decisions = None
    for tries_left in range(TRIES, -1, -1):
        before = None if refuse else _decided_before(current, rows)
        with transaction.atomic():
            # The campaign may be closed between two batches.
            refuse_shut("core.import.started", current.batch.campaign_id)
            batch = _held(current, cursor)
            if before is None:
                decisions = _refused(rows, refuse) if refuse else decide(current, rows)
            elif before.still_holds():
                decisions = before.decisions
            elif not tries_left:
                decisions = decide(current, rows)
            if decisions is not None:
                _write(current, batch, decisions, now)
                break
    current.context.took_in(decisions or ())


@dataclass(frozen=True)
class _Before:
    """Decisions made before the write turn was taken, so that nobody waits for them.

    They hold as long as no other connection has committed since: nothing that they rest on has changed then.
    """

    decisions: list[Decision]
    stood: int

    def still_holds(self) -> bool:
        return written_by_others(connection) == self.stood


def _decided_before(current: Run, rows: Sequence[CheckedRow]) -> _Before | None:
    """The decisions on a batch, outside of the transaction; None where writers do not stop each other."""
    stood = written_by_others(connection)
    return None if stood is None else _Before(decide(current, rows), stood)


def _refused(rows: Sequence[CheckedRow], sentence: str) -> list[Decision]:
    decisions = [Decision(row) for row in rows]
    for decision in decisions:
        decision.refuse(sentence)
    return decisions


def _held(current: Run, cursor: int) -> Import:
    """The import, locked, if this worker may still write; else LostHold."""
    held = Import.objects.select_for_update().filter(
        pk=current.batch.pk, fence=current.fence, status=Import.Status.RUNNING, cursor=cursor
    )
    batch = held.first()
    if batch is None:
        raise LostHold
    return batch


def _write(current: Run, batch: Import, decisions: Sequence[Decision], now: datetime) -> None:
    current.importer.write([one for one in decisions if one.outcome != REFUSED], current.context)
    columns = files.columns_by_field(current.found.proposals)
    insert_many([_outcome(current.batch, one, columns) for one in decisions])
    _count(batch, decisions)
    batch.lease_until = now + LEASE
    batch.save(update_fields=["cursor", "created", "updated", "repeated", "refused", "lease_until"])


def _count(batch: Import, decisions: Sequence[Decision]) -> None:
    batch.cursor += len(decisions)
    for outcome in (CREATED, UPDATED, REPEATED, REFUSED):
        more = sum(one.outcome == outcome for one in decisions)
        setattr(batch, outcome, getattr(batch, outcome) + more)


def _outcome(batch: Import, decision: Decision, columns: dict[str, Any]) -> ImportRow:
    """What is kept of one row: the cells only where something is to be said about them."""
    problems = kept_problems(decision, columns)
    return ImportRow(
        batch=batch,
        number=decision.row.number,
        outcome=decision.outcome,
        target_id=getattr(decision.target, "pk", None) if decision.outcome != REFUSED else None,
        before=decision.before if decision.outcome == UPDATED else None,
        problems=problems,
    )


def _finish(batch: Import, fence: int, now: datetime) -> None:
    with transaction.atomic():
        held = (
            Import.objects.select_for_update()
            .filter(pk=batch.pk, fence=fence, status=Import.Status.RUNNING)
            .first()
        )
        if held is None:
            raise LostHold
        move(held, Import.Status.DONE, rules.MOVES)
        held.finished_at, held.lease_until, held.problem = now, None, ""
        held.save(update_fields=["status", "finished_at", "lease_until", "problem"])
        counts = {
            name: getattr(held, name) for name in ("total", "created", "updated", "repeated", "refused")
        }
        record(
            "core.import.finished",
            held,
            by=_person(held),
            at=_taken_at(held),
            register=held.register,
            **counts,
        )


def _fail(batch: Import, fence: int, sentence: str, now: datetime) -> None:
    with transaction.atomic():
        held = (
            Import.objects.select_for_update()
            .filter(pk=batch.pk, fence=fence, status=Import.Status.RUNNING)
            .first()
        )
        if held is not None:
            move(held, Import.Status.FAILED, rules.MOVES)
            held.finished_at, held.lease_until, held.problem = now, None, sentence
            held.save(update_fields=["status", "finished_at", "lease_until", "problem"])
