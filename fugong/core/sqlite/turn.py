"""The write turn: one writer at a time, in the order of asking, among threads and among processes.

SQLite lets waiting writers poll, so that a long import wins again and again and a person's save waits for
seconds. Here threads queue by ticket. Processes queue by two locked files: whoever is next in line holds
`-next` while it waits for `-turn`, so the process that has just written cannot overtake it. The kernel frees
both when a process dies.
"""

import fcntl
import os
import threading
import time
from collections import deque

FIRST_PAUSE, LONGEST_PAUSE = 0.0002, 0.002  # seconds between two looks at a lock that another process holds


class TurnTimeout(Exception):
    """The turn did not come within the time allowed."""


class WriteTurn:
    """The queue of one database file in this process, with the files that stand for it among processes."""

    def __init__(self, path: str) -> None:
        self._mutex = threading.RLock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._next = os.open(f"{path}-next", flags, 0o600)
        self._turn = os.open(f"{path}-turn", flags, 0o600)

    def take(self, timeout: float) -> None:
        """Wait for the turn, at most `timeout` seconds; raises TurnTimeout."""
        deadline = time.monotonic() + timeout
        self._queue(deadline)
        try:
            _lock(self._next, deadline)
            try:
                _lock(self._turn, deadline)
            finally:
                fcntl.flock(self._next, fcntl.LOCK_UN)
        except BaseException:
            self._pass_on()
            raise

    def give_back(self) -> None:
        """End the turn; the next in line goes on."""
        fcntl.flock(self._turn, fcntl.LOCK_UN)
        self._pass_on()

    def _queue(self, deadline: float) -> None:
        with self._mutex:
            if not self._taken:
                self._taken = True
                return
            ticket = threading.Event()
            self._waiting.append(ticket)
        if ticket.wait(max(0.0, deadline - time.monotonic())):
            return
        with self._mutex:
            if ticket.is_set():  # it came in the very last moment
                return
            self._waiting.remove(ticket)
        raise TurnTimeout

    def _pass_on(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False


class Held:
    """A turn that somebody has; giving it back twice, or forgetting it (a thread that died), does no harm."""

    def __init__(self, turn: WriteTurn, timeout: float) -> None:
        self._turn: WriteTurn | None = None
        turn.take(timeout)
        self._turn = turn

    def give_back(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.give_back()

    def __del__(self) -> None:
        self.give_back()


def _lock(descriptor: int, deadline: float) -> None:
    pause = FIRST_PAUSE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise TurnTimeout from None
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


_turns: dict[str, WriteTurn] = {}
_turns_mutex = threading.Lock()


def turn_of(path: str) -> WriteTurn:
    """The queue of this database file; the same one for all threads of the process."""
    with _turns_mutex:
        if path not in _turns:
            _turns[path] = WriteTurn(path)
        return _turns[path]


def _forget_after_fork() -> None:
    """A child must not share its parent's locks: it opens the files anew."""
    global _turns, _turns_mutex
    _turns, _turns_mutex = {}, threading.Lock()


os.register_at_fork(after_in_child=_forget_after_fork)
