"""A child process ends when the process that started it is gone, however that one ended: `kill -9` closes nothing in order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time

GRACE = 2  # seconds that a child has to end what it does


def end_with_parent() -> None:
    """Watch the process that started this one, if it did so as its child; a pipe between them tells, nothing is polled."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), name="fugong-lifeline", daemon=True).start()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)
