"""Says why a row meets a condition: the comparisons that make it true, with the row's own values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.core.conditions.binding import (
    AllOf,
    AnyOf,
    Bound,
    Calculated,
    Fixed,
    Named,
    Negation,
    Quantity,
    Test,
    Today,
    bind,
    fields_of,
    is_blank,
    resolved,
    tests_of,
)
from fugong.core.conditions.sql import annotated, measures_of, member_flag, query_of
from fugong.core.conditions.truth import Row, member_slot, truth, value_of
from fugong.core.conditions.vocabulary import Choice, Field, Moment

OPPOSITE = {">": "≤", ">=": "<", "<": "≥", "<=": ">"}
SIGN = {">": ">", ">=": "≥", "<": "<", "<=": "≤"}


def why(text: str, row: models.Model, moment: Moment) -> str:
    """Why the row meets the condition, in the active language; empty when it does not, or nothing is asked.

    Values that the row does not carry (measures, related columns, memberships) come with one query.
    """
    if is_blank(text):
        return ""
    bound = bind(text, type(row))
    source = _Source(bound, moment)
    values, missing = source.carried(row)
    if missing:
        found = type(row)._base_manager.filter(pk=row.pk)
        fetched = next(source.rows(found), None)
        if fetched is None:
            return ""
        values = fetched[1]
    return _sentence(bound, values, moment)


def why_many(text: str, queryset: models.QuerySet[Any], moment: Moment) -> dict[Any, str]:
    """By primary key, why each row of the queryset that meets the condition does so. One query."""
    if is_blank(text):
        return {}
    bound = bind(text, queryset.model)
    source = _Source(bound, moment)
    chosen = source.annotated(queryset).filter(query_of(bound, moment))
    found = {key: _sentence(bound, values, moment) for key, values in source.rows(chosen)}
    return {key: sentence for key, sentence in found.items() if sentence}


@dataclass
class _Source:
    """Fetches what a condition needs of each row."""

    bound: Bound
    moment: Moment

    def __post_init__(self) -> None:
        self.fields = [field for field in fields_of(self.bound) if field.kind != "member"]
        self.members: dict[tuple[str, str], Test] = {}
        for test in tests_of(self.bound):
            if test.kind == "member":
                self.members.setdefault(member_slot(test), test)

    def carried(self, row: models.Model) -> tuple[dict[Any, Any], bool]:
        """The values that the row has with it, and whether others are missing."""
        values = {
            field.name: getattr(row, field.key)
            for field in self.fields
            if "__" not in field.key and (not field.expression or field.key in row.__dict__)
        }
        return values, bool(self.members) or len(values) < len(self.fields)

    def annotated(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return annotated(queryset, measures_of(self.fields, self.moment))

    def rows(self, queryset: models.QuerySet[Any]) -> Iterator[tuple[Any, dict[Any, Any]]]:
        """Primary key and values of each row, with one query."""
        aliases = {f"condition_member_{number}": test for number, test in enumerate(self.members.values())}
        asked = self.annotated(queryset).annotate(
            **{alias: member_flag(test, self.moment) for alias, test in aliases.items()}
        )
        slots = [*(field.name for field in self.fields), *self.members]
        columns = [*(field.key for field in self.fields), *aliases]
        for key, *values in asked.values_list("pk", *columns):
            yield key, dict(zip(slots, values, strict=True))


def _sentence(bound: Bound, row: Row, moment: Moment) -> str:
    if truth(bound, row, moment) is not True:
        return ""
    return _(", and ").join(dict.fromkeys(_facts(bound, row, moment, True)))


def _facts(bound: Bound, row: Row, moment: Moment, wanted: bool) -> Iterator[str]:
    """The comparisons that make the condition true (or, unwanted, false); of an `or` only those branches."""
    if isinstance(bound, Negation):
        yield from _facts(bound.part, row, moment, not wanted)
    elif isinstance(bound, AllOf | AnyOf):
        for part in bound.parts:
            if truth(part, row, moment) is wanted:
                yield from _facts(part, row, moment, wanted)
    else:
        yield fact(bound, row, moment, wanted)


def fact(test: Test, row: Row, moment: Moment, wanted: bool) -> str:
    """One comparison with the row's value: "head count 412 ≥ 300"."""
    name = _name(test.left)
    if test.kind == "member":
        return _member_fact(test, name, wanted)
    value = value_of(test.left, row, moment)
    if test.operator == "empty":
        return _filled_fact(test, name, value, wanted)
    facts = {
        "name": name,
        "value": _spoken(test.left, value),
        "other": _(", ").join(_right(test, quantity, row, moment) for quantity in test.right),
    }
    if test.operator in SIGN:
        sign = SIGN[test.operator] if wanted else OPPOSITE[test.operator]
        return _("%(name)s %(value)s %(sign)s %(other)s") % {**facts, "sign": sign}
    return _words_of(test, wanted) % facts


def _words_of(test: Test, wanted: bool) -> str:
    if test.operator == "=" and wanted:
        is_same_for_all = isinstance(test.right[0], Fixed) and test.kind != "moment"
        return _("%(name)s is %(value)s") if is_same_for_all else _("%(name)s %(value)s is %(other)s")
    if test.operator == "=" and test.kind == "flag":
        return _("%(name)s is %(value)s")
    sentences = {
        ("=", False): _("%(name)s is %(value)s, not %(other)s"),
        ("in", True): _("%(name)s is %(value)s, one of: %(other)s"),
        ("in", False): _("%(name)s is %(value)s, none of: %(other)s"),
        ("~", True): _("%(name)s %(value)s contains %(other)s"),
        ("~", False): _("%(name)s %(value)s does not contain %(other)s"),
        ("startswith", True): _("%(name)s %(value)s begins with %(other)s"),
        ("startswith", False): _("%(name)s %(value)s does not begin with %(other)s"),
        ("endswith", True): _("%(name)s %(value)s ends with %(other)s"),
        ("endswith", False): _("%(name)s %(value)s does not end with %(other)s"),
    }
    return sentences[test.operator, wanted]


def _member_fact(test: Test, name: str, wanted: bool) -> str:
    if test.operator == "empty":
        return (_("%(name)s has no entry") if wanted else _("%(name)s has an entry")) % {"name": name}
    assert isinstance(test.left, Named) and isinstance(test.right[0], Fixed)
    facts = {"name": name, "other": _choice_or_text(test.left.field, test.right[0].value)}
    sentence = _("%(name)s includes %(other)s") if wanted else _("%(name)s does not include %(other)s")
    return sentence % facts


def _filled_fact(test: Test, name: str, value: Any, wanted: bool) -> str:
    if wanted:
        return _("%(name)s is not filled in") % {"name": name}
    return _("%(name)s is filled in: %(value)s") % {"name": name, "value": _spoken(test.left, value)}


def _right(test: Test, quantity: Quantity, row: Row, moment: Moment) -> str:
    """The other side; a name or a calculation shows what it is and its value for this row."""
    if isinstance(quantity, Fixed):
        return _spoken(test.left, quantity.value)
    value = _plain(value_of(quantity, row, moment))
    if isinstance(quantity, Today):
        return _("%(value)s (%(other)s)") % {"value": value, "other": _today(quantity.days)}
    if isinstance(quantity, Calculated):
        return _("%(name)s = %(value)s") % {"name": _calculation(quantity, row, moment), "value": value}
    return _("%(name)s %(value)s") % {"name": quantity.field.spoken(), "value": value}


def _today(days: int) -> str:
    if not days:
        return _("today")
    return (_("today + %(days)d") if days > 0 else _("today − %(days)d")) % {"days": abs(days)}


def _calculation(quantity: Quantity, row: Row, moment: Moment) -> str:
    """`head count 80 × 0.5`"""
    if isinstance(quantity, Calculated):
        sign = {"*": "×", "/": "÷", "-": "−"}.get(quantity.operator, quantity.operator)
        left = _calculation(quantity.left, row, moment)
        right = _calculation(quantity.right, row, moment)
        return f"({left} {sign} {right})" if quantity.operator in "+-" else f"{left} {sign} {right}"
    if isinstance(quantity, Named):
        return _("%(name)s %(value)s") % {"name": _name(quantity), "value": _plain(row[quantity.field.name])}
    return _plain(resolved(quantity, moment))


def _name(quantity: Quantity) -> str:
    if isinstance(quantity, Calculated):
        left, right = _name(quantity.left), _name(quantity.right)
        return f"{left} {({'*': '×', '/': '÷', '-': '−'}).get(quantity.operator, '+')} {right}"
    return quantity.field.spoken() if isinstance(quantity, Named) else _plain(getattr(quantity, "value", ""))


def _spoken(side: Quantity, value: Any) -> str:
    """A value of the kind of this side, as people say it."""
    if isinstance(side, Named):
        return _choice_or_text(side.field, value)
    return _plain(value)


def _choice_or_text(field: Field, value: Any) -> str:
    choice: Choice | None = field.choice(value) if field.choices else None
    if choice is not None:
        return choice.spoken()
    return _("“%(text)s”") % {"text": value} if isinstance(value, str) else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float | Decimal):
        return f"{float(value):.4f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)
