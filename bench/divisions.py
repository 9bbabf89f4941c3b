"""A national division list of 46,000 areas through the product, against a bare executemany of the same columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench import databases
from bench.measuring import Comparison, Side, compare

# Provinces, prefectures each, counties each, townships each: about as many as the country has.
PROVINCES, PREFECTURES, COUNTIES, TOWNSHIPS = 31, 11, 9, 14
INSERT = (
    "INSERT INTO bench_area (id, kind, code, code_edition, name, parent_id, path, depth)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)


def run() -> list[Comparison]:
    rows = list(made_up())
    plain = _plain(rows)
    ours = Side(
        "take in divisions", lambda: _take_in(rows), lambda taken: _check(taken, rows), databases.copied
    )
    peer = Side("executemany", lambda: _bare(plain), _check_bare, databases.copied)
    return [compare(f"division list of {len(rows):,} areas", ours, peer, rounds=5)]


def made_up() -> Iterator[Any]:
    """A list of four levels with made-up names and codes of the usual lengths (2, 4, 6 and 9 digits)."""
    from fugong.territory.actions import Division

    for p in range(PROVINCES):
        province = f"{11 + p:02d}"
        yield Division(province, f"第{p + 1}省", "province", "")
        for f in range(PREFECTURES):
            prefecture = f"{province}{f + 1:02d}"
            yield Division(prefecture, f"第{f + 1}市", "prefecture", province)
            for c in range(COUNTIES):
                county = f"{prefecture}{c + 1:02d}"
                yield Division(county, f"第{c + 1}县", "county", prefecture)
                for t in range(TOWNSHIPS):
                    yield Division(f"{county}{t + 1:03d}", f"第{t + 1}镇", "township", county)


def _take_in(rows: list[Any]) -> Any:
    from fugong.territory.actions import take_in_divisions

    return take_in_divisions(rows=rows, edition="bench", on=date(2020, 1, 1), by=None, at=timezone.now())


def _check(taken: Any, rows: list[Any]) -> None:
    from fugong.territory.models import Area

    assert taken.new == len(rows) == Area.objects.count()
    assert Area.objects.filter(parent__isnull=True).count() == PROVINCES
    leaf = Area.objects.select_related("parent").get(code=rows[-1].code)
    assert leaf.parent is not None and leaf.parent.code == rows[-1].parent_code
    assert leaf.parent.contains(leaf)


def _plain(rows: list[Any]) -> list[tuple[Any, ...]]:
    numbers = {row.code: number for number, row in enumerate(rows, start=1)}
    return [
        (
            numbers[row.code],
            row.level,
            row.code,
            "bench",
            row.name,
            numbers.get(row.parent_code),
            row.code,
            len(row.code),
        )
        for row in rows
    ]


def _bare(plain: list[tuple[Any, ...]]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_area (id bigint PRIMARY KEY, kind text, code text, code_edition text, name text,"
            " parent_id bigint, path text UNIQUE, depth integer)"
        )
        cursor.executemany(INSERT, plain)
    return len(plain)


def _check_bare(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_area")
        assert cursor.fetchone()[0] == count
