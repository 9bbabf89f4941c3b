"""Checklists, visits with what was found at them and who made them, look-backs."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.enterprises.models import Enterprise
from fugong.issues.models import Issue
from fugong.issues.rules import Severity
from fugong.territory.models import Area
from fugong.visits.models.planning import JointVisit, PlannedVisit
from fugong.visits.rules import (
    VisitKind,
    VisitStatus,
)


class Checklist(models.Model):
    """One version of a checklist (检查清单); a new version never changes an old visit."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    key = models.SlugField(max_length=40)
    version = models.CharField(_("version"), max_length=20)
    title = models.CharField(_("title"), max_length=120)
    digest = models.CharField(max_length=64)
    xform = models.TextField()
    # [{"name", "label", "finding", "article", "key_area", "area", "severity", "level", "days"}]: by the
    # sheet's columns; label, finding and area are texts in both languages.
    articles = models.JSONField(default=list)
    # Names of the questions whose answer of the last visit is offered again (the sheet's column `prefill`).
    kept = models.JSONField(default=list)
    # {"name": {"digest", "md5", "size"}}: pictures and lists that the sheet names; what they hold is in ChecklistFile.
    media = models.JSONField(default=dict)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key", "digest"], name="checklist_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class ChecklistFile(models.Model):
    """What a file of a checklist's own holds (a picture, a list), once for all versions that name it."""

    digest = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.digest[:12]


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: Any) -> VisitQuerySet:
        if not user.is_authenticated:
            return self.none()
        own = Enterprise.objects.visible_to(user).values("pk")
        joined = VisitParticipant.rows.filter(officer_id=user.pk).values("visit")
        return self.filter(
            within_postings(user) | Q(officer_id=user.pk) | Q(enterprise__in=own) | Q(pk__in=joined)
        )

    def of_officer(self, officer: User) -> VisitQuerySet:
        """Visits that this person made, alone or together with others."""
        joined = VisitParticipant.rows.filter(officer=officer).values("visit")
        return self.filter(Q(officer=officer) | Q(pk__in=joined))

    def done(self) -> VisitQuerySet:
        return self.filter(status=VisitStatus.DONE)


class Visit(ScopedModel):
    """One visit to one enterprise (走访), done or given up with a reason. The daily log is these rows."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    planned = models.ForeignKey(PlannedVisit, null=True, on_delete=models.SET_NULL, related_name="+")
    joint = models.ForeignKey(JointVisit, null=True, on_delete=models.PROTECT, related_name="visits")
    checklist = models.ForeignKey(Checklist, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=VisitKind, default=VisitKind.REGULAR)
    status = models.CharField(_("status"), max_length=10, choices=VisitStatus)
    on = models.DateField(_("day"))
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"))
    answers = models.JSONField(default=dict)
    submission = models.TextField(blank=True)
    note = models.TextField(_("note"), blank=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    # The steps of the procedure as they stood, and what was ticked when; {} without one. See procedures.kept.
    procedure = models.JSONField(default=dict)
    # The phone's own clock, beside the server's, which decides.
    device_at = models.DateTimeField(null=True)

    objects = ScopedManager.from_queryset(VisitQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(fields=["campaign", "on"], name="visit_day"),
            # How often and when last somebody was there is counted for a whole town at a time, from this index alone.
            models.Index(fields=["enterprise", "status", "on"], name="visit_enterprise_done"),
            models.Index(fields=["officer", "on"], name="visit_officer"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gte=models.F("started_at")), name="visit_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.on}"


class VisitPartQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> VisitPartQuerySet:
        return self.filter(visit__in=Visit.objects.visible_to(user).values("pk"))


class VisitParticipant(ScopedModel):
    """Somebody who came along, with the agency they came from; whoever wrote the visit down is not among them.

    A visit counts once for the enterprise, and once for each person who made it.
    """

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="participants")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.CharField(_("agency"), max_length=80, blank=True)

    objects = ScopedManager.from_queryset(VisitPartQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["visit", "officer"], name="participant_once")]

    def __str__(self) -> str:
        return str(self.officer)


class Finding(ScopedModel):
    """An article that was not met at a visit; it became an issue, or belongs to one that was open already."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="findings")
    article = models.CharField(_("article"), max_length=20)
    label = models.CharField(_("finding"), max_length=200)
    key_area = models.CharField(_("key area"), max_length=40, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.MINOR)
    note = models.CharField(_("note"), max_length=400, blank=True)
    issue = models.ForeignKey(Issue, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager.from_queryset(VisitPartQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["visit", "article"], name="finding_once")]

    def __str__(self) -> str:
        return self.label


class VisitPhoto(ScopedModel):
    """A photo taken at a visit, re-encoded without its metadata; the file lies among the uploads."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="photos")
    question = models.CharField(max_length=60, blank=True)
    # A random name below UPLOADS_DIR/visits, never the one that the phone gave.
    stored_as = models.CharField(max_length=40, unique=True)
    digest = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField(_("taken at"))

    objects = ScopedManager.from_queryset(VisitPartQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["visit", "digest"], name="visit_photo_once")]

    def __str__(self) -> str:
        return self.stored_as


class LookBackQuerySet(models.QuerySet["LookBack"]):
    def visible_to(self, user: Any) -> LookBackQuerySet:
        if not user.is_authenticated:
            return self.none()
        return self.filter(within_postings(user, "issue__area__path"))

    def waiting(self) -> LookBackQuerySet:
        return self.filter(done_at__isnull=True)


class LookBack(ScopedModel):
    """A visit owed to an issue that was reported solved (回头看); planned by itself, ended with a result."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField(_("due"))
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="look_backs")
    done_at = models.DateTimeField(_("done at"), null=True)
    is_fixed = models.BooleanField(_("fixed"), null=True)
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects = ScopedManager.from_queryset(LookBackQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["issue"], condition=Q(done_at__isnull=True), name="look_back_waiting_once"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, is_fixed__isnull=True)
                | Q(done_at__isnull=False, is_fixed__isnull=False),
                name="look_back_done_with_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue} {self.due_on}"
