"""The running product: `fugong serve` on loopback, which can be killed and started again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

SECONDS_TO_START = 60
GRACE = 30


class Server:
    """`fugong serve` with its own worker, on the data and the database that are named."""

    def __init__(self, data: Path, database: str = "") -> None:
        self.port = _free_port()
        self.cpu, self.cpu_of_a_start, self.starts = 0.0, 0.0, 0
        self._log = data / "server.log"
        self._options = ["--port", str(self.port), "--processes", os.environ.get("PROCESSES", "1")]
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("FUGONG_", "DJANGO_"))}
        self._environment = kept | {
            "FUGONG_DATA": str(data),
            "FUGONG_DEMO": os.environ.get("FUGONG_DEMO", "0"),
        }
        if database:
            self._environment["FUGONG_DATABASE_URL"] = database
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        self.start()
        self.wait()
        self.cpu_of_a_start = cpu_of(self._process.pid) if self._process else 0.0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def cpu_of_work(self) -> float:
        """CPU seconds so far, without those of starting."""
        return self.cpu - self.starts * self.cpu_of_a_start

    def start(self) -> None:
        """Begin to start; whoever asks before it listens is refused."""
        self.starts += 1
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "fugong", "serve", "--yes", *self._options],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Until it answers. Raises AssertionError with its log where it does not."""
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline and self._process and self._process.poll() is None:
            probe = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_TO_START)
            try:
                probe.request("GET", "/")
                probe.getresponse().read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
            else:
                return
            finally:
                probe.close()
        raise AssertionError(f"the server does not start: {self._log.read_text(errors='replace')[-2000:]}")

    def kill(self) -> None:
        """kill -9 of the server with its processes; the worker ends when its input does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As Ctrl-C does it; by force where that takes too long."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        self.cpu += cpu_of(process.pid)
        if number == signal.SIGTERM:
            process.terminate()
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cpu_of(leader: int) -> float:
    """CPU seconds so far of a process, its group and its children; 0 where the system has no /proc."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if leader in (int(fields[1]), int(fields[2])) or path.parent.name == str(leader):
            ticks += sum(int(value) for value in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")
