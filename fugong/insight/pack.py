"""The pack's part about figures: indicators as conditions, and which of them stand on which page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from fugong.campaigns.dated import Dated, Strict, Text
from fugong.campaigns.packs import Part, Problem
from fugong.core import conditions
from fugong.insight.queries import MODELS

FILE = "indicators.toml"


class BandPart(Strict):
    """From this value on: a word and a colour. Per cent for a share, the number itself for a plain count."""

    from_: float = Field(alias="from")
    word: Text
    colour: Literal["red", "amber", "green", "blue", "grey"]


class IndicatorPart(Strict):
    """One indicator. No `denominator`: a plain count; an empty one: of all rows of the register."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: Text
    register_: Literal["enterprises", "issues"] = Field(alias="register")
    numerator: str = ""
    denominator: str | None = None
    sum_numerator: str = ""
    sum_denominator: str = ""
    unit: Text | None = None
    target: list[Dated] = []
    bands: list[BandPart] = []
    scope: Text
    late_rule: Text
    source: str = Field(min_length=1)


class IndicatorsPart(Strict):
    """`board`: the figures of the situation board in order; `map`: how its villages can be coloured;
    `trend`: its lines over the days; `by_class`: the figure split by size class; `brief`: the daily brief's;
    `digest`: those of the consult meeting's paper, which the clock issues at `digest_at` (empty: nobody but a person)."""

    board: list[str] = []
    map: list[str] = []
    trend: list[str] = []
    by_class: str = ""
    brief: list[str] = []
    digest: list[str] = []
    digest_at: str = Field(default="", pattern=r"^(\d\d:\d\d)?$")
    indicator: list[IndicatorPart]


def check(part: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """Conditions parse, what is summed is a number, keys are there once, and pages name keys that exist."""
    problems: list[Problem] = []
    known: list[str] = []
    for row in part["indicator"]:
        if row["key"] in known:
            problems.append(Problem(FILE, f"the key {row['key']!r} is there twice", key="indicator.key"))
        known.append(row["key"])
        problems += _of_indicator(row)
    for page in ("board", "map", "trend", "brief", "digest"):
        problems += [_unknown(page, key, known) for key in part[page] if key not in known]
    if part["by_class"] and part["by_class"] not in known:
        problems.append(_unknown("by_class", part["by_class"], known))
    return problems


def _of_indicator(row: Mapping[str, Any]) -> Iterator[Problem]:
    model = MODELS[row["register"]]
    for name in ("numerator", "denominator"):
        try:
            conditions.check(row[name] or "", model)
        except conditions.ConditionError as error:
            yield Problem(FILE, f"indicator {row['key']!r}: {error}", key=name)
    if not row["numerator"] and not row["sum_numerator"]:
        yield Problem(FILE, f"indicator {row['key']!r} counts nothing", key="numerator")
    if bool(row["sum_numerator"]) != bool(row["sum_denominator"]):
        yield Problem(FILE, f"indicator {row['key']!r} needs both sums or none", key="sum_denominator")
    if row["sum_numerator"] and row["denominator"] is None:
        yield Problem(FILE, f"indicator {row['key']!r} sums over no rows", key="denominator")
    numbers = tuple(f.name for f in conditions.vocabulary_of(model).fields if f.kind == "number")
    for name in ("sum_numerator", "sum_denominator"):
        if row[name] and row[name] not in numbers:
            sentence = f"indicator {row['key']!r}: {row[name]!r} is no number of the register"
            yield Problem(FILE, sentence, key=name, allowed=numbers)


def _unknown(page: str, key: str, known: list[str]) -> Problem:
    return Problem(FILE, f"{page} names an unknown indicator {key!r}", key=page, allowed=tuple(known))


PART = Part(name="indicators", schema=IndicatorsPart, check=check)
