"""Who is due for a visit on a day, how urgently, and why: cadences of the pack, risk lists, look-backs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, QuerySet

from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.enterprises.models import Enterprise, Listing
from fugong.issues.models import Issue
from fugong.issues.rules import UNSOLVED, Status
from fugong.visits.models import LookBack, Visit
from fugong.visits.rules import Coverage, VisitStatus


@dataclass(frozen=True)
class Cadence:
    """How often, on a day. `every_days` None: once in the campaign. `weight`: minutes for a day of delay."""

    key: str
    name: str
    every_days: int | None
    weight: float

    @property
    def strictness(self) -> float:
        return self.every_days if self.every_days is not None else 10_000


@dataclass
class Due:
    """One enterprise's standing on a day."""

    enterprise_id: int
    cadence: Cadence
    last_visit_on: date | None = None
    visits: int = 0
    risk_lists: list[str] = field(default_factory=list)
    look_back_on: date | None = None
    look_backs: int = 0
    open_issues: int = 0

    def due_on(self, starts_on: date) -> date | None:
        """The day of the next visit, by cadence or look-back, whichever is earlier; None: nothing is owed."""
        by_cadence = self._by_cadence(starts_on)
        days = [day for day in (by_cadence, self.look_back_on) if day is not None]
        return min(days) if days else None

    def _by_cadence(self, starts_on: date) -> date | None:
        if self.last_visit_on is None:
            return starts_on
        if self.cadence.every_days is None:
            return None
        return self.last_visit_on + timedelta(days=self.cadence.every_days)


def cadences(campaign: Campaign, on: date) -> list[tuple[Cadence, str]]:
    """The pack's cadences with their conditions, and one for each risk list (its condition: being listed)."""
    found = [
        (
            Cadence(row["key"], text(row["name"]), _every(row, on), float(value_on(row["weight"], on) or 1)),
            row["condition"],
        )
        for row in campaign.part("visits").get("cadence", [])
    ]
    minutes = float(value_on(campaign.part("visits").get("risk_weight", []), on) or 1)
    for row in campaign.part("enterprises").get("risk_list", []):
        listed = Cadence(row["key"], text(row["name"]), row["cadence_days"], row["weight"] * minutes)
        found.append((listed, f'risk_list = "{row["key"]}"'))
    return found


def _every(row: Mapping[str, Any], on: date) -> int | None:
    value = None if row.get("once") else value_on(row.get("every_days", []), on)
    return None if value is None else int(value)


def standing(campaign: Campaign, on: date, at: datetime) -> dict[int, Due]:
    """Every enterprise of the campaign with its cadence, last visit, look-backs, lists and open issues.

    A constant number of queries: one for each cadence and five more, whatever the number of enterprises.
    """
    moment = Moment(campaign_id=campaign.pk, on=on, at=at)
    ledger = Enterprise.objects.system().of(campaign)
    found = _by_strictest_cadence(ledger, cadences(campaign, on), moment)
    _add_visits(found, campaign, on)
    _add_lists(found, campaign, at)
    _add_look_backs(found, campaign)
    _add_issues(found, campaign)
    return found


def _by_strictest_cadence(
    ledger: QuerySet[Enterprise], wanted: Iterable[tuple[Cadence, str]], moment: Moment
) -> dict[int, Due]:
    """The shortest cadence that each enterprise meets; of equally short ones, the one that weighs more."""
    found: dict[int, Due] = {}
    for cadence, condition in strictest_last(wanted):
        for pk in conditions.apply(ledger, condition, moment).values_list("pk", flat=True):
            found[pk] = Due(pk, cadence)
    return found


def strictest_last(wanted: Iterable[tuple[Cadence, str]]) -> list[tuple[Cadence, str]]:
    """The cadences in such an order that the last one an enterprise meets is the one that holds for it."""
    return sorted(wanted, key=lambda pair: (-pair[0].strictness, pair[0].weight))


def _add_visits(found: dict[int, Due], campaign: Campaign, on: date) -> None:
    """Visits up to the day, its own included: whoever was seen this morning is not due this afternoon."""
    made = Visit.objects.system().filter(campaign=campaign, status=VisitStatus.DONE, on__lte=on)
    for pk, last, times in made.values_list("enterprise").annotate(last=Max("on"), times=Count("pk")):
        if pk in found:
            found[pk].last_visit_on, found[pk].visits = last, times


def _add_lists(found: dict[int, Due], campaign: Campaign, at: datetime) -> None:
    names = {row["key"]: text(row["name"]) for row in campaign.part("enterprises").get("risk_list", [])}
    listed = Listing.objects.system().at(at).filter(enterprise__campaign=campaign)
    for pk, key in listed.order_by("risk_list").values_list("enterprise_id", "risk_list"):
        if pk in found:
            found[pk].risk_lists.append(names.get(key, key))


def _add_look_backs(found: dict[int, Due], campaign: Campaign) -> None:
    waiting = LookBack.objects.system().waiting().filter(enterprise__campaign=campaign)
    owed = waiting.filter(issue__status=Status.SOLVED)
    for pk, first, times in owed.values_list("enterprise").annotate(first=Min("due_on"), times=Count("pk")):
        if pk in found:
            found[pk].look_back_on, found[pk].look_backs = first, times


def _add_issues(found: dict[int, Due], campaign: Campaign) -> None:
    """Issues that nobody has solved yet; the solved ones wait for a look-back and are counted there."""
    unsolved = Issue.objects.system().filter(campaign=campaign, status__in=UNSOLVED, enterprise__isnull=False)
    for pk, times in unsolved.values_list("enterprise").annotate(times=Count("pk")):
        if pk in found:
            found[pk].open_issues = times


def coverage(due: Due, campaign: Campaign, on: date) -> str:
    """The mark on the grid map: never, overdue, on time, or visited too often for its cadence."""
    if due.visits == 0:
        return Coverage.NEVER
    due_on = due.due_on(campaign.starts_on)
    if due_on is not None and due_on < on:
        return Coverage.OVERDUE
    if due.visits > expected_visits(due, campaign, on) + 1:
        return Coverage.OVER_VISITED
    return Coverage.ON_TIME


def expected_visits(due: Due, campaign: Campaign, on: date) -> int:
    """Visits that the enterprise's cadence asks for from the first day up to `on`."""
    return expected_of(due.cadence, campaign.starts_on, on)


def expected_of(cadence: Cadence, starts_on: date, on: date) -> int:
    """Visits that a cadence asks for from the first day up to `on`, at least one."""
    if cadence.every_days is None:
        return 1
    return max(1, -(-((on - starts_on).days + 1) // cadence.every_days))
