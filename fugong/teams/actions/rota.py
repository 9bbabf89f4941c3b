"""Shifts are planned, taken, given back and counted.

Whoever puts a volunteer on a shift first locks the volunteer, then the shift, and checks with what is written by then:
two coordinators at once cannot put one person at two places, nor too many people on one shift.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import Refused, refuse_if
from fugong.teams import rules
from fugong.teams.models import CalledOff, Shift, Turn, Volunteer
from fugong.teams.queries.rota import hand_of, rest_hours, span_of
from fugong.territory.models import Area


@dataclass(frozen=True)
class ShiftFacts:
    """Hours at a post: what is done, where, when, by how many, with which skill."""

    area: Area
    kind: str
    place: str
    starts_at: datetime
    ends_at: datetime
    needed: int = 1
    skill: str = ""


@transaction.atomic
def plan_shift(*, campaign: Campaign, facts: ShiftFacts, by: Any, at: datetime) -> Shift:
    """A shift that needs volunteers."""
    refuse_if(rules.why_not_shift(facts.starts_at, facts.ends_at, facts.needed))
    shift: Shift = Shift.objects.create(
        campaign=campaign,
        area=facts.area,
        kind=facts.kind,
        place=facts.place.strip()[:80],
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        needed=facts.needed,
        skill=facts.skill,
        by=by,
    )
    record("teams.shift.planned", shift, by=by, at=at, kind=facts.kind, needed=facts.needed)
    return shift


@transaction.atomic
def cancel_shift(*, shift: Shift, by: Any, at: datetime) -> Shift:
    """Nobody is needed any more; whoever was on it is free again."""
    shift = Shift.objects.system().select_for_update().get(pk=shift.pk)
    is_noted = shift.turns.filter(has_come__isnull=False).exists()  # type: ignore[attr-defined]
    refuse_if(rules.why_not_cancel(is_cancelled=shift.cancelled_at is not None, is_noted=is_noted))
    shift.cancelled_at = at
    shift.save(update_fields=["cancelled_at"])
    record("teams.shift.cancelled", shift, by=by, at=at)
    return shift


@transaction.atomic
def take_shift(
    *, shift: Shift, volunteer: Volunteer, by: Any, at: datetime, reason: str = "", again: bool = False
) -> Turn:
    """Put a volunteer on a shift. Refused with what stands against it: a clash, too little rest, a skill, days away.

    `again`: they had said that they cannot come, and now they can.
    """
    volunteer = Volunteer.objects.system().select_for_update().get(pk=volunteer.pk)
    shift = (
        Shift.objects.system()
        .select_for_update(of=("self",))
        .select_related("campaign__release")
        .get(pk=shift.pk)
    )
    refuse_if(_("This shift was cancelled already.") if shift.cancelled_at else "")
    if again:
        CalledOff.objects.filter(shift=shift, volunteer=volunteer).delete()
    turns = list(Turn.objects.filter(shift=shift))
    refuse_if(_("This shift is full.") if len(turns) >= shift.needed else "")
    why_not = _why_not(shift, volunteer)
    refuse_if(f"{volunteer.name}: {why_not}" if why_not else "")
    turn = Turn.objects.create(shift=shift, volunteer=volunteer, by=by, at=at, reason=reason[:200])
    record("teams.shift.taken", shift, by=by, at=at, volunteer=volunteer.pk)
    return turn


def _why_not(shift: Shift, volunteer: Volunteer) -> str:
    taken = Shift.objects.system().filter(turns__volunteer=volunteer, cancelled_at__isnull=True)
    rest = rest_hours(shift.campaign, timezone.localdate(shift.starts_at))
    said = Shift.objects.system().filter(called_off__volunteer=volunteer)
    hand = hand_of(volunteer, taken, said)
    return rules.why_not_take(hand, span_of(shift), skill=shift.skill, rest_hours=rest)


@transaction.atomic
def confirm_turns(*, turns: Iterable[tuple[Shift, Volunteer]], by: Any, at: datetime) -> int:
    """A person agrees to proposed turns; what was overtaken meanwhile is left out. The number that stands now."""
    made = 0
    for shift, volunteer in sorted(turns, key=lambda pair: (pair[1].pk, pair[0].pk)):
        try:
            with transaction.atomic():
                take_shift(shift=shift, volunteer=volunteer, by=by, at=at, reason=_("proposed"))
        except Refused:
            continue
        made += 1
    return made


@transaction.atomic
def release(*, turn: Turn, by: Any, at: datetime) -> None:
    """Take a volunteer off a shift; its place is open again."""
    turn = Turn.objects.select_for_update(of=("self",)).select_related("shift").get(pk=turn.pk)
    refuse_if(rules.why_not_release(is_noted=turn.has_come is not None))
    shift, volunteer = turn.shift, turn.volunteer_id
    turn.delete()
    record("teams.shift.released", shift, by=by, at=at, volunteer=volunteer)


@transaction.atomic
def call_off(*, shift: Shift, volunteer: Volunteer, reason: str, by: Any, at: datetime) -> CalledOff:
    """The volunteer cannot come: their place is open again, and the reason is there for the coordinator.

    Said again, it is the same. The reason may speak of an illness; the event, which cannot be erased, has it not.
    """
    volunteer = Volunteer.objects.system().select_for_update().get(pk=volunteer.pk)
    said: CalledOff | None = CalledOff.objects.filter(shift=shift, volunteer=volunteer).first()
    if said is not None:
        return said
    turn = Turn.objects.select_for_update(of=("self",)).filter(shift=shift, volunteer=volunteer).first()
    if turn is None:
        raise Refused(_("You are not on this shift."))
    refuse_if(_("This shift was cancelled already.") if shift.cancelled_at else "")
    refuse_if(rules.why_not_call_off(shift.starts_at, at, reason))
    row: CalledOff = CalledOff.objects.create(
        shift=shift, volunteer=volunteer, reason=reason.strip()[:200], at=at
    )
    turn.delete()
    record("teams.shift.called_off", shift, by=by, at=at, volunteer=volunteer.pk)
    return row


@transaction.atomic
def note_attendance(*, shift: Shift, came: Iterable[int], by: Any, at: datetime) -> int:
    """Who of those on the shift came (numbers of turns): their hours count, the others' do not. How many came."""
    shift = Shift.objects.system().select_for_update().get(pk=shift.pk)
    refuse_if(_("This shift was cancelled already.") if shift.cancelled_at else "")
    refuse_if(rules.why_not_attend(shift.starts_at, at))
    present, number = set(came), 0
    for turn in shift.turns.order_by("pk"):  # type: ignore[attr-defined]
        turn.has_come = turn.pk in present
        turn.hours = round(shift.hours, 2) if turn.has_come else 0.0
        turn.save(update_fields=["has_come", "hours"])
        number += turn.has_come
    record("teams.shift.attended", shift, by=by, at=at, came=number)
    return number
