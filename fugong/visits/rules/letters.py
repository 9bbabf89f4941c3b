"""Letters of advice, links and cards: statuses, and why not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from fugong.visits.rules.visits import VisitStatus


class LetterStatus(models.TextChoices):
    """How a letter of advice stands; its text never changes once it is issued."""

    ISSUED = "issued", _("issued")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    REPLACED = "replaced", _("replaced")


LETTER_MOVES: dict[str, frozenset[str]] = {
    LetterStatus.ISSUED: frozenset({LetterStatus.ACKNOWLEDGED, LetterStatus.REPLACED}),
    LetterStatus.ACKNOWLEDGED: frozenset({LetterStatus.REPLACED}),
    LetterStatus.REPLACED: frozenset(),
}

LETTER_OWNERS: dict[str, Any] = {
    LetterStatus.ISSUED: _("enterprise"),
    LetterStatus.ACKNOWLEDGED: _("nobody"),
    LetterStatus.REPLACED: _("nobody"),
}


class CardStatus(models.TextChoices):
    """How far a file of cards is."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("being made")
    DONE = "done", pgettext_lazy("file", "made")
    FAILED = "failed", _("failed")


CARD_MOVES: dict[str, frozenset[str]] = {
    CardStatus.WAITING: frozenset({CardStatus.RUNNING, CardStatus.FAILED}),
    CardStatus.RUNNING: frozenset({CardStatus.DONE, CardStatus.FAILED}),
    CardStatus.DONE: frozenset(),
    CardStatus.FAILED: frozenset({CardStatus.WAITING}),
}

CARD_OWNERS: dict[str, Any] = {
    CardStatus.WAITING: _("the worker"),
    CardStatus.RUNNING: _("the worker"),
    CardStatus.DONE: _("nobody"),
    CardStatus.FAILED: _("whoever asked for it"),
}
# Thousands of cards take a minute: a file of which nobody has heard for so long has died with its worker.
CARDS_SILENT_FOR = timedelta(minutes=15)


def is_being_made(run: Any, at: datetime) -> bool:
    """Whether the file of a run may still come by itself."""
    return run.status in (CardStatus.WAITING, CardStatus.RUNNING) and run.told_at > at - CARDS_SILENT_FOR


def why_not_print_again(run: Any, at: datetime) -> str:
    """Why the file of a run is not made anew, or ""."""
    if run.status == CardStatus.DONE:
        return gettext("This file was made.")
    return gettext("This file is still being made.") if is_being_made(run, at) else ""


def why_not_advise(visit: Any, by: Any, *, advice: int) -> str:
    """Why this person may not issue a letter of advice about a visit, or "". `advice`: how many points it has."""
    if visit.status != VisitStatus.DONE:
        return gettext("The visit was given up: there is nothing to advise.")
    if visit.officer_id != by.pk:
        return gettext("Whoever made the visit signs its letter.")
    return "" if advice else gettext("Nothing was found at this visit: there is nothing to advise.")


def why_not_acknowledge(letter: Any, name: str) -> str:
    """Why the receipt of a letter cannot be noted, or ""."""
    if letter.status == LetterStatus.REPLACED:
        return gettext("This letter has been replaced by a newer one.")
    if letter.status == LetterStatus.ACKNOWLEDGED:
        return gettext("The receipt of this letter is noted already.")
    return "" if name.strip() else gettext("Give the name of whoever received it.")


def why_not_open(link: Any, at: datetime) -> str:
    """Why a link that was handed out no longer opens, or ""."""
    if link is None:
        return gettext("This link is not known.")
    if link.revoked_at is not None:
        return gettext("This link has been withdrawn.")
    return gettext("The time of this link is over.") if link.expires_at <= at else ""


def why_not_print(count: int, purpose: str) -> str:
    """Why these cards cannot be printed in one go, or "". `count`: enterprises chosen."""
    if not count:
        return gettext("No enterprise fits.")
    if count > MOST_CARDS:
        return gettext("At most %(most)s cards are printed at once.") % {"most": f"{MOST_CARDS:,}"}
    return "" if len(purpose.strip()) >= 4 else gettext("Say in a few words what the file is for.")


MOST_CARDS = 6_000
