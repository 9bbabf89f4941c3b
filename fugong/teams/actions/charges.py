"""Charges: proposed by the engine, confirmed by a person, handed over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import described, record, record_many
from fugong.core.gates import refuse_shut
from fugong.core.models import Event
from fugong.core.paths import below
from fugong.core.refusals import refuse_if
from fugong.enterprises.models import Enterprise
from fugong.teams import queries, rules
from fugong.teams.matching import match
from fugong.teams.models import Charge, ChargeProposal
from fugong.territory.models import Area


@transaction.atomic
def propose_charges(*, campaign: Campaign, area: Area, kind: str, by: Any, at: datetime, on: date) -> int:
    """Propose an officer for every enterprise that should have one and has none; the number proposed.

    Near and evenly loaded (see matching.match), within the pack's ratio; where places are short, key enterprises
    come first. A new proposal replaces the one that waits.
    """
    uncovered = list(queries.uncovered(campaign, kind, on, at).filter(below(area.path, "area__path")))
    seats = queries.seats(campaign, area, kind, on)
    places = {row.pk: queries.position_of(row) for row in uncovered}
    free = {seat.officer_id: seat for seat in seats}
    found = match(places, seats, first={row.pk for row in uncovered if row.is_key})
    waiting = ChargeProposal.objects.system().filter(enterprise__campaign=campaign, kind=kind)
    waiting.filter(below(area.path, "enterprise__area__path")).delete()
    ChargeProposal.objects.bulk_create(
        [
            ChargeProposal(
                enterprise_id=one.enterprise_id,
                officer_id=one.officer_id,
                kind=kind,
                distance_km=round(one.km, 2),
                reason=_("%(km).1f km away; may take %(free)d more")
                % {"km": one.km, "free": free[one.officer_id].free},
                at=at,
            )
            for one in found
        ],
        batch_size=500,
    )
    record(
        "teams.charges.proposed",
        campaign,
        by=by,
        at=at,
        campaign_id=campaign.pk,
        kind=kind,
        wanted=len(uncovered),
        proposed=len(found),
    )
    return len(found)


@transaction.atomic
def confirm(*, proposals: Iterable[ChargeProposal], by: Any, at: datetime, on: date) -> int:
    """A person agrees: the proposals become charges. One that was overtaken meanwhile is dropped; the number begun."""
    asked = [row.pk for row in proposals]
    rows = list(ChargeProposal.objects.system().filter(pk__in=asked).order_by("enterprise_id"))
    locked = Enterprise.objects.system().select_for_update(of=("self",)).order_by("pk")
    campaigns = dict(
        locked.filter(pk__in={row.enterprise_id for row in rows}).values_list("pk", "campaign_id")
    )
    for campaign_id in set(campaigns.values()):
        refuse_shut("teams.charge.begun", campaign_id)  # also where every proposal was overtaken
    standing = Charge.objects.system().in_force().filter(enterprise__in=campaigns)
    taken = set(standing.values_list("enterprise_id", "kind"))
    charges = [
        Charge(
            enterprise_id=row.enterprise_id,
            officer_id=row.officer_id,
            kind=row.kind,
            from_on=on,
            by=by,
            reason=row.reason,
        )
        for row in rows
        if (row.enterprise_id, row.kind) not in taken
    ]
    Charge.objects.bulk_create(charges, batch_size=500)
    ChargeProposal.objects.system().filter(pk__in=asked).delete()
    record_many([_begun(one, campaigns[one.enterprise_id], by, at) for one in charges])
    return len(charges)


def _begun(charge: Charge, campaign_id: int, by: Any, at: datetime) -> Event:
    changes = {"officer": charge.officer_id, "enterprise": charge.enterprise_id, "kind": charge.kind}
    return Event(
        **described("teams.charge.begun", charge, by=by, at=at, campaign_id=campaign_id, changes=changes)
    )


@transaction.atomic
def drop_proposals(*, campaign: Campaign, proposals: Iterable[ChargeProposal], by: Any, at: datetime) -> int:
    """Nobody agrees: the proposals go, the enterprises stay without an officer; the number dropped."""
    asked = [row.pk for row in proposals]
    ChargeProposal.objects.system().filter(pk__in=asked).delete()
    record("teams.charges.dropped", campaign, by=by, at=at, campaign_id=campaign.pk, proposals=len(asked))
    return len(asked)


@transaction.atomic
def charge(
    *, enterprise: Enterprise, officer: User, kind: str, on: date, by: Any, at: datetime, reason: str = ""
) -> Charge:
    """This officer answers for the enterprise from `on`; a charge that stands is handed over and kept as history."""
    Enterprise.objects.system().select_for_update(of=("self",)).get(pk=enterprise.pk)
    standing = Charge.objects.system().in_force().filter(enterprise=enterprise, kind=kind).first()
    refuse_if(rules.why_not_charge(officer.is_active, bool(standing and standing.officer_id == officer.pk)))
    if standing:
        standing.to_on = max(on, standing.from_on)
        standing.save(update_fields=["to_on"])
    begun: Charge = Charge.objects.create(
        enterprise=enterprise, officer=officer, kind=kind, from_on=on, by=by, reason=reason
    )
    ChargeProposal.objects.system().filter(enterprise=enterprise, kind=kind).delete()
    record(
        "teams.charge.handed_over" if standing else "teams.charge.begun",
        begun,
        by=by,
        at=at,
        campaign_id=enterprise.campaign_id,
        officer=officer,
        before=standing.officer_id if standing else None,
        reason=reason,
    )
    return begun


@transaction.atomic
def end_charge(*, charge: Charge, on: date, by: Any, at: datetime, reason: str) -> Charge:
    """The officer no longer answers for the enterprise; it is listed as uncovered until somebody does."""
    refuse_if(_("This has ended already.") if charge.to_on else "")
    refuse_if("" if reason.strip() else _("Give a reason; whoever reads it next needs it."))
    charge.to_on = max(on, charge.from_on)
    charge.save(update_fields=["to_on"])
    record(
        "teams.charge.ended",
        charge,
        by=by,
        at=at,
        campaign_id=charge.enterprise.campaign_id,
        on=on,
        reason=reason,
    )
    return charge
