"""What becomes of a row of a ledger: its entry, its village, its coordinates, its contact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.roles import Permission as P
from fugong.core.imports.importer import CREATED, UPDATED, Context, Decision, Importer, Known
from fugong.core.imports.inserting import insert_many
from fugong.core.imports.updating import update_many
from fugong.core.workbooks.checking import CheckedRow
from fugong.core.workbooks.names import normalise_name
from fugong.enterprises.actions import remember_streets
from fugong.enterprises.actions.ledger import LEDGER_FIELDS
from fugong.enterprises.importer.columns import FIELDS
from fugong.enterprises.models import Contact, Enterprise, Street
from fugong.enterprises.queries import Gazetteer, edition_on, gazetteer_of, suffixes_of
from fugong.enterprises.rules import Coordinates, ListingSource, PositionSource, Size, street_of
from fugong.territory.geometry import Position, to_wgs84

PLACED_BY_PEOPLE = (PositionSource.PLACED, PositionSource.PHONE)
WHERE = ("area", "longitude", "latitude", "coordinates_given", "position_source")


class EnterpriseImporter(Importer):
    """Rows meet by credit code, else by normalised name in the same area; positions become WGS-84; phones are sealed.

    Rows without a position wait in the placing queue, unless the street memory knows where their street lies.
    """

    model = Enterprise
    fields = FIELDS
    match = ("credit_code", "normalised_name")
    written = (*LEDGER_FIELDS, "normalised_name", "industry_edition", *WHERE[1:])
    parts = ("contacts",)
    derived: ClassVar = {"listings": {"source": ListingSource.CONDITION}}
    event = "enterprises.enterprise"

    def ready(self, rows: Sequence[CheckedRow], context: Context) -> None:
        """The areas and the pack once; the street memory for each batch, as each batch teaches it more."""
        kept, campaign = context.kept, context.campaign
        if "gazetteer" not in kept:
            kept["gazetteer"] = gazetteer_of(campaign)
            kept["suffixes"] = suffixes_of(campaign)
            kept["edition"] = edition_on(campaign, timezone.localdate(context.at))
            kept["coordinates"] = campaign.part("enterprises").get("coordinates") or Coordinates.WGS84
            kept["paths"] = None if context.by is None else context.by.area_paths(P.IMPORT_ENTERPRISES)
        kept["street_of"] = {row.number: self._street_in(row, context) for row in rows}
        streets: dict[str, list[Street]] = defaultdict(list)
        for street in Street.objects.filter(
            campaign=campaign, longitude__isnull=False, name__in=set(kept["street_of"].values()) - {""}
        ):
            streets[street.name].append(street)
        kept["streets"] = streets

    def _street_in(self, row: CheckedRow, context: Context) -> str:
        """The street in the row's address."""
        address, gazetteer = row.values.get("address") or "", context.kept["gazetteer"]
        return street_of(address, context.kept["suffixes"], gazetteer.places)

    def existing(self, context: Context) -> Any:
        return Enterprise.objects.system().of(context.campaign)

    def _known(self, wanted: Sequence[dict[str, Any]], context: Context) -> Known:
        """With their areas out of the gazetteer: joined, each row would bring its area's whole outline again."""
        found = super()._known(wanted, context)
        gazetteer: Gazetteer = context.kept["gazetteer"]
        for rows in found.values():
            for row in rows:
                area = gazetteer.by_number(row.area_id)
                if area is not None:
                    Enterprise._meta.get_field("area").set_cached_value(row, area)
        return found

    def values(self, row: CheckedRow, context: Context) -> dict[str, Any]:
        """The entry's values; what only helps to find them (village, yes/no columns, contact) is taken out."""
        values = {
            name: value for name, value in row.values.items() if name in self.written or name == "village"
        }
        values["normalised_name"] = normalise_name(
            row.values["name"], places=context.kept["gazetteer"].places
        )
        values["size"] = _size(row.values)
        values["staff_with_symptoms"] = _symptoms(row.values)
        if values.get("industry_code"):
            values["industry_edition"] = context.kept["edition"]
        return values

    def defaults(self, values: dict[str, Any], context: Context) -> dict[str, Any]:
        found = {"campaign": context.campaign, "created_at": context.at}
        return found if values.get("area") else {**found, "area": context.campaign.area}

    # Where it is

    def judge(self, decision: Decision, values: dict[str, Any], context: Context) -> None:
        """Find the area and the position; an unknown village, or a place outside the person's area, refuses the row."""
        gazetteer: Gazetteer = context.kept["gazetteer"]
        village = values.pop("village", None)
        area = gazetteer.named(village) if village else None
        if village and area is None:
            near = gazetteer.near(village)
            sentence = _("No village here is called “%(name)s”.") % {"name": village}
            if near:
                sentence += _(" Did you mean %(near)s?") % {"near": _(" or ").join(near)}
            decision.refuse(sentence, column="village", suggestion=near[0] if near else None)
            return
        spot = self._position(decision, values, context)
        values["area"] = area if area is not None and area.pk != gazetteer.root.pk else None
        decision.extra["street"] = context.kept["street_of"][decision.row.number]
        self._locate(decision, values, spot, context)
        self._permit(decision, values["area"] or gazetteer.root, context)

    def _position(self, decision: Decision, values: dict[str, Any], context: Context) -> Position | None:
        """The position as WGS-84, out of the values; half of one, or one that is none, is told and left out."""
        longitude, latitude = values.pop("longitude", None), values.pop("latitude", None)
        given = values.pop("coordinates_given", None) or context.kept["coordinates"]
        if longitude is None and latitude is None:
            return None
        if longitude is None or latitude is None:
            decision.note(
                _("Half of the coordinates is missing; the entry waits to be placed."), column="longitude"
            )
            return None
        if abs(latitude) > 90 >= abs(longitude):
            longitude, latitude = latitude, longitude
            decision.note(
                _("Longitude and latitude were changed over; they were turned round."), column="longitude"
            )
        if abs(latitude) > 90 or abs(longitude) > 180:
            decision.note(_("These are no degrees; the entry waits to be placed."), column="longitude")
            return None
        values["coordinates_given"] = given
        return to_wgs84((longitude, latitude), given)

    def _locate(
        self, decision: Decision, values: dict[str, Any], spot: Position | None, context: Context
    ) -> None:
        """Area and position from what is known: the coordinates, else the street memory, else the address."""
        gazetteer: Gazetteer = context.kept["gazetteer"]
        stated = values["area"]
        if spot is not None:
            here = gazetteer.at(spot)
            if here is None and gazetteer.has_outlines and gazetteer.root.boundary:
                sentence = _("The position lies outside %(area)s; the entry waits to be placed.")
                decision.note(sentence % {"area": gazetteer.root.name}, column="longitude")
                values.pop("coordinates_given")
            else:
                if here and stated and not gazetteer.is_same_place(here.pk, stated.pk):
                    sentence = _("The position lies in %(here)s, not in %(stated)s; the village counts.")
                    decision.note(sentence % {"here": here.name, "stated": stated.name}, column="village")
                    here = None
                values["area"] = here if here and gazetteer.is_known(here.pk) else stated
                values |= {
                    "longitude": spot[0],
                    "latitude": spot[1],
                    "position_source": PositionSource.IMPORTED,
                }
                return
        street = self._street(decision.extra["street"], stated, context)
        if street is not None:
            values["area"] = stated or gazetteer.by_number(street.area_id)
            values |= {"longitude": street.longitude, "latitude": street.latitude}
            values["position_source"] = PositionSource.STREET
        elif stated is None:
            named = gazetteer.inside(values.get("address") or "")
            values["area"] = named[0] if len(named) == 1 else None

    def _street(self, name: str, stated: Any, context: Context) -> Street | None:
        """The one remembered place of a street, in the stated area if one is stated."""
        gazetteer: Gazetteer = context.kept["gazetteer"]
        known = [
            row
            for row in context.kept["streets"].get(name, ())
            if stated is None or gazetteer.is_same_place(row.area_id, stated.pk)
        ]
        return known[0] if len(known) == 1 else None

    def _permit(self, decision: Decision, area: Any, context: Context) -> None:
        paths = context.kept["paths"]
        if paths is not None and not any(area.path.startswith(path) for path in paths):
            sentence = _("%(area)s lies outside the area whose ledger you keep.") % {"area": area.name}
            decision.refuse(sentence, column="village")

    # Which entry it is

    def _decide(self, decision: Decision, values: dict[str, Any], known: Known, context: Context) -> None:
        """An entry outside the person's area is not theirs to change, also where the row says it lay inside."""
        paths, root = context.kept["paths"], context.kept["gazetteer"].root
        if paths is not None and not any(root.path.startswith(path) for path in paths):
            keys = [(key, values[key]) for key in self.match if values.get(key)]
            target = self._met(keys, values, known)
            if target is not None:
                self._permit(decision, target.area, context)
        if not decision.problems:
            super()._decide(decision, values, known, context)

    def _met(self, keys: Sequence[tuple[str, Any]], values: dict[str, Any], known: Known) -> Any:
        """By credit code, else by name where the areas may be the same place."""
        for place, key in enumerate(keys):
            stronger = keys[:place]
            for row in known.get(key, ()):
                agrees = all(getattr(row, name) in (None, "", value) for name, value in stronger)
                if agrees and (key[0] != "normalised_name" or _may_be_same_place(row, values)):
                    return row
        return None

    def _update(self, decision: Decision, target: Any, values: dict[str, Any]) -> None:
        super()._update(decision, target, self._kept_over(target, values))

    def _kept_over(self, target: Any, values: dict[str, Any]) -> dict[str, Any]:
        """What a person placed stays placed; a full name is not shortened; a position is not made vaguer."""
        values = dict(values)
        by_street = values.get("position_source") == PositionSource.STREET
        if target.position_source in PLACED_BY_PEOPLE or (by_street and target.longitude is not None):
            for name in WHERE:
                values.pop(name, None)
        elif (
            target.longitude is not None and values.get("longitude") is not None and _is_near(target, values)
        ):
            # The same coordinates, converted again, differ behind the eighth digit.
            for name in ("longitude", "latitude"):
                values[name] = getattr(target, name)
        if values.get("area") is not None and values["area"].contains(target.area):
            values.pop("area")
        if target.normalised_name == values.get("normalised_name") and len(target.name) > len(values["name"]):
            values.pop("name")
        return values

    # Contacts and streets

    def write(self, decisions: Sequence[Decision], context: Context) -> None:
        super().write(decisions, context)
        self._write_contacts(decisions, context)
        lessons = [
            (one.extra["street"], one.target.area_id, (one.target.longitude, one.target.latitude))
            for one in decisions
            if one.outcome in (CREATED, UPDATED)
            and one.extra.get("street")
            and one.target.position_source == PositionSource.IMPORTED
            and context.kept["gazetteer"].is_known(one.target.area_id)
            and (one.outcome == CREATED or "longitude" in (one.before or {}))
        ]
        remember_streets(campaign=context.campaign, lessons=lessons)

    def _write_contacts(self, decisions: Sequence[Decision], context: Context) -> None:
        """Enter contacts that are new; a known one with another phone ends today and begins again. Two queries."""
        day = timezone.localdate(context.at)
        told = [
            one
            for one in decisions
            if one.row.values.get("contact_name") or one.row.values.get("contact_phone")
        ]
        older = {one.target.pk for one in told if one.outcome != CREATED}
        known: dict[tuple[int, str], Contact] = {}
        if older:
            rows = Contact.objects.system().filter(
                Q(to_on__isnull=True) | Q(to_on__gt=day), enterprise__in=older
            )
            known = {(row.enterprise_id, row.name): row for row in rows}
        fresh, ended = [], []
        for one in told:
            values = one.row.values
            name, phone = (values.get("contact_name") or _("contact"))[:40], values.get("contact_phone") or ""
            same = known.get((one.target.pk, name))
            if same is not None and (not phone or (same.phone and same.phone.clear() == phone)):
                continue
            if same is not None and same.pk:
                same.to_on = day
                ended.append(same)
            contact = Contact(
                enterprise_id=one.target.pk,
                campaign_id=context.campaign.pk,
                name=name,
                duty=(values.get("contact_duty") or "")[:40],
                phone=phone,
                from_on=day,
                from_import=context.import_id,
            )
            known[one.target.pk, name] = contact
            fresh.append(contact)
        insert_many(fresh)
        update_many([(contact, ["to_on"]) for contact in ended])

    def undo(self, rows: Sequence[Any], context: Context) -> None:
        """Contacts that this import entered go, and those that it ended speak again; then the entries themselves."""
        entered = Contact.objects.system().filter(from_import=context.import_id)
        for enterprise_id, name, day in entered.values_list("enterprise_id", "name", "from_on"):
            ended = Contact.objects.system().filter(enterprise_id=enterprise_id, name=name, to_on=day)
            ended.exclude(from_import=context.import_id).update(to_on=None)
        entered.delete()
        super().undo(rows, context)


def _size(values: dict[str, Any]) -> str | None:
    """The size class from its own column, else from the two yes/no columns; both a plain no means small."""
    if values.get("size"):
        return str(values["size"])
    if values.get("above_scale"):
        return Size.ABOVE_SCALE
    if values.get("above_quota"):
        return Size.ABOVE_QUOTA
    is_small = values.get("above_scale") is False and values.get("above_quota") is False
    return Size.SMALL if is_small else None


def _symptoms(values: dict[str, Any]) -> int | None:
    """Staff with fever or cough; a ledger with two columns counts nobody twice, as far as one can know."""
    if values.get("staff_with_symptoms") is not None:
        return int(values["staff_with_symptoms"])
    parts = [values[name] for name in ("fever", "cough") if values.get(name) is not None]
    return sum(parts) if parts else None


def _may_be_same_place(row: Enterprise, values: dict[str, Any]) -> bool:
    """Equal areas, one inside the other, or one of them not known (then it is the whole campaign's)."""
    area = values.get("area")
    return area is None or area.contains(row.area) or row.area.contains(area)


def _is_near(target: Enterprise, values: dict[str, Any]) -> bool:
    return all(abs(getattr(target, name) - values[name]) < 1e-7 for name in ("longitude", "latitude"))
