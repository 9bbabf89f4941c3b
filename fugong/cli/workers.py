"""The worker as a child process of the server."""

from __future__ import annotations

import subprocess
import sys
import threading

GRACE = 15  # seconds a worker has to end its task
PAUSE = 2  # seconds before a killed worker is started again


class WorkerChild:
    """Keeps one worker process: a killed one is started again, one that ends by itself (refused) is left."""

    def __init__(self) -> None:
        self.ending = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.thread = threading.Thread(target=self._keep, name="fugong-worker", daemon=True)

    def start(self) -> None:
        self._launch()
        self.thread.start()

    def stop(self) -> None:
        """Close its input, which ends it after its task; then by force."""
        self.ending.set()
        process = self.process
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.thread.join(PAUSE + 1)

    def _launch(self) -> None:
        # A session of its own: Ctrl-C reaches the server alone, which then ends the worker in order.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fugong", "worker", "--while-stdin"],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def _keep(self) -> None:
        while self.process is not None:
            code = self.process.wait()
            if code >= 0 or self.ending.wait(PAUSE):
                return
            self._launch()
