"""The two documents: a problem with the planner's parameters, and a plan."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from ..explain import sentence
from ..params import Params
from ..plan import Plan
from ..problem import Problem
from .kinds import FormatError, Json, Schema
from .records import Record, definitions, record_of, refuse_unknown

PROBLEM_FORMAT = "fugong planning problem 1"
PLAN_FORMAT = "fugong plan 1"
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def read_problem(text: str) -> tuple[Problem, Params]:
    """The problem of a file and its parameters, the defaults where it has none; raises FormatError."""
    data = _document(text, PROBLEM_FORMAT, record_of(Problem), ["params"])
    params = record_of(Params).read(data.pop("params", {}), "$.params")
    return record_of(Problem).read(data, "$"), params


def write_problem(problem: Problem, params: Params | None = None) -> str:
    """A file that `read_problem` reads back; fields at their default are left out."""
    written = {"format": PROBLEM_FORMAT, **record_of(Problem).write(problem)}
    chosen = record_of(Params).write(params or Params())
    return _text(written | ({"params": chosen} if chosen else {}))


def read_plan(text: str) -> Plan:
    """The plan of a file; raises FormatError. Whether it can be carried out is for `violations` to say."""
    plan: Plan = record_of(Plan).read(_document(text, PLAN_FORMAT, record_of(Plan), []), "$")
    return plan


def write_plan(plan: Plan, language: str | None = None) -> str:
    """A file that `read_plan` reads back; with a language each reason also in words, under the key `why`."""
    written = {"format": PLAN_FORMAT, **record_of(Plan).write(plan)}
    if language is not None:
        for route, found in zip(plan.routes, written["routes"], strict=True):
            for visit, one in zip(route.visits, found["visits"], strict=True):
                one["why"] = "; ".join(sentence(reason, language) for reason in visit.reasons)
        for left, one in zip(plan.unplanned, written["unplanned"], strict=True):
            one["why"] = sentence(left.reason, language)
    return _text(written)


def problem_schema() -> Schema:
    """JSON Schema (draft 2020-12) of a problem file."""
    return _schema("Fugong planning problem", PROBLEM_FORMAT, record_of(Problem), {"params": Params})


def plan_schema() -> Schema:
    """JSON Schema (draft 2020-12) of a plan file."""
    return _schema("Fugong plan", PLAN_FORMAT, record_of(Plan), {})


def written_schema(schema: Schema) -> str:
    """The text of a schema as it is kept in docs/reference."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _schema(title: str, mark: str, record: Record, parts: dict[str, type[Any]]) -> Schema:
    found = definitions(record)
    for cls in parts.values():
        found |= definitions(record_of(cls))
    whole = found.pop(record.cls.__name__)
    begin: Schema = {"format": {"const": mark}}
    more = {name: record_of(cls).schema() for name, cls in parts.items()}
    return {
        "$schema": DRAFT,
        "title": title,
        **whole,
        "properties": begin | whole["properties"] | more,
        "required": ["format", *whole["required"]],
        "$defs": found,
    }


def _document(text: str, mark: str, record: Record, more: list[str]) -> dict[str, Json]:
    data = _parsed(text)
    if not isinstance(data, dict) or data.get("format") != mark:
        raise FormatError("$.format", f'"{mark}" is expected; this file is none of that format.')
    refuse_unknown(data, ["format", *record.kinds, *more], "$")
    return {name: value for name, value in data.items() if name != "format"}


def _parsed(text: str) -> Json:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refused_constant)
    except json.JSONDecodeError as error:
        raise FormatError(
            "$", f"this is no JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise FormatError("$", "this JSON is nested too deeply.") from None


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, value in pairs:
        if name in found:
            raise FormatError("$", f'the key "{name}" stands twice in one object.')
        found[name] = value
    return found


def _refused_constant(name: str) -> NoReturn:
    raise FormatError("$", f"{name} is no number of JSON; numbers are finite.")


def _text(document: dict[str, Json]) -> str:
    """One line for each member of the long lists: readable, and small for a city."""
    lines = []
    for name, value in document.items():
        if isinstance(value, list) and value:
            rows = ",\n  ".join(json.dumps(each, ensure_ascii=False) for each in value)
            lines.append(f" {json.dumps(name)}: [\n  {rows}\n ]")
        else:
            lines.append(f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
