"""What a person wants of the next version of a plan: locked stops, other officers and times, who must not go."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from fugong.access.models import User
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.enterprises.models import Enterprise
from fugong.visits.models import Exclusion, LeftOut, Plan, PlannedVisit
from fugong.visits.plans.staff import may_reach
from fugong.visits.queries import crew_of, is_made
from fugong.visits.rules import (
    why_not_allow,
    why_not_at,
    why_not_change,
    why_not_forbid,
    why_not_give,
    why_not_lock,
    why_not_send,
    why_not_swap,
)


@transaction.atomic
def lock_stop(*, stop: PlannedVisit, by: User, at: datetime, keeps_time: bool = False) -> PlannedVisit:
    """Fix a stop to its officer: the next plan of the day keeps it; with `keeps_time` at its minute too."""
    refuse_if(why_not_lock(stop, timezone.localdate(at)))
    stop.is_locked, stop.wish = True, None
    stop.wish_at, stop.is_time_locked = (stop.arrives_at if keeps_time else None), keeps_time
    return _kept(stop, "visits.stop.locked", by=by, at=at)


@transaction.atomic
def unlock_stop(*, stop: PlannedVisit, by: User, at: datetime) -> PlannedVisit:
    """Let the planner move the stop again; a wish for another officer or time is taken back."""
    refuse_if(why_not_lock(stop, timezone.localdate(at)))
    stop.is_locked, stop.is_time_locked, stop.wish, stop.wish_at = False, False, None, None
    return _kept(stop, "visits.stop.unlocked", by=by, at=at)


@transaction.atomic
def give_to(*, stop: PlannedVisit, officer: User, by: User, at: datetime) -> PlannedVisit:
    """Wish that another officer of the plan makes this visit: the next plan of the day sends them."""
    refuse_if(_why_not_give(stop, at))
    refuse_if(_why_not_send(stop.plan, officer, stop.enterprise))
    stop.is_locked, stop.wish = True, (None if officer.pk == stop.officer_id else officer)
    return _kept(stop, "visits.stop.given", by=by, at=at)


@transaction.atomic
def move_stop(
    *,
    stop: PlannedVisit,
    officer: User | None,
    at_time: datetime | None,
    by: User,
    at: datetime,
    is_exact: bool = False,
) -> PlannedVisit:
    """Wish for a stop where it was dragged to: in an officer's lane (None: its own), beginning about `at_time`.

    `at_time` None leaves the time to the planner; with `is_exact` it begins at that minute or not at all. A wish
    that cannot be met comes back with its reason among the plan's refused wishes.
    """
    refuse_if(_why_not_give(stop, at))
    refuse_if(_why_not_at(stop.plan, at_time))
    goes = officer or stop.wish or stop.officer
    refuse_if(_why_not_send(stop.plan, goes, stop.enterprise))
    stop.is_locked, stop.wish = True, (None if goes.pk == stop.officer_id else goes)
    stop.wish_at, stop.is_time_locked = at_time, is_exact and at_time is not None
    return _kept(stop, "visits.stop.moved", by=by, at=at)


@transaction.atomic
def swap(*, stop: PlannedVisit, other: PlannedVisit, by: User, at: datetime) -> tuple[PlannedVisit, ...]:
    """Let two stops of a plan change places: each goes to the other's officer, about when the other was to begin."""
    made = is_made(stop) or is_made(other)
    refuse_if(why_not_swap(stop, other, timezone.localdate(at), is_made=made))
    refuse_if(_why_not_send(stop.plan, other.officer, stop.enterprise))
    refuse_if(_why_not_send(stop.plan, stop.officer, other.enterprise))
    for one, place in ((stop, other), (other, stop)):
        one.is_locked = True
        one.wish = None if place.officer_id == one.officer_id else place.officer
        one.wish_at, one.is_time_locked = place.arrives_at, False
    return tuple(_kept(one, "visits.stop.swapped", by=by, at=at) for one in (stop, other))


def _why_not_give(stop: PlannedVisit, at: datetime) -> str:
    return why_not_give(stop, timezone.localdate(at), is_made=is_made(stop))


def _why_not_send(plan: Plan, officer: User, enterprise: Enterprise) -> str:
    on_duty = officer.pk in crew_of(plan)
    is_inside = not on_duty or may_reach(plan, officer, enterprise.area_id)
    return why_not_send(officer.name, on_duty=on_duty, outside="" if is_inside else enterprise.area.name)


def _why_not_at(plan: Plan, at_time: datetime | None) -> str:
    local = timezone.localtime(at_time) if at_time else None
    return why_not_at(local, shift_of(plan), plan.on)


def shift_of(plan: Plan) -> tuple[time, time]:
    """When the officers' day of the pack begins and ends."""
    start, end = plan.campaign.part("visits")["hours"]["shift"].split("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def _kept(stop: PlannedVisit, name: str, *, by: User, at: datetime) -> PlannedVisit:
    stop.save(update_fields=["is_locked", "is_time_locked", "wish", "wish_at"])
    changes: dict[str, Any] = {
        "enterprise": stop.enterprise_id,
        "officer": stop.officer_id,
        "wish": stop.wish_id,
        "wish_at": stop.wish_at,
    }
    record(name, stop, by=by, at=at, campaign_id=stop.plan.campaign_id, **changes)
    return stop


@transaction.atomic
def want(
    *, left_out: LeftOut, officer: User | None, by: User, at: datetime, at_time: datetime | None = None
) -> LeftOut:
    """Wish that an officer visits an enterprise that was left out, perhaps about a time; None takes the wish back."""
    refuse_if(why_not_change(left_out.plan, timezone.localdate(at)))
    refuse_if(_why_not_at(left_out.plan, at_time))
    refuse_if(_why_not_send(left_out.plan, officer, left_out.enterprise) if officer else "")
    left_out.officer, left_out.wish_at = officer, at_time if officer else None
    left_out.save(update_fields=["officer", "wish_at"])
    changes = {"enterprise": left_out.enterprise_id, "officer": officer and officer.pk, "wish_at": at_time}
    record("visits.left_out.wanted", left_out, by=by, at=at, campaign_id=left_out.plan.campaign_id, **changes)
    return left_out


@transaction.atomic
def forbid(
    *, plan: Plan, enterprise: Enterprise, officer: User | None, reason: str, by: User, at: datetime
) -> Exclusion:
    """Keep an officer from an enterprise until somebody allows it again; without an officer, everybody on the plan's day.

    The plan itself stays as it is: the next one obeys. The same wish again is the one that stands.
    """
    day = None if officer else plan.on
    standing = Exclusion.objects.system().filter(enterprise=enterprise, ended_at__isnull=True)
    found: Exclusion | None = standing.filter(officer=officer, on=day).first()
    if found is not None:
        return found
    made = officer is None and is_made(plan.planned.filter(enterprise=enterprise).first())  # type: ignore[attr-defined]
    refuse_if(why_not_forbid(plan, timezone.localdate(at), is_made=made))
    exclusion: Exclusion = Exclusion.objects.create(
        campaign_id=plan.campaign_id,
        enterprise=enterprise,
        officer=officer,
        on=day,
        reason=reason.strip()[:200],
        by=by,
        at=at,
    )
    record("visits.exclusion.made", exclusion, by=by, at=at, enterprise=enterprise, officer=officer, on=day)
    return exclusion


@transaction.atomic
def allow(*, exclusion: Exclusion, by: User, at: datetime) -> Exclusion:
    """Lift a ban: the planner is free again."""
    exclusion = Exclusion.objects.system().select_for_update().get(pk=exclusion.pk)
    refuse_if(why_not_allow(exclusion))
    exclusion.ended_at = at
    exclusion.save(update_fields=["ended_at"])
    record("visits.exclusion.ended", exclusion, by=by, at=at, enterprise=exclusion.enterprise_id)
    return exclusion
