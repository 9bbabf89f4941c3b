"""Filled forms that a field-data app has sent: what becomes of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class ReceivedStatus(models.TextChoices):
    """What became of a form that a field-data app has sent."""

    WAITING = "waiting", _("files are missing")
    REFUSED = "refused", _("not taken in")
    TAKEN = "taken", _("taken in as a visit")
    SET_ASIDE = "set-aside", _("set aside")


# Sent again, what was refused is tried again; a person may take in or set aside what is not taken in yet.
RECEIVED_MOVES: dict[str, frozenset[str]] = {
    ReceivedStatus.WAITING: frozenset(
        {ReceivedStatus.REFUSED, ReceivedStatus.TAKEN, ReceivedStatus.SET_ASIDE}
    ),
    ReceivedStatus.REFUSED: frozenset(
        {ReceivedStatus.WAITING, ReceivedStatus.TAKEN, ReceivedStatus.SET_ASIDE}
    ),
    ReceivedStatus.TAKEN: frozenset(),
    ReceivedStatus.SET_ASIDE: frozenset(),
}

RECEIVED_OWNERS: dict[str, Any] = {
    ReceivedStatus.WAITING: _("the officer’s phone"),
    ReceivedStatus.REFUSED: _("grid lead"),
    ReceivedStatus.TAKEN: _("nobody"),
    ReceivedStatus.SET_ASIDE: _("nobody"),
}
# A form whose files have not come for so long is shown to a person as well.
FILES_LATE = timedelta(hours=2)


def why_not_set_aside(received: Any, reason: str) -> str:
    """Why a form that was sent cannot be set aside, or ""."""
    if received.status == ReceivedStatus.TAKEN:
        return gettext("It was taken in as a visit already.")
    if received.status == ReceivedStatus.SET_ASIDE:
        return gettext("It was set aside already.")
    return "" if reason.strip() else gettext("Say why it is set aside.")


def why_not_take_in(received: Any) -> str:
    """Why a form that was sent cannot be tried again by a person, or ""."""
    if received.status == ReceivedStatus.TAKEN:
        return gettext("It was taken in as a visit already.")
    if received.status == ReceivedStatus.SET_ASIDE:
        return gettext("It was set aside already.")
    return ""
