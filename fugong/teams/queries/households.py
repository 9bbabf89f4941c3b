"""Questions about households: who answers for none, which have nobody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from fugong.access.models import User
from fugong.campaigns.dated import value_on
from fugong.campaigns.models import Campaign
from fugong.teams.models import Household, HouseholdCharge


def contact_days(campaign: Campaign, on: date) -> tuple[int, int]:
    """Within how many days a household hears from its officer, and one under watch; 7 and 1 where the pack is silent."""
    part = campaign.part("teams").get("households") or {}
    plain = value_on(part.get("contact_days", []), on) or 7
    watched = value_on(part.get("watched_contact_days", []), on) or 1
    return int(plain), int(watched)


def without_officer(households: QuerySet[Household]) -> QuerySet[Household]:
    """Of the given households, those that nobody answers for."""
    charged = HouseholdCharge.objects.system().in_force().filter(household=OuterRef("pk"))
    return households.filter(~Exists(charged))


def households_of(officer: Any, campaign: Campaign) -> QuerySet[Household]:
    """The households that an officer answers for now."""
    mine = HouseholdCharge.objects.system().in_force().filter(officer=officer).values("household")
    rows: QuerySet[Household] = Household.objects.system().of(campaign).filter(pk__in=mine)
    return rows.select_related("area").order_by("area__path", "address")


def household_load(campaign: Campaign, officers: QuerySet[User]) -> dict[int, int]:
    """How many households each officer answers for; one query."""
    rows = HouseholdCharge.objects.system().in_force()
    rows = rows.filter(household__campaign=campaign, officer__in=officers.values("pk"))
    return dict(rows.values_list("officer").annotate(n=Count("pk")))
