"""Issues, their hand-overs and their steps."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.encryption import SealedField
from fugong.core.masking import HIDDEN, masked_name
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.enterprises.models import Enterprise
from fugong.issues.rules import HOUSEHOLD, OPEN, PROBLEM, UNSOLVED, Answer, Level, Reply, Severity, Status
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

    def of(self, campaign: Campaign) -> IssueQuerySet:
        """The issues that count in a campaign (merged ones are kept, but go on in another one)."""
        return self.filter(campaign=campaign, merged_into__isnull=True)

    def requests(self) -> IssueQuerySet:
        """What somebody asked for, as against what was found."""
        return self.exclude(kind=PROBLEM)

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
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="absorbed")
    # What the kind's own fields say: {key of the field: value}.
    answers = models.JSONField(_("details"), default=dict)
    # Part of the requester's link; with another one the old link is dead.
    secret = models.CharField(max_length=24, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager.from_queryset(IssueQuerySet)()

    class Meta(ScopedModel.Meta):
        # A province has 120,000 of them in a month. Where rows are counted, an index ends with all that the count and
        # the scope of the person ask for, so that no row is read.
        indexes = [
            models.Index(
                fields=[
                    "campaign",
                    "status",
                    "due_at",
                    "department",
                    "handler",
                    "reopened",
                    "area",
                    "enterprise",
                    "merged_into",
                ],
                name="issue_clock",
            ),
            models.Index(fields=["enterprise", "status"], name="issue_enterprise"),
            models.Index(fields=["campaign", "due_at", "id"], name="issue_list"),
            models.Index(
                fields=[
                    "campaign",
                    "solved_at",
                    "found_at",
                    "department",
                    "handler",
                    "area",
                    "enterprise",
                    "merged_into",
                ],
                name="issue_solved",
            ),
            models.Index(fields=["handler", "status"], name="issue_handler"),
            models.Index(
                fields=[
                    "campaign",
                    "area",
                    "severity",
                    "status",
                    "reopened",
                    "found_at",
                    "solved_at",
                    "verified_at",
                    "due_at",
                    "assessed_at",
                    "escalated_at",
                    "id",
                ],
                condition=Q(merged_into__isnull=True),
                name="issue_figures",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=Status.MERGED, merged_into__isnull=False)
                | (~Q(status=Status.MERGED) & Q(merged_into__isnull=True)),
                name="issue_merged_into_another",
            ),
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

    @property
    def names_a_person(self) -> bool:
        """What somebody asked for, in their own words, may: see core.audit.plain."""
        return bool(self.kind != PROBLEM or self.origin == HOUSEHOLD)


class IssuePartQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> IssuePartQuerySet:
        return self.filter(issue__in=Issue.objects.visible_to(user).values("pk"))


class HandOver(ScopedModel):
    """An offer to another department or person to take an issue; accepted, or refused with a reason."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="hand_overs")
    from_department = models.CharField(_("from"), max_length=40, blank=True)
    to_department = models.CharField(_("to"), max_length=40)
    to_user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # Nobody where the kind's rule handed it over.
    offered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(_("offered at"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, default=Answer.WAITING)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = ScopedManager.from_queryset(IssuePartQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(
                fields=["to_department", "issue"], condition=Q(answer="waiting"), name="hand_over_waiting"
            ),
        ]
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
    # The deadline as it stood after the step, for questions about earlier days.
    due_at = models.DateTimeField(_("due"), null=True)

    objects = ScopedManager.from_queryset(IssuePartQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["issue", "at"], name="step_issue")]

    def __str__(self) -> str:
        return f"{self.issue} {self.status}"


def hidden(_text: str) -> str:
    """Nothing of it may be shown."""
    return HIDDEN


class Requester(ScopedModel):
    """Somebody without an account who asked for something; what they said about themselves is sealed."""

    issue = models.OneToOneField(Issue, on_delete=models.CASCADE, related_name="requester")
    campaign_id = models.BigIntegerField()
    name = SealedField(
        pgettext_lazy("of a person", "name"), purpose="requester", mask=masked_name, blank=True
    )
    phone = SealedField(_("phone"), purpose="requester", blank=True)
    place = SealedField(_("address"), purpose="requester", mask=hidden, blank=True)
    client = models.ForeignKey("ApiClient", null=True, on_delete=models.PROTECT, related_name="requesters")

    names_a_person = True

    objects = ScopedManager.from_queryset(IssuePartQuerySet)()

    def __str__(self) -> str:
        return str(self.issue)


class AskBack(ScopedModel):
    """The question to the requester, some days after the solution, whether it is really solved (回访)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="ask_backs")
    asked_at = models.DateTimeField(_("asked at"))
    reply = models.CharField(_("answer"), max_length=10, choices=Reply, default=Reply.WAITING)
    replied_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    replied_at = models.DateTimeField(_("answered at"), null=True)
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects = ScopedManager.from_queryset(IssuePartQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["issue"], condition=Q(reply="waiting"), name="ask_back_waiting_once"
            ),
            models.CheckConstraint(
                condition=Q(reply="waiting", replied_at__isnull=True)
                | (~Q(reply="waiting") & Q(replied_at__isnull=False)),
                name="ask_back_replied_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue} {self.reply}"


class IssueMerge(ScopedModel):
    """Two issues that a person found to be one; keeps what is needed to undo it."""

    kept = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+")
    absorbed = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(undone_at__isnull=True), name="issue_merged_once"
            ),
            models.CheckConstraint(condition=~Q(kept=models.F("absorbed")), name="issue_merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed} > {self.kept}"


class NotSame(models.Model):
    """A pair of issues that a person looked at and found to be two; it is not proposed again."""

    first = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="issue_not_same_once")]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"


class IntakeLinkQuerySet(models.QuerySet["IntakeLink"]):
    def visible_to(self, user: Any) -> IntakeLinkQuerySet:
        return self.filter(within_postings(user))


class IntakeLink(ScopedModel):
    """A link or printed code through which somebody without an account may ask, for an area or one enterprise."""

    key = models.CharField(max_length=24, unique=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    objects = ScopedManager.from_queryset(IntakeLinkQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "area"],
                condition=Q(withdrawn_at__isnull=True, enterprise__isnull=True),
                name="intake_link_of_area_once",
            ),
            models.UniqueConstraint(
                fields=["enterprise"],
                condition=Q(withdrawn_at__isnull=True),
                name="intake_link_of_enterprise_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.asks_for or self.area)

    @property
    def asks_for(self) -> Enterprise | None:
        """The enterprise for which one asks here: a code that hangs there outlives a merge of its entry."""
        return self.enterprise.standing if self.enterprise else None

    @property
    def place(self) -> Area:
        """Where what is asked for belongs."""
        return self.asks_for.area if self.asks_for else self.area


class ApiClient(models.Model):
    """A program that files requests through Open311; of its key only the digest is kept."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    key_digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "name"], condition=Q(ended_at__isnull=True), name="api_client_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
