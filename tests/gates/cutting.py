"""A proxy that behaves as a bad radio network: it cuts what is sent half way, or swallows the answer."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

CUT_SHORT, SWALLOWED = 0.15, 0.15  # shares of the connections


@dataclass
class Cutting:
    """Where it listens, where it leads, and how often it did what."""

    target: int
    port: int = 0
    done: Counter[str] = field(default_factory=Counter)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: the whole request, which says its length, then the answer up to its end."""
        fate = random.Random(f"{self.done.total()}").random()
        try:
            sent = await reader.readuntil(b"\r\n\r\n")
            length = int(sent.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            await self._through(sent, body, fate, writer)
        except (OSError, asyncio.IncompleteReadError):
            self.done["refused"] += 1  # the server is down: so is its line
        finally:
            writer.close()

    async def _through(self, head: bytes, body: bytes, fate: float, back: asyncio.StreamWriter) -> None:
        source, sink = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            if fate < CUT_SHORT:
                self.done["cut short"] += 1
                sink.write(head + body[: len(body) // 2])
                await sink.drain()
                return
            sink.write(head + body)
            answer = await source.read()
            if fate < CUT_SHORT + SWALLOWED and answer:
                self.done["swallowed"] += 1
                return
            self.done["carried"] += 1
            back.write(answer)
            await back.drain()
        finally:
            sink.close()


class Proxy(Protocol):
    """Where it listens, and what it does with a connection."""

    port: int

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None: ...


P = TypeVar("P", bound=Proxy)


@contextmanager
def cutting(target: int) -> Iterator[Cutting]:
    """The proxy in front of a port, in a thread of its own, while the block runs."""
    with listening(Cutting(target)) as proxy:
        yield proxy


@contextmanager
def listening(proxy: P) -> Iterator[P]:
    """Any proxy on a free port, in a thread of its own, while the block runs."""
    loop, ready = asyncio.new_event_loop(), threading.Event()

    async def listen() -> None:
        server = await asyncio.start_server(proxy.carry, "127.0.0.1", 0)
        proxy.port = server.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        loop.run_until_complete(listen())
        loop.run_forever()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
