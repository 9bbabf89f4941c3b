"""What the ledger still lacks today: silent enterprises, unplaced ones, missing fields, the last imports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Count, Q, QuerySet

from fugong.core import conditions
from fugong.core.models import Import
from fugong.core.paths import below
from fugong.enterprises.models import Contact, Enterprise, current
from fugong.enterprises.queries import duplicates, gazetteer_of, required_fields
from fugong.insight.queries import Asking, rows_url
from fugong.resumption.queries import silent
from fugong.territory.models import Area

MOST_NAMED = 5
SILENT = "is_resumed = True and has_reported = False"


@dataclass
class Silent:
    """The enterprises of one area that work today and have not reported; the first of them with a contact."""

    area: Area
    number: int
    url: str
    named: list[tuple[Enterprise, Contact | None]]


@dataclass(frozen=True)
class Missing:
    """A field the pack requires, and how many entries lack it."""

    label: str
    number: int
    url: str


@dataclass(frozen=True)
class Completeness:
    """The clerk's board: what is still owed today, each number with its rows."""

    total: int
    unplaced: int
    silent: int
    silent_url: str
    # Pairs that may be one enterprise entered twice, as the page that opens from here lists them.
    pairs: int
    by_area: list[Silent]
    missing: list[Missing]
    imports: list[Import]


def completeness(asking: Asking, reach: QuerySet[Enterprise]) -> Completeness:
    """A constant number of queries, whatever the size of the ledger.

    `reach`: the enterprises whose pairs the person decides about, wherever in it the board looks.
    """
    ledger = Enterprise.objects.system().of(asking.campaign).filter(below(asking.area.path, "area__path"))
    wanted = [row["field"] for row in required_fields(asking.campaign)]
    lacking = {f"lack_{name}": Count("pk", filter=_lacks(name)) for name in wanted if _is_field(name)}
    row = ledger.aggregate(
        total=Count("pk"), unplaced=Count("pk", filter=Q(position_source="none")), **lacking
    )
    groups = _silent_by_area(asking)
    return Completeness(
        total=row["total"],
        unplaced=row["unplaced"],
        silent=sum(group.number for group in groups),
        silent_url=_url(asking, SILENT),
        pairs=len(duplicates(reach, gazetteer_of(asking.campaign))),
        by_area=groups,
        missing=_missing(asking, wanted, row),
        imports=list(
            Import.objects.filter(campaign_id=asking.campaign.pk, register="enterprises").order_by("-at")[:5]
        ),
    )


def _url(asking: Asking, condition: str, place: str = "") -> str:
    return rows_url("enterprises", condition, place=place or asking.place, on=asking.on, today=asking.today)


def _missing(asking: Asking, wanted: list[str], row: dict[str, Any]) -> list[Missing]:
    found = []
    for name in wanted:
        if row.get(f"lack_{name}"):
            label = conditions.vocabulary_of(Enterprise).find(name)
            url = _url(asking, f"{name} is empty") if label else ""
            found.append(Missing(label.spoken() if label else name, row[f"lack_{name}"], url))
    return sorted(found, key=lambda one: -one.number)


def _is_field(name: str) -> bool:
    try:
        return bool(getattr(Enterprise._meta.get_field(name), "concrete", False))
    except FieldDoesNotExist:
        return False


def _lacks(name: str) -> Q:
    empty = Q(**{f"{name}__isnull": True})
    is_text = isinstance(Enterprise._meta.get_field(name), models.CharField)
    return empty | Q(**{name: ""}) if is_text else empty


def _silent_by_area(asking: Asking) -> list[Silent]:
    """The silent ones by area directly below, the most first, with a few names and whom to call."""
    rows: QuerySet[Enterprise] = silent(asking.campaign, asking.on).filter(
        below(asking.area.path, "area__path")
    )
    children = asking.children or [asking.area]
    groups = {area.pk: Silent(area, 0, _url(asking, SILENT, asking.word(area)), []) for area in children}
    by_path = {area.path: groups[area.pk] for area in children}
    first: list[int] = []
    listed = (
        rows.select_related("area")
        .only("name", "area__path", "area__name", "is_key")
        .order_by("-is_key", "name")
    )
    for enterprise in listed:
        group = _group_of(enterprise.area.path, by_path)
        if group is None:
            continue
        group.number += 1
        if len(group.named) < MOST_NAMED:
            group.named.append((enterprise, None))
            first.append(enterprise.pk)
    contacts = _contacts(first, asking)
    for group in groups.values():
        group.named = [(enterprise, contacts.get(enterprise.pk)) for enterprise, _none in group.named]
    return sorted((group for group in groups.values() if group.number), key=lambda group: -group.number)


def _group_of(path: str, by_path: dict[str, Silent]) -> Silent | None:
    """The group of the area at or above this path."""
    steps = path.rstrip("/").split("/")
    ways = ("/".join(steps[:length]) + "/" for length in range(len(steps), 0, -1))
    return next((by_path[way] for way in ways if way in by_path), None)


def _contacts(enterprises: list[int], asking: Asking) -> dict[int, Contact]:
    rows = Contact.objects.system().filter(current(asking.on), enterprise__in=enterprises)
    found: dict[int, Contact] = {}
    for contact in rows.order_by("from_on", "pk"):
        found.setdefault(contact.enterprise_id, contact)
    return found
