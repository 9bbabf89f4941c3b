"""The page of a pack's files: every key with its kind, from the schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fugong.campaigns.packs import parts
from fugong.campaigns.schemas import schemas

HEAD = """# Files of a pack (方案包的文件)

Generated from the schemas of the modules; do not edit. How to write one: [write a pack](../how-to/write-a-pack.md).
`fugong pack schema FOLDER` writes the same as JSON schemas for editors.
"""


def packs() -> str:
    """The page, the same at every run."""
    also = {part.name: part.also for part in parts()}
    page = HEAD
    for name, schema in schemas().items():
        file = "examples/*.toml" if name == "examples" else f"{name}.toml"
        with_files = ", ".join(f"`{other}`" for other in also.get(name, ()))
        page += f"\n## {file}\n" + (f"\nwith {with_files}\n" if with_files else "")
        page += "".join(_table(title, model) for title, model in _models(schema))
    return page


def _models(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The file's own table, then the tables inside it; Text and Dated are told in the guide."""
    yield "", schema
    for title, model in sorted(schema.get("$defs", {}).items()):
        if "properties" in model and title not in {"Text", "Dated"}:
            yield title, model


def _table(title: str, model: Mapping[str, Any]) -> str:
    required = set(model.get("required", ()))
    said = " ".join(str(model.get("description", "")).split())
    lines = ["", f"### {title}" if title else "", "", said, "", "| Key | Kind | |", "|---|---|---|"]
    for key, value in model.get("properties", {}).items():
        need = "required" if key in required else _default(value)
        lines.append(f"| `{key}` | {_kind(value)} | {need} |")
    return "\n".join(lines).replace("\n\n\n", "\n\n").replace("\n\n\n", "\n\n") + "\n"


def _default(value: Mapping[str, Any]) -> str:
    default = value.get("default")
    return f"else `{default}`" if default not in (None, "", [], {}) else ""


def _kind(value: Mapping[str, Any]) -> str:
    """A value's kind in a few words."""
    if "$ref" in value:
        return str(value["$ref"]).rpartition("/")[2]
    if "anyOf" in value:
        return " or ".join(_kind(one) for one in value["anyOf"] if one.get("type") != "null")
    if "enum" in value:
        return ", ".join(f"`{one}`" for one in value["enum"])
    kind = str(value.get("type", "any"))
    if kind == "array":
        return f"list of {_kind(value.get('items', {}))}"
    if kind == "object" and isinstance(value.get("additionalProperties"), dict):
        return f"table of {_kind(value['additionalProperties'])}"
    return {"string": value.get("format") or "text", "object": "table"}.get(kind, kind)
