"""An enterprise's contacts and premises, and what the pack says about ledgers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from fugong.campaigns.dated import value_on
from fugong.campaigns.models import Campaign
from fugong.enterprises.models import Contact, Enterprise, Premises, current


def contacts_of(enterprise: Enterprise, on: date) -> QuerySet[Contact]:
    """Who speaks for the enterprise on a day, the longest first."""
    rows: QuerySet[Contact] = Contact.objects.system().filter(current(on), enterprise=enterprise)
    return rows.select_related("user").order_by("from_on", "pk")


def premises_of(enterprise: Enterprise) -> QuerySet[Premises]:
    """The enterprise's places, by kind and name."""
    rows: QuerySet[Premises] = Premises.objects.system().filter(enterprise=enterprise)
    return rows.order_by("kind", "name")


def suffixes_of(campaign: Campaign) -> tuple[str, ...]:
    """How street names of the place end, by the pack."""
    return tuple(campaign.part("enterprises").get("street_suffixes", ()))


def edition_on(campaign: Campaign, on: date) -> str:
    """The edition of the industry classification in force on a day, by the pack; "" where it says nothing."""
    return value_on(campaign.part("enterprises").get("industry_edition", []), on) or ""


def required_fields(campaign: Campaign) -> list[dict[str, Any]]:
    """The fields without which the pack calls an entry incomplete: [{field, source}]."""
    return list(campaign.part("enterprises").get("required", []))
