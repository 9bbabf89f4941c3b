"""What a module declares about its import: its columns, how a row meets an existing one, what is written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from types import SimpleNamespace
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _

from fugong.core.audit import described
from fugong.core.gates import refuse_shut
from fugong.core.imports import undoing
from fugong.core.imports.decisions import (
    CREATED,
    LARGEST,
    REFUSED,
    REPEATED,
    UPDATED,
    Context,
    Decision,
    Known,
    comparable,
    safe_changes,
)
from fugong.core.imports.inserting import insert_many
from fugong.core.imports.updating import update_many
from fugong.core.models import Event, ImportRow
from fugong.core.workbooks.cells import label_of
from fugong.core.workbooks.checking import CheckedRow
from fugong.core.workbooks.fields import Field

__all__ = ["CREATED", "REFUSED", "REPEATED", "UPDATED", "Context", "Decision", "Importer", "Known"]


class Importer:
    """Base of all importers. A module gives `model`, `fields`, `match`, `event` and, mostly, only `values()`.

    * `match`: attributes by which a row meets an existing one, the strongest first; empty meets nothing, and
      a weaker one does not count where a stronger one differs.
    * `written`: the model fields that an import may set. An empty cell never empties a field.
    * `parts`: related names of rows that come in together with a created row (they go with it when undone).
    * `derived`: related names with the values that mark rows which the system made by itself; they are no use of a
      created row, and go with it too (their foreign key cascades).

    `prepare`, `write` and `undo` may be replaced as a whole; they work on a batch and must not query per row.
    """

    model: ClassVar[type[models.Model]]
    fields: ClassVar[Sequence[Field]] = ()
    match: ClassVar[Sequence[str]] = ()
    written: ClassVar[Sequence[str]] = ()
    parts: ClassVar[Sequence[str]] = ()
    derived: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    event: ClassVar[str] = ""
    # Fields that say something of a person: events, which nobody can erase, have only that they changed.
    private: ClassVar[Collection[str]] = ()

    # Hooks

    def values(self, row: CheckedRow, context: Context) -> dict[str, Any]:
        """The model's values of a clean row, keys of `match` included; by default the cleaned values."""
        return dict(row.values)

    def defaults(self, values: dict[str, Any], context: Context) -> dict[str, Any]:
        """Further values of a row that is created."""
        return {"campaign_id": context.campaign_id} if _has(self.model, "campaign") else {}

    def judge(self, decision: Decision, values: dict[str, Any], context: Context) -> None:
        """Refuse or remark on one row, such as one outside the person's area; no queries here."""

    def ready(self, rows: Sequence[CheckedRow], context: Context) -> None:
        """Before a batch: load look-up tables into `context.kept`."""

    def existing(self, context: Context) -> models.QuerySet[Any]:
        """The rows that a row of the sheet may meet. A merged or closed row should not be among them."""
        rows = self.model.objects.system()  # type: ignore[attr-defined]
        found: models.QuerySet[Any] = (
            rows.filter(campaign_id=context.campaign_id) if _has(self.model, "campaign") else rows
        )
        return found

    def campaign(self, campaign_id: int | None) -> Any:
        """The campaign of an import, through the model's own foreign key (core knows no campaigns)."""
        if campaign_id is None or not _has(self.model, "campaign"):
            return None if campaign_id is None else SimpleNamespace(pk=campaign_id)
        campaigns: Any = self.model._meta.get_field("campaign").related_model
        return campaigns._base_manager.filter(pk=campaign_id).first()

    # One batch

    def prepare(self, rows: Sequence[CheckedRow], context: Context) -> list[Decision]:
        """Decide on a batch: one query per key of `match`; the first batch asks what the file brought in before."""
        context.next_batch()
        self.ready(rows, context)
        decisions = [Decision(row) for row in rows]
        wanted = [self.values(row, context) for row in rows]
        known = self._known(wanted, context)
        for decision, values in zip(decisions, wanted, strict=True):
            self.judge(decision, values, context)
            if not decision.problems:
                self._decide(decision, values, known, context)
        return decisions

    def _known(self, wanted: Sequence[dict[str, Any]], context: Context) -> Known:
        """Existing rows by (key, value), oldest first, for all keys of the batch: one object per row of the database.

        They are held until the batch is written (where rows can be), so that nobody's correction is lost.
        """
        asked = {key: {values[key] for values in wanted if values.get(key)} for key in self.match}
        rows: dict[int, Any] = {}
        for key, those in asked.items():
            if those:
                met = self.existing(context).filter(**{f"{key}__in": those})
                met = met if context.dry else met.order_by("pk").select_for_update(of=("self",))
                rows |= {row.pk: row for row in (met.exclude(pk__in=list(rows)) if rows else met)}
        found: Known = {}
        for _pk, row in sorted(rows.items()):
            for key, those in asked.items():
                if (value := getattr(row, key)) in those:
                    found.setdefault((key, value), []).append(row)
        if context.first_rows is None:
            context.first_rows = self._first_rows(context)
        return found

    def _first_rows(self, context: Context) -> dict[int, int]:
        """What an import that goes on has taken in before; nothing in a dry run."""
        if not context.import_id or context.dry or not self.match:
            return {}
        came = ImportRow.objects.filter(batch_id=context.import_id, target_id__isnull=False)
        came = came.exclude(outcome=REFUSED).order_by("-number")
        return {pk: number for pk, number in came.values_list("target_id", "number") if pk is not None}

    def _decide(self, decision: Decision, values: dict[str, Any], known: Known, context: Context) -> None:
        if self._does_not_fit(decision, values):
            return
        keys = [(key, values[key]) for key in self.match if values.get(key)]
        earlier = self._met(
            keys,
            values,
            {key: [one.target for one in ones] for key in keys if (ones := context.pending.get(key))},
        )
        target = self._met(keys, values, known)
        if earlier is not None:
            self._repeat(decision, earlier, context.pending_rows[id(earlier)], values)
        elif target is not None and target.pk in (first_rows := context.first_rows or {}):
            self._repeat(decision, target, first_rows[target.pk], values)
        elif target is None:
            decision.outcome = CREATED
            decision.target = self.model(**self.defaults(values, context), **self._writable(values))
        else:
            self._update(decision, target, values)
        if earlier is None:
            context.remember(keys, decision)

    def _met(self, keys: Sequence[tuple[str, Any]], values: dict[str, Any], known: Known) -> Any:
        """The row that is meant: by the strongest key that finds one and that no stronger key contradicts."""
        for place, key in enumerate(keys):
            stronger = keys[:place]
            for row in known.get(key, ()):
                if all(getattr(row, name) in (None, "", value) for name, value in stronger):
                    return row
        return None

    def _does_not_fit(self, decision: Decision, values: dict[str, Any]) -> bool:
        """Refuse what the database could not hold: texts that are too long, numbers out of range."""
        for name, value in self._writable(values).items():
            limit = self._columns[name][1]
            if isinstance(value, str) and limit and len(value) > limit:
                sentence = _("The text has %(length)d characters; at most %(limit)d fit.")
                decision.refuse(sentence % {"length": len(value), "limit": limit}, column=name)
            elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST:
                decision.refuse(_("The number is too large."), column=name)
        return bool(decision.problems)

    def _writable(self, values: dict[str, Any]) -> dict[str, Any]:
        names = self._columns
        return {
            name: value
            for name, value in values.items()
            if value is not None and name in names and value != ""
        }

    @cached_property
    def _columns(self) -> dict[str, tuple[str, int | None]]:
        """{field: (attribute that holds its plain value, longest text)} of what an import may set."""
        fields: dict[str, Any] = {name: self.model._meta.get_field(name) for name in self.written}
        return {name: (one.attname, one.max_length) for name, one in fields.items()}

    def _changes(self, target: Any, values: dict[str, Any]) -> dict[str, list[Any]]:
        """{field: [was, now]} of what differs."""
        found = {}
        for name, value in self._writable(values).items():
            was, now = comparable(getattr(target, self._columns[name][0])), comparable(value)
            if was != now:
                found[name] = [was, now]
        return found

    def _update(self, decision: Decision, target: Any, values: dict[str, Any]) -> None:
        decision.target = target
        changes = self._changes(target, values)
        decision.outcome = UPDATED if changes else REPEATED
        decision.before = changes or None
        for name in changes:
            setattr(target, name, values[name])

    def _repeat(self, decision: Decision, target: Any, number: int, values: dict[str, Any]) -> None:
        """The same thing stands further up in this file: the first row counts, a difference is told."""
        decision.outcome, decision.target = REPEATED, target
        other = [name for name in self._changes(target, values) if name not in self.match]
        if not other:
            decision.note(_("The same as row %(number)d.") % {"number": number})
            return
        labels = {one.name: one for one in self.fields}
        shown = "、".join(label_of(labels[name]) if name in labels else name for name in other)
        sentence = _(
            "Stands in row %(number)d already, with another value of: %(fields)s. Row %(number)d counts."
        )
        decision.note(sentence % {"number": number, "fields": shown})

    def write(self, decisions: Sequence[Decision], context: Context) -> None:
        """Create and update in bulk, with one audit event per row, inside the transaction of the batch."""
        created = [one for one in decisions if one.outcome == CREATED]
        updated = [one for one in decisions if one.outcome == UPDATED]
        if created:
            insert_many([one.target for one in created])
        if updated:
            self.update_in_bulk([(one.target, one.before or {}) for one in updated])
        self.record(created, "imported", context)
        self.record(updated, "corrected_by_import", context)

    def update_in_bulk(self, changed: Sequence[tuple[Any, Iterable[str]]]) -> None:
        """Write the named fields of each row; a `version` counts up, so that an open form notices."""
        if not _has(self.model, "version"):
            update_many([(target, set(names)) for target, names in changed])
            return
        for target, _names in changed:
            target.version += 1
        update_many([(target, {*names, "version"}) for target, names in changed])

    def undo(self, rows: Sequence[ImportRow], context: Context) -> None:
        """Take the rows back; called when nothing stands against it, inside one transaction."""
        undoing.put_back(self, rows, context)

    def record_undone(self, targets: Sequence[Any], past: str, context: Context) -> None:
        """One event per row that an undone import gives back or takes away."""
        name = f"{self.event or self.model._meta.label_lower}.{past}"
        about = {"by": context.by, "at": context.at, "campaign_id": context.campaign_id}
        changes = {"import": context.import_id}
        refuse_shut(name, context.campaign_id)
        insert_many([Event(**described(name, target, **about, changes=changes)) for target in targets])

    def record(self, decisions: Sequence[Decision], past: str, context: Context) -> None:
        """One event per row, in bulk: what changed, and which import it was."""
        name = f"{self.event or self.model._meta.label_lower}.{past}"
        refuse_shut(name, context.campaign_id)
        insert_many(
            [
                Event(
                    **described(
                        name,
                        one.target,
                        by=context.by,
                        at=context.at,
                        campaign_id=context.campaign_id,
                        changes={
                            "import": context.import_id,
                            "row": one.row.number,
                            **safe_changes(one.target, one.before, self.private),
                        },
                    )
                )
                for one in decisions
            ]
        )


def _has(model: type[models.Model], name: str) -> bool:
    return any(name in {one.name, one.attname} for one in model._meta.concrete_fields)
