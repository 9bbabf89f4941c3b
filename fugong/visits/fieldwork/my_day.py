"""An officer's day as it stands: the stops of the accepted plan, what is done, and what else is theirs to see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Min, QuerySet
from django.utils.translation import get_language

from fugong.access.models import User
from fugong.campaigns.dated import value_on
from fugong.campaigns.models import Campaign
from fugong.enterprises.models import Enterprise
from fugong.issues.rules import Status
from fugong.teams.models import Charge, ChargeKind
from fugong.visits.models import LookBack, PlannedVisit, Visit
from fugong.visits.planning import Point, ReasonCode, sentence
from fugong.visits.planning.geo import haversine_km
from fugong.visits.queries import names_together, stops_of
from fugong.visits.rules import VisitStatus

MOST_OWN = 10


@dataclass(frozen=True)
class DayStop:
    """One stop with what became of it. `km` is the way from the stop before; None where one is not placed.

    `with_names`: who comes along to a joint visit.
    """

    planned: PlannedVisit
    visit: Visit | None
    reasons: tuple[str, ...]
    km: float | None
    owes_look_back: bool
    with_names: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        return self.visit is not None and self.visit.status == VisitStatus.DONE

    @property
    def is_given_up(self) -> bool:
        return self.visit is not None and self.visit.status == VisitStatus.GIVEN_UP

    @property
    def position(self) -> Point | None:
        return _position(self.planned.enterprise)


@dataclass(frozen=True)
class OfficerDay:
    """The whole day: stops in order, visits made besides, and look-backs due at the officer's own enterprises."""

    stops: tuple[DayStop, ...]
    besides: tuple[Visit, ...]
    own: tuple[LookBack, ...]

    @property
    def done(self) -> int:
        return sum(stop.is_done for stop in self.stops)

    @property
    def km(self) -> float:
        """Kilometres between the stops, by straight lines with the pack's detour."""
        return sum(stop.km or 0.0 for stop in self.stops)

    @property
    def next_stop(self) -> DayStop | None:
        return next((stop for stop in self.stops if stop.visit is None), None)


def day_of(officer: User, campaign: Campaign, on: date) -> OfficerDay:
    """The officer's day in a constant number of queries, whatever the number of stops."""
    planned = list(stops_of(officer, on).filter(plan__campaign=campaign))
    made = _made(officer, campaign, on)
    ids = [stop.enterprise_id for stop in planned]
    owed, together = _first_look_backs(ids, on), names_together(planned)
    detour = float(value_on(campaign.part("visits").get("detour", []), on) or 1.0)
    stops: list[DayStop] = []
    last: Point | None = None
    for row in planned:
        here = _position(row.enterprise)
        km = haversine_km(last, here) * detour if last and here else None
        visit = made.get(row.enterprise_id)
        names = together.get(row.pk, ())
        stops.append(DayStop(row, visit, sentences(row.reasons), km, row.enterprise_id in owed, names))
        last = here or last
    besides = tuple(visit for pk, visit in made.items() if pk not in ids)
    return OfficerDay(tuple(stops), besides, tuple(_own_look_backs(officer, campaign, on, ids)))


def _position(enterprise: Enterprise) -> Point | None:
    if enterprise.longitude is None or enterprise.latitude is None:
        return None
    return enterprise.longitude, enterprise.latitude


def _made(officer: User, campaign: Campaign, on: date) -> dict[int, Visit]:
    """The officer's visits of the day by enterprise, joint ones too; one that was done counts before one given up."""
    rows = Visit.objects.system().of_officer(officer).filter(campaign=campaign, on=on)
    found: dict[int, Visit] = {}
    for visit in rows.select_related("enterprise__area").order_by("ended_at", "pk"):
        if visit.status == VisitStatus.DONE or visit.enterprise_id not in found:
            found[visit.enterprise_id] = visit
    return found


def _due(on: date) -> QuerySet[LookBack]:
    rows: QuerySet[LookBack] = LookBack.objects.system().waiting()
    return rows.filter(due_on__lte=on, issue__status=Status.SOLVED)


def _first_look_backs(enterprises: Iterable[int], on: date) -> dict[int, date]:
    rows = _due(on).filter(enterprise__in=list(enterprises)).values_list("enterprise")
    return dict(rows.annotate(first=Min("due_on")).order_by())


def _own_look_backs(officer: User, campaign: Campaign, on: date, without: list[int]) -> QuerySet[LookBack]:
    """Look-backs due where the officer answers for the enterprise and no stop of the day goes there."""
    charges = Charge.objects.system().in_force(on).filter(officer=officer, kind=ChargeKind.INSTRUCTOR)
    return (
        _due(on)
        .filter(enterprise__in=charges.values("enterprise"), enterprise__campaign=campaign)
        .exclude(enterprise__in=without)
        .select_related("enterprise__area", "issue")
        .order_by("due_on", "pk")[:MOST_OWN]
    )


def sentences(reasons: Sequence[Any]) -> tuple[str, ...]:
    """The reasons of a stop in words, in the active language."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    return tuple(sentence(ReasonCode.from_dict(reason), language) for reason in reasons)


def route_shapes(day: OfficerDay) -> dict[str, Any]:
    """The day as GeoJSON for the map: numbered stops, and the way between them as one line."""
    placed = [(stop, stop.position) for stop in day.stops if stop.position]
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": position},
            "properties": {
                "name": stop.planned.enterprise.name,
                "order": stop.planned.order,
                "done": stop.is_done,
            },
        }
        for stop, position in placed
    ]
    if len(placed) > 1:
        line = {"type": "LineString", "coordinates": [position for _stop, position in placed]}
        features.append({"type": "Feature", "geometry": line, "properties": {"name": ""}})
    return {"type": "FeatureCollection", "features": features}
