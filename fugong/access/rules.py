"""Signing in: how many tries, how long a lock lasts; how many device keys, how often they are used."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

# After so many wrong passwords in a row the account waits; each further one doubles the wait, up to an hour.
TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
# A person has at most so many device keys at a time; each may ask so often in a minute.
MOST_KEYS = 5
KEY_REQUESTS = 240
KEY_MINUTE = timedelta(minutes=1)


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


def why_not_make_key(standing: int) -> str:
    """Why a person may not have one more device key, or ""; `standing`: how many they have."""
    if standing >= MOST_KEYS:
        return _("You have %(most)d connected phones already. Disconnect one that is not used any more.") % {
            "most": MOST_KEYS
        }
    return ""


def is_new_minute(key: Any, at: datetime) -> bool:
    """Whether the minute in which this key's requests are counted is over."""
    return key.minute_at is None or not timedelta(0) <= at - key.minute_at < KEY_MINUTE


def asks_too_often(key: Any, at: datetime) -> bool:
    """Whether a device has used up the requests of its minute."""
    return not is_new_minute(key, at) and key.minute_requests >= KEY_REQUESTS


def no_such_key() -> str:
    """What is said to a device that does not get in, whatever is wrong with it."""
    return _(
        "This phone is not connected any more: the key was revoked, the password was changed, or the account is "
        "locked. Connect it again on the page “ODK Collect”."
    )
