"""Robots of group chats, the notices that wait for them or went out, and the posts that carried them."""

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
from fugong.outreach.rules import Kind, Status
from fugong.territory.models import Area


def masked_address(address: str) -> str:
    """The last four characters: enough to tell two robots apart."""
    return "…" + address[-4:]


class RobotQuerySet(models.QuerySet["Robot"]):
    def visible_to(self, user: Any) -> RobotQuerySet:
        return self.filter(within_postings(user))

    def working(self, at: datetime) -> RobotQuerySet:
        """Switched on, of a campaign that goes on, and not resting after too many refusals or messages."""
        going_on = self.exclude(campaign__status=Campaign.Status.CLOSED)
        return going_on.filter(Q(rests_until__isnull=True) | Q(rests_until__lte=at), is_active=True)


class Robot(ScopedModel):
    """A robot in the group chat of an area (群机器人). Its address is a secret: whoever has it can write to the group."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("area"))
    kind = models.CharField(_("service"), max_length=10, choices=Kind)
    name = models.CharField(_("name of the group"), max_length=60)
    address = SealedField(_("address"), purpose="robot", mask=masked_address)
    secret = SealedField(_("signing secret"), purpose="robot", mask=masked_address, blank=True)
    is_active = models.BooleanField(_("switched on"), default=True)
    # Refusals in a row, until when it rests because of them, and what the service said last.
    refusals = models.PositiveSmallIntegerField(default=0)
    rests_until = models.DateTimeField(_("rests until"), null=True)
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    objects = ScopedManager.from_queryset(RobotQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["campaign", "name"], name="robot_name_once")]

    def __str__(self) -> str:
        return self.name


class PartOfRobotQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> PartOfRobotQuerySet:
        return self.filter(within_postings(user, "robot__area__path"))


class Delivery(ScopedModel):
    """One post to a robot: one notice, or a digest of several. `key` is made before the post and names it in the log."""

    robot = models.ForeignKey(Robot, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("at"))
    # Null while it is being sent.
    outcome = models.CharField(_("outcome"), max_length=12, blank=True)
    words = models.CharField(_("answer of the service"), max_length=200, blank=True)

    objects = ScopedManager.from_queryset(PartOfRobotQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["robot", "at"], name="delivery_robot")]

    def __str__(self) -> str:
        return str(self.key)


class Notice(ScopedModel):
    """A line of the outbox: what one group is to be told, written in the transaction that read the event."""

    robot = models.ForeignKey(Robot, on_delete=models.PROTECT, related_name="+", verbose_name=_("group"))
    # Sequence of the event it speaks of; null for a test by a person.
    event = models.BigIntegerField(null=True)
    text = models.CharField(_("text"), max_length=600)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("worthless after"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next try"))
    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("sent or ended at"), null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager.from_queryset(PartOfRobotQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(fields=["robot", "next_at"], condition=Q(status="waiting"), name="notice_waiting")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["robot", "event"], condition=Q(event__isnull=False), name="notice_once"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Reader(models.Model):
    """How far the chain of events has been read for notices: one row for each campaign."""

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="+")
    sequence = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.campaign} {self.sequence}"
