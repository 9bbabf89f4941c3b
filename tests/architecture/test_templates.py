"""Templates take only the frame, the shared fragments and their own module's parts."""

import re
from pathlib import Path

from tests.architecture.source import PACKAGE, ROOT

TAKES = re.compile(r"""\{%\s*(?:include|extends)\s+(?:"([^"]+)"|'([^']+)'|(\S+))""")
INLINE_SCRIPT = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/(?:ld\+)?json)[^>]*>", re.IGNORECASE
)
HANDLER = re.compile(
    r"<[a-z][^>]*\son(?:click|change|submit|input|load|error|keyup|keydown)\s*=", re.IGNORECASE
)
OUTSIDE = re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE)


def _templates() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.html") if "templates" in path.parts)


def _module(path: Path) -> str:
    """The module that owns a template; "" for the shared ones of fugong/templates."""
    first = path.relative_to(PACKAGE).parts[0]
    return "" if first == "templates" else first


def _allowed(owner: str, taken: str) -> bool:
    if re.fullmatch(r"base[\w-]*\.html", taken) or taken.startswith("ui/"):
        return True
    return bool(owner) and taken.startswith(f"{owner}/")


def test_templates_take_only_the_frame_shared_parts_and_their_own() -> None:
    wrong = []
    for path in _templates():
        for match in TAKES.finditer(path.read_text(encoding="utf-8")):
            taken = match[1] or match[2]
            # A name in a variable comes from the view, which is in the module already.
            if taken and not _allowed(_module(path), taken):
                wrong.append(f"{path.relative_to(ROOT)} takes {taken}")
    assert wrong == []


def test_module_templates_stand_in_a_folder_of_the_modules_name() -> None:
    wrong = []
    for path in _templates():
        below = path.parts[path.parts.index("templates", len(PACKAGE.parts)) + 1 :]
        if _module(path) and below[0] != _module(path) and below[0] != "ui":
            wrong.append(str(path.relative_to(ROOT)))
    assert wrong == [], "a module's template is templates/<module>/..."


def test_no_inline_script_or_handler() -> None:
    """The content-security policy would block it: scripts are files, data goes through json_script."""
    wrong = [
        f"{path.relative_to(ROOT)}: {match[0][:60]}"
        for path in _templates()
        for pattern in (INLINE_SCRIPT, HANDLER)
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_no_page_loads_anything_from_elsewhere() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in _templates()
        if OUTSIDE.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []
