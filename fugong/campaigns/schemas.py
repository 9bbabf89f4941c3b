"""JSON schemas of a pack's files, for editors that complete and check TOML while one types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from fugong.campaigns.packs import parts
from fugong.campaigns.reading import ExamplesFile, PackHead


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON schema of every file of a pack, by the file's name without its ending."""
    models: dict[str, type[BaseModel]] = {"pack": PackHead, "examples": ExamplesFile}
    models |= {part.name: part.schema for part in parts()}
    return {name: model.model_json_schema(by_alias=True) for name, model in models.items()}


def write_schemas(folder: Path) -> list[Path]:
    """Write `<file>.schema.json` for every file of a pack; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas().items():
        path = folder / f"{name}.schema.json"
        path.write_text(
            json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )
        written.append(path)
    return written
