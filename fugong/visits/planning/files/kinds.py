"""Kinds of values in a planning file: each reads strictly, writes, and says what it allows as JSON Schema.

A fault is one sentence with the JSON path and what is allowed there: `$.tasks[3].weight: a number of 0 or more
is expected, not "high".`
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..problem import ReasonCode, Window

Json = Any
"""What `json.loads` gives: dict, list, str, int, float, bool or None."""
Schema = dict[str, Any]


class FormatError(ValueError):
    """A planning file does not keep to its format; the message is one sentence that begins with the JSON path."""

    def __init__(self, at: str, sentence: str) -> None:
        super().__init__(f"{at}: {sentence}")
        self.at = at


class Kind(Protocol):
    """How one value stands in a file."""

    @property
    def words(self) -> str:
        """What is allowed, to follow "... is expected"."""

    def read(self, value: Json, at: str) -> Any:
        """The Python value; raises FormatError with the path `at`."""

    def write(self, value: Any) -> Json:
        """The JSON value that `read` reads back."""

    def schema(self) -> Schema:
        """JSON Schema of the value; records are references into `$defs`."""


def expected(kind: Kind, value: Json, at: str) -> FormatError:
    shown = json.dumps(value, ensure_ascii=False)
    return FormatError(
        at, f"{kind.words} is expected, not {shown if len(shown) <= 40 else shown[:37] + '...'}."
    )


@dataclass(frozen=True)
class Text:
    """A string; `least` 1 where it must not be empty."""

    least: int = 0

    @property
    def words(self) -> str:
        return "a text that is not empty" if self.least else "a text"

    def read(self, value: Json, at: str) -> str:
        if not isinstance(value, str) or len(value) < self.least:
            raise expected(self, value, at)
        return value

    def write(self, value: str) -> Json:
        return value

    def schema(self) -> Schema:
        return {"type": "string", "minLength": self.least} if self.least else {"type": "string"}


@dataclass(frozen=True)
class Flag:
    """true or false."""

    words: str = "true or false"

    def read(self, value: Json, at: str) -> bool:
        if not isinstance(value, bool):
            raise expected(self, value, at)
        return value

    def write(self, value: bool) -> Json:
        return value

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Number:
    """A finite number, whole or not; `above` excludes the least value itself."""

    least: float | None = None
    above: bool = False
    whole: bool = False

    @property
    def words(self) -> str:
        noun = "a whole number" if self.whole else "a number"
        if self.least is None:
            return noun
        return f"{noun} above {self.least:g}" if self.above else f"{noun} of {self.least:g} or more"

    def read(self, value: Json, at: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            raise expected(self, value, at)
        if abs(value) > 2**53 or not math.isfinite(value) or self._is_low(value):
            raise expected(self, value, at)
        return value if self.whole else float(value)

    def _is_low(self, value: float) -> bool:
        return self.least is not None and (value <= self.least if self.above else value < self.least)

    def write(self, value: float) -> Json:
        return int(value) if float(value).is_integer() else value

    def schema(self) -> Schema:
        found: Schema = {"type": "integer" if self.whole else "number"}
        if self.least is not None:
            found["exclusiveMinimum" if self.above else "minimum"] = self.least
        return found


@dataclass(frozen=True)
class Maybe:
    """A value or null."""

    kind: Kind

    @property
    def words(self) -> str:
        return f"{self.kind.words} or null"

    def read(self, value: Json, at: str) -> Any:
        if value is None:
            return None
        if isinstance(self.kind, Text | Number | Flag):
            try:
                return self.kind.read(value, at)
            except FormatError:
                raise expected(self, value, at) from None
        return self.kind.read(value, at)

    def write(self, value: Any) -> Json:
        return None if value is None else self.kind.write(value)

    def schema(self) -> Schema:
        return {"anyOf": [self.kind.schema(), {"type": "null"}]}


@dataclass(frozen=True)
class Many:
    """A list of one kind; a set when `into` is frozenset; `unique` names the field no two may share."""

    kind: Kind
    into: Callable[[Sequence[Any]], Any] = tuple
    unique: str = ""

    @property
    def words(self) -> str:
        return "a list"

    @property
    def is_set(self) -> bool:
        return self.into is frozenset

    def read(self, value: Json, at: str) -> Any:
        if not isinstance(value, list):
            raise expected(self, value, at)
        found = [self.kind.read(each, f"{at}[{number}]") for number, each in enumerate(value)]
        if self.is_set or self.unique:
            self._refuse_doubles(found, at)
        return self.into(found)

    def _refuse_doubles(self, found: list[Any], at: str) -> None:
        seen: dict[Any, int] = {}
        for number, each in enumerate(found):
            key = getattr(each, self.unique) if self.unique else each
            if key in seen:
                below = f".{self.unique}" if self.unique else ""
                shown = json.dumps(key, ensure_ascii=False)
                raise FormatError(
                    f"{at}[{number}]{below}", f"{shown} stands at {at}[{seen[key]}]{below} already."
                )
            seen[key] = number

    def write(self, value: Any) -> Json:
        return [self.kind.write(each) for each in (sorted(value) if self.is_set else value)]

    def schema(self) -> Schema:
        found: Schema = {"type": "array", "items": self.kind.schema()}
        return found | {"uniqueItems": True} if self.is_set else found


@dataclass(frozen=True)
class Pair:
    """A list of exactly two values of one kind."""

    kind: Kind
    meaning: str

    @property
    def words(self) -> str:
        return f"a list of two, {self.meaning},"

    def read(self, value: Json, at: str) -> tuple[Any, Any]:
        if not isinstance(value, list) or len(value) != 2:
            raise expected(self, value, at)
        return self.kind.read(value[0], f"{at}[0]"), self.kind.read(value[1], f"{at}[1]")

    def write(self, value: tuple[Any, Any]) -> Json:
        return [self.kind.write(each) for each in value]

    def schema(self) -> Schema:
        return {"type": "array", "items": self.kind.schema(), "minItems": 2, "maxItems": 2}


@dataclass(frozen=True)
class Span:
    """A window as [start, end]."""

    words: str = "a window [start, end] in whole ticks since midnight, start before end,"

    def read(self, value: Json, at: str) -> Window:
        start, end = Pair(Number(0, whole=True), "[start, end]").read(value, at)
        if start >= end:
            raise FormatError(at, f"a window runs forward: its start must be below its end, not {value}.")
        return Window(start, end)

    def write(self, value: Window) -> Json:
        return [value.start, value.end]

    def schema(self) -> Schema:
        return {
            "type": "array",
            "items": {"type": "integer", "minimum": 0},
            "minItems": 2,
            "maxItems": 2,
            "description": "[start, end] in ticks since midnight, start before end",
        }


@dataclass(frozen=True)
class Named:
    """An object whose keys are free names and whose values are of one kind."""

    kind: Kind

    @property
    def words(self) -> str:
        return "an object"

    def read(self, value: Json, at: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise expected(self, value, at)
        return {name: self.kind.read(each, f"{at}.{name}") for name, each in value.items()}

    def write(self, value: Mapping[str, Any]) -> Json:
        return {name: self.kind.write(each) for name, each in value.items()}

    def schema(self) -> Schema:
        return {"type": "object", "additionalProperties": self.kind.schema()}


@dataclass(frozen=True)
class Code:
    """A reason: a stable code with its values, or where `plain` a sentence of the caller's."""

    plain: bool = False

    @property
    def words(self) -> str:
        return 'a text or {"code": ...}' if self.plain else 'an object {"code": ...}'

    def read(self, value: Json, at: str) -> ReasonCode | str:
        if self.plain and isinstance(value, str):
            return value
        if not isinstance(value, dict) or "code" not in value:
            raise expected(self, value, at)
        Text(1).read(value["code"], f"{at}.code")
        for name, each in value.items():
            if isinstance(each, bool) or not isinstance(each, str | int | float):
                raise FormatError(f"{at}.{name}", "a text or a number is expected.")
        return ReasonCode.from_dict(value)

    def write(self, value: ReasonCode | str) -> Json:
        return value if isinstance(value, str) else value.as_dict()

    def schema(self) -> Schema:
        coded = {
            "type": "object",
            "properties": {"code": {"type": "string", "minLength": 1}},
            "required": ["code"],
            "additionalProperties": {"type": ["string", "number"]},
        }
        return {"anyOf": [{"type": "string"}, coded]} if self.plain else coded
