"""A day on one board: a first plan, rounds of ruin and recreate, a last filling, a check."""

from __future__ import annotations

import itertools
import math
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from .anneal import force, note, rounds
from .arrays import board_of, heat, put_orders
from .board import BEST, COST, EVERYBODY, HOTS, LIVE, LIVES, OWNER, SCALE, Ints, best_orders
from .check import violations
from .compiling import IS_COMPILED
from .curve import along_curve
from .day import Day, Tour, Tours, compiled, empty, kept, timed, total, way_minutes
from .explain import left_out, refusals, sentence, visit_reasons
from .joint import Joint
from .params import Params
from .plan import Plan, PlannedVisit, Refused, Route, Unplanned
from .problem import Officer, Point, Problem, ReasonCode, Task, Window
from .recreate import put
from .settling import settled
from .stop import Deadline, Stop, shortened

Progress = Callable[[float, float], None]
"""Called with the share of the effort used (0 to 1) and the cost so far in minutes."""

TELL_EVERY = 0.2
STEPS = 100
"""Temperatures in a counted search; a timed one looks at the clock about as often."""
MOST_AT_ONCE = 5_000
FIRST_HEAT, LAST_HEAT = 0.15, 0.001
"""Temperatures at first and at last, in usual weights of a planned visit."""
WARM = 0.1
"""With a standing plan the search begins at this part of the first temperature."""
FOCUSED = 0.5
"""Share of the effort for which the search looks mostly around what changed."""
RESERVE = 500
"""With a standing plan the search looks at its visits and at as many of the best others, at least so many."""
DEAR_SHARE = 0.55
"""Dear are the visits worth most a minute that fill this share of the officers' minutes."""
DEAR_EFFORT = 0.3
"""Share of the effort for the dear visits alone."""
DEAREST = 50
TRIES = 4
"""So many of the heaviest visits left out are forced into a line at last, so many times, if the plan gets better."""


class InfeasiblePlan(RuntimeError):
    """The planner's own check found a broken rule: a fault of the planner, never of the problem."""


def plan_whole(
    problem: Problem,
    params: Params,
    stop: Stop,
    seed: int = 0,
    *,
    initial: Plan | None = None,
    progress: Progress | None = None,
    standing: Plan | None = None,
) -> Plan:
    """Plans the day on one board. See `search.solve`, which also splits days that are too big for that.

    The search begins with `initial`; `params.keep` is paid for changes of `standing`, which is `initial` if not given.
    """
    deadline = stop.begin()
    near = replace(problem, tasks=tuple(problem.tasks[at] for at in along_curve(_points(problem))))
    day = compiled(near, params, _officers_of(problem, standing or initial))
    plan = Whole(day, deadline, seed, progress, standing or initial).run(initial)
    return _in_order(problem, plan)


def _points(problem: Problem) -> list[Point]:
    return [task.position for task in problem.tasks]


def _in_order(problem: Problem, plan: Plan) -> Plan:
    """What is not planned, in the order of the problem's tasks."""
    number = {task.id: at for at, task in enumerate(problem.tasks)}
    return replace(
        plan,
        unplanned=tuple(sorted(plan.unplanned, key=lambda each: number[each.task])),
        refused=tuple(sorted(plan.refused, key=lambda each: number[each.task])),
    )


def _officers_of(problem: Problem, plan: Plan | None) -> dict[str, frozenset[str]]:
    """Who makes each visit of the plan, without those who are not there: their visits have to move."""
    there, found = {officer.id for officer in problem.officers}, dict[str, frozenset[str]]()
    for visit in plan.visits() if plan else ():
        if visit.officer in there:
            found[visit.task] = found.get(visit.task, frozenset()) | {visit.officer}
    return found


def warm() -> None:
    """Compiles everything (or reads it from the cache), so that no person waits for it."""
    day, home = Window(0, 100), (0.0, 0.0)
    crew = tuple(Officer(name, home, home, day) for name in ("a", "b"))
    alone = tuple(Task(f"t{n}", f"e{n}", (n / 1000, 0.0), (day,), 5, 50.0) for n in range(3))
    both = Task("both", "both", home, (day,), 5, 90.0, together=(frozenset(), frozenset()))
    far = Task("far", "far", home, (Window(0, 5),), 9, 90.0)
    plan_whole(Problem(crew, (*alone, both, far)), Params(), Stop(iterations=20))


@dataclass
class Whole:
    day: Day
    deadline: Deadline
    seed: int
    progress: Progress | None = None
    standing: Plan | None = None
    refused: dict[int, ReasonCode] = field(default_factory=dict)
    rounds: int = 0
    told: float = 0.0

    def run(self, initial: Plan | None = None) -> Plan:
        self.search(initial)
        tours = self._tours()
        plan = self._finished(settled(self.day, tours, self.standing) if self.standing else tours)
        broken = violations(self.day.problem, plan)
        if broken:
            raise InfeasiblePlan(" ".join(broken[:20]))
        if self.progress:
            self.progress(1.0, plan.cost)
        return plan

    def search(self, initial: Plan | None = None) -> None:
        """The best plan that is found stands on the board."""
        self.refused = refusals(self.day)
        self.board = board_of(self.day, self.seed, frozenset(self.refused), self._chosen(initial))
        self.joint = Joint(self.day, self.board, self.seed)
        self._begin(initial)
        self._tell(0.0, force=True)
        is_begun = initial is not None or self._dear_first()
        self._anneal(WARM if is_begun else 1.0)
        self._fill_best()

    # The first plan

    def _begin(self, initial: Plan | None) -> None:
        """Locks first, then the plan that stands as far as it still fits, joint visits, and all else that pays."""
        fixed, free = self._locks()
        put_orders(self.board, [[] for _ in range(self.day.crew)])
        if initial is not None:
            put_orders(self.board, self._standing(initial))
            self.joint.adopt(initial)
            heat(self.board, self._changed(initial))
        self._put(fixed)
        self._put(free)
        self.joint.place_all()
        self._put(sorted(self._looked_at(), key=lambda seat: (-self._density(seat), seat)))
        self._note()

    def _chosen(self, initial: Plan | None) -> Ints | None:
        """After a change of the day: the seats of the standing plan, those that must be, and the best of the rest."""
        if initial is None:
            return None
        wanted, tasks = {visit.task for visit in initial.visits()}, self.day.problem.tasks
        order = sorted(range(len(tasks)), key=lambda seat: (-self._density(seat), seat))
        first = [seat for seat in order if tasks[seat].id in wanted]
        rest = [seat for seat in order if tasks[seat].id not in wanted]
        return np.array(sorted(first + rest[: max(RESERVE, len(first))]), dtype=np.int64)

    def _looked_at(self) -> list[int]:
        """The open seats that the search looks at."""
        live = set(self.board.tasks[: self.board.desk[LIVES], LIVE].tolist())
        return [seat for seat in self._open() if seat in live]

    def _changed(self, initial: Plan) -> list[int]:
        """Seats of the standing plan that nobody has now, and those that must be visited and were not in it."""
        wanted = {visit.task for visit in initial.visits()}
        tasks = self.day.problem.tasks
        return [
            seat
            for seat in self._looked_at()
            if tasks[seat].id in wanted or tasks[seat].mandatory or tasks[seat].lock
        ]

    def _locks(self) -> tuple[list[int], list[int]]:
        locks = [(task.lock, seat) for seat, task in enumerate(self.day.problem.tasks) if task.lock]
        fixed = [seat for lock, seat in locks if lock and lock.at is not None]
        return fixed, [seat for lock, seat in locks if lock and lock.at is None]

    def _standing(self, initial: Plan) -> list[list[int]]:
        """The orders of the standing plan that today's officers can still keep; joint visits come later."""
        day, number = self.day, {task.id: at for at, task in enumerate(self.day.problem.tasks)}
        row = {officer.id: at for at, officer in enumerate(day.problem.officers)}
        orders: list[list[int]] = [[] for _ in range(day.crew)]
        done: set[int] = set(self.refused)
        for route in initial.routes:
            at = row.get(route.officer)
            wanted = [number[visit.task] for visit in route.visits if visit.task in number]
            wanted = [seat for seat in dict.fromkeys(wanted) if seat not in done and not day.joint[seat]]
            if at is not None and not orders[at]:
                orders[at] = list(kept(day, at, wanted).order)
                done.update(orders[at])
        return orders

    def _put(self, seats: Iterable[int]) -> None:
        """Inserts seats one by one where each costs least, looking at every officer."""
        desk, all_before = self.board.desk, int(self.board.desk[EVERYBODY])
        desk[EVERYBODY] = 1
        for seat in seats:
            if self.board.tasks[seat, OWNER] < 0:
                put(*self.board, seat)
        desk[EVERYBODY] = all_before

    def _open(self) -> list[int]:
        owners = self.board.tasks[:, OWNER].tolist()
        return [seat for seat, owner in enumerate(owners) if owner < 0 and not self.day.joint[seat]]

    def _dear_first(self) -> bool:
        """Where the day cannot hold all dear visits: plans these alone, then the others around them.

        Among many light visits the search seldom finds room for one more heavy one; alone they are few and soon planned.
        """
        seats = self.dear()
        if not seats.size or self.day.seats or self.deadline.is_over(0):
            return False
        tasks = tuple(self.day.task(seat) for seat in seats.tolist())
        problem = replace(self.day.problem, tasks=tasks)
        day = compiled(problem, self.day.params, _officers_of(problem, self.standing))
        alone = Whole(day, shortened(self.deadline.stop, DEAR_EFFORT).begin(), self.seed)
        alone.search()
        self.rounds += alone.rounds
        put_orders(self.board, [seats[order].tolist() for order in best_orders(alone.board)])
        self._put(sorted(self._looked_at(), key=lambda seat: (-self._density(seat), seat)))
        self._note()
        return True

    def dear(self) -> Ints:
        """The seats of the visits worth most a minute; none where the plan as it stands has them all."""
        day, board = self.day, self.board
        live = np.sort(board.tasks[: board.desk[LIVES], LIVE])
        order = live[np.argsort([-self._density(seat) for seat in live.tolist()], kind="stable")]
        duty = sum(to - begin for begin, to in zip(day.shift_from, day.shift_to, strict=True))
        dear: Ints = np.sort(order[np.cumsum(day.service[order]) <= DEAR_SHARE * duty])
        is_scarce = len(dear) < len(live) and bool((board.tasks[dear, OWNER] < 0).any())
        return dear if is_scarce else dear[:0]

    def _density(self, seat: int) -> float:
        return float(self.day.weight[seat]) / (int(self.day.service[seat]) + 5)

    def _note(self) -> None:
        self.board.desk[BEST] = self.board.desk[COST] + 1
        note(self.board.crew, self.board.line, self.board.desk)

    # The rounds

    def _anneal(self, warmth: float) -> None:
        if not self.board.desk[LIVES] or self.deadline.is_over(0):
            return
        first, last = (heat * self._heat_unit() for heat in (FIRST_HEAT * warmth, LAST_HEAT))
        chunk = self._first_chunk()
        while (share := self.deadline.share(self.rounds)) < 1:
            temperature = round(first * (last / first) ** share)
            if share > FOCUSED:
                self.board.desk[HOTS] = 0
            began = time.monotonic()
            rounds(*self.board, chunk, temperature)
            self.rounds += chunk
            self.joint.reconsider(share)
            self._tell(share)
            chunk = self._next_chunk(chunk, time.monotonic() - began)

    def _heat_unit(self) -> float:
        """The usual weight of a planned visit, in costs: what a worsening is measured by.

        Between mean and median, since some weigh a hundred times as much as most.
        """
        owners = self.board.tasks[:, OWNER]
        weights = [
            float(self.day.weight[seat])
            for seat in range(self.day.size)
            if owners[seat] >= 0 and self.day.weight[seat] < self.day.params.mandatory
        ]
        if not any(weights):
            return float(SCALE)
        return SCALE * max(1.0, math.sqrt(statistics.mean(weights) * statistics.median(weights)))

    def _first_chunk(self) -> int:
        """Rounds before the first look at the clock; in a counted search, between temperatures."""
        many = self.deadline.stop.iterations
        counted = MOST_AT_ONCE if many is None else max(1, min(MOST_AT_ONCE, many // STEPS))
        return min(counted, 50 if IS_COMPILED else 1) if self.deadline.stop.is_timed else counted

    def _next_chunk(self, chunk: int, took: float) -> int:
        many = self.deadline.stop.iterations
        if not self.deadline.stop.is_timed:
            return max(1, min(chunk, (many or chunk) - self.rounds))
        stop = self.deadline.stop
        budget = min(
            each for each in (stop.seconds, stop.cpu_seconds, TELL_EVERY * STEPS) if each is not None
        )
        wanted = int(chunk * budget / STEPS / max(took, 1e-6))
        left = MOST_AT_ONCE if many is None else many - self.rounds
        return max(1, min(wanted, 2 * chunk, MOST_AT_ONCE, max(1, left)))

    def _tell(self, share: float, *, force: bool = False) -> None:
        if self.progress and (force or time.monotonic() - self.told >= TELL_EVERY):
            self.told = time.monotonic()
            self.progress(share, self.joint.cost_now())

    # The result

    def _fill_best(self) -> None:
        """Back to the best plan, and a last look at everything left out."""
        self.joint.back_to_best()
        absent = sorted(self._open(), key=lambda seat: (-float(self.day.weight[seat]), seat))
        self._put(absent)
        self._note()
        for seat in absent[:DEAREST] * TRIES:
            if self.board.tasks[seat, OWNER] < 0:
                force(*self.board, seat)

    def _tours(self) -> Tours:
        found = []
        for officer, order in enumerate(best_orders(self.board)):
            tour = timed(self.day, officer, order) if order else empty(self.day, officer)
            if tour is None:
                raise InfeasiblePlan(
                    f"The line of officer {self.day.problem.officers[officer].id} does not fit."
                )
            found.append(tour)
        return found

    def _finished(self, tours: Tours) -> Plan:
        """The plan with its reasons; locks that found no place are refused."""
        day, tasks = self.day, self.day.problem.tasks
        done = {day.task_of[seat] for tour in tours for seat in tour.order}
        wishes = dict(self.refused)
        for number, task in enumerate(tasks):
            if task.lock and number not in done:
                wishes.setdefault(number, ReasonCode("lock_no_time"))
        why = left_out(day, tours, wishes)
        members = _members(day, tours)
        routes = tuple(_route(day, tour, members) for tour in tours)
        return Plan(
            routes=routes,
            unplanned=tuple(Unplanned(tasks[t].id, tasks[t].enterprise, why[t]) for t in sorted(why)),
            refused=tuple(Refused(tasks[t].id, wishes[t], sentence(wishes[t])) for t in sorted(wishes)),
            cost=round(total(day, tours), 3),
            travel_minutes=sum(route.travel_minutes for route in routes),
            method="compiled" if IS_COMPILED else "plain",
            rounds=self.rounds,
        )


def _members(day: Day, tours: Tours) -> dict[int, list[int]]:
    """The officers of every joint visit, by task."""
    found: dict[int, list[int]] = {}
    for tour in tours:
        for seat in tour.order:
            if day.joint[seat]:
                found.setdefault(day.task_of[seat], []).append(tour.officer)
    return found


def _route(day: Day, tour: Tour, members: dict[int, list[int]]) -> Route:
    """A tour on the officer's clock, with reasons. The officer leaves as late as the first visit allows."""
    officer, clock = day.problem.officers[tour.officer], day.clocks[day.clock_of[tour.officer]]
    if not tour.order:
        return Route(officer.id, (), None, None, 0)
    nodes = [day.start_node(tour.officer), *tour.order, day.end_node(tour.officer)]
    ways = [day.ways_of(tour.officer)[a][b] for a, b in itertools.pairwise(nodes)]
    visits = tuple(
        _visit(day, tour, position, clock.beginning(begin), way)
        for position, (begin, way) in enumerate(zip(tour.begins, ways, strict=False))
    )
    visits = tuple(
        replace(visit, reasons=visit_reasons(day, tour, position, _others(day, tour, position, members)))
        for position, visit in enumerate(visits)
    )
    leave, back = clock.beginning(tour.begins[0] - ways[0]), clock.ending(tour.free_at[-1] + ways[-1])
    return Route(officer.id, visits, leave, back, way_minutes(day, tour.officer, tour.order))


def _others(day: Day, tour: Tour, position: int, members: dict[int, list[int]]) -> tuple[Officer, ...]:
    """The other members of a joint visit."""
    team = members.get(day.task_of[tour.order[position]], [])
    return tuple(day.problem.officers[officer] for officer in team if officer != tour.officer)


def _visit(day: Day, tour: Tour, position: int, start: int, way: int) -> PlannedVisit:
    task = day.task(tour.order[position])
    return PlannedVisit(
        task=task.id,
        enterprise=task.enterprise,
        officer=day.problem.officers[tour.officer].id,
        start=start,
        end=start + task.service_minutes,
        travel_minutes=way,
    )
