"""Meetings with a park or a grid, and what officers heard at the households they answer for."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.issues.models import Issue
from fugong.teams.models import Household
from fugong.territory.models import Area
from fugong.visits.models.planning import ByAreaQuerySet
from fugong.visits.rules import MeetingKind, Outcome


class Meeting(ScopedModel):
    """An instructor met a park's platform or the officers of a grid (对接); needs that were told stand in the note."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=MeetingKind)
    on = models.DateField(_("day"))
    people = models.CharField(_("who was there"), max_length=200)
    note = models.TextField(_("what was said and needed"), blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = ScopedManager.from_queryset(ByAreaQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["campaign", "area", "on"], name="meeting_area")]

    def __str__(self) -> str:
        return f"{self.area} {self.on}"


class HouseholdContactQuerySet(models.QuerySet["HouseholdContact"]):
    def visible_to(self, user: Any) -> HouseholdContactQuerySet:
        if not getattr(user, "is_authenticated", False):
            return self.none()
        own = Household.objects.visible_to(user).values("pk")
        return self.filter(within_postings(user, "household__area__path") | models.Q(household__in=own))

    def reached(self) -> HouseholdContactQuerySet:
        """Those at which somebody was there."""
        return self.exclude(outcome=Outcome.NOBODY)


class HouseholdContact(ScopedModel):
    """One call at a household by its officer; what it needs became an issue."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    note = models.CharField(_("note"), max_length=400, blank=True)
    issue = models.ForeignKey(Issue, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager.from_queryset(HouseholdContactQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["household", "on"], name="household_contact_day")]

    def __str__(self) -> str:
        return f"{self.household} {self.on}"
