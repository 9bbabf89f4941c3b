"""The contact card (联系卡): who helps an enterprise and what to call them for; one by one or hundreds in one file.

A card shows names, roles, and numbers that are public: the lines of offices in the pack, and an officer's own number
only where the officer has agreed to it (`PublicNumber`). It shows nothing of the enterprise but its name, and the
page behind its QR code not even that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.campaigns.dated import text
from fugong.campaigns.models import Campaign
from fugong.core import conditions, documents
from fugong.core.conditions import Moment
from fugong.enterprises.models import Enterprise
from fugong.teams.models import Charge, ChargeKind
from fugong.territory.models import Area
from fugong.visits.artefacts.letters import language
from fugong.visits.models import PublicNumber

MASK = 2  # see documents.qr_svg
TEMPLATE = Path(__file__).parent / "documents" / "card.typ"


@dataclass(frozen=True)
class Helper:
    """A person on the card. `number` is empty where they have agreed to none: the office lines reach them."""

    name: str
    role: str
    call_for: str
    number: str = ""


@dataclass(frozen=True)
class OfficeLine:
    name: str
    number: str
    call_for: str


@dataclass(frozen=True)
class Card:
    enterprise: str
    area: str
    helpers: tuple[Helper, ...]
    lines: tuple[OfficeLine, ...]


def cards_of(campaign: Campaign, rows: Sequence[Enterprise], at: datetime) -> dict[int, Card]:
    """The card of each enterprise (its area loaded with it), in a number of queries that does not grow with them."""
    part = campaign.part("visits")["card"]
    helpers = _helpers(part, [row.pk for row in rows], at)
    lines = [(phone, *_whose(phone, campaign, rows, at)) for phone in part["phone"]]
    around = _areas_around(rows)
    return {
        row.pk: Card(
            enterprise=row.name,
            area=row.area.name,
            helpers=tuple(helpers.get(row.pk, ())),
            lines=tuple(
                _line(phone)
                for phone, places, met in lines
                if (not places or places & around[row.area_id]) and (met is None or row.pk in met)
            ),
        )
        for row in rows
    }


def _line(phone: Mapping[str, Any]) -> OfficeLine:
    return OfficeLine(text(phone["name"]), phone["number"], text(phone["call_for"]))


def _helpers(part: Mapping[str, Any], ids: list[int], at: datetime) -> dict[int, list[Helper]]:
    """The officers who answer for the enterprises, the instructor first."""
    charges = Charge.objects.system().in_force(timezone.localdate(at)).filter(enterprise__in=ids)
    charges = charges.select_related("officer").order_by("kind", "pk")
    numbers = dict(PublicNumber.objects.values_list("officer", "number"))
    found: dict[int, list[Helper]] = {}
    for charge in charges:
        role, call_for = str(ChargeKind(charge.kind).label), text(part["call_for"][charge.kind])
        helper = Helper(charge.officer.name, role, call_for, numbers.get(charge.officer_id, ""))
        found.setdefault(charge.enterprise_id, []).append(helper)
    return found


def _whose(
    phone: Mapping[str, Any], campaign: Campaign, rows: Sequence[Enterprise], at: datetime
) -> tuple[set[str], set[int] | None]:
    """The areas that a line is for (none: all), and the enterprises that meet its condition (None: all)."""
    places = set(phone["areas"])
    if not phone["condition"]:
        return places, None
    moment = Moment(campaign_id=campaign.pk, on=timezone.localdate(at), at=at)
    asked = Enterprise.objects.system().filter(pk__in=[row.pk for row in rows])
    return places, set(conditions.apply(asked, phone["condition"], moment).values_list("pk", flat=True))


def _areas_around(rows: Iterable[Enterprise]) -> dict[int, set[str]]:
    """The names of each area and of all above it."""
    areas = {row.area_id: row.area.path for row in rows}
    above = {
        "/".join(steps[:depth]) + "/"
        for path in areas.values()
        for steps in [path.rstrip("/").split("/")]
        for depth in range(1, len(steps) + 1)
    }
    names = dict(Area.objects.filter(path__in=above).values_list("path", "name"))
    return {pk: {name for path, name in names.items() if own.startswith(path)} for pk, own in areas.items()}


def office_of(campaign: Campaign) -> dict[str, str]:
    """Who issues the cards, and their motto."""
    part = campaign.part("visits")["card"]
    return {"office": text(part["office"]), "motto": text(part["motto"])}


def pdf(
    campaign: Campaign, cards: Iterable[tuple[Card, str]], *, watermark: str = "", single: bool = False
) -> bytes:
    """Cards with the addresses behind their QR codes: ten on a sheet of A4 with cut marks, or `single` one alone."""
    values = {
        **office_of(campaign),
        "lang": language(),
        "title": _("Contact card"),
        "scan": _("Scan for the numbers in force"),
        "none": _("Nobody is named yet: call the lines below."),
        "watermark": watermark,
        "single": single,
        "cards": [
            {**asdict(card), "qr": documents.qr_svg(address, scale=1, mask=MASK)} for card, address in cards
        ],
    }
    return documents.pdf(TEMPLATE, values)
