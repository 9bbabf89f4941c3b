"""Plane geometry of a made-up town: a mesh of shared vertices, cuts, natural borders, coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import cos, pi, radians, sin, sqrt

import numpy as np

from .dice import Floats, Rng

EARTH_RADIUS = 6_371_008.8
Point = tuple[float, float]
Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north of a centre; at 13 km across the error against the ellipsoid is under 0.5 %."""

    lon: float
    lat: float

    def to_lonlat(self, xy: Floats) -> list[Point]:
        """(n, 2) metres to WGS-84 degrees rounded to 0.1 m."""
        scale = pi / 180 * EARTH_RADIUS
        lon = self.lon + xy[:, 0] / (scale * cos(radians(self.lat)))
        lat = self.lat + xy[:, 1] / scale
        return [(round(float(a), 6), round(float(b), 6)) for a, b in zip(lon, lat, strict=True)]

    def to_xy(self, points: list[Point] | tuple[Point, ...]) -> Floats:
        """WGS-84 degrees to (n, 2) metres."""
        scale = pi / 180 * EARTH_RADIUS
        degrees = np.asarray(points, dtype=float) - (self.lon, self.lat)
        return degrees * (scale * cos(radians(self.lat)), scale)


def area(ring: Floats) -> float:
    """Signed area of a ring without a repeated last point; positive when counter-clockwise."""
    x, y = ring[:, 0], ring[:, 1]
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


class Region:
    """A ring made ready for many tests of single points."""

    def __init__(self, ring: Floats) -> None:
        following = np.roll(ring, -1, axis=0)
        rise = following[:, 1] - ring[:, 1]
        self._low, self._high = (
            np.minimum(ring[:, 1], following[:, 1]),
            np.maximum(ring[:, 1], following[:, 1]),
        )
        self._x, self._y = ring[:, 0], ring[:, 1]
        self._slope = (following[:, 0] - ring[:, 0]) / np.where(rise == 0, 1, rise)

    def has(self, x: float, y: float) -> bool:
        """Whether the point lies inside (even-odd rule)."""
        hit = np.flatnonzero((self._low <= y) & (y < self._high))
        return bool(np.count_nonzero(x < self._x[hit] + (y - self._y[hit]) * self._slope[hit]) % 2)


@dataclass(slots=True)
class Mesh:
    """Counter-clockwise rings over shared vertices: a border's new vertex is its neighbour's too."""

    points: list[Point]
    rings: dict[str, list[int]] = field(default_factory=dict)

    def xy(self, key: str) -> Floats:
        """The ring's corner points, (n, 2)."""
        return np.asarray([self.points[i] for i in self.rings[key]])

    def cut(self, key: str, share: float, parts: tuple[str, str]) -> None:
        """Replace a convex ring by two, the first with `share` of its area, cut across its length."""
        ring = self.xy(key)
        centred = ring - ring.mean(axis=0)
        axis = np.linalg.svd(centred, full_matrices=False)[2][0]
        offset = _offset_of_share(ring, axis, share)
        first, second = self._crossings(key, axis, offset)
        a, b = (self._insert(edge, at) for edge, at in (first, second))
        loop = self.rings.pop(key)
        i, j = sorted((loop.index(a), loop.index(b)))
        pieces = [loop[i : j + 1], loop[j:] + loop[: i + 1]]
        heights = [np.mean([np.dot(self.points[v], axis) for v in piece]) for piece in pieces]
        if heights[0] > heights[1]:
            pieces.reverse()
        self.rings[parts[0]], self.rings[parts[1]] = pieces

    def _crossings(self, key: str, axis: Floats, offset: float) -> list[tuple[Edge, Point]]:
        loop, found = self.rings[key], []
        for a, b in zip(loop, loop[1:] + loop[:1], strict=True):
            p, q = np.asarray(self.points[a]), np.asarray(self.points[b])
            below, above = float(p @ axis - offset), float(q @ axis - offset)
            if (below > 0) != (above > 0):
                at = p + (q - p) * (below / (below - above))
                found.append(((a, b), (float(at[0]), float(at[1]))))
        if len(found) != 2:
            raise ValueError("a cut must cross a convex ring exactly twice")
        return found

    def _insert(self, edge: Edge, at: Point) -> int:
        """A new vertex on an edge, in every ring that has this edge."""
        self.points.append(at)
        new = len(self.points) - 1
        for loop in self.rings.values():
            for i, vertex in enumerate(loop):
                following = loop[(i + 1) % len(loop)]
                if {vertex, following} == set(edge):
                    loop.insert(i + 1, new)
                    break
        return new

    def outline(self, keys: list[str]) -> list[list[int]]:
        """The outer borders of the union of some rings, each a loop of vertices."""
        edges = {
            edge
            for key in keys
            for edge in zip(self.rings[key], self.rings[key][1:] + self.rings[key][:1], strict=True)
        }
        onward = {a: b for a, b in sorted(edges) if (b, a) not in edges}
        loops = []
        while onward:
            loop = [min(onward)]
            while (following := onward.pop(loop[-1], None)) is not None:
                loop.append(following)
            loops.append(loop[:-1])
        return loops


def _offset_of_share(ring: Floats, axis: Floats, share: float) -> float:
    heights = ring @ axis
    low, high, wanted = float(heights.min()), float(heights.max()), share * area(ring)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _area_below(ring, axis, middle) < wanted else (low, middle)
    return (low + high) / 2


def _area_below(ring: Floats, axis: Floats, offset: float) -> float:
    kept: list[Floats] = []
    for p, q in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        below, above = float(p @ axis) - offset, float(q @ axis) - offset
        if below <= 0:
            kept.append(p)
        if (below <= 0) != (above <= 0):
            kept.append(p + (q - p) * (below / (below - above)))
    return area(np.asarray(kept)) if len(kept) > 2 else 0.0


def natural_borders(mesh: Mesh, rng: Rng, roughness: float, step: float) -> dict[Edge, Floats]:
    """For every edge (low vertex first) its points from start to end, bent by midpoint displacement.

    `roughness` is the largest bend as a share of the edge's length, `step` the shortest piece. Both
    neighbours of an edge get the same points, so rings still fit without gap or overlap.
    """
    edges = {
        (min(a, b), max(a, b))
        for ring in mesh.rings.values()
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True)
    }
    return {(a, b): _bent(mesh.points[a], mesh.points[b], rng, roughness, step) for a, b in sorted(edges)}


def _bent(start: Point, end: Point, rng: Rng, roughness: float, step: float) -> Floats:
    line = np.asarray([start, end])
    length = float(np.hypot(*(line[1] - line[0])))
    while length > step:
        along = np.diff(line, axis=0)
        bend = roughness * rng.uniform(-1, 1, len(along))[:, None]
        middles = line[:-1] + along / 2 + np.column_stack([-along[:, 1], along[:, 0]]) * bend
        woven = np.empty((len(line) + len(middles), 2))
        woven[0::2], woven[1::2] = line, middles
        line, length = woven, length / 2
    return line


def drawn(loop: list[int], borders: dict[Edge, Floats]) -> Floats:
    """The points of a loop along its natural borders, without a repeated last point."""
    pieces = []
    for a, b in zip(loop, loop[1:] + loop[:1], strict=True):
        pieces.append(borders[a, b][:-1] if (a, b) in borders else borders[b, a][:0:-1])
    return np.concatenate(pieces)


def longest_chord(ring: Floats, origin: Floats, direction: Floats) -> tuple[Floats, Floats] | None:
    """The longest piece of a straight line that lies inside the ring, or None when the line misses it."""
    normal = np.asarray([-direction[1], direction[0]])
    side = (ring - origin) @ normal
    ahead = np.roll(side, -1)
    crossing = (side > 0) != (ahead > 0)
    if not crossing.any():
        return None
    share = (side[crossing] / (side[crossing] - ahead[crossing]))[:, None]
    at = ring[crossing] + (np.roll(ring, -1, axis=0)[crossing] - ring[crossing]) * share
    along = np.sort((at - origin) @ direction).reshape(-1, 2)
    low, high = along[np.argmax(along[:, 1] - along[:, 0])]
    return origin + direction * low, origin + direction * high


def to_gcj02(point: Point) -> Point:
    """WGS-84 to GCJ-02, the shifted system of Chinese map services (the formula in general use, about 1 m).

    Written here apart from the product's own conversion, so that one can be checked against the other.
    """
    axis, flattening = 6_378_245.0, 0.00669342162296594323
    x, y = point[0] - 105.0, point[1] - 35.0
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    latitude = radians(point[1])
    magic = 1 - flattening * sin(latitude) ** 2
    north = north * 180 / ((axis * (1 - flattening)) / (magic * sqrt(magic)) * pi)
    east = east * 180 / (axis / sqrt(magic) * cos(latitude) * pi)
    return round(point[0] + east, 6), round(point[1] + north, 6)
