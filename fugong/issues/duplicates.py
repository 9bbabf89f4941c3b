"""Which open issues may be one: the same place, the same kind, and titles that read alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from django.db.models import QuerySet

from fugong.issues.models import Issue, NotSame
from fugong.issues.rules import likeness

# Pairs of neighbouring characters that two titles must share to be shown as one; while typing a little less is enough.
ALIKE, ALIKE_WHILE_TYPING = 0.5, 0.35
# So many open issues are compared, the newest first; of one place and kind so many.
MOST, MOST_OF_PLACE = 5_000, 60


@dataclass(frozen=True)
class Pair:
    """Two issues by number, the older first, and how alike they are (1: the same article or title)."""

    first: int
    second: int
    likeness: float


@dataclass(frozen=True)
class Row:
    """What is compared of an issue. `place` is its enterprise, or its area where it has none."""

    pk: int
    place: tuple[str, int]
    kind: str
    article: str
    title: str


def pairs(issues: QuerySet[Issue]) -> list[Pair]:
    """Pairs among the open ones of these issues that may be one, the surest first. Two queries."""
    columns = ("pk", "enterprise_id", "area_id", "kind", "article", "title")
    newest = issues.open().order_by("-pk").values_list(*columns)[:MOST]  # type: ignore[attr-defined]
    rows = [
        Row(pk, ("enterprise", firm) if firm else ("area", area), kind, article, title)
        for pk, firm, area, kind, article, title in newest
    ]
    found = alike(rows)
    apart = set(
        NotSame.objects.filter(first__in=[pair.first for pair in found]).values_list("first", "second")
    )
    return [pair for pair in found if (pair.first, pair.second) not in apart]


def alike(rows: Iterable[Row]) -> list[Pair]:
    """The pairs of one place and kind that share an article or read alike; pure."""
    blocks: dict[tuple[tuple[str, int], str], list[Row]] = defaultdict(list)
    for row in rows:
        blocks[row.place, row.kind].append(row)
    found = []
    for block in blocks.values():
        for one, other in combinations(sorted(block[:MOST_OF_PLACE], key=lambda row: row.pk), 2):
            same_article = bool(one.article) and one.article == other.article
            how = 1.0 if same_article else likeness(one.title, other.title)
            if how >= ALIKE and not (one.article and other.article and not same_article):
                found.append(Pair(one.pk, other.pk, how))
    return sorted(found, key=lambda pair: (-pair.likeness, -pair.second, pair.first))
