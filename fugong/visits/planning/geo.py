"""Distances on the ground and the minutes they take: straight lines, a detour factor and a mean speed."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088
ROUNDING = 1e-6
SHORT_CHORD = 0.03
"""Of a ball of radius 1: about 190 km on the ground."""

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
    return distances_between(on_sphere(points), on_sphere(others))


def on_sphere(points: list[Point]) -> NDArray[np.float64]:
    """The points on a ball of radius 1, shape (3, points)."""
    lon, lat = np.radians(np.array(points, dtype=np.float64).reshape(-1, 2)).T
    return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def distances_between(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """Great-circle distances in kilometres between points of `on_sphere`, shape (here, there).

    From the straight line through the ball, chord c: 2 asin(c / 2), by its series c + c^3/24 + 3 c^5/640 where c is
    short, which is exact to a micrometre and much quicker than an arc sine.
    """
    square: NDArray[np.float64] = np.subtract.outer(here[0], there[0]) ** 2
    for axis in (1, 2):
        step = np.subtract.outer(here[axis], there[axis])
        step *= step
        square += step
    chord: NDArray[np.float64] = np.sqrt(square)
    if square.size and square.max() > SHORT_CHORD**2:
        return 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, chord / 2))
    square *= square * (3 / 640) + 1 / 24
    square += 1
    square *= chord
    square *= EARTH_RADIUS_KM
    return square


def whole_minutes(minutes: float) -> int:
    """Minutes rounded up to whole ones: a plan is read by people, and a plan that is early is kept."""
    return max(0, math.ceil(minutes - ROUNDING))
