"""Which of several conditions an enterprise meets first; for checklists and cadences, in one query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from fugong.core.conditions import Moment, compile_condition
from fugong.enterprises.models import Enterprise


def first_met(ledger: QuerySet[Enterprise], texts: Iterable[str], moment: Moment) -> QuerySet[Any]:
    """The enterprises that meet one of the conditions, with `met`: the number (from 0) of the first that they meet."""
    rows: QuerySet[Any] = ledger
    asked = []
    for number, condition in enumerate(texts):
        query, needed = compile_condition(condition, Enterprise, moment)
        known = rows.query.annotations
        rows = rows.annotate(**{name: made for name, made in needed.items() if name not in known})
        asked.append(When(query if query else Q(pk__isnull=False), then=Value(number)))
    if not asked:
        return rows.none()
    met: QuerySet[Any] = rows.annotate(met=Case(*asked, output_field=IntegerField()))
    return met.filter(met__isnull=False).order_by()
