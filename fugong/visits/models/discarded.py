"""What officers put away on their phones after the server had refused it, each with its reason."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area
from fugong.visits.rules import Unsent


class DiscardedQuerySet(models.QuerySet["Discarded"]):
    def visible_to(self, user: Any) -> DiscardedQuerySet:
        if not user.is_authenticated:
            return self.none()
        return self.filter(within_postings(user) | Q(officer_id=user.pk))


class Discarded(ScopedModel):
    """A filled form that was refused and not needed any more (作废). What it said never left the phone."""

    # The key that the form carried on the phone: told again, it is the same row.
    key = models.UUIDField(unique=True)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="+")
    # Where the enterprise lies if this person works there, else where they are posted: who may see it.
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, null=True, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(_("form"), max_length=10, choices=Unsent)
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("discarded at"))

    objects = ScopedManager.from_queryset(DiscardedQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["area", "at"], name="discarded_area")]

    def __str__(self) -> str:
        return f"{self.form} {self.key}"
