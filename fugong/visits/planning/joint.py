"""Joint visits: who comes together, and when. All members come at the same time, or nobody does.

A joint visit is decided outside the rounds: a team and a beginning are chosen by what they cost in the present plan, and
every member's seat is pinned there; the rounds then search around it. At intervals another team or beginning is
tried for a while, and kept when the plan became better.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .anneal import note
from .arrays import put_orders
from .board import (
    BEST,
    COST,
    LENGTH,
    NEVER,
    OPENS,
    OWNER,
    PRICES,
    SCALE,
    STOP,
    WEIGHT,
    Board,
    Ints,
    Ways,
    best_orders,
)
from .compiling import compiled
from .day import Day, kept
from .plan import Plan
from .recreate import put
from .timing import place_for

BOUND = 10**12
"""Weight of a pinned seat: no round gives it up."""
GRID = 15
"""Minutes between the beginnings that are tried."""
SLOTS = 48
TRIAL, QUIET, LAST_TRIAL = 0.03, 0.01, 0.9
"""Shares of the effort: for trying another team, between two trials, and after which no trial begins."""


@compiled
def costs_at(  # noqa: PLR0917  (the five arrays of the board, one by one: see board.py)
    ways: Ways, tasks: Ints, crew: Ints, line: Ints, desk: Ints, seat: int, costs: Ints
) -> None:
    """What the seat costs each officer at its pinned beginning; `costs` comes with the preferences."""
    for officer in range(len(costs)):
        if costs[officer] >= NEVER:
            continue
        tasks[seat, desk[PRICES] + officer] = costs[officer]
        cost, where = place_for(ways, tasks, crew, line, desk, officer, seat, NEVER)
        tasks[seat, desk[PRICES] + officer] = NEVER
        costs[officer] = cost if where >= 0 else NEVER


@dataclass(frozen=True)
class Pin:
    """A joint visit decided: the officer of every seat, and the tick of the day at which they begin."""

    team: tuple[int, ...]
    at: int


@dataclass
class _Trial:
    """Another team under trial, and what to go back to."""

    began: float
    cost: int
    orders: list[list[int]]
    pins: dict[int, Pin]


class Joint:
    """The joint visits of a day on a board. Without any, nothing here does anything."""

    def __init__(self, day: Day, board: Board, seed: int) -> None:
        self.day, self.board = day, board
        self.dice = random.Random(seed)
        self.pins: dict[int, Pin] = {}
        self.trial: _Trial | None = None
        self.quiet_until = 0.0
        self.first = int(board.desk[PRICES])
        self.known = {
            seat: [clock[seat] for clock in day.spans] for seats in day.seats.values() for seat in seats
        }
        self.able = {seat: self._preferences(seat) for seat in self.known}
        for seat in self.known:
            board.tasks[seat, WEIGHT] = 0

    def _preferences(self, seat: int) -> Ints:
        extra = np.rint(SCALE * self.day.extra[:, seat])
        return np.where(self.day.allowed[:, seat], extra, NEVER).astype(np.int64)

    # Costs

    def cost_now(self) -> float:
        """The cost of the best plan, in ticks."""
        now = self._whole_cost(int(self.board.desk[BEST]))
        return (min(now, self.trial.cost) if self.trial else now) / SCALE

    def _whole_cost(self, cost: int) -> int:
        return cost + round(
            SCALE * sum(float(self.day.weight[task]) for task in self.day.seats if task not in self.pins)
        )

    # Pinning

    def _open_at(self, seat: int, at: int) -> bool:
        """Lets the seat begin at this tick only; whether any clock allows it."""
        tasks, found = self.board.tasks, False
        for number, clock in enumerate(self.day.clocks):
            spans = clock.pinned(self.known[seat][number], at)
            column = self._column(number)
            tasks[seat, column] = len(spans)
            if spans:
                tasks[seat, column + 1 : column + 3] = spans[0]
            self.day.spans[number][seat] = spans
            found = found or bool(spans)
        return found

    def _column(self, clock: int) -> int:
        officer = self.day.clock_of.index(clock)
        return int(self.board.crew[officer, OPENS])

    def _pin(self, task: int, pin: Pin) -> None:
        for seat, officer in zip(self.day.seats[task], pin.team, strict=True):
            self._open_at(seat, pin.at)
            self.board.tasks[seat, self.first : self.first + self.day.crew] = NEVER
            self.board.tasks[seat, self.first + officer] = self.able[seat][officer]
            self.board.tasks[seat, WEIGHT] = BOUND
            self.board.desk[COST] += BOUND
        self.pins[task] = pin

    def _unpin(self, task: int) -> None:
        """Takes a decided visit back; its seats must be in no line any more."""
        del self.pins[task]
        for seat in self.day.seats[task]:
            self.board.tasks[seat, self.first : self.first + self.day.crew] = NEVER
            self.board.tasks[seat, WEIGHT] = 0
            self.board.desk[COST] -= BOUND

    def _seat(self, task: int, pin: Pin) -> bool:
        """Pins the visit and puts its seats into the lines as they are; False (and nothing done) if one fails."""
        self._pin(task, pin)
        seats = self.day.seats[task]
        for seat in seats:
            for _ in range(3):  # a place may be overlooked once
                if self.board.tasks[seat, OWNER] < 0:
                    put(*self.board, seat)
        if all(self.board.tasks[seat, OWNER] >= 0 for seat in seats):
            return True
        gone = set(seats)
        put_orders(self.board, [[s for s in order if s not in gone] for order in self._orders_now()])
        self._unpin(task)
        return False

    def _orders_now(self) -> list[list[int]]:
        crew, line = self.board.crew, self.board.line
        lengths = crew[:, LENGTH].tolist()
        return [line[officer, 1 : length + 1, STOP].tolist() for officer, length in enumerate(lengths)]

    # The first decision

    def adopt(self, initial: Plan) -> None:
        """Takes the joint visits of the standing plan over where all members can still come."""
        rows = {officer.id: row for row, officer in enumerate(self.day.problem.officers)}
        number = {task.id: at for at, task in enumerate(self.day.problem.tasks)}
        met: dict[int, list[tuple[int, int]]] = {}
        for visit in initial.visits():
            if number.get(visit.task) in self.day.seats and visit.officer in rows:
                met.setdefault(number[visit.task], []).append((rows[visit.officer], visit.start))
        for task, members in sorted(met.items()):
            for team in itertools.permutations([officer for officer, _ in members]):
                pin = Pin(team, members[0][1])
                if self._is_possible(task, pin) and self._seat(task, pin):
                    break

    def _is_possible(self, task: int, pin: Pin) -> bool:
        seats = self.day.seats[task]
        return len(pin.team) == len(seats) and all(
            self.able[seat][officer] < NEVER for seat, officer in zip(seats, pin.team, strict=True)
        )

    def place_all(self) -> None:
        """Decides every joint visit that is open still, the heaviest first, where it costs least."""
        for task in sorted(self.day.seats, key=lambda task: (-float(self.day.weight[task]), task)):
            if task not in self.pins:
                self._place(task)

    def _place(self, task: int) -> None:
        found = sorted(self._offers(task), key=lambda offer: (offer[0], offer[1].at, offer[1].team))
        limit = SCALE * float(self.day.weight[task])
        for cost, pin in found[:3]:
            if cost < limit and self._seat(task, pin):
                return

    def _offers(self, task: int) -> Iterator[tuple[int, Pin]]:
        """For each beginning the cheapest team whose lines have room, with its cost."""
        for at in self.slots(task):
            costs = []
            for seat in self.day.seats[task]:
                mine = self.able[seat].copy()
                if self._open_at(seat, at):
                    costs_at(*self.board, seat, mine)
                    costs.append(mine)
            if len(costs) == len(self.day.seats[task]):
                yield from self._cheapest_team(task, costs, at)

    def _cheapest_team(self, task: int, costs: list[Ints], at: int) -> Iterator[tuple[int, Pin]]:
        few = [np.argsort(each, kind="stable")[: len(costs) + 2].tolist() for each in costs]
        wish = self._wish(task)
        if wish is not None:
            few = [list(dict.fromkeys([wish, *each])) for each in few]
        best: tuple[int, Pin] | None = None
        for team in itertools.product(*few):
            cost = sum(int(each[officer]) for each, officer in zip(costs, team, strict=True))
            distinct = len(set(team)) == len(team) and (wish is None or wish in team)
            if distinct and cost < (best[0] if best else NEVER):
                best = cost, Pin(team, at)
        if best:
            yield best

    def _wish(self, task: int) -> int | None:
        """The officer whom a person wants among the members."""
        lock = self.day.problem.tasks[task].lock
        names = [officer.id for officer in self.day.problem.officers]
        return names.index(lock.officer) if lock and lock.officer in names else None

    def slots(self, task: int) -> list[int]:
        """Beginnings that are tried, on the day's clock: a grid over the opening hours, ends included."""
        asked = self.day.problem.tasks[task]
        if asked.lock and asked.lock.at is not None:
            return [asked.lock.at]
        step, found = GRID * self.day.problem.travel.per_minute, set[int]()
        for window in asked.windows:
            last = window.end - asked.service_minutes
            found |= {*range(window.start, last + 1, step), *([last] if last >= window.start else [])}
        listed = sorted(found.union(self._earliest(task)))
        return listed[:: 1 + len(listed) // SLOTS]

    def _earliest(self, task: int) -> Iterator[int]:
        """When each able officer could begin at the earliest, coming from home."""
        day = self.day
        for seat in day.seats[task]:
            for officer in np.flatnonzero(self.able[seat] < NEVER).tolist()[:SLOTS]:
                arrive = day.shift_from[officer] + day.ways_of(officer)[day.start_node(officer)][seat]
                spans = self.known[seat][day.clock_of[officer]]
                begin = next((max(low, arrive) for low, high in spans if arrive <= high), None)
                if begin is not None:
                    yield day.clocks[day.clock_of[officer]].beginning(begin)

    # Other teams, during the search

    def reconsider(self, share: float) -> None:
        """Called between the rounds: ends a trial that had its time, or begins another one."""
        if not self.day.seats:
            return
        if self.trial is not None:
            if share - self.trial.began >= TRIAL:
                self._decide()
                self.quiet_until = share + QUIET
        elif self.quiet_until <= share < LAST_TRIAL:
            self._try(share)

    def _try(self, share: float) -> None:
        """Moves one joint visit to another team or beginning, whatever has to make room for it."""
        task = self.dice.choice(sorted(self.day.seats))
        orders, pins = best_orders(self.board), dict(self.pins)
        self.trial = _Trial(share, self._whole_cost(int(self.board.desk[BEST])), orders, pins)
        gone = set(self.day.seats[task])
        put_orders(self.board, [[seat for seat in order if seat not in gone] for order in orders])
        if task in self.pins:
            self._unpin(task)
        if not (self.dice.random() < 0.5 and self._offered(task, pins.get(task))) and not self._forced(task):
            self._back()
            return
        self._note()

    def _offered(self, task: int, before: Pin | None) -> bool:
        offers = [pin for _, pin in sorted(self._offers(task), key=lambda each: (each[0], each[1].at))]
        offers = [pin for pin in offers if pin != before][:6]
        return bool(offers) and self._seat(task, self.dice.choice(offers))

    def _forced(self, task: int) -> bool:
        """A random beginning and team; what is in the way leaves the members' lines."""
        seats, slots = self.day.seats[task], self.slots(task)
        teams = [np.flatnonzero(self.able[seat] < NEVER).tolist() for seat in seats]
        if not slots or not all(teams):
            return False
        team = tuple(self.dice.choice(each) for each in teams)
        wish = self._wish(task)
        if len(set(team)) < len(team) or (wish is not None and wish not in team):
            return False
        orders, pin = self._orders_now(), Pin(team, self.dice.choice(slots))
        self._pin(task, pin)
        for seat, officer in zip(seats, team, strict=True):
            order = self._with(officer, orders[officer], seat)
            if seat not in order:
                self._unpin(task)
                return False
            orders[officer] = order
        put_orders(self.board, orders)
        return True

    def _with(self, officer: int, order: list[int], seat: int) -> list[int]:
        """The line with the seat in it and as much weight of the others as fits."""
        best: list[int] = []
        value = -1.0
        for at in range(len(order) + 1):
            longer = list(kept(self.day, officer, [*order[:at], seat, *order[at:]]).order)
            bound = all(each in longer for each in order if each in self.known)
            worth = sum(float(self.day.weight[each]) for each in longer)
            if seat in longer and bound and worth > value:
                best, value = longer, worth
        return best

    def _note(self) -> None:
        self.board.desk[BEST] = self.board.desk[COST] + 1
        note(self.board.crew, self.board.line, self.board.desk)

    def _decide(self) -> None:
        """Keeps the trial's plan where it is the better one."""
        trial = self.trial
        if trial is not None and self._whole_cost(int(self.board.desk[BEST])) < trial.cost:
            self.trial = None
        elif trial is not None:
            self._back()

    def _back(self) -> None:
        trial, self.trial = self.trial, None
        if trial is None:
            return
        put_orders(self.board, [[s for s in o if s not in self.known] for o in self._orders_now()])
        for task in list(self.pins):
            self._unpin(task)
        for task, pin in trial.pins.items():
            self._pin(task, pin)
        put_orders(self.board, trial.orders)
        self._note()

    def back_to_best(self) -> None:
        """Ends a trial, and puts the best plan back into the lines."""
        self._decide()
        put_orders(self.board, best_orders(self.board))
