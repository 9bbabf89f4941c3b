"""When enterprises really start again: the measured curve, in the order of plans give or take 5 days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from .days import ResumptionSeed
from .dice import stream
from .seeds import EnterpriseSeed

SLOPE, HALF_ON_DAY, SPREAD_DAYS = 0.226, 5.5, 5.0  # logistic share of day; fitted to three published points
UNDECIDED_DAYS = 35
PREPARING_DAYS = (1, 5)


def share_resumed(day: float) -> float:
    """The share that works `day` days after the earliest day of resumption; nobody before it."""
    return 0.0 if day < 0 else float(1 / (1 + np.exp(-SLOPE * (day - HALF_ON_DAY))))


def resumptions(
    enterprises: Sequence[EnterpriseSeed], seed: int, start: date, days: int
) -> tuple[list[ResumptionSeed], dict[str, date]]:
    """Status rows up to the last day, and each enterprise's own day of resumption (also later ones).

    Every enterprise is closed three weeks before the start, and prepares for one to four days.
    """
    rng = stream(seed, "resumptions")
    planned = [e.planned_resumption_on for e in enterprises]
    earliest = min((day for day in planned if day), default=start)
    offsets = [(day - earliest).days if day else UNDECIDED_DAYS for day in planned]
    order = np.argsort(np.asarray(offsets) + rng.normal(0, SPREAD_DAYS, len(planned)), kind="stable")
    quantile = np.empty(len(planned))
    quantile[order] = (np.arange(len(planned)) + 0.5) / max(1, len(planned))
    # Ceiling: by the evening of day d exactly the curve's share works.
    actual = np.maximum(0, np.ceil(HALF_ON_DAY + np.log(quantile / (1 - quantile)) / SLOPE)).astype(int)
    ahead = rng.integers(*PREPARING_DAYS, len(planned))
    last, rows, days_of = start + timedelta(days=days - 1), [], {}
    for enterprise, day, before in zip(enterprises, actual, ahead, strict=True):
        resumes_on = days_of[enterprise.key] = earliest + timedelta(days=int(day))
        steps = (
            (min(start, earliest) - timedelta(days=21), "closed"),
            (resumes_on - timedelta(days=int(before)), "preparing"),
            (resumes_on, "resumed"),
        )
        rows += [ResumptionSeed(enterprise.key, on, status) for on, status in steps if on <= last]
    return sorted(rows, key=lambda row: (row.from_on, row.enterprise)), days_of
