"""What could come next at the cursor: names, comparisons, values, and the words between comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.db import models
from django.utils.translation import gettext as _

from fugong.core.conditions.binding import OPERATORS
from fugong.core.conditions.grammar import expected_after
from fugong.core.conditions.vocabulary import Choice, Field, Vocabulary, is_chinese, vocabulary_of
from fugong.core.conditions.words import OPEN_STRING, Token, cut

MOST = 100
SuggestionKind = Literal["name", "operator", "value", "word"]


@dataclass(frozen=True)
class Suggestion:
    """What to show (`name`, `label`), and `insert` for the text from `from_position` to the cursor."""

    name: str
    label: str
    kind: SuggestionKind
    insert: str
    from_position: int


def complete(text: str, cursor: int, model: type[models.Model]) -> list[Suggestion]:
    """Suggestions for the cursor's place in an unfinished condition, at most a hundred; no text raises."""
    vocabulary = vocabulary_of(model)
    before = text[:cursor]
    tokens = cut(before, vocabulary.by_word(), is_tolerant=True)
    typed, start = "", len(before)
    if tokens and _is_unfinished(tokens[-1], len(before)):
        last = tokens.pop()
        typed, start = last.text.lstrip("\"'“‘「"), last.start
    found = [
        Suggestion(one.name, one.label, one.kind, one.insert, start)
        for one in _possible(tokens, vocabulary)
        if _begins(one, typed)
    ]
    return found[:MOST]


def _is_unfinished(token: Token, cursor: int) -> bool:
    """The cursor is still in the word: a name, a word or an open text, without a space after it."""
    return token.end == cursor and (token.type == OPEN_STRING or token.text[0].isalpha())


def _begins(one: Suggestion, typed: str) -> bool:
    words = (one.name, one.label, one.insert.strip('"“”'))
    return not typed or any(word.casefold().startswith(typed.casefold()) for word in words)


def _possible(tokens: list[Token], vocabulary: Vocabulary) -> Iterator[Suggestion]:
    state = expected_after(tokens)
    field = _compared_field(tokens, vocabulary)
    if state == "name":
        yield from _names(vocabulary.fields)
        yield _word("not", "非")
    elif state == "operator":
        yield from _operators(field, tokens[-1].type if tokens else "")
    elif state == "list":
        yield Suggestion("(", _("list of values"), "operator", "（" if is_chinese() else "(", 0)
    elif state == "value":
        yield from _values(field, vocabulary)
    else:
        yield from _between(tokens)


def _compared_field(tokens: list[Token], vocabulary: Vocabulary) -> Field | None:
    """The field on the left of the comparison that the cursor is in."""
    for token in reversed(tokens):
        if token.type in ("AND", "OR"):
            return None
        found = vocabulary.find(token.text) if token.type == "NAME" else None
        if found is not None:
            return found
    return None


def _word(english: str, chinese: str) -> Suggestion:
    word = chinese if is_chinese() else english
    return Suggestion(english, chinese, "word", word + " ", 0)


def _names(fields: tuple[Field, ...]) -> Iterator[Suggestion]:
    for field in fields:
        yield Suggestion(field.name, field.spoken(), "name", field.written() + " ", 0)


OPERATOR_LABELS = {
    "=": lambda: _("is"),
    "!=": lambda: _("is not"),
    ">": lambda: _("more than"),
    ">=": lambda: _("at least"),
    "<": lambda: _("less than"),
    "<=": lambda: _("at most"),
    "~": lambda: _("contains"),
    "!~": lambda: _("does not contain"),
    "startswith": lambda: _("begins with"),
    "endswith": lambda: _("ends with"),
    "in": lambda: _("one of"),
    "empty": lambda: _("is not filled in"),
}
CHINESE_OPERATORS = {
    "startswith": "开头为",
    "endswith": "结尾为",
    "in": "在",
    "empty": "为空",
    "not empty": "不为空",
}


def _operators(field: Field | None, last: str) -> Iterator[Suggestion]:
    """The comparisons of the field's kind; after `is` only what ends it."""
    if last == "IS":
        yield from (Suggestion(word, word, "operator", word + " ", 0) for word in ("empty", "not empty"))
        return
    for operator in OPERATORS[field.kind or "text"] if field else ():
        if operator == "empty" and field and field.kind == "member" and field.any_member is None:
            continue
        insert = CHINESE_OPERATORS.get(operator, operator) if is_chinese() else operator
        name = operator
        if operator == "empty":
            name, insert = "is empty", insert if is_chinese() else "is empty"
        yield Suggestion(name, str(OPERATOR_LABELS[operator]()), "operator", insert + " ", 0)


def _values(field: Field | None, vocabulary: Vocabulary) -> Iterator[Suggestion]:
    if field is None:
        return
    for choice in field.choices:
        yield _choice(choice)
    if field.kind == "flag":
        yield Suggestion("True", _("yes"), "value", "是 " if is_chinese() else "True ", 0)
        yield Suggestion("False", _("no"), "value", "否 " if is_chinese() else "False ", 0)
    if field.kind in ("day", "moment"):
        yield Suggestion("today", _("today"), "value", "今天 " if is_chinese() else "today ", 0)
    if field.kind in ("number", "day", "moment"):
        yield from _names(tuple(one for one in vocabulary.fields if one.kind == field.kind and one != field))


def _choice(choice: Choice) -> Suggestion:
    word = choice.spoken() if is_chinese() else str(choice.value)
    return Suggestion(
        str(choice.value), choice.spoken(), "value", f"“{word}” " if is_chinese() else f'"{word}" ', 0
    )


def _between(tokens: list[Token]) -> Iterator[Suggestion]:
    depth = sum({"PAREN_L": 1, "PAREN_R": -1}.get(token.type, 0) for token in tokens)
    yield _word("and", "且")
    yield _word("or", "或")
    if depth > 0:
        yield Suggestion(")", _("end of the brackets"), "word", "）" if is_chinese() else ")", 0)
