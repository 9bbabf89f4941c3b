"""Addresses as a ledger writes them, a third of them useless, and the positions behind them."""

from __future__ import annotations

import numpy as np

from . import geometry
from .dice import Floats, Rng, Wheel, pick
from .geometry import Region
from .layout import Layout, Street, Village
from .seeds import Place
from .words import VAGUE_ADDRESSES

VAGUE_RATE = 0.35  # measured: 24 to 46 % of addresses place nothing
FULL_RATE = 0.62  # of the others: names county, town and village
SHIFTED_RATE = 1 / 3
METRES_PER_NUMBER = 12


class Addresses:
    """Scatters enterprises along the streets of their village."""

    def __init__(self, layout: Layout, rng: Rng) -> None:
        self._layout, self._rng, self._plane = layout, rng, layout.plane
        self._rings = {village.key: Region(self._plane.to_xy(village.ring)) for village in layout.villages}
        self._grids: dict[str, list[tuple[str, Region]]] = {village.key: [] for village in layout.villages}
        for grid in layout.grids:
            self._grids[grid.village].append((grid.key, Region(self._plane.to_xy(grid.ring))))
        self._streets = {v.key: [s for s in layout.streets if s.village == v.key] for v in layout.villages}
        self._lines = {
            key: [self._plane.to_xy((street.start, street.end)) for street in streets]
            for key, streets in self._streets.items()
        }
        self._wheels = {
            key: Wheel((n, float(np.hypot(*(b - a)))) for n, (a, b) in enumerate(lines))
            for key, lines in self._lines.items()
        }

    def place(self, village: Village) -> Place:
        """One enterprise's place: true village and position, and what the ledger says of them."""
        street, number, xy = self._spot(village)
        true = self._plane.to_lonlat(xy[None, :])[0]
        grid = self._grid(village.key, xy)
        if self._rng.random() < VAGUE_RATE:
            address = pick(self._rng, VAGUE_ADDRESSES).format(n=int(self._rng.integers(1, 40)))
            return Place(village.key, "", grid, address, True, None, "", true)
        shifted = bool(self._rng.random() < SHIFTED_RATE)
        position = geometry.to_gcj02(true) if shifted else true
        address, stated = self._address(village, street, number)
        return Place(
            village.key, stated, grid, address, False, position, "gcj02" if shifted else "wgs84", true
        )

    def _address(self, village: Village, street: Street, number: int) -> tuple[str, str]:
        """A full address, or only its stem: the street, and the village left to the reader's memory."""
        if self._rng.random() < FULL_RATE:
            return (
                f"{self._layout.county}{self._layout.town}{village.name}{street.name}{number}号",
                village.key,
            )
        stem = self._layout.town.removesuffix("镇")
        return f"{stem}{street.name}{number}号", village.key if self._rng.random() < 0.5 else ""

    def _spot(self, village: Village) -> tuple[Street, int, Floats]:
        key, rng = village.key, self._rng
        chosen = self._wheels[key].spin(rng)
        start, end = self._lines[key][chosen]
        length = float(np.hypot(*(end - start)))
        for _ in range(8):
            along, side = float(rng.uniform(0.03, 0.97)), pick(rng, (-1, 1))
            number = 2 * int(along * length / METRES_PER_NUMBER / 2) + (1 if side > 0 else 2)
            ahead = (end - start) / length
            aside = np.asarray([-ahead[1], ahead[0]]) * side * rng.uniform(12, 140)
            xy = start + (end - start) * along + aside
            if self._rings[key].has(float(xy[0]), float(xy[1])):
                return self._streets[key][chosen], number, xy
        return self._streets[key][chosen], number, (start + end) / 2

    def _grid(self, village: str, xy: Floats) -> str:
        x, y = float(xy[0]), float(xy[1])
        return next((key for key, region in self._grids[village] if region.has(x, y)), "")
