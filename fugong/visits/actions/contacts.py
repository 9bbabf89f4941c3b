"""First contacts that are no visits: a meeting with a park or a grid; and calls of officers at their households."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.issues import actions as issues
from fugong.issues.rules import HOUSEHOLD
from fugong.teams.models import Household, HouseholdCharge
from fugong.territory.models import Area
from fugong.visits.models import HouseholdContact, Meeting
from fugong.visits.rules import Outcome, why_not_call_household, why_not_meet


@dataclass(frozen=True)
class Met:
    """A meeting for an area: whom, when, who was there (posts), what was said and needed."""

    kind: str
    on: date
    people: str
    note: str = ""


@transaction.atomic
def meet(*, campaign: Campaign, area: Area, met: Met, by: User, at: datetime) -> Meeting:
    """Note that the park's platform or the grid's officers were met; the first one closes the area's first contact."""
    refuse_if(why_not_meet(met.on, timezone.localdate(at), met.people))
    row: Meeting = Meeting.objects.create(
        campaign=campaign,
        area=area,
        kind=met.kind,
        on=met.on,
        people=met.people.strip()[:200],
        note=met.note.strip(),
        by=by,
        at=at,
    )
    record("visits.meeting.noted", row, by=by, at=at, area=area, kind=met.kind, on=met.on)
    return row


@dataclass(frozen=True)
class Called:
    """What came of a call at a household; `kind` is the pack's kind of request for what they need."""

    outcome: str
    note: str = ""
    kind: str = ""


@transaction.atomic
def call_at_household(*, household: Household, called: Called, by: User, at: datetime) -> HouseholdContact:
    """Note a call. What the household needs becomes an issue of the household's area, with its clock."""
    household = Household.objects.system().select_for_update(of=("self",)).get(pk=household.pk)
    charges = HouseholdCharge.objects.system().in_force().filter(household=household, officer=by)
    refuse_if(why_not_call_household(called.outcome, called.note, is_theirs=charges.exists()))
    row: HouseholdContact = HouseholdContact.objects.create(
        household=household,
        officer=by,
        on=timezone.localdate(at),
        at=at,
        outcome=called.outcome,
        note=called.note.strip()[:400],
    )
    if called.outcome == Outcome.NEEDS:
        row.issue = issues.find(
            campaign=household.campaign,
            enterprise=None,
            area=household.area,
            found=issues.Found(
                title=called.note.strip()[:120],
                detail=household.address,
                kind=called.kind or "problem",
                origin=HOUSEHOLD,
                origin_id=row.pk,
            ),
            by=by,
            at=at,
        )
        row.save(update_fields=["issue"])
    record("visits.household.called", household, by=by, at=at, outcome=called.outcome)
    return row
