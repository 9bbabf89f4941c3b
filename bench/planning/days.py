"""`python -m bench planning`: made-up days of four sizes, our planner beside VROOM, PyVRP, OR-Tools and two rules of thumb.

Every side gets the same CPU seconds in turn on each day; its cost is counted by one judge and divided by the best
that anybody found on that day. 1.00 is the best.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from statistics import mean

from bench.measuring import cpu_seconds
from bench.planning.made_up import (
    CITY_PART,
    LARGE_VILLAGE,
    REGION,
    SMALL_VILLAGE,
    TOWN,
    TOWN_100,
    Scope,
    day_of,
)
from bench.planning.ours import fugong, warm_up
from bench.planning.peers import OR_TOOLS, PYVRP, RULES, VROOM, Peer
from bench.planning.sheets import Sheet
from bench.reporting import Table

SEEDS: dict[Scope, tuple[int, ...]] = {
    SMALL_VILLAGE: (1, 2, 3, 4),
    LARGE_VILLAGE: (1, 2, 3, 4),
    REGION: (1, 2, 3, 4),
    TOWN: (1, 2, 3),
    TOWN_100: (1, 2, 3),
    CITY_PART: (1, 2, 3),
}
OURS = Peer("fugong", "", fugong)
EVERYBODY = (OURS, VROOM, PYVRP, OR_TOOLS, *RULES)
BUDGETS: dict[Scope, tuple[float, ...]] = {
    SMALL_VILLAGE: (1,),
    LARGE_VILLAGE: (1,),
    REGION: (1,),
    TOWN: (8,),
    TOWN_100: (8,),
    CITY_PART: (8,),
}
HEAD = ("day", "budget", "side", "CPU s", "cost / best, mean", "worst", "visits, mean")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one side gave on one day."""

    cost: float
    cpu: float
    visits: int


@dataclass(frozen=True, slots=True)
class Case:
    scope: Scope
    budget: float
    side: str


def run() -> Table:
    """The table of all sizes and budgets."""
    warm_up()
    answers: dict[Case, list[Answer]] = defaultdict(list)
    best: dict[tuple[Scope, int], float] = {}
    for scope in BUDGETS:
        for seed in SEEDS[scope]:
            _one_day(scope, seed, answers, best)
    rows = [row for scope, budgets in BUDGETS.items() for row in _rows(scope, budgets, answers, best)]
    return Table("planning", HEAD, rows, _notes())


def _one_day(
    scope: Scope, seed: int, answers: dict[Case, list[Answer]], best: dict[tuple[Scope, int], float]
) -> None:
    sheet = Sheet(day_of(scope, seed))
    assert sheet.ways.shape[0] == sheet.crew + sheet.size  # the ways are made before anybody is measured
    for budget in BUDGETS[scope]:
        for side in EVERYBODY:
            if side.is_installed:
                answer = one_answer(sheet, side, budget, seed)
                print(f"{scope.name} {seed}, {budget:g} s: {side.name} {answer.cost:,.1f}", file=sys.stderr)
                answers[Case(scope, budget, side.name)].append(answer)
                best[scope, seed] = min(answer.cost, best.get((scope, seed), answer.cost))


def one_answer(sheet: Sheet, side: Peer, budget: float, seed: int) -> Answer:
    """Has one side plan the day; what does not fit is taken out, and the planner's own check must be silent."""
    began = cpu_seconds()
    orders = side.solve(sheet, budget, seed)
    used = cpu_seconds() - began
    orders = sheet.trimmed(orders)
    assert not sheet.broken(orders), f"{side.name} breaks a rule"
    return Answer(sheet.cost(orders), used, sum(map(len, orders)))


def _rows(
    scope: Scope,
    budgets: tuple[float, ...],
    answers: dict[Case, list[Answer]],
    best: dict[tuple[Scope, int], float],
) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for budget in budgets:
        for side in EVERYBODY:
            found = answers[Case(scope, budget, side.name)]
            head = (f"{scope.name}: {scope.due:,} due, {scope.officers} officers", f"{budget:g} s", side.name)
            if not found:
                rows.append((*head, "not installed", "", "", ""))
                continue
            ratios = [each.cost / best[scope, seed] for each, seed in zip(found, SEEDS[scope], strict=True)]
            visits = mean(each.visits for each in found)
            cpu = mean(each.cpu for each in found)
            rows.append((*head, f"{cpu:.1f}", f"{mean(ratios):.3f}", f"{max(ratios):.3f}", f"{visits:.0f}"))
    return rows


def _notes() -> list[str]:
    return [
        "four made-up days of the small sizes, three of the large ones; best = the least cost that any side "
        "found on that day, any budget",
        "cost = minutes on the way and the weights of what is left out; one judge for all sides",
        "our CPU includes compiling the day into arrays and the reasons of every visit and every task left out",
        "the rules of thumb restart with a shaken order for as much CPU and keep the best",
        "VROOM ends by itself when it has finished its effort; VROOM and OR-Tools know the wall clock only and get as "
        "much of it as the budget's CPU takes at that moment; the CPU column says what each side really used",
    ]
