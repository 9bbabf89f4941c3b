"""The phones against the server: who sends, when it is killed, what the sender reports."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.measuring import quantile
from bench.phones import people
from bench.phones.people import Phone
from bench.phones.server import Server

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 900  # seconds, then the phones are given up


@dataclass(frozen=True)
class Storm:
    """What the phones saw: acknowledgements with their times, the kills, troubles and answers that are no success."""

    acknowledged: list[dict[str, Any]]
    refused: list[str]
    troubles: dict[str, int]
    seconds: float
    sender_cpu: float
    kills: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Visits acknowledged in a second, the time without a server included."""
        return len(self.acknowledged) / self.seconds

    def waits(self, share: float) -> float:
        """Seconds from the first sending to the acknowledgement that this share of the visits did not exceed."""
        return quantile([row["ended"] - row["began"] for row in self.acknowledged], share)

    def gaps(self) -> list[float]:
        """For each kill, the seconds until the next acknowledgement."""
        ends = sorted(row["ended"] for row in self.acknowledged)
        return [next((end for end in ends if end > kill), kill) - kill for kill in self.kills]

    @property
    def resent(self) -> int:
        return sum(row["attempts"] - 1 for row in self.acknowledged)


def send(
    phones: list[Phone], port: int, *, server: Server | None = None, kills: Sequence[float] = ()
) -> Storm:
    """Let the phones send; after each share of `kills` of the visits the server is killed and started again."""
    total = sum(len(phone.visits) for phone in phones)
    waiting = [round(total * share) for share in sorted(kills)]
    killed: list[float] = []
    with tempfile.TemporaryDirectory(prefix="fugong-phones-") as name:
        plan, result = Path(name) / "plan.json", Path(name) / "result.json"
        people.write(plan, phones, people.pictures(Path(name)))
        command = [sys.executable, "-m", "bench.phones.sender", str(port), str(plan), str(result)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as sender:
            try:
                _watch(sender, waiting, killed, server)
            finally:
                sender.kill()
        assert result.exists(), "the phones died"
        said = json.loads(result.read_text(encoding="utf-8"))
    times = [row[word] for row in said["acknowledged"] for word in ("began", "ended")]
    seconds = max(times) - min(times) if times else 0.0
    return Storm(said["acknowledged"], said["refused"], said["troubles"], seconds, said["cpu"], killed)


def _watch(sender: Any, waiting: list[int], killed: list[float], server: Server | None) -> None:
    """Read the sender's count to its end."""
    deadline = time.monotonic() + LONGEST
    for line in sender.stdout:
        assert time.monotonic() < deadline, "the phones did not end in time"
        if server and waiting and int(line) >= waiting[0]:
            waiting.pop(0)
            killed.append(time.monotonic())
            server.kill()
            server.start()
    sender.wait(30)
