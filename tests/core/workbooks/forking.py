"""Readers of workbooks by fork: the child of the product, without starting Python again for each file.

The process imports the product's child once and forks for each file. What runs in the fork is the child's own
`main`, under its own limits; only the start (which costs most of a small file's time) is shared.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from fugong.core.workbooks.limits import Limits

ROOT = Path(__file__).resolve().parents[3]
Run = Callable[[IO[bytes], IO[bytes], Limits], str]


@contextmanager
def forked_readers() -> Iterator[Run]:
    """A stand-in for `reading._run_child` while the block runs."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.core.workbooks.forking", str(theirs.fileno())]
    with ours, subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()]) as server:
        theirs.close()

        def run(file: IO[bytes], answer: IO[bytes], limits: Limits) -> str:
            socket.send_fds(ours, [json.dumps(limits.as_dict()).encode()], [file.fileno(), answer.fileno()])
            code = json.loads(ours.recv(100))
            if code in {-signal.SIGXCPU, -signal.SIGKILL}:
                return "time"
            return "" if code == 0 else "stopped"

        yield run
        ours.close()
        server.wait(10)


def serve(descriptor: int) -> None:
    """One file after the other, each in a fork of its own; the answer is how the fork ended."""
    with socket.socket(fileno=descriptor) as line:
        while True:
            message, files, _flags, _address = socket.recv_fds(line, 4096, 2)
            if not message:
                return
            code = forked(message.decode(), *files)
            for number in files:
                os.close(number)
            line.send(json.dumps(code).encode())


def forked(limits: str, file: int, answer: int) -> int:
    """Read one file in a fork; its exit code, negative for the signal that ended it."""
    pid = os.fork()
    if pid == 0:
        read_here(limits, file, answer)
    timer = threading.Timer(json.loads(limits)["wall"], os.kill, (pid, signal.SIGKILL))
    timer.start()
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    finally:
        timer.cancel()


def read_here(limits: str, file: int, answer: int) -> None:
    """The child's own `main` on these two files; ends the process."""
    from fugong.core.workbooks import child

    code = 1
    try:
        os.dup2(file, 0)
        os.dup2(answer, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        sys.argv = ["child", limits]
        child.main()
        sys.stdout.flush()
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    import python_calamine  # noqa: F401  # once, and not in each fork

    from fugong.core.workbooks import child  # noqa: F401

    serve(int(sys.argv[1]))
