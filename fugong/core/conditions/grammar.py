"""The grammar: DjangoQL's, with `and` before `or`, `not`, sums, names on both sides, `today`, `is empty`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ply.yacc
from django.utils.translation import gettext as _
from djangoql.parser import DjangoQLParser, unescape

from fugong.core.conditions.errors import ConditionError
from fugong.core.conditions.vocabulary import Vocabulary
from fugong.core.conditions.words import COMPARING, SIGNS, WORDS, Token, cut

LONGEST = 4000
DEEPEST = 50
MOST_COMPARISONS = 200
OPERATORS = {
    "EQUALS": "=", "NOT_EQUALS": "!=", "GREATER": ">", "GREATER_EQUAL": ">=", "LESS": "<", "LESS_EQUAL": "<=",
    "CONTAINS": "~", "NOT_CONTAINS": "!~", "STARTSWITH": "startswith", "ENDSWITH": "endswith",
}  # fmt: skip


@dataclass(frozen=True)
class Word:
    """A name, not yet looked up."""

    token: Token
    depth: int = 1


@dataclass(frozen=True)
class Literal:
    """A value as written: `shape` is number, string, day, flag, none or today."""

    shape: str
    value: Any
    token: Token
    depth: int = 1


@dataclass(frozen=True)
class Sum:
    """Two operands and one of + - * /."""

    operator: str
    left: Operand
    right: Operand
    token: Token
    depth: int


@dataclass(frozen=True)
class Compared:
    """One comparison; `in` has several operands on the right, `empty` none."""

    left: Operand
    operator: str
    right: tuple[Operand, ...]
    token: Token
    depth: int = 1


@dataclass(frozen=True)
class Inverted:
    part: Syntax
    depth: int


@dataclass(frozen=True)
class Joined:
    """Parts that are all (`and`) or of which one is (`or`) to be true."""

    word: str
    parts: tuple[Syntax, ...]
    depth: int


Operand = Word | Literal | Sum
Syntax = Compared | Inverted | Joined


def parse(text: str, vocabulary: Vocabulary) -> Syntax:
    """The syntax of a condition that is not empty; names are not looked up yet. Raises `ConditionError`."""
    if len(text) > LONGEST:
        raise ConditionError(_("The condition is longer than %(limit)d signs.") % {"limit": LONGEST}, LONGEST)
    tokens = cut(text, vocabulary.by_word())
    if not hasattr(_threads, "parser"):
        _threads.parser = Parser()
    found: Syntax = _threads.parser.parse_words(tokens, text)
    return found


# The generated parser keeps its stack on itself: one for each thread.
_threads = threading.local()


class Words:
    """Hands the words to the parser in the shape that it asks for."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = iter(tokens)

    def token(self) -> Any:
        token = next(self._tokens, None)
        if token is None:
            return None
        made = ply.lex.LexToken()
        made.type, made.value, made.lineno, made.lexpos = token.type, token, 1, token.start
        return made


class Parser(DjangoQLParser):  # type: ignore[misc]  # the library has no types
    """DjangoQL's parser with our rules; a rule's docstring is its grammar."""

    tokens = tuple(
        dict.fromkeys([*SIGNS, *WORDS, "NAME", "STRING_VALUE", "FLOAT_VALUE", "INT_VALUE", "DATE_VALUE"])
    )
    # DjangoQL has no precedence: it reads `a and b or c` as `a and (b or c)`, which no reader expects.
    precedence = (
        ("left", "OR"),
        ("left", "AND"),
        ("right", "NOT"),
        ("left", "PLUS", "MINUS"),
        ("left", "TIMES", "DIVIDE"),
        ("right", "SIGNED"),
    )

    def __init__(self) -> None:
        self._text = ""
        self._words: list[Token] = []
        self._comparisons = 0
        self.yacc = ply.yacc.yacc(
            module=self, debug=False, write_tables=False, errorlog=ply.yacc.NullLogger()
        )

    def parse_words(self, tokens: list[Token], text: str) -> Any:
        self._text, self._words, self._comparisons = text, tokens, 0
        return self.yacc.parse(lexer=Words(tokens))

    # DjangoQL's rules that ours replace.
    p_expression_logical = p_expression_comparison = p_logical = p_name = None
    p_comparison_number = p_comparison_string = p_comparison_equality = p_comparison_greater_less = None
    p_comparison_string_specific = p_comparison_in_list = p_const_value = p_number_int = p_number_float = None
    p_string = p_none = p_boolean_value = p_true = p_false = None
    p_const_list_value = p_const_value_list = p_const_value_list_single = None

    def p_expression_parens(self, p: Any) -> None:
        """
        expression : PAREN_L expression PAREN_R
        """
        p[0] = _closed(p[2], p[1])

    def p_expression_joined(self, p: Any) -> None:
        """
        expression : expression AND expression
                   | expression OR expression
        """
        p[0] = _joined("and" if p[2].type == "AND" else "or", p[1], p[3], p[2])

    def p_expression_not(self, p: Any) -> None:
        """
        expression : NOT expression
        """
        p[0] = Inverted(p[2], _deeper(p[1], p[2]))

    def p_expression_compared(self, p: Any) -> None:
        """
        expression : operand EQUALS operand
                   | operand NOT_EQUALS operand
                   | operand GREATER operand
                   | operand GREATER_EQUAL operand
                   | operand LESS operand
                   | operand LESS_EQUAL operand
                   | operand CONTAINS operand
                   | operand NOT_CONTAINS operand
                   | operand STARTSWITH operand
                   | operand ENDSWITH operand
        """
        p[0] = self._compared(p[1], OPERATORS[p[2].type], (p[3],), p[2])

    def p_expression_not_compared(self, p: Any) -> None:
        """
        expression : operand NOT STARTSWITH operand
                   | operand NOT ENDSWITH operand
                   | operand NOT CONTAINS operand
        """
        part = self._compared(p[1], OPERATORS[p[3].type], (p[4],), p[3])
        p[0] = Inverted(part, _deeper(p[2], part))

    def p_expression_in(self, p: Any) -> None:
        """
        expression : operand IN list within
                   | operand NOT_IN list within
        """
        part = self._compared(p[1], "in", p[3], p[2])
        p[0] = part if p[2].type == "IN" else Inverted(part, _deeper(p[2], part))

    def p_expression_not_in(self, p: Any) -> None:
        """
        expression : operand NOT IN list within
        """
        part = self._compared(p[1], "in", p[4], p[3])
        p[0] = Inverted(part, _deeper(p[2], part))

    def p_expression_empty(self, p: Any) -> None:
        """
        expression : operand IS EMPTY
                   | operand IS_EMPTY
        """
        p[0] = self._compared(p[1], "empty", (), p[2])

    def p_expression_filled(self, p: Any) -> None:
        """
        expression : operand IS NOT EMPTY
                   | operand IS_FILLED
        """
        part = self._compared(p[1], "empty", (), p[2])
        p[0] = Inverted(part, _deeper(p[2], part))

    def p_within(self, p: Any) -> None:
        """
        within : WITHIN
               |
        """

    def p_list(self, p: Any) -> None:
        """
        list : PAREN_L operands PAREN_R
        """
        p[0] = p[2]

    def p_operands(self, p: Any) -> None:
        """
        operands : operands COMMA operand
        """
        p[0] = (*p[1], p[3])

    def p_operands_one(self, p: Any) -> None:
        """
        operands : operand
        """
        p[0] = (p[1],)

    def p_operand_sum(self, p: Any) -> None:
        """
        operand : operand PLUS operand
                | operand MINUS operand
                | operand TIMES operand
                | operand DIVIDE operand
        """
        signs = {"PLUS": "+", "MINUS": "-", "TIMES": "*", "DIVIDE": "/"}
        p[0] = Sum(signs[p[2].type], p[1], p[3], p[2], _deeper(p[2], p[1], p[3]))

    def p_operand_signed(self, p: Any) -> None:
        """
        operand : MINUS operand %prec SIGNED
        """
        if isinstance(p[2], Literal) and p[2].shape == "number":
            p[0] = Literal("number", -p[2].value, p[2].token)
        else:
            p[0] = Sum("-", Literal("number", 0, p[1]), p[2], p[1], _deeper(p[1], p[2]))

    def p_operand_parens(self, p: Any) -> None:
        """
        operand : PAREN_L operand PAREN_R
        """
        p[0] = _closed(p[2], p[1])

    def p_operand_name(self, p: Any) -> None:
        """
        operand : NAME
        """
        p[0] = Word(p[1])

    def p_operand_number(self, p: Any) -> None:
        """
        operand : INT_VALUE
                | FLOAT_VALUE
        """
        p[0] = Literal("number", _number(p[1]), p[1])

    def p_operand_string(self, p: Any) -> None:
        """
        operand : STRING_VALUE
        """
        p[0] = Literal("string", _string(p[1]), p[1])

    def p_operand_day(self, p: Any) -> None:
        """
        operand : DATE_VALUE
        """
        p[0] = Literal("day", p[1].text, p[1])

    def p_operand_fixed(self, p: Any) -> None:
        """
        operand : TRUE
                | FALSE
                | NONE
                | TODAY
        """
        shapes = {
            "TRUE": ("flag", True),
            "FALSE": ("flag", False),
            "NONE": ("none", None),
            "TODAY": ("today", 0),
        }
        p[0] = Literal(*shapes[p[1].type], p[1])

    def p_error(self, token: Any) -> None:
        raise misplaced(self._words, token.value if token else None, self._text)

    def _compared(self, left: Operand, operator: str, right: tuple[Operand, ...], token: Token) -> Compared:
        self._comparisons += max(len(right), 1)
        if self._comparisons > MOST_COMPARISONS:
            limit = {"limit": MOST_COMPARISONS}
            raise ConditionError(
                _("The condition compares with more than %(limit)d values.") % limit, token.start
            )
        return Compared(left, operator, right, token)


def _deeper(token: Token, *parts: Operand | Syntax) -> int:
    """The depth above the parts; refuses more than people nest, long before Python or the database do."""
    depth = 1 + max(part.depth for part in parts)
    if depth > DEEPEST:
        limit = {"limit": DEEPEST}
        raise ConditionError(_("The condition is nested deeper than %(limit)d levels.") % limit, token.start)
    return depth


def _closed(inner: Any, bracket: Token) -> Any:
    """What stands in brackets, one level deeper: brackets alone must not grow without limit either."""
    depth = _deeper(bracket, inner)
    return type(inner)(**{**inner.__dict__, "depth": depth})


def _joined(word: str, left: Syntax, right: Syntax, token: Token) -> Joined:
    """Long chains of the same word stay flat."""
    parts = tuple(
        inner
        for side in (left, right)
        for inner in (side.parts if isinstance(side, Joined) and side.word == word else (side,))
    )
    return Joined(word, parts, _deeper(token, *parts))


def _number(token: Token) -> int | float:
    # Twenty digits are too many already; Python would read thousands slowly.
    value: int | float = float(token.text) if token.type == "FLOAT_VALUE" else int(token.text[:20])
    if abs(value) > 10**15 or 0 < abs(value) < 1e-9:
        word = {"word": token.text[:20]}
        raise ConditionError(_("The number %(word)s is too large or too small.") % word, token.start)
    return int(value) if value == int(value) else value


def _string(token: Token) -> str:
    value: str = token.text[1:-1] if token.text[0] in "“”‘’「" else unescape(token.text[1:-1])
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
        raise ConditionError(_("The text holds a sign that cannot be stored."), token.start)
    return value


def misplaced(tokens: list[Token], wrong: Token | None, text: str) -> ConditionError:
    """The sentence for a word that does not fit: what was expected after the word before it."""
    before = tokens[: tokens.index(wrong)] if wrong else tokens
    sentence = str(EXPECTED[expected_after(before)]())
    unclosed = _unclosed(tokens) if wrong is None else None
    if unclosed is not None:
        return ConditionError(_("This bracket is not closed."), unclosed.start)
    if wrong is None:
        return ConditionError(
            _("The condition stops too early: %(expected)s") % {"expected": sentence}, len(text)
        )
    word = {"word": wrong.text[:20], "expected": sentence}
    return ConditionError(_("“%(word)s” does not fit here: %(expected)s") % word, wrong.start)


def _unclosed(tokens: list[Token]) -> Token | None:
    """The innermost bracket that is still open."""
    opened: list[Token] = []
    for token in tokens:
        if token.type == "PAREN_L":
            opened.append(token)
        elif token.type == "PAREN_R" and opened:
            opened.pop()
    return opened[-1] if opened else None


EXPECTED = {
    "name": lambda: _("a name is expected."),
    "operator": lambda: _("a comparison such as = or >= is expected."),
    "value": lambda: _("a value is expected."),
    "list": lambda: _("a list in brackets is expected."),
    "more": lambda: _("“and”, “or” or the end is expected."),
}


def expected_after(tokens: list[Token]) -> str:
    """What may follow these words: name, operator, value, list or more."""
    return ["name", *_states(tokens)][-1]


def _states(tokens: list[Token]) -> Iterator[str]:
    """The state after each word; the left side of a comparison ends at its operator."""
    is_left, is_list, before = True, False, ""
    for token in tokens:
        kind, last = token.type, before
        before = kind
        if kind in ("AND", "OR"):
            is_left, is_list = True, False
            yield "name"
        elif kind in COMPARING:
            is_left = False
            yield "value"
        elif kind in ("IN", "NOT_IN"):
            is_left, is_list = False, True
            yield "list"
        elif kind == "NOT":
            yield "operator" if last in ("NAME", "IS", "PAREN_R") else "name"
        elif kind in ("PAREN_L", "COMMA", "PLUS", "MINUS", "TIMES", "DIVIDE"):
            yield "name" if is_left else "value"
        elif kind in ("IS_EMPTY", "IS_FILLED", "EMPTY", "WITHIN"):
            is_left, is_list = False, False
            yield "more"
        elif kind == "IS":
            yield "operator"
        elif kind == "PAREN_R" and is_list:
            is_list = False
            yield "more"
        else:
            yield "operator" if is_left else "more"
