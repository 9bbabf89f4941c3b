"""Loads a pack into a campaign, and moves a campaign along."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fugong.campaigns.models import Campaign, PackRelease
from fugong.campaigns.packs import parts
from fugong.campaigns.reading import Pack
from fugong.campaigns.rules import MOVES
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.core.states import move
from fugong.territory.actions import take_in_areas
from fugong.territory.models import Area


@transaction.atomic
def load_pack(*, pack: Pack, by: Any, at: datetime) -> Campaign:
    """Set up the pack's campaign, or bring it to this release; every part is loaded, or none.

    Refused with the pack's problems where it has any. Loading the same pack again changes nothing.
    """
    refuse_if(_("The pack has problems: ") + "; ".join(map(str, pack.problems)) if pack.problems else "")
    release, _new = PackRelease.objects.get_or_create(
        slug=pack.slug,
        digest=pack.digest,
        defaults={
            "version": pack.content["pack"]["version"],
            "content": _kept(pack.content),
            "loaded_at": at,
        },
    )
    areas = take_in_areas(rows=pack.content["territory"]["areas"], by=by, at=at)
    campaign = _campaign_of(release, areas, by=by, at=at)
    for part in parts():
        part.load(campaign=campaign, part=pack.content[part.name], by=by, at=at)
    return campaign


def _kept(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a release keeps: all but the outlines, which stand in the areas and would be read with every request."""
    areas = [{**row, "boundary": None} for row in content["territory"]["areas"]]
    return {**content, "territory": {**content["territory"], "areas": areas}}


def _campaign_of(release: PackRelease, areas: dict[str, Area], *, by: Any, at: datetime) -> Campaign:
    """The pack's campaign in its area: the one that exists, on the new release, or a new one."""
    head = release.content["pack"]["campaign"]
    area = areas[head["area"]]
    campaign = Campaign.objects.filter(release__slug=release.slug, area=area).exclude(status="closed").first()
    if campaign is None:
        campaign = Campaign.objects.create(
            name=head["name"]["zh"],
            release=release,
            area=area,
            starts_on=head["starts_on"],
            ends_on=head["ends_on"],
        )
        record(
            "campaigns.campaign.prepared", campaign, by=by, at=at, campaign_id=campaign.pk, release=release
        )
    elif campaign.release_id != release.pk:
        record(
            "campaigns.campaign.release_changed",
            campaign,
            by=by,
            at=at,
            campaign_id=campaign.pk,
            before=campaign.release,
            after=release,
        )
        campaign.release = release
        campaign.save(update_fields=["release"])
    campaign.refresh_from_db()
    return campaign


@transaction.atomic
def start(*, campaign: Campaign, by: Any, at: datetime) -> Campaign:
    """From now on the campaign runs."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    move(campaign, Campaign.Status.RUNNING, MOVES)
    campaign.save(update_fields=["status"])
    record("campaigns.campaign.started", campaign, by=by, at=at, campaign_id=campaign.pk)
    return campaign
