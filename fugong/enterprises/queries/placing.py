"""The queue of enterprises that have no position yet, and where each may lie."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from fugong.campaigns.models import Campaign
from fugong.enterprises.models import Enterprise, Street
from fugong.enterprises.queries.areas import Gazetteer
from fugong.enterprises.queries.parts import suffixes_of
from fugong.enterprises.rules import street_of
from fugong.territory.geometry import Position, centre_of
from fugong.territory.models import Area

MOST = 5


@dataclass(frozen=True)
class Suggestion:
    """A place that a person may choose with one key: the area, about where in it, and why."""

    area: Area
    position: Position | None
    why: str


@dataclass(frozen=True)
class Waiting:
    """The queue: how many of how many are placed, and the one to place now (None at its end)."""

    placed: int
    total: int
    enterprise: Enterprise | None

    @property
    def left(self) -> int:
        return self.total - self.placed


def waiting(enterprises: QuerySet[Enterprise], after: int = 0) -> Waiting:
    """The first unplaced one of the given (scoped, unmerged) enterprises with a number above `after`.

    The order is that of the ledger, where neighbours follow each other; large firms first would jump about.
    """
    total = enterprises.count()
    unplaced = enterprises.unplaced()  # type: ignore[attr-defined]
    following = (
        unplaced.filter(pk__gt=after).select_related("area", "campaign__release").order_by("pk").first()
    )
    return Waiting(total - unplaced.count(), total, following)


def suggestions(enterprise: Enterprise, gazetteer: Gazetteer) -> list[Suggestion]:
    """Where the enterprise may lie, the surest first, at most five: street memory, village, address, name."""
    found: dict[int, Suggestion] = {}
    for one in (*_by_street(enterprise, gazetteer), *_by_text(enterprise, gazetteer)):
        found.setdefault(one.area.pk, one)
    return list(found.values())[:MOST]


def _by_street(enterprise: Enterprise, gazetteer: Gazetteer) -> list[Suggestion]:
    campaign: Campaign = enterprise.campaign
    street = street_of(enterprise.address, suffixes_of(campaign), gazetteer.places)
    if not street:
        return []
    known = Street.objects.filter(campaign=campaign, name=street).select_related("area")
    return [
        Suggestion(
            row.area,
            None if row.longitude is None or row.latitude is None else (row.longitude, row.latitude),
            _("%(street)s: %(times)d placed there") % {"street": street, "times": row.times},
        )
        for row in known.order_by(F("times").desc(), "pk")[:MOST]
    ]


def _by_text(enterprise: Enterprise, gazetteer: Gazetteer) -> list[Suggestion]:
    stated = enterprise.area if gazetteer.is_known(enterprise.area_id) else None
    found = [Suggestion(stated, middle_of(stated), _("the ledger's village"))] if stated else []
    for text, why in (
        (enterprise.address, _("stands in the address")),
        (enterprise.name, _("stands in the name")),
    ):
        found += [Suggestion(area, middle_of(area), why) for area in gazetteer.inside(text)]
    return found


def middle_of(area: Area) -> Position | None:
    """About the middle of an area: its own position, else the centre of its outline."""
    if area.longitude is not None and area.latitude is not None:
        return area.longitude, area.latitude
    return centre_of(area.boundary) if area.boundary else None
