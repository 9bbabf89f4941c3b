"""Task groups and their posts, grid teams and their members, charges and their proposals."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fugong.access.models import User
from fugong.access.roles import CHOICES
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area


class TaskGroup(models.Model):
    """A task group of the command structure (专项组), from the pack."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    key = models.SlugField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    duties = models.TextField(_("duties"), blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    stands_from = models.DateField(_("stands from"), null=True)
    stands_to = models.DateField(_("stands to"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "key"], name="task_group_once")]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post of the command structure: it has a holder or shows vacant."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(TaskGroup, null=True, on_delete=models.CASCADE, related_name="posts")
    key = models.SlugField(max_length=60)
    title = models.CharField(pgettext_lazy("of a post", "title"), max_length=80)
    duties = models.TextField(_("duties"), blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "key"], name="post_once")]

    def __str__(self) -> str:
        return self.title


class Holding(models.Model):
    """Who holds a post, from one day to another."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="holdings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post"], condition=Q(to_on__isnull=True), name="post_held_once"),
        ]

    def __str__(self) -> str:
        return f"{self.post}: {self.user}"


class ByAreaQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> ByAreaQuerySet:
        return self.filter(within_postings(user))


class GridTeam(ScopedModel):
    """The team of one grid or village (1+X): health professionals guide stationed officers."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)

    objects = ScopedManager.from_queryset(ByAreaQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["campaign", "area"], name="grid_team_once")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person in a grid team in one of its roles, from one day to another."""

    team = models.ForeignKey(GridTeam, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=20, choices=CHOICES)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user", "role"], condition=Q(to_on__isnull=True), name="member_in_role_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.team}: {self.user}"


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
