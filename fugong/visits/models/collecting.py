"""What field-data apps (ODK Collect) have sent: each filled form as it came, and the files that belong to it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.territory.models import Area
from fugong.visits.models.visiting import Checklist, Visit
from fugong.visits.rules import ReceivedStatus


class ReceivedQuerySet(models.QuerySet["Received"]):
    def visible_to(self, user: Any) -> ReceivedQuerySet:
        if not user.is_authenticated:
            return self.none()
        own = Q(officer_id=user.pk)
        return self if user.administers_everything else self.filter(within_postings(user) | own)

    def open(self) -> ReceivedQuerySet:
        """What no visit came of yet, and nobody has set aside."""
        return self.filter(status__in=[ReceivedStatus.WAITING, ReceivedStatus.REFUSED])


class Received(ScopedModel):
    """One filled form as the app sent it (the raw submission). It becomes a visit, or waits for a person.

    It is kept before it is read: nothing that was sent is lost, whatever is wrong with it.
    """

    # The instance number that the app gave; the key of the visit that it becomes.
    key = models.UUIDField(unique=True)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="+")
    # Where the officer is posted: who may see it. Never the area of an enterprise that the form only names.
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    form_id = models.CharField(_("form"), max_length=120)
    form_version = models.CharField(_("version"), max_length=60, blank=True)
    checklist = models.ForeignKey(Checklist, null=True, on_delete=models.PROTECT, related_name="+")
    xml = models.TextField()
    digest = models.CharField(max_length=64)
    status = models.CharField(
        _("status"), max_length=10, choices=ReceivedStatus, default=ReceivedStatus.WAITING
    )
    # Why it was not taken in, or set aside: a sentence.
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    # Names of files that the form speaks of and that have not come.
    missing = models.JSONField(default=list)
    received_at = models.DateTimeField(_("came in at"))
    # The phone's clock less the campaign's, in seconds: a demo that stands still lives on another day.
    clock_ahead = models.FloatField(default=0)
    visit = models.OneToOneField(Visit, null=True, on_delete=models.PROTECT, related_name="+")
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(_("settled"), null=True)

    objects = ScopedManager.from_queryset(ReceivedQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["status", "received_at"], name="received_open")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="taken") | Q(visit__isnull=False), name="received_taken_is_a_visit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.key}"


class ReceivedFileQuerySet(models.QuerySet["ReceivedFile"]):
    def visible_to(self, user: Any) -> ReceivedFileQuerySet:
        return self.filter(received__in=Received.objects.visible_to(user).values("pk"))


class ReceivedFile(ScopedModel):
    """A file that came with a filled form, until the form becomes a visit: then only the re-encoded photo stays."""

    received = models.ForeignKey(Received, on_delete=models.CASCADE, related_name="files")
    # As the form names it; on the disk it has a random name.
    name = models.CharField(max_length=120)
    stored_as = models.CharField(max_length=40, unique=True)
    size = models.PositiveIntegerField()

    objects = ScopedManager.from_queryset(ReceivedFileQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["received", "name"], name="received_file_once")]

    def __str__(self) -> str:
        return self.name
