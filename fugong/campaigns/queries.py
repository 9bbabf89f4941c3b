"""Questions about campaigns and about the values of the pack they run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from fugong.campaigns.dated import text
from fugong.campaigns.models import AreaRisk, Campaign
from fugong.campaigns.rules import is_illustrative


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
    found = []
    for place, rows in _dated(part, ()):
        begun = [row for row in rows if date.fromisoformat(row["from"]) <= on]
        holding = max(begun, key=lambda row: row["from"]) if begun else None
        for row in rows:
            found.append(
                PackValue(
                    " · ".join(place),
                    row["value"],
                    date.fromisoformat(row["from"]),
                    row["source"],
                    is_illustrative(row["source"]),
                    row is holding,
                )
            )
    return found


def _dated(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    """Every list of dated values below a value, with the names on the way to it."""
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        if all({"value", "from", "source"} <= row.keys() for row in value):
            yield place, value
            return
        for row in value:
            yield from _dated(row, (*place, _name(row)) if _name(row) else place)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _dated(inner, (*place, key))


def _name(row: Mapping[str, Any]) -> str:
    """What a row of a pack is called: its name or title in the active language, else its key."""
    named = row.get("name") or row.get("title") or row.get("key") or ""
    return text(named) if isinstance(named, (str, dict)) else ""


def is_erased(campaign: Campaign) -> bool:
    """Whether the campaign's personal data has gone: no link that was given out opens a page any more."""
    closing = getattr(campaign, "closing", None)
    return closing is not None and closing.erased_at is not None


def moment_of(campaign: Campaign | None, now: datetime) -> datetime:
    """The campaign's now: the clock, except that the demo stands still late on one day."""
    if campaign is None or campaign.frozen_on is None:
        return now
    local = timezone.localtime(now)
    hour = time(17, local.minute, local.second, local.microsecond)
    return timezone.make_aware(datetime.combine(campaign.frozen_on, hour))


def risk_levels(campaign: Campaign) -> list[tuple[str, str]]:
    """(key, name in the active language) of the pack's risk levels of areas, from low to high."""
    return [(row["key"], text(row["name"])) for row in campaign.part("territory").get("risk_level", [])]


def risks_on(campaign_id: int | None, on: date) -> list[AreaRisk]:
    """The ratings in force on a day, of each area that has one of its own, the deepest areas first; one query."""
    rows = AreaRisk.objects.filter(campaign=campaign_id, from_on__lte=on).select_related("area", "by")
    latest = {row.area_id: row for row in rows.order_by("from_on", "pk")}
    return sorted(latest.values(), key=lambda row: (-row.area.depth, row.area.path))
