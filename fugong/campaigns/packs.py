"""What a module's part of a pack is: its files, its schema, its loader and its checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from pydantic import BaseModel


@dataclass(frozen=True)
class Problem:
    """Something wrong in a pack: where (file, line, key), what, and what would be allowed."""

    file: str
    sentence: str
    line: int | None = None
    key: str = ""
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line else "") + (f" [{self.key}]" if self.key else "")
        allowed = f" ({', '.join(self.allowed)})" if self.allowed else ""
        return f"{place}: {self.sentence}{allowed}"


Load = Callable[..., None]
Check = Callable[[Mapping[str, Any], Mapping[str, Mapping[str, Any]]], list[Problem]]


def nothing_to_load(*, campaign: Any, part: Mapping[str, Any], by: Any, at: datetime) -> None:
    """For parts that are read where they are used and need no rows of their own."""


def nothing_to_check(part: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    return []


@dataclass(frozen=True)
class Part:
    """A module's part of a pack. `<name>.toml` is checked against `schema`; `also` names further files it reads.

    `read(folder)` may add what those files hold to the TOML's values before the schema sees them.
    `load(campaign=, part=, by=, at=)` makes or updates the module's rows, and may run any number of times.
    A part whose schema is content with nothing may be left out of a pack.
    `check(part, others)` looks for what a schema cannot see (unknown names in conditions, missing keys elsewhere).
    """

    name: str
    schema: type[BaseModel]
    load: Load = nothing_to_load
    check: Check = nothing_to_check
    also: tuple[str, ...] = ()
    read: Callable[[Any], dict[str, Any]] | None = None
    # Lists of the part that `read` takes from a CSV file: the list's name and the file, for problems that point.
    tables: Mapping[str, str] = field(default_factory=dict)
    # Keys that `load` keeps in rows of the module: the release, which every request reads, goes without them.
    in_rows: tuple[str, ...] = ()


def parts() -> list[Part]:
    """Every module's part, in the order in which they are loaded (settings.PACK_PARTS)."""
    return [import_module(path).PART for path in settings.PACK_PARTS]
