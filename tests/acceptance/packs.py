"""Packs that tests make themselves: a copy of a shipped one with other areas, or with lines of its own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.acceptance.place import PACKS

HEAD = "key,parent,kind,name,code,longitude,latitude"


def copy_of(folder: Path, slug: str, areas: list[tuple[str, str, str, str]], area: str = "town") -> Path:
    """Danzao's rules for another place: `areas` are (key, parent, kind, name), the campaign runs in `area`."""
    made = folder / slug
    shutil.copytree(PACKS / "danzao", made)
    (made / "areas.csv").write_text(
        "\n".join([HEAD, *(",".join([*row, "", "", ""]) for row in areas)]) + "\n"
    )
    replaced(made / "pack.toml", 'slug = "danzao"', f'slug = "{slug}"')
    replaced(made / "pack.toml", 'area = "town"', f'area = "{area}"')
    return made


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new))


def added(path: Path, lines: str, **values: Any) -> None:
    path.write_text(path.read_text().rstrip() + "\n\n" + lines.strip() + "\n")
