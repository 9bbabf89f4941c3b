"""Teams of several people for enterprises: service teams, joint teams, key-enterprise groups; officers stationed at one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.paths import PathField
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.enterprises.models import Contact, Enterprise
from fugong.teams.models.grid_teams import ByAreaQuerySet
from fugong.teams.rules import Part, TeamKind
from fugong.territory.models import Area
from fugong.territory.rules import Kind


def in_force(day: date | None) -> Q:
    """Rows that stand: now (not ended), or on a day."""
    if day is None:
        return Q(to_on__isnull=True)
    return Q(Q(to_on__isnull=True) | Q(to_on__gt=day), from_on__lte=day)


class Team(ScopedModel):
    """A service team (服务队), a joint team of village, enterprise and department, or a key-enterprise group (专班)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=TeamKind)
    # The pack's key of a key-enterprise group; empty for teams that people form.
    key = models.SlugField(max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=80)

    objects = ScopedManager.from_queryset(ByAreaQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["campaign", "kind", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """Somebody in a team, from one day to another: an officer, or a contact who speaks for the enterprise."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(_("part"), max_length=12, choices=Part, default=Part.MEMBER)
    organisation = models.CharField(_("organisation"), max_length=80, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Kind, blank=True)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team"], condition=Q(to_on__isnull=True, part="leader"), name="team_led_once"
            ),
            models.UniqueConstraint(
                fields=["team", "user", "part"], condition=Q(to_on__isnull=True), name="team_member_once"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True, contact__isnull=False)
                | Q(user__isnull=False, contact__isnull=True),
                name="team_member_is_one_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return str(self.user or self.contact or "")


class DutyQuerySet(models.QuerySet["Duty"]):
    def visible_to(self, user: Any) -> DutyQuerySet:
        return self.filter(
            within_postings(user, "enterprise__area__path") | within_postings(user, "area__path")
        )

    def in_force(self, day: date | None = None) -> DutyQuerySet:
        return self.filter(in_force(day))


class Duty(ScopedModel):
    """What a team answers for, an enterprise or an area; handing over ends one row and begins the next."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="duties")
    kind = models.CharField(_("kind"), max_length=10, choices=TeamKind)
    enterprise = models.ForeignKey(Enterprise, null=True, on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = ScopedManager.from_queryset(DutyQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "kind"],
                condition=Q(to_on__isnull=True),
                name="duty_for_enterprise_once",
            ),
            models.UniqueConstraint(
                fields=["team", "area"], condition=Q(to_on__isnull=True), name="duty_for_area_once"
            ),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=True, area__isnull=False)
                | Q(enterprise__isnull=False, area__isnull=True),
                name="duty_for_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team}: {self.enterprise or self.area}"


def covered_by_duty(kind: str, day: date | None = None) -> Exists | Q:
    """Whether a team of this kind answers for the enterprise of the outer query, or for an area around it."""
    duties = Duty.objects.system().in_force(day).filter(kind=kind)
    own = Exists(duties.filter(enterprise=OuterRef("pk")))
    if kind != TeamKind.SERVICE:
        return own
    around = duties.filter(area__isnull=False, team__campaign=OuterRef("campaign")).annotate(
        ends=Concat(F("area__path"), Value("~"), output_field=PathField())
    )
    return own | Exists(
        around.filter(area__path__lte=OuterRef("area__path"), ends__gt=OuterRef("area__path"))
    )


class StationQuerySet(models.QuerySet["Station"]):
    def visible_to(self, user: Any) -> StationQuerySet:
        if not getattr(user, "is_authenticated", False):
            return self.none()
        own = Enterprise.objects.visible_to(user).values("pk")
        return self.filter(
            within_postings(user, "enterprise__area__path") | Q(officer_id=user.pk) | Q(enterprise__in=own)
        )

    def in_force(self, day: date | None = None) -> StationQuerySet:
        return self.filter(in_force(day))


class Station(ScopedModel):
    """An officer who works full time at one enterprise (驻点), from one day to another."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = ScopedManager.from_queryset(StationQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["officer"], condition=Q(to_on__isnull=True), name="stationed_at_one_place"
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=models.F("from_on")),
                name="station_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer}: {self.enterprise}"

    def stands_on(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day < self.to_on)
