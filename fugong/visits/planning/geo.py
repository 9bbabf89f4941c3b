"""Distances on the ground and the minutes they take: straight lines, a detour factor and a mean speed."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088
ROUNDING = 1e-6

Point = tuple[float, float]
"""(longitude, latitude) in degrees, WGS 84."""


def haversine_km(a: Point, b: Point) -> float:
    """Great-circle distance in kilometres between two (longitude, latitude) points."""
    lon_a, lat_a, lon_b, lat_b = map(math.radians, (*a, *b))
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def distances_km(points: list[Point], others: list[Point]) -> NDArray[np.float64]:
    """Great-circle distances in kilometres, shape (points, others)."""
    lon, lat = _radians(points)
    lons, lats = _radians(others)
    half = np.sin((lats[None, :] - lat[:, None]) / 2) ** 2
    half += np.cos(lat)[:, None] * np.cos(lats)[None, :] * np.sin((lons[None, :] - lon[:, None]) / 2) ** 2
    result: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, half)))
    return result


def _radians(points: list[Point]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    angles = np.radians(np.array(points, dtype=np.float64).reshape(-1, 2))
    return angles[:, 0], angles[:, 1]


def whole_minutes(minutes: float) -> int:
    """Minutes rounded up to whole ones: a plan is read by people, and a plan that is early is kept."""
    return max(0, math.ceil(minutes - ROUNDING))
