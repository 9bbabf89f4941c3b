"""The indicators of a campaign's pack, and the address of the rows behind a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse

from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.enterprises.models import Enterprise
from fugong.insight.rules import Band, Indicator, joined, quoted
from fugong.issues.models import Issue

# The registers whose rows can be counted: their model; their list is the address `<register>:list`.
MODELS: dict[str, type[models.Model]] = {"enterprises": Enterprise, "issues": Issue}


def indicators_of(
    campaign: Campaign, on: date, keys: Sequence[str] | None = None, page: str = ""
) -> list[Indicator]:
    """The pack's indicators as they hold on a day: all, those named, or those of a page ("board", "map", ...), in its order."""
    part = campaign.part("indicators")
    rows = {row["key"]: row for row in part.get("indicator", [])}
    wanted = part.get(page, []) if page else rows if keys is None else keys
    return [_indicator(rows[key], on) for key in wanted if key in rows]


def indicator_of(campaign: Campaign, key: str, on: date) -> Indicator | None:
    """One indicator by its key; None where the pack has none of that key."""
    return next(iter(indicators_of(campaign, on, [key])), None)


def _indicator(row: Mapping[str, Any], on: date) -> Indicator:
    target = value_on(row.get("target", []), on)
    return Indicator(
        key=row["key"],
        name=text(row["name"]),
        register=row["register"],
        numerator=row.get("numerator", ""),
        denominator=row.get("denominator"),
        sum_numerator=row.get("sum_numerator", ""),
        sum_denominator=row.get("sum_denominator", ""),
        unit=text(row["unit"]) if row.get("unit") else "",
        target=None if target is None else float(target),
        bands=tuple(
            Band(float(band["from"]), text(band["word"]), band["colour"]) for band in row.get("bands", [])
        ),
        scope=text(row["scope"]),
        late_rule=text(row["late_rule"]),
        source=row["source"],
    )


def rows_url(register: str, *wanted: str, place: str, on: date, today: date, sort: str = "") -> str:
    """The list of a register with exactly the rows that meet the conditions in the area that `place` names, as of a day."""
    query = {"q": joined(*wanted, f"in_area = {quoted(place)}"), "sort": sort}
    if on != today:
        query["on"] = on.isoformat()
    return f"{reverse(f'{register}:list')}?{urlencode({key: value for key, value in query.items() if value})}"
