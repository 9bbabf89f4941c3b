"""Wishes for a plan, absences, joint visits and horizons: why not."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.utils.translation import gettext

from fugong.visits.rules.plans import JointStatus, PlanStatus, why_not_change, why_not_plan


def why_not_send(officer: str, *, on_duty: bool, outside: str = "") -> str:
    """Why an officer (a name) cannot be wished for in a plan, or "". `outside`: the area, where it is none of theirs."""
    if not on_duty:
        return gettext("%(name)s is not on duty in this plan.") % {"name": officer}
    if outside:
        sentence = gettext("%(name)s is not sent to %(area)s: the border between their areas is closed.")
        return sentence % {"name": officer, "area": outside}
    return ""


def why_not_move(stop: Any, today: date, *, is_made: bool = False) -> str:
    """Why a stop can no longer be given another officer or time, or "". `is_made`: a visit was written down."""
    if is_made:
        return gettext("This visit has been made.")
    return why_not_change(stop.plan, today)


def why_not_lock(stop: Any, today: date) -> str:
    """Why a stop cannot be locked or unlocked, or ""."""
    if stop.joint_id:
        return gettext("A joint visit is changed as a whole: its day, its time and who comes.")
    return why_not_change(stop.plan, today)


def why_not_give(stop: Any, today: date, *, is_made: bool = False) -> str:
    """Why a stop cannot be given to another officer or moved by hand, or ""."""
    return why_not_lock(stop, today) or why_not_move(stop, today, is_made=is_made)


def why_not_at(at_time: Any, shift: tuple[time, time], on: date) -> str:
    """Why a stop cannot be wished for at this local moment, or "". `shift`: when the officers' day begins and ends."""
    if at_time is None:
        return ""
    if at_time.date() != on:
        return gettext("The time lies on another day than the plan.")
    if not shift[0] <= at_time.time() < shift[1]:
        return gettext("The officers' day runs from %(start)s to %(end)s.") % {
            "start": f"{shift[0]:%H:%M}",
            "end": f"{shift[1]:%H:%M}",
        }
    return ""


def why_not_swap(stop: Any, other: Any, today: date, *, is_made: bool = False) -> str:
    """Why two stops cannot change places, or "". `is_made`: one of the visits was written down."""
    if stop.plan_id != other.plan_id:
        return gettext("Only stops of one plan change places.")
    if stop.pk == other.pk:
        return gettext("This is the same stop twice.")
    return why_not_give(stop, today, is_made=is_made) or why_not_lock(other, today)


def why_not_forbid(plan: Any, today: date, *, is_made: bool = False) -> str:
    """Why nobody can any longer be kept from an enterprise of this plan, or ""."""
    if is_made:
        return gettext("This visit has been made.")
    return gettext("The day of this plan is over.") if plan.on < today else ""


def why_not_allow(exclusion: Any) -> str:
    """Why a ban cannot be lifted, or ""."""
    return gettext("This has ended already.") if exclusion.ended_at else ""


# Absences and joint visits


def why_not_absent(from_on: date, to_on: date | None, from_time: time | None, to_time: time | None) -> str:
    """Why this is no absence, or "". Both times or neither: away between them on each of the days."""
    if to_on is not None and to_on < from_on:
        return gettext("An absence cannot end before it begins.")
    if (from_time is None) != (to_time is None):
        return gettext("Give both times, or none for whole days.")
    if from_time is not None and to_time is not None and to_time <= from_time:
        return gettext("An absence cannot end before it begins.")
    return ""


def why_not_end_absence(absence: Any, on: date) -> str:
    """Why this absence does not end on `on` (the first day back), or ""."""
    if absence.back_on is not None and absence.back_on <= on:
        return gettext("This has ended already.")
    return ""


def why_not_join(on: date, today: date, seats: int) -> str:
    """Why a joint visit cannot be wished for on a day with so many people, or ""."""
    if seats < 2:
        return gettext("A joint visit needs at least two people.")
    return why_not_plan(on, today)


def why_not_withdraw(joint: Any) -> str:
    """Why the wish for a joint visit cannot be withdrawn, or ""."""
    if joint.status == JointStatus.MADE:
        return gettext("This visit has been made.")
    return gettext("This has ended already.") if joint.status == JointStatus.WITHDRAWN else ""


def why_not_replan(plan: Any, today: date) -> str:
    """Why the rest of this plan cannot be planned again, or ""."""
    if plan.status == PlanStatus.SUPERSEDED:
        return gettext("This plan has been replaced by a newer one.")
    return gettext("The day of this plan is over.") if plan.on < today else ""


LONGEST_HORIZON = 7


def why_not_days(days: int) -> str:
    """Why one cannot plan so many days at once, or ""."""
    if 1 <= days <= LONGEST_HORIZON:
        return ""
    return gettext("Between one and %(most)d days are planned at once.") % {"most": LONGEST_HORIZON}


def why_not_rehearse(on: date, ends_on: date | None) -> str:
    """Why the rest of the campaign cannot be rehearsed from a day, or ""."""
    if ends_on is not None and on > ends_on:
        return gettext("The campaign is over by then.")
    return ""
