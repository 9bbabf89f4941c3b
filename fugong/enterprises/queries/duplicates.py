"""Entries of the ledger that may be one enterprise entered twice; a person decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db.models import Q, QuerySet

from fugong.enterprises.models import Enterprise, NotDuplicate
from fugong.enterprises.queries.areas import Gazetteer

# A name that only begins or ends another must have so many signs to say anything, and the rest at most so many:
# 煜沐农业 and 煜沐农业专业合作社 may be one, 煜沐 and 煜沐五金制品机械 rather not.
LEAST_NAME, MOST_REST = 4, 6
# Places 9 to 17 of a credit code are the organisation's own number (GB 32100-2015); the rest is the registrar's.
ORGANISATION = slice(8, 17)
# More entries than this under one name are a chain of shops, not one shop entered again and again.
MOST_ALIKE = 6


@dataclass(frozen=True)
class Pair:
    """Two entries by number, the older first, and why they look alike: "code", "name" or "part"."""

    first: int
    second: int
    why: str


@dataclass(frozen=True)
class _Row:
    pk: int
    name: str
    code: str
    area_id: int


def duplicates(enterprises: QuerySet[Enterprise], gazetteer: Gazetteer) -> list[Pair]:
    """Pairs among the given (scoped, unmerged) enterprises, the surest first. Two queries in all."""
    columns = ("pk", "normalised_name", "credit_code", "area_id")
    rows = [
        _Row(pk, name, code or "", area)
        for pk, name, code, area in enterprises.values_list(*columns).order_by("pk")
    ]
    apart = set(NotDuplicate.objects.filter(_both_in(enterprises)).values_list("first_id", "second_id"))
    found: dict[tuple[int, int], Pair] = {}
    for why, pairs in (
        ("code", _same_organisation(rows)),
        ("name", _same_name(rows, gazetteer)),
        ("part", _part_of_name(rows, gazetteer)),
    ):
        for one, other in pairs:
            first, second = sorted((one.pk, other.pk))
            if (first, second) not in apart:
                found.setdefault((first, second), Pair(first, second, why))
    return list(found.values())


def _both_in(enterprises: QuerySet[Enterprise]) -> Q:
    keys: QuerySet[Any, Any] = enterprises.order_by().values("pk")
    return Q(first__in=keys, second__in=keys)


def _groups(rows: Iterable[_Row], key: Any) -> Iterator[list[_Row]]:
    groups: dict[Any, list[_Row]] = defaultdict(list)
    for row in rows:
        if value := key(row):
            groups[value].append(row)
    return (group for group in groups.values() if 1 < len(group) <= MOST_ALIKE)


def _same_organisation(rows: list[_Row]) -> Iterator[tuple[_Row, _Row]]:
    for group in _groups(rows, lambda row: row.code[ORGANISATION]):
        yield from combinations(group, 2)


def _same_name(rows: list[_Row], gazetteer: Gazetteer) -> Iterator[tuple[_Row, _Row]]:
    for group in _groups(rows, lambda row: row.name):
        for one, other in combinations(group, 2):
            if gazetteer.is_same_place(one.area_id, other.area_id):
                yield one, other


def _forwards(row: _Row) -> str:
    return row.name


def _backwards(row: _Row) -> str:
    return row.name[::-1]


def _part_of_name(rows: list[_Row], gazetteer: Gazetteer) -> Iterator[tuple[_Row, _Row]]:
    """One name begins or ends another, in the same place, and not both have a credit code (they would differ)."""
    long_enough = [row for row in rows if len(row.name) >= LEAST_NAME]
    for spelt in (_forwards, _backwards):
        ordered = sorted(long_enough, key=spelt)
        for place, short in enumerate(ordered):
            for long in ordered[place + 1 :]:
                if not spelt(long).startswith(spelt(short)):
                    break
                rest = len(long.name) - len(short.name)
                is_likely = 0 < rest <= MOST_REST and not (short.code and long.code)
                if is_likely and gazetteer.is_same_place(short.area_id, long.area_id):
                    yield short, long
