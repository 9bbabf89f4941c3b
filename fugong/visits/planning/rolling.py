"""Planning over days: each day's problem from the standing that the days before it leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np

from .agencies import beginners, is_bound
from .book import FAR, Book, Floats, Ints, State, book_of, state_of
from .day import why_not_able
from .horizon import Enterprise, Horizon, Seen, Standing, waiting
from .params import Params
from .plan import Plan
from .prizes import LookAhead, prizes
from .problem import Officer, Problem, ReasonCode, Task
from .stop import Stop, shortened
from .vain import solve_wishes

FIRST_DAY_SHARE = 0.6
"""Effort for the first of several days: it is the one that people carry out."""


class DayPlan(NamedTuple):
    """One of the days planned ahead."""

    on: date
    problem: Problem
    plan: Plan


DaysProgress = Callable[[float, date], None]
"""Called with the share of the effort used (0 to 1) and the day that is being planned."""


def looking(params: Params, look: LookAhead | None) -> LookAhead:
    """The look-ahead with the price of an unfamiliar face, where it has none of its own."""
    look = look or LookAhead()
    return look if look.unfamiliar else replace(look, unfamiliar=params.unfamiliar)


def problem_of_day(
    horizon: Horizon,
    standing: Standing,
    day: date,
    *,
    book: Book | None = None,
    look: LookAhead | None = None,
    most: float | None = None,
) -> Problem:
    """The problem of one day: who works, and everybody whose visit today is worth something, by the prizes.

    `most` keeps only the visits worth most a minute, until they fill the officers' time that many times over.
    """
    book = book or book_of(horizon)
    state = state_of(book, standing, day)
    worth = prizes(book, state, look or LookAhead())
    wishes = horizon.wishes.get(day, {})
    wished = np.array([book.index[each] for each in wishes if each in book.index], dtype=np.int64)
    chosen = np.flatnonzero(worth > 0)
    if most is not None:
        chosen = _fullest(book, state, worth, chosen, most)
    chosen = np.union1d(chosen, wished)
    tasks = [_task(horizon, standing, day, state, (int(n), float(worth[n]))) for n in chosen]
    on = horizon.officers_on(day)
    tasks = [_begun_by(book, standing, day, on, task) for task in tasks]
    officers = _who_know(on, horizon, standing, tasks)
    return Problem(officers, tuple(tasks), horizon.travel)


def _fullest(book: Book, state: State, worth: Floats, chosen: Ints, most: float) -> Ints:
    """Of each group the visits worth most a minute, `most` times as many as fill the staff's minutes."""
    minutes = book.minutes + book.way
    order = chosen[np.argsort(-worth[chosen] / minutes[chosen], kind="stable")]
    room = most * book.minutes_of_staff(state.day)[:, 0]
    before = np.zeros(len(order))
    for group in range(book.groups):
        mine = np.flatnonzero(book.group[order] == group)
        before[mine] = np.cumsum(minutes[order[mine]]) - minutes[order[mine]]
    kept: Ints = order[before < room[book.group[order]]]
    return kept


def _task(horizon: Horizon, standing: Standing, day: date, state: State, chosen: tuple[int, float]) -> Task:
    number, worth = chosen
    each = horizon.enterprises[number]
    seen = standing.seen.get(each.id)
    due = int(state.due[number])
    on = [due] if due < FAR else []
    on += [back.due.toordinal() for back in waiting(each, seen) if back.opens is None or back.opens <= day]
    left = min(on) - state.day if on else None
    lock = horizon.wishes.get(day, {}).get(each.id)
    return Task(
        id=each.id,
        enterprise=each.id,
        position=each.position,
        windows=each.hours(day),
        service_minutes=each.service_minutes,
        weight=worth,
        skills=each.skills,
        area=each.area,
        due_in_days=left,
        days_overdue=max(0, -left) if left is not None else 0,
        days_since_visit=(day - seen.on).days if seen else None,
        reasons=_reasons(each, seen, day),
        mandatory=lock is not None or (each.mandatory and left is not None and left <= 0),
        lock=lock,
        forbidden=each.forbidden,
        land=each.land,
        agencies=_agencies(horizon, seen, day),
        together=each.together,
    )


def _reasons(each: Enterprise, seen: Seen | None, day: date) -> tuple[str | ReasonCode, ...]:
    given = {reason.code for reason in each.reasons if isinstance(reason, ReasonCode)}
    backs = [back for back in waiting(each, seen) if back.opens is None or back.opens <= day]
    if not backs or "look_back_due" in given:
        return each.reasons
    return (*each.reasons, ReasonCode("look_back_due", on=min(back.due for back in backs).isoformat()))


def _agencies(horizon: Horizon, seen: Seen | None, day: date) -> frozenset[str] | None:
    """Within the gap only the agency that came last may come again."""
    if seen is None or not seen.agency or (day - seen.on).days >= horizon.gap_days:
        return None
    return frozenset({seen.agency})


def _begun_by(book: Book, standing: Standing, day: date, on: tuple[Officer, ...], task: Task) -> Task:
    """Where a visit today decides which agency comes from now on: of those only that should, if one of them can come.

    What people say goes first: a wish, and who usually comes.
    """
    each = book.horizon.enterprises[book.index[task.enterprise]]
    if task.lock or not is_bound(book, each, standing.seen.get(each.id), day):
        return task
    wanted = beginners(book, each)
    if wanted is None:
        return task
    usual = {officer.agency for officer in on if task.enterprise in officer.knows}
    can = any(officer.agency in wanted and not why_not_able(officer, task) for officer in on)
    return replace(task, agencies=wanted | usual) if can else task


def _who_know(
    officers: tuple[Officer, ...], horizon: Horizon, standing: Standing, tasks: Iterable[Task]
) -> tuple[Officer, ...]:
    """The officers with what they know: whom nobody usually visits is known to whoever came last."""
    owned = horizon.known
    learnt: dict[str, set[str]] = {}
    for task in tasks:
        seen = standing.seen.get(task.enterprise)
        if seen is not None and seen.officer and task.enterprise not in owned:
            learnt.setdefault(seen.officer, set()).add(task.enterprise)
    return tuple(
        replace(officer, knows=officer.knows | learnt[officer.id]) if officer.id in learnt else officer
        for officer in officers
    )


def visits_of(problem: Problem, plan: Plan) -> list[tuple[str, str, str]]:
    """The plan's visits as (enterprise, officer, agency), as a `Standing` takes them."""
    agency = {officer.id: officer.agency for officer in problem.officers}
    return [(visit.enterprise, visit.officer, agency[visit.officer]) for visit in plan.visits()]


def next_morning(horizon: Horizon, standing: Standing, day: date, problem: Problem, plan: Plan) -> Standing:
    """The standing after a day carried out as planned, with what others visited."""
    others = [(enterprise, "", "") for enterprise in sorted(horizon.taken.get(day, ()))]
    return standing.after(day, [*others, *visits_of(problem, plan)])


def plan_days(
    horizon: Horizon,
    params: Params,
    stop: Stop,
    seed: int = 0,
    *,
    look: LookAhead | None = None,
    initial: Mapping[date, Plan] | None = None,
    progress: DaysProgress | None = None,
    workers: int = 1,
) -> list[DayPlan]:
    """Plans the horizon's days one after the other; each sees the standing that the days before it leave.

    The first day gets most of the effort. `initial` are plans that stand, by day. Stopped early, the first day is
    the best found so far and the later ones are short.
    """
    book, standing, found = book_of(horizon), horizon.standing(), []
    days = list(horizon.dates())
    rest = (1 - FIRST_DAY_SHARE) / max(1, len(days) - 1)
    used = 0.0
    for number, day in enumerate(days):
        share = 1.0 if len(days) == 1 else (FIRST_DAY_SHARE if number == 0 else rest)
        problem = problem_of_day(horizon, standing, day, book=book, look=looking(params, look))
        plan = solve_wishes(
            problem,
            params,
            shortened(stop, share),
            seed + number,
            initial=(initial or {}).get(day),
            progress=told(progress, day, used, share),
            workers=workers,
        )
        found.append(DayPlan(day, problem, plan))
        standing = next_morning(horizon, standing, day, problem, plan)
        used += share
    return found


def told(
    progress: DaysProgress | None, day: date, used: float, share: float
) -> Callable[[float, float], None] | None:
    """Tells the progress of one day's search as that of all the days."""
    if progress is None:
        return None
    tell = progress
    return lambda part, _cost: tell(min(1.0, used + share * part), day)


def not_offered(horizon: Horizon, standing: Standing, enterprise: Enterprise, day: date) -> ReasonCode:
    """Why somebody is not in a day's problem: visited by others, closed, due later, or nothing is owed any more."""
    seen = standing.seen.get(enterprise.id)
    on = [back.due for back in waiting(enterprise, seen)]
    by_cadence = horizon.due_on(enterprise, seen)
    if by_cadence is not None:
        on.append(by_cadence)
    if enterprise.id in horizon.taken.get(day, ()):
        return ReasonCode("visited_by_others")
    if on and min(on) <= day and not enterprise.hours(day):
        return ReasonCode("closed_today")
    return ReasonCode("next_due", on=min(on).isoformat()) if on else ReasonCode("nothing_owed")
