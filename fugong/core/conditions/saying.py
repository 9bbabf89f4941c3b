"""A condition in the words of the active language, to be read or to be written further: still the same condition."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models

from fugong.core.conditions.binding import bind, is_blank
from fugong.core.conditions.errors import ConditionError
from fugong.core.conditions.vocabulary import Field, Vocabulary, is_chinese, vocabulary_of
from fugong.core.conditions.words import Token, cut

CHINESE = {
    "AND": "且",
    "OR": "或",
    "NOT": "非",
    "IN": "在",
    "EMPTY": "为空",
    "TRUE": "是",
    "FALSE": "否",
    "TODAY": "今天",
    "STARTSWITH": "开头为",
    "ENDSWITH": "结尾为",
    "NOT_EQUALS": "≠",
    "GREATER_EQUAL": "≥",
    "LESS_EQUAL": "≤",
    "TIMES": "×",
    "DIVIDE": "÷",
}
TOGETHER = {"is empty": "为空", "is not empty": "不为空", "not in": "不在"}


def said(text: str, model: type[models.Model]) -> str:
    """The condition as a Chinese page writes it, `人数 ≥ 100 且 从未走访 = 是`; in English, and where the
    words would not mean exactly the same, the text as it is."""
    if not is_chinese() or is_blank(text):
        return text
    try:
        words = vocabulary_of(model)
        chinese = " ".join(_in_chinese(cut(_together(text), words.by_word()), words))
        chinese = chinese.replace("( ", "(").replace(" )", ")").replace(" ,", ",")
        return chinese if bind(chinese, model) == bind(text, model) else text
    except ConditionError:
        return text


def _together(text: str) -> str:
    """English comparisons of several words as the one Chinese word each is."""
    for english, chinese in TOGETHER.items():
        text = text.replace(f" {english}", f" {chinese}")
    return text


def _in_chinese(tokens: list[Token], words: Vocabulary) -> Iterator[str]:
    """Each word; a text in quotation marks is a choice of the field that was named last, where it has it."""
    field: Field | None = None
    for token in tokens:
        found = words.find(token.text) if token.type == "NAME" else None
        field = found or field
        if found:
            yield found.written()
        elif token.type == "STRING_VALUE" and field:
            choice = field.choice_named(token.text[1:-1])
            yield f"“{choice.spoken()}”" if choice else token.text
        else:
            yield CHINESE.get(token.type, token.text)
