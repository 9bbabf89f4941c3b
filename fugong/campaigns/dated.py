"""Values of a pack that hold from a day on, each with its source; and its texts in two languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language, to_language
from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """Every part of a pack refuses keys that it does not know: a typing error must not pass in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Strict):
    """One text in Chinese and English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Dated(Strict):
    """A value that holds from a day on, and where it comes from."""

    value: float | int | bool | str
    from_: date = Field(alias="from")
    source: str = Field(min_length=1)


def value_on(values: Iterable[Mapping[str, Any]], day: date) -> Any:
    """The value in force on a day: the one with the latest `from` that is not after it; None before the first.

    `values` are `Dated` as plain data ({"value", "from", "source"}), in any order.
    """
    begun = [row for row in values if _day(row["from"]) <= day]
    return max(begun, key=lambda row: _day(row["from"]))["value"] if begun else None


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def text(value: Mapping[str, str] | str) -> str:
    """A pack's text in the active language (Chinese unless English is asked for)."""
    if isinstance(value, str):
        return value
    language = to_language(get_language() or "zh-hans")
    return value["en"] if language.startswith("en") else value["zh"]
