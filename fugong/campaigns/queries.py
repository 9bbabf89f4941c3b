"""Questions about campaigns and about the values of the pack they run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from fugong.campaigns.dated import text
from fugong.campaigns.models import AreaRisk, Campaign
from fugong.campaigns.rules import STANDS_AT, is_illustrative
from fugong.campaigns.words import said
from fugong.core import conditions
from fugong.core.registry import find

LAST_HOUR = timedelta(hours=1)


def campaign_of(user: Any, chosen: int | None) -> Campaign | None:
    """The campaign a user works in: the one they chose, else the newest running one they may see."""
    if not user.is_authenticated:
        return None
    seen = Campaign.objects.visible_to(user).select_related("area", "release")
    if chosen:
        kept = seen.filter(pk=chosen).first()
        if kept:
            return kept
    return seen.exclude(status=Campaign.Status.CLOSED).order_by("-starts_on", "-pk").first()


def campaigns_of(user: Any) -> QuerySet[Campaign]:
    """The campaigns that a user may work in, the newest first."""
    return Campaign.objects.visible_to(user).select_related("area").order_by("-starts_on", "-pk")


@dataclass(frozen=True)
class PackValue:
    """A dated value of a pack: where it stands, what it is, since when and after which source.

    `holds` is false for a value that begins later than the day asked about, or that a later one has replaced.
    """

    place: str
    value: Any
    from_on: date
    source: str
    is_illustrative: bool
    holds: bool


def values_of(part: Mapping[str, Any], on: date) -> list[PackValue]:
    """Every dated value of a part of a pack, in the order of its file; names in the active language."""
    found, names = [], _names(part)
    for place, key, rows in _dated(part, (), names):
        begun = [row for row in rows if date.fromisoformat(row["from"]) <= on]
        holding = max(begun, key=lambda row: row["from"]) if begun else None
        for row in rows:
            found.append(
                PackValue(
                    " · ".join(place),
                    _value(key, row["value"], names),
                    date.fromisoformat(row["from"]),
                    row["source"],
                    is_illustrative(row["source"]),
                    row is holding,
                )
            )
    return found


def _names(part: Mapping[str, Any]) -> dict[str, str]:
    """What the part itself calls the areas and risk levels that its rows name by their keys."""
    rows = [*part.get("areas", []), *part.get("risk_level", [])]
    return {row["key"]: text(row["name"]) for row in rows if "name" in row}


def _dated(
    value: Any, place: tuple[str, ...], names: Mapping[str, str], key: str = ""
) -> Iterator[tuple[tuple[str, ...], str, list[dict[str, Any]]]]:
    """Every list of dated values below a value, with the names on the way to it and its own key."""
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        if all({"value", "from", "source"} <= row.keys() for row in value):
            yield place, key, value
            return
        for row in value:
            name = _name(row, names)
            yield from _dated(row, (*place, name) if name else place, names)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _dated(inner, (*place, said(name)), names, name)


def _name(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What a row of a pack is called: its name or title in the active language, its area's, else its key or kind."""
    named = row.get("name") or row.get("title") or names.get(row.get("area", ""))
    if isinstance(named, (str, dict)) and named:
        return text(named)
    return said(row.get("key") or row.get("kind") or "")


def _value(key: str, value: Any, names: Mapping[str, str]) -> Any:
    """A condition in the language of the page, a risk level by its name; everything else as it stands."""
    if key == "condition":
        return conditions.said(value, find("enterprises").model)
    return names.get(value, value) if isinstance(value, str) else value


def is_erased(campaign: Campaign) -> bool:
    """Whether the campaign's personal data has gone: no link that was given out opens a page any more."""
    closing = getattr(campaign, "closing", None)
    return closing is not None and closing.erased_at is not None


def moment_of(campaign: Campaign | None, now: datetime) -> datetime:
    """The campaign's now: the clock, except that the demo stands still late on one day.

    It never goes back, or what was just done would not have happened yet: from `STANDS_AT` on, the demo's clock goes
    as the real one does and slows down, so that its last hour never ends.
    """
    if campaign is None or campaign.frozen_on is None:
        return now
    passed = max(now - (campaign.frozen_at or now), timedelta(0))
    last = timezone.make_aware(datetime.combine(campaign.frozen_on, STANDS_AT))
    return last + LAST_HOUR * (passed / (LAST_HOUR + passed))


def risk_levels(campaign: Campaign) -> list[tuple[str, str]]:
    """(key, name in the active language) of the pack's risk levels of areas, from low to high."""
    return [(row["key"], text(row["name"])) for row in campaign.part("territory").get("risk_level", [])]


def risks_on(campaign_id: int | None, on: date) -> list[AreaRisk]:
    """The ratings in force on a day, of each area that has one of its own, the deepest areas first; one query."""
    rows = AreaRisk.objects.filter(campaign=campaign_id, from_on__lte=on).select_related("area", "by")
    latest = {row.area_id: row for row in rows.order_by("from_on", "pk")}
    return sorted(latest.values(), key=lambda row: (-row.area.depth, row.area.path))
