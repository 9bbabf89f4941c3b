"""A whole installation in processes of its own: crowded with resends and askers, backed up, restored somewhere else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.core.test_kill import address_of
from tests.gates import allocation, backing
from tests.gates.amount import IS_NIGHT, amount
from tests.tables import TABLES

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """Where an installation keeps its things; `database` is empty for SQLite beside the data."""

    data: Path
    database: str

    def run(self, *words: str | Path) -> str:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("FUGONG_", "DJANGO_"))}
        environment |= {"FUGONG_DATA": str(self.data), "LC_ALL": "C.UTF-8"}
        if self.database:
            environment["FUGONG_DATABASE_URL"] = self.database
        done = subprocess.run(
            [sys.executable, "-m", *map(str, words)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=3_000 if IS_NIGHT else 240,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout.strip()


@contextmanager
def installation(folder: Path, name: str) -> Iterator[Place]:
    """A place on the kind of database that the tests run on, with its tables and nothing in them."""
    if connection.vendor != "postgresql":
        TABLES.put_into(folder / name)
        yield Place(folder / name, "")
        return
    database = f"fugong_{name}_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {database} {TABLES.template}")
    try:
        yield Place(folder / name, address_of(database))
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {database} WITH (FORCE)")


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("gates")
    with django_db_blocker.unblock(), installation(folder, "built") as place:
        assert place.run("tests.gates.alone", "build") == "ready"
        yield place


def test_commands_of_real_pages_sent_5_times_by_10_threads_act_once_each(built: Place) -> None:
    """100 commands at each commit, 1,000 at night, over HTTP and through the whole product."""
    result = json.loads(built.run("tests.gates.alone", "storm"))
    assert result["answers"] == [], "a resend got another answer"
    asked = result["asked"]
    assert sum(asked.values()) == amount(100, 1_000)
    assert result["acted"] == {kind: [count, count] for kind, count in asked.items()}, "lost or doubled"


def test_50_threads_give_out_every_place_and_none_too_many(built: Place) -> None:
    """120 ask for places of 10 shifts at each commit; at night 1,200, ten times."""
    runs = json.loads(built.run("tests.gates.allocation"))
    given = [allocation.places(number) for number in range(allocation.SHIFTS)]
    for run in runs:
        assert run["given"] == given, "too many, or a place was left empty"
        assert run["refused"] == [allocation.ASKING - number for number in given], (
            "refused wrongly, or unheard"
        )
        assert run["words"] == ["This shift is full."]
    assert len(runs) == allocation.RUNS


def test_backup_and_restore_by_the_command_bring_every_row_back(
    built: Place, tmp_path: Path, django_db_blocker: Any
) -> None:
    (built.data / "uploads").mkdir(exist_ok=True)
    (built.data / "uploads" / "photo.jpg").write_bytes(b"a photo")
    before = json.loads(built.run("tests.gates.alone", "digest"))
    made = Path(built.run("fugong", "backup", tmp_path / "backups"))
    assert (made / "manifest.json").exists()
    with django_db_blocker.unblock(), installation(tmp_path, "restored") as other:
        assert "rows in" in other.run("fugong", "restore", made)
        # The keys stand apart from the backup; only with them the audit can be checked.
        shutil.copytree(built.data / "keyring", other.data / "keyring", dirs_exist_ok=True)
        after = json.loads(other.run("tests.gates.alone", "digest"))
        assert after == before
        assert after["chain"] == [] and after["tables"]["enterprises_enterprise"][0] >= 5
        assert (other.data / "uploads" / "photo.jpg").read_bytes() == b"a photo"


def test_backups_made_while_others_write_hold_what_was_acknowledged(
    tmp_path: Path, django_db_setup: None, django_db_blocker: Any
) -> None:
    """One at each commit, 25 at night: nothing acknowledged before it is missing, nothing is half there."""
    with (
        django_db_blocker.unblock(),
        installation(tmp_path, "busy") as busy,
        installation(tmp_path, "spare") as spare,
    ):
        found = json.loads(busy.run("tests.gates.backing", "load", spare.data, spare.database))
    assert len(found) == backing.BACKUPS
    for held in found:
        assert held["kept"] >= backing.MEANWHILE
        assert {**held, "kept": 0} == {
            "kept": 0,
            "lost": 0,
            "invented": 0,
            "torn": False,
            "same": True,
            "chain": [],
        }
