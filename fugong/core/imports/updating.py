"""Writes changed rows back: one prepared statement for all rows in which the same fields changed.

Django's own bulk update writes a CASE for every field and row and resolves each as an expression: ten times the work
of the import itself. Fields that did not change are not written, so nobody else's change to them is lost.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, models

from fugong.core.imports.inserting import reader_of


def update_many(changed: Sequence[tuple[models.Model, Collection[str]]]) -> None:
    """Write the named fields of each row, inside the caller's transaction; rows are of one model."""
    groups: dict[tuple[str, ...], list[models.Model]] = {}
    for row, names in changed:
        if names:
            groups.setdefault(tuple(sorted(names)), []).append(row)
    with connection.cursor() as cursor:
        for names, rows in groups.items():
            _update_alike(cursor, rows, names)


def _update_alike(cursor: Any, rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Rows in which the same fields changed."""
    meta: Any = type(rows[0])._meta
    quote = connection.ops.quote_name
    fields: list[Any] = [meta.get_field(name) for name in names]
    places = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    read = [reader_of(field, add=False) for field in fields]
    cursor.executemany(
        f"UPDATE {quote(meta.db_table)} SET {places} WHERE {quote(meta.pk.column)} = %s",
        [[*(value(row) for value in read), row.pk] for row in rows],
    )
