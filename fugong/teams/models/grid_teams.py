"""Grid teams (1+X) and their members by role."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.roles import CHOICES
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.territory.models import Area


class ByAreaQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> ByAreaQuerySet:
        return self.filter(within_postings(user))


class GridTeam(ScopedModel):
    """The team of one grid or village (1+X): health professionals guide stationed officers."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)

    objects = ScopedManager.from_queryset(ByAreaQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["campaign", "area"], name="grid_team_once")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person in a grid team in one of its roles, from one day to another."""

    team = models.ForeignKey(GridTeam, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=20, choices=CHOICES)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user", "role"], condition=Q(to_on__isnull=True), name="member_in_role_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.team}: {self.user}"
