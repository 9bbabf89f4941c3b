"""The risk lists (负面清单): what the pack declares, who is on them, how they moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.core import conditions
from fugong.enterprises.models import Enterprise, Listing

TREND_DAYS = 14


@dataclass(frozen=True)
class RiskList:
    """One list as the pack has it on a day; `condition` is "" before its first day."""

    key: str
    name: str
    condition: str
    cadence_days: int
    weight: float
    evidence_needed: bool
    source: str
    threshold_source: str = ""


@dataclass(frozen=True)
class ListMovement:
    """A list: how many are on it now, entered and left on the day, and how many at the end of each last day."""

    risk_list: RiskList
    now: int
    entered: int
    left: int
    trend: tuple[int, ...]


def risk_lists(campaign: Campaign, on: date) -> list[RiskList]:
    """The pack's lists in its order, with the condition in force on a day."""
    return [_risk_list(row, on) for row in campaign.part("enterprises").get("risk_list", [])]


def _risk_list(row: dict[str, Any], on: date) -> RiskList:
    begun = [dated for dated in row["condition"] if date.fromisoformat(str(dated["from"])) <= on]
    newest = max(begun, key=lambda dated: str(dated["from"]), default=None)
    return RiskList(
        key=row["key"],
        name=text(row["name"]),
        condition=value_on(row["condition"], on) or "",
        cadence_days=row["cadence_days"],
        weight=row["weight"],
        evidence_needed=row["evidence_needed"],
        source=row["source"],
        threshold_source=newest["source"] if newest else "",
    )


def movements(
    campaign: Campaign, enterprises: QuerySet[Enterprise], on: date, days: int = TREND_DAYS
) -> list[ListMovement]:
    """Every list with its numbers over the given (scoped) enterprises. One query."""
    rows = Listing.objects.system().filter(enterprise__in=enterprises.order_by().values("pk"))
    entered, left = Counter[tuple[str, date]](), Counter[tuple[str, date]]()
    for key, entered_at, left_at in rows.values_list("risk_list", "entered_at", "left_at"):
        entered[key, timezone.localdate(entered_at)] += 1
        if left_at is not None:
            left[key, timezone.localdate(left_at)] += 1
    return [
        ListMovement(
            risk_list=one,
            now=_at_end_of(on, one.key, entered, left),
            entered=entered[one.key, on],
            left=left[one.key, on],
            trend=tuple(
                _at_end_of(on - timedelta(days=back), one.key, entered, left)
                for back in reversed(range(days))
            ),
        )
        for one in risk_lists(campaign, on)
    ]


def _at_end_of(
    day: date, key: str, entered: Counter[tuple[str, date]], left: Counter[tuple[str, date]]
) -> int:
    def until(counts: Counter[tuple[str, date]]) -> int:
        return sum(count for (listed, on), count in counts.items() if listed == key and on <= day)

    return until(entered) - until(left)


def listings_of(enterprise: Enterprise) -> list[Listing]:
    """Every listing of an enterprise, those in force first, then the newest."""
    rows = Listing.objects.system().filter(enterprise=enterprise).select_related("entered_by", "left_by")
    return sorted(
        rows, key=lambda row: (row.left_at is None, row.left_at or row.entered_at, row.pk), reverse=True
    )


def still_true(
    enterprise: Enterprise, lists: Iterable[RiskList], moment: conditions.Moment
) -> dict[str, str]:
    """For each list whose condition the enterprise meets at the moment: why."""
    found = {one.key: conditions.why(one.condition, enterprise, moment) for one in lists if one.condition}
    return {key: why for key, why in found.items() if why}
