"""Risk lists (负面清单): by condition over the whole ledger, or by hand with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.gate import refuse_closed
from fugong.campaigns.models import Campaign
from fugong.core import conditions
from fugong.core.audit import described, record, record_many
from fugong.core.models import Event
from fugong.core.refusals import refuse_if
from fugong.enterprises import rules
from fugong.enterprises.models import Enterprise, Listing
from fugong.enterprises.queries import RiskList, risk_lists
from fugong.enterprises.rules import ListingSource

# Reasons are data that the town's staff read, print and hand on: they are kept in the campaign's language.
KEPT_IN = "zh-hans"
BATCH = 500
Spot = tuple[int, str]  # (enterprise number, list key)


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: listings entered, listings left, and in force afterwards."""

    entered: int
    left: int
    in_force: int


@transaction.atomic
def list_by_hand(*, enterprise: Enterprise, risk_list: str, reason: str, by: User, at: datetime) -> Listing:
    """Put an enterprise on a list although no condition says so; it stays until a person takes it off."""
    refuse_if(rules.why_not_change(enterprise) or rules.why_not_reason(reason))
    refuse_if(_why_not_list(enterprise, risk_list, at))
    listing: Listing = Listing.objects.create(
        enterprise=enterprise,
        risk_list=risk_list,
        source=ListingSource.PERSON,
        reason=reason.strip()[:400],
        entered_at=at,
        entered_by=by,
    )
    record(
        "enterprises.listing.entered",
        listing,
        by=by,
        at=at,
        campaign_id=enterprise.campaign_id,
        enterprise=enterprise,
        risk_list=risk_list,
        reason=listing.reason,
    )
    return listing


def _why_not_list(enterprise: Enterprise, risk_list: str, at: datetime) -> str:
    known = {one.key: one.name for one in risk_lists(enterprise.campaign, timezone.localdate(at))}
    if risk_list not in known:
        return _("The pack has no such list. Its lists are: %(lists)s.") % {
            "lists": _(", ").join(known.values())
        }
    on_it = Listing.objects.system().in_force().filter(enterprise=enterprise, risk_list=risk_list)
    return (
        _("The enterprise is on “%(list)s” already.") % {"list": known[risk_list]} if on_it.exists() else ""
    )


@transaction.atomic
def unlist(*, listing: Listing, reason: str, by: User, at: datetime) -> Listing:
    """Take an enterprise off a list, with the reason (the evidence that it no longer belongs there).

    Where its condition still holds, the same facts do not bring it back: only other ones do.
    """
    listing = (
        Listing.objects.system()
        .select_for_update(of=("self",))
        .select_related("enterprise")
        .get(pk=listing.pk)
    )
    refuse_if(rules.why_not_unlist(listing, reason))
    listing.left_at, listing.left_by = max(at, listing.entered_at), by
    listing.left_reason = reason.strip()[:400]
    listing.save(update_fields=["left_at", "left_by", "left_reason"])
    record(
        "enterprises.listing.left",
        listing,
        by=by,
        at=at,
        campaign_id=listing.enterprise.campaign_id,
        enterprise=listing.enterprise,
        risk_list=listing.risk_list,
        reason=listing.left_reason,
    )
    return listing


@transaction.atomic
def refresh_listings(*, campaign: Campaign, at: datetime, by: User | None = None) -> Refreshed:
    """Bring the lists by condition in line with the ledger as it stands. Run again it changes nothing.

    An enterprise enters with the reason; it leaves when its condition no longer holds, except where a person
    listed it, or the list needs evidence: then a person takes it off. A few queries, and two for each list.
    """
    Campaign.objects.in_turn(campaign.pk)  # one refresh at a time
    refuse_closed(campaign)
    moment = conditions.Moment(campaign.pk, timezone.localdate(at), at)
    lists = risk_lists(campaign, moment.on)
    standing = Enterprise.objects.system().of(campaign)
    on_them = Listing.objects.system().in_force().filter(enterprise__campaign=campaign)
    in_force: dict[Spot, Listing] = {(row.enterprise_id, row.risk_list): row for row in on_them}
    set_aside = _set_aside(campaign)
    entering: dict[Spot, str] = {}
    leaving: list[Listing] = []
    with translation.override(KEPT_IN):
        for one in lists:
            listed = {spot for spot in in_force if spot[1] == one.key}
            matched = _matched(one, standing, moment)
            entering |= _entering(one, matched - {pk for pk, _key in listed}, standing, moment, set_aside)
            leaving += [
                row for pk, key in listed if pk not in matched and _may_leave(row := in_force[pk, key], one)
            ]
        gone_by = _("The condition no longer holds.")
    _leave(leaving, gone_by, campaign, by=by, at=at)
    _enter(entering, standing, campaign, by=by, at=at)
    return Refreshed(len(entering), len(leaving), len(in_force) + len(entering) - len(leaving))


def _matched(one: RiskList, standing: Any, moment: conditions.Moment) -> set[int]:
    if not one.condition:
        return set()
    return set(conditions.apply(standing, one.condition, moment).values_list("pk", flat=True))


def _may_leave(row: Listing, one: RiskList) -> bool:
    return row.source == ListingSource.CONDITION and not one.evidence_needed


def _entering(
    one: RiskList, fresh: set[int], standing: Any, moment: conditions.Moment, set_aside: Mapping[Spot, str]
) -> dict[Spot, str]:
    """Those that meet the condition and are not on the list, with why; not the ones a person set aside."""
    if not fresh:
        return {}
    reasons = conditions.why_many(one.condition, standing, moment)
    found = {(pk, one.key): reasons[pk][:400] for pk in fresh if pk in reasons}
    return {spot: reason for spot, reason in found.items() if set_aside.get(spot) != reason}


def _set_aside(campaign: Campaign) -> dict[Spot, str]:
    """For each enterprise and list that a person left last: the facts that it had been listed for."""
    rows = Listing.objects.system().filter(enterprise__campaign=campaign, left_at__isnull=False)
    latest: dict[Spot, str] = {}
    columns = ("enterprise_id", "risk_list", "reason", "left_by_id")
    for pk, key, reason, left_by in rows.order_by("left_at", "pk").values_list(*columns):
        latest[pk, key] = reason if left_by else ""
    return latest


def _enter(
    entering: Mapping[Spot, str], standing: Any, campaign: Campaign, *, by: User | None, at: datetime
) -> None:
    if not entering:
        return
    names = dict(standing.values_list("pk", "name"))
    rows = Listing.objects.bulk_create(
        [
            Listing(
                enterprise_id=pk, risk_list=key, source=ListingSource.CONDITION, reason=reason, entered_at=at
            )
            for (pk, key), reason in entering.items()
        ],
        batch_size=BATCH,
    )
    told = [(row, row.reason) for row in rows]
    _record("enterprises.listing.entered", told, campaign, names, by=by, at=at)


def _leave(leaving: list[Listing], reason: str, campaign: Campaign, *, by: User | None, at: datetime) -> None:
    for row in leaving:
        # The demo's day stands still, so its clock may show an earlier hour than at the entry.
        row.left_at, row.left_reason = max(at, row.entered_at), reason
    Listing.objects.system().bulk_update(leaving, ["left_at", "left_reason"], batch_size=200)
    names = (
        dict(Enterprise.objects.system().filter(campaign=campaign).values_list("pk", "name"))
        if leaving
        else {}
    )
    _record("enterprises.listing.left", [(row, reason) for row in leaving], campaign, names, by=by, at=at)


def _record(
    name: str,
    told: Iterable[tuple[Listing, str]],
    campaign: Campaign,
    names: Mapping[int, str],
    *,
    by: User | None,
    at: datetime,
) -> None:
    """One event for each listing, in bulk."""
    record_many(
        [
            Event(
                **described(
                    name,
                    row,
                    by=by,
                    at=at,
                    campaign_id=campaign.pk,
                    changes={
                        "enterprise": {"id": row.enterprise_id, "name": names.get(row.enterprise_id, "")},
                        "risk_list": row.risk_list,
                        "reason": reason,
                    },
                )
            )
            for row, reason in told
        ],
        batch_size=BATCH,
    )
