"""Says since when an enterprise works, and takes in its report of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.enterprises.models import Enterprise
from fugong.resumption import rules
from fugong.resumption.models import DailyReport, Period
from fugong.resumption.rules import MOVES, State


@dataclass(frozen=True)
class Figures:
    """What an enterprise says of one day. `capacity_percent` is of a normal day's output; None when not known."""

    staff: int
    on_duty: int
    capacity_percent: int | None = None
    with_symptoms: int = 0
    mask_days: int | None = None
    note: str = ""


@transaction.atomic
def set_state(*, enterprise: Enterprise, state: str, on: date, by: Any, at: datetime) -> Period:
    """From `on` the enterprise is in this state; the state before ends on that day. The same state again changes nothing."""
    Enterprise.objects.system().select_for_update(of=("self",)).get(pk=enterprise.pk)
    standing: Period | None = (
        Period.objects.system().filter(enterprise=enterprise, to_on__isnull=True).first()
    )
    if standing and standing.state == state:
        return standing
    refuse_if(_why_not_state(standing, state, on))
    if standing and standing.from_on == on:
        standing.delete()
        before: Period | None = (
            Period.objects.system().filter(enterprise=enterprise, to_on=on, state=state).first()
        )
        if before:  # back to the state before, within a day
            before.to_on = None
            before.save(update_fields=["to_on"])
            return before
    elif standing:
        standing.to_on = on
        standing.save(update_fields=["to_on"])
    period: Period = Period.objects.create(enterprise=enterprise, state=state, from_on=on, by=by)
    record(
        "resumption.period.begun",
        period,
        by=by,
        at=at,
        campaign_id=enterprise.campaign_id,
        state=state,
        on=on,
    )
    return period


def _why_not_state(standing: Period | None, state: str, on: date) -> str:
    if standing is None:
        return ""
    if state not in MOVES[standing.state]:
        return _("This is not possible from the present state.")
    if on < standing.from_on:
        return _("The present state began on %(day)s; a change cannot lie before it.") % {
            "day": standing.from_on
        }
    return ""


@transaction.atomic
def report(*, enterprise: Enterprise, on: date, figures: Figures, by: Any, at: datetime) -> DailyReport:
    """Take in the report of a day; sending the same day again corrects it, and the event keeps what it said before.

    Somebody on duty means that the enterprise works: a stopped one is set to resumed on that day.
    """
    refuse_if(
        rules.why_not_report(
            staff=figures.staff,
            on_duty=figures.on_duty,
            capacity_percent=figures.capacity_percent,
            with_symptoms=figures.with_symptoms,
        )
        or (_("A day that has not begun cannot be reported.") if on > at.date() else "")
    )
    before = DailyReport.objects.system().filter(enterprise=enterprise, on=on).values(*vars(figures)).first()
    row: DailyReport
    row, _new = DailyReport.objects.system().update_or_create(
        enterprise=enterprise,
        on=on,
        defaults={**vars(figures), "campaign_id": enterprise.campaign_id, "by": by, "at": at},
    )
    record("resumption.report.taken_in", row, by=by, at=at, before=before, after=vars(figures))
    if figures.on_duty and not _works(enterprise, on):
        set_state(enterprise=enterprise, state=State.RESUMED, on=on, by=by, at=at)
    return row


def _works(enterprise: Enterprise, on: date) -> bool:
    periods = Period.objects.system().filter(enterprise=enterprise, state=State.RESUMED)
    return bool(periods.on(on).exists())
