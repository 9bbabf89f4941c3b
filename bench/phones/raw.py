"""The raw limit: the rows that the visits left, put into the same tables by bare INSERTs, a commit for each visit."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import connection

from bench.phones.counting import Count

Row = tuple[str, tuple[Any, ...]]


def rows_of(count: Count) -> list[list[Row]]:
    """For each visit its statements with their values, in an order that the foreign keys allow."""
    from fugong.core.models import Command, Event
    from fugong.issues.models import Issue, Step
    from fugong.visits.models import Finding, Visit, VisitPhoto

    found: dict[int, list[Row]] = defaultdict(list)
    numbers = list(count.new(Visit).values_list("pk", flat=True))
    of_issue = dict(count.new(Issue).values_list("pk", "origin_id"))
    of_step = dict(Step._base_manager.filter(issue__in=of_issue).values_list("pk", "issue"))
    of_event = dict(count.new(Event).filter(target="visits.visit").values_list("pk", "target_id"))
    of_event |= {
        pk: of_issue[issue]
        for pk, issue in count.new(Event).filter(target="issues.issue").values_list("pk", "target_id")
        if issue in of_issue
    }
    parts: list[tuple[Any, dict[Any, int]]] = [
        (Visit, {pk: pk for pk in numbers}),
        (Issue, of_issue),
        (Step, {pk: of_issue[issue] for pk, issue in of_step.items()}),
        (Finding, dict(count.new(Finding).values_list("pk", "visit"))),
        (VisitPhoto, dict(count.new(VisitPhoto).values_list("pk", "visit"))),
        (Event, of_event),
        (Command, dict(_commands(Command))),
    ]
    for model, belonging in parts:
        statement, rows = _stored(model)
        for pk, row in rows:
            if pk in belonging:
                found[belonging[pk]].append((statement, row))
    return [found[number] for number in numbers]


def _commands(model: Any) -> Iterator[tuple[Any, int]]:
    """The number of each visit's command, as the database keeps it, with the number of the visit."""
    for key, location in model.objects.filter(path__startswith="/visits/at/").values_list("key", "location"):
        if found := re.fullmatch(r"/visits/(\d+)/done/", location):
            yield (key.hex if connection.vendor == "sqlite" else key), int(found[1])


def _stored(model: Any) -> tuple[str, list[tuple[Any, tuple[Any, ...]]]]:
    """The INSERT of a table and its rows by their number, with the values as the database gives them."""
    columns = [model._meta.pk.column]
    columns += [field.column for field in model._meta.concrete_fields if field.column != columns[0]]
    names = ", ".join(f'"{name}"' for name in columns)
    mark = "?" if connection.vendor == "sqlite" else "%s"
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {names} FROM "{table}"')
        rows = [(row[0], tuple(row)) for row in cursor.fetchall()]
    marks = ", ".join([mark] * len(columns))
    return f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows


def inserted(visits: list[list[Row]]) -> tuple[float, float]:
    """Seconds and CPU seconds of writing it all by one writer on the driver's own connection."""
    connection.ensure_connection()
    driver: Any = connection.connection
    begin = "BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN"
    began, cpu = time.perf_counter(), time.process_time()
    for rows in visits:
        driver.execute(begin)
        for statement, values in rows:
            driver.execute(statement, values)
        driver.execute("COMMIT")
    return time.perf_counter() - began, time.process_time() - cpu
