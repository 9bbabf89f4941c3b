"""Households are entered and corrected, and each is given to one officer who answers for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import described, record, record_many
from fugong.core.models import Event
from fugong.core.refusals import refuse_if
from fugong.teams.models import Household, HouseholdCharge
from fugong.territory.models import Area


@dataclass(frozen=True)
class HouseholdFacts:
    """What is known of a household. An empty label or phone keeps the one on file."""

    area: Area
    code: str
    address: str
    people: int = 1
    label: str = ""
    phone: str = ""
    watched_until: date | None = None
    note: str = ""

    def values(self) -> dict[str, Any]:
        sealed = {name: value for name in ("label", "phone") if (value := getattr(self, name))}
        return {
            "area": self.area,
            "code": self.code.strip()[:40],
            "address": self.address.strip()[:160],
            "people": self.people,
            "watched_until": self.watched_until,
            "note": self.note.strip()[:200],
            **sealed,
        }


def _check(campaign_id: int, facts: HouseholdFacts, own: int | None) -> None:
    refuse_if(
        ""
        if facts.code.strip() and facts.address.strip()
        else _("A household needs a number and an address.")
    )
    same = Household.objects.system().filter(campaign_id=campaign_id, code=facts.code.strip()).exclude(pk=own)
    refuse_if(_("Another household has this number.") if same.exists() else "")


@transaction.atomic
def register_household(*, campaign: Campaign, facts: HouseholdFacts, by: Any, at: datetime) -> Household:
    """Enter a household; it is listed as without an officer until somebody answers for it."""
    _check(campaign.pk, facts, None)
    row: Household = Household.objects.create(campaign=campaign, created_at=at, **facts.values())
    record("teams.household.registered", row, by=by, at=at)
    return row


@transaction.atomic
def correct_household(*, household: Household, facts: HouseholdFacts, by: Any, at: datetime) -> Household:
    """Correct what is known of a household."""
    _check(household.campaign_id, facts, household.pk)
    values = facts.values()
    changed = [
        name
        for name, value in values.items()
        if name in ("label", "phone") or getattr(household, name) != value
    ]
    for name in changed:
        setattr(household, name, values[name])
    household.save(update_fields=changed)
    record("teams.household.corrected", household, by=by, at=at, fields=sorted(changed))
    return household


@transaction.atomic
def close_household(*, household: Household, on: date, by: Any, at: datetime) -> Household:
    """Nobody lives there any more: it is no longer counted, and who answered for it is free."""
    household = Household.objects.system().select_for_update().get(pk=household.pk)
    refuse_if(_("This has ended already.") if household.closed_on else "")
    household.closed_on = on
    household.save(update_fields=["closed_on"])
    for charge in HouseholdCharge.objects.system().in_force().filter(household=household):
        _end(charge, on)
    record("teams.household.closed", household, by=by, at=at, on=on)
    return household


def _end(charge: HouseholdCharge, on: date) -> None:
    charge.to_on = max(on, charge.from_on)
    charge.save(update_fields=["to_on"])


@transaction.atomic
def give_households(
    *, households: Iterable[int], officer: User, on: date, by: Any, at: datetime, reason: str = ""
) -> int:
    """This officer answers for the households from `on`; those of others are handed over. The number that changed."""
    refuse_if("" if officer.is_active else _("This officer is no longer active."))
    locked = Household.objects.system().select_for_update().filter(pk__in=list(households)).order_by("pk")
    rows = {row.pk: row for row in locked}
    standing = HouseholdCharge.objects.system().in_force().filter(household__in=rows)
    before = {charge.household_id: charge for charge in standing}
    begun = []
    for pk in rows:
        charge = before.get(pk)
        if charge is not None and charge.officer_id == officer.pk:
            continue
        if charge is not None:
            _end(charge, on)
        begun.append(
            HouseholdCharge(household_id=pk, officer=officer, from_on=on, by=by, reason=reason.strip()[:200])
        )
    HouseholdCharge.objects.bulk_create(begun, batch_size=500)
    record_many([_event(one, rows[one.household_id], before, by, at) for one in begun])
    return len(begun)


def _event(
    charge: HouseholdCharge, household: Household, before: dict[int, HouseholdCharge], by: Any, at: datetime
) -> Event:
    earlier = before.get(household.pk)
    name = "teams.household.handed_over" if earlier else "teams.household.given"
    changes = {"officer": charge.officer_id, "before": earlier.officer_id if earlier else None}
    about = {"by": by, "at": at, "campaign_id": household.campaign_id, "changes": changes}
    return Event(**described(name, household, **about))


@transaction.atomic
def end_household_charge(*, charge: HouseholdCharge, on: date, by: Any, at: datetime, reason: str) -> None:
    """Nobody answers for the household until somebody is named; it is listed."""
    rows = HouseholdCharge.objects.system().select_for_update(of=("self",))
    charge = rows.select_related("household", "officer").get(pk=charge.pk)
    refuse_if(_("This has ended already.") if charge.to_on else "")
    refuse_if("" if reason.strip() else _("Give a reason; whoever reads it next needs it."))
    _end(charge, on)
    record("teams.household.given_up", charge.household, by=by, at=at, officer=charge.officer, reason=reason)
