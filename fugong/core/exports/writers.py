"""The files of exports: written with a watermark under a random name, removed when their time is over."""

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.core.models import Export
from fugong.core.sweeping import remove_unknown
from fugong.core.workbooks import writing

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "pdf": "application/pdf",
}


def forms_of(register: Any) -> tuple[str, ...]:
    """The kinds of file of a register; a map only where its rows have a position."""
    return ("xlsx", "csv", "geojson") if register.position else ("xlsx", "csv")


def folder() -> Path:
    return Path(settings.DATA_DIR) / "exports"


def path_of(export: Export) -> Path:
    return folder() / export.stored_as


def write(register: Any, export: Export, rows: Any, columns: Sequence[Any]) -> tuple[int, str]:
    """Write the file; returns the number of rows and the name it is stored under."""
    content, count = _content(register, export, rows, columns)
    return count, keep(export, content)


def keep(export: Export, content: bytes) -> str:
    """Put the content under a random name that nobody guesses; the name."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{secrets.token_urlsafe(24)}.{export.form}"
    descriptor = os.open(folder() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return name


def watermark(export: Export) -> str:
    """One line that says whose file this is, when and what for it was made, and until when it may be kept."""
    return _("Taken out by %(who)s on %(when)s for: %(purpose)s. Delete it after %(until)s.") % {
        "who": export.owner_label,
        "when": f"{timezone.localtime(export.at):%Y-%m-%d %H:%M}",
        "purpose": export.purpose,
        "until": f"{timezone.localtime(export.expires_at):%Y-%m-%d}",
    }


def _content(register: Any, export: Export, rows: Any, columns: Sequence[Any]) -> tuple[bytes, int]:
    heads = [str(column.label) for column in columns]
    if export.form == "geojson":
        return _geojson(register, export, rows, columns)
    lines = [[_cell(column.value(row)) for column in columns] for row in rows.iterator(chunk_size=2000)]
    if export.form == "csv":
        return writing.write_csv(heads, lines), len(lines)
    return writing.write_xlsx(heads, lines, sheet=str(register.label), note=watermark(export)), len(lines)


def _cell(value: Any) -> Any:
    """Moments in the zone of the site; everything that is no number, day or word as its text."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _geojson(register: Any, export: Export, rows: Any, columns: Sequence[Any]) -> tuple[bytes, int]:
    features = list(features_of(register, rows.iterator(chunk_size=2000), columns))
    collection = {"type": "FeatureCollection", "watermark": watermark(export), "features": features}
    return json.dumps(collection, ensure_ascii=False, default=str).encode(), len(features)


def features_of(register: Any, rows: Any, columns: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """The rows that have a position, as GeoJSON points (WGS-84)."""
    across, up = register.position
    for row in rows:
        x, y = getattr(row, across), getattr(row, up)
        if x is not None and y is not None:
            yield {
                "type": "Feature",
                "id": row.pk,
                "geometry": {"type": "Point", "coordinates": [round(x, 6), round(y, 6)]},
                "properties": {column.name: column.value(row) for column in columns},
            }


def sweep(at: datetime) -> int:
    """Delete files whose time is over or that belong to no export; returns how many. For the schedule."""
    kept = set(Export.objects.filter(expires_at__gt=at).values_list("stored_as", flat=True))
    return remove_unknown(folder(), kept, at)
