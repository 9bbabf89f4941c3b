"""Cuts a condition into words: half- and full-width signs, English and Chinese, with or without spaces."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _
from djangoql.lexer import DjangoQLLexer

from fugong.core.conditions.errors import ConditionError

# Every sign and word of the language, by the name it has in the grammar (DjangoQL's names where it has one).
SIGNS: dict[str, tuple[str, ...]] = {
    "NOT_EQUALS": ("!=", "<>", "≠", "！=", "！＝", "!＝"),
    "GREATER_EQUAL": (">=", "≥", "≧", "＞＝", "＞=", ">＝"),
    "LESS_EQUAL": ("<=", "≤", "≦", "＜＝", "＜=", "<＝"),
    "NOT_CONTAINS": ("!~", "！~", "！～", "!～"),
    "EQUALS": ("==", "=", "＝"),
    "GREATER": (">", "＞"),
    "LESS": ("<", "＜"),
    "CONTAINS": ("~", "～"),
    "PAREN_L": ("(", "（"),
    "PAREN_R": (")", "）"),
    "COMMA": (",", "，", "、"),
    "PLUS": ("+", "＋"),
    "MINUS": ("-", "－", "−"),
    "TIMES": ("*", "×", "＊"),
    "DIVIDE": ("/", "÷", "／"),
}
WORDS: dict[str, tuple[str, ...]] = {
    "AND": ("and", "且", "并且", "而且"),
    "OR": ("or", "或", "或者"),
    "NOT": ("not", "非"),
    "IN": ("in", "在", "属于"),
    "NOT_IN": ("不在", "不属于"),
    "WITHIN": ("中", "之中", "之内"),
    "IS": ("is",),
    "EMPTY": ("empty",),
    "IS_EMPTY": ("为空", "未填"),
    "IS_FILLED": ("不为空", "非空", "已填"),
    "TRUE": ("true", "是", "真"),
    "FALSE": ("false", "否", "假"),
    "NONE": ("none", "null", "空"),
    "TODAY": ("today", "今天", "今日"),
    "EQUALS": ("等于", "为"),
    "NOT_EQUALS": ("不等于", "不为"),
    "GREATER": ("大于", "晚于"),
    "GREATER_EQUAL": ("大于等于", "大于或等于", "不小于", "不少于", "不早于"),
    "LESS": ("小于", "少于", "早于"),
    "LESS_EQUAL": ("小于等于", "小于或等于", "不大于", "不多于", "不晚于"),
    "CONTAINS": ("包含", "含"),
    "NOT_CONTAINS": ("不包含", "不含"),
    "STARTSWITH": ("startswith", "开头为", "开头是"),
    "ENDSWITH": ("endswith", "结尾为", "结尾是"),
}
TYPE_OF_SIGN = {sign: kind for kind, signs in SIGNS.items() for sign in signs}
TYPE_OF_WORD = {word: kind for kind, words in WORDS.items() for word in words}
COMPARING = {
    "EQUALS", "NOT_EQUALS", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL",
    "CONTAINS", "NOT_CONTAINS", "STARTSWITH", "ENDSWITH",
}  # fmt: skip
# After these a Chinese word that nobody knows may begin without a space, so that an error names it alone.
BEFORE_UNKNOWN = COMPARING | {"AND", "OR"}

OPEN_STRING = "OPEN_STRING"
PATTERN = re.compile(
    "|".join(
        (
            r"(?P<SPACE>[\s\u00a0\u3000]+|。\s*$)",
            f"(?P<QUOTED>{DjangoQLLexer.re_double_quoted_string}|{DjangoQLLexer.re_single_quoted_string})",
            r"(?P<CURLY>[“”][^“”\r\n]*[“”]|[‘’][^‘’\r\n]*[‘’]|「[^」\r\n]*」)",
            r"(?P<OPEN>[\"'“”‘’「].*)",
            r"(?P<DATE_VALUE>\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d{4}年\d{1,2}月\d{1,2}日)",
            r"(?P<FLOAT_VALUE>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)",
            r"(?P<INT_VALUE>\d+)",
            r"(?P<RUN>[^\W\d]\w*(?:\.[^\W\d]\w*)*)",
            "(?P<SIGN>"
            + "|".join(re.escape(sign) for sign in sorted(TYPE_OF_SIGN, key=len, reverse=True))
            + ")",
        )
    ),
    re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A word of a condition and where it stands."""

    type: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def cut(text: str, names: Collection[str], *, is_tolerant: bool = False) -> list[Token]:
    """The words of a condition; `names` are the casefolded names of the vocabulary.

    Raises `ConditionError` for a sign that does not belong to the language and for a text that is not closed;
    with `is_tolerant` (for completion) the first is skipped and the second is a token of its own.
    """
    return list(_cut(text, names, is_tolerant))


def _cut(text: str, names: Collection[str], is_tolerant: bool) -> Iterator[Token]:
    position = 0
    while position < len(text):
        match = PATTERN.match(text, position)
        if match is None:
            if not is_tolerant:
                sign = {"sign": text[position]}
                raise ConditionError(_("“%(sign)s” has no meaning in a condition.") % sign, position)
            position += 1
            continue
        token = _token(match, names, is_tolerant)
        if token is not None:
            yield token
        position = token.end if token is not None else match.end()


def _token(match: re.Match[str], names: Collection[str], is_tolerant: bool) -> Token | None:
    group, text, start = str(match.lastgroup), match[0], match.start()
    for name in ("QUOTED", "CURLY", "OPEN", "RUN", "SIGN"):
        if match[name] is not None:
            group = name
    if match["SPACE"] is not None:
        return None
    if group == "RUN":
        return _word(text, start, names)
    if group == "SIGN":
        return Token(TYPE_OF_SIGN[text], text, start)
    if group in ("QUOTED", "CURLY"):
        return Token("STRING_VALUE", text, start)
    if group == "OPEN":
        if not is_tolerant:
            raise ConditionError(_("The text that begins here is not closed with a quotation mark."), start)
        return Token(OPEN_STRING, text, start)
    return Token(group, text, start)


def _word(run: str, start: int, names: Collection[str]) -> Token:
    """The first word of a run of letters; Chinese runs are cut into known words."""
    folded = run.casefold()
    if folded in names:
        return Token("NAME", run, start)
    if folded in TYPE_OF_WORD:
        return Token(TYPE_OF_WORD[folded], run, start)
    if run.isascii():
        return Token("NAME", run, start)
    head = run[: _first_length(folded, frozenset(names))]
    is_name = head.casefold() in names
    return Token("NAME" if is_name else TYPE_OF_WORD.get(head.casefold(), "NAME"), head, start)


def _first_length(run: str, names: frozenset[str]) -> int:
    """How long the first word of a Chinese run is; of the ways to cut it, the longest first word wins."""
    longest = max((len(name) for name in names), default=0)

    @cache
    def fits(position: int, before: str) -> int:
        """The length of the word at `position` when the whole rest can be cut, else 0."""
        for length in range(min(len(run) - position, max(longest, 6)), 0, -1):
            kind = kind_of(run[position : position + length])
            if kind and not (kind == before == "NAME"):
                rest = position + length
                if rest == len(run) or fits(rest, kind):
                    return length
        return len(run) - position if before in BEFORE_UNKNOWN else 0

    def kind_of(word: str) -> str:
        if word in names:
            return "NAME"
        return "NUMBER" if word.isdecimal() else TYPE_OF_WORD.get(word, "")

    return fits(0, "") or len(run)
