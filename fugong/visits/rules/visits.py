"""Visits: their kinds, statuses and hours, and why not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class VisitKind(models.TextChoices):
    FIRST = "first", _("first visit")
    REGULAR = "regular", _("regular visit")
    LOOK_BACK = "look-back", _("look-back")
    PHONE = "phone", _("by phone")


class VisitStatus(models.TextChoices):
    """A visit is written when it is over, so neither status ever changes."""

    DONE = "done", _("done")
    GIVEN_UP = "given-up", _("given up")


# Neither status ever changes.
VISIT_MOVES: dict[str, frozenset[str]] = {VisitStatus.DONE: frozenset(), VisitStatus.GIVEN_UP: frozenset()}

VISIT_OWNERS: dict[str, Any] = {VisitStatus.DONE: _("nobody"), VisitStatus.GIVEN_UP: _("nobody")}


def why_not_record(draft: Any, at: Any) -> str:
    """Why this visit cannot be written down, or "". The server's clock decides, with 10 minutes' grace."""
    if draft.ended_at < draft.started_at:
        return gettext("The visit cannot end before it began.")
    if draft.started_at > at + timedelta(minutes=10):
        return gettext("The visit cannot begin in the future. Is the clock of the phone right?")
    return ""


def on_servers_clock(
    started_at: datetime, ended_at: datetime | None, sent_at: datetime | None, at: datetime
) -> tuple[datetime, datetime]:
    """Begin and end of a visit. `sent_at` is what the phone's clock said when it sent: the phone may be wrong by
    hours, and what it sends may have waited for days. Without it the visit ended now.
    """
    if ended_at is None or sent_at is None:
        return started_at, max(at, started_at)
    wrong = at - sent_at
    ended = min(ended_at + wrong, at)
    return min(started_at + wrong, ended), ended


def why_not_join_again(writer: str, *, was_there: bool) -> str:
    """Why somebody who was at a joint visit cannot write it down a second time, or "". `writer`: who has done so."""
    if not was_there:
        return ""
    return gettext("%(name)s has written this joint visit down; you are named in it.") % {"name": writer}


def kind_of(*, by_phone: bool, looks_back: bool, is_first: bool) -> VisitKind:
    """What sort of visit it was: the telephone first, then the first visit, then one that looked back."""
    if by_phone:
        return VisitKind.PHONE
    if is_first:
        return VisitKind.FIRST
    return VisitKind.LOOK_BACK if looks_back else VisitKind.REGULAR
