"""Put an enterprise on the map; each placing teaches which street lies where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.enterprises import rules
from fugong.enterprises.actions.ledger import locked, save
from fugong.enterprises.models import Enterprise, Street
from fugong.enterprises.queries import Gazetteer, gazetteer_of, suffixes_of
from fugong.enterprises.rules import Coordinates, PositionSource, street_of
from fugong.territory.geometry import Position, to_wgs84
from fugong.territory.models import Area

FIELDS = ("longitude", "latitude", "coordinates_given", "position_source", "area")
# (street, area number, position): one placing as the street memory learns it.
Lesson = tuple[str, int, Position]


@transaction.atomic
def place(
    *,
    enterprise: Enterprise,
    position: Position,
    by: User,
    at: datetime,
    system: str = Coordinates.WGS84,
    area: Area | None = None,
) -> Enterprise:
    """Place an enterprise where a person pointed; `position` is (longitude, latitude) in `system`.

    The area is the smallest one whose outline holds the position, else `area`, else the one it had. Refused
    outside the campaign's area where outlines are known.
    """
    return _place(enterprise, position, system, PositionSource.PLACED, area, by=by, at=at)


@transaction.atomic
def place_from_phone(
    *, enterprise: Enterprise, position: Position, by: User, at: datetime, system: str = Coordinates.WGS84
) -> Enterprise:
    """Place an enterprise by the phone of somebody who stands there; a place that a person chose is kept."""
    enterprise = locked(enterprise)
    if enterprise.position_source == PositionSource.PLACED:
        return enterprise
    return _place(enterprise, position, system, PositionSource.PHONE, None, by=by, at=at)


def _place(
    enterprise: Enterprise,
    position: Position,
    system: str,
    source: PositionSource,
    area: Area | None,
    *,
    by: User,
    at: datetime,
) -> Enterprise:
    enterprise = locked(enterprise)
    refuse_if(rules.why_not_change(enterprise) or rules.why_not_position(*position))
    spot, gazetteer = to_wgs84(position, system), gazetteer_of(enterprise.campaign)
    where = gazetteer.at(spot)
    refuse_if(_why_not_here(gazetteer, where))
    before = {field: getattr(enterprise, field) for field in FIELDS}
    enterprise.longitude, enterprise.latitude = spot
    enterprise.coordinates_given, enterprise.position_source = system, source
    enterprise.area = where or area or enterprise.area
    save(enterprise, *FIELDS)
    street = street_of(enterprise.address, suffixes_of(enterprise.campaign), gazetteer.places)
    if street and gazetteer.is_known(enterprise.area_id):
        remember_streets(campaign=enterprise.campaign, lessons=[(street, enterprise.area_id, spot)])
    changes: dict[str, Any] = {
        field: [before[field], getattr(enterprise, field)]
        for field in FIELDS
        if before[field] != getattr(enterprise, field)
    }
    record("enterprises.enterprise.placed", enterprise, by=by, at=at, **changes)
    return enterprise


def _why_not_here(gazetteer: Gazetteer, where: Area | None) -> str:
    if where is None and gazetteer.has_outlines and gazetteer.root.boundary:
        return _("This lies outside %(area)s.") % {"area": gazetteer.root.name}
    return ""


def remember_streets(*, campaign: Campaign, lessons: Iterable[Lesson]) -> None:
    """Teach the street memory: the position of a street is the mean of what was placed there. Two queries."""
    sums: dict[tuple[str, int], tuple[int, float, float]] = {}
    for street, area_id, (longitude, latitude) in lessons:
        key = street[:80], area_id
        times, x, y = sums.get(key, (0, 0.0, 0.0))
        sums[key] = times + 1, x + longitude, y + latitude
    if not sums:
        return
    names = {street for street, _area in sums}
    known = {
        (row.name, row.area_id): row
        for row in Street.objects.filter(campaign=campaign, name__in=names).select_for_update()
    }
    Street.objects.bulk_create(
        [_learned(campaign, key, known.get(key), told) for key, told in sums.items()],
        batch_size=200,
        update_conflicts=True,
        unique_fields=["campaign", "name", "area"],
        update_fields=["longitude", "latitude", "times"],
    )


def _learned(
    campaign: Campaign, key: tuple[str, int], known: Street | None, told: tuple[int, float, float]
) -> Street:
    """What the memory holds of a street after these placings: how many, and their mean."""
    times, x, y = told
    if known is not None and known.longitude is not None and known.latitude is not None:
        times, x, y = times + known.times, x + known.longitude * known.times, y + known.latitude * known.times
    name, area_id = key
    return Street(
        campaign=campaign, name=name, area_id=area_id, times=times, longitude=x / times, latitude=y / times
    )
