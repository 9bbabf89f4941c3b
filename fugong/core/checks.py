"""What must be so before the program starts; a difference stops the start with a sentence.

The checks that need no database run with every command of Django, those of the database with `migrate` and
`check --database default`; the `fugong` command asks `why_not_start()` before it serves.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection, connections
from django.utils.translation import gettext as _

from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.core.sqlite.base import DatabaseWrapper

# What PRAGMAs answer when they are as the settings ask; 2 is FULL.
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
TRIGGERS = {"event_keeps_content", "event_stays", "anchor_keeps_content", "anchor_stays"}
DEMO_MARK = "demo-data"


def why_not_start() -> list[str]:
    """Every reason against starting, as sentences; empty when all is well."""
    found = [*settings_checks(None), *database_checks(None, databases=["default"])]
    found += checks.run_checks(tags=["fugong_addresses"])
    return [str(message.msg) for message in found if message.is_serious(checks.ERROR)]


def mark_as_demo() -> None:
    """Say that this data directory holds the demo's data only; refused when there is other data already."""
    mark = Path(settings.DATA_DIR) / DEMO_MARK
    if not mark.exists() and Event.objects.exists():
        raise Refused(
            _("This database holds data that is not the demo's. Give the demo a data directory of its own.")
        )
    mark.touch()


@checks.register(checks.Tags.security)
def settings_checks(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Debug pages only in the demo, keys for nobody else's eyes, no request as one transaction."""
    found = _keyring()
    if settings.DEBUG and not settings.DEMO:
        sentence = _("FUGONG_DEBUG is on, but FUGONG_DEMO is not: debug pages would show private data.")
        found.append(_stop(1, sentence))
    if settings.DATABASES["default"].get("ATOMIC_REQUESTS"):
        sentence = _("ATOMIC_REQUESTS is on: whoever reads a page would wait for whoever writes one.")
        found.append(_stop(2, sentence))
    return found


@checks.register(checks.Tags.database)
def database_checks(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Set as the settings ask, events protected, with its own keyring, and not real data beside the demo."""
    if not databases or "default" not in databases:
        return []
    try:
        found = _pragmas()
        with connection.cursor() as cursor:
            migrated = Event._meta.db_table in connection.introspection.table_names(cursor)
        return [*found, *_triggers(), *_lost_keys(), *_demo()] if migrated else found
    except DatabaseError as error:
        return [_stop(5, _("The database does not answer: %(error)s") % {"error": error})]


def _keyring() -> list[checks.CheckMessage]:
    keyring = Path(settings.KEYRING_DIR)
    open_ones = [path for path in [keyring, *keyring.glob("*.json")] if path.exists()]
    found = []
    for path in open_ones:
        if path.stat().st_mode & 0o077:
            mode = "700" if path.is_dir() else "600"
            sentence = _("Others may read %(path)s. Run: chmod %(mode)s %(path)s")
            found.append(_stop(3, sentence % {"path": path, "mode": mode}))
    return found


def _pragmas() -> list[checks.CheckMessage]:
    sqlite = connections["default"]
    if not isinstance(sqlite, DatabaseWrapper) or sqlite.is_in_memory_db():
        return []
    found = []
    sentence = _("SQLite's %(name)s is %(value)s and not %(wanted)s: a power cut could lose data.")
    with connection.cursor() as cursor:
        for name, wanted in PRAGMAS.items():
            value = cursor.execute(f"PRAGMA {name}").fetchone()[0]
            if value != wanted:
                found.append(_stop(6, sentence % {"name": name, "value": value, "wanted": wanted}))
    return found


def _triggers() -> list[checks.CheckMessage]:
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    postgresql = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
    with connection.cursor() as cursor:
        cursor.execute(sqlite if connection.vendor == "sqlite" else postgresql)
        missing = sorted(TRIGGERS - {row[0] for row in cursor.fetchall()})
    if not missing:
        return []
    sentence = _("Audit events could be changed: the database has no %(names)s. Run the migrations.")
    return [_stop(7, sentence % {"names": ", ".join(missing)})]


def _lost_keys() -> list[checks.CheckMessage]:
    """A wrong keyring must not be noticed only after new keys were made in it."""
    keyring = Path(settings.KEYRING_DIR)
    if (keyring / "audit.json").exists() or not Event.objects.filter(sequence__isnull=False).exists():
        return []
    sentence = _("The keyring of this database is not in %(path)s. Put it there, or set FUGONG_KEYRING.")
    return [_stop(8, sentence % {"path": keyring})]


def _demo() -> list[checks.CheckMessage]:
    beside = settings.DEMO and not (Path(settings.DATA_DIR) / DEMO_MARK).exists()
    if not beside or not Event.objects.exists():
        return []
    return [_stop(9, _("FUGONG_DEMO is on, but this database holds data that is not the demo's."))]


def _stop(number: int, sentence: str) -> checks.CheckMessage:
    return checks.Critical(sentence, id=f"fugong.E{number:03d}")
