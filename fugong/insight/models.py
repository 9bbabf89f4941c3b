"""Briefs as they were issued; figures themselves are never stored, they are computed from rows."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.territory.models import Area


class BriefQuerySet(models.QuerySet["Brief"]):
    def visible_to(self, user: Any) -> BriefQuerySet:
        return self.filter(within_postings(user))


class Brief(ScopedModel):
    """A daily brief as a document (日报): what was printed, when, by whom, with the audit anchor of the moment."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    as_of = models.DateTimeField(_("as of"))
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # {"numbers": [[name, value], ...]}: what the document says, in order, to be compared with a recount later.
    printed = models.JSONField(default=dict)
    anchor = models.CharField(max_length=64, blank=True)
    stored_as = models.CharField(max_length=200)

    objects = ScopedManager.from_queryset(BriefQuerySet)()

    def __str__(self) -> str:
        return f"{self.area} {self.on}"
