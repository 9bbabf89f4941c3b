"""What a person reads on a page, taken from its HTML: figures with the lists they open, totals, forms."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import dataclass

from playwright.sync_api import APIRequestContext, Locator

from tests.journeys.visitors import Visitor

NUMBER = re.compile(r"\d[\d,]*")


def numbers(text: str) -> list[int]:
    """The whole numbers in a text, `5,600` as 5600."""
    return [int(found.replace(",", "")) for found in NUMBER.findall(text)]


@dataclass(frozen=True)
class Shown:
    """A figure as it stands on the board: its name, n and N (None of a plain count), and what it opens."""

    name: str
    n: int
    of: int | None
    url: str


def figure_of(card: Locator) -> Shown:
    """One figure of the board: the share is derived, n and N are what must be true."""
    name = card.locator(".fg-figure-label").inner_text().strip()
    url = card.get_attribute("href") or ""
    if card.locator(".fg-figure-count").count():
        n, of = numbers(card.locator(".fg-figure-count").inner_text())[:2]
        return Shown(name, n, of, url)
    return Shown(name, numbers(card.locator(".fg-figure-share").inner_text())[0], None, url)


def figures_on(page: Locator) -> dict[str, Shown]:
    cards = page.locator("a.fg-figure")
    return {shown.name: shown for shown in map(figure_of, cards.all())}


def board(visitor: Visitor) -> dict[str, Shown]:
    """The figures of the board as this person opens it now."""
    return figures_on(visitor.opens("/board/").locator("main"))


def get(request: APIRequestContext, url: str) -> str:
    answer = request.get(url)
    assert answer.ok, f"{url} answered {answer.status}"
    return answer.text()


def total_of(content: str) -> int:
    """How many rows a list says it has: the last number of its pager, 0 where nothing fits."""
    pager = re.search(r'class="fg-pager".*?<span>(.*?)</span>', content, re.S)
    return numbers(pager.group(1))[-1] if pager else 0


def exported(request: APIRequestContext, list_url: str, *, columns: int = 1) -> list[dict[str, str]]:
    """The rows of a list as its CSV export has them (the first columns of the form), fetched as its owner."""
    found = re.search(r'href="([^"]*/export/\?[^"]*)"', get(request, list_url))
    assert found, f"{list_url} offers no export"
    form_url = html.unescape(found.group(1))
    form = get(request, form_url)
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', form)
    named = dict(fields)
    chosen = [value for name, value in fields if name == "columns"][:columns]
    body = [(name, html.unescape(named[name])) for name in ("csrfmiddlewaretoken", "command", "state")]
    body += [("columns", value) for value in chosen] + [("form", "csv"), ("purpose", "recount of the board")]
    made = request.post(
        form_url, data=_encoded(body), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert made.ok, f"{form_url} answered {made.status}"
    file = re.search(r'href="([^"]*/exports/\d+/)"', made.text())
    assert file, "the export is not listed"
    content = request.get(file.group(1)).body().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def _encoded(pairs: list[tuple[str, str]]) -> str:
    from urllib.parse import urlencode

    return urlencode(pairs)
