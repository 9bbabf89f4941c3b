"""Volunteers without an account, the days they are away, shifts at posts, and who takes them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.encryption import SealedField
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.territory.models import Area


class VolunteerQuerySet(models.QuerySet["Volunteer"]):
    def visible_to(self, user: Any) -> VolunteerQuerySet:
        return self.filter(within_postings(user))

    def present(self) -> VolunteerQuerySet:
        return self.filter(left_on__isnull=True)


class Volunteer(ScopedModel):
    """Somebody who helps (志愿者). No account: a signed link shows their shifts."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("area"))
    name = models.CharField(_("volunteer"), max_length=40)
    phone = SealedField(_("phone"), purpose="volunteer", blank=True)
    # Keys of the pack's skills, and days of the week (Monday 0).
    skills = models.JSONField(_("skills"), default=list)
    weekdays = models.JSONField(_("days of the week"), default=list)
    from_time = models.TimeField(_("available from"))
    to_time = models.TimeField(_("available until"))
    may_be_called = models.BooleanField(_("agreed to be called"), default=False)
    left_on = models.DateField(_("left on"), null=True)
    created_at = models.DateTimeField(_("entered at"))

    # Its text is personal: see core.audit.plain.
    names_a_person = True

    objects = ScopedManager.from_queryset(VolunteerQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(from_time__lt=F("to_time")), name="volunteer_hours_in_order")
        ]

    def __str__(self) -> str:
        return self.name


class TimeAway(models.Model):
    """Days on which a volunteer cannot come; both ends included."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="times_away")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"))
    note = models.CharField(_("note"), max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="time_away_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} {self.from_on}"

    def covers(self, first: date, last: date) -> bool:
        return self.from_on <= last and first <= self.to_on


class ShiftQuerySet(models.QuerySet["Shift"]):
    def visible_to(self, user: Any) -> ShiftQuerySet:
        return self.filter(within_postings(user))

    def open(self) -> ShiftQuerySet:
        return self.filter(cancelled_at__isnull=True)


class Shift(ScopedModel):
    """Hours at a post (班次) for which so many volunteers are needed."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("area"))
    # The pack's key of what is done there: a checkpoint, disinfection, delivery, the hotline.
    kind = models.CharField(_("kind of work"), max_length=40)
    place = models.CharField(_("place"), max_length=80)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    needed = models.PositiveSmallIntegerField(_("people needed"), default=1)
    # A key of the pack's skills that everybody there must have; empty: none.
    skill = models.CharField(_("skill"), max_length=40, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)

    objects = ScopedManager.from_queryset(ShiftQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["campaign", "starts_at"], name="shift_begins")]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="shift_in_order"),
            models.CheckConstraint(condition=Q(needed__gte=1), name="shift_needs_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.starts_at:%m-%d %H:%M}"

    @property
    def hours(self) -> float:
        return (self.ends_at - self.starts_at).total_seconds() / 3600


class CalledOff(models.Model):
    """A volunteer said through their link that they cannot come to a shift; their place is open again."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="called_off")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="called_off")
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("at"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shift", "volunteer"], name="called_off_once")]

    def __str__(self) -> str:
        return f"{self.volunteer} {self.shift}"


class Turn(models.Model):
    """A volunteer on a shift; afterwards whether they came, and the hours that count."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="turns")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="turns")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # Null until somebody noted it.
    has_come = models.BooleanField(_("came"), null=True)
    hours = models.FloatField(_("hours"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shift", "volunteer"], name="turn_once"),
            models.CheckConstraint(
                condition=Q(has_come__isnull=True, hours__isnull=True)
                | Q(has_come__isnull=False, hours__gte=0),
                name="turn_hours_when_noted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} {self.shift}"
