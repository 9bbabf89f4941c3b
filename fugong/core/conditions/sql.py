"""Compiles a condition to one `Q`: unknown values are never true, also under `not`, on every database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any, TypeVar

from django.db.models import (
    Case,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.fields import BooleanField
from django.db.models.functions import Cast, NullIf, Right, StrIndex
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

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
    fields_in,
    resolved,
    start_of,
)
from fugong.core.conditions.vocabulary import Field, Moment

UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ASCII_LOWER = str.maketrans(UPPER, UPPER.lower())
LOOKUPS: dict[str, Any] = {
    "=": Exact,
    ">": GreaterThan,
    ">=": GreaterThanOrEqual,
    "<": LessThan,
    "<=": LessThanOrEqual,
}
M = TypeVar("M", bound=Model)
SUFFIXES = {"=": "", ">": "__gt", ">=": "__gte", "<": "__lt", "<=": "__lte", "in": "__in"}


class AsciiLower(Func):
    """Lower case of A-Z only, on SQLite (which knows no other) and PostgreSQL (whatever its locale) alike."""

    function = "LOWER"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"translate(%(expressions)s, '{UPPER}', '{UPPER.lower()}')"
        return super().as_sql(compiler, connection, template=template, **context)


def query_of(bound: Bound, moment: Moment, wanted: bool = True) -> Q:
    """The rows for which the condition is certainly true (or, with `wanted=False`, certainly false).

    `not` is carried down to the comparisons, so that three-valued logic is that of SQL and no NULL slips in
    through Django's negation. So the `Q` is for a filter, not for a `~`. A comparison that must be true needs
    no "has a value" beside it (a measure would be computed twice), except that of numbers: Django takes a bound
    outside a column's range for always true.
    """
    if isinstance(bound, Negation):
        return query_of(bound.part, moment, not wanted)
    if isinstance(bound, AllOf | AnyOf):
        join = and_ if isinstance(bound, AllOf) == wanted else or_
        return reduce(join, (query_of(part, moment, wanted) for part in bound.parts))
    core = _core(bound, moment)
    if bound.operator == "empty" or bound.kind == "member" or (wanted and bound.kind != "number"):
        return core if wanted else ~core
    return _known(bound) & (core if wanted else ~core)


def _known(test: Test) -> Q:
    """Every field of the comparison has a value."""
    found = Q()
    for quantity in (test.left, *test.right):
        for field in fields_in(quantity):
            if field.is_nullable:
                found &= Q(**{f"{field.key}__isnull": False})
    return found


def _core(test: Test, moment: Moment) -> Q:
    if test.operator == "empty":
        return _empty(test, moment)
    if test.kind == "member":
        return member_query(test, moment)
    if test.kind == "moment" and isinstance(test.left, Named) and not isinstance(test.right[0], Named):
        return _moment(test.left.field, test.operator, resolved(test.right[0], moment))
    if test.operator in ("~", "startswith", "endswith"):
        return _matching(test, moment)
    if test.kind == "number" and not _is_plain(test):
        return Q(LOOKUPS[test.operator](_number(test.left), _number(test.right[0])))
    assert isinstance(test.left, Named)
    return Q(**{test.left.field.key + SUFFIXES[test.operator]: _right(test, moment)})


def _empty(test: Test, moment: Moment) -> Q:
    assert isinstance(test.left, Named)
    field = test.left.field
    if field.any_member:
        return ~field.any_member(moment)
    found = Q(**{f"{field.key}__isnull": True})
    is_text = field.kind == "text" or (field.kind == "choice" and not _has_numbers(field))
    return found | Q(**{field.key: ""}) if is_text else found


def _has_numbers(field: Field) -> bool:
    return any(isinstance(choice.value, int) for choice in field.choices)


def member_query(test: Test, moment: Moment) -> Q:
    """The rows that are a member of what the comparison names."""
    if test.operator == "empty":
        return _empty(test, moment)
    assert isinstance(test.left, Named) and test.left.field.member
    return test.left.field.member(str(resolved(test.right[0], moment)), moment)


def member_flag(test: Test, moment: Moment) -> Combinable:
    """The same as a column of the row."""
    found = Case(When(member_query(test, moment), then=Value(True)), default=Value(False))
    return ExpressionWrapper(found, output_field=BooleanField())


def _moment(field: Field, operator: str, value: Any) -> Q:
    """A moment against an instant, or against a day: then the whole day counts."""
    if isinstance(value, datetime) or not isinstance(value, date):
        return Q(**{field.key + SUFFIXES[operator]: value})
    first, after = start_of(value), start_of(value + timedelta(days=1))
    if operator == "=":
        return Q(**{f"{field.key}__gte": first, f"{field.key}__lt": after})
    edge = after if operator in (">", "<=") else first
    return Q(**{field.key + ("__gte" if operator in (">", ">=") else "__lt"): edge})


def _matching(test: Test, moment: Moment) -> Q:
    """Text in text, without regard to the case of A-Z."""
    assert isinstance(test.left, Named)
    where = AsciiLower(Cast(F(test.left.field.key), TextField()))
    text = str(resolved(test.right[0], moment)).translate(ASCII_LOWER)
    sought = Value(text, output_field=TextField())
    if test.operator == "endswith":
        return Q(Exact(Right(where, len(text)), sought))
    position = StrIndex(where, sought)
    return Q(Exact(position, 1)) if test.operator == "startswith" else Q(GreaterThan(position, 0))


def _is_plain(test: Test) -> bool:
    """A column against whole numbers needs no calculation and can use its index."""
    return isinstance(test.left, Named) and all(
        isinstance(value, Fixed) and isinstance(value.value, int) for value in test.right
    )


def _number(quantity: Quantity) -> Combinable:
    """Numbers as floating point, as every database and Python compute alike; a division by 0 is unknown."""
    if isinstance(quantity, Named):
        return Cast(F(quantity.field.key), FloatField())
    if isinstance(quantity, Fixed):
        return Cast(Value(float(quantity.value)), FloatField())  # type: ignore[arg-type]
    assert isinstance(quantity, Calculated)
    left, right = _number(quantity.left), _number(quantity.right)
    if quantity.operator == "/":
        right = NullIf(right, Cast(Value(0.0), FloatField()))
    made = {"+": left + right, "-": left - right, "*": left * right, "/": left / right}[quantity.operator]
    return ExpressionWrapper(made, output_field=FloatField())


def _right(test: Test, moment: Moment) -> Any:
    if test.operator == "in":
        return [resolved(value, moment) for value in test.right]
    right = test.right[0]
    return F(right.field.key) if isinstance(right, Named) else resolved(right, moment)


def measures_of(fields: Sequence[Field], moment: Moment) -> dict[str, Combinable]:
    """The annotations that the fields need."""
    return {field.name: field.expression(moment) for field in fields if field.expression}


def annotated(queryset: QuerySet[M], wanted: Mapping[str, Combinable]) -> QuerySet[M]:
    """The queryset with the annotations that it does not have yet."""
    known = queryset.query.annotations
    made: QuerySet[M] = queryset.annotate(**{key: found for key, found in wanted.items() if key not in known})
    return made
