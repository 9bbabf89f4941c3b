"""Who answers for an enterprise, and proposals of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.enterprises.models import Enterprise


class ChargeKind(models.TextChoices):
    LIAISON = "liaison", _("liaison officer")
    INSTRUCTOR = "instructor", _("health instructor")


class ChargeQuerySet(models.QuerySet["Charge"]):
    def visible_to(self, user: Any) -> ChargeQuerySet:
        """Charges of enterprises in the user's areas, and the user's own."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(within_postings(user, "enterprise__area__path") | Q(officer_id=user.pk))

    def in_force(self, day: date | None = None) -> ChargeQuerySet:
        if day is None:
            return self.filter(to_on__isnull=True)
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gt=day), from_on__lte=day)


class Charge(ScopedModel):
    """Who answers for an enterprise (挂钩), from one day to another; handing over ends one row and begins the next."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=ChargeKind)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = ScopedManager.from_queryset(ChargeQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["officer", "to_on"], name="charge_officer")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "kind"], condition=Q(to_on__isnull=True), name="charge_in_force_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer}: {self.enterprise}"


class ChargeProposal(ScopedModel):
    """A proposed charge that waits for a person to confirm it; proposals of one kind are made together."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    officer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=ChargeKind)
    distance_km = models.FloatField(_("distance (km)"), null=True)
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("at"))

    objects = ScopedManager.from_queryset(ChargeQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["enterprise", "kind"], name="charge_proposed_once")]

    def __str__(self) -> str:
        return f"{self.officer}? {self.enterprise}"
