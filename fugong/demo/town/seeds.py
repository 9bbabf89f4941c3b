"""What the generator says about one enterprise: plain values, for the product's own actions to enter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .geometry import Point


@dataclass(frozen=True, slots=True)
class Place:
    """Where an enterprise is, and what its ledger says about it.

    `village` and `true_position` (WGS-84) are the truth. The ledger says `stated_village` (a key, or ""),
    `address`, and `position` in `source_crs` ("wgs84" or "gcj02"), None where the address is vague.
    """

    village: str
    stated_village: str
    grid: str
    address: str
    is_vague: bool
    position: Point | None
    source_crs: str
    true_position: Point


@dataclass(frozen=True, slots=True)
class Staff:
    """Heads: from affected areas (and back), from other provinces (and how many), and today's screening."""

    affected: int
    affected_back: int
    outside: int
    origins: int
    fever: int
    cough: int
    watched: int


@dataclass(frozen=True, slots=True)
class Contact:
    """An invented person and an unassigned number."""

    name: str
    post: str
    phone: str


@dataclass(frozen=True, slots=True)
class Premises:
    """A workshop, dormitory or canteen; capacity and people count posts, beds or seats at one time."""

    kind: str
    name: str
    capacity: int
    people: int
    rooms: int = 0
    area_m2: int = 0
    is_enclosed: bool = False
    is_constant_temperature: bool = False


@dataclass(frozen=True, slots=True)
class Risk:
    """What leads to negative lists. `traits` names the weaknesses; the other fields show them as figures."""

    traits: tuple[str, ...]
    has_named_leader: bool
    mask_days: int
    emergency_plan: str
    earlier_problems: int


@dataclass(frozen=True, slots=True)
class EnterpriseSeed:
    """One enterprise of the town."""

    key: str
    name: str
    short_name: str
    credit_code: str
    is_sole_trader: bool
    line: str
    section: str
    division: str
    trade: str
    founded_year: int
    capital: str
    headcount: int
    is_above_scale: bool
    is_above_quota: bool
    is_key: bool
    place: Place
    staff: Staff
    contact: Contact
    premises: tuple[Premises, ...]
    risk: Risk
    measures: tuple[str, ...]
    planned_resumption_on: date | None

    @property
    def size(self) -> str:
        """ "above-scale", "above-quota" or "small"."""
        return "above-scale" if self.is_above_scale else "above-quota" if self.is_above_quota else "small"

    @property
    def has_affected_staff(self) -> bool:
        """Whether anyone of its staff comes from an affected area."""
        return self.staff.affected > 0
