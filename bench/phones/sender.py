"""The phones, as a program of its own: python -m bench.phones.sender PORT PLAN RESULT [WAIT].

Each phone sends its visits in order, the next one when the last was acknowledged. No answer within WAIT seconds, a
refused connection or an answer of 500 and more: it waits, longer each time, and sends the same again with the same
keys. Prints a line for every acknowledgement, so that somebody may know when to kill the server.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 4.0  # seconds
MOST_ATTEMPTS = 200
BOUNDARY = "fugong-phone-4f1c"
Answer = tuple[int, str]


class Air:
    """What lies between the phones and the server, and what became of the visits that went through it."""

    def __init__(self, port: int, photos: list[bytes], wait: float) -> None:
        self.port, self.photos, self.wait = port, photos, wait
        self.dice = random.Random(1)
        self.acknowledged: list[dict[str, Any]] = []
        self.refused: list[str] = []  # answers that no phone should get
        self.troubles: dict[str, int] = {}

    async def round(self, phone: dict[str, Any]) -> None:
        """One phone's visits in order; after a refusal it stops, because the next must not overtake this one."""
        for visit in phone["visits"]:
            request, began = _request(phone["cookie"], visit, self.photos), time.monotonic()
            status, said, attempts = await self._until_answered(request)
            if status != 302:
                self.refused.append(f"{visit['key']} {status} {said}")
                return
            told = {"key": visit["key"], "location": said, "began": began, "attempts": attempts}
            self.acknowledged.append({**told, "ended": time.monotonic()})
            print(len(self.acknowledged), flush=True)

    async def _until_answered(self, request: bytes) -> tuple[int, str, int]:
        """The answer, and how often it was sent for it."""
        for attempt in range(1, MOST_ATTEMPTS):
            status, said = await self._sent(request)
            if status and status < 500:
                return status, said, attempt
            why = str(status or said)
            self.troubles[why] = self.troubles.get(why, 0) + 1
            pause = min(FIRST_PAUSE * 2 ** min(attempt - 1, 10), LONGEST_PAUSE)
            await asyncio.sleep(pause * self.dice.uniform(0.5, 1.5))
        return 0, "given up", MOST_ATTEMPTS

    async def _sent(self, request: bytes) -> Answer:
        """The status and where the answer leads (else what it says); (0, why) without an answer."""
        try:
            async with asyncio.timeout(self.wait):
                return await _asked(self.port, request)
        except (OSError, asyncio.IncompleteReadError, ValueError, TimeoutError) as error:
            return 0, type(error).__name__


async def main(port: int, plan: dict[str, Any], wait: float) -> Air:
    air = Air(port, [Path(path).read_bytes() for path in plan["photos"]], wait)
    await asyncio.gather(*(air.round(phone) for phone in plan["phones"]))
    return air


async def _asked(port: int, request: bytes) -> Answer:
    """One request on a connection of its own, as a phone has it after minutes between two visits."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(head.split(" ", 2)[1])
        lines = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        if "location" in lines:
            return status, lines["location"]
        return status, _words((await reader.read()).decode(errors="replace"))
    finally:
        writer.close()


def _words(page: str) -> str:
    """What a page says, without its markup; a refusal stands near its beginning."""
    body = re.sub(r"<(style|script|svg|head)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())[:300]


def _request(cookie: str, visit: dict[str, Any], photos: list[bytes]) -> bytes:
    """The whole request of the page's form."""
    fields = dict(visit["fields"])
    parts = []
    if visit["picture"] is not None:
        name = f"{visit['key'][:8]}.jpg"
        head = f'Content-Disposition: form-data; name="photos"; filename="{name}"\r\nContent-Type: image/jpeg'
        parts.append((head, photos[visit["picture"]]))
    parts += [
        (f'Content-Disposition: form-data; name="{name}"', value.encode()) for name, value in fields.items()
    ]
    body = b"".join(
        b"--%s\r\n%s\r\n\r\n%s\r\n" % (BOUNDARY.encode(), head.encode(), content) for head, content in parts
    )
    body += b"--%s--\r\n" % BOUNDARY.encode()
    head = (
        f"POST {quote(visit['address'], safe='/?=')} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Cookie: {cookie}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    at, given, result = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 60.0
    found = asyncio.run(main(at, json.loads(given.read_text(encoding="utf-8")), seconds))
    kept = {"acknowledged": found.acknowledged, "refused": found.refused, "troubles": found.troubles}
    content = json.dumps({"cpu": time.process_time(), **kept}, ensure_ascii=False)
    result.write_text(content, encoding="utf-8")
