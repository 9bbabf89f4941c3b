"""Questions about charges: who has nobody, who has too many, who is near."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from fugong.access.models import Posting, User
from fugong.access.roles import Permission
from fugong.campaigns.dated import value_on
from fugong.campaigns.models import Campaign
from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.core.paths import below, below_any
from fugong.enterprises.models import Enterprise
from fugong.teams.matching import Seat
from fugong.teams.models import Charge, ChargeKind
from fugong.territory.geometry import kilometres
from fugong.territory.models import Area


def _rule_of(campaign: Campaign, kind: str) -> Mapping[str, Any]:
    rows = campaign.part("teams").get("charge", [])
    return next((row for row in rows if row["kind"] == kind), {})


def most_charges(campaign: Campaign, kind: str, on: date) -> int:
    """How many enterprises one officer of this kind may answer for; 5 (as the reports have it) where the pack is silent."""
    return int(value_on(_rule_of(campaign, kind).get("each", []), on) or 5)


def needing(campaign: Campaign, kind: str, on: date, at: datetime) -> QuerySet[Enterprise]:
    """Enterprises that the pack says must have an officer of this kind: none where it does not name the kind."""
    rows: QuerySet[Enterprise] = Enterprise.objects.system().of(campaign)
    rule = _rule_of(campaign, kind)
    if not rule:
        return rows.none()
    return conditions.apply(rows, rule["condition"], Moment(campaign_id=campaign.pk, on=on, at=at))


def uncovered(campaign: Campaign, kind: str, on: date, at: datetime) -> QuerySet[Enterprise]:
    """Enterprises that must have an officer of this kind and have none."""
    charged = Charge.objects.system().in_force().filter(enterprise=OuterRef("pk"), kind=kind)
    return (
        needing(campaign, kind, on, at)
        .filter(~Exists(charged))
        .select_related("area")
        .order_by("area__path", "name")
    )


def seats(campaign: Campaign, area: Area, kind: str, on: date) -> list[Seat]:
    """Officers posted within the area in this role, with what they have and the places they have left."""
    most = most_charges(campaign, kind, on)
    loads = load_by_officer(campaign, kind)
    found: dict[int, Seat] = {}
    postings = Posting.objects.on(on).filter(below(area.path, "area__path"), role=kind, user__is_active=True)
    for posting in postings.select_related("area").order_by("user_id", "pk"):
        position = (
            posting.area.longitude or area.longitude or 0.0,
            posting.area.latitude or area.latitude or 0.0,
        )
        taken = loads.get(posting.user_id, 0)
        found.setdefault(posting.user_id, Seat(posting.user_id, position, max(0, most - taken), taken))
    return list(found.values())


def load_by_officer(campaign: Campaign, kind: str) -> dict[int, int]:
    """How many enterprises each officer answers for now."""
    standing = Charge.objects.system().in_force().filter(enterprise__campaign=campaign, kind=kind)
    return dict(standing.values_list("officer").annotate(n=Count("pk")))


@dataclass(frozen=True)
class Load:
    """An officer with the enterprises they answer for and the most they may."""

    officer: User
    area: Area
    charges: int
    most: int

    @property
    def is_over(self) -> bool:
        return self.charges > self.most


def loads(campaign: Campaign, paths: list[str], kind: str, on: date) -> list[Load]:
    """Every officer of the kind below the paths with their load, the most loaded first; two queries."""
    most, counted = most_charges(campaign, kind, on), load_by_officer(campaign, kind)
    postings = Posting.objects.on(on).filter(below_any(paths, "area__path"), role=kind, user__is_active=True)
    found: dict[int, Load] = {}
    for posting in postings.select_related("user", "area").order_by("user_id", "pk"):
        found.setdefault(
            posting.user_id, Load(posting.user, posting.area, counted.get(posting.user_id, 0), most)
        )
    return sorted(found.values(), key=lambda load: (-load.charges, load.officer.name, load.officer.pk))


def paths_in(user: Any, campaign: Campaign | None, permission: Permission | None = None) -> list[str]:
    """Where this user works within the campaign, as paths of areas; optionally only where a permission is held."""
    if campaign is None:
        return []
    own = campaign.area.path
    paths = [own if own.startswith(path) else path for path in user.area_paths(permission)]
    return sorted({path for path in paths if path.startswith(own)})


def officers(paths: list[str], on: date) -> QuerySet[User]:
    """Active people posted below the paths on the day."""
    posted = Posting.objects.on(on).filter(below_any(paths, "area__path")).exclude(role="enterprise_contact")
    rows: QuerySet[User] = User.objects.filter(pk__in=posted.values("user_id"), is_active=True)
    return rows.order_by("name", "pk")


def position_of(enterprise: Enterprise) -> tuple[float, float]:
    """Where it stands, else the middle of its area."""
    if enterprise.longitude is not None and enterprise.latitude is not None:
        return enterprise.longitude, enterprise.latitude
    return enterprise.area.longitude or 0.0, enterprise.area.latitude or 0.0


def middle(area: Area) -> tuple[float, float]:
    return area.longitude or 0.0, area.latitude or 0.0


def history_of_charges(enterprise: Enterprise) -> QuerySet[Charge]:
    """Who has answered for the enterprise, newest first."""
    rows: QuerySet[Charge] = (
        Charge.objects.system().filter(enterprise=enterprise).select_related("officer", "by")
    )
    return rows.order_by("-from_on", "-pk")


def my_enterprises(user: Any, campaign: Campaign) -> QuerySet[Enterprise]:
    """The enterprises a person answers for now, in any kind."""
    mine = Charge.objects.system().in_force().filter(officer=user).values("enterprise_id")
    rows: QuerySet[Enterprise] = (
        Enterprise.objects.system().of(campaign).filter(Q(pk__in=mine)).select_related("area")
    )
    return rows.order_by("area__path", "name")


KINDS = tuple(ChargeKind.values)


@dataclass(frozen=True)
class Candidate:
    """Somebody who could answer for an enterprise, with their load and the straight distance in km."""

    user: User
    area: Area
    charges: int
    most: int
    km: float

    def __str__(self) -> str:
        return f"{self.user.name} · {self.area.name} · {self.charges}/{self.most} · {self.km:.1f} km"


def officers_for(enterprise: Enterprise, kind: str, on: date) -> list[Candidate]:
    """Officers of the kind in the campaign's area, those with free places first, then the nearest."""
    campaign, at = enterprise.campaign, position_of(enterprise)
    found = [
        Candidate(load.officer, load.area, load.charges, load.most, kilometres(at, middle(load.area)))
        for load in loads(campaign, [campaign.area.path], kind, on)
    ]
    return sorted(found, key=lambda one: (one.charges >= one.most, one.km, one.charges, one.user.pk))


def places_of_officers(numbers: Iterable[int], on: date) -> dict[int, tuple[float, float]]:
    """Where officers are posted, by their number; without a place on the map they are left out."""
    rows = Posting.objects.on(on).filter(user_id__in=set(numbers), area__longitude__isnull=False)
    return {row.user_id: middle(row.area) for row in rows.select_related("area").order_by("-pk")}
