"""Task groups of the command structure, their posts, and who holds them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fugong.access.models import User
from fugong.campaigns.models import Campaign


class TaskGroup(models.Model):
    """A task group of the command structure (专项组), from the pack."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    key = models.SlugField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    duties = models.TextField(_("duties"), blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    stands_from = models.DateField(_("stands from"), null=True)
    stands_to = models.DateField(_("stands to"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "key"], name="task_group_once")]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post of the command structure: it has a holder or shows vacant."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(TaskGroup, null=True, on_delete=models.CASCADE, related_name="posts")
    key = models.SlugField(max_length=60)
    title = models.CharField(pgettext_lazy("of a post", "title"), max_length=80)
    duties = models.TextField(_("duties"), blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "key"], name="post_once")]

    def __str__(self) -> str:
        return self.title


class Holding(models.Model):
    """Who holds a post, from one day to another."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="holdings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post"], condition=Q(to_on__isnull=True), name="post_held_once"),
        ]

    def __str__(self) -> str:
        return f"{self.post}: {self.user}"
