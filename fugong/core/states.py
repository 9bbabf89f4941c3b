"""Statuses that change along a table of moves; a move that is not in the table is refused."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from fugong.core.refusals import refuse_if

Moves = Mapping[str, frozenset[str] | set[str]]


def why_not_move(moves: Moves, current: str, target: str, *, label: str = "") -> str:
    """Why a row in `current` may not go to `target`; empty when it may."""
    if target in moves.get(current, set()):
        return ""
    return _("This is not possible from the present state (%(state)s).") % {"state": label or current}


def move(row: Any, target: str, moves: Moves, *, field: str = "status") -> None:
    """Set the row's status along the table of moves; the caller saves the row."""
    label = str(getattr(row, f"get_{field}_display", lambda: "")())
    refuse_if(why_not_move(moves, getattr(row, field), target, label=label))
    setattr(row, field, target)
