"""The pack's part about enterprises: risk lists by condition, sizes, required fields, streets, other names of areas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from fugong.campaigns.dated import Dated, Strict, Text
from fugong.campaigns.packs import Part, Problem
from fugong.core.conditions import ConditionError
from fugong.core.conditions import check as check_condition
from fugong.enterprises.actions.ledger import LEDGER_FIELDS
from fugong.enterprises.models import Enterprise
from fugong.enterprises.rules import Coordinates, Size

FILE = "enterprises.toml"
# What may be required of an entry, beside the fields that a person types.
ALSO_REQUIRED = ("contact", "position")


class SizePart(Strict):
    """How the place explains a size class; a class follows from revenue, so it is never computed here."""

    key: Size
    text: Text
    source: str = Field(min_length=1)


class RiskListPart(Strict):
    """One risk list (负面清单).

    `condition` holds dated condition texts, each with the source of its thresholds; `source` is that of the list.
    With `evidence_needed` an enterprise leaves only when a person has seen evidence.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: Text
    condition: list[Dated] = Field(min_length=1)
    cadence_days: int = Field(ge=1)
    weight: float = Field(gt=0)
    evidence_needed: bool = False
    source: str = Field(min_length=1)


class RequiredPart(Strict):
    """A field without which an entry is not complete."""

    field: str
    source: str = ""


class AreaAlias(Strict):
    """Another name that ledgers use for an area."""

    name: str = Field(min_length=1)
    area: str = Field(min_length=1)


class EnterprisesPart(Strict):
    size: list[SizePart] = []
    risk_list: list[RiskListPart] = []
    required: list[RequiredPart] = []
    area_alias: list[AreaAlias] = []
    street_suffixes: list[str] = []
    industry_edition: list[Dated] = []
    # The system of coordinates that ledgers without a word about it are in.
    coordinates: Coordinates = Coordinates.WGS84


def check(part: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """Every condition can be read, keys are there once, required fields and the areas of aliases exist."""
    return [*_conditions(part), *_keys(part), *_required(part), *_aliases(part, others)]


def _conditions(part: Mapping[str, Any]) -> Iterator[Problem]:
    for number, row in enumerate(part["risk_list"]):
        for place, dated in enumerate(row["condition"]):
            key = f"risk_list.{number}.condition.{place}"
            try:
                check_condition(str(dated["value"]), Enterprise)
            except ConditionError as error:
                yield Problem(FILE, f"{row['key']}: {error}", key=key, allowed=error.suggestions)
            else:
                if not str(dated["value"]).strip():
                    yield Problem(FILE, f"{row['key']}: an empty condition would list everybody", key=key)


def _keys(part: Mapping[str, Any]) -> Iterator[Problem]:
    for table in ("risk_list", "size"):
        keys = [row["key"] for row in part[table]]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield Problem(FILE, f"the key {key!r} is there twice", key=table)


def _required(part: Mapping[str, Any]) -> Iterator[Problem]:
    allowed = (*LEDGER_FIELDS, *ALSO_REQUIRED)
    for number, row in enumerate(part["required"]):
        if row["field"] not in allowed:
            sentence = f"an entry has no field {row['field']!r}"
            yield Problem(FILE, sentence, key=f"required.{number}.field", allowed=allowed)


def _aliases(part: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    names = [row["name"] for row in others.get("territory", {}).get("areas", [])]
    for number, row in enumerate(part["area_alias"]):
        if row["area"] not in names:
            sentence = f"the alias {row['name']!r} names an unknown area {row['area']!r}"
            yield Problem(FILE, sentence, key=f"area_alias.{number}.area")


PART = Part(name="enterprises", schema=EnterprisesPart, check=check)
