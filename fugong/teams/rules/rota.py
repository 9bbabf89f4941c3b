"""Who may take a shift: one place at a time, rest between, skills, days and hours agreed to. Plain calculations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Span:
    """Some hours, in local time."""

    start: datetime
    end: datetime

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def gap(self, other: Span) -> timedelta:
        """The time between two spans that do not overlap."""
        return max(other.start - self.end, self.start - other.end)


@dataclass(frozen=True)
class Hand:
    """A volunteer as far as a shift asks: skills, weekdays (Monday 0), hours, days away, other shifts."""

    skills: Collection[str] = ()
    weekdays: Collection[int] = ()
    from_time: time = time.min
    to_time: time = time.max
    away: Sequence[tuple[date, date]] = ()
    taken: Sequence[Span] = ()
    # Hours to which they were to come and said that they cannot.
    called_off: Sequence[Span] = ()
    has_left: bool = False

    def with_one_more(self, span: Span) -> Hand:
        return replace(self, taken=(*self.taken, span))


def why_not_take(hand: Hand, shift: Span, *, skill: str, rest_hours: float) -> str:
    """Why this volunteer cannot take this shift; empty when they can."""
    if hand.has_left:
        return _("no longer a volunteer")
    if skill and skill not in hand.skills:
        return _("does not have the skill")
    if shift in hand.called_off:
        return _("said that they cannot come")
    if any(span.overlaps(shift) for span in hand.taken):
        return _("has another shift at that time")
    if any(span.gap(shift) < timedelta(hours=rest_hours) for span in hand.taken):
        return _("would have less than %(hours)g hours of rest") % {"hours": rest_hours}
    last = (shift.end - timedelta(seconds=1)).date()
    if any(first <= last and shift.start.date() <= until for first, until in hand.away):
        return _("is away on that day")
    return _why_not_at_hours(hand, shift, last)


def _why_not_at_hours(hand: Hand, shift: Span, last: date) -> str:
    if shift.start.weekday() not in hand.weekdays:
        return _("does not come on that day of the week")
    ends_late = last != shift.start.date() or shift.end.time() > hand.to_time
    return _("does not come at these hours") if shift.start.time() < hand.from_time or ends_late else ""


def why_not_shift(starts_at: datetime, ends_at: datetime, needed: int) -> str:
    """Why there cannot be such a shift; empty when there can."""
    if ends_at <= starts_at:
        return _("A shift cannot end before it begins.")
    if ends_at - starts_at > timedelta(hours=24):
        return _("A shift lasts at most a day.")
    return "" if needed >= 1 else _("A shift needs somebody.")


def why_not_cancel(*, is_cancelled: bool, is_noted: bool) -> str:
    """Why a shift cannot be cancelled; empty when it can."""
    if is_cancelled:
        return _("This shift was cancelled already.")
    return _("Hours of this shift are counted already.") if is_noted else ""


def why_not_release(*, is_noted: bool) -> str:
    """Why somebody cannot be taken off a shift; empty when they can."""
    return _("Hours of this shift are counted already.") if is_noted else ""


def why_not_call_off(starts_at: datetime, at: datetime, reason: str) -> str:
    """Why a volunteer cannot say any more that they do not come; empty when they can."""
    if at >= starts_at:
        return _("The shift has begun. Call your coordinator.")
    return "" if reason.strip() else _("Say why you cannot come.")


def why_not_attend(starts_at: datetime, at: datetime) -> str:
    """Why it cannot be noted yet who came; empty when it can."""
    return _("This shift has not begun yet.") if at < starts_at else ""
