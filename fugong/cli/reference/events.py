"""The page of audit events: every name that the code records, read from the source."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import fugong

HEAD = """# Audit events (审计事件)

Generated from the source; do not edit. Every change writes one of these in its own transaction; a name is
`module.model.past_tense`.
"""
NAME = re.compile(r"^[a-z]+\.[a-z_]+\.[a-z_]+$")
WRITERS = {"record", "described", "record_many"}


def events() -> str:
    """The page, the same at every run."""
    by_module: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, place in _recorded():
        by_module[name.partition(".")[0]][name].add(place)
    page = HEAD
    for module in sorted(by_module):
        page += f"\n## {module}\n\n| Event | Written in |\n|---|---|\n"
        for name, places in sorted(by_module[module].items()):
            page += f"| `{name}` | {', '.join(f'`{place}`' for place in sorted(places))} |\n"
    return page


def _recorded() -> Iterator[tuple[str, str]]:
    """Every event's name with the module that writes it."""
    package = Path(fugong.__file__).parent
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package)
        if "migrations" in inside.parts or inside.parts[0] == "demo":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in WRITERS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and NAME.match(str(first.value)):
                    yield str(first.value), inside.with_suffix("").as_posix().replace("/", ".")


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", "") or getattr(node.func, "id", "")
