"""Checklists, plans, visits, findings and look-backs."""

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
from fugong.visits.rules import PlanStatus, RunStatus, VisitKind, VisitStatus


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
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key", "digest"], name="checklist_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class ByAreaQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> ByAreaQuerySet:
        return self.filter(within_postings(user))


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: Any) -> PlanQuerySet:
        """Plans of the user's areas, and of the areas around them: the town's plan is its villages' plan too.

        Of a plan from above, the stops in other areas stay unseen (`PlanPartQuerySet`).
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        around = {above for path in user.area_paths() for above in _paths_above(path)}
        return self.filter(within_postings(user) | Q(area__path__in=around))

    def in_force(self) -> PlanQuerySet:
        return self.filter(status=PlanStatus.ACCEPTED)


def _paths_above(path: str) -> list[str]:
    steps = path.rstrip("/").split("/")
    return ["/".join(steps[:depth]) + "/" for depth in range(1, len(steps))]


class Plan(ScopedModel):
    """Who visits whom on a day, as one version; accepting a version supersedes the one before."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    version = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=10, choices=PlanStatus, default=PlanStatus.PROPOSED)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    summary = models.JSONField(default=dict)

    objects = ScopedManager.from_queryset(PlanQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["campaign", "area", "on", "version"], name="plan_version_once"),
            models.UniqueConstraint(
                fields=["campaign", "area", "on"], condition=Q(status="accepted"), name="plan_accepted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.on} v{self.version}"


class PlanRun(ScopedModel):
    """One search for a plan while it goes on: who asked for it, how far it is, what came of it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    seconds = models.PositiveSmallIntegerField(_("seconds of search"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    status = models.CharField(_("status"), max_length=10, choices=RunStatus, default=RunStatus.WAITING)
    # Share of the search in per cent, and when it was last told: a run that is silent has died.
    progress = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    stop_requested = models.BooleanField(default=False)
    plan = models.ForeignKey(Plan, null=True, on_delete=models.SET_NULL, related_name="+")
    problem = models.TextField(blank=True)

    objects = ScopedManager.from_queryset(ByAreaQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "area", "on"],
                condition=Q(status__in=["waiting", "running"]),
                name="plan_run_going_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.on} {self.status}"


class PlanPartQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> PlanPartQuerySet:
        """Stops at enterprises in the user's areas, and the user's own stops."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(within_postings(user, "enterprise__area__path") | Q(officer_id=user.pk))


class PlannedVisit(ScopedModel):
    """One stop of an officer's day, with the reasons for it."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="planned")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    order = models.PositiveSmallIntegerField(_("stop"))
    arrives_at = models.DateTimeField(_("from"))
    leaves_at = models.DateTimeField(_("to"))
    # [["risk_list", {"name": "..."}], ...]: codes and values; planning.explain makes the sentences.
    reasons = models.JSONField(default=list)
    is_locked = models.BooleanField(_("locked"), default=False)
    # Whom a person wants to go instead: the next plan of the day sends them.
    wish = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager.from_queryset(PlanPartQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["plan", "enterprise", "officer"], name="planned_once"),
            models.UniqueConstraint(fields=["plan", "officer", "order"], name="planned_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.officer} > {self.enterprise}"


class LeftOut(ScopedModel):
    """An enterprise that was due and is not in the plan, and why."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="left_out")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    # Whom a person wants to go all the same: the next plan of the day sends them. Else empty.
    officer = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reasons = models.JSONField(default=list)

    objects = ScopedManager.from_queryset(PlanPartQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["plan", "enterprise"], name="left_out_once")]

    def __str__(self) -> str:
        return f"{self.enterprise}"


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: Any) -> VisitQuerySet:
        if not user.is_authenticated:
            return self.none()
        own = Enterprise.objects.visible_to(user).values("pk")
        return self.filter(within_postings(user) | Q(officer_id=user.pk) | Q(enterprise__in=own))

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
    # The phone's own clock, beside the server's, which decides.
    device_at = models.DateTimeField(null=True)

    objects = ScopedManager.from_queryset(VisitQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(fields=["campaign", "on"], name="visit_day"),
            models.Index(fields=["enterprise", "on"], name="visit_enterprise"),
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
