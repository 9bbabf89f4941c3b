"""Letters of advice, links for people without an account, card files in the making, numbers that officers agreed to."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.models import Export
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area
from fugong.visits.models.visiting import Visit
from fugong.visits.rules import CardStatus, LetterStatus


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, user: Any) -> LetterQuerySet:
        """Letters about visits in the user's areas, the user's own, and those to the user's enterprise."""
        if not user.is_authenticated:
            return self.none()
        own = Enterprise.objects.visible_to(user).values("pk")
        return self.filter(within_postings(user) | Q(issued_by_id=user.pk) | Q(enterprise__in=own))

    def waiting(self) -> LetterQuerySet:
        """Those whose receipt nobody has noted."""
        return self.filter(status=LetterStatus.ISSUED)


class Letter(ScopedModel):
    """A professional letter of advice (专业意见书) as it was issued: numbered by campaign, never changed."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("number"))
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="letters")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    # Everything that the sheet says, in the language in which it was issued; see letters.contents.
    content = models.JSONField()
    status = models.CharField(_("status"), max_length=12, choices=LetterStatus, default=LetterStatus.ISSUED)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("issued at"))
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True)
    acknowledged_as = models.CharField(_("acknowledged by"), max_length=40, blank=True)
    # Whoever noted the receipt with an account; empty where it came over the link.
    acknowledged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager.from_queryset(LetterQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["campaign", "status", "issued_at"], name="letter_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="letter_number_once"),
            models.UniqueConstraint(
                fields=["visit"], condition=~Q(status=LetterStatus.REPLACED), name="letter_standing_once"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_as="")
                | (Q(acknowledged_at__isnull=False) & ~Q(acknowledged_as="")),
                name="letter_acknowledged_by_name",
            ),
        ]

    def __str__(self) -> str:
        return str(self.content.get("number", self.number))


class LinkQuerySet(models.QuerySet["Link"]):
    def visible_to(self, user: Any) -> LinkQuerySet:
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user).values("pk"))

    def standing(self, at: Any) -> LinkQuerySet:
        return self.filter(revoked_at__isnull=True, expires_at__gt=at)


class Link(ScopedModel):
    """An address for people without an account: an enterprise's card or, with `letter`, one letter.

    The signed part of the address is made from the row and the installation's secret, and is kept nowhere.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    letter = models.ForeignKey(Letter, null=True, on_delete=models.CASCADE, related_name="links")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("withdrawn at"), null=True)

    objects = ScopedManager.from_queryset(LinkQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["enterprise", "expires_at"], name="link_enterprise")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"],
                condition=Q(letter__isnull=True, revoked_at__isnull=True),
                name="card_link_standing_once",
            ),
            models.UniqueConstraint(
                fields=["letter"], condition=Q(revoked_at__isnull=True), name="letter_link_standing_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.expires_at:%Y-%m-%d}"


class CardRunQuerySet(models.QuerySet["CardRun"]):
    def visible_to(self, user: Any) -> CardRunQuerySet:
        """A file in the making is its owner's alone."""
        return self.filter(by_id=user.pk) if user.is_authenticated else self.none()


class CardRun(ScopedModel):
    """Cards of many enterprises on their way into one file, which is then an export like any other."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    purpose = models.CharField(_("purpose"), max_length=200)
    # What was chosen, in words and as the numbers of the enterprises.
    condition = models.TextField(_("condition"), blank=True)
    enterprises = models.JSONField(default=list)
    # Where the QR codes lead ("https://host"), and in which language the cards are.
    address = models.CharField(max_length=200)
    language = models.CharField(max_length=10)
    status = models.CharField(_("status"), max_length=10, choices=CardStatus, default=CardStatus.WAITING)
    # When the status last changed, and what went wrong, in a sentence.
    told_at = models.DateTimeField()
    problem = models.TextField(blank=True)
    export = models.ForeignKey(Export, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = ScopedManager.from_queryset(CardRunQuerySet)()

    def __str__(self) -> str:
        return f"{self.by} {self.asked_at:%Y-%m-%d %H:%M}"


class PublicNumber(models.Model):
    """An officer's own number that they agreed to have on cards (本人同意公开); the row is deleted when they no longer do."""

    officer = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(_("number"), max_length=20)
    agreed_at = models.DateTimeField(_("agreed at"))

    def __str__(self) -> str:
        return f"{self.officer}"
