"""The server killed: nobody answers for it any more, and its worker is gone too."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.gates.test_installation import ROOT, installation

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the table of processes"),
]
STARTS_WITHIN, ENDS_WITHIN = 180, 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def below(pid: int) -> set[int]:
    """The processes that this one started, and those that they did."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        parents[int(path.parent.name)] = int(fields[1])
    found, edge = set[int](), {pid}
    while edge:
        edge = {child for child, parent in parents.items() if parent in edge} - found
        found |= edge
    return found


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


def answers(port: int) -> bool:
    try:
        urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
    except (URLError, OSError):
        return False
    return True


def until(is_so: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


@pytest.mark.enable_socket
def test_kill_9_of_the_first_process_leaves_no_child_and_nobody_who_answers(tmp_path: Path) -> None:
    port = free_port()
    with installation(tmp_path, "killed") as place:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("FUGONG_", "DJANGO_"))}
        environment |= {"FUGONG_DATA": str(place.data), "LC_ALL": "C.UTF-8"}
        if place.database:
            environment["FUGONG_DATABASE_URL"] = place.database
        command = [sys.executable, "-m", "fugong", "serve", "--yes", "--processes", "2", "--port", str(port)]
        first = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        children: set[int] = set()
        try:
            assert until(lambda: answers(port), STARTS_WITHIN)
            assert until(lambda: len(below(first.pid)) >= 3, STARTS_WITHIN), "two that answer, and the worker"
            children = below(first.pid)
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
            assert until(lambda: not any(map(is_alive, children)), ENDS_WITHIN)
            assert not answers(port)
        finally:
            for pid in [first.pid, *filter(is_alive, children)]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            first.wait()
