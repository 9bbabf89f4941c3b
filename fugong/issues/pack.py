"""The pack's part about issues: levels with their clocks, departments, kinds, look-back days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from fugong.access.roles import ROLES
from fugong.campaigns.dated import Dated, Strict, Text
from fugong.campaigns.packs import Part, Problem
from fugong.issues.rules import PROBLEM, Level, Severity

PUBLIC = "public"
KEY = r"^[a-z][a-z0-9-]*$"


class LevelPart(Strict):
    """One level of the ladder: hours from finding to solving, by severity."""

    key: Level
    name: Text
    hours: dict[Severity, list[Dated]]


class DepartmentPart(Strict):
    key: str = Field(pattern=KEY)
    name: Text


class ChoicePart(Strict):
    key: str = Field(pattern=KEY)
    name: Text


class FieldPart(Strict):
    """One field of a kind's own: asked when it is filed, shown wherever the request is shown."""

    key: str = Field(pattern=KEY)
    name: Text
    type: Literal["text", "number", "choice", "date", "yes-no"] = "text"
    required: bool = False
    choice: list[ChoicePart] = []


class KindPart(Strict):
    """A kind of issue: a problem found, or a request (supplies, transport, ...) with the department that serves it.

    `hours` goes before the level's clock: by severity, or one list for all. `by`: the roles that may file it, and
    "public" for people without an account. `ask_back_days`: days after the solution until its requester is asked
    whether it is really solved; none: nobody is asked. `public`: it may be filed and read through Open311, which
    shows the point of the area unless `exact_place`.
    """

    key: str = Field(pattern=KEY)
    name: Text
    about: Text | None = None
    department: str = ""
    by: list[str] = []
    hours: dict[Severity, list[Dated]] | list[Dated] = []
    ask_back_days: list[Dated] = []
    public: bool = False
    exact_place: bool = False
    field: list[FieldPart] = []


class IssuesPart(Strict):
    level: list[LevelPart]
    department: list[DepartmentPart]
    kind: list[KindPart]
    look_back_days: dict[Severity, list[Dated]]


def check(part: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """Kinds are there once and name departments, roles and choices that exist; every level of the ladder is there once."""
    known = tuple(row["key"] for row in part["department"])
    problems = _twice([row["key"] for row in part["kind"]], "kind")
    for row in part["kind"]:
        problems += _of_kind(row, known)
    levels = [row["key"] for row in part["level"]]
    if sorted(levels) != sorted(Level.values):
        problems.append(
            _problem("each level must be there exactly once", key="level", allowed=tuple(Level.values))
        )
    return problems


def _of_kind(row: Mapping[str, Any], departments: tuple[str, ...]) -> list[Problem]:
    key, problems = row["key"], []
    if row["department"] and row["department"] not in departments:
        sentence = f"kind {key!r} names an unknown department {row['department']!r}"
        problems.append(_problem(sentence, allowed=departments))
    filers = (*ROLES, PUBLIC)
    for who in row["by"]:
        if who not in filers:
            problems.append(
                _problem(f"kind {key!r} may be filed by {who!r}, which is no role", allowed=filers)
            )
    if key != PROBLEM and row["by"] and not row["department"]:
        problems.append(
            _problem(f"kind {key!r} can be filed but no department serves it", allowed=departments)
        )
    if row["public"] and PUBLIC not in row["by"]:
        problems.append(_problem(f"kind {key!r} is public but {PUBLIC!r} is not among those who may file it"))
    return problems + _of_fields(key, row["field"])


def _of_fields(kind: str, fields: list[Mapping[str, Any]]) -> list[Problem]:
    problems = _twice([field["key"] for field in fields], f"field of kind {kind!r}")
    for field in fields:
        place = f"field {field['key']!r} of kind {kind!r}"
        if (field["type"] == "choice") != bool(field["choice"]):
            problems.append(_problem(f"{place}: choices belong to a field of type 'choice', and only there"))
        problems += _twice([choice["key"] for choice in field["choice"]], f"choice of {place}")
    return problems


def _twice(keys: list[str], what: str) -> list[Problem]:
    return [
        _problem(f"{what} {key!r} is there twice") for key in sorted({k for k in keys if keys.count(k) > 1})
    ]


def _problem(sentence: str, *, key: str = "", allowed: tuple[str, ...] = ()) -> Problem:
    return Problem("issues.toml", sentence, key=key, allowed=allowed)


PART = Part(name="issues", schema=IssuesPart, check=check)
