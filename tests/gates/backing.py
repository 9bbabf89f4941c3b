"""Backups while four writers and the sealer are at work: core alone, on FUGONG_DATA or FUGONG_DATABASE_URL.

python -m tests.gates.backing load <folder> <database>    backs up again and again, each time restores into that other
                                                          place, and says as JSON what each restored one held
python -m tests.gates.backing restore <backup>            the other place: what it holds then
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Collection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.core.alone import AT, migrate, seal_for_ever, set_up
from tests.gates.amount import amount

BACKUPS, WRITERS = amount(1, 25), 4
MEANWHILE = 40  # rows are written between two backups


class Load:
    """Rows with their events, one of each in a transaction, until told to stop; what was begun and acknowledged."""

    def __init__(self) -> None:
        self.begun: set[str] = set()
        self.done: set[str] = set()
        self.is_over = False
        self.threads = [threading.Thread(target=self.write) for _ in range(WRITERS)]
        threading.Thread(target=seal_for_ever, daemon=True).start()
        for thread in self.threads:
            thread.start()

    def write(self) -> None:
        from django.db import connection, transaction

        from fugong.core.audit import record
        from fugong.core.models import Command

        while not self.is_over:
            key = uuid.uuid4()
            self.begun.add(str(key))
            with transaction.atomic():
                row = Command.objects.create(key=key, path="/", digest="", at=AT, status=200)
                stands_for = SimpleNamespace(
                    _meta=row._meta, pk=0
                )  # a command's number is not a plain number
                record("core.command.kept", stands_for, by=None, at=AT, key=str(key))  # type: ignore[arg-type]
            self.done.add(str(key))
        connection.close()

    def wait(self) -> None:
        """Until so many more are acknowledged."""
        wanted, until = len(self.done) + MEANWHILE, time.monotonic() + 60
        while len(self.done) < wanted:
            assert time.monotonic() < until, "nobody can write"
            time.sleep(0.01)

    def end(self) -> None:
        self.is_over = True
        for thread in self.threads:
            thread.join()


def content(keys: Collection[str] | None = None) -> dict[str, Any]:
    """The keys of the rows and of the events, and a digest of both; only of those keys, where given."""
    from fugong.core.models import Command, Event

    of_row = ("key", "by_id", "path", "digest", "at", "status", "answer")
    of_event = ("changes", "id", "name", "target", "target_id", "by_id", "by_label", "at")
    rows = [
        row
        for row in Command.objects.order_by("key").values_list(*of_row)
        if keys is None or str(row[0]) in keys
    ]
    events = [
        row
        for row in Event.objects.order_by("id").values_list(*of_event)
        if keys is None or row[0]["key"] in keys
    ]
    return {
        "rows": [str(row[0]) for row in rows],
        "events": sorted(row[0]["key"] for row in events),
        "digest": hashlib.sha256(repr((rows, events)).encode()).hexdigest(),
    }


def load(folder: str, database: str = "") -> None:
    from django.conf import settings

    from fugong.core import backups

    migrate()
    busy, found = Load(), []
    try:
        for _ in range(BACKUPS):
            busy.wait()
            acknowledged = set(busy.done)
            made = backups.backup(settings.BACKUPS_DIR)
            begun = set(busy.begun)
            held = elsewhere(made, Path(folder), database)
            found.append((acknowledged, begun, held))
    finally:
        busy.end()
    print(json.dumps([told(*one) for one in found]))


def elsewhere(made: Path, folder: Path, database: str) -> dict[str, Any]:
    """What a backup holds once it is restored in another place, which gets the keys by another way."""
    from django.conf import settings

    shutil.copytree(settings.KEYRING_DIR, folder / "keyring", dirs_exist_ok=True)
    surroundings = {**os.environ, "FUGONG_DATA": str(folder), "FUGONG_DATABASE_URL": database}
    command = [sys.executable, "-m", "tests.gates.backing", "restore", str(made)]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    held: dict[str, Any] = json.loads(done.stdout)
    return held


def told(acknowledged: set[str], begun: set[str], held: dict[str, Any]) -> dict[str, Any]:
    kept = set(held["rows"])
    return {
        "kept": len(kept),
        "lost": len(acknowledged - kept),
        "invented": len(kept - begun),
        "torn": sorted(kept) != held["events"],
        "same": content(kept)["digest"] == held["digest"],
        "chain": held["chain"],
    }


def restore(made: str) -> None:
    from fugong.core import backups, sealer

    backups.restore(Path(made), force=True)
    print(json.dumps({**content(), "chain": sealer.verify()}))


if __name__ == "__main__":
    set_up()
    {"load": load, "restore": restore}[sys.argv[1]](*sys.argv[2:])
