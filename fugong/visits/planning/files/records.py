"""The planner's dataclasses as records of a file: kinds from their type hints, so that no field is forgotten."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Union, get_args, get_origin, get_type_hints

from ..params import Params
from ..plan import PlannedVisit, Unplanned
from ..problem import ReasonCode, Window
from .kinds import Code, Flag, FormatError, Json, Kind, Many, Maybe, Named, Number, Pair, Schema, Span, Text
from .notes import NOTES, Note

IN_WORDS = "The reasons in words, for readers; not read back."


@dataclass(frozen=True)
class Record:
    """An object with the fields of a dataclass; fields at their default may be left out.

    `derived` are keys that a writer may add for readers of the file; they are checked and dropped.
    """

    cls: type[Any]
    derived: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return "an object"

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        hints = get_type_hints(self.cls)
        return {each.name: kind_of(hints[each.name], note_of(self.cls, each.name)) for each in self._fields}

    @property
    def _fields(self) -> tuple[Any, ...]:
        return tuple(each for each in fields(self.cls) if each.init)

    @property
    def required(self) -> list[str]:
        return [
            each.name for each in self._fields if each.default is MISSING and each.default_factory is MISSING
        ]

    def read(self, value: Json, at: str) -> Any:
        if not isinstance(value, dict):
            raise FormatError(at, f"an object with {_listed(self.required)} is expected.")
        refuse_unknown(value, [*self.kinds, *self.derived], at)
        for name in self.required:
            if name not in value:
                raise FormatError(at, f"the key {name} is missing ({self.kinds[name].words}).")
        for name in self.derived:
            Text().read(value.get(name, ""), f"{at}.{name}")
        given = {
            name: self.kinds[name].read(each, f"{at}.{name}")
            for name, each in value.items()
            if name in self.kinds
        }
        try:
            return self.cls(**given)
        except ValueError as error:
            raise FormatError(at, f"{error}.") from None

    def write(self, value: Any) -> dict[str, Json]:
        found = {}
        for each in self._fields:
            here = getattr(value, each.name)
            if each.name in self.required or here != _default(each):
                found[each.name] = self.kinds[each.name].write(here)
        return found

    def schema(self) -> Schema:
        return {"$ref": f"#/$defs/{self.cls.__name__}"}

    def definition(self) -> Schema:
        """The schema of the object itself."""
        properties = {each.name: self._property(each) for each in self._fields}
        properties |= {name: {"type": "string", "description": IN_WORDS} for name in self.derived}
        return {
            "type": "object",
            "properties": properties,
            "required": self.required,
            "additionalProperties": False,
        }

    def _property(self, each: Any) -> Schema:
        kind, text = self.kinds[each.name], note_of(self.cls, each.name).text
        found = kind.schema()
        if text:
            found = {**found, "description": text}
        if each.name not in self.required and not isinstance(kind, Record):
            found["default"] = kind.write(_default(each))
        return found


def refuse_unknown(value: Mapping[str, Json], known: list[str], at: str) -> None:
    """FormatError for the first key that is not known, with the nearest ones that are."""
    for name in value:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"perhaps {near[0]} is meant." if near else f"allowed are {', '.join(known)}."
            raise FormatError(f"{at}.{name}", f"there is no such key; {hint}")


def _default(each: Any) -> Any:
    return each.default if each.default_factory is MISSING else each.default_factory()


def _listed(names: list[str]) -> str:
    return ", ".join(names) if names else "known keys"


RECORDS: dict[type[Any], Record] = {}


def note_of(cls: type[Any], name: str) -> Note:
    """What stands beside a field: Params carry it themselves."""
    if cls is Params:
        trades = next(each.metadata.get("trades", "") for each in fields(Params) if each.name == name)
        return Note(str(trades), least=0)
    return NOTES.get(cls.__name__, {}).get(name, Note(""))


def record_of(cls: type[Any]) -> Record:
    """The one record of a dataclass."""
    if cls not in RECORDS:
        RECORDS[cls] = Record(cls, derived=("why",) if cls in (PlannedVisit, Unplanned) else ())
    return RECORDS[cls]


def kind_of(hint: Any, note: Note) -> Kind:
    """The kind of a type hint; raises TypeError for one that no file can hold."""
    plain = _plain(hint, note)
    if plain is not None:
        return plain
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _union(inside, note)
    if origin is tuple and inside[-1] is not Ellipsis:
        return Pair(kind_of(inside[0], Note("")), note.meaning or "[longitude, latitude]")
    if origin is tuple:
        return Many(kind_of(inside[0], note), unique=note.unique)
    if origin is frozenset:
        return Many(kind_of(inside[0], Note("", least=1)), frozenset)
    if origin is not None and issubclass(origin, Mapping):
        return Named(kind_of(inside[1], note))
    raise TypeError(f"no kind of a planning file holds {hint}")


def _plain(hint: Any, note: Note) -> Kind | None:
    if hint is str:
        return Text(1 if note.least else 0)
    if hint is bool:
        return Flag()
    if hint in (int, float):
        return Number(note.least, note.above, whole=hint is int)
    if hint is Window:
        return Span()
    if hint is ReasonCode:
        return Code()
    return record_of(hint) if isinstance(hint, type) and is_dataclass(hint) else None


def _union(inside: tuple[Any, ...], note: Note) -> Kind:
    if set(inside) == {str, ReasonCode}:
        return Code(plain=True)
    rest = [each for each in inside if each is not types.NoneType]
    if len(rest) != 1:
        raise TypeError(f"no kind of a planning file holds {inside}")
    return Maybe(kind_of(rest[0], note))


def definitions(record: Record) -> dict[str, Schema]:
    """The record's schema and those of all records in it, by name."""
    found: dict[str, Schema] = {}
    waiting = [record]
    while waiting:
        here = waiting.pop()
        if here.cls.__name__ not in found:
            found[here.cls.__name__] = here.definition()
            waiting += [each for kind in here.kinds.values() for each in _records(kind)]
    return dict(sorted(found.items()))


def _records(kind: Kind) -> list[Record]:
    if isinstance(kind, Record):
        return [kind]
    inner: Kind | None = getattr(kind, "kind", None)
    return _records(inner) if inner is not None else []
