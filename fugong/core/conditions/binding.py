"""Looks up the names of a condition and checks that what is compared fits; undeclared columns stop here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.core.conditions.errors import ConditionError
from fugong.core.conditions.grammar import (
    Compared,
    Inverted,
    Joined,
    Literal,
    Operand,
    Sum,
    Syntax,
    Word,
    parse,
)
from fugong.core.conditions.vocabulary import KIND_WORDS, Field, Kind, Moment, Vocabulary, vocabulary_of

FARTHEST_DAYS = 36_600
# Few enough that no product of columns and numbers leaves the range of floating point.
MOST_OPERATIONS = 8
YES = {"true", "yes", "y", "是", "有", "真"}
NO = {"false", "no", "n", "否", "无", "假"}
ORDER = ("=", "!=", ">", ">=", "<", "<=", "in", "empty")
OPERATORS: dict[Kind, tuple[str, ...]] = {
    "number": ORDER,
    "text": ("=", "!=", "~", "!~", "startswith", "endswith", "in", "empty"),
    "choice": ("=", "!=", "in", "empty"),
    "flag": ("=", "!=", "empty"),
    "day": ORDER,
    "moment": ORDER,
    "member": ("=", "!=", "in", "empty"),
}
MATCHING = ("~", "!~", "startswith", "endswith")
MIRRORED = {"=": "=", "!=": "!=", ">": "<", ">=": "<=", "<": ">", "<=": ">="}
Value = int | float | str | bool | date | datetime


@dataclass(frozen=True)
class Named:
    """The value of a field of the row."""

    field: Field


@dataclass(frozen=True)
class Fixed:
    """A value that is the same for every row."""

    value: Value


@dataclass(frozen=True)
class Today:
    """The day that the condition is asked for, plus some days."""

    days: int


@dataclass(frozen=True)
class Calculated:
    """A sum, difference, product or quotient of numbers, computed in floating point on both sides."""

    operator: str
    left: Quantity
    right: Quantity


Quantity = Named | Fixed | Today | Calculated


@dataclass(frozen=True)
class Test:
    """One comparison in its positive form; `!=`, `!~` and `not in` are the negation of one.

    Operators: = > >= < <= ~ startswith endswith in empty. `in` has fixed values only.
    """

    kind: Kind
    left: Quantity
    operator: str
    right: tuple[Quantity, ...]


@dataclass(frozen=True)
class Negation:
    part: Bound


@dataclass(frozen=True)
class AllOf:
    parts: tuple[Bound, ...]


@dataclass(frozen=True)
class AnyOf:
    parts: tuple[Bound, ...]


Bound = Test | Negation | AllOf | AnyOf


def bind(text: str, model: type[models.Model]) -> Bound:
    """The condition with its names looked up and its values understood. Raises `ConditionError`."""
    return _bound(text, vocabulary_of(model))


# The pack's own are asked again with every page and every visit; an error is found anew each time.
@lru_cache(maxsize=2_000)
def _bound(text: str, words: Vocabulary) -> Bound:
    return _Binder(words).bound(parse(text, words))


def is_blank(text: str) -> bool:
    """An empty condition selects every row."""
    return not text.strip(" \t\r\n\u3000。")


def start_of(day: date) -> datetime:
    """The first instant of a day in the current time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def tests_of(bound: Bound) -> Iterator[Test]:
    """Every comparison, in the order of the text."""
    if isinstance(bound, Test):
        yield bound
    elif isinstance(bound, Negation):
        yield from tests_of(bound.part)
    else:
        for part in bound.parts:
            yield from tests_of(part)


def fields_in(quantity: Quantity) -> Iterator[Field]:
    if isinstance(quantity, Named):
        yield quantity.field
    elif isinstance(quantity, Calculated):
        yield from fields_in(quantity.left)
        yield from fields_in(quantity.right)


def fields_of(bound: Bound) -> list[Field]:
    """The fields that a condition uses, each once, in the order of the text."""
    found: dict[str, Field] = {}
    for test in tests_of(bound):
        for quantity in (test.left, *test.right):
            for one in fields_in(quantity):
                found.setdefault(one.name, one)
    return list(found.values())


def resolved(quantity: Quantity, moment: Moment) -> Value:
    """The value of a fixed quantity at a moment."""
    if isinstance(quantity, Today):
        return moment.on + timedelta(days=quantity.days)
    assert isinstance(quantity, Fixed)
    return quantity.value


class _Binder:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def bound(self, node: Syntax) -> Bound:
        if isinstance(node, Compared):
            return self.compared(node)
        if isinstance(node, Inverted):
            return Negation(self.bound(node.part))
        assert isinstance(node, Joined)
        parts = tuple(self.bound(part) for part in node.parts)
        return AllOf(parts) if node.word == "and" else AnyOf(parts)

    def compared(self, node: Compared) -> Bound:
        node = self.turned(node)
        left, kind = self.left(node.left)
        self.refuse_operator(node, left, kind)
        if node.operator == "empty" or self.is_none(node):
            test: Bound = Test(kind, left, "empty", ())
            return Negation(test) if node.operator == "!=" else test
        if node.operator == "in":
            return self.listed(node, left, kind)
        right = self.value(node.right[0], left, kind)
        if node.operator in MATCHING and (not isinstance(right, Fixed) or right.value == ""):
            raise ConditionError(_("A text to look for is expected here."), node.right[0].token.start)
        if node.operator in ("!=", "!~"):
            return Negation(Test(kind, left, node.operator[1:], (right,)))
        return Test(kind, left, node.operator, (right,))

    def turned(self, node: Compared) -> Compared:
        """`300 <= headcount` is read as `headcount >= 300`."""
        if _has_name(node.left) or node.operator not in MIRRORED:
            return node
        if not _has_name(node.right[0]):
            raise ConditionError(
                _("This compares two fixed values: one side must be a name."), node.token.start
            )
        return Compared(node.right[0], MIRRORED[node.operator], (node.left,), node.token)

    def left(self, operand: Operand) -> tuple[Quantity, Kind]:
        if isinstance(operand, Word):
            found = self.named(operand)
            assert found.kind is not None
            return Named(found), found.kind
        if isinstance(operand, Sum):
            return self.calculated(operand), "number"
        raise ConditionError(_("A comparison begins with a name."), operand.token.start)

    def named(self, word: Word) -> Field:
        """The field of a word; an unknown word is an error that lists what could be meant."""
        found = self.vocabulary.find(word.token.text)
        if found is not None:
            return found
        near = self.vocabulary.near(word.token.text)
        every = self.vocabulary.spelt(word.token.text, self.vocabulary.fields)
        facts = {"word": word.token.text, "near": _(", ").join(near), "names": _(", ").join(every)}
        if near:
            sentence = _("“%(word)s” is no known name. Near it: %(near)s. All names: %(names)s.") % facts
        else:
            sentence = _("“%(word)s” is no known name. All names: %(names)s.") % facts
        raise ConditionError(sentence, word.token.start, near or every)

    def refuse_operator(self, node: Compared, left: Quantity, kind: Kind) -> None:
        allowed = OPERATORS[kind]
        if not isinstance(left, Named) or (kind == "member" and left.field.any_member is None):
            allowed = tuple(one for one in allowed if one != "empty")
        is_none = self.is_none(node)
        if node.operator in allowed and not (is_none and "empty" not in allowed):
            return
        facts = {
            "name": _shown(left),
            "kind": KIND_WORDS[kind],
            "operator": _operator_word("empty" if is_none else node.operator),
            "operators": _(", ").join(_operator_word(one) for one in allowed),
        }
        sentence = (
            _("%(name)s is %(kind)s: it cannot be compared with %(operator)s, only with %(operators)s.")
            % facts
        )
        raise ConditionError(sentence, node.token.start, [_operator_word(one) for one in allowed])

    def is_none(self, node: Compared) -> bool:
        right = node.right[0] if node.right else None
        return node.operator in ("=", "!=") and isinstance(right, Literal) and right.shape == "none"

    def listed(self, node: Compared, left: Quantity, kind: Kind) -> Bound:
        values = tuple(self.value(operand, left, kind) for operand in node.right)
        for value, operand in zip(values, node.right, strict=True):
            if not isinstance(value, Fixed | Today):
                raise ConditionError(_("A list holds fixed values only."), operand.token.start)
        if (
            isinstance(left, Named)
            and kind in ("number", "text", "choice", "day")
            and not _has_fraction(values)
        ):
            return Test(kind, left, "in", values)
        return AnyOf(tuple(Test(kind, left, "=", (value,)) for value in values))

    def value(self, operand: Operand, left: Quantity, kind: Kind) -> Quantity:
        """The right side, as the left side's kind understands it."""
        if isinstance(operand, Word):
            return self.named_value(operand, left, kind)
        if isinstance(operand, Sum):
            return self.summed(operand, left, kind)
        if kind == "number" and operand.shape == "number":
            return Fixed(operand.value)
        if kind in ("day", "moment"):
            return self.day(operand, left, kind)
        if kind == "flag":
            return self.flag(operand, left, kind)
        if kind == "choice" and operand.shape in ("string", "number"):
            return self.choice(operand, left)
        if kind in ("text", "member") and operand.shape in ("string", "number"):
            return Fixed(operand.value if operand.shape == "string" else operand.token.text)
        raise self.mismatch(operand, left, kind)

    def named_value(self, word: Word, left: Quantity, kind: Kind) -> Quantity:
        """Another name of the same kind, or a choice written without quotation marks."""
        found = self.vocabulary.find(word.token.text)
        if found is None and kind == "choice":
            return self.choice(Literal("string", word.token.text, word.token), left)
        found = found or self.named(word)
        if found.kind != kind or kind == "member":
            facts = {
                "name": _shown(left),
                "kind": KIND_WORDS[kind],
                "other": found.spoken(),
                "other_kind": KIND_WORDS[found.kind or "text"],
            }
            sentence = (
                _("%(name)s is %(kind)s, %(other)s is %(other_kind)s: they cannot be compared.") % facts
            )
            raise ConditionError(sentence, word.token.start)
        return Named(found)

    def summed(self, operand: Sum, left: Quantity, kind: Kind) -> Quantity:
        if kind == "number":
            return self.calculated(operand)
        days = _days(operand)
        if days is None or kind not in ("day", "moment"):
            sentence = _("Only numbers, and whole days after or before today, can be calculated with.")
            raise ConditionError(sentence, operand.token.start)
        if abs(days) > FARTHEST_DAYS:
            raise ConditionError(_("That day is too far away."), operand.token.start)
        return Today(days)

    def calculated(self, operand: Operand) -> Quantity:
        """A calculation with numbers and names of numbers."""
        if isinstance(operand, Sum):
            if _operations(operand) > MOST_OPERATIONS:
                raise ConditionError(_("This calculation is too long."), operand.token.start)
            return Calculated(operand.operator, self.calculated(operand.left), self.calculated(operand.right))
        if isinstance(operand, Word):
            found = self.named(operand)
            if found.kind == "number":
                return Named(found)
            facts = {"name": found.spoken(), "kind": KIND_WORDS[found.kind or "text"]}
            raise ConditionError(
                _("%(name)s is %(kind)s; only numbers can be calculated with.") % facts, operand.token.start
            )
        if operand.shape == "number":
            return Fixed(operand.value)
        raise ConditionError(
            _("“%(word)s” is no number; only numbers can be calculated with.") % {"word": operand.token.text},
            operand.token.start,
        )

    def day(self, operand: Literal, left: Quantity, kind: Kind) -> Quantity:
        if operand.shape == "today":
            return Today(0)
        found = _day(str(operand.value)) if operand.shape in ("string", "day") else None
        if found is None and kind == "moment" and operand.shape == "string":
            found = _instant(str(operand.value))
        if found is None:
            raise self.mismatch(operand, left, kind)
        return Fixed(found)

    def flag(self, operand: Literal, left: Quantity, kind: Kind) -> Quantity:
        if operand.shape == "flag":
            return Fixed(bool(operand.value))
        word = str(operand.value).casefold()
        if operand.shape != "string" or word not in YES | NO:
            raise self.mismatch(operand, left, kind)
        return Fixed(word in YES)

    def choice(self, operand: Literal, left: Quantity) -> Quantity:
        assert isinstance(left, Named)
        found = left.field.choice_named(str(operand.value))
        if found is not None:
            return Fixed(found.value)
        every = [choice.spoken() for choice in left.field.choices]
        facts = {"name": left.field.spoken(), "word": operand.value, "choices": _(", ").join(every)}
        sentence = _("“%(word)s” is no value of %(name)s. Its values: %(choices)s.") % facts
        raise ConditionError(sentence, operand.token.start, every)

    def mismatch(self, operand: Literal, left: Quantity, kind: Kind) -> ConditionError:
        facts = {"name": _shown(left), "kind": KIND_WORDS[kind], "word": str(operand.token.text)}
        sentence = _("%(name)s is %(kind)s, but %(word)s is not.") % facts
        return ConditionError(sentence, operand.token.start)


def _has_name(operand: Operand) -> bool:
    if isinstance(operand, Sum):
        return _has_name(operand.left) or _has_name(operand.right)
    return isinstance(operand, Word)


def _operations(operand: Operand) -> int:
    if not isinstance(operand, Sum):
        return 0
    return 1 + _operations(operand.left) + _operations(operand.right)


def _has_fraction(values: tuple[Quantity, ...]) -> bool:
    return any(isinstance(value, Fixed) and isinstance(value.value, float) for value in values)


def _days(operand: Operand) -> int | None:
    """How many days after today `today + 3` is; None when it is something else."""
    if isinstance(operand, Literal):
        return 0 if operand.shape == "today" else None
    if not isinstance(operand, Sum) or operand.operator not in "+-":
        return None
    start, step = _days(operand.left), operand.right
    if (
        start is None
        or not isinstance(step, Literal)
        or not isinstance(step.value, int)
        or step.shape != "number"
    ):
        return None
    return start + step.value if operand.operator == "+" else start - step.value


def _day(text: str) -> date | None:
    plain = text.strip().replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-")
    try:
        year, month, day = (int(part) for part in plain.split("-"))
        return date(year, month, day)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
        return timezone.make_aware(found) if timezone.is_naive(found) else found
    except (ValueError, OverflowError):
        return None


def _shown(quantity: Quantity) -> str:
    return quantity.field.spoken() if isinstance(quantity, Named) else _("the calculation")


def _operator_word(operator: str) -> str:
    return "is empty" if operator == "empty" else operator
