"""Files that came with filled forms, until the forms are visits; afterwards only the re-encoded photos stay."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from fugong.core.sweeping import remove_unknown


def folder() -> Path:
    return Path(settings.UPLOADS_DIR) / "collect"


def place_of(stored_as: str) -> Path:
    """Where a file that came with a form lies."""
    return folder() / stored_as[:2] / stored_as


def store(content: bytes) -> str:
    """Put the bytes on the disk under a random name and return it."""
    name = f"{uuid4().hex}.raw"
    path = place_of(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return name


def sweep(kept: Collection[str], at: datetime) -> int:
    """Delete the files of which no row speaks (any more)."""
    return remove_unknown(folder(), kept, at)
