"""What is decided about the rows of an import: for whom they come in, what becomes of each, values as they are kept."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from fugong.core.audit import plain
from fugong.core.encryption import SealedField
from fugong.core.imports.inserting import PLAIN
from fugong.core.models import ImportRow
from fugong.core.workbooks.checking import CellRemark, CheckedRow

Known = dict[tuple[str, Any], list[Any]]
LARGEST = 2_147_483_647
CREATED, UPDATED, REPEATED, REFUSED = (str(outcome) for outcome in ImportRow.Outcome)


@dataclass
class Context:
    """For whom, when and into which campaign rows come in. `kept` is free for an importer's look-up tables.

    `dry` is a check that writes nothing. `first_rows` says which row of this file a row of the register came from or
    met first; it is read once and then kept up by what was committed.
    """

    by: Any
    at: datetime
    campaign: Any
    import_id: int = 0
    dry: bool = False
    kept: dict[str, Any] = field(default_factory=dict)
    first_rows: dict[int, int] | None = None
    pending: "dict[tuple[str, Any], list[Decision]]" = field(default_factory=dict)
    pending_rows: dict[int, int] = field(default_factory=dict)

    def remember(self, keys: Iterable[tuple[str, Any]], decision: "Decision") -> None:
        """Let further rows of this batch (of the whole file in a dry run) meet this one."""
        for key in keys:
            self.pending.setdefault(key, []).append(decision)
        self.pending_rows[id(decision.target)] = decision.row.number

    def next_batch(self) -> None:
        """Forget what the last batch decided: it stands in the database now, also for who goes on later."""
        if not self.dry:
            self.pending.clear()
            self.pending_rows.clear()

    def took_in(self, decisions: "Iterable[Decision]") -> None:
        """A batch was committed: later rows of the file may meet what it wrote."""
        if self.first_rows is not None:
            for one in decisions:
                if one.outcome != REFUSED and one.target is not None:
                    self.first_rows.setdefault(one.target.pk, one.row.number)

    @property
    def campaign_id(self) -> int | None:
        return getattr(self.campaign, "pk", None)


@dataclass
class Decision:
    """What becomes of one clean row.

    `target` is the row of the register (unsaved when created), `before` {field: [was, now]} as plain values,
    `problems` refuse the row, `notes` are only told. `extra` is free for the importer.
    """

    row: CheckedRow
    outcome: str = REFUSED
    target: Any = None
    before: dict[str, Any] | None = None
    problems: list[CellRemark] = field(default_factory=list)
    notes: list[CellRemark] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    def refuse(self, sentence: object, *, column: str = "", suggestion: Any = None) -> None:
        """Refuse the row; `column` is the field of the cell that it is about, "" for the row as a whole."""
        self.outcome = REFUSED
        self.problems.append(CellRemark(self.row.number, 0, column, str(sentence), suggestion))

    def note(self, sentence: object, *, column: str = "") -> None:
        self.notes.append(CellRemark(self.row.number, 0, column, str(sentence)))


def stored(target: Any, name: str) -> Any:
    """A field's value as `before` keeps it: plain, a foreign key as its number, a sealed value sealed."""
    model_field = target._meta.get_field(name)
    value = getattr(target, model_field.attname)
    return comparable(value)


def comparable(value: Any) -> Any:
    if type(value) in PLAIN:
        return value
    if isinstance(value, models.Model):
        return value.pk
    if hasattr(value, "token"):
        return value.token()
    return plain(value)


def safe_changes(target: Any, before: dict[str, Any] | None, private: Collection[str] = ()) -> dict[str, Any]:
    """The changes for an event: sealed and private values leave no trace but that they changed."""
    return {
        name: "•••" if name in private or isinstance(target._meta.get_field(name), SealedField) else values
        for name, values in (before or {}).items()
    }
