"""What teams say about enterprises, households and volunteers, as words of conditions."""

from datetime import datetime, time, timedelta

from django.db.models import (
    Case,
    CharField,
    Exists,
    FloatField,
    OuterRef,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Moment, measure
from fugong.teams.models import Charge, ChargeKind, Duty, HouseholdCharge, Station, Turn, covered_by_duty
from fugong.teams.rules import TeamKind


def _charged(kind: str, moment: Moment) -> Combinable:
    return Exists(Charge.objects.system().in_force(moment.on).filter(enterprise=OuterRef("pk"), kind=kind))


@measure(
    "enterprises.enterprise", "has_liaison", kind="flag", zh="有联络员", label=_("has a liaison officer")
)
def has_liaison(moment: Moment) -> Combinable:
    """A liaison officer answers for the enterprise on the day."""
    return _charged(ChargeKind.LIAISON, moment)


@measure(
    "enterprises.enterprise", "has_instructor", kind="flag", zh="有指导员", label=_("has a health instructor")
)
def has_instructor(moment: Moment) -> Combinable:
    """A health instructor answers for the enterprise on the day."""
    return _charged(ChargeKind.INSTRUCTOR, moment)


@measure(
    "enterprises.enterprise", "has_service_team", kind="flag", zh="有服务队", label=_("has a service team")
)
def has_service_team(moment: Moment) -> Combinable:
    """A service team answers for the enterprise on the day, by itself or with its area."""
    covered = covered_by_duty(TeamKind.SERVICE, moment.on)
    return Case(When(covered, then=Value(True)), default=Value(False))


@measure(
    "enterprises.enterprise", "has_joint_team", kind="flag", zh="有联合工作组", label=_("has a joint team")
)
def has_joint_team(moment: Moment) -> Combinable:
    """A joint team of village, enterprise and department is for the enterprise on the day."""
    return Exists(
        Duty.objects.system().in_force(moment.on).filter(kind=TeamKind.JOINT, enterprise=OuterRef("pk"))
    )


@measure(
    "enterprises.enterprise",
    "has_stationed_officer",
    kind="flag",
    zh="有驻点干部",
    label=_("has a stationed officer"),
)
def has_stationed_officer(moment: Moment) -> Combinable:
    """An officer works full time at the enterprise on the day."""
    return Exists(Station.objects.system().in_force(moment.on).filter(enterprise=OuterRef("pk")))


@measure("teams.household", "has_officer", kind="flag", zh="有包户干部", label=_("has an officer"))
def has_officer(moment: Moment) -> Combinable:
    """Somebody answers for the household on the day."""
    return Exists(HouseholdCharge.objects.system().in_force(moment.on).filter(household=OuterRef("pk")))


@measure("teams.household", "officer", kind="text", zh="包户干部", label=_("officer"))
def officer(moment: Moment) -> Combinable:
    """The name of who answers for the household on the day; unknown where nobody does."""
    rows = HouseholdCharge.objects.system().in_force(moment.on).filter(household=OuterRef("pk"))
    return Subquery(rows.order_by("-pk").values("officer__name")[:1], output_field=CharField())


@measure("teams.household", "is_watched", kind="flag", zh="在观察期", label=_("is under watch"))
def is_watched(moment: Moment) -> Combinable:
    """Somebody of the household is under watch on the day."""
    return Case(When(watched_until__gte=moment.on, then=Value(True)), default=Value(False))


@measure("teams.volunteer", "hours_done", kind="number", zh="已服务小时", label=_("hours counted"))
def hours_done(moment: Moment) -> Combinable:
    """Hours of shifts up to the day at which the volunteer came."""
    end = timezone.make_aware(datetime.combine(moment.on + timedelta(days=1), time()))
    rows = Turn.objects.filter(volunteer=OuterRef("pk"), shift__starts_at__lt=end).order_by()
    summed = rows.values("volunteer").annotate(n=Sum("hours")).values("n")
    return Coalesce(Subquery(summed, output_field=FloatField()), 0.0)
