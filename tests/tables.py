"""The tables as the migrations make them, kept once by each process of tests: for installations of a test's own.

All migrations take ten seconds; an installation that begins with a copy of the tables has none to run.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from django.core import management
from django.db import connection


class Tables:
    """Where the copy is; nowhere while no test has asked for the database."""

    file: Path | None = None  # on SQLite
    database = ""  # on PostgreSQL

    @contextmanager
    def kept(self, folder: Path) -> Iterator[None]:
        """While the block runs, the tests' database is copied right after its migrations."""
        real = management.call_command

        def call_command(name: str, *words: Any, **options: Any) -> None:
            real(name, *words, **options)
            if name == "migrate" and not (self.file or self.database):
                self._keep(folder)

        with mock.patch.object(management, "call_command", call_command):
            yield

    def _keep(self, folder: Path) -> None:
        if connection.vendor == "sqlite":
            self.file = folder / "fugong.sqlite3"
            with closing(sqlite3.connect(self.file)) as copy:
                connection.connection.backup(copy)
            return
        name = str(connection.settings_dict["NAME"])
        self.database = f"{name}_tables"
        connection.close()  # nobody may be in a database that is copied
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{self.database}"')
            cursor.execute(f'CREATE DATABASE "{self.database}" TEMPLATE "{name}"')

    def forget(self) -> None:
        """Nothing stays on a PostgreSQL server."""
        if self.database:
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


TABLES = Tables()
