"""Reads a pack's folder and says what is wrong with it: file, line, key and the allowed values."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from pydantic import BaseModel, Field, ValidationError

from fugong.campaigns.dated import Dated, Strict, Text
from fugong.campaigns.packs import Part, Problem, parts
from fugong.campaigns.positions import line_of, line_of_key


class Period(Strict):
    """The campaign that loading the pack sets up: its name, its area (a key of territory) and its days.

    `keep_days`: for how many days after its end personal data is kept before it may be erased.
    """

    name: Text
    area: str
    starts_on: date
    ends_on: date | None = None
    keep_days: list[Dated] = []


class Source(Strict):
    """Where the pack's figures come from; a pack that is not official says so in `note`."""

    title: str
    note: str = ""


class PackHead(Strict):
    """pack.toml: what the pack is."""

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: str
    name: Text
    summary: Text
    engine: str
    source: list[Source]
    campaign: Period


class Example(Strict):
    """One example of the pack: a row with these values is met by exactly these rules.

    `expect` names lists of the pack (`risk_list`, `cadence`, or `indicator.numerator` for another field than
    `condition`) and the keys of those of their rows whose condition the row meets.
    """

    say: str = Field(min_length=1)
    register_: str = Field(default="enterprises", alias="register")
    on: date | None = None
    given: dict[str, Any]
    expect: dict[str, list[str]] = Field(min_length=1)


class ExamplesFile(Strict):
    """A file of examples/."""

    example: list[Example]


@dataclass(frozen=True)
class PlacedExample:
    """An example with its file and line."""

    example: Example
    file: str
    line: int | None


@dataclass
class Pack:
    """A pack as read: its content by part, its examples, and everything wrong with it."""

    folder: Path
    content: dict[str, Any] = field(default_factory=dict)
    examples: list[PlacedExample] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return str(self.content.get("pack", {}).get("slug", self.folder.name))

    @property
    def digest(self) -> str:
        """SHA-256 of the content, whatever order its keys were written in."""
        return hashlib.sha256(
            json.dumps(self.content, sort_keys=True, ensure_ascii=False).encode()
        ).hexdigest()


def folder_of(name: str) -> Path:
    """A pack's folder: a path as given, else a folder of that name among the installation's packs."""
    given = Path(name)
    return given if (given / "pack.toml").exists() else Path(settings.PACKS_DIR) / name


def read_pack(folder: Path) -> Pack:
    """Read and check a whole pack; problems are collected, not raised, so that a person sees all of them at once."""
    pack = Pack(folder)
    if not (folder / "pack.toml").exists():
        pack.problems.append(
            Problem(str(folder / "pack.toml"), "there is no such file: a pack is a folder with a pack.toml")
        )
        return pack
    _read(pack, "pack", PackHead, None)
    for part in parts():
        _read(pack, part.name, part.schema, part)
    for path in sorted((folder / "examples").glob("*.toml")):
        _read_examples(pack, path)
    if not pack.problems:
        for part in parts():
            found = part.check(pack.content[part.name], pack.content)
            pack.problems += [located(folder, problem) for problem in found]
    return pack


def _read(pack: Pack, name: str, schema: type[BaseModel], part: Part | None) -> None:
    path = pack.folder / f"{name}.toml"
    try:
        text, values = _parsed(path)
        if part and part.read:
            values |= part.read(pack.folder)
        pack.content[name] = schema.model_validate(values).model_dump(mode="json", by_alias=True)
    except ValidationError as error:
        if not path.exists():
            needs = tuple(str(found["loc"][0]) for found in error.errors() if len(found["loc"]) == 1)
            pack.problems.append(
                Problem(path.name, "there is no such file, and this part cannot be empty", allowed=needs)
            )
            return
        found = [_problem(path.name, text, one, schema) for one in error.errors()]
        pack.problems += [_in_table(problem, part) for problem in found]
    except PackFileError as error:
        pack.problems.append(error.problem)


def _in_table(problem: Problem, part: Part | None) -> Problem:
    """A problem of a row that came from a CSV file, with that file and its line."""
    name, _dot, rest = problem.key.partition(".")
    if part is None or name not in part.tables or not rest:
        return problem
    row, _dot, column = rest.partition(".")
    return replace(problem, file=part.tables[name], line=int(row) + 2, key=column)


def _read_examples(pack: Pack, path: Path) -> None:
    file = f"{path.parent.name}/{path.name}"
    try:
        text, values = _parsed(path)
        examples = ExamplesFile.model_validate(values).example
    except ValidationError as error:
        pack.problems += [_problem(file, text, found, ExamplesFile) for found in error.errors()]
        return
    except PackFileError as error:
        pack.problems.append(replace(error.problem, file=file))
        return
    pack.examples += [
        PlacedExample(example, file, line_of(text, ("example", number)))
        for number, example in enumerate(examples)
    ]


def _parsed(path: Path) -> tuple[str, dict[str, Any]]:
    """A TOML file's text and values; both are empty where there is no such file. Raises PackFileError."""
    if not path.exists():
        return "", {}
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text)
    except UnicodeDecodeError:
        raise PackFileError(Problem(path.name, "is not written in UTF-8")) from None
    except tomllib.TOMLDecodeError as error:
        said, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        end = len(text.splitlines()) if "end of document" in place else None
        raise PackFileError(
            Problem(path.name, f"is no valid TOML: {said}", line=int(line[1]) if line else end)
        ) from None


def located(folder: Path, problem: Problem) -> Problem:
    """The problem with the line of its key, where a part's check named the key alone."""
    path = folder / problem.file
    if problem.line or path.suffix != ".toml" or not path.exists():
        return problem
    line = line_of_key(path.read_text(encoding="utf-8-sig"), problem.key, problem.sentence)
    return replace(problem, line=line)


class PackFileError(Exception):
    """A further file of a part (areas.csv, a checklist) cannot be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _problem(file: str, text: str, found: Any, schema: type[BaseModel]) -> Problem:
    place = tuple(found["loc"])
    allowed: tuple[str, ...] = ()
    if found["type"] in {"enum", "literal_error"}:
        allowed = tuple(re.findall(r"'([^']*)'", found["ctx"]["expected"]))
        # The key of a dictionary is checked like a value; the place then ends with this mark.
        place = tuple(step for step in place if step != "[key]")
    if found["type"] == "extra_forbidden":
        allowed = _keys_at(schema, place[:-1])
    return Problem(
        file,
        _sentence(found),
        line=line_of(text, place),
        key=".".join(str(step) for step in place),
        allowed=allowed,
    )


def _sentence(found: Any) -> str:
    """What the schema says of a value, in the words of a pack."""
    value = found["input"]
    told = {
        "missing": "this key is missing",
        "extra_forbidden": "there is no such key",
        "enum": f"{value!r} is none of the allowed values",
        "literal_error": f"{value!r} is none of the allowed values",
        "string_pattern_mismatch": f"{value!r} does not fit the pattern {found.get('ctx', {}).get('pattern')}",
        "string_too_short": "must not be empty",
    }
    said = str(found["msg"])
    return told.get(found["type"], said[:1].lower() + said[1:])


def _keys_at(schema: Any, place: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys that a schema knows at a place, for "unknown key" problems."""
    for step in place:
        if isinstance(step, int) or not hasattr(schema, "model_fields"):
            continue
        found = schema.model_fields.get(step)
        schema = _inner(found.annotation) if found else None
    if not hasattr(schema, "model_fields"):
        return ()
    return tuple(info.alias or name for name, info in schema.model_fields.items())


def _inner(annotation: Any) -> Any:
    """The model inside list[Model], dict[str, Model] or Model | None."""
    arguments = [inner for inner in getattr(annotation, "__args__", ()) if inner is not type(None)]
    return _inner(arguments[-1]) if arguments else annotation
