"""Days as people ask for them, and whole days between a column and a day, the same on every database."""

from datetime import date, datetime, time
from typing import Any

from django.db.models import DateField, Func, IntegerField, Value
from django.db.models.expressions import Combinable
from django.utils import timezone


class DaysBetween(Func):
    """`to - from` in whole days; unknown where either is."""

    output_field = IntegerField()
    arity = 2

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="CAST(julianday(%(expressions)s) AS INTEGER)",
            arg_joiner=") - julianday(",
            **context,
        )

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="((%(expressions)s))", arg_joiner=")::date - (", **context
        )


def days_between(begin: Combinable, end: date) -> Combinable:
    """Whole days from the value of an expression to a fixed day."""
    return DaysBetween(Value(end, output_field=DateField()), begin)


def day_asked(text: str, today: date) -> date:
    """The day that an address asks for in ISO form; today where it asks for none, for nonsense or for the future."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return min(day, today)


def standing_at(day: date, now: datetime) -> datetime:
    """The moment for which a day's figures hold: now for today, else the last instant of the day."""
    if day >= timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.combine(day, time.max))
