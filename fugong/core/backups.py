"""Backups: a consistent copy of the database and the uploads, with a manifest by which a restore is checked.

Never a copy of the database file (its write-ahead log would be missing): SQLite's backup API, or pg_dump and
counts under one snapshot. The keys are not in a backup: whoever finds one can read no private value. They
are exported apart, by `export_keys`, and kept elsewhere.

A backup is a directory `fugong-<time>` with `manifest.json`, `database.sqlite3` or `database.dump`, and
`uploads.tar`.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.core import keyring
from fugong.core.refusals import Refused, refuse_if

VERSION = 1
PREFIX = "fugong-"
# Tables that a fresh installation has filled already.
TABLES_OF_DJANGO = {"django_migrations", "django_content_type", "django_session", "core_schedule"}
Counts = dict[str, int]


def backup(target_dir: Path) -> Path:
    """Write a new backup below `target_dir` while people work; returns its directory.

    Unfinished ones never count.
    """
    target_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    moment = timezone.now()
    name = f"{PREFIX}{moment:%Y%m%dT%H%M%S}-{moment.microsecond // 1000:03d}"
    draft = target_dir / f".{name}.partial"
    draft.mkdir(mode=0o700)
    try:
        database = draft / ("database.dump" if connection.vendor == "postgresql" else "database.sqlite3")
        counts = _dump_postgresql(database) if connection.vendor == "postgresql" else _dump_sqlite(database)
        uploads = _pack_uploads(draft / "uploads.tar")
        _write_manifest(draft, moment, counts, [database, uploads])
        os.replace(draft, target_dir / name)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target_dir / name


def latest(directory: Path) -> Path | None:
    """The newest finished backup in a directory."""
    found = sorted(path for path in directory.glob(f"{PREFIX}*") if (path / "manifest.json").exists())
    return found[-1] if found else None


def prune(directory: Path, *, keep: int = 14) -> int:
    """Delete all but the newest `keep` backups; returns how many went."""
    old = sorted(path for path in directory.glob(f"{PREFIX}*") if path.is_dir())[:-keep]
    for path in old:
        shutil.rmtree(path)
    return len(old)


def why_not_whole(path: Path) -> str:
    """What is wrong with a backup, by its manifest; empty when nothing is."""
    try:
        manifest = json.loads((path / "manifest.json").read_text())
    except (OSError, ValueError):
        return _("This is not a backup: it has no readable manifest.")
    if manifest.get("version") != VERSION:
        return _("This backup was made by another version of the program.")
    for name, digest in manifest["digests"].items():
        if not (path / name).is_file() or _digest(path / name) != digest:
            return _("The file %(name)s of this backup is missing or damaged.") % {"name": name}
    return ""


def restore(path: Path, *, force: bool = False) -> Counts:
    """Put a backup in place of the database and the uploads; returns the rows per table, which are checked.

    Stop the server and the worker first. Raises Refused on a damaged backup, on one of the other kind of
    database, and on a database that holds something unless `force`.
    """
    refuse_if(why_not_whole(path))
    manifest = json.loads((path / "manifest.json").read_text())
    if manifest["database"] != connection.vendor:
        raise Refused(_("This backup is of another kind of database."))
    if not force and any(rows for table, rows in _present_counts().items() if table not in TABLES_OF_DJANGO):
        raise Refused(_("The database is not empty. Restoring would replace what is in it."))
    if connection.vendor == "postgresql":
        _load_postgresql(path / "database.dump")
    else:
        _load_sqlite(path / "database.sqlite3")
    _unpack_uploads(path / "uploads.tar")
    counts = _present_counts()
    if counts != manifest["counts"]:
        raise Refused(_("The restored database has not the rows that the manifest names."))
    return counts


def export_keys(target: Path) -> Path:
    """Write the keyring into one file of mode 600.

    Keep it apart from the backups: together they open everything.
    """
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        for path in sorted(keyring.directory().iterdir()):
            if path.suffix in {".json", ".destroyed"} and not path.name.startswith("."):
                tar.add(path, arcname=path.name)
    return target


def import_keys(source: Path) -> int:
    """Put exported keys into an empty keyring; returns how many files.

    Raises Refused when keys are there already.
    """
    directory = keyring.directory()
    if any(directory.glob("*.json")):
        raise Refused(_("The keyring is not empty. Importing would replace its keys."))
    with tarfile.open(source) as tar:
        tar.extractall(directory, filter="data")
        names = tar.getnames()
    for name in names:
        (directory / name).chmod(0o600)
    return len(names)


def _write_manifest(draft: Path, moment: datetime, counts: Counts, files: list[Path]) -> None:
    manifest: dict[str, Any] = {
        "version": VERSION,
        "made_at": moment.isoformat(),
        "database": connection.vendor,
        "counts": counts,
        "digests": {file.name: _digest(file) for file in files},
        "keys": "not in this backup; export them apart and keep them elsewhere",
    }
    (draft / "manifest.json").write_text(json.dumps(manifest, indent=1))
    for file in [*files, draft / "manifest.json"]:
        file.chmod(0o600)
        with file.open("rb") as opened:
            os.fsync(opened.fileno())


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


# SQLite


def _dump_sqlite(target: Path) -> Counts:
    """One step of the backup API: a consistent picture, and no writer is stopped.

    The counts are those of the copy.
    """
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise RuntimeError("The copy of the database is damaged; so the database may be.")
        names = [row[0] for row in copy.execute(_SQLITE_TABLES)]
        return {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


_SQLITE_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
)


def _load_sqlite(source: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as kept:
        kept.backup(connection.connection)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


# PostgreSQL


def _dump_postgresql(target: Path) -> Counts:
    with _one_snapshot() as snapshot:
        _run(
            "pg_dump",
            "--format=custom",
            f"--snapshot={snapshot}",
            f"--file={target}",
            f"--dbname={_database_name()}",
        )
        return _present_counts()


@contextmanager
def _one_snapshot() -> Iterator[str]:
    """The dump and the counts see the same rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def _load_postgresql(source: Path) -> None:
    _run(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={_database_name()}",
        str(source),
    )


def _database_name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(*command: str) -> None:
    """One of PostgreSQL's own programs, on our database; the password goes through the environment."""
    given = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    environment = {**os.environ, **{name: str(given[key]) for name, key in names.items() if given.get(key)}}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()[-500:]}")


def _present_counts() -> Counts:
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        counts = {}
        for name in names:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")
            counts[name] = int(cursor.fetchone()[0])
    return counts


# Uploads


def _pack_uploads(target: Path) -> Path:
    uploads = Path(settings.UPLOADS_DIR)
    with tarfile.open(target, "w") as tar:
        if uploads.exists():
            tar.add(uploads, arcname=".")
    return target


def _unpack_uploads(source: Path) -> None:
    """Files that are there stay: uploads are named by their content or number and never change."""
    uploads = Path(settings.UPLOADS_DIR)
    uploads.mkdir(parents=True, exist_ok=True)
    with tarfile.open(source) as tar:
        tar.extractall(uploads, filter="data")
