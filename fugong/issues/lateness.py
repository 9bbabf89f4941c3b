"""Who is late: open, overdue, oldest, days to solve, come back, by department and by person (逾期)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Func, IntegerField, Min, Q, QuerySet

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


def by_department(issues: QuerySet[Issue], at: datetime) -> list[Late]:
    """Every department with something open or solved lately, the most overdue first. Two queries."""
    return _by("department", issues, at)


def by_person(issues: QuerySet[Issue], at: datetime) -> list[Late]:
    """Every handler, in the same way; the key is the user's number. Two queries."""
    return _by("handler_id", issues.filter(handler__isnull=False), at)


def _by(column: str, issues: QuerySet[Issue], at: datetime) -> list[Late]:
    overdue = Q(status__in=UNSOLVED, due_at__lt=at)
    standing = (
        issues.open()  # type: ignore[attr-defined]
        .order_by()
        .values_list(column)
        .annotate(
            open=Count("pk"),
            overdue=Count("pk", filter=overdue),
            oldest=Min("due_at", filter=overdue),
            reopened=Count("pk", filter=Q(reopened__gt=0)),
        )
    )
    found = {key: Late(key, *rest) for key, *rest in standing}
    for key, hours in _solved(column, issues, at).items():
        row = found.get(key, Late(key))
        found[key] = Late(
            key, row.open, row.overdue, row.oldest, row.reopened, sum(hours.values()), median_of(hours)
        )
    return sorted(found.values(), key=lambda row: (-row.overdue, -row.open, str(row.key)))


def _solved(column: str, issues: QuerySet[Issue], at: datetime) -> Mapping[Any, Mapping[int, int]]:
    """By key: how many issues took so many hours. Grouped in the database: as few rows as there are hours."""
    lately = issues.filter(solved_at__gte=at - LOOKED_BACK, solved_at__lte=at).order_by()
    counted = (
        lately.annotate(hours=HoursBetween("solved_at", "found_at"))
        .values_list(column, "hours")
        .annotate(n=Count("pk"))
    )
    found: dict[Any, dict[int, int]] = defaultdict(dict)
    for key, hours, n in counted:
        found[key][hours] = n
    return found


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
