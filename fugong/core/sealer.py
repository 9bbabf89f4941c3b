"""The sealer: chains the audit events by hash after they are committed, so that tampering shows.

Chaining inside each action would make every writer wait for every other; here one sealer follows a moment
later. The hash is keyed (the key lies in the keyring, not in the database): whoever changes the database
alone cannot make the chain whole again. The anchors, the head of the chain at the end of each day, are
printed in the daily brief and so leave the machine; they also show a tail that was cut off.
"""

import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date
from hashlib import sha256

from django.db import connection, transaction
from django.utils.translation import gettext as _

from fugong.core import keyring
from fugong.core.models import Anchor, Event

START = "0" * 64
ADVISORY_LOCK = 7_301_177  # any number of our own: one sealer at a time on PostgreSQL
CONTENT = ("id", "name", "target", "target_id", "by_id", "by_label", "campaign_id", "changes")


def seal_events(limit: int = 200) -> int:
    """Seal up to `limit` committed events in one short transaction; returns how many.

    Safe to run anywhere, any time.
    """
    if not Event.objects.filter(sequence__isnull=True).exists():
        return 0
    with transaction.atomic():
        _wait_for_other_sealers()
        sequence, previous = _head()
        key = keyring.secret("audit")
        sealed = []
        for event in Event.objects.filter(sequence__isnull=True).order_by("pk")[:limit]:
            sequence += 1
            digest = _hash(event, sequence, previous, key)
            sealed.append((sequence, previous, digest, event.pk))
            previous = digest
        _write(sealed)
    return len(sealed)


def anchor(day: date) -> Anchor | None:
    """Keep the head of the chain as the anchor of `day`; the first one of a day stands.

    None before the first event.
    """
    kept = Anchor.objects.filter(on=day).first()
    if kept:
        return kept
    while seal_events():
        pass
    sequence, digest = _head()
    if not sequence:
        return None
    return Anchor.objects.get_or_create(on=day, defaults={"sequence": sequence, "hash": digest})[0]


def verify(printed: Mapping[date, str] | None = None) -> list[str]:
    """Recompute the chain and compare it with the anchors; returns what is wrong in sentences, or nothing.

    `printed` are anchors from paper: the day and at least the first 12 characters of its hash.
    """
    found = list(_broken_links())
    last = _head()[0]
    return [*found, *_broken_anchors(last), *_broken_prints(printed or {})]


def _broken_links() -> Iterator[str]:
    """After a break the chain goes on from what stands there: one tampering, one sentence."""
    key = keyring.secret("audit")
    previous, expected = START, 1
    for event in Event.objects.filter(sequence__isnull=False).order_by("sequence").iterator(2000):
        sequence = event.sequence or 0
        if sequence != expected:
            said = _("Events %(first)s to %(last)s of the chain are missing.")
            yield said % {"first": expected, "last": sequence - 1}
        elif event.previous_hash != previous:
            yield _("Event %(number)s of the chain does not follow the one before it.") % {"number": sequence}
        elif event.hash != _hash(event, sequence, event.previous_hash, key):
            said = _("Event %(number)s of the chain was changed (row %(row)s, %(name)s).")
            yield said % {"number": sequence, "row": event.pk, "name": event.name}
        previous, expected = event.hash, sequence + 1


def _broken_anchors(last: int) -> Iterator[str]:
    for kept in Anchor.objects.order_by("on"):
        if kept.sequence > last:
            said = _("The chain ends at %(last)s, but was at %(number)s on %(day)s: its end was cut off.")
            yield said % {"last": last, "number": kept.sequence, "day": kept.on}
        elif not Event.objects.filter(sequence=kept.sequence, hash=kept.hash).exists():
            said = _("Event %(number)s of the chain is not the one that was anchored on %(day)s.")
            yield said % {"number": kept.sequence, "day": kept.on}


def _broken_prints(printed: Mapping[date, str]) -> Iterator[str]:
    for day, digest in printed.items():
        if len(digest) < 12:
            raise ValueError("A printed anchor has at least 12 characters.")
        if not Anchor.objects.filter(on=day, hash__startswith=digest.lower()).exists():
            yield _("The printed anchor of %(day)s is not the one that is kept.") % {"day": day}


def _head() -> tuple[int, str]:
    head = (
        Event.objects.filter(sequence__isnull=False)
        .order_by("-sequence")
        .values_list("sequence", "hash")
        .first()
    )
    return (head[0] or 0, head[1]) if head else (0, START)


def _hash(event: Event, sequence: int, previous: str, key: bytes) -> str:
    content = [getattr(event, name) for name in CONTENT]
    moment = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps([sequence, previous, moment, *content], ensure_ascii=False, sort_keys=True)
    return hmac.new(key, text.encode(), sha256).hexdigest()


def _wait_for_other_sealers() -> None:
    """On SQLite the transaction itself is exclusive."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])


def _write(sealed: list[tuple[int, str, str, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE core_event SET sequence = %s, previous_hash = %s, hash = %s"
            " WHERE id = %s AND sequence IS NULL",
            sealed,
        )
