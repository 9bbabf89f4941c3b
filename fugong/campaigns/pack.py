"""The pack's part about territory: its areas, from areas.csv, and their outlines, from boundaries.geojson.

It stands here because the territory itself knows nothing of packs.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import Field

from fugong.campaigns.actions import take_in_risks
from fugong.campaigns.dated import Dated, Strict, Text
from fugong.campaigns.packs import Part, Problem
from fugong.campaigns.reading import PackFileError
from fugong.territory.rules import MAY_HOLD, Kind

COLUMNS = ("key", "parent", "kind", "name", "code", "longitude", "latitude")


class AreaRow(Strict):
    """One area: its key in the pack, its parent's key, what it is."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    parent: str = ""
    kind: Kind
    name: str = Field(min_length=1)
    code: str = Field(default="", pattern=r"^\d*$")
    longitude: float | None = None
    latitude: float | None = None
    boundary: dict[str, Any] | None = None


class LevelTitle(Strict):
    """What the place calls a level of the tree."""

    kind: Kind
    title: Text


class RiskLevel(Strict):
    """A risk level that areas may have, from low to high in the order of the file."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")
    name: Text


class AreaRating(Strict):
    """The risk level of an area (its key in areas.csv) from a day on; it holds for what lies below as well."""

    area: str
    level: list[Dated]


class TerritoryPart(Strict):
    level: list[LevelTitle] = []
    risk_level: list[RiskLevel] = []
    area_risk: list[AreaRating] = []
    areas: list[AreaRow]


def read(folder: Path) -> dict[str, Any]:
    """The rows of areas.csv with their outlines."""
    path = folder / "areas.csv"
    if not path.exists():
        raise PackFileError(Problem("areas.csv", "there is no such file"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    unknown = sorted(map(str, set(rows[0]) - set(COLUMNS))) if rows else []
    if unknown or not rows:
        sentence = f"unknown columns: {', '.join(unknown)}" if unknown else "there are no areas in it"
        raise PackFileError(Problem("areas.csv", sentence, line=1, allowed=COLUMNS))
    outlines = _outlines(folder / "boundaries.geojson")
    return {"areas": [_row(row, outlines) for row in rows]}


def _row(row: Mapping[str, str], outlines: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: row.get(name) or None for name in ("longitude", "latitude")}
    texts = {name: (row.get(name) or "").strip() for name in ("key", "parent", "kind", "name", "code")}
    return texts | numbers | {"boundary": outlines.get(texts["key"])}


def _outlines(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        return {feature["properties"]["key"]: feature["geometry"] for feature in features}
    except (ValueError, KeyError, TypeError) as error:
        sentence = f"is no GeoJSON whose features have a property `key` ({error})"
        raise PackFileError(Problem(path.name, sentence)) from None


def check(part: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """Keys are there once, parents come first and may hold their children; the campaign's area exists."""
    problems: list[Problem] = []
    kinds: dict[str, str] = {}
    for number, row in enumerate(part["areas"], start=2):
        if row["key"] in kinds:
            problems.append(
                Problem("areas.csv", f"the key {row['key']!r} is there twice", line=number, key="key")
            )
        if row["parent"] and row["parent"] not in kinds:
            problems.append(
                Problem(
                    "areas.csv",
                    f"the parent {row['parent']!r} does not stand above",
                    line=number,
                    key="parent",
                )
            )
        elif row["parent"] and row["kind"] not in MAY_HOLD[kinds[row["parent"]]]:
            allowed = tuple(sorted(MAY_HOLD[kinds[row["parent"]]]))
            problems.append(
                Problem(
                    "areas.csv",
                    f"a {row['kind']} cannot stand here",
                    line=number,
                    key="kind",
                    allowed=allowed,
                )
            )
        kinds[row["key"]] = row["kind"]
    area = others["pack"]["campaign"]["area"]
    if area not in kinds:
        problems.append(
            Problem("pack.toml", f"the campaign's area {area!r} is no key of areas.csv", key="campaign.area")
        )
    return [*problems, *_wrong_ratings(part, tuple(kinds))]


def _wrong_ratings(part: Mapping[str, Any], areas: tuple[str, ...]) -> list[Problem]:
    """Ratings of areas or with levels that the pack does not have."""
    levels = tuple(row["key"] for row in part["risk_level"])
    unknown = [
        Problem("territory.toml", f"there is no area {row['area']!r}", key="area_risk.area", allowed=areas)
        for row in part["area_risk"]
        if row["area"] not in areas
    ]
    return unknown + [
        Problem(
            "territory.toml",
            f"there is no risk level {value['value']!r}",
            key="area_risk.level",
            allowed=levels,
        )
        for row in part["area_risk"]
        for value in row["level"]
        if value["value"] not in levels
    ]


def load(*, campaign: Any, part: Mapping[str, Any], by: Any, at: datetime) -> None:
    """The pack's ratings of areas; what persons have set since stays, and a later day counts."""
    areas = {row["key"]: row for row in part["areas"]}
    rows = [{**areas[row["area"]], "level": row["level"]} for row in part.get("area_risk", [])]
    take_in_risks(campaign=campaign, rows=rows, by=by, at=at)


PART = Part(
    name="territory",
    schema=TerritoryPart,
    load=load,
    check=check,
    also=("areas.csv", "boundaries.geojson"),
    read=read,
    tables={"areas": "areas.csv"},
)
