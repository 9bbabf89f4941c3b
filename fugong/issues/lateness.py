"""Who is late: open, overdue, oldest, days to solve, come back, by department and by person (逾期)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, Func, IntegerField, JSONField, Min, Q, QuerySet

from fugong.access.models import User
from fugong.issues.models import Issue
from fugong.issues.rules import UNSOLVED

# Solved in so many days: what the median is taken of.
LOOKED_BACK = timedelta(days=14)


class HoursBetween(Func):
    """Whole hours from the second moment to the first, counted by the database itself."""

    output_field = IntegerField()
    arity = 2

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST((julianday(%(expressions)s)) * 24 AS INTEGER)"
        return super().as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "FLOOR(EXTRACT(EPOCH FROM (%(expressions)s)) / 3600)::integer"
        return super().as_sql(compiler, connection, template=template, arg_joiner=" - ", **context)


class Listed(Aggregate):
    """The values of a group in one list: a line for the group instead of one for each value."""

    function = "json_group_array"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, function="jsonb_agg", **context)


@dataclass(frozen=True)
class Late:
    """How one department, or one person, stands. `hours` is the median from found to solved of the last days."""

    key: Any
    open: int = 0
    overdue: int = 0
    oldest: datetime | None = None
    reopened: int = 0
    solved: int = 0
    hours: int | None = None

    @property
    def days(self) -> float | None:
        return None if self.hours is None else round(self.hours / 24, 1)


@dataclass(frozen=True)
class Counted:
    """By handler and department: how many are open, overdue, since when, re-opened; the hours to each solution."""

    standing: list[tuple[int | None, str, int, int, datetime | None, int]]
    solved: list[tuple[int | None, str, list[int]]]


def counted(issues: QuerySet[Issue], at: datetime) -> Counted:
    """Two queries, grouped in the database: as few lines as there are persons in departments."""
    # Counted by a column that the index holds and no row lacks: so no row is read.
    overdue = Q(status__in=UNSOLVED, due_at__lt=at)
    columns = ("handler_id", "department")
    standing = (
        issues.open()  # type: ignore[attr-defined]
        .order_by()
        .values_list(*columns)
        .annotate(
            open=Count("status"),
            overdue=Count("status", filter=overdue),
            oldest=Min("due_at", filter=overdue),
            reopened=Count("status", filter=Q(reopened__gt=0)),
        )
    )
    lately = issues.filter(solved_at__gte=at - LOOKED_BACK, solved_at__lte=at).order_by()
    hours = lately.values_list(*columns).annotate(hours=Listed(HoursBetween("solved_at", "found_at")))
    return Counted(list(standing), list(hours))


def by_department(found: Counted) -> list[Late]:
    """Every department with something open or solved lately, the most overdue first."""
    return _by(1, found)


def by_person(found: Counted) -> list[Late]:
    """Every handler, in the same way; the key is the user's number."""
    return [row for row in _by(0, found) if row.key is not None]


def _by(place: int, found: Counted) -> list[Late]:
    rows: dict[Any, Late] = {}
    for line in found.standing:
        key, (_handler, _department, count, overdue, oldest, reopened) = line[place], line
        row = rows.get(key, Late(key))
        first = min(filter(None, (row.oldest, oldest)), default=None)
        rows[key] = Late(key, row.open + count, row.overdue + overdue, first, row.reopened + reopened)
    hours: dict[Any, Counter[int]] = defaultdict(Counter)
    for group in found.solved:
        hours[group[place]].update(group[2])
    for key, counts in hours.items():
        rows[key] = replace(rows.get(key, Late(key)), solved=counts.total(), hours=median_of(counts))
    return sorted(rows.values(), key=lambda row: (-row.overdue, -row.open, str(row.key)))


def median_of(counted: Mapping[int, int]) -> int | None:
    """The middle value of {value: how often}; the lower one of two; None of nothing."""
    total, passed = sum(counted.values()), 0
    for value in sorted(counted):
        passed += counted[value]
        if 2 * passed >= total:
            return value
    return None


def names_of(rows: Sequence[Late]) -> dict[int, str]:
    """The names of the persons in the rows. One query."""
    return dict(User.objects.filter(pk__in=[row.key for row in rows]).values_list("pk", "name"))
