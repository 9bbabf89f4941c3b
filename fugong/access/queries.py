"""Questions about access."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from fugong.access.models import Reveal
from fugong.territory.models import Area


def assignable_areas(campaign: Any) -> QuerySet[Area]:
    """The areas a posting may name: those of the campaign's area and below, else every current area above the villages."""
    current = Area.objects.filter(valid_to__isnull=True).order_by("path")
    return current.below(campaign.area.path) if campaign else current.filter(depth__lte=4)


def reveals_in_reach(user: Any, campaign: Any) -> QuerySet[Reveal]:
    """Values revealed in the campaign, newest first."""
    return (
        Reveal.objects.filter(campaign_id=getattr(campaign, "pk", None))
        .select_related("by")
        .order_by("-at", "-pk")
    )
