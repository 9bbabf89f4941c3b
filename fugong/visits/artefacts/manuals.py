"""The technical manual (技术手册): Markdown files of the pack as chapters, for pages, for searching and for print.

A file `manual/<chapter>.md` (`<chapter>.en.md` in English) begins with TOML between two lines `+++`: `title`, `from`,
`source`. Its headings of the second level are sections; article numbers in braces at the end of a heading
(`## Ventilation {20 21}`) say which articles of the checklists the section is about. Raw HTML and pictures are text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from fugong.campaigns.dated import text
from fugong.campaigns.models import Campaign
from fugong.campaigns.packs import Problem
from fugong.campaigns.reading import PackFileError
from fugong.core import documents

FENCE = "+++"
HEADING = re.compile(r"^##\s+(?P<title>.*?)\s*(?:\{(?P<articles>[^{}]*)\})?\s*$")
NAME = re.compile(r"^(?P<key>[a-z0-9][a-z0-9-]*)(?P<en>\.en)?\.md$")
AROUND = 40
TEMPLATE = Path(__file__).parent / "documents" / "manual.typ"
MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")

# Reading the pack


def read_manual(folder: Path) -> list[dict[str, Any]]:
    """The files of manual/ as {"key", "language", "title", "from", "source", "body"}. Raises `PackFileError`."""
    return [_read(path) for path in sorted((folder / "manual").glob("*.md"))]


def _read(path: Path) -> dict[str, Any]:
    named = NAME.match(path.name)
    if named is None:
        raise _wrong(path, "a chapter is called <key>.md, or <key>.en.md in English")
    try:
        before, head, body = path.read_text(encoding="utf-8-sig").split(FENCE, 2)
        values = tomllib.loads(head)
    except UnicodeDecodeError:
        raise _wrong(path, "is not written in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path, f"its head is no valid TOML: {error}", 1) from None
    except ValueError:
        raise _wrong(path, "begins with title, from and source between two lines +++", 1) from None
    if before.strip() or set(values) != {"title", "from", "source"}:
        raise _wrong(path, "its head has exactly title, from and source", 1)
    return {"key": named["key"], "language": "en" if named["en"] else "zh", "body": body.strip(), **values}


def _wrong(path: Path, sentence: str, line: int | None = None) -> PackFileError:
    return PackFileError(Problem(f"manual/{path.name}", sentence, line=line))


def unknown_articles(files: Iterable[Mapping[str, Any]], known: set[str]) -> Iterator[Problem]:
    """Articles that a heading names and no checklist of the pack has."""
    for file in files:
        for section in _sections(file["body"]):
            for article in section.articles:
                if article not in known:
                    name = file["key"] + (".en" if file["language"] == "en" else "") + ".md"
                    sentence = f"{section.title!r} names the article {article!r}, which no checklist has"
                    yield Problem(f"manual/{name}", sentence, allowed=tuple(sorted(known)))


# The manual as it is read


@dataclass(frozen=True)
class Section:
    """A part of a chapter under its heading (the first may have none), with the articles that it is about."""

    slug: str
    title: str
    articles: tuple[str, ...]
    body: str

    @property
    def html(self) -> str:
        return str(MARKDOWN.render(self.body))

    @property
    def words(self) -> str:
        """The text without its marks, in one line."""
        return " ".join(_words(SyntaxTreeNode(MARKDOWN.parse(self.body))).split())


@dataclass(frozen=True)
class Chapter:
    key: str
    title: str
    source: str
    from_on: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Hit:
    """A section that has the words, and the text around the first of them."""

    chapter: Chapter
    section: Section
    before: str
    found: str
    after: str


def manual_of(part: Mapping[str, Any], language: str) -> tuple[Chapter, ...]:
    """The chapters of the visits' part of a pack, each in this language ("zh" or "en") where it is written so."""
    by_key: dict[str, dict[str, Any]] = {}
    for file in part.get("manual", []):
        standing = by_key.get(file["key"])
        if standing is None or file["language"] == language:
            by_key[file["key"]] = file
    return tuple(
        Chapter(key, file["title"], file["source"], file["from"], tuple(_sections(file["body"])))
        for key, file in by_key.items()
    )


def _sections(body: str) -> Iterator[Section]:
    title, articles, lines, number = "", (), [], 0
    for line in [*body.splitlines(), "## "]:
        heading = HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        if title or any(one.strip() for one in lines):
            yield Section(f"s{number}", title, articles, "\n".join(lines).strip())
        number += 1
        title, lines = heading["title"], []
        articles = tuple((heading["articles"] or "").replace(",", " ").split())


def section_of(chapters: Iterable[Chapter], article: str) -> tuple[Chapter, Section] | None:
    """The first section that is about an article."""
    pairs = ((chapter, section) for chapter in chapters for section in chapter.sections)
    return next(((chapter, section) for chapter, section in pairs if article in section.articles), None)


def articles_in(chapters: Iterable[Chapter]) -> dict[str, tuple[str, str]]:
    """Chapter key and section slug of every article that the manual is about."""
    found: dict[str, tuple[str, str]] = {}
    for chapter in chapters:
        for section in chapter.sections:
            for article in section.articles:
                found.setdefault(article, (chapter.key, section.slug))
    return found


def search(chapters: Iterable[Chapter], words: str) -> list[Hit]:
    """Sections whose title or text has every one of the words, however they are written (case)."""
    wanted = words.lower().split()
    found = []
    for chapter in chapters:
        for section in chapter.sections:
            said = section.words
            whole = f"{chapter.title} {section.title} {said}".lower()
            if wanted and all(word in whole for word in wanted):
                found.append(_hit(chapter, section, said, wanted))
    return found


def _hit(chapter: Chapter, section: Section, said: str, wanted: list[str]) -> Hit:
    places = [(said.lower().find(word), len(word)) for word in wanted]
    at, length = min((place for place in places if place[0] >= 0), default=(0, 0))
    begin = max(0, at - AROUND)
    before = ("…" if begin else "") + said[begin:at]
    return Hit(chapter, section, before, said[at : at + length], said[at + length : at + length + 2 * AROUND])


# For print: the blocks of a section as plain data, which the template sets


def blocks(body: str) -> list[dict[str, Any]]:
    """The Markdown of a section as a list of blocks: paragraphs, headings, lists, quotations, tables."""
    return _blocks(SyntaxTreeNode(MARKDOWN.parse(body)))


def _blocks(node: SyntaxTreeNode) -> list[dict[str, Any]]:
    return [block for child in node.children if (block := _block(child))]


def _block(node: SyntaxTreeNode) -> dict[str, Any] | None:
    if node.type == "paragraph":
        return {"kind": "paragraph", "runs": _runs(node)}
    if node.type == "heading":
        return {"kind": "heading", "runs": _runs(node)}
    if node.type in {"bullet_list", "ordered_list"}:
        return {"kind": node.type, "items": [_blocks(item) for item in node.children]}
    if node.type == "blockquote":
        return {"kind": "quote", "blocks": _blocks(node)}
    if node.type == "table":
        rows = [row for group in node.children for row in group.children]
        return {"kind": "table", "rows": [[_runs(cell) for cell in row.children] for row in rows]}
    if node.type in {"code_block", "fence"}:
        return {"kind": "paragraph", "runs": [{"text": node.content.rstrip(), "style": "plain"}]}
    return None


def _runs(node: SyntaxTreeNode, style: str = "plain") -> list[dict[str, str]]:
    """The text of a block as runs of one style: plain, strong or em."""
    found: list[dict[str, str]] = []
    for child in node.children:
        if child.type in {"softbreak", "hardbreak"}:
            found.append({"text": "\n" if child.type == "hardbreak" else " ", "style": style})
        elif child.children:
            found += _runs(child, child.type if child.type in {"strong", "em"} else style)
        elif child.content:
            found.append({"text": child.content, "style": style})
    return found


def _words(node: SyntaxTreeNode) -> str:
    if node.type in {"softbreak", "hardbreak"}:
        return " "
    if not node.children:
        return "" if node.is_root else node.content
    inner = node.type in {"inline", "strong", "em", "link"}
    return ("" if inner else " ").join(_words(child) for child in node.children)


def pdf(campaign: Campaign, language: str) -> bytes:
    """The whole manual with its contents and page numbers, as of the campaign's release of the pack."""
    release = campaign.release
    chapters = manual_of(campaign.part("visits"), language)
    values = {
        "lang": language,
        "office": campaign.name,
        "title": _("Technical manual"),
        "subtitle": text(release.content["pack"]["name"]),
        "version": _("Version %(version)s") % {"version": release.version},
        "sources": sorted({chapter.source for chapter in chapters}),
        "words": {
            "contents": _("Contents"),
            "source": _("Source"),
            "since": _("since"),
            "articles": _("Articles"),
        },
        "chapters": [_for_print(chapter) for chapter in chapters],
    }
    return documents.pdf(TEMPLATE, values)


def _for_print(chapter: Chapter) -> dict[str, Any]:
    sections = [
        {"title": one.title, "articles": "、".join(one.articles), "blocks": blocks(one.body)}
        for one in chapter.sections
    ]
    return {
        "title": chapter.title,
        "source": chapter.source,
        "from_on": chapter.from_on,
        "sections": sections,
    }
