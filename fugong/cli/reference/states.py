"""The page of states: a diagram per table of moves, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.translation import override

HEAD = """# States (状态)

Generated from the tables of moves and owners in each module's rules; do not edit.
"""


@dataclass(frozen=True)
class Table:
    """One table of moves: what it is of, from which status to which, and whose turn it is."""

    name: str
    moves: Mapping[Any, Any]
    owners: Mapping[Any, Any]


def states() -> str:
    """The page, the same at every run."""
    return HEAD + "".join(_part(table) for table in _tables())


def _tables() -> Iterator[Table]:
    """Every table of moves: `MOVES` of a module first, then its `X_MOVES` by name."""
    names = [f"{config.name}.rules" for config in apps.get_app_configs() if config.name.startswith("fugong.")]
    for name in ["fugong.core.imports.rules", *names]:
        if find_spec(name):
            yield from _tables_of(name.removeprefix("fugong.").removesuffix(".rules"), import_module(name))


def _tables_of(module: str, rules: Any) -> Iterator[Table]:
    found = [name for name in vars(rules) if name == "MOVES" or name.endswith("_MOVES")]
    for name in sorted(found, key=lambda name: (name != "MOVES", name)):
        kind = name.removesuffix("MOVES").strip("_").lower().replace("_", " ")
        owners = getattr(rules, name.removesuffix("MOVES") + "OWNERS", {})
        yield Table(f"{module}: {kind}" if kind else module, getattr(rules, name), owners)


def _part(table: Table) -> str:
    moves, owners = table.moves, table.owners
    lines = [
        "",
        f"## {table.name}",
        "",
        "```mermaid",
        "stateDiagram-v2",
    ]
    lines += [f'    state "{_word(status)}" as {_id(status)}' for status in moves]
    lines.append(f"    [*] --> {_id(next(iter(moves)))}")
    lines += [
        f"    {_id(status)} --> {_id(target)}"
        for status in moves
        for target in sorted(moves[status], key=str)
    ]
    lines += [f"    {_id(status)} --> [*]" for status in moves if not moves[status]]
    lines += ["```", ""]
    if owners:
        lines += ["| Status | 中文 | Whose turn it is |", "|---|---|---|"]
        lines += [
            f"| {_in('en', status)} | {_in('zh-hans', status)} | {_owner(owners, status)} |"
            for status in moves
        ]
    return "\n".join(lines) + "\n"


def _id(status: Any) -> str:
    return str(getattr(status, "value", status)).replace("-", "_")


def _in(language: str, status: Any) -> str:
    with override(language):
        return str(getattr(status, "label", status))


def _word(status: Any) -> str:
    return f"{_in('en', status)} {_in('zh-hans', status)}"


def _owner(owners: Mapping[Any, Any], status: Any) -> str:
    with override("en"):
        english = str(owners.get(status, ""))
    with override("zh-hans"):
        chinese = str(owners.get(status, ""))
    return english if english == chinese else f"{english} ({chinese})"
