"""The radio network between a phone and the server: gone for every part of the browser, also before a page is there.

The browser's own switch reaches a service worker only once it is watched; after a restart the worker may have sent by then.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class Radio:
    """Carries every byte while it is there; without it a connection ends at once, and those that stand break."""

    target: int
    port: int = 0
    there: bool = True
    loop: asyncio.AbstractEventLoop | None = None
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.loop = asyncio.get_running_loop()
        if not self.there:
            writer.close()
            return
        with suppress(OSError):
            source, sink = await asyncio.open_connection("127.0.0.1", self.target)
            self.open |= {writer, sink}
            await asyncio.gather(_pump(reader, sink), _pump(source, writer))
        self.open -= {writer}

    def cut(self, there: bool) -> None:
        """Gone, or back; from any thread."""
        self.there = there
        if self.loop and not there:
            self.loop.call_soon_threadsafe(self._break)

    def _break(self) -> None:
        for each in self.open:
            each.transport.abort()
        self.open.clear()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
    writer.close()
