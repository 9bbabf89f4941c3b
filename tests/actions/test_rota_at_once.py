"""Two coordinators at once cannot put one person at two places, nor too many people on one shift; on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.actions import rota_alone

ROOT = Path(__file__).resolve().parents[2]


def expect_nobody_twice(found: dict[str, Any]) -> None:
    assert found["strange"] == []
    assert (found["per_person"], found["per_shift"]) == (1, 2)
    assert found["turns"] == found["taken"] == rota_alone.PEOPLE, "everybody is on exactly one shift"


@pytest.mark.slow
def test_on_sqlite_in_a_file(tmp_path: Path) -> None:
    surroundings = {**os.environ, "FUGONG_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "fugong.settings"}
    surroundings.pop("FUGONG_DATABASE_URL", None)
    command = [sys.executable, "-m", "tests.actions.rota_alone"]
    told = subprocess.run(
        command, cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=200, check=False
    )
    assert told.returncode == 0, told.stderr[-2000:]
    expect_nobody_twice(json.loads(told.stdout.splitlines()[-1]))


@pytest.mark.django_db(transaction=True)
def test_on_postgresql(town: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the test above is the one for SQLite: it needs a database in a file")
    expect_nobody_twice(rota_alone.storm(town))
