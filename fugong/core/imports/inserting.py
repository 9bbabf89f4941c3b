"""Inserts many rows at once: on SQLite by one prepared statement, elsewhere by Django's own bulk insert.

Django cuts a bulk insert on SQLite into statements of at most 999 values and writes the SQL of each anew; with one
prepared statement an import holds the write turn for a third of the time, so that a person's save need not wait.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models, router

PLAIN = (int, str, float, bool, type(None))


def insert_many(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model, inside the caller's transaction; afterwards they have their numbers."""
    if not rows:
        return
    model: Any = type(rows[0])
    if connection.vendor != "sqlite" or model._meta.parents:
        model._base_manager.bulk_create(rows, batch_size=1000)
        return
    _number(model, rows)
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    read = [reader_of(field, add=True) for field in fields]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})",
            [[value(row) for value in read] for row in rows],
        )
    alias = router.db_for_write(model)
    for row in rows:
        row._state.adding, row._state.db = False, alias


def _number(model: Any, rows: Sequence[models.Model]) -> None:
    """Give the next numbers; the transaction holds the only write turn, so nobody else can take them."""
    table, column = model._meta.db_table, model._meta.pk.column
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        counted = cursor.fetchone()
        cursor.execute(f"SELECT MAX({quote(column)}) FROM {quote(table)}")
        last = max(cursor.fetchone()[0] or 0, counted[0] if counted else 0)
    for number, row in enumerate(rows, last + 1):
        row.pk = number


def reader_of(field: Any, *, add: bool) -> Callable[[models.Model], Any]:
    """How a field's value becomes what the database takes; plain values of Django's plain fields are it already."""
    plain = type(field).__module__.startswith("django.db.models.fields") and not isinstance(
        field, models.JSONField | models.DateField | models.DecimalField | models.UUIDField
    )
    is_day = (
        type(field) in {models.DateField, models.DateTimeField}
        and not field.auto_now
        and not field.auto_now_add
    )
    name = field.attname
    days: dict[Any, Any] = {}  # moments and days of an import are mostly the same one in every row

    def value(row: models.Model) -> Any:
        found = getattr(row, name)
        if plain and type(found) in PLAIN:
            return found
        if is_day and found in days:
            return days[found]
        written = field.get_db_prep_save(field.pre_save(row, add), connection)
        if is_day:
            days[found] = written
        return written

    return value
