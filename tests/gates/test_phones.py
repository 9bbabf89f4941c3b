"""Gate of the phones: through a network that cuts, to a server that is killed, everything arrives once and in order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.gates.phones import KILLS, PHONES, VISITS
from tests.gates.test_installation import ROOT, installation

# Two servers are started, each with its worker; what is sent again is tried at each commit in test_installation.
pytestmark = pytest.mark.slow


def test_killed_while_phones_send_no_visit_is_lost_or_doubled(
    tmp_path: Path, django_db_setup: None, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock(), installation(tmp_path, "phones") as place:
        _expect_each_once(place.data, place.database)


def _expect_each_once(data: Path, database: str) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("FUGONG_", "DJANGO_"))}
    environment |= {"FUGONG_DATA": str(data)} | ({"FUGONG_DATABASE_URL": database} if database else {})
    ran = subprocess.run(
        [sys.executable, "-m", "tests.gates.phones"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    said = json.loads(ran.stdout.splitlines()[-1])
    print(f"{said['acknowledged']} acknowledged, {said['resent']} sent again, {said['network']}")
    assert not said["wrong"] and not said["refused"], said
    assert said["acknowledged"] == PHONES * VISITS
    assert said["killed"] == KILLS and said["resent"], "nobody was cut off: nothing was tried"
    assert said["network"]["cut short"] and said["network"]["swallowed"]
