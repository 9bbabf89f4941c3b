"""The product's source as the architecture tests read it: files, syntax trees, module names."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "fugong"
# From low to high, as in DEVELOPERS.md: a module may use those before it.
HOUSE = [
    "core",
    "territory",
    "access",
    "campaigns",
    "enterprises",
    "teams",
    "issues",
    "outreach",
    "resumption",
    "visits",
    "insight",
    "desk",
    "demo",
]


@cache
def python_files() -> tuple[Path, ...]:
    """Every Python file of the product, without migrations."""
    return tuple(path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def inside(path: Path) -> tuple[str, ...]:
    """The parts of a path below the package: ("visits", "views", "my_day.py")."""
    return path.relative_to(PACKAGE).parts


def files_of(*parts: str) -> list[Path]:
    """Files of the named parts of modules, such as "views": views.py or any file of the package views/."""
    return [path for path in python_files() if part_of(path) in parts]


def part_of(path: Path) -> str:
    """Which part of its module a file is: "views" for visits/views.py and for visits/views/my_day.py.

    The engines of core are packages of their own (core/registers/views.py): there the file's name says it.
    """
    below = inside(path)
    if below[0] == "core":
        return path.stem
    return below[1].removesuffix(".py") if len(below) > 1 else ""


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node


def strings(path: Path) -> Iterator[ast.Constant]:
    """Every text of a file that is not a docstring."""
    documented = {id(node) for node in _docstrings(tree(path))}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node


def _docstrings(root: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(root):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                yield first.value


def functions() -> Iterator[tuple[str, int]]:
    """Name with place, and length in lines without the docstring, of every function of the product."""
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{where(path, node)} {node.name}", _length(node)


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring
