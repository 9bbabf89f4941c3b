"""The page of states: a diagram per table of moves, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.translation import override

HEAD = """# States (状态)

Generated from the `MOVES` and `OWNERS` of each module's rules; do not edit.
"""


def states() -> str:
    """The page, the same at every run."""
    return HEAD + "".join(_part(name, rules) for name, rules in _rules())


def _rules() -> Iterator[tuple[str, Any]]:
    """Every rules module with a table of moves."""
    names = [f"{config.name}.rules" for config in apps.get_app_configs() if config.name.startswith("fugong.")]
    for name in ["fugong.core.imports.rules", *names]:
        if find_spec(name):
            rules = import_module(name)
            if hasattr(rules, "MOVES"):
                yield name, rules


def _part(name: str, rules: Any) -> str:
    moves: Mapping[Any, Any] = rules.MOVES
    lines = [
        "",
        f"## {name.removeprefix('fugong.').removesuffix('.rules')}",
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
    owners: Mapping[Any, Any] = getattr(rules, "OWNERS", {})
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
