"""From files and texts to division lists and outlines."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from django.utils.translation import gettext as _

from fugong.core.refusals import Refused
from fugong.territory.actions import Division

COLUMNS = ("code", "name", "level", "parent_code")
LARGEST_FILE = 10 * 1024 * 1024


def divisions_of(content: bytes) -> list[Division]:
    """The rows of a division list (CSV with code, name, level, parent_code; UTF-8 or GB 18030). Raises `Refused`."""
    rows = csv.DictReader(io.StringIO(_text(content), newline=""))
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or [])]
    if missing:
        raise Refused(_("The list has no column %(names)s.") % {"names": ", ".join(missing)})
    return [
        Division(*(str(row[name] or "").strip() for name in COLUMNS)) for row in rows if any(row.values())
    ]


def _text(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise Refused(_("The file is larger than 10 MB."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(_("The file is neither UTF-8 nor GB 18030 text."))


def geojson_of(content: bytes) -> dict[str, Any]:
    """A GeoJSON object of a file or a pasted text. Raises `Refused`."""
    try:
        value = json.loads(_text(content))
    except (json.JSONDecodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refused(_("This is not GeoJSON."))
    return value


def outline_of(content: bytes) -> dict[str, Any]:
    """The one outline in a geometry, a feature or a collection of one feature. Raises `Refused`."""
    value: Any = geojson_of(content)
    if value.get("type") == "FeatureCollection":
        features = value.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise Refused(_("The file must hold exactly one outline."))
        value = features[0]
    geometry = value.get("geometry") if isinstance(value, dict) and value.get("type") == "Feature" else value
    if not isinstance(geometry, dict):
        raise Refused(_("This is not GeoJSON."))
    return geometry
