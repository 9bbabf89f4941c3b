"""Two rows that are one: what every merge shares, whatever is merged.

A row that was absorbed keeps its own and points at the kept one (`merged_into`). What had been merged into it before
points at the kept one too, so that nobody follows more than one step; the undo of a merge gives it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def held(first: Row, second: Row, lock: Callable[[Row], Row]) -> tuple[Row, Row]:
    """Both rows as they stand now, locked in one order for everybody: two who merge the same pair never wait for each other."""
    rows = {row.pk: lock(row) for row in sorted((first, second), key=lambda row: row.pk)}
    return rows[first.pk], rows[second.pk]


def gather(absorbed: Any, into: Any) -> list[int]:
    """What was merged into the absorbed row before points at the kept one from now on; their numbers, for the undo."""
    rows = type(absorbed).objects.system().filter(merged_into=absorbed)
    earlier = list(rows.values_list("pk", flat=True))
    rows.update(merged_into=into)
    return earlier


def give_back(earlier: Iterable[int], kept: Any, absorbed: Any) -> None:
    """The undo of `gather`: what still points at the kept row points at the one it was merged into first."""
    rows = type(absorbed).objects.system().filter(pk__in=earlier, merged_into=kept)
    rows.update(merged_into=absorbed)


def undone(merge: Row, *, by: Any, at: datetime) -> Row:
    """The merge stays as a row, with who undid it and when."""
    row: Any = merge
    row.undone_at, row.undone_by = at, by
    row.save(update_fields=["undone_at", "undone_by"])
    return merge
