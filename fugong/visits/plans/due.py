"""Who is due for a visit on a day, how urgently, and why: cadences of the pack, risk lists, look-backs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.core.conditions import Moment
from fugong.core.paths import below_any
from fugong.enterprises.models import Enterprise, Listing
from fugong.issues.models import Issue
from fugong.issues.rules import UNSOLVED, Status
from fugong.visits.models import LookBack, Visit
from fugong.visits.rules import Coverage, VisitStatus
from fugong.visits.selecting import first_met


@dataclass(frozen=True)
class Cadence:
    """How often, on a day. `every_days` None: once in the campaign. `weight`: minutes for a day of delay.

    `cycle_days`: whoever was not seen for so long must be visited.
    """

    key: str
    name: str
    every_days: int | None
    weight: float
    cycle_days: int | None = None
    # False for the cadence of a risk list.
    is_of_pack: bool = True

    @property
    def strictness(self) -> float:
        return self.every_days if self.every_days is not None else 10_000


@dataclass
class Due:
    """One enterprise's standing on a day. `entered_on`: since when it stands in the ledger (None: always)."""

    enterprise_id: int
    cadence: Cadence
    last_visit_on: date | None = None
    visits: int = 0
    risk_lists: list[str] = field(default_factory=list)
    look_back_on: date | None = None
    look_backs: int = 0
    open_issues: int = 0
    entered_on: date | None = None

    def due_on(self, starts_on: date, *, within: int = 0, ends_on: date | None = None) -> date | None:
        """The day of the next visit, by cadence or look-back, whichever is earlier; None: nothing is owed.

        `within`: days for the first contact (F5). Whoever is visited once is owed that visit until `ends_on`.
        """
        by_cadence = self.by_cadence(starts_on, within=within, ends_on=ends_on)
        days = [day for day in (by_cadence, self.look_back_on) if day is not None]
        return min(days) if days else None

    def by_cadence(self, starts_on: date, *, within: int = 0, ends_on: date | None = None) -> date | None:
        """The day of the next visit without look-backs."""
        if self.last_visit_on is not None:
            every = self.cadence.every_days
            return None if every is None else self.last_visit_on + timedelta(days=every)
        return ends_on if self.cadence.every_days is None else self.first_contact_on(starts_on, within)

    def first_contact_on(self, starts_on: date, within: int) -> date:
        """The last day in time for the first contact: so many days after the campaign began, or the enterprise came."""
        return max(starts_on, self.entered_on or starts_on) + timedelta(days=within)

    def breaks_cycle_on(self, starts_on: date) -> date | None:
        """The last day within the cycle; None where there is none."""
        if self.cadence.cycle_days is None:
            return None
        since = self.last_visit_on or max(starts_on, self.entered_on or starts_on)
        return since + timedelta(days=self.cadence.cycle_days)


def cadences(campaign: Campaign, on: date) -> list[tuple[Cadence, str]]:
    """The pack's cadences with their conditions, and one for each risk list (its condition: being listed)."""
    found = [(_cadence(row, on), row["condition"]) for row in campaign.part("visits").get("cadence", [])]
    minutes = float(value_on(campaign.part("visits").get("risk_weight", []), on) or 1)
    for row in campaign.part("enterprises").get("risk_list", []):
        listed = Cadence(
            row["key"], text(row["name"]), row["cadence_days"], row["weight"] * minutes, is_of_pack=False
        )
        found.append((listed, f'risk_list = "{row["key"]}"'))
    return found


def _cadence(row: Mapping[str, Any], on: date) -> Cadence:
    every = None if row.get("once") else value_on(row.get("every_days", []), on)
    cycle = value_on(row.get("cycle_days", []), on)
    return Cadence(
        row["key"],
        text(row["name"]),
        None if every is None else int(every),
        float(value_on(row["weight"], on) or 1),
        None if cycle is None else int(cycle),
    )


def first_contact_days(campaign: Campaign, on: date) -> int:
    """Days within which an enterprise that is visited again and again has its first contact; 0: on the first day."""
    return int(value_on(campaign.part("visits").get("first_contact_days", []), on) or 0)


def standing(
    campaign: Campaign, on: date, at: datetime, paths: Sequence[str] | None = None
) -> dict[int, Due]:
    """Every enterprise of the campaign with its cadence, last visit, look-backs, lists and open issues.

    With `paths` only those of the areas below them.
    Five queries, whatever the number of enterprises.
    """
    moment = Moment(campaign_id=campaign.pk, on=on, at=at)
    ledger = Enterprise.objects.system().of(campaign)
    ledger = ledger if paths is None else ledger.filter(below_any(list(paths), "area__path"))
    found = _by_strictest_cadence(ledger, cadences(campaign, on), moment)
    inside = Q() if paths is None else below_any(list(paths), "enterprise__area__path")
    _add_visits(found, campaign, inside, on)
    _add_lists(found, campaign, inside, at)
    _add_look_backs(found, campaign, inside)
    _add_issues(found, campaign, inside)
    return found


def _by_strictest_cadence(
    ledger: QuerySet[Enterprise], wanted: Iterable[tuple[Cadence, str]], moment: Moment
) -> dict[int, Due]:
    """The shortest cadence that each enterprise meets; of equally short ones, the one that weighs more. One query."""
    ordered = strictest_last(wanted)[::-1]
    met = first_met(ledger, [condition for _one, condition in ordered], moment)
    day_of = cache(timezone.localdate)  # most of a ledger is entered at one moment
    return {
        pk: Due(pk, ordered[number][0], entered_on=day_of(at))
        for pk, number, at in met.values_list("pk", "met", "created_at")
    }


def strictest_last(wanted: Iterable[tuple[Cadence, str]]) -> list[tuple[Cadence, str]]:
    """The cadences in such an order that the last one an enterprise meets is the one that holds for it."""
    return sorted(wanted, key=lambda pair: (-pair[0].strictness, pair[0].weight))


def _add_visits(found: dict[int, Due], campaign: Campaign, inside: Q, on: date) -> None:
    """Visits up to the day, its own included: whoever was seen this morning is not due this afternoon."""
    made = Visit.objects.system().filter(inside, campaign=campaign, status=VisitStatus.DONE, on__lte=on)
    for pk, last, times in made.values_list("enterprise").annotate(last=Max("on"), times=Count("pk")):
        if pk in found:
            found[pk].last_visit_on, found[pk].visits = last, times


def _add_lists(found: dict[int, Due], campaign: Campaign, inside: Q, at: datetime) -> None:
    names = {row["key"]: text(row["name"]) for row in campaign.part("enterprises").get("risk_list", [])}
    listed = Listing.objects.system().at(at).filter(inside, enterprise__campaign=campaign)
    for pk, key in listed.order_by("risk_list").values_list("enterprise_id", "risk_list"):
        if pk in found:
            found[pk].risk_lists.append(names.get(key, key))


def _add_look_backs(found: dict[int, Due], campaign: Campaign, inside: Q) -> None:
    waiting = LookBack.objects.system().waiting().filter(inside, enterprise__campaign=campaign)
    owed = waiting.filter(issue__status=Status.SOLVED)
    for pk, first, times in owed.values_list("enterprise").annotate(first=Min("due_on"), times=Count("pk")):
        if pk in found:
            found[pk].look_back_on, found[pk].look_backs = first, times


def _add_issues(found: dict[int, Due], campaign: Campaign, inside: Q) -> None:
    """Issues that nobody has solved yet; the solved ones wait for a look-back and are counted there."""
    unsolved = Issue.objects.system().filter(
        inside, campaign=campaign, status__in=UNSOLVED, enterprise__isnull=False
    )
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
