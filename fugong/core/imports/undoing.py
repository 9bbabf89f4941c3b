"""Taking an import back: what stands against it row by row, and the reverse writing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from django.db import models
from django.utils.translation import gettext as _

from fugong.core.imports.decisions import Context, stored
from fugong.core.models import Event, ImportRow

PART = 500  # numbers in one query


class Undoer(Protocol):
    """What undoing must know of an importer, and has it do."""

    @property
    def model(self) -> type[models.Model]: ...

    @property
    def parts(self) -> Sequence[str]: ...

    @property
    def derived(self) -> Mapping[str, Mapping[str, Any]]: ...

    def update_in_bulk(self, changed: Sequence[tuple[Any, Iterable[str]]]) -> None: ...

    def record_undone(self, targets: Sequence[Any], past: str, context: Context) -> None: ...


def why_used(importer: Undoer, rows: Sequence[ImportRow], context: Context) -> list[str]:
    """One sentence for each row that was changed or used since; empty when the import may be undone."""
    targets = load(importer.model, [row.target_id for row in rows if row.target_id])
    created = {row.target_id for row in rows if row.outcome == ImportRow.Outcome.CREATED}
    used = _referred_to(importer, sorted(pk for pk in created if pk))
    touched = _touched(importer.model, sorted(targets), context.import_id)
    sentences = []
    for row in rows:
        target = targets.get(row.target_id or 0)
        why = _why(importer, row, target, used, touched)
        if why:
            sentences.append(
                _("Row %(row)d (%(name)s): %(why)s.") % {"row": row.number, "name": target or "—", "why": why}
            )
    return sentences


def _why(importer: Undoer, row: ImportRow, target: Any, used: dict[int, str], touched: dict[int, str]) -> str:
    if target is None:
        return _("it is no longer there")
    if target.pk in used:
        return _("%(what)s refer to it") % {"what": used[target.pk]}
    if row.outcome == ImportRow.Outcome.CREATED:
        return touched.get(target.pk, "")
    changed = [name for name, (_was, now) in (row.before or {}).items() if stored(target, name) != now]
    if not changed:
        return ""
    labels = "、".join(str(importer.model._meta.get_field(name).verbose_name) for name in changed)  # type: ignore[union-attr]
    return _("changed since: %(fields)s") % {"fields": labels}


def _referred_to(importer: Undoer, created: Sequence[int]) -> dict[int, str]:
    """Created rows that other tables point at, with the names of those.

    Parts of the import do not count, nor does what the system made of the rows by itself (`derived`).
    """
    found: dict[int, str] = {}
    for relation in importer.model._meta.related_objects:
        if relation.get_accessor_name() in importer.parts or relation.many_to_many:
            continue
        other: Any = relation.related_model
        name = str(other._meta.verbose_name_plural)
        for part in _parts(created):
            rows = other._base_manager.filter(**{f"{relation.field.name}__in": part})
            by_itself = importer.derived.get(relation.get_accessor_name() or "")
            rows = rows.exclude(**by_itself) if by_itself else rows
            for pk in rows.values_list(relation.field.attname, flat=True).distinct():
                found.setdefault(pk, name)
    return found


def _touched(model: type[models.Model], pks: Sequence[int], import_id: int) -> dict[int, str]:
    """Rows about which something else than this import was recorded later than its own event."""
    own: dict[int, int] = {}
    last: dict[int, tuple[int, str]] = {}
    for part in _parts(pks):
        events = Event.objects.filter(target=model._meta.label_lower, target_id__in=part).order_by("pk")
        for pk, target_id, by, changes in events.values_list("pk", "target_id", "by_label", "changes"):
            if changes.get("import") == import_id:
                own[target_id] = pk
            else:
                last[target_id] = (pk, by)
    return {
        target_id: _("changed since by %(who)s") % {"who": by or _("the system")}
        for target_id, (pk, by) in last.items()
        if pk > own.get(target_id, 0)
    }


def put_back(importer: Undoer, rows: Sequence[ImportRow], context: Context) -> None:
    """Delete what was created and write back what stood before, the last row first, one event each."""
    created = [row.target_id for row in rows if row.outcome == ImportRow.Outcome.CREATED and row.target_id]
    changed = [row for row in rows if row.outcome == ImportRow.Outcome.UPDATED]
    targets = load(importer.model, [row.target_id for row in changed if row.target_id])
    names: dict[int, set[str]] = {}
    for row in reversed(changed):
        target = targets[row.target_id or 0]
        for name, (was, _now) in (row.before or {}).items():
            field = importer.model._meta.get_field(name)
            setattr(target, field.attname, was if field.is_relation else field.to_python(was))  # type: ignore[union-attr]
            names.setdefault(target.pk, set()).add(name)
    if targets:
        importer.update_in_bulk([(target, names.get(pk, ())) for pk, target in targets.items()])
    removed = list(load(importer.model, created).values())
    importer.record_undone(removed, "taken_back", context)
    importer.record_undone(list(targets.values()), "put_back", context)
    for part in _parts(created):
        for accessor in importer.parts:
            relation = next(
                one for one in importer.model._meta.related_objects if one.get_accessor_name() == accessor
            )
            other: Any = relation.related_model
            other._base_manager.filter(**{f"{relation.field.name}__in": part}).delete()
        importer.model._base_manager.filter(pk__in=part).delete()


def load(model: type[models.Model], pks: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for part in _parts(sorted(set(pks))):
        found.update(model._base_manager.in_bulk(part))
    return found


def _parts(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(pks), PART):
        yield pks[start : start + PART]
