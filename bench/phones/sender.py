"""The phones, as a program of its own: python -m bench.phones.sender PORT PLAN RESULT [WAIT].

Each phone sends its visits in order, the next one when the last was acknowledged. No answer within WAIT seconds, a
refused connection or an answer of 500 and more: it waits, longer each time, and sends the same again with the same
keys. Prints a line for every acknowledgement, so that somebody may know when to kill the server.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 4.0  # seconds
MOST_ATTEMPTS = 200
BOUNDARY = "fugong-phone-4f1c"
Answer = tuple[int, str]


class Outcome:
    """What became of the visits: the acknowledged ones with their times, answers that no phone should get."""

    def __init__(self) -> None:
        self.acknowledged: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self.troubles: dict[str, int] = {}

    def trouble(self, word: str) -> None:
        self.troubles[word] = self.troubles.get(word, 0) + 1


async def main(port: int, plan: dict[str, Any], wait: float) -> Outcome:
    outcome, dice = Outcome(), random.Random(1)
    photos = [Path(path).read_bytes() for path in plan["photos"]]
    await asyncio.gather(
        *(_phone(port, phone, photos, wait, outcome, dice) for phone in plan["phones"])
    )
    return outcome


async def _phone(
    port: int, phone: dict[str, Any], photos: list[bytes], wait: float, outcome: Outcome, dice: random.Random
) -> None:
    for visit in phone["visits"]:
        request = _request(phone["cookie"], visit, photos)
        began, attempts = time.monotonic(), 0
        while True:
            attempts += 1
            status, said = await _sent(port, request, wait, outcome)
            if status and status < 500:
                break
            if attempts == MOST_ATTEMPTS:
                break
            pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
            await asyncio.sleep(pause * dice.uniform(0.5, 1.5))
        if status != 302:
            outcome.refused.append(f"{visit['key']} {status} {said[:300]}")
            return  # the next visit must not overtake this one
        outcome.acknowledged.append(
            {
                "key": visit["key"],
                "location": said,
                "began": began,
                "ended": time.monotonic(),
                "attempts": attempts,
            }
        )
        print(len(outcome.acknowledged), flush=True)


async def _sent(port: int, request: bytes, wait: float, outcome: Outcome) -> Answer:
    """The status and where the answer leads (else what it says); (0, why) without an answer."""
    try:
        async with asyncio.timeout(wait):
            status, said = await _asked(port, request)
    except (OSError, asyncio.IncompleteReadError, ValueError, TimeoutError) as error:
        outcome.trouble(type(error).__name__)
        return 0, type(error).__name__
    if status >= 500:
        outcome.trouble(str(status))
    return status, said


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
        return status, (await reader.read()).decode(errors="replace")
    finally:
        writer.close()


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
    kept = {"cpu": time.process_time(), **vars(found)}
    result.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
