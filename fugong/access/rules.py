"""Signing in: how many tries, how long a lock lasts; what a reveal needs."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# After so many wrong passwords in a row the account waits; each further one doubles the wait, up to an hour.
TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


def wait_after(failed: int) -> timedelta:
    """How long an account waits after its `failed`-th wrong password in a row."""
    if failed < TRIES:
        return timedelta()
    # Bounded before it is multiplied: a thousand failures in a row would overflow the calendar.
    doubled: int = 2 ** min(failed - TRIES, 10)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def why_not_try(user: Any, at: datetime) -> str:
    """Why this account may not try to sign in now; empty when it may."""
    if user.locked_until is None or user.locked_until <= at:
        return ""
    minutes = -(-int((user.locked_until - at).total_seconds()) // 60)
    return ngettext(
        "Too many wrong passwords. Try again in %(minutes)d minute.",
        "Too many wrong passwords. Try again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}


def why_not_post(role: str, roles: Any, from_on: Any, to_on: Any) -> str:
    """Why this posting cannot be made; empty when it can."""
    if role not in roles:
        return _("There is no role “%(role)s”.") % {"role": role}
    if to_on is not None and to_on < from_on:
        return _("A posting cannot end before it begins.")
    return ""
