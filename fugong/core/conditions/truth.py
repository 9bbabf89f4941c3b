"""Decides in Python, for one row's values, what the database decides for all rows: true, false or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

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
    resolved,
    start_of,
)
from fugong.core.conditions.sql import ASCII_LOWER
from fugong.core.conditions.vocabulary import Moment

# A row's values by slot: a field's name, or `member_slot` of a membership.
Row = Mapping[Any, Any]


def member_slot(test: Test) -> tuple[str, str]:
    """Where a row keeps whether it is a member of what the comparison names."""
    assert isinstance(test.left, Named)
    value = test.right[0] if test.right else None
    return test.left.field.name, str(value.value) if isinstance(value, Fixed) else ""


def truth(bound: Bound, row: Row, moment: Moment) -> bool | None:
    """True, False, or None where a value that would decide it is unknown: the three values of SQL."""
    if isinstance(bound, Negation):
        inner = truth(bound.part, row, moment)
        return None if inner is None else not inner
    if isinstance(bound, AllOf | AnyOf):
        deciding = isinstance(bound, AnyOf)
        found = [truth(part, row, moment) for part in bound.parts]
        if deciding in found:
            return deciding
        return None if None in found else not deciding
    if bound.kind == "member":
        return bool(row[member_slot(bound)])
    return _tested(bound, row, moment)


def value_of(quantity: Quantity, row: Row, moment: Moment) -> Any:
    """The value of one side of a comparison for a row; None where it is unknown."""
    if isinstance(quantity, Named):
        return row[quantity.field.name]
    if not isinstance(quantity, Calculated):
        return resolved(quantity, moment)
    left, right = value_of(quantity.left, row, moment), value_of(quantity.right, row, moment)
    if left is None or right is None:
        return None
    left, right = float(left), float(right)
    if quantity.operator == "/":
        return left / right if right else None
    return {"+": left + right, "-": left - right, "*": left * right}[quantity.operator]


def _tested(test: Test, row: Row, moment: Moment) -> bool | None:
    left = value_of(test.left, row, moment)
    if test.operator == "empty":
        return left is None or left == ""
    values = [value_of(quantity, row, moment) for quantity in test.right]
    if left is None or None in values:
        return None
    if test.operator == "in":
        return left in values
    return _holds(left, test.operator, values[0])


def _holds(left: Any, operator: str, right: Any) -> bool:
    if operator in ("~", "startswith", "endswith"):
        return _matches(str(left), operator, str(right))
    if isinstance(left, datetime) and not isinstance(right, datetime):
        return _holds_on_day(left, operator, right)
    if isinstance(left, float) or isinstance(right, float):
        left, right = float(left), float(right)
    return _ordered(left, operator, right)


def _ordered(left: Any, operator: str, right: Any) -> bool:
    if operator == "=":
        return bool(left == right)
    if operator in (">", "<="):
        return bool(left > right) == (operator == ">")
    return bool(left < right) == (operator == "<")


def _matches(text: str, operator: str, sought: str) -> bool:
    text, sought = text.translate(ASCII_LOWER), sought.translate(ASCII_LOWER)
    if operator == "startswith":
        return text.startswith(sought)
    return text.endswith(sought) if operator == "endswith" else sought in text


def _holds_on_day(instant: datetime, operator: str, day: date) -> bool:
    """An instant against a day: the whole day counts, in the current time zone."""
    if operator == "=":
        return start_of(day) <= instant < start_of(day + timedelta(days=1))
    if operator in (">", "<="):
        return (instant >= start_of(day + timedelta(days=1))) == (operator == ">")
    return (instant < start_of(day)) == (operator == "<")
