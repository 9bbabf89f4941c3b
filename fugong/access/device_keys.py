"""Device keys: made by a person for their phone, used by it in their name, revoked; only digests are kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from fugong.access import rules
from fugong.access.actions import note_wrong_secret
from fugong.access.models import DeviceKey, User
from fugong.core.audit import record
from fugong.core.refusals import Refused, refuse_if

# 32 random bytes: nobody guesses them, so a plain digest is enough and a request costs no Argon2.
BYTES = 32


class TooOften(Refused):
    """A device has asked more often than it may; it tries again in a minute."""


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def make(*, user: User, name: str, at: datetime) -> tuple[DeviceKey, str]:
    """A key for a phone of this person: the row, and the key itself, which is shown once and kept nowhere."""
    User.objects.select_for_update().only("pk").get(pk=user.pk)
    standing = DeviceKey.objects.standing().filter(user=user).count()
    refuse_if(rules.why_not_make_key(standing))
    refuse_if("" if name.strip() else _("Say which phone it is for."))
    key = secrets.token_urlsafe(BYTES)
    row = DeviceKey.objects.create(
        user=user,
        name=name.strip()[:40],
        digest=digest_of(key),
        hint=key[-4:],
        mark=user.get_session_auth_hash(),
        made_at=at,
    )
    record("access.device_key.made", row, by=user, at=at, of=user, name=row.name)
    return row, key


@transaction.atomic
def revoke(*, device_key: DeviceKey, by: Any, at: datetime) -> DeviceKey:
    """The phone is not let in any more; revoked twice is revoked once."""
    row = DeviceKey.objects.select_for_update().get(pk=device_key.pk)
    if row.revoked_at is None:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        record("access.device_key.revoked", row, by=by, at=at, of=row.user, name=row.name)
    return row


def check(*, key: str, at: datetime, login: str | None = None) -> User:
    """The person in whose name a device comes; refused with one sentence, whatever was wrong.

    A revoked key, one from before the password was changed, and an account that is switched off or waits after
    wrong passwords are refused alike. With a `login` (HTTP Basic) a wrong key counts as a wrong password of that
    account. Raises `TooOften` beyond the requests of a minute.
    """
    row = DeviceKey.objects.standing().select_related("user").filter(digest=digest_of(key)).first()
    if login is not None and (row is None or row.user.login != login.strip().lower()):
        _note_wrong(login, at)
        raise Refused(rules.no_such_key())
    if row is None or not _is_good(row, at):
        raise Refused(rules.no_such_key())
    if rules.asks_too_often(row, at):
        raise TooOften(_("This phone asks too often. Wait a minute and try again."))
    _count(row, at)
    return row.user


def _is_good(row: DeviceKey, at: datetime) -> bool:
    user = row.user
    return (
        user.is_active
        and not rules.is_locked(user, at)
        and secrets.compare_digest(row.mark, user.get_session_auth_hash())
    )


def _note_wrong(login: str, at: datetime) -> None:
    user = User.objects.by_login(login)
    if user is not None and user.is_active and not rules.is_locked(user, at):
        note_wrong_secret(user, at)


def _count(row: DeviceKey, at: datetime) -> None:
    """One more request of this minute, written in one statement: phones ask side by side."""
    if rules.is_new_minute(row, at):
        values: dict[str, Any] = {"minute_at": at, "minute_requests": 1}
    else:
        values = {"minute_requests": F("minute_requests") + 1}
    DeviceKey.objects.filter(pk=row.pk).update(used_at=at, **values)
