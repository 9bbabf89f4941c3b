"""Absences, plans with their stops and runs, joint visits, wishes and what-ifs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.access.models import Posting, User
from fugong.access.roles import ROLES
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area
from fugong.visits.rules import (
    AbsenceKind,
    JointStatus,
    OutlookKind,
    PlanStatus,
    RunStatus,
)


class ByAreaQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> ByAreaQuerySet:
        return self.filter(within_postings(user))


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: Any) -> AbsenceQuerySet:
        """Absences of officers posted in the user's areas, and the user's own."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        colleagues = Posting.objects.filter(within_postings(user)).values("user")
        return self.filter(Q(officer__in=colleagues) | Q(officer_id=user.pk))

    def during(self, first: date, last: date) -> AbsenceQuerySet:
        """Those of at least one day from `first` to `last`, both included."""
        return self.filter(
            Q(back_on__isnull=True) | Q(back_on__gt=first) & Q(back_on__gt=models.F("from_on")),
            from_on__lte=last,
        )


class Absence(ScopedModel):
    """An officer is away (请假) from a day until the day they are `back_on` (open: nobody knows yet).

    With both times the officer is away on each of these days between them, and on duty for the rest.
    """

    officer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    from_on = models.DateField(_("away from"))
    back_on = models.DateField(_("back on"), null=True)
    from_time = models.TimeField(_("away from (time)"), null=True)
    to_time = models.TimeField(_("away until (time)"), null=True)
    kind = models.CharField(_("kind"), max_length=12, choices=AbsenceKind)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = ScopedManager.from_queryset(AbsenceQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["officer", "from_on"], name="absence_officer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(back_on__isnull=True) | Q(back_on__gte=models.F("from_on")),
                name="absence_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(from_time__isnull=True, to_time__isnull=True)
                | Q(from_time__lt=models.F("to_time")),
                name="absence_times_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer} {self.from_on}"

    @property
    def to_on(self) -> date | None:
        """The last day away; None: open."""
        return self.back_on - timedelta(days=1) if self.back_on else None

    def covers(self, day: date) -> bool:
        """Whether the officer is away on a day, wholly or for a part of it."""
        return self.from_on <= day and (self.back_on is None or day < self.back_on)


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: Any) -> PlanQuerySet:
        """Plans of the user's areas, and of the areas around them: the town's plan is its villages' plan too.

        Of a plan from above, the stops in other areas stay unseen (`PlanPartQuerySet`).
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        around = {above for path in user.area_paths() for above in _paths_above(path)}
        return self.filter(within_postings(user) | Q(area__path__in=around))

    def in_force(self) -> PlanQuerySet:
        return self.filter(status=PlanStatus.ACCEPTED)


def _paths_above(path: str) -> list[str]:
    steps = path.rstrip("/").split("/")
    return ["/".join(steps[:depth]) + "/" for depth in range(1, len(steps))]


class Plan(ScopedModel):
    """Who visits whom on a day, as one version; accepting a version supersedes the one before."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    version = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=10, choices=PlanStatus, default=PlanStatus.PROPOSED)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    # Figures, the crew, refused wishes, and what made a new version necessary ("causes"); see actions.keeping.
    summary = models.JSONField(default=dict)
    # The plan of the first of several days that were planned together; empty for that one.
    first_day = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="next_days")
    # The version that this one changes as little as it must, and from when: what began before stays as it was.
    base = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replanned")
    changes_from = models.DateTimeField(_("changes from"), null=True)

    objects = ScopedManager.from_queryset(PlanQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["campaign", "area", "on", "version"], name="plan_version_once"),
            models.UniqueConstraint(
                fields=["campaign", "area", "on"], condition=Q(status="accepted"), name="plan_accepted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.on} v{self.version}"


class Run(ScopedModel):
    """Work of the planner in the background: who asked for it, how far it is, whether it is to stop."""

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    seconds = models.PositiveSmallIntegerField(_("seconds of search"))
    status = models.CharField(_("status"), max_length=10, choices=RunStatus, default=RunStatus.WAITING)
    # Share of the search in per cent, and when it was last told: a run that is silent has died.
    progress = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    stop_requested = models.BooleanField(default=False)
    problem = models.TextField(blank=True)

    class Meta(ScopedModel.Meta):
        abstract = True


class PlanRun(Run):
    """One search for the plans of one or several days; with `base`, for a version that changes little of it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    days = models.PositiveSmallIntegerField(_("days"), default=1)
    base = models.ForeignKey(Plan, null=True, on_delete=models.SET_NULL, related_name="+")
    # The plan of the first day, when it is there.
    plan = models.ForeignKey(Plan, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = ScopedManager.from_queryset(ByAreaQuerySet)()

    class Meta(Run.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "area", "on"],
                condition=Q(status__in=["waiting", "running"]),
                name="plan_run_going_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.on} {self.status}"


class Outlook(Run):
    """The rest of a campaign rehearsed, as it is or with something changed (假如): its expected curve of overdue days.

    `parameters` say what is changed, see `actions.Question`: {"officers": 5} fewer, {"officer": 7, "days": 3} away.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("from day"))
    kind = models.CharField(_("kind"), max_length=16, choices=OutlookKind)
    parameters = models.JSONField(default=dict)
    # {"curve": [[day, overdue], ...], figures}: see actions.outlooks.
    result = models.JSONField(default=dict)

    objects = ScopedManager.from_queryset(ByAreaQuerySet)()

    class Meta(Run.Meta):
        abstract = False
        indexes = [models.Index(fields=["campaign", "area", "on"], name="outlook_area")]

    def __str__(self) -> str:
        return f"{self.area} {self.on} {self.kind}"


class ByEnterpriseQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> ByEnterpriseQuerySet:
        return self.filter(within_postings(user, "enterprise__area__path"))


class JointVisit(ScopedModel):
    """A visit wished for in which several agencies come to one enterprise together (联合走访)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    on = models.DateField(_("day"))
    # Empty: the planner finds the hour at which all can come.
    starts_at = models.TimeField(_("at (time)"), null=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True)
    occasion = models.CharField(_("occasion"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=JointStatus, default=JointStatus.WISHED)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = ScopedManager.from_queryset(ByEnterpriseQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "on"], condition=Q(status="wished"), name="joint_visit_wished_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.on}"


class JointSeat(models.Model):
    """One person who must be there: a named officer, else anybody of a role, an agency, or both."""

    joint = models.ForeignKey(JointVisit, on_delete=models.CASCADE, related_name="seats")
    officer = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=20, blank=True)
    agency = models.CharField(_("agency"), max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["joint", "officer"], condition=Q(officer__isnull=False), name="joint_seat_once"
            ),
            models.CheckConstraint(
                condition=Q(officer__isnull=False) | ~Q(role="") | ~Q(agency=""),
                name="joint_seat_for_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.officer or self.agency or self.role)

    @property
    def words(self) -> str:
        """Who takes the seat, for people: the name of the role rather than its key."""
        role = str(ROLES[self.role].name) if self.role in ROLES else self.role
        return " ".join(part for part in (str(self.officer or ""), self.agency, role) if part)


class Exclusion(ScopedModel):
    """A person's wish that the planner obeys: an officer not to an enterprise, or nobody there on a day."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    officer = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    # Empty: every day.
    on = models.DateField(_("day"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = ScopedManager.from_queryset(ByEnterpriseQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["campaign", "on"], name="exclusion_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(officer__isnull=False) | Q(on__isnull=False),
                name="exclusion_of_somebody_or_some_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer or self.on} x {self.enterprise}"


class PlanPartQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> PlanPartQuerySet:
        """Stops at enterprises in the user's areas, and the user's own stops."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(within_postings(user, "enterprise__area__path") | Q(officer_id=user.pk))


class PlannedVisit(ScopedModel):
    """One stop of an officer's day, with the reasons for it."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="planned")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    order = models.PositiveSmallIntegerField(_("stop"))
    arrives_at = models.DateTimeField(_("from"))
    leaves_at = models.DateTimeField(_("to"))
    # [["risk_list", {"name": "..."}], ...]: codes and values; planning.explain makes the sentences.
    reasons = models.JSONField(default=list)
    is_locked = models.BooleanField(_("locked"), default=False)
    # Whom a person wants to go instead: the next plan of the day sends them.
    wish = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # When a person wants it to begin: at that minute where the time is locked, else about then.
    wish_at = models.DateTimeField(_("wished for"), null=True)
    is_time_locked = models.BooleanField(_("time locked"), default=False)
    # The joint visit that this stop is one person's part of; all its stops begin at the same minute.
    joint = models.ForeignKey(JointVisit, null=True, on_delete=models.SET_NULL, related_name="stops")

    objects = ScopedManager.from_queryset(PlanPartQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["plan", "enterprise", "officer"], name="planned_once"),
            models.UniqueConstraint(fields=["plan", "officer", "order"], name="planned_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.officer} > {self.enterprise}"


class LeftOut(ScopedModel):
    """An enterprise that was due and is not in the plan, and why."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="left_out")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    # Whom a person wants to go all the same, and about when: the next plan of the day sends them. Else empty.
    officer = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    wish_at = models.DateTimeField(_("wished for"), null=True)
    reasons = models.JSONField(default=list)

    objects = ScopedManager.from_queryset(PlanPartQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["plan", "enterprise"], name="left_out_once")]

    def __str__(self) -> str:
        return f"{self.enterprise}"
