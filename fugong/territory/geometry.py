"""Outlines and positions on the ground: centres, containment, distances, and the shifted coordinates of map vendors."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

Position = tuple[float, float]  # (longitude, latitude), WGS-84 degrees
Ring = Sequence[Sequence[float]]
EARTH_KM = 6371.0088


def rings_of(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    """The outer rings of a GeoJSON Polygon or MultiPolygon."""
    if geometry.get("type") == "Polygon":
        yield geometry["coordinates"][0]
    elif geometry.get("type") == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield polygon[0]


def why_not_boundary(geometry: Mapping[str, Any]) -> str:
    """Why this cannot be an outline; empty when it can."""
    try:
        rings = list(rings_of(geometry))
        positions = [(float(x), float(y)) for ring in rings for x, y, *_rest in ring]
    except (KeyError, IndexError, TypeError, ValueError):
        return _("The outline is not a GeoJSON polygon.")
    if not rings or any(len(ring) < 4 for ring in rings):
        return _("The outline needs at least three corners.")
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in positions):
        return _("The outline is not in degrees of longitude and latitude.")
    return ""


def centre_of(geometry: Mapping[str, Any]) -> Position:
    """The centroid of the largest ring (area-weighted, shoelace formula)."""
    ring = max(rings_of(geometry), key=lambda ring: abs(_signed_area(ring)))
    area = _signed_area(ring)
    if area == 0:
        return float(ring[0][0]), float(ring[0][1])
    x = y = 0.0
    for (x0, y0, *_a), (x1, y1, *_b) in itertools.pairwise(ring):
        cross = x0 * y1 - x1 * y0
        x, y = x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return x / (6 * area), y / (6 * area)


def _signed_area(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) / 2


def contains(geometry: Mapping[str, Any], position: Position) -> bool:
    """Whether the position lies inside the outline (even-odd rule; holes are honoured)."""
    polygons = (
        [geometry["coordinates"]] if geometry.get("type") == "Polygon" else geometry.get("coordinates", [])
    )
    return any(
        _inside(polygon[0], position) and not any(_inside(hole, position) for hole in polygon[1:])
        for polygon in polygons
    )


def _inside(ring: Ring, position: Position) -> bool:
    x, y = position
    inside = False
    for (x0, y0, *_a), (x1, y1, *_b) in itertools.pairwise(ring):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside


def kilometres(a: Position, b: Position) -> float:
    """Great-circle distance (haversine)."""
    (x0, y0), (x1, y1) = ((math.radians(value) for value in position) for position in (a, b))
    h = math.sin((y1 - y0) / 2) ** 2 + math.cos(y0) * math.cos(y1) * math.sin((x1 - x0) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


# The shift of GCJ-02 against WGS-84 as published: an ellipsoid (Krasovsky 1940) and trigonometric noise in metres.
_A, _E2 = 6378245.0, 0.00669342162296594323


def to_gcj02(position: Position) -> Position:
    """WGS-84 to GCJ-02, the shifted coordinates that Chinese map vendors must use; unchanged outside China's box."""
    longitude, latitude = position
    if not (72.004 <= longitude <= 137.8347 and 0.8293 <= latitude <= 55.8271):
        return position
    x, y = longitude - 105.0, latitude - 35.0
    east, north = _east_metres(x, y), _north_metres(x, y)
    sine = math.sin(math.radians(latitude))
    magic = 1 - _E2 * sine * sine
    north_degrees = north * 180 / ((_A * (1 - _E2)) / (magic * math.sqrt(magic)) * math.pi)
    east_degrees = east * 180 / (_A / math.sqrt(magic) * math.cos(math.radians(latitude)) * math.pi)
    return longitude + east_degrees, latitude + north_degrees


def _waves(value: float, scale: float) -> float:
    return 20.0 * math.sin(6 * value * math.pi) + 20.0 * math.sin(2 * value * math.pi) * scale


def _east_metres(x: float, y: float) -> float:
    base = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    waves = _waves(x, 1.0) + 20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3 * math.pi)
    return base + (waves + 150.0 * math.sin(x / 12 * math.pi) + 300.0 * math.sin(x / 30 * math.pi)) * 2 / 3


def _north_metres(x: float, y: float) -> float:
    base = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    waves = _waves(x, 1.0) + 20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3 * math.pi)
    return base + (waves + 160.0 * math.sin(y / 12 * math.pi) + 320.0 * math.sin(y * math.pi / 30)) * 2 / 3


def from_gcj02(position: Position) -> Position:
    """GCJ-02 to WGS-84 by three rounds of iteration (error below a millimetre)."""
    longitude, latitude = position
    for _round in range(3):
        x, y = to_gcj02((longitude, latitude))
        longitude, latitude = longitude + position[0] - x, latitude + position[1] - y
    return longitude, latitude


def from_bd09(position: Position) -> Position:
    """BD-09 (Baidu) to WGS-84, by way of GCJ-02."""
    x, y = position[0] - 0.0065, position[1] - 0.006
    turn = math.pi * 3000.0 / 180.0
    radius = math.hypot(x, y) - 0.00002 * math.sin(y * turn)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * turn)
    return from_gcj02((radius * math.cos(angle), radius * math.sin(angle)))


def to_wgs84(position: Position, system: str) -> Position:
    """A position given in `wgs84`, `gcj02` or `bd09` as WGS-84."""
    if system == "gcj02":
        return from_gcj02(position)
    return from_bd09(position) if system == "bd09" else position
