"""Questions about areas: where a person begins, what lies below, what came before and after."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from fugong.territory.models import Area, AreaQuerySet


def tops(user: Any) -> AreaQuerySet:
    """The areas where this person begins: those of the postings, for an administrator the tops of the tree."""
    if user.administers_everything:
        return Area.objects.filter(parent__isnull=True)
    return Area.objects.filter(path__in=user.area_paths())


def matching(areas: QuerySet[Area], words: str) -> QuerySet[Area]:
    """Areas by a part of the name or the beginning of the official code."""
    return areas.filter(Q(name__contains=words) | Q(code__startswith=words))


def ancestors(area: Area) -> QuerySet[Area]:
    """The areas above, from the top down; one query by the parts of the path."""
    steps = area.path.strip("/").split("/")[:-1]
    paths = ["/".join(steps[: count + 1]) + "/" for count in range(len(steps))]
    return Area.objects.filter(path__in=paths).order_by("depth")


def counts_below(area: Area) -> dict[str, int]:
    """How many current areas of each kind lie below; one grouped query over the range of the path."""
    rows = Area.objects.below(area.path).filter(valid_to__isnull=True).exclude(pk=area.pk)
    return dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))


def children(area: Area, with_ended: bool) -> QuerySet[Area]:
    """The areas directly below with their outlines, by code and name."""
    rows = area.children.all() if with_ended else area.children.filter(valid_to__isnull=True)
    return (
        rows.annotate(below=Count("children"))
        .prefetch_related("outline")
        .order_by("kind", "code", "name", "pk")
    )
