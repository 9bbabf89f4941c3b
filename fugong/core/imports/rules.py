"""What stands against each step of an import."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from fugong.core.rules import IMPORT_MOVES

MOVES = IMPORT_MOVES


SMALL = 2000  # rows up to which an import runs while the page waits
NAMED = 5  # rows named in a refusal; the rest is counted


def why_not_map(status: str, cursor: int) -> str:
    """Why the columns may not be assigned (again) now."""
    if status not in {"mapping", "checked"} or cursor:
        return _("Rows have already been taken in. Undo the import first.")
    return ""


def why_not_columns(missing: Sequence[str], twice: Sequence[str]) -> str:
    """Why these columns will not do: a required field without one, or a field with two."""
    if missing:
        return _("Choose the column for: %(fields)s.") % {"fields": "、".join(missing)}
    return _("Only one column can be: %(fields)s.") % {"fields": "、".join(twice)} if twice else ""


def why_not_start(status: str, total: int, same_file: bool, again: bool) -> str:
    """Why rows may not be taken in now; the very same file needs a second word."""
    if status not in {"checked", "failed"} or not total:
        return _("Check the rows first.")
    if same_file and not again:
        return _("This very file was taken in before. Tick the box if you want to take it in once more.")
    return ""


def why_not_stop(status: str) -> str:
    return "" if status == "running" else _("The import is not running.")


def why_not_undo(status: str, cursor: int, used: Sequence[str] = ()) -> str:
    """Why the import may not be undone; `used` are sentences on rows that were used or changed since."""
    if status == "running":
        return _("Stop the import first.")
    if status not in {"done", "failed", "checked"} or not cursor:
        return _("There is nothing to undo.")
    if not used:
        return ""
    shown = " ".join(used[:NAMED])
    rest = _("And %(count)d more.") % {"count": len(used) - NAMED} if len(used) > NAMED else ""
    return _("The import cannot be undone, because its rows were worked with since: %(rows)s") % {
        "rows": f"{shown} {rest}".strip()
    }


def is_held(lease_until: datetime | None, now: datetime) -> bool:
    """Whether a worker holds the import at this moment."""
    return lease_until is not None and lease_until > now


def year_of(at: datetime | date) -> int:
    """The year that dates without one are completed with."""
    return at.year
