"""The areas of a campaign as a ledger speaks of them: by name, by alias, inside an address, by position."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fugong.campaigns.models import Campaign
from fugong.core.paths import below
from fugong.enterprises.rules import village_key
from fugong.territory.geometry import Position, contains, rings_of
from fugong.territory.models import Area, Outline
from fugong.territory.rules import Kind

Box = tuple[float, float, float, float]
# Areas that a ledger names; grids and buildings are the town's own division and only found by position.
NAMED = (Kind.VILLAGE, Kind.PARK, Kind.TOWN)


@dataclass
class Gazetteer:
    """All areas at or below a campaign's, loaded once; the pack's `aliases` are {written: the area's name}."""

    root: Area
    areas: list[Area]
    aliases: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _by_name(self) -> dict[str, Area]:
        """Every spelling with its area; a spelling that two areas share means neither."""
        found: dict[str, Area | None] = {}
        for area in self.areas:
            if area.kind in NAMED:
                for word in {area.name, village_key(area.name)}:
                    found[word] = None if word in found else area
        known = {word: area for word, area in found.items() if area is not None}
        names = {area.name: area for area in self.areas if area.kind in NAMED}
        known |= names
        return known | {written: names[name] for written, name in self.aliases.items() if name in names}

    def named(self, text: str) -> Area | None:
        """The area that a cell means: its name, an alias, or the name with another ending."""
        word = text.strip()
        for spelling in (word, word.removeprefix(self.root.name), village_key(word)):
            if spelling in self._by_name:
                return self._by_name[spelling]
        return self._by_name.get(village_key(word.removeprefix(self.root.name)))

    def near(self, text: str) -> list[str]:
        """Names of areas that look like a mistyped one, the nearest first, at most three."""
        names = [area.name for area in self.areas if area.kind in NAMED]
        close = difflib.get_close_matches(text.strip(), names, n=3, cutoff=0.4)
        return close or [name for name in names if set(village_key(name)) & set(village_key(text))][:3]

    def inside(self, text: str) -> list[Area]:
        """Villages and parks whose name stands in a text (an address, a firm's name), the longest name first."""
        found = {area.pk: area for word, area in self._by_length if word in text}
        return list(found.values())

    @cached_property
    def _by_length(self) -> list[tuple[str, Area]]:
        """Spellings of villages and parks that mean something inside a text, the longest first."""
        words = [
            (word, area)
            for word, area in self._by_name.items()
            if len(word) > 1 and area.pk != self.root.pk and area.kind != Kind.TOWN
        ]
        return sorted(words, key=lambda item: -len(item[0]))

    @cached_property
    def _outlines(self) -> list[tuple[Box, Mapping[str, Any], Area]]:
        """Areas with an outline, the deepest first, each with its bounding box; one query, when one is needed."""
        rows = Outline.objects.filter(below(self.root.path, "area__path")).values_list("pk", "geometry")
        drawn = [(self._by_pk[pk], geometry) for pk, geometry in rows if pk in self._by_pk]
        drawn.sort(key=lambda one: (-one[0].depth, one[0].pk))
        return [(_box(geometry), geometry, area) for area, geometry in drawn]

    def at(self, position: Position) -> Area | None:
        """The smallest area that holds the position; None where no outline does (or none is known)."""
        x, y = position
        for (west, south, east, north), geometry, area in self._outlines:
            if west <= x <= east and south <= y <= north and contains(geometry, position):
                return area
        return None

    @property
    def has_outlines(self) -> bool:
        return bool(self._outlines)

    @cached_property
    def _by_pk(self) -> dict[int, Area]:
        return {area.pk: area for area in self.areas}

    def by_number(self, area_id: int) -> Area | None:
        return self._by_pk.get(area_id)

    def is_known(self, area_id: int | None) -> bool:
        """Whether an area says more than "somewhere in the campaign's area"."""
        return area_id is not None and area_id != self.root.pk

    def is_same_place(self, one: int | None, other: int | None) -> bool:
        """Whether two areas may be the same place: equal, one inside the other, or one of them not known."""
        if one == other or not self.is_known(one) or not self.is_known(other):
            return True
        first, second = self._by_pk.get(one or 0), self._by_pk.get(other or 0)
        return bool(first and second and (first.contains(second) or second.contains(first)))

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Names of areas as they stand before an enterprise's or a street's own name, the longest first."""
        names = {self.root.name}
        above = self.root.parent
        while above is not None:
            names.add(above.name)
            above = above.parent
        names |= {area.name for area in self.areas if area.kind in NAMED}
        stems = {name[:-1] for name in names if len(name) > 2 and name[-1] in "镇乡区县市"}
        return tuple(sorted(names | stems, key=len, reverse=True))


def gazetteer_of(campaign: Campaign) -> Gazetteer:
    """The areas of a campaign; one query, and one for each level above the campaign's area."""
    root = campaign.area
    areas = list(Area.objects.below(root.path).order_by("depth", "pk"))
    aliases = {row["name"]: row["area"] for row in campaign.part("enterprises").get("area_alias", [])}
    return Gazetteer(root, areas, aliases)


def _box(geometry: Mapping[str, Any]) -> Box:
    corners = [corner for ring in rings_of(geometry) for corner in ring]
    xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]
    return min(xs), min(ys), max(xs), max(ys)
