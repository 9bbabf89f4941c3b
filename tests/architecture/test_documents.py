"""The documents: every relative link leads to a file, every page stands in the index, every page has its other language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"""\]\(([^)\s]+)\)|(?:href|src)="([^"]+)\"""")
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "bench").rglob("*.md")])


def dead_links(page: Path) -> list[str]:
    """Relative links of a page that lead to nothing; a part behind # belongs to a page that is there."""
    found = [first or second for first, second in LINK.findall(page.read_text())]
    paths = [link.partition("#")[0] for link in found if not re.match(r"[a-z]+:|#", link)]
    return [path for path in paths if not (page.parent / path).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    assert not dead_links(page)


def test_a_dead_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text('[here](page.md) [gone](gone.md#part) <img src="gone.webp"> [far](https://example.org/)')
    assert dead_links(page) == ["gone.md", "gone.webp"]


def test_the_index_names_every_page() -> None:
    index = (DOCS / "README.md").read_text()
    pages = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")} - {"README.md"}
    assert not {page for page in pages if not page.startswith("decisions/") and f"({page})" not in index}


def test_numbered_steps_count_up() -> None:
    """Steps of a how-to page are numbered 1, 2, 3 within each part: a merge by machine breaks that first."""
    broken = []
    for page in sorted((DOCS / "how-to").glob("*.md")):
        for part in re.split(r"(?m)^#+ .*$", page.read_text()):
            numbers = [int(number) for number in re.findall(r"(?m)^(\d+)\. ", part)]
            if numbers != list(range(1, len(numbers) + 1)):
                broken.append((page.name, numbers))
    assert not broken


def test_a_how_to_page_is_there_in_both_languages() -> None:
    names = {page.name for page in (DOCS / "how-to").glob("*.md")}
    english = {name for name in names if not name.endswith(".zh-hans.md")}
    assert {f"{name.removesuffix('.md')}.zh-hans.md" for name in english} == names - english
