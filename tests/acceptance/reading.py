"""What a person reads on a page, taken from its HTML: figures with the rows they open, totals, tables, maps."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

NUMBER = re.compile(r"\d[\d,]*")
TAG = re.compile(r"<[^>]+>")


def numbers(text: str) -> list[int]:
    """The whole numbers in a text, `5,600` as 5600."""
    return [int(found.replace(",", "")) for found in NUMBER.findall(text)]


def text_of(content: str) -> str:
    """The words of a piece of HTML, one space between them."""
    return " ".join(html.unescape(TAG.sub(" ", content)).split())


def cells(content: str) -> list[list[str]]:
    """The rows of all table bodies as texts."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", content, re.S)
    found = [[text_of(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)] for row in rows]
    return [row for row in found if row]


def page(client: Client, address: str, **query: Any) -> str:
    """A page that must answer 200, as text. `address` is the name of a page or an address that a page showed."""
    answer = client.get(address if address.startswith("/") else reverse(address), query)
    assert answer.status_code == 200, f"{address} answered {answer.status_code}"
    return str(answer.content.decode())


def send(client: Client, name: str, /, *args: Any, **fields: Any) -> Any:
    """Post a form with a command key of its own; the answer."""
    return client.post(reverse(name, args=args), {"command": str(uuid4()), **fields})


def sent(client: Client, name: str, /, *args: Any, **fields: Any) -> Any:
    """The same, where it must be taken: the answer leads on."""
    answer = send(client, name, *args, **fields)
    assert answer.status_code == 302, (
        f"{name} answered {answer.status_code}: {text_of(answer.content.decode())[:900]}"
    )
    return answer


def total(client: Client, address: str) -> int:
    """How many rows a list says it has: the last number of its pager, 0 where nothing fits."""
    content = page(client, html.unescape(address))
    assert "fg-red" not in re.sub(r"<td.*?</td>", "", content, flags=re.S), f"{address} is not understood"
    pager = re.search(r'class="fg-pager".*?<span>(.*?)</span>', content, re.S)
    return numbers(pager.group(1))[-1] if pager else 0


@dataclass(frozen=True)
class Shown:
    """A figure as the page of indicators shows it; `of`, `share` (per cent) and `url_of` are None of a plain count."""

    n: int
    of: int | None
    share: float | None
    word: str
    url_n: str
    url_of: str | None


def figures(client: Client, **query: Any) -> dict[str, Shown]:
    """The page of indicators by key; `on` and `area` as its address has them."""
    content = page(client, "insight:indicators", **query)
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", content.partition("<tbody>")[2], re.S):
        key = re.search(r"/insight/indicators/([\w-]+)/", row)
        assert key, row
        links = re.findall(r'<td class="fg-num"[^>]*>\s*<a href="([^"]*)">([^<]*)</a>', row)
        share = re.search(r'class="fg-strong">([\d.]+)%', row)
        word = cells(f"<tr>{row}</tr>")[0][1]
        found[key.group(1)] = Shown(
            n=numbers(links[0][1])[0],
            of=numbers(links[1][1])[0] if len(links) > 1 else None,
            share=float(share.group(1)) if share else None,
            word=word,
            url_n=html.unescape(links[0][0]),
            url_of=html.unescape(links[1][0]) if len(links) > 1 else None,
        )
    return found


def data_in(content: str) -> list[Any]:
    """Everything that a page hands to its scripts as JSON."""
    return [
        json.loads(found)
        for found in re.findall(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', content, re.S)
    ]
