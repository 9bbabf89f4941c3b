"""Issues, their hand-overs and their steps."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.enterprises.models import Enterprise
from fugong.issues.rules import OPEN, UNSOLVED, Answer, Level, Severity, Status
from fugong.territory.models import Area


class IssueQuerySet(models.QuerySet["Issue"]):
    def visible_to(self, user: Any) -> IssueQuerySet:
        """Issues in the user's areas, of the user's enterprise, and the ones the user handles."""
        if not user.is_authenticated:
            return self.none()
        own = Enterprise.objects.visible_to(user).values("pk")
        return self.filter(within_postings(user) | Q(enterprise__in=own) | Q(handler_id=user.pk))

    def open(self) -> IssueQuerySet:
        return self.filter(status__in=OPEN)

    def overdue(self, at: datetime) -> IssueQuerySet:
        """Issues not solved yet whose clock has run out."""
        return self.filter(status__in=UNSOLVED, due_at__lt=at)


class Issue(ScopedModel):
    """Something found that must be put right (问题), or asked for, until somebody else has verified it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=30, default="problem")
    title = models.CharField(_("title"), max_length=120)
    detail = models.TextField(_("detail"), blank=True)
    article = models.CharField(_("article"), max_length=20, blank=True)
    key_area = models.CharField(_("key area"), max_length=40, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.MINOR)
    level = models.CharField(_("level"), max_length=20, choices=Level, default=Level.ON_THE_SPOT)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.FOUND)
    department = models.CharField(_("department"), max_length=40, blank=True)
    handler = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # Where it came from (a visit, a call): label and number, because those modules lie above this one.
    origin = models.CharField(max_length=40, blank=True)
    origin_id = models.BigIntegerField(null=True)
    found_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField(_("found at"))
    assessed_at = models.DateTimeField(_("assessed at"), null=True)
    assigned_at = models.DateTimeField(_("assigned at"), null=True)
    due_at = models.DateTimeField(_("due"), null=True)
    solved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    solved_at = models.DateTimeField(_("solved at"), null=True)
    solution = models.TextField(_("what was done"), blank=True)
    verified_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(_("verified at"), null=True)
    reopened = models.PositiveSmallIntegerField(_("times re-opened"), default=0)
    escalated_at = models.DateTimeField(_("escalated at"), null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager.from_queryset(IssueQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(fields=["campaign", "status", "due_at"], name="issue_clock"),
            models.Index(fields=["enterprise", "status"], name="issue_enterprise"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(solved_at__isnull=True, solved_by__isnull=True)
                | Q(solved_at__isnull=False, solved_by__isnull=False),
                name="issue_solved_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=models.F("solved_by")),
                name="issue_verified_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class IssuePartQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> IssuePartQuerySet:
        return self.filter(issue__in=Issue.objects.visible_to(user).values("pk"))


class HandOver(ScopedModel):
    """An offer to another department or person to take an issue; accepted, or refused with a reason."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="hand_overs")
    from_department = models.CharField(_("from"), max_length=40, blank=True)
    to_department = models.CharField(_("to"), max_length=40)
    to_user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(_("offered at"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, default=Answer.WAITING)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = ScopedManager.from_queryset(IssuePartQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["issue"], condition=Q(answer="waiting"), name="hand_over_waiting_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.issue} > {self.to_department}"


class Step(ScopedModel):
    """One step of an issue's way: the status reached, by whom, when, with a note."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="steps")
    status = models.CharField(_("status"), max_length=10, choices=Status)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects = ScopedManager.from_queryset(IssuePartQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["issue", "at"], name="step_issue")]

    def __str__(self) -> str:
        return f"{self.issue} {self.status}"
