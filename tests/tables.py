"""The tables as the migrations make them, kept: for every process of tests, and for installations of a test's own.

All migrations take seconds. The first process of a run makes the tables and the others copy them; on SQLite they are
kept in pytest's cache until a migration, the core module or Django changes, so that a short run need not wait for them.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest import mock

import django
from django.core import management
from django.db import connection

import fugong
from tests.alone import alone

PRODUCT = Path(fugong.__file__).parent
MAKERS = ("*/migrations/*.py", "core/**/*.py", "settings.py")  # what the tables come from


class Tables:
    """Where the copy is; nowhere while no test has asked for the database."""

    file: Path | None = None  # on SQLite
    database = ""  # on PostgreSQL
    lock: Path
    mark: Path

    @contextmanager
    def kept(self, own: Path, run: Path, cache: Path) -> Iterator[None]:
        """While the block runs, the tests' database gets its tables from the copy; without one it leaves one.

        `own` is this process's folder, `run` that of all processes of this run, `cache` outlives the run.
        """
        real = management.call_command
        self.lock, self.mark = run / "tables.lock", run / f"tables.{os.getpid()}"

        def call_command(name: str, *words: Any, **options: Any) -> None:
            if name != "migrate" or self.file or self.database:
                real(name, *words, **options)
                return

            def make() -> None:
                real(name, *words, **options)

            if connection.vendor == "sqlite":
                self._on_sqlite(make, own, cache)
            else:
                self._on_postgres(make)

        with mock.patch.object(management, "call_command", call_command):
            yield

    def _on_sqlite(self, make: Callable[[], None], own: Path, cache: Path) -> None:
        kept = cache / f"{makers()}.sqlite3"
        with alone(cache / "lock"):
            connection.ensure_connection()
            if kept.exists():
                with closing(sqlite3.connect(kept)) as copy:
                    copy.backup(connection.connection)
            else:
                make()
                for old in cache.glob("*.sqlite3*"):
                    old.unlink()
                begun = kept.with_suffix(".begun")
                with closing(sqlite3.connect(begun)) as copy:
                    connection.connection.backup(copy)
                begun.rename(kept)
            self.file = Path(shutil.copy(kept, own / "fugong.sqlite3"))

    def _on_postgres(self, make: Callable[[], None]) -> None:
        name = str(connection.settings_dict["NAME"])
        self.database = f"fugong_tables_{sha256(str(self.lock).encode()).hexdigest()[:12]}"
        with alone(self.lock):
            self.mark.touch()
            with connection._nodb_cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.database])
                made = cursor.fetchone()
            if not made:
                make()
            connection.close()  # nobody may be in a database that is copied
            with connection._nodb_cursor() as cursor:
                if made:
                    cursor.execute(f'DROP DATABASE "{name}"')
                source, copy = (self.database, name) if made else (name, self.database)
                cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{source}"')

    def forget(self) -> None:
        """The last process of a run leaves nothing on a PostgreSQL server."""
        if not self.database:
            return
        with alone(self.lock):
            self.mark.unlink()
            if not list(self.mark.parent.glob("tables.[0-9]*")):
                with connection._nodb_cursor() as cursor:
                    cursor.execute(f'DROP DATABASE "{self.database}"')

    def put_into(self, folder: Path) -> None:
        """The file of an installation on SQLite."""
        if self.file:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.file, folder)

    @property
    def template(self) -> str:
        """What CREATE DATABASE must say to begin with the tables."""
        return f'TEMPLATE "{self.database}"' if self.database else ""


def makers() -> str:
    """A digest of everything that the tables come from."""
    seen = sha256(f"{django.get_version()} {sqlite3.sqlite_version}".encode())
    for path in sorted({path for pattern in MAKERS for path in PRODUCT.glob(pattern)}):
        seen.update(str(path.relative_to(PRODUCT)).encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:20]


TABLES = Tables()
