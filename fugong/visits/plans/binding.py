"""What people have decided and the planner obeys: locked stops and wishes, bans, joint visits, visits by others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from fugong.campaigns.models import Campaign
from fugong.core.paths import below
from fugong.territory.models import Area
from fugong.visits.models import Exclusion, JointSeat, JointVisit, LeftOut, Plan, PlannedVisit
from fugong.visits.planning import Lock, ReasonCode, Window
from fugong.visits.planning.horizon import Enterprise
from fugong.visits.queries import joint_visits_on, stops_in_force
from fugong.visits.rules import PlanStatus

# A stop that was dragged to a time begins at most so many minutes before or after it.
ABOUT = 30


@dataclass(frozen=True)
class Wish:
    """Who is to go (None: anybody) and when (minute of the day), at that minute or about then."""

    officer: int | None = None
    at: int | None = None
    is_exact: bool = False

    @property
    def lock(self) -> Lock:
        officer = None if self.officer is None else str(self.officer)
        return Lock(officer=officer, at=self.at if self.is_exact else None)


@dataclass
class Bindings:
    """Everything that binds the plans of some days, by number of the enterprise."""

    wishes: dict[date, dict[int, Wish]] = field(default_factory=dict)
    kept_out: dict[int, set[str]] = field(default_factory=dict)
    closed: dict[int, set[date]] = field(default_factory=dict)
    joints: dict[int, JointVisit] = field(default_factory=dict)

    @cached_property
    def concerned(self) -> frozenset[int]:
        """The enterprises that anything binds."""
        wished = [pk for rows in self.wishes.values() for pk in rows]
        return frozenset([*wished, *self.kept_out, *self.closed, *self.joints])

    def locks(self) -> dict[date, dict[str, Lock]]:
        """The wishes as the planner takes them; a joint visit is one of its day."""
        found = {day: {str(pk): wish.lock for pk, wish in rows.items()} for day, rows in self.wishes.items()}
        for pk, joint in self.joints.items():
            at = joint.starts_at
            found.setdefault(joint.on, {})[str(pk)] = Lock(at=at.hour * 60 + at.minute if at else None)
        return found


def bindings_of(campaign: Campaign, area: Area, days: list[date], base: Plan | None = None) -> Bindings:
    """What binds the plans of an area on these days; six queries. `base`: whose wishes hold, else the newest's."""
    found = Bindings(wishes=wishes_of(campaign, area, days, base))
    for row in _bans(campaign, days):
        if row.officer_id is not None:
            found.kept_out.setdefault(row.enterprise_id, set()).add(str(row.officer_id))
        elif row.on is not None:
            found.closed.setdefault(row.enterprise_id, set()).add(row.on)
    joints = joint_visits_on(campaign.pk, days[0], days[-1])
    for joint in joints.filter(below(area.path, "enterprise__area__path")):
        found.joints.setdefault(joint.enterprise_id, joint)
    return found


def _bans(campaign: Campaign, days: list[date]) -> list[Exclusion]:
    standing = Exclusion.objects.system().filter(campaign=campaign, ended_at__isnull=True)
    return list(standing.filter(Q(on__isnull=True) | Q(on__in=days)))


def wishes_of(
    campaign: Campaign, area: Area, days: list[date], base: Plan | None = None
) -> dict[date, dict[int, Wish]]:
    """Whom people have fixed for which enterprise and when, in the newest version of each day's plan, or in `base`.

    Locked stops, stops given to another officer or moved, and enterprises left out that somebody is to visit all
    the same.
    """
    versions = Plan.objects.system().filter(campaign=campaign, area=area, on__in=days)
    newest = {plan.on: plan for plan in versions.exclude(status=PlanStatus.SUPERSEDED).order_by("version")}
    if base is not None:
        newest = {base.on: base}
    day_of = {plan.pk: day for day, plan in newest.items()}
    found: dict[date, dict[int, Wish]] = {day: {} for day in newest}
    asked = Q(is_locked=True) | Q(wish_at__isnull=False)
    for stop in PlannedVisit.objects.system().filter(asked, plan__in=list(day_of), joint__isnull=True):
        found[day_of[stop.plan_id]][stop.enterprise_id] = _wish(stop)
    for left in LeftOut.objects.system().filter(plan__in=list(day_of), officer__isnull=False):
        found[day_of[left.plan_id]][left.enterprise_id] = Wish(left.officer_id, _minute(left.wish_at))
    return found


def _wish(stop: PlannedVisit) -> Wish:
    officer = stop.wish_id or stop.officer_id if stop.is_locked else None
    return Wish(officer, _minute(stop.wish_at), stop.is_time_locked)


def _minute(moment: datetime | None) -> int | None:
    return None if moment is None else minute_of(moment)


def minute_of(moment: datetime) -> int:
    """Minutes since midnight, in the zone of the site."""
    local = timezone.localtime(moment)
    return local.hour * 60 + local.minute


def bound(enterprise: Enterprise, bindings: Bindings, days: list[date]) -> Enterprise:
    """The enterprise as the bindings leave it: who must not go, closed days, hours of a wish, a joint visit."""
    pk = int(enterprise.id)
    if pk not in bindings.concerned:
        return enterprise
    closed = enterprise.closed_on | bindings.closed.get(pk, set())
    enterprise = replace(
        enterprise, forbidden=frozenset(bindings.kept_out.get(pk, ())), closed_on=frozenset(closed)
    )
    joint = bindings.joints.get(pk)
    if joint is not None:
        return _together(enterprise, joint, days)
    hours = dict(enterprise.by_weekday)
    for day, wishes in bindings.wishes.items():
        wish = wishes.get(pk)
        if wish is not None and wish.at is not None and not wish.is_exact:
            hours[day.weekday()] = _about(enterprise, wish.at, day)
    return replace(enterprise, by_weekday=hours)


def _about(enterprise: Enterprise, at: int, day: date) -> tuple[Window, ...]:
    """The opening hours about a minute of the day."""
    first, last = at - ABOUT, at + ABOUT + enterprise.service_minutes
    cut = [(max(window.start, first), min(window.end, last)) for window in enterprise.hours(day)]
    return tuple(Window(start, end) for start, end in cut if start < end)


def _together(enterprise: Enterprise, joint: JointVisit, days: list[date]) -> Enterprise:
    """Visited on the day of the joint visit, by all its people, and on no other of the days."""
    seats = joint.seats.all()  # type: ignore[attr-defined]
    return replace(
        enterprise,
        together=tuple(seat_skills(seat) for seat in seats),
        skills=frozenset(),
        service_minutes=joint.minutes or enterprise.service_minutes,
        due=joint.on,
        mandatory=True,
        closed_on=enterprise.closed_on | {day for day in days if day != joint.on},
        reasons=(*enterprise.reasons, ReasonCode("note", text=joint.occasion)),
    )


def seat_skills(seat: JointSeat) -> frozenset[str]:
    """What whoever takes the seat must have."""
    if seat.officer_id is not None:
        return frozenset({f"officer:{seat.officer_id}"})
    asked = [("role", seat.role), ("agency", seat.agency)]
    return frozenset(f"{kind}:{value}" for kind, value in asked if value)


def taken_by_others(
    campaign: Campaign, area: Area, days: list[date], crew: list[int]
) -> Mapping[date, frozenset[str]]:
    """Enterprises that officers outside a crew visit by an accepted plan, by day: nobody comes twice.

    The plan that stands for `area` and those inside it are not others': the new one replaces them, and whoever
    was in their crew and is away today leaves the enterprises to the rest.
    """
    found = {}
    for day in days:
        replaced = (
            Plan.objects.system().in_force().filter(below(area.path, "area__path"), campaign=campaign, on=day)
        )
        others = stops_in_force(campaign.pk, day, without=replaced).exclude(officer__in=crew)
        found[day] = frozenset(str(pk) for pk in others.values_list("enterprise_id", flat=True))
    return found
