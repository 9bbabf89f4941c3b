"""Plans the days ahead one after the other, the first with most of the effort."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from fugong.visits.planning import Officer, Params, Plan, Stop
from fugong.visits.planning.rolling import DayPlan, plan_days
from fugong.visits.plans.problem import Ahead

SECONDS = 10
Progress = Callable[[float, float], None]


@dataclass(frozen=True)
class Search:
    """How a plan is searched for: until when, on how many processes, and whom to tell (share, cost)."""

    stop: Stop = field(default_factory=lambda: Stop(seconds=SECONDS))
    progress: Progress | None = None
    workers: int = 1

    def tell(self, share: float, _day: date) -> None:
        if self.progress:
            self.progress(share, 0.0)


def plan_ahead(ahead: Ahead, standing: Mapping[date, Plan], search: Search) -> list[DayPlan]:
    """A plan for each day of the horizon; each sees the visits of the days before it. `standing`: plans that hold."""
    on_duty = {day: ahead.horizon.officers_on(day) for day in standing}
    return plan_days(
        ahead.horizon,
        ahead.params,
        search.stop,
        1,
        look=ahead.look,
        initial={day: of_those_on_duty(plan, on_duty[day]) for day, plan in standing.items()},
        progress=search.tell,
        workers=search.workers,
    )


def of_those_on_duty(plan: Plan, officers: tuple[Officer, ...]) -> Plan:
    """What stands of a plan: the visits of whoever is away are free, and cost nothing to give to others."""
    crew = {officer.id for officer in officers}
    return replace(plan, routes=tuple(route for route in plan.routes if route.officer in crew))


def steady(params: Params, times: float) -> Params:
    """The weights with a higher price of moving a visit to another officer."""
    return replace(params, keep=params.keep * times)
