"""What cleaning one cell gives back, and the small text work every kind of cell shares."""

import re
import unicodedata
from typing import Any, NamedTuple

BLANKS = " \t\r\n\u3000\xa0\ufeff\u200b\u200c\u200d\u2060"
# What people write into a cell to say "nothing to report".
NOTHING = frozenset(
    {"", "-", "--", "---", "—", "——", "/", "//", "\\", "N/A", "NA", "n/a", "null", "NULL", "None"}
)


class Cleaned(NamedTuple):
    """A cell after cleaning: `value` (None when empty or wrong), a `note` on what was assumed, a `problem`
    (a sentence, "" when there is none) and a `suggestion` that a person may accept instead."""

    value: Any
    note: str = ""
    problem: str = ""
    suggestion: Any = None


EMPTY = Cleaned(None)


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as their ordinary forms, blanks at the ends removed."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).translate(DASHES).strip(BLANKS)


DASHES = {ord(sign): "-" for sign in "‐‑‒–—―−－ー"} | {ord(sign): "~" for sign in "～〜∼"}


def written(value: object) -> str:
    """A cell as text: 12.0 is "12", a text written as ="007" is 007, a leading apostrophe goes."""
    if isinstance(value, str):
        text = half_width(value)
        quoted = re.fullmatch(r'="([^"]*)"', text)
        return quoted[1].strip() if quoted else text.removeprefix("'")
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def is_nothing(text: str) -> bool:
    return text in NOTHING
