"""Premises and weaknesses of enterprises: what later puts some of them on negative lists."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .dice import Rng
from .seeds import Premises, Risk, Staff
from .words import CONSTANT_TEMPERATURE_DIVISIONS, LABOUR_INTENSIVE_DIVISIONS, TRAITS, Trade

# How often each weakness is found where it can occur, in the order of TRAITS; weak firms have more of all.
RATES = (0.05, 0.55, 0.09, 0.16, 0.0, 0.30, 0.08, 0.05, 0.09, 0.22)
MANY_PLACES, CROWD, DORMITORY_FROM, CANTEEN_FROM, WORKSHOP_FROM = 6, 100, 25, 30, 6
SYMPTOMS_PER_HEAD = 0.0017


class Risks:
    """Draws all weaknesses at once; then speaks for one enterprise at a time."""

    def __init__(self, rng: Rng, heads: NDArray[np.int64], trades: list[Trade]) -> None:
        self._rng = rng
        self._divisions = [trade.division if trade.section == "C" else "" for trade in trades]
        self._makes = np.asarray([trade.section == "C" for trade in trades])
        weakness = rng.lognormal(-0.18, 0.6, len(heads))[:, None]
        self.has: NDArray[np.bool_] = rng.random((len(heads), len(TRAITS))) < np.asarray(RATES) * weakness
        self.has[:, 1] &= (heads >= CROWD) & np.isin(self._divisions, list(LABOUR_INTENSIVE_DIVISIONS))
        self.has[:, 2] &= self._makes & (heads >= WORKSHOP_FROM)
        self.has[:, 3] = self.has[:, 2] & np.isin(self._divisions, list(CONSTANT_TEMPERATURE_DIVISIONS))
        self.has[:, 4] = rng.random(len(heads)) < 1 - (1 - SYMPTOMS_PER_HEAD) ** heads
        self.has[:, 5] &= heads >= CROWD
        self.has[:, 9] &= self._makes & (heads >= DORMITORY_FROM)

    def premises(self, n: int, heads: int) -> tuple[Premises, ...]:
        """Workshops, dormitories and canteens of enterprise `n`; none where it makes nothing or is tiny."""
        if not self._makes[n] or heads < WORKSHOP_FROM:
            return ()
        rooms = self._workshops(n, heads)
        if heads >= DORMITORY_FROM and (self.has[n, 9] or self._rng.random() < 0.7):
            rooms.append(self._dormitory(heads, is_crowded=bool(self.has[n, 9])))
        if heads >= CANTEEN_FROM and self._rng.random() < 0.75:
            seats = max(12, 4 * round(heads * float(self._rng.uniform(0.25, 0.6)) / 4))
            rooms.append(
                Premises(
                    "canteen",
                    "食堂",
                    seats,
                    min(heads, round(seats * self._rng.uniform(0.5, 1.2))),
                    area_m2=2 * seats,
                )
            )
        return tuple(rooms)

    def _workshops(self, n: int, heads: int) -> list[Premises]:
        count = 1 + min(7, heads // 90)
        on_posts = max(count, round(heads * 0.8))
        made = []
        for number in range(count):
            people = on_posts // count + (number < on_posts % count)
            crowd = float(self._rng.uniform(4, 9) if self.has[n, 2] else self._rng.uniform(8, 40))
            made.append(
                Premises(
                    "workshop",
                    f"{number + 1}号车间",
                    round(people * float(self._rng.uniform(1.0, 1.4))),
                    people,
                    area_m2=round(people * crowd),
                    is_enclosed=bool(self.has[n, 2]) and number == 0,
                    is_constant_temperature=bool(self.has[n, 3]) and number == 0,
                )
            )
        return made

    def _dormitory(self, heads: int, *, is_crowded: bool) -> Premises:
        lodgers = max(8 if is_crowded else 4, round(heads * float(self._rng.uniform(0.15, 0.6))))
        per_room = int(self._rng.integers(7, 9) if is_crowded else self._rng.integers(2, 7))
        # Crowded: too few rooms, so that some sleep where no bed is. Else: the last room is not full.
        rooms = lodgers // per_room if is_crowded else -(-lodgers // per_room)
        return Premises("dormitory", "宿舍", rooms * per_room, lodgers, rooms=rooms, area_m2=rooms * 20)

    def origins(self, n: int, staff: Staff) -> Staff:
        """The same staff, from many provinces where origins are complex and from fewer where they are not."""
        if self.has[n, 5]:
            most = min(staff.outside, 31)
            self.has[n, 5] = most >= MANY_PLACES
            return replace(staff, origins=min(most, MANY_PLACES + int(self._rng.poisson(3))))
        return replace(staff, origins=min(staff.origins, MANY_PLACES - 1))

    def of(self, n: int) -> Risk:
        """The weaknesses of enterprise `n` and the figures that show them."""
        has, rng = self.has[n], self._rng
        return Risk(
            traits=tuple(trait for trait, found in zip(TRAITS, has, strict=True) if found),
            has_named_leader=not has[0],
            mask_days=int(rng.integers(0, 3) if has[6] else 3 + rng.geometric(0.12)),
            emergency_plan=("none" if rng.random() < 0.3 else "crude") if has[8] else "good",
            earlier_problems=int(6 + rng.poisson(3) if has[7] else min(5, rng.poisson(1.1))),
        )
