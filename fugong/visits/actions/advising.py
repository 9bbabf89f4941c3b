"""Letters of advice: issue with the next number, acknowledge, replace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.dated import value_on
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.core.states import move
from fugong.visits import rules
from fugong.visits.artefacts import letters
from fugong.visits.artefacts.letters import Advice
from fugong.visits.models import Letter, Link, Visit
from fugong.visits.rules import LETTER_MOVES, LetterStatus


@transaction.atomic
def issue_letter(*, visit: Visit, advice: Sequence[Advice], by: User, at: datetime) -> Letter:
    """Sign and issue the letter about a visit. One that stands already is replaced: the new one names its number.

    Numbers follow one another within a campaign without a gap; the row of the campaign is locked while one is given.
    """
    campaign = Campaign.objects.in_turn(visit.campaign_id)
    refuse_if(_why_not_letters(campaign) or rules.why_not_advise(visit, by, advice=len(advice)))
    refuse_if(
        _("Say what is to be done, for every article.") if not all(p.advice.strip() for p in advice) else ""
    )
    standing = Letter.objects.system().filter(visit=visit).exclude(status=LetterStatus.REPLACED).first()
    if standing is not None:
        _replace(standing, at)
    last = Letter.objects.system().filter(campaign=campaign).aggregate(last=Max("number"))["last"] or 0
    number = last + 1
    letter: Letter = Letter.objects.create(
        campaign=campaign,
        area=visit.area,
        number=number,
        visit=visit,
        enterprise=visit.enterprise,
        content=letters.contents(visit, advice, number=number, by=by, at=at, replaces=standing),
        issued_by=by,
        issued_at=at,
        replaces=standing,
    )
    _open_link(letter, by=by, at=at)
    record("visits.letter.issued", letter, by=by, at=at, visit=visit.pk, points=len(advice))
    return letter


def _why_not_letters(campaign: Campaign) -> str:
    has_letter = bool(campaign.part("visits").get("letter"))
    return "" if has_letter else _("The pack of this campaign has no letter of advice.")


def _replace(letter: Letter, at: datetime) -> None:
    move(letter, LetterStatus.REPLACED, LETTER_MOVES)
    letter.save(update_fields=["status"])
    Link.objects.system().filter(letter=letter, revoked_at__isnull=True).update(revoked_at=at)


def _open_link(letter: Letter, *, by: User, at: datetime) -> Link:
    part = letter.campaign.part("visits")["letter"]
    days = int(value_on(part["valid_days"], timezone.localdate(at)) or 0)
    link: Link = Link.objects.create(
        enterprise=letter.enterprise,
        letter=letter,
        made_by=by,
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    return link


@transaction.atomic
def acknowledge_letter(*, letter: Letter, name: str, by: User | None, at: datetime) -> Letter:
    """Note who received the letter, and when; `by` is empty where it came over the letter's link."""
    letter = Letter.objects.system().select_for_update(of=("self",)).get(pk=letter.pk)
    name = name.replace("\x00", "")
    refuse_if(rules.why_not_acknowledge(letter, name))
    move(letter, LetterStatus.ACKNOWLEDGED, LETTER_MOVES)
    letter.acknowledged_as, letter.acknowledged_at = name.strip()[:40], at
    letter.acknowledged_by = by
    letter.save(update_fields=["status", "acknowledged_as", "acknowledged_at", "acknowledged_by"])
    record("visits.letter.acknowledged", letter, by=by, at=at, over_link=by is None)
    return letter
