"""Since when an enterprise works again, and what it reports each day."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.enterprises.models import Enterprise, EnterprisePartQuerySet
from fugong.resumption.rules import State


def in_force_on(day: date) -> Q:
    """Periods that hold on a day: the day on which one ends is the first of the next."""
    return (Q(to_on__isnull=True) | Q(to_on__gt=day)) & Q(from_on__lte=day)


class PeriodQuerySet(EnterprisePartQuerySet):
    def on(self, day: date) -> PeriodQuerySet:
        return self.filter(in_force_on(day))


class Period(ScopedModel):
    """A state that lasted from one day to another; the open one is how things stand."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager.from_queryset(PeriodQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(to_on__isnull=True), name="period_open_once"
            ),
            models.UniqueConstraint(fields=["enterprise", "from_on"], name="period_starts_once"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.state} {self.from_on}"


class DailyReport(ScopedModel):
    """What an enterprise reports for one day: the fact table that rates are computed from."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    campaign_id = models.BigIntegerField()
    on = models.DateField(_("day"))
    staff = models.PositiveIntegerField(_("staff"))
    on_duty = models.PositiveIntegerField(_("on duty"))
    capacity_percent = models.PositiveSmallIntegerField(_("capacity reached (%)"), null=True)
    with_symptoms = models.PositiveIntegerField(_("with fever or cough"), default=0)
    mask_days = models.PositiveIntegerField(_("days of masks in stock"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = ScopedManager.from_queryset(EnterprisePartQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["campaign_id", "on"], name="daily_report_day")]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "on"], name="daily_report_once"),
            models.CheckConstraint(
                condition=Q(on_duty__lte=models.F("staff")), name="daily_report_duty_in_staff"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.on}"
