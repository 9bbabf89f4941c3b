"""Draws the fictional town of packs/demo again: positions and grids in areas.csv, outlines in boundaries.geojson.

Usage: python tools/draw_demo_town.py. The names of the villages are data: they are read from areas.csv, kept, and
laid out in their order from the demo's seed.
"""

import csv
import json
from pathlib import Path
from typing import Any

from fugong.demo import SEED
from fugong.demo.town import Layout

PACK = Path(__file__).resolve().parent.parent / "packs" / "demo"
CENTRE = (112.8, 23.2)  # an arbitrary spot: the town is nowhere
COLUMNS = ("key", "parent", "kind", "name", "code", "longitude", "latitude")
DIGITS = 5  # about one metre


def main() -> None:
    """Lay the town out and write both files."""
    with (PACK / "areas.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    above = [row for row in rows if row["kind"] in {"province", "city", "county", "town"}]
    names = [row["name"] for row in rows if row["kind"] in {"village", "park"}]
    layout = Layout.make(SEED, names, CENTRE, town=above[-1]["name"], county=above[-2]["name"])
    for row in above:
        row["longitude"], row["latitude"] = (str(degree) for degree in CENTRE)
    write_areas(above, layout)
    write_boundaries(layout)


def write_areas(above: list[dict[str, str]], layout: Layout) -> None:
    """areas.csv: what is above the villages as it was, then villages and grids from the layout."""
    rows: list[dict[str, Any]] = list(above)
    for village in layout.villages:
        kind = "park" if village.kind == "park" else "village"
        rows.append(_row(village.key, above[-1]["key"], kind, village.name, village.ring))
    for grid in layout.grids:
        rows.append(_row(grid.key, grid.village, "grid", grid.name, grid.ring))
    with (PACK / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _row(
    key: str, parent: str, kind: str, name: str, ring: tuple[tuple[float, float], ...]
) -> dict[str, Any]:
    longitude, latitude = _middle(ring)
    place = {"longitude": round(longitude, DIGITS), "latitude": round(latitude, DIGITS)}
    return {"key": key, "parent": parent, "kind": kind, "name": name, "code": "", **place}


def _middle(ring: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    """The centre of gravity of a ring."""
    x0, y0 = ring[0]
    total = sum_x = sum_y = 0.0
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        cross = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        total += cross
        sum_x += (x1 + x2 - 2 * x0) * cross
        sum_y += (y1 + y2 - 2 * y0) * cross
    return x0 + sum_x / (3 * total), y0 + sum_y / (3 * total)


def write_boundaries(layout: Layout) -> None:
    """boundaries.geojson: town, villages and grids, one feature a line, keys as in areas.csv."""
    features = [
        feature for feature in layout.geojson()["features"] if feature["geometry"]["type"] == "Polygon"
    ]
    lines = []
    for feature in features:
        rings = [
            [[round(degree, DIGITS) for degree in point] for point in ring]
            for ring in feature["geometry"]["coordinates"]
        ]
        small = {
            "type": "Feature",
            "properties": {"key": feature["properties"]["key"]},
            "geometry": {"type": "Polygon", "coordinates": rings},
        }
        lines.append(json.dumps(small, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    (PACK / "boundaries.geojson").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
