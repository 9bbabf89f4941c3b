"""Who is away and when they are back; what the planner has to know before it sends anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from fugong.access.models import User
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.visits.models import Absence
from fugong.visits.rules import AbsenceKind, why_not_absent, why_not_end_absence


@dataclass(frozen=True)
class Away:
    """From the first to the last day away (None: nobody knows yet); with both times, between them on each day."""

    from_on: date
    to_on: date | None = None
    from_time: time | None = None
    to_time: time | None = None
    kind: str = AbsenceKind.OTHER
    note: str = ""


@transaction.atomic
def report_absence(*, officer: User, away: Away, by: User | None, at: datetime) -> Absence:
    """Note that an officer is away. Plans that stand do not change by themselves: `replan` gives the visits to others."""
    refuse_if(why_not_absent(away.from_on, away.to_on, away.from_time, away.to_time))
    absence: Absence = Absence.objects.create(
        officer=officer,
        from_on=away.from_on,
        back_on=date.fromordinal(away.to_on.toordinal() + 1) if away.to_on else None,
        from_time=away.from_time,
        to_time=away.to_time,
        kind=away.kind,
        note=away.note.strip()[:200],
        by=by,
        at=at,
    )
    changes: dict[str, Any] = {
        "officer": officer,
        "from_on": away.from_on,
        "to_on": away.to_on,
        "kind": away.kind,
    }
    record("visits.absence.reported", absence, by=by, at=at, **changes)
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, on: date, by: User | None, at: datetime) -> Absence:
    """The officer is back at work on this day; an absence that has not begun by then never takes place."""
    absence = Absence.objects.system().select_for_update().get(pk=absence.pk)
    refuse_if(why_not_end_absence(absence, on))
    absence.back_on = max(on, absence.from_on)
    absence.save(update_fields=["back_on"])
    record("visits.absence.ended", absence, by=by, at=at, officer=absence.officer, back_on=absence.back_on)
    return absence
