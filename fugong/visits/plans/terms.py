"""What the pack says about planning visits, as the planner takes it: hours, ways, pools, weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.territory.models import Area
from fugong.visits.planning import Crossing, Params, Point, Travel, Window
from fugong.visits.planning.horizon import Pool

# Where everything lies that is on no island, in packs that have islands.
MAINLAND = "mainland"
SPEED_KMH, DETOUR, LOOK_BACK_WEIGHT, GROWTH, UNSEEN_MINUTES = 30.0, 1.35, 60.0, 0.1, 20.0


@dataclass(frozen=True)
class Places:
    """An area and everything in it: paths, names and middles by number of the area."""

    root: Area
    paths: Mapping[int, str]
    names: Mapping[int, str]
    middles: Mapping[int, Point]

    def middle(self, area_id: int) -> Point:
        """The middle of an area, else of the whole one: where somebody is taken to be who has no position."""
        return self.middles.get(area_id, (self.root.longitude or 0.0, self.root.latitude or 0.0))

    @cached_property
    def by_path(self) -> list[tuple[str, int]]:
        return sorted((path, pk) for pk, path in self.paths.items())

    def below(self, area_id: int) -> frozenset[str]:
        """The numbers, as text, of an area and of all in it."""
        top = self.paths[area_id]
        return frozenset(str(pk) for path, pk in self.by_path if path.startswith(top))

    def named(self, names: Iterable[str]) -> frozenset[str]:
        """The numbers of the areas with these names, and of all in them."""
        wanted = set(names)
        return frozenset().union(*(self.below(pk) for pk, name in self.names.items() if name in wanted))


def places_of(root: Area) -> Places:
    """One query; without the outlines, which are large."""
    rows = list(Area.objects.below(root.path).values_list("pk", "path", "name", "longitude", "latitude"))
    middles = {pk: (x, y) for pk, _path, _name, x, y in rows if x is not None and y is not None}
    return Places(root, {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}, middles)


@dataclass(frozen=True)
class Terms:
    """The pack's values on a day."""

    part: Mapping[str, Any]
    on: date

    def number(self, key: str, default: float) -> float:
        found = value_on(self.part.get(key, []), self.on)
        return default if found is None else float(found)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(self.part["visiting_roles"])

    @property
    def crossing_roles(self) -> frozenset[str]:
        """The roles that may leave their own areas where there are pools."""
        return frozenset(self.part["pool"].get("roles") or self.roles)

    @property
    def scope(self) -> str:
        return str(self.part["pool"]["scope"])

    @cached_property
    def shift(self) -> Window:
        return window_of(self.part["hours"]["shift"])

    @cached_property
    def breaks(self) -> tuple[Window, ...]:
        return tuple(window_of(span) for span in self.part["hours"]["breaks"])

    @cached_property
    def open(self) -> tuple[Window, ...]:
        return tuple(window_of(span) for span in self.part["hours"]["open"])

    @property
    def weekdays(self) -> frozenset[int]:
        return frozenset(self.part["hours"].get("weekdays", range(7)))

    @property
    def days(self) -> int:
        return int(self.part.get("days", 1))

    @cached_property
    def too_often_days(self) -> int:
        return int(self.number("too_often_days", 0))

    @cached_property
    def params(self) -> Params:
        return Params.from_dict({row["name"]: row["value"] for row in self.part.get("weight", [])})

    @cached_property
    def travel(self) -> Travel:
        speeds = {row["key"]: value_on(row["kmh"], self.on) for row in self.part.get("speed", [])}
        return Travel(
            speed_kmh=self.number("speed_kmh", SPEED_KMH),
            detour=self.number("detour", DETOUR),
            speeds={key: float(value) for key, value in speeds.items() if value},
            access_minutes=self.number("access_minutes", 0.0),
            crossings=tuple(_crossing(row) for row in self.part.get("crossing", [])),
        )

    def travels_by(self, roles: Iterable[str]) -> str:
        """The kind of travel of somebody with these roles; "" goes by the common speed."""
        held = set(roles)
        rows = self.part.get("speed", [])
        return next((str(row["key"]) for row in rows if held & set(row["roles"])), "")

    def lands(self, places: Places) -> dict[str, str]:
        """The land of each area; empty where the pack knows no islands."""
        rows = self.part.get("land", [])
        found = {str(pk): MAINLAND for pk in places.paths} if rows else {}
        for row in rows:
            found |= dict.fromkeys(places.named(row["areas"]), str(row["key"]))
        return found

    def pools(self, places: Places) -> tuple[Pool, ...]:
        """Areas whose officers may be sent anywhere inside, as far as they lie in these places."""
        if self.scope == "campaign":
            return (Pool("campaign", frozenset(str(pk) for pk in places.paths), places.root.name),)
        if self.scope != "groups":
            return ()
        groups = enumerate(self.part["pool"].get("group", []), start=1)
        found = [(number, row, places.named(row["areas"])) for number, row in groups]
        return tuple(Pool(str(number), areas, text(row["name"])) for number, row, areas in found if areas)


def terms_of(campaign: Campaign, on: date) -> Terms:
    return Terms(campaign.part("visits"), on)


def _crossing(row: Mapping[str, Any]) -> Crossing:
    here, there = row["here"], row["there"]
    first, second = row["lands"]
    return Crossing((first, second), (here[0], here[1]), (there[0], there[1]), int(row["minutes"]))


def window_of(text: str) -> Window:
    """A span "HH:MM-HH:MM" in minutes since midnight."""
    start, end = text.split("-")
    return Window(_minute(start), _minute(end))


def _minute(clock: str) -> int:
    hours, minutes = clock.strip().split(":")
    return int(hours) * 60 + int(minutes)
