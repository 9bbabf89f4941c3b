"""Gate of the outbox: 200 notices, the sender killed four times (2,000 and 40 at night); never rang 0, twice 0."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests import robot_services
from tests.gates.amount import amount
from tests.gates.outbox import NOTICES
from tests.gates.test_installation import installation

ROOT = Path(__file__).resolve().parents[2]
KILLS = amount(4, 40)


def _sender(data: Path, database: str, *words: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("FUGONG_", "DJANGO_"))}
    environment["FUGONG_DATA"] = str(data)
    if database:
        environment["FUGONG_DATABASE_URL"] = database
    return subprocess.Popen(
        [sys.executable, "-m", "tests.gates.outbox", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def _answer(data: Path, database: str, *words: str) -> str:
    with _sender(data, database, *words) as running:
        said, _ = running.communicate(timeout=600)
    assert running.returncode == 0, f"{words} failed"
    return said


def test_killed_while_sending_no_notice_rings_twice_and_none_is_lost(
    tmp_path: Path, django_db_setup: None, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock(), installation(tmp_path, "outbox") as place:
        _expect_each_at_most_once(place.data, place.database)


def _expect_each_at_most_once(data: Path, database: str) -> None:
    _answer(data, database, "build")
    dice = random.Random(20200210)
    with robot_services.running() as services:
        services.limit = 10_000
        services.pause = 0.005
        for _ in range(KILLS):
            _killed_after(dice.uniform(0.05, 0.3), data, database, str(services.port))
        assert _answer(data, database, "send", str(services.port)).split() == ["begin", "done"]
        rang = Counter(
            word
            for text in services.groups["wecom"]
            for word in text.replace("· ", "").split()
            if word.startswith("notice-")
        )
    state = json.loads(_answer(data, database, "state"))
    ended = state["notices"]
    unknown = {text for text, status in ended.items() if status == "unknown"}
    print(f"{len(rang)} rang, {len(unknown)} held for a person")
    assert len(ended) == NOTICES and set(ended.values()) <= {"sent", "unknown"}
    assert max(rang.values()) == 1, "a notice rang twice"
    assert {text for text, status in ended.items() if status == "sent"} <= set(rang), (
        "said to be sent and never rang"
    )
    # One post at a time is under way; after a pause it is a digest of many notices.
    assert state["unanswered"] <= KILLS, "more is held than was under way when the sender was killed"


def _killed_after(seconds: float, data: Path, database: str, port: str) -> None:
    with _sender(data, database, "send", port) as sender:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "begin\n"
        time.sleep(seconds)
        sender.send_signal(signal.SIGKILL)
