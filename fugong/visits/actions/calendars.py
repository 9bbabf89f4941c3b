"""The secret address of an officer's calendar: made, made anew, revoked; only its digest is kept."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from fugong.access.models import User
from fugong.core.audit import record
from fugong.visits.models import CalendarAddress


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_calendar_address(*, by: User, at: datetime) -> str:
    """A new secret for this officer's calendar; the one before it no longer opens anything. It is shown once."""
    secret = secrets.token_urlsafe(32)
    User.objects.select_for_update().get(pk=by.pk)
    CalendarAddress.objects.system().filter(officer=by).delete()
    row = CalendarAddress.objects.create(officer=by, digest=digest_of(secret), made_at=at)
    record("visits.calendar_address.made", row, by=by, at=at)
    return secret


@transaction.atomic
def revoke_calendar_address(*, by: User, at: datetime) -> None:
    """No calendar reads this officer's plan any more."""
    for row in CalendarAddress.objects.system().select_for_update().filter(officer=by):
        record("visits.calendar_address.revoked", row, by=by, at=at)
        row.delete()
