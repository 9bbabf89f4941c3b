"""What is handed out: links for people without an account, cards by the hundred, numbers that officers agree to."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.dated import value_on
from fugong.campaigns.models import Campaign
from fugong.core.audit import described, record, record_many
from fugong.core.exports.actions import TakingOut, take_out_document
from fugong.core.models import Event
from fugong.core.refusals import Refused, refuse_if
from fugong.core.states import move
from fugong.enterprises.models import Enterprise
from fugong.visits import rules
from fugong.visits.artefacts import cards, links
from fugong.visits.models import CardRun, Link, PublicNumber
from fugong.visits.rules import CARD_MOVES, CardStatus

logger = logging.getLogger(__name__)
BATCH = 500
# So many cards are made while the person waits, a second at most; more are left to the worker.
AT_ONCE = 60


@dataclass(frozen=True)
class CardsAsked:
    """Which cards somebody wants as a file: the enterprises, the same in words, what for, where the codes lead."""

    enterprises: Sequence[int]
    condition: str
    purpose: str
    address: str
    language: str


@transaction.atomic
def open_card_links(
    *, campaign: Campaign, enterprises: Sequence[Enterprise], by: User, at: datetime
) -> dict[int, Link]:
    """The standing link of each enterprise's card; one whose time is over is withdrawn and a new one made."""
    refuse_if(
        "" if campaign.part("visits").get("card") else _("The pack of this campaign has no contact card.")
    )
    Campaign.objects.in_turn(campaign.pk)  # two who print at once share the links
    rows = Link.objects.system().filter(letter__isnull=True, revoked_at__isnull=True)
    rows = rows.filter(enterprise__in=[row.pk for row in enterprises])
    rows.filter(expires_at__lte=at).update(revoked_at=at)
    standing = {link.enterprise_id: link for link in rows.filter(expires_at__gt=at)}
    days = int(value_on(campaign.part("visits")["card"]["valid_days"], timezone.localdate(at)) or 0)
    until = at + timedelta(days=days)
    made = [
        Link(enterprise=row, made_by=by, made_at=at, expires_at=until)
        for row in enterprises
        if row.pk not in standing
    ]
    Link.objects.bulk_create(made, batch_size=BATCH)
    about: dict[str, Any] = {"by": by, "at": at, "campaign_id": campaign.pk, "changes": {"expires_at": until}}
    record_many([Event(**described("visits.link.made", link, **about)) for link in made], batch_size=BATCH)
    return standing | {link.enterprise_id: link for link in made}


@transaction.atomic
def revoke_link(*, link: Link, by: User, at: datetime) -> Link:
    """Withdraw a link: whoever holds the card or the letter no longer opens its page."""
    link = Link.objects.system().select_for_update(of=("self",)).get(pk=link.pk)
    refuse_if(_("This link has been withdrawn.") if link.revoked_at else "")
    link.revoked_at = at
    link.save(update_fields=["revoked_at"])
    campaign = link.enterprise.campaign_id
    record("visits.link.revoked", link, by=by, at=at, campaign_id=campaign, letter=link.letter_id)
    return link


@transaction.atomic
def ask_cards(*, campaign: Campaign, asked: CardsAsked, by: User, at: datetime) -> CardRun:
    """Put the cards of these enterprises on order; `print_cards` makes the file, at once or by the worker."""
    refuse_if(
        "" if campaign.part("visits").get("card") else _("The pack of this campaign has no contact card.")
    )
    refuse_if(rules.why_not_print(len(asked.enterprises), asked.purpose))
    run: CardRun = CardRun.objects.create(
        campaign=campaign,
        by=by,
        asked_at=at,
        told_at=at,
        purpose=asked.purpose.strip()[:200],
        condition=asked.condition,
        enterprises=list(asked.enterprises),
        address=asked.address,
        language=asked.language,
    )
    record("visits.cards.asked", run, by=by, at=at, cards=len(asked.enterprises), purpose=run.purpose)
    return run


def print_cards(*, run_id: int, at: datetime, real: datetime | None = None) -> CardRun:
    """Make the file of a run, which may be called again after a worker died: a run that has ended stays as it is.

    No transaction is open while the sheets are set: others go on writing. What goes wrong ends the run with a sentence.
    `real`: the server's clock, by which files are kept, where the campaign's stands still.
    """
    run: CardRun = CardRun.objects.system().select_related("campaign__release", "by").get(pk=run_id)
    if run.status in (CardStatus.DONE, CardStatus.FAILED):
        return run
    if run.status == CardStatus.WAITING:
        _told(run, CardStatus.RUNNING, at=at)
    if run.status != CardStatus.RUNNING:
        return run
    with translation.override(run.language):
        try:
            run.export = take_out_document(
                "enterprises", _taking(run), _Writing(run, at), by=run.by, at=real or at
            )
        except Refused as refused:
            return _told(run, CardStatus.FAILED, at=at, problem=str(refused))
        except Exception:
            logger.exception("Cards %s failed.", run.pk)
            problem = _("The file could not be made. The fault is in the log; nothing was handed out.")
            return _told(run, CardStatus.FAILED, at=at, problem=problem)
    return _told(run, CardStatus.DONE, at=at)


def _told(run: CardRun, status: str, *, at: datetime, problem: str = "") -> CardRun:
    """Its next status; a run that has ended with its campaign meanwhile stays as it is."""
    move(run, status, CARD_MOVES)
    run.told_at, run.problem = at, problem
    going_on = CardRun.objects.system().filter(pk=run.pk).exclude(campaign__status=Campaign.Status.CLOSED)
    if not going_on.update(status=run.status, told_at=at, problem=problem, export=run.export):
        run.refresh_from_db()
    return run


@transaction.atomic
def ask_cards_again(*, run: CardRun, by: User, at: datetime) -> CardRun:
    """Put a file that failed, or whose worker died, on order once more: the same cards, for the same purpose."""
    run = CardRun.objects.system().select_for_update().get(pk=run.pk)
    refuse_if(rules.why_not_print_again(run, at))
    if run.status != CardStatus.FAILED:
        move(run, CardStatus.FAILED, CARD_MOVES)
    _told(run, CardStatus.WAITING, at=at)
    record("visits.cards.asked_again", run, by=by, at=at, cards=len(run.enterprises), purpose=run.purpose)
    return run


def _taking(run: CardRun) -> TakingOut:
    """A card's file is an export of the ledger: its columns are what is printed of an enterprise."""
    columns = [SimpleNamespace(name=name) for name in ("name", "area")]
    return TakingOut(run.enterprises, columns, "pdf", run.purpose, run.condition, run.campaign)


@dataclass(frozen=True)
class _Writing:
    """Writes the file of a run when its watermark is known."""

    run: CardRun
    at: datetime

    def __call__(self, watermark: str) -> bytes:
        run = self.run
        asked = Enterprise.objects.system().filter(pk__in=run.enterprises, campaign=run.campaign)
        rows = list(asked.select_related("area").order_by("area__path", "name", "pk"))
        opened = open_card_links(campaign=run.campaign, enterprises=rows, by=run.by, at=self.at)
        made = cards.cards_of(run.campaign, rows, self.at)
        pairs = [(made[row.pk], address_of(opened[row.pk], run.address)) for row in rows]
        return cards.pdf(run.campaign, pairs, watermark=watermark)


def address_of(link: Link, site: str) -> str:
    """The whole address of a link at this site ("https://host")."""
    return site.rstrip("/") + reverse("visits:opened", args=[links.token_of(link)])


@transaction.atomic
def agree_to_number(*, number: str, by: User, at: datetime) -> PublicNumber:
    """An officer lets their own number stand on the cards of the enterprises they answer for."""
    digits = number.strip()
    is_number = 3 <= len(digits) <= 20 and all(sign.isdigit() or sign in "+- " for sign in digits)
    refuse_if("" if is_number else _("This is no telephone number."))
    row, _made = PublicNumber.objects.update_or_create(
        officer=by, defaults={"number": digits, "agreed_at": at}
    )
    record("visits.number.agreed", by, by=by, at=at)
    return row


@transaction.atomic
def withdraw_number(*, by: User, at: datetime) -> None:
    """The officer no longer agrees: the number is deleted, and pages behind cards show it no more."""
    gone, _kinds = PublicNumber.objects.filter(officer=by).delete()
    refuse_if("" if gone else _("No number of yours is public."))
    record("visits.number.withdrawn", by, by=by, at=at)
