"""The pack's part about issues: levels with their clocks, departments, kinds, look-back days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from fugong.campaigns.dated import Dated, Strict, Text
from fugong.campaigns.packs import Part, Problem
from fugong.issues.rules import Level, Severity


class LevelPart(Strict):
    """One level of the ladder: hours from finding to solving, by severity."""

    key: Level
    name: Text
    hours: dict[Severity, list[Dated]]


class DepartmentPart(Strict):
    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: Text


class KindPart(Strict):
    """A kind of issue: a problem found, or a request (supplies, transport, ...) with the department that serves it."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: Text
    department: str = ""


class IssuesPart(Strict):
    level: list[LevelPart]
    department: list[DepartmentPart]
    kind: list[KindPart]
    look_back_days: dict[Severity, list[Dated]]


def check(part: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """Kinds name departments that exist; every level of the ladder is there once."""
    known = tuple(row["key"] for row in part["department"])
    problems = [
        Problem(
            "issues.toml",
            f"kind {row['key']!r} names an unknown department {row['department']!r}",
            allowed=known,
        )
        for row in part["kind"]
        if row["department"] and row["department"] not in known
    ]
    levels = [row["key"] for row in part["level"]]
    if sorted(levels) != sorted(Level.values):
        problems.append(
            Problem(
                "issues.toml",
                "each level must be there exactly once",
                key="level",
                allowed=tuple(Level.values),
            )
        )
    return problems


PART = Part(name="issues", schema=IssuesPart, check=check)
