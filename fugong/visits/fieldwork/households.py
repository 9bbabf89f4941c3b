"""Nobody missed (T7): households without an officer, not heard from in time, with a watch that nobody ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum

from fugong.campaigns.models import Campaign
from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.core.paths import below_any
from fugong.teams.models import Household
from fugong.teams.queries import households_of
from fugong.territory.models import Area
from fugong.visits.models import HouseholdContact

WITHOUT = "has_officer = False"
SILENT = "contact_overdue = True"
WATCH_OVER = "watch_overdue = True"


@dataclass(frozen=True)
class AreaMissed:
    """One area: its households, those without an officer, not heard from in time, with a watch past its day."""

    area: Area
    total: int
    people: int
    without: int
    silent: int
    watch_over: int

    @property
    def is_whole(self) -> bool:
        return not (self.without or self.silent or self.watch_over)


def missed(campaign: Campaign, paths: list[str], on: date, at: datetime) -> list[AreaMissed]:
    """Every area with households below the paths, the ones with gaps first; four queries."""
    rows = Household.objects.system().of(campaign).filter(below_any(paths, "area__path"))
    moment = Moment(campaign_id=campaign.pk, on=on, at=at)
    counted = {name: _by_area(rows, text, moment) for name, text in _LISTS.items()}
    totals = rows.order_by().values_list("area").annotate(n=Count("pk"))
    areas = Area.objects.in_bulk([pk for pk, _n in totals])
    people = dict(rows.order_by().values_list("area").annotate(n=Sum("people")))
    found = [
        AreaMissed(areas[pk], number, people[pk], **{name: counted[name].get(pk, 0) for name in _LISTS})
        for pk, number in totals
    ]
    return sorted(found, key=lambda one: (one.is_whole, -one.without, -one.silent, one.area.path))


_LISTS = {"without": WITHOUT, "silent": SILENT, "watch_over": WATCH_OVER}


def _by_area(rows: QuerySet[Household], text: str, moment: Moment) -> dict[int, int]:
    chosen = conditions.apply(rows, text, moment).values("pk")
    counted = Household.objects.system().filter(pk__in=chosen).order_by().values_list("area")
    return dict(counted.annotate(n=Count("pk")))


@dataclass(frozen=True)
class MyHousehold:
    """One of an officer's households: the last call, and whether the next one is due."""

    household: Household
    last: HouseholdContact | None
    is_due: bool
    is_watched: bool


def my_households(officer: Any, campaign: Campaign, on: date, at: datetime) -> list[MyHousehold]:
    """The officer's households, those due first; three queries."""
    rows = list(households_of(officer, campaign))
    moment = Moment(campaign_id=campaign.pk, on=on, at=at)
    late = conditions.apply(
        Household.objects.system().filter(pk__in=[row.pk for row in rows]), SILENT, moment
    )
    due = set(late.values_list("pk", flat=True))
    calls = HouseholdContact.objects.system().filter(household__in=rows).order_by("at", "pk")
    last = {call.household_id: call for call in calls.select_related("issue")}
    found = [
        MyHousehold(
            row,
            last.get(row.pk),
            row.pk in due,
            row.watched_until is not None and row.watched_until >= on,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.is_due, not one.is_watched, one.household.address))


def calls_of(household: Household) -> QuerySet[HouseholdContact]:
    """The calls at a household, newest first."""
    rows = HouseholdContact.objects.system().filter(household=household).select_related("officer", "issue")
    found: QuerySet[HouseholdContact] = rows.order_by("-at", "-pk")
    return found


def due_of(officer: Any, campaign: Campaign, on: date, at: datetime) -> tuple[int, int]:
    """How many households an officer answers for, and at how many a call is due; one query where there are none."""
    mine = households_of(officer, campaign)
    total = mine.count()
    if not total:
        return 0, 0
    late = conditions.apply(mine, SILENT, Moment(campaign_id=campaign.pk, on=on, at=at))
    return total, late.count()
