"""A backup comes back as it was, says so by its manifest, and holds no key."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from fugong.core import backups, keyring, sealer
from fugong.core.audit import record
from fugong.core.models import Event, SavedView
from fugong.core.refusals import Refused
from tests.core.test_kill import answer, data, migrated  # noqa: F401 (fixtures)

AT = datetime(2020, 2, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def made(data: Path) -> Path:  # noqa: F811
    """A backup of a small database with an upload."""
    answer("fill", data)
    return Path(answer("backup", data).strip())


def test_round_trip_into_a_fresh_installation(made: Path, data: Path, tmp_path: Path) -> None:  # noqa: F811
    other = tmp_path / "other"
    answer("migrate", other)
    manifest = json.loads((made / "manifest.json").read_text())
    assert json.loads(answer("restore", other, str(made))) == manifest["counts"]
    assert manifest["counts"]["core_event"] == 3 and "not in this backup" in manifest["keys"]
    assert (other / "uploads" / "photo.jpg").read_bytes() == b"a photo"
    assert json.loads(answer("check", other))["chain"] != [], "without the keys the audit cannot be checked"
    (data / "keyring").rename(tmp_path / "kept")
    (tmp_path / "kept" / "lock").unlink()
    (other / "keyring").joinpath("audit.json").write_text((tmp_path / "kept" / "audit.json").read_text())
    assert json.loads(answer("check", other)) == {
        "whole": "ok",
        "keys": [],
        "events": [None] * 3,
        "chain": [],
    }


def test_restored_tables_are_still_append_only(made: Path, data: Path, tmp_path: Path) -> None:  # noqa: F811
    import sqlite3

    with sqlite3.connect(made / "database.sqlite3") as copy, pytest.raises(sqlite3.DatabaseError):
        copy.execute("UPDATE core_event SET by_label = 'x'")
    copy.close()


def test_a_database_that_holds_something_is_not_replaced_unless_forced(
    made: Path,
    data: Path,  # noqa: F811
) -> None:
    assert answer("restore", data, str(made)).startswith("refused")
    assert json.loads(answer("restore", data, str(made), "force"))["core_event"] == 3


@pytest.mark.parametrize("name", ["database.sqlite3", "uploads.tar", "manifest.json"])
def test_a_damaged_backup_is_refused(made: Path, data: Path, name: str) -> None:  # noqa: F811
    file = made / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    if name == "manifest.json":
        file.write_text("{")
    assert answer("restore", data, str(made), "force").startswith("refused")


def test_no_key_and_no_private_value_is_in_a_backup(made: Path, data: Path) -> None:  # noqa: F811
    key = json.loads((data / "keyring" / "audit.json").read_text())["key"].encode()
    assert all(key not in file.read_bytes() for file in made.iterdir())
    assert {file.name for file in made.iterdir()} == {"manifest.json", "database.sqlite3", "uploads.tar"}
    assert {file.stat().st_mode & 0o777 for file in made.iterdir()} == {0o600}


def test_unfinished_backups_do_not_count_and_old_ones_go(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"fugong-2020021{number}T000000-000").mkdir()
        (tmp_path / f"fugong-2020021{number}T000000-000" / "manifest.json").write_text("{}")
    (tmp_path / ".fugong-20200219T000000-000.partial").mkdir()
    assert backups.latest(tmp_path) == tmp_path / "fugong-20200214T000000-000"
    assert backups.prune(tmp_path, keep=2) == 3
    assert len(list(tmp_path.glob("fugong-*"))) == 2
    assert backups.latest(tmp_path / "missing") is None


def test_keys_go_out_and_in_apart(settings: Any, tmp_path: Path) -> None:
    before = keyring.keys_of(7, make=True)
    kept = backups.export_keys(tmp_path / "keys.tar")
    assert kept.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refused):
        backups.import_keys(kept)
    settings.KEYRING_DIR = tmp_path / "other"
    assert backups.import_keys(kept) == 2
    assert keyring.keys_of(7) == before


@pytest.mark.django_db(transaction=True)
def test_round_trip_on_postgresql(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL; the tests above are those for SQLite")
    view = SavedView.objects.create(register="r", name="看板", at=AT)
    for number in range(3):
        record("core.saved_view.changed", view, by=None, at=AT, number=number)
    sealer.anchor(AT.date())
    Path(settings.UPLOADS_DIR).mkdir()
    made = backups.backup(tmp_path / "backups")
    record("core.saved_view.changed", view, by=None, at=AT, number=9)
    with pytest.raises(Refused):
        backups.restore(made)
    assert backups.restore(made, force=True)["core_event"] == 3
    assert Event.objects.count() == 3 and sealer.verify() == []
