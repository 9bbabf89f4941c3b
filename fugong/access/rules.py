"""Signing in: how many tries, how long a lock lasts; what a reveal needs."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

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


def is_locked(user: Any, at: datetime) -> bool:
    """Whether this account waits after wrong passwords."""
    return user.locked_until is not None and user.locked_until > at


def not_signed_in() -> str:
    """What is said to whoever does not get in: also of a locked account, which an unknown login cannot be."""
    return _(
        "The login or the password is wrong. After %(tries)d wrong passwords in a row an account waits, "
        "a minute at first, up to an hour: then the right one is refused as well."
    ) % {"tries": TRIES}


def why_not_post(role: str, roles: Any, from_on: Any, to_on: Any) -> str:
    """Why this posting cannot be made; empty when it can."""
    if role not in roles:
        return _("There is no role “%(role)s”.") % {"role": role}
    if to_on is not None and to_on < from_on:
        return _("A posting cannot end before it begins.")
    return ""
