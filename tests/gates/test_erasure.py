"""Canaries sealed, imported and exported, then the campaign is erased: none is left, and no backup opens one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gates.erasing import COUNT, found_in
from tests.gates.test_installation import Place, installation


@pytest.fixture
def place(tmp_path: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[Place]:
    with django_db_blocker.unblock(), installation(tmp_path, "erased") as place:
        yield place


def seen(place: Place) -> dict[str, int]:
    found: dict[str, int] = json.loads(place.run("tests.gates.erasing", "look"))
    return found


def in_files(place: Place) -> list[str]:
    """Files of the installation that hold a canary; the sealed ones of the database are not found like that."""
    files = [path for path in place.data.rglob("*") if path.is_file()]
    return sorted(path.name for path in files if found_in(path.read_bytes()))


def test_no_canary_outlives_its_campaign(place: Place, tmp_path: Path, django_db_blocker: Any) -> None:
    assert place.run("tests.gates.erasing", "build") == "ready"
    before = seen(place)
    assert before["opened"] == COUNT + 1 and before["in_tables"] == COUNT
    assert {"ledger.csv", "export.csv"} <= set(in_files(place)), "the look is blind"
    backup = Path(place.run("fugong", "backup", tmp_path / "backups"))

    counts = json.loads(place.run("tests.gates.erasing", "erase"))
    assert counts["contacts"] == COUNT + 1
    assert counts["sealed_values"] == COUNT + 1 + 4, (
        "of a volunteer one, of a household two, of a requester one"
    )
    assert counts["volunteers"] == counts["households"] == counts["requests"] == counts["forms"] == 1
    assert (counts["import_files"], counts["export_files"], counts["imported_rows"]) == (1, 1, 1)
    assert seen(place) == {"in_tables": 0, "opened": 0}
    assert in_files(place) == [], "in the database, its log, the uploads, the exports or the logs"

    with installation(tmp_path, "restored") as other:
        other.run("fugong", "restore", backup)
        shutil.copytree(place.data / "keyring", other.data / "keyring", dirs_exist_ok=True)
        assert seen(other)["opened"] == 0, "a backup made before opens a number"
