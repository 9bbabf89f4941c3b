"""Planning a day: on one board, or in parts where it is too big for one; and many days side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .params import Params
from .parts import Job, is_big, plan_in_parts, run_jobs
from .plan import Plan
from .problem import Problem
from .stop import Stop
from .whole import InfeasiblePlan, Progress, plan_whole, warm

__all__ = ["InfeasiblePlan", "Progress", "solve", "solve_many", "warm"]


def solve(
    problem: Problem,
    params: Params,
    stop: Stop,
    seed: int = 0,
    *,
    initial: Plan | None = None,
    progress: Progress | None = None,
    workers: int = 1,
) -> Plan:
    """Plans the day. The plan can always be carried out; what cannot be planned is explained.

    With `initial` (the plan that stands) the search begins there and pays `params.keep` for each
    visit it gives to another officer. With `Stop(iterations=...)` alone the same seed gives the same plan.
    `workers` processes share the parts of a day that is too big for one board; smaller days use one.
    """
    if is_big(problem, params):
        return plan_in_parts(problem, params, stop, seed, initial=initial, progress=progress, workers=workers)
    return plan_whole(problem, params, stop, seed, initial=initial, progress=progress)


def solve_many(
    problems: Sequence[Problem],
    params: Params,
    stop: Stop,
    seed: int = 0,
    *,
    initials: Sequence[Plan | None] = (),
    workers: int = 1,
) -> Iterator[Plan]:
    """The plans of independent days (the pools of a city), in order, each as soon as it and those before are ready.

    `stop` is for each of them. With several workers `stop.asked` is not heard inside a search.
    """
    given = [*initials, *[None] * (len(problems) - len(initials))]
    inside = stop if workers <= 1 else Stop(stop.seconds, stop.iterations, stop.cpu_seconds)
    jobs = [
        Job(problem, params, inside, seed + number, initial)
        for number, (problem, initial) in enumerate(zip(problems, given, strict=True))
    ]
    return run_jobs(jobs, workers, lambda: stop.was_asked)
