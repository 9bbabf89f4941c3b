"""Loads a pack into a campaign, and moves a campaign along."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.campaigns import endings, rules
from fugong.campaigns.dated import value_on
from fugong.campaigns.models import AreaRisk, Campaign, Closing, PackRelease
from fugong.campaigns.packs import parts
from fugong.campaigns.reading import Pack
from fugong.campaigns.rules import MOVES
from fugong.core import keyring
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
    """What a release keeps: all but what stands in rows (outlines, forms) and would be read with every request."""
    areas = [{**row, "boundary": None} for row in content["territory"]["areas"]]
    kept = {**content, "territory": {**content["territory"], "areas": areas}}
    for part in parts():
        if part.in_rows:
            kept[part.name] = {k: value for k, value in kept[part.name].items() if k not in part.in_rows}
    return kept


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
def rate_area(
    *, campaign: Campaign, area: Area, level: str, from_on: date, reason: str, by: Any, at: datetime
) -> AreaRisk:
    """Say how risky an area is from a day on; what held before stays as it was. The same again changes nothing."""
    levels = [row["key"] for row in campaign.part("territory").get("risk_level", [])]
    refuse_if(rules.why_not_rate(level, levels, from_on, campaign.starts_on, reason))
    wanted = {"area": area, "level": level, "from_on": from_on, "source": reason.strip()[:200]}
    last = AreaRisk.objects.filter(campaign=campaign, area=area).order_by("pk").last()
    if last and all(getattr(last, name) == value for name, value in wanted.items()):
        return last
    row = AreaRisk.objects.create(campaign=campaign, by=by, at=at, **wanted)
    record("campaigns.area_risk.set", row, by=by, at=at, campaign_id=campaign.pk, **wanted)
    return row


@transaction.atomic
def take_in_risks(*, campaign: Campaign, rows: Iterable[Mapping[str, Any]], by: Any, at: datetime) -> int:
    """A pack's ratings: each once, however often the pack is loaded; the number that is new."""
    new = 0
    for row in rows:
        area = Area.objects.below(campaign.area.path).filter(name=row["name"], kind=row["kind"]).first()
        for value in row["level"] if area else []:
            _risk, is_new = AreaRisk.objects.get_or_create(
                campaign=campaign,
                area=area,
                level=value["value"],
                from_on=value["from"],
                source=value["source"][:200],
                defaults={"by": by, "at": at},
            )
            new += is_new
    return new


@transaction.atomic
def start(*, campaign: Campaign, by: Any, at: datetime) -> Campaign:
    """From now on the campaign runs."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    move(campaign, Campaign.Status.RUNNING, MOVES)
    campaign.save(update_fields=["status"])
    record("campaigns.campaign.started", campaign, by=by, at=at, campaign_id=campaign.pk)
    return campaign


@transaction.atomic
def close(*, campaign: Campaign, reason: str, by: Any, at: datetime) -> Closing:
    """The campaign ends: its figures of this day are kept for good, its personal data for the pack's days.

    With something still open it is closed only for a reason, which is kept with what was open.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("release").get(pk=campaign.pk)
    left = endings.obstacles(campaign, at)
    refuse_if(rules.why_not_close(campaign.status, left, reason))
    move(campaign, Campaign.Status.CLOSED, MOVES)
    campaign.ends_on = timezone.localdate(at)
    campaign.save(update_fields=["status", "ends_on"])
    endings.end_work(campaign, at)
    figures = endings.final_figures(campaign, at)
    closing = Closing.objects.create(
        campaign=campaign,
        closed_by=by,
        closed_at=at,
        reason=reason.strip(),
        left=left,
        figures=figures,
        digest=digest_of(figures),
        keep_until=_keep_until(campaign, timezone.localdate(at)),
    )
    told = {"reason": reason, "left": left, "figures": len(figures), "digest": closing.digest}
    record("campaigns.campaign.closed", campaign, by=by, at=at, campaign_id=campaign.pk, **told)
    return closing


def digest_of(figures: list[dict[str, Any]]) -> str:
    """SHA-256 of the figures as JSON with sorted keys: whoever holds the certificate can check the figures by it."""
    text = json.dumps(figures, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _keep_until(campaign: Campaign, ended_on: date) -> date | None:
    """The last day on which personal data is kept, by the pack's value of the closing day; None where it has none."""
    days = value_on(campaign.part("pack").get("campaign", {}).get("keep_days", []), ended_on)
    return None if days is None else ended_on + timedelta(days=int(days))


@transaction.atomic
def erase(*, campaign: Campaign, by: Any, at: datetime) -> Closing:
    """Empty the personal data of a closed campaign; `finish_erasure` then destroys its keys and its files."""
    closing = Closing.objects.select_for_update(of=("self",)).filter(campaign=campaign).first()
    refuse_if(rules.why_not_erase(closing, timezone.localdate(at)))
    assert closing is not None
    closing.counts = endings.erase_rows(campaign)
    closing.erased_by, closing.erased_at = by, at
    closing.save(update_fields=["counts", "erased_by", "erased_at"])
    record("campaigns.campaign.erased", campaign, by=by, at=at, campaign_id=campaign.pk, **closing.counts)
    return closing


def finish_erasure(*, closing: Closing, at: datetime) -> Closing:
    """Delete the files, destroy the keys, squeeze the database; killed in between, it is simply run again.

    Not one transaction, because neither files nor keys nor the squeezing can be taken back.
    """
    files = endings.erase_files(closing.campaign)
    counts = {**closing.counts, **{kind: closing.counts.get(kind, 0) + n for kind, n in files.items()}}
    key_id = closing.key_id or _destroyed_key(closing.campaign)
    Closing.objects.filter(pk=closing.pk).update(counts=counts, key_id=key_id)
    endings.squeeze()
    with transaction.atomic():
        closing = Closing.objects.select_for_update(of=("self",)).get(pk=closing.pk)
        if closing.finished_at is None:
            closing.finished_at = at
            closing.save(update_fields=["finished_at"])
            done = {"key": closing.key_id, **counts}
            record(
                "campaigns.campaign.keys_destroyed",
                closing.campaign,
                by=closing.erased_by,
                at=at,
                campaign_id=closing.campaign_id,
                **done,
            )
    return closing


def _destroyed_key(campaign: Campaign) -> str:
    """The id of the key that was destroyed; "-" where nothing had ever been sealed."""
    try:
        return str(keyring.destroy(campaign.pk)["key"])
    except keyring.KeyMissing:
        return str(keyring.destroyed(campaign.pk).get("key", "-"))
