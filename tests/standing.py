"""What a fixture wrote, kept: later tests of the process get the same rows back with one INSERT for each table.

Loading a pack takes a fifth of a second and is tried by the tests of packs; most tests only want to stand in its town.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

# Made by the migrations, and in every database of tests already.
THERE = {"django_migrations", "django_content_type"}


@dataclass(frozen=True)
class Kept:
    """The rows of each table with its columns, the files, and the objects that the fixture gave."""

    tables: dict[str, tuple[list[str], list[tuple[Any, ...]]]]
    files: Path
    given: Any


KEPT: dict[str, Kept] = {}


def standing(name: str, make: Callable[[], Any], files: Path, folders: pytest.TempPathFactory) -> Any:
    """What `make()` gives and leaves behind, in a database without rows; made once, then put back under `name`.

    `files` is the folder of the test, where `make` writes its keys and uploads; of `folders` comes one that outlives it.
    """
    if name in KEPT:
        return _put_back(KEPT[name], files)
    given = make()
    keep = folders.mktemp("standing")
    shutil.copytree(files, keep, dirs_exist_ok=True)
    KEPT[name] = Kept(_rows(), keep, deepcopy(given))
    return given


def _rows() -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    tables = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = cursor.fetchall()
            if rows and table not in THERE:
                tables[table] = ([column[0] for column in cursor.description], rows)
    return tables


def _put_back(kept: Kept, files: Path) -> Any:
    shutil.copytree(kept.files, files, dirs_exist_ok=True)
    quoted = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, rows) in kept.tables.items():
            names, marks = ", ".join(map(quoted, columns)), ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks})", rows)
    return deepcopy(kept.given)
