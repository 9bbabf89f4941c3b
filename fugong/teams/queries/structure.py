"""Questions about the command structure."""

from __future__ import annotations

from django.db.models import Prefetch

from fugong.campaigns.models import Campaign
from fugong.teams.models import Holding, Post, TaskGroup


def structure(campaign: Campaign) -> tuple[list[Post], list[TaskGroup]]:
    """The command structure: posts outside groups, and groups with their posts; each post has `.holders` (0 or 1)."""
    held = Prefetch(
        "holdings",
        queryset=Holding.objects.filter(to_on__isnull=True).select_related("user"),
        to_attr="holders",
    )
    posts = Post.objects.filter(campaign=campaign).order_by("order", "pk").prefetch_related(held)
    groups = TaskGroup.objects.filter(campaign=campaign).order_by("order", "pk")
    groups = groups.prefetch_related(Prefetch("posts", queryset=posts))
    return list(posts.filter(group__isnull=True)), list(groups)
