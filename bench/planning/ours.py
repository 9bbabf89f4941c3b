"""Our planner as a side of the comparisons: planned, checked, and counted by the same sheet as its peers."""

from __future__ import annotations

from functools import cache

from bench.planning.made_up import SMALL_VILLAGE, day_of
from bench.planning.sheets import Orders, Sheet
from fugong.visits.planning import Params, Plan, Problem, Stop, sentence, solve, violations
from fugong.visits.planning.search import warm


@cache
def warm_up() -> None:
    """Has the search compiled before anything is measured; the compiled code is kept between runs."""
    warm()
    solve(day_of(SMALL_VILLAGE, 0), Params(), Stop(iterations=20), seed=1)


def planned(
    problem: Problem,
    cpu: float,
    seed: int,
    params: Params | None = None,
    initial: Plan | None = None,
) -> Plan:
    """A plan after so many CPU seconds of search; a broken rule is no result."""
    stop = Stop(cpu_seconds=cpu)
    plan = solve(problem, params or Params(), stop, seed=seed, initial=initial)
    assert not violations(problem, plan), "the plan breaks a rule"
    return plan


def fugong(sheet: Sheet, seconds: float, seed: int) -> Orders:
    return sheet.orders_of(planned(sheet.problem, seconds, seed))


def with_reasons(plan: Plan) -> tuple[int, int]:
    """How many visits and tasks left out there are, and how many of them say why in a sentence."""
    found = [visit.reasons for visit in plan.visits()] + [(left.reason,) for left in plan.unplanned]
    said = sum(
        1 for reasons in found if reasons and all(sentence(reason, "en") != reason.code for reason in reasons)
    )
    return len(found), said
