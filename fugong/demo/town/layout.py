"""The map of a made-up town: villages that tile an outline, grids in the bigger ones, streets across all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from scipy.spatial import Voronoi

from . import geometry
from .dice import Floats, Rng, apportion, stream, whole
from .geometry import Mesh, Plane, Point
from .words import STREET_KINDS, STREET_SYLLABLES

TOWN_AREA = 130e6  # square metres
GRIDS = 60
GRIDDED_SHARE = 0.6
STREET_SPACING = 600.0  # metres
KINDS = {"社区": "community", "居委会": "community", "园": "park", "园区": "park", "工业区": "park"}
DENSITY = {"park": 4.0, "community": 2.5, "village": 1.0}


@dataclass(frozen=True, slots=True)
class Village:
    """A village, community or development park; `ring` is WGS-84, counter-clockwise, not closed."""

    key: str
    name: str
    kind: str
    ring: tuple[Point, ...]
    area_m2: float
    weight: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A working grid; the grids of a village tile it."""

    key: str
    name: str
    village: str
    ring: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Street:
    """The straight part of a street inside one village; the same name may run on in the next."""

    name: str
    village: str
    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Layout:
    """A town on the ground. Names come from the caller; the shapes come from the seed."""

    seed: int
    town: str
    county: str
    centre: Point
    outline: tuple[Point, ...]
    villages: tuple[Village, ...]
    grids: tuple[Grid, ...]
    streets: tuple[Street, ...]

    @classmethod
    def make(
        cls,
        seed: int,
        villages: Sequence[str] | int,
        centre: Point,
        *,
        town: str = "",
        county: str = "",
        streets: Sequence[str] = (),
    ) -> Layout:
        """A town of about 130 square kilometres round `centre` (lon, lat).

        `villages` are their names, in the order wanted back, or only how many; a name's last word tells
        communities and parks from villages. Raises ValueError below 4 villages.
        """
        names = _numbered(villages) if isinstance(villages, int) else list(villages)
        if len(names) < 4:
            raise ValueError("a town needs at least 4 villages")
        plane = Plane(*centre)
        mesh, keys = _mesh(seed, len(names))
        keyed = _by_place(stream(seed, "names"), mesh, keys, names)
        counts = _grid_counts(mesh, keyed)
        grid_keys = {key: _cut(mesh, key, counts.get(key, 0)) for key, _, _ in keyed}
        borders = geometry.natural_borders(mesh, stream(seed, "borders"), 0.07, 0.06)
        outline = geometry.drawn(mesh.outline(keys)[0], borders)
        size = sqrt(TOWN_AREA / geometry.area(outline))
        rings = {key: geometry.drawn(loop, borders) * size for key, loop in mesh.rings.items()}
        made = tuple(_village(stream(seed, "weight", row[0]), plane, row, rings[row[0]]) for row in keyed)
        grids = [
            Grid(f"{key}-{n:02d}", f"{name}{n}号网格", key, tuple(plane.to_lonlat(rings[piece])))
            for key, name, _ in keyed
            for n, piece in enumerate(grid_keys[key], start=1)
        ]
        lines = _streets(stream(seed, "streets"), plane, {key: rings[key] for key in keys}, list(streets))
        ring = tuple(plane.to_lonlat(outline * size))
        return cls(seed, town, county, centre, ring, made, tuple(grids), lines)

    @property
    def plane(self) -> Plane:
        """The local plane in metres in which the town was drawn."""
        return Plane(*self.centre)

    def village(self, key: str) -> Village:
        """The village with this key."""
        return next(village for village in self.villages if village.key == key)

    def geojson(self) -> dict[str, Any]:
        """Outline, villages, grids and streets as one FeatureCollection in WGS-84."""
        features = [_feature([self.outline], key="town", name=self.town, kind="town")]
        features += [_feature([v.ring], key=v.key, name=v.name, kind=v.kind) for v in self.villages]
        features += [
            _feature([g.ring], key=g.key, name=g.name, kind="grid", village=g.village) for g in self.grids
        ]
        features += [
            {
                "type": "Feature",
                "properties": {"kind": "street", "name": s.name, "village": s.village},
                "geometry": {"type": "LineString", "coordinates": [list(s.start), list(s.end)]},
            }
            for s in self.streets
        ]
        return {"type": "FeatureCollection", "features": features}


def _feature(rings: Sequence[Sequence[Point]], **properties: str) -> dict[str, Any]:
    closed = [[list(point) for point in (*ring, ring[0])] for ring in rings]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": closed},
    }


def _numbered(count: int) -> list[str]:
    communities, parks = count // 5, count // 10
    villages = count - communities - parks
    names = [f"{n:02d}号村" for n in range(1, villages + 1)]
    names += [f"{n:02d}号社区" for n in range(1, communities + 1)]
    return names + [f"{n:02d}号园区" for n in range(1, parks + 1)]


def kind_of(name: str) -> str:
    """Whether a name is of a community, a park or (anything else) a village."""
    return next((kind for ending, kind in KINDS.items() if name.endswith(ending)), "village")


def _mesh(seed: int, count: int) -> tuple[Mesh, list[str]]:
    """Cells of `count` sites inside a ring of more sites; redrawn in the rare case of a hole or an island."""
    for attempt in range(50):
        sites = _sites(stream(seed, "sites", str(attempt)), count)
        cells = Voronoi(sites)
        mesh = Mesh([(float(x), float(y)) for x, y in cells.vertices])
        keys = [f"v{n:02d}" for n in range(1, count + 1)]
        for n, key in enumerate(keys):
            corners = cells.regions[cells.point_region[n]]
            mesh.rings[key] = _turned(cells.vertices, corners, sites[n])
        if len(mesh.outline(keys)) == 1:
            return mesh, keys
    raise ValueError("no town in one piece could be drawn")


def _turned(vertices: Floats, corners: list[int], site: Floats) -> list[int]:
    around = vertices[corners] - site
    order = np.argsort(np.arctan2(around[:, 1], around[:, 0]))
    return [int(corners[i]) for i in order]


def _sites(rng: Rng, count: int) -> Floats:
    """Jittered honeycomb, denser in the middle; the first `count` rows are the town's, the rest its rim."""
    reach = int(sqrt(count)) + 4
    columns, rows = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
    comb = np.column_stack([(columns + 0.5 * (rows % 2)).ravel(), (rows * sqrt(3) / 2).ravel()])
    comb = comb + rng.uniform(-0.27, 0.27, comb.shape)
    distance = np.hypot(*comb.T)
    angle = np.arctan2(comb[:, 1], comb[:, 0])
    phases = rng.uniform(0, 2 * np.pi, 3)
    shape = 1 + 0.20 * np.cos(2 * angle + phases[0]) + 0.10 * np.cos(3 * angle + phases[1])
    order = np.argsort(distance / (shape + 0.05 * np.cos(5 * angle + phases[2])), kind="stable")
    edge = sqrt(count * sqrt(3) / 2 / np.pi)
    squeeze = 0.72 + 0.28 * np.minimum(distance / edge, 1.6)
    return np.asarray((comb * squeeze[:, None])[order], dtype=float)


def _by_place(rng: Rng, mesh: Mesh, keys: list[str], names: list[str]) -> list[tuple[str, str, str]]:
    """(key, name, kind) in the order of the names; communities get the middle of the town, parks its rim."""
    far = {key: float(np.hypot(*mesh.xy(key).mean(axis=0))) for key in keys}
    free = sorted(keys, key=far.__getitem__)
    kinds = [kind_of(name) for name in names]
    given: dict[int, str] = {}
    for n in (n for n, kind in enumerate(kinds) if kind == "community"):
        given[n] = free.pop(0)
    for n in (n for n, kind in enumerate(kinds) if kind == "park"):
        given[n] = free.pop(-1 - int(rng.integers(max(1, len(free) // 3))))
    rest = [free[i] for i in rng.permutation(len(free))]
    for n in (n for n in range(len(names)) if n not in given):
        given[n] = rest.pop()
    return [(given[n], names[n], kinds[n]) for n in range(len(names))]


def _grid_counts(mesh: Mesh, keyed: list[tuple[str, str, str]]) -> dict[str, int]:
    """How many grids the bigger villages (and every park) get; the rest are one grid each by themselves."""
    size = {key: geometry.area(mesh.xy(key)) * sqrt(DENSITY[kind]) for key, _, kind in keyed}
    gridded = sorted(size, key=size.__getitem__, reverse=True)[
        : min(GRIDS // 2, round(GRIDDED_SHARE * len(size)))
    ]
    return dict(zip(gridded, apportion([size[key] for key in gridded], GRIDS, at_least=2), strict=True))


def _cut(mesh: Mesh, village: str, count: int) -> list[str]:
    """Cut a village into `count` grids of equal area; its own ring stays and gains their vertices."""
    if count < 2:
        return []
    mesh.rings[f"{village}/"] = list(mesh.rings[village])
    pieces, todo = [], [(f"{village}/", count)]
    while todo:
        key, parts = todo.pop(0)
        if parts == 1:
            pieces.append(key)
            continue
        left = parts // 2
        mesh.cut(key, left / parts, (f"{key}a", f"{key}b"))
        todo += [(f"{key}a", left), (f"{key}b", parts - left)]
    return sorted(pieces)


def _village(rng: Rng, plane: Plane, row: tuple[str, str, str], ring: Floats) -> Village:
    key, name, kind = row
    size = geometry.area(ring)
    weight = DENSITY[kind] * sqrt(size / 4e6) * float(rng.lognormal(0, 0.3))
    return Village(key, name, kind, tuple(plane.to_lonlat(ring)), size, weight)


def _streets(rng: Rng, plane: Plane, rings: dict[str, Floats], names: list[str]) -> tuple[Street, ...]:
    """A turned grid of streets across the town, kept as the longest piece in each village it crosses."""
    turn = float(rng.uniform(0, np.pi / 2))
    reach = max(float(np.abs(ring).max()) for ring in rings.values()) * 1.5
    offsets = np.arange(-reach, reach, STREET_SPACING)
    made: list[Street] = []
    for direction in (np.asarray([np.cos(turn), np.sin(turn)]), np.asarray([-np.sin(turn), np.cos(turn)])):
        across = np.asarray([-direction[1], direction[0]])
        for offset in offsets + rng.uniform(-90, 90, len(offsets)):
            chords = {
                key: geometry.longest_chord(ring, across * offset, direction) for key, ring in rings.items()
            }
            pieces = {
                key: chord
                for key, chord in chords.items()
                if chord and np.hypot(*(chord[1] - chord[0])) > 350
            }
            if pieces:
                name = names.pop(0) if names else _street_name(rng, {street.name for street in made})
                made += [Street(name, key, *plane.to_lonlat(np.asarray(pieces[key]))) for key in pieces]
    missing = [key for key in rings if key not in {street.village for street in made}]
    made += [_lane(rng, plane, key, rings[key], {street.name for street in made}) for key in missing]
    return tuple(made)


def _street_name(rng: Rng, taken: set[str]) -> str:
    while True:
        first, second = whole(rng.choice(len(STREET_SYLLABLES), 2, replace=False))
        kind = STREET_KINDS[int(rng.integers(len(STREET_KINDS)))]
        name = STREET_SYLLABLES[first] + STREET_SYLLABLES[second] + kind
        if name not in taken:
            return name


def _lane(rng: Rng, plane: Plane, village: str, ring: Floats, taken: set[str]) -> Street:
    """A street for a village so small that the town's grid misses it."""
    chord = geometry.longest_chord(ring, ring.mean(axis=0), np.asarray([1.0, 0.0]))
    if chord is None:
        raise ValueError("a village whose middle lies outside it cannot have a street")
    return Street(_street_name(rng, taken), village, *plane.to_lonlat(np.asarray(chord)))
