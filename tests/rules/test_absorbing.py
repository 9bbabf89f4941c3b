"""What every merge shares: one order of locks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from fugong.core import absorbing


def test_whoever_is_kept_the_lower_number_is_locked_first() -> None:
    """Two who merge the same pair the other way round, or undo it meanwhile, never wait for each other."""
    locked: list[int] = []

    def lock(row: Any) -> Any:
        locked.append(row.pk)
        return SimpleNamespace(pk=row.pk, fresh=True)

    first, second = SimpleNamespace(pk=7), SimpleNamespace(pk=3)
    for pair in ((first, second), (second, first)):
        rows: Any = absorbing.held(*pair, lock)  # type: ignore[type-var]
        assert [row.pk for row in rows] == [row.pk for row in pair] and all(row.fresh for row in rows)
    assert locked == [3, 7, 3, 7]
