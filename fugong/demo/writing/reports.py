"""Since when each enterprise works, and the daily reports of those that do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import numpy as np
from django.utils import timezone

from fugong.demo.town import EnterpriseSeed
from fugong.demo.writing.world import BATCH, World, events, keep_events
from fugong.resumption.models import DailyReport, Period
from fugong.resumption.rules import State

# On the last day so many in a hundred of the working enterprises have reported; the others are for the clerk to chase.
PUNCTUAL_PERCENT = 92
FULL_AFTER_DAYS = 14


def write_reports(world: World) -> None:
    """Periods from the told resumptions; a report for each day of work, with slowly growing presence."""
    resumed = {row.enterprise: row.from_on for row in world.told.resumptions if row.status == "resumed"}
    closed = world.campaign.starts_on - timedelta(days=21)
    periods = [
        period for seed in world.firms for period in _periods(world, seed.key, closed, resumed.get(seed.key))
    ]
    Period.objects.bulk_create(periods, batch_size=BATCH)
    begun = [row for row in periods if row.state == State.RESUMED]
    keep_events(
        events(
            "resumption.period.begun", begun, campaign=world.campaign, at=lambda row: _clock(row.from_on, 8)
        )
    )
    rng = np.random.default_rng(world.seed)
    reports = [
        report
        for seed in world.firms
        if seed.key in resumed
        for report in _reports(world, seed, resumed[seed.key], rng)
    ]
    DailyReport.objects.bulk_create(reports, batch_size=BATCH)
    today = [row for row in reports if row.on == world.campaign.frozen_on]
    keep_events(events("resumption.report.taken_in", today, campaign=world.campaign, at=lambda row: row.at))


def _periods(world: World, key: str, closed: date, resumed: date | None) -> list[Period]:
    row = world.rows[key]
    if resumed is None:
        return [Period(enterprise=row, state=State.STOPPED, from_on=closed)]
    return [
        Period(enterprise=row, state=State.STOPPED, from_on=closed, to_on=resumed),
        Period(enterprise=row, state=State.RESUMED, from_on=resumed),
    ]


def _reports(
    world: World, seed: EnterpriseSeed, resumed: date, rng: np.random.Generator
) -> Iterator[DailyReport]:
    """Presence starts at 40-80 % and grows towards 95 % within two weeks; capacity follows it."""
    staff, begin = max(1, seed.headcount), float(rng.uniform(0.4, 0.8))
    last = world.campaign.frozen_on
    assert last is not None
    for passed in range((last - resumed).days + 1):
        on = resumed + timedelta(days=passed)
        if on == last and rng.integers(0, 100) >= PUNCTUAL_PERCENT:
            continue
        presence = begin + (0.95 - begin) * min(1.0, passed / FULL_AFTER_DAYS)
        on_duty = max(1, min(staff, round(staff * presence)))
        yield DailyReport(
            enterprise=world.rows[seed.key],
            campaign_id=world.campaign.pk,
            on=on,
            staff=staff,
            on_duty=on_duty,
            capacity_percent=round(100 * presence * float(rng.uniform(0.8, 1.0))),
            with_symptoms=(seed.staff.fever + seed.staff.cough) if passed == 0 else 0,
            mask_days=seed.risk.mask_days,
            at=_clock(on, int(rng.integers(8, 12))),
        )


def _clock(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
