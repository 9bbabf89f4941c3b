"""The number of a row as somebody typed or sent it, and the addresses of many rows."""

from collections.abc import Callable

from django.urls import reverse

LARGEST = 10**17 - 1


def row_number(text: str) -> int:
    """The number; 0, which no row has, for what is none or is longer than a database holds ("²" is a digit, too)."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def addresses_of(url_name: str) -> Callable[[int], str]:
    """The address of a page for each number of a row; `reverse` is asked once, not for every one of thousands."""
    before, after = reverse(url_name, args=[LARGEST]).split(str(LARGEST))
    return lambda number: f"{before}{number}{after}"
