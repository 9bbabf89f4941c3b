"""Households and returnees under watch, and the one officer who answers for each."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.encryption import SealedField
from fugong.core.masking import masked_name
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.territory.models import Area


class HouseholdQuerySet(models.QuerySet["Household"]):
    def visible_to(self, user: Any) -> HouseholdQuerySet:
        """Households in the user's areas, and those that the user answers for."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        own = HouseholdCharge.rows.filter(officer_id=user.pk, to_on__isnull=True).values("household")
        return self.filter(within_postings(user) | Q(pk__in=own))

    def of(self, campaign: Any) -> HouseholdQuerySet:
        """Those of the campaign that are still counted."""
        return self.filter(campaign=campaign, closed_on__isnull=True)


class Household(ScopedModel):
    """A household (户) by its address. Nobody's name stands here: the label and the phone are sealed."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("area"))
    # The village's own number for it: what a second import meets it by.
    code = models.CharField(_("household number"), max_length=40)
    address = models.CharField(_("address"), max_length=160)
    label = SealedField(_("label"), purpose="household", mask=masked_name, blank=True)
    phone = SealedField(_("phone"), purpose="household", blank=True)
    people = models.PositiveSmallIntegerField(_("people"), default=1)
    # Somebody who returned is under watch at home until this day (included); empty: nobody.
    watched_until = models.DateField(_("watched until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    closed_on = models.DateField(_("no longer counted from"), null=True)
    created_at = models.DateTimeField(_("entered at"))

    # Its text is personal: see core.audit.plain.
    names_a_person = True

    objects = ScopedManager.from_queryset(HouseholdQuerySet)()

    class Meta(ScopedModel.Meta):
        verbose_name = _("household")
        constraints = [models.UniqueConstraint(fields=["campaign", "code"], name="household_once")]

    def __str__(self) -> str:
        return self.address


class HouseholdChargeQuerySet(models.QuerySet["HouseholdCharge"]):
    def visible_to(self, user: Any) -> HouseholdChargeQuerySet:
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(within_postings(user, "household__area__path") | Q(officer_id=user.pk))

    def in_force(self, day: date | None = None) -> HouseholdChargeQuerySet:
        if day is None:
            return self.filter(to_on__isnull=True)
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gt=day), from_on__lte=day)


class HouseholdCharge(ScopedModel):
    """Who answers for a household (包户), from one day to another; handing over ends one row and begins the next."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="charges")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = ScopedManager.from_queryset(HouseholdChargeQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["officer", "to_on"], name="household_charge_officer")]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(to_on__isnull=True), name="household_charge_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer}: {self.household}"
