"""Killed at any moment, crowded or resent: nothing that was acknowledged is lost, nothing is doubled."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from tests.core import alone
from tests.gates.amount import amount

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = amount(10, 200)


def program(job: str, data: Path, *words: str, database: str = "") -> "subprocess.Popen[str]":
    """The small program on its own data directory, without the settings of whoever runs the tests."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("FUGONG_", "DJANGO_"))}
    environment["FUGONG_DATA"] = str(data)
    if database:
        environment["FUGONG_DATABASE_URL"] = database
    return subprocess.Popen(
        [sys.executable, "-m", "tests.core.alone", job, *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def answer(job: str, data: Path, *words: str, database: str = "") -> str:
    with program(job, data, *words, database=database) as running:
        text, _ = running.communicate(timeout=120)
    assert running.returncode == 0, f"{job} failed"
    return text


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("migrated")
    answer("migrate", data)
    return data


@pytest.fixture
def data(migrated: Path, tmp_path: Path) -> Path:
    """A data directory of its own, with a fresh database."""
    return Path(shutil.copytree(migrated, tmp_path / "data"))


def test_killed_again_and_again_nothing_acknowledged_is_lost(data: Path) -> None:
    expect_nothing_lost(data)


@pytest.mark.django_db(transaction=True)
def test_killed_again_and_again_on_postgresql(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL; the test above is the one for SQLite")
    name = f"fugong_kill_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            url = address_of(name)
            answer("migrate", tmp_path, database=url)
            expect_nothing_lost(tmp_path, url)
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def address_of(name: str) -> str:
    """The tests' own server, with another database."""
    given = {
        key: quote(str(connection.settings_dict[key] or ""), safe="") for key in ("USER", "PASSWORD", "HOST")
    }
    port = f":{connection.settings_dict['PORT']}" if connection.settings_dict["PORT"] else ""
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{port}/{name}?host={given['HOST']}"


def expect_nothing_lost(data: Path, database: str = "") -> None:
    """Rounds of writing and kill -9; what was begun and acknowledged against what stands in the end."""
    dice = random.Random(20200210)
    begun: set[str] = set()
    done: set[str] = set()
    for _ in range(ROUNDS):
        for word, key in killed_after(dice.uniform(0.02, 0.25), data, database):
            (begun if word == "begin" else done).add(key)
    time.sleep(0.3 if database else 0)  # the server may still be ending the last session
    state = json.loads(answer("check", data, database=database))
    kept = set(state["keys"])
    print(f"{len(done)} acknowledged, {len(kept)} kept")
    assert state["whole"] == "ok" and state["chain"] == []
    assert done, "the writer never got to write"
    assert done <= kept <= begun, "lost, or made from nothing"
    assert sorted(state["events"]) == sorted(kept), "an event without its row, doubled or lost"


def killed_after(seconds: float, data: Path, database: str) -> list[list[str]]:
    """What the writer said before it was killed, as pairs of a word and a key."""
    with program("write", data, database=database) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        lines = [first, *writer.stdout.read().splitlines()]
    return [line.split() for line in lines if len(line.split()) == 2 and len(line.split()[1]) == 36]


def test_100_commands_sent_5_times_by_20_threads_act_once_each(data: Path) -> None:
    expect_each_once(json.loads(answer("resend", data)))


@pytest.mark.django_db(transaction=True)
def test_the_same_on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the test above is the one for SQLite: it needs a database in a file")
    expect_each_once(alone.storm(commands=100, times=5, threads=20))


def expect_each_once(result: dict[str, Any]) -> None:
    assert result["sent"] == 500
    assert len(result["acted"]) == len(set(result["acted"])) == 100, "lost or doubled"
    assert result["most_answers"] == 1, "a resend got another answer"
