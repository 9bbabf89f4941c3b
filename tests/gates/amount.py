"""How much a gate tries: little at each commit, much at night (`HYPOTHESIS_PROFILE=night`, as `make night` sets it).

`NIGHT_SHARE=0.01 make night` tries a hundredth of the night's number, to see that every leg starts and ends.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings

IS_NIGHT = os.environ.get("HYPOTHESIS_PROFILE") == "night"


SHARE = float(os.environ.get("NIGHT_SHARE", "1"))


def amount(commit: int, night: int) -> int:
    return max(1, round(night * SHARE)) if IS_NIGHT else commit


def tried(commit: int, night: int, **more: Any) -> settings:
    """Settings of Hypothesis for a gate: the same examples at each commit, new ones every night.

    Only at night a failing history is made shorter: that can take minutes.
    """
    phases = [Phase.explicit, Phase.generate, *([Phase.shrink] if IS_NIGHT else [])]
    health = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
    return settings(
        max_examples=amount(commit, night),
        deadline=None,
        derandomize=not IS_NIGHT,
        database=None,
        phases=phases,
        suppress_health_check=health,
        **more,
    )
