"""Phone rounds (电话排查): whom to call, who calls, what came of each call; and the secret addresses of calendars."""

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
from fugong.core.encryption import SealedField
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.enterprises.models import Contact, Enterprise
from fugong.territory.models import Area
from fugong.visits.models.visiting import Visit
from fugong.visits.rules import CallStatus, RoundStatus


class PhoneRoundQuerySet(models.QuerySet["PhoneRound"]):
    def visible_to(self, user: Any) -> PhoneRoundQuerySet:
        """Rounds of the user's areas, and those in which the user calls."""
        if not user.is_authenticated:
            return self.none()
        mine = RoundCaller.rows.filter(officer_id=user.pk).values("phone_round")
        return self.filter(within_postings(user) | Q(pk__in=mine))


class PhoneRound(ScopedModel):
    """A round of phone calls to the enterprises that met a condition when it began."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    condition = models.TextField(_("condition"), blank=True)
    # [{"name", "label", "kind": "text" | "number" | "choice", "choices": [...]}]
    questions = models.JSONField(default=list)
    due_on = models.DateField(_("to be finished by"))
    status = models.CharField(_("status"), max_length=10, choices=RoundStatus, default=RoundStatus.RUNNING)
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(_("begun at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = ScopedManager.from_queryset(PhoneRoundQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["campaign", "name"], name="phone_round_name_once")]

    def __str__(self) -> str:
        return self.name


class ByRoundQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> ByRoundQuerySet:
        return self.filter(phone_round__in=PhoneRound.objects.visible_to(user).values("pk"))


class RoundCaller(ScopedModel):
    """An officer who calls in a round."""

    phone_round = models.ForeignKey(PhoneRound, on_delete=models.CASCADE, related_name="callers")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager.from_queryset(ByRoundQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["phone_round", "officer"], name="caller_once")]

    def __str__(self) -> str:
        return str(self.officer)


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: Any) -> CallQuerySet:
        """Calls to enterprises of the user's areas, and the ones that the user makes."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(within_postings(user) | Q(caller_id=user.pk) | Q(claimed_by_id=user.pk))

    def waiting(self) -> CallQuerySet:
        return self.filter(status=CallStatus.WAITING)

    def free(self, at: datetime, by: Any) -> CallQuerySet:
        """Waiting calls that nobody else holds, whose time has come."""
        unheld = Q(claimed_until__isnull=True) | Q(claimed_until__lt=at) | Q(claimed_by=by.pk)
        return self.waiting().filter(unheld, Q(call_at__isnull=True) | Q(call_at__lte=at))


class Call(ScopedModel):
    """One enterprise in a round. `claimed_by` has its number before them until `claimed_until`: nobody else gets it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    phone_round = models.ForeignKey(PhoneRound, on_delete=models.CASCADE, related_name="calls")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    caller = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(_("result"), max_length=12, choices=CallStatus, default=CallStatus.WAITING)
    # Attempts that count against the pack's most; a call-back that was agreed on does not.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    calls_made = models.PositiveSmallIntegerField(_("calls made"), default=0)
    call_at = models.DateTimeField(_("call back at"), null=True)
    claimed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    called_at = models.DateTimeField(_("last called"), null=True)
    answers = models.JSONField(default=dict)
    note = models.CharField(_("note"), max_length=400, blank=True)
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager.from_queryset(CallQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["phone_round", "status", "caller"], name="call_next")]
        constraints = [
            models.UniqueConstraint(fields=["phone_round", "enterprise"], name="called_once_a_round"),
            # Whoever calls has one number before them in a round, never two.
            models.UniqueConstraint(
                fields=["phone_round", "claimed_by"],
                condition=Q(claimed_by__isnull=False, status="waiting"),
                name="caller_holds_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phone_round}: {self.enterprise}"


class ByCallQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> ByCallQuerySet:
        return self.filter(call__in=Call.objects.visible_to(user).values("pk"))


class Attempt(ScopedModel):
    """One time that somebody called, with the outcome code of the pack."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="tries")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=40)
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects = ScopedManager.from_queryset(ByCallQuerySet)()

    def __str__(self) -> str:
        return f"{self.call} {self.outcome}"


class NumberProposal(ScopedModel):
    """A number that was wrong or missing, with the right one where the caller learnt it; the clerk settles it."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="proposals")
    campaign_id = models.BigIntegerField()
    phone = SealedField(_("phone"), purpose="contact", blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(_("settled at"), null=True)
    is_taken = models.BooleanField(_("taken over"), null=True)

    objects = ScopedManager.from_queryset(ByCallQuerySet)()

    def __str__(self) -> str:
        return str(self.call)


class CalendarAddress(ScopedModel):
    """The secret address under which a calendar reads an officer's plan; only its SHA-256 is kept."""

    officer = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))

    objects = ScopedManager.from_queryset(models.QuerySet)()

    def __str__(self) -> str:
        return str(self.officer)
