"""The data dictionary: every register's names, kinds and values in both languages, as one Markdown page."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import override

from fugong.core.conditions.binding import OPERATORS
from fugong.core.conditions.vocabulary import CHINESE, ENGLISH, Field, Vocabulary, vocabularies

INTRODUCTION = """# Names for conditions (数据字典)

Generated from the vocabularies in the code; do not edit.
How to write a condition: `docs/explanation/conditions.md`.
A *measure* is computed for the day and the campaign that are asked about; a *column* is read as it stands.

## What each kind can be compared with

| Kind | Comparisons |
|---|---|
"""


def dictionary() -> str:
    """The page, the same at every run."""
    kinds = "".join(f"| {kind} | {_operators(kind)} |\n" for kind in OPERATORS)
    parts = [_part(one) for one in vocabularies()]
    return INTRODUCTION + kinds + "\n" + "\n".join(parts)


def _operators(kind: str) -> str:
    words = ("is empty" if one == "empty" else one for one in OPERATORS[kind])  # type: ignore[index]
    return ", ".join(f"`{word}`" for word in words)


def _part(vocabulary: Vocabulary) -> str:
    with override(ENGLISH):
        english = str(vocabulary.model._meta.verbose_name)
    own = {field.name for field in vocabulary.own}
    rows = "".join(
        _row(field, field.name in own) for field in sorted(vocabulary.fields, key=lambda one: one.name)
    )
    head = "| Name | 中文 | Meaning | Kind | From | Values and notes |\n|---|---|---|---|---|---|\n"
    return f"## {english} (`{vocabulary.label}`)\n\n{head}{rows}"


def _row(field: Field, is_own: bool) -> str:
    with override(ENGLISH):
        label = str(field.label)
        notes = [" ".join(str(field.doc).split()), *_values(field)]
    chinese = "、".join(word for word in (field.zh, *field.aliases) if word)
    source = "measure" if field.expression or not is_own else "membership" if field.member else "column"
    cells = [
        f"`{field.name}`",
        chinese,
        label,
        str(field.kind),
        source,
        " ".join(note for note in notes if note),
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _values(field: Field) -> Iterator[str]:
    for choice in field.choices:
        with override(ENGLISH):
            english = str(choice.label)
        with override(CHINESE):
            words = choice.words or (str(choice.label),)
        yield f"`{choice.value}` {english} ({'、'.join(words)});"
