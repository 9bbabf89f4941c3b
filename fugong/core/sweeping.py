"""Removes stored files that no row speaks of (any more): what a rolled back transaction wrote, and what is over."""

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

# A file is written before the row that names it is committed: younger ones may still be waited for.
AT_LEAST = timedelta(hours=1)


def remove_unknown(folder: Path, kept: Collection[str], at: datetime) -> int:
    """Delete the files in the folder and below it whose name is not `kept`; returns how many went."""
    gone = 0
    for path in folder.rglob("*.*") if folder.exists() else []:
        is_old = at.timestamp() - path.stat().st_mtime > AT_LEAST.total_seconds()
        if is_old and path.is_file() and path.name not in kept:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
