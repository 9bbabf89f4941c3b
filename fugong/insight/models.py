"""Briefs and papers of consult meetings as they were issued, with what was decided; indicators are never stored."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.issues.models import Issue
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


class DigestQuerySet(models.QuerySet["Digest"]):
    def visible_to(self, user: Any) -> DigestQuerySet:
        return self.filter(within_postings(user))


class Digest(ScopedModel):
    """The paper of a day's consult meeting (会商材料): the figures as they were issued, and what is to be decided."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    as_of = models.DateTimeField(_("as of"))
    # Nobody: the clock issued it.
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # What `digests.contents` said at that moment; pages and the document are drawn from it.
    content = models.JSONField(default=dict)

    objects = ScopedManager.from_queryset(DigestQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["campaign", "area", "on"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.area} {self.on}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: Any) -> DecisionQuerySet:
        return self.filter(digest__in=Digest.objects.visible_to(user).values("pk"))


class Decision(ScopedModel):
    """What the meeting decided on one point of its paper: a note, or an issue given to a department until a time."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="decisions")
    point = models.CharField(max_length=60)
    issue = models.ForeignKey(Issue, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("decision"), max_length=400)
    department = models.CharField(_("department"), max_length=40, blank=True)
    due_at = models.DateTimeField(_("due"), null=True)
    decided_by = models.CharField(_("decided by"), max_length=80)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written at"))

    objects = ScopedManager.from_queryset(DecisionQuerySet)()

    def __str__(self) -> str:
        return self.text
