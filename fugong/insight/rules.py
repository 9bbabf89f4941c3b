"""What an indicator is, how a share is rounded, which word and colour a value gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Band:
    """From this value on (per cent, or the number itself for a plain count) this word and colour hold."""

    begins: float
    word: str
    colour: str


@dataclass(frozen=True)
class Indicator:
    """One indicator (指标) as the pack defines it, its texts in the active language.

    A share counts the rows of `denominator` that also meet `numerator`. Without a denominator it is a plain
    count. With `sum_numerator` and `sum_denominator` two numbers are summed over the rows of `denominator`.
    """

    key: str
    name: str
    register: str
    numerator: str
    denominator: str | None
    sum_numerator: str
    sum_denominator: str
    unit: str
    target: float | None
    bands: tuple[Band, ...]
    scope: str
    late_rule: str
    source: str

    @property
    def is_sum(self) -> bool:
        return bool(self.sum_numerator)

    @property
    def is_count(self) -> bool:
        return self.denominator is None

    def counted(self) -> str:
        """The condition whose rows are n (for a sum: the rows that are summed)."""
        return joined(self.denominator or "", self.numerator)

    def counted_of(self) -> str | None:
        """The condition whose rows are N; None for a plain count."""
        return self.denominator


def count_of(key: str, register: str, condition: str) -> Indicator:
    """The rows of a condition as an indicator that stands in no pack: a number without word, colour or source."""
    return Indicator(
        key=key,
        name="",
        register=register,
        numerator=condition,
        denominator=None,
        sum_numerator="",
        sum_denominator="",
        unit="",
        target=None,
        bands=(),
        scope="",
        late_rule="",
        source="",
    )


def joined(*conditions: str) -> str:
    """Conditions as one that asks for all of them; empty ones are left out."""
    parts = [part.strip() for part in conditions if part.strip()]
    return " and ".join(f"({part})" for part in parts) if len(parts) > 1 else "".join(parts)


def quoted(text: str) -> str:
    """A text as a value of a condition."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def percent(n: float, of: float | None) -> float | None:
    """n of N in per cent with one decimal, rounded down (1,059 of 1,060 is 99.9, never 100); None without N."""
    if not of:
        return None
    return int(n * 1000 // of) / 10


def band_of(bands: Sequence[Band], value: float | None) -> Band | None:
    """The band that a value lies in: the one that begins last without beginning above it."""
    if value is None:
        return None
    begun = [band for band in bands if band.begins <= value]
    return max(begun, key=lambda band: band.begins) if begun else None


def differences(printed: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """What a brief printed and a recount finds otherwise: (name, printed, now), in the order of the brief."""
    return [(name, value, now.get(name)) for name, value in printed.items() if now.get(name) != value]


def why_not_issue(on: date, starts_on: date, today: date) -> str:
    """Why no brief can be issued for this day; empty when it can."""
    if on > today:
        return _("A brief speaks of a day that has begun; %(day)s lies ahead.") % {"day": on}
    if on < starts_on:
        return _("The campaign began on %(day)s; there is no brief for a day before it.") % {"day": starts_on}
    return ""


def why_not_digest(on: date, starts_on: date, ends_on: date | None, *, exists: bool) -> str:
    """Why no paper for the consult meeting of this day can be issued; empty when it can."""
    if exists:
        return _("The paper of this day was issued already; it stays as it is.")
    if on < starts_on or (ends_on is not None and on > ends_on):
        return _("The campaign does not run on this day.")
    return ""


def why_not_decide(
    points: Mapping[str, Any], point: str, text: str, *, department: str, has_time: bool
) -> str:
    """Why this cannot be written down as decided; empty when it can. `points`: those of the paper, by key."""
    if point not in points:
        return _("The paper has no such point.")
    if not text.strip():
        return _("Say what was decided.")
    if (department or has_time) and not points[point].get("issue"):
        return _("Only an issue can be given to a department.")
    return ""
