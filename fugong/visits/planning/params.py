"""What the planner trades against what. Every weight says in its metadata what more of it buys and costs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


def _weight(default: Any, trades: str) -> Any:
    return field(default=default, metadata={"trades": trades})


@dataclass(frozen=True, slots=True)
class Params:
    """Weights in minutes of an officer's day, and the sizes of the search."""

    urgency: float = _weight(
        1.0, "Multiplies every task's weight: higher visits more and farther, lower saves travel."
    )
    travel: float = _weight(
        1.0, "Price of a minute on the road: higher shortens the ways and leaves far enterprises for later."
    )
    unfamiliar: float = _weight(
        5.0,
        "Price of sending somebody else than an officer who knows the enterprise: higher keeps faces, "
        "at the price of longer ways and fewer visits.",
    )
    away_from_home: float = _weight(
        3.0,
        "Price of a visit outside the officer's home area: higher keeps officers at home, lower lets a busy "
        "area borrow from a calm one.",
    )
    keep: float = _weight(
        15.0,
        "Price of moving a visit to another officer than in the given plan (a third of it for giving one up): "
        "higher disturbs fewer people, lower finds shorter ways.",
    )
    mandatory: float = _weight(
        100_000.0, "Added to the weight of mandatory and locked tasks, so that nothing else displaces them."
    )
    balance: float = _weight(
        0.0,
        "Price of the last minute of a full shift, growing from nothing at the soft share: higher spreads the "
        "work over all officers, at the price of longer ways.",
    )
    soft_share: float = _weight(
        0.6, "Share of a shift that is filled before balance counts: higher evens out only the longest days."
    )
    on_the_way_minutes: int = _weight(
        4,
        "A lighter visit that lengthens the way by at most this is said to lie on it; changes no plan.",
    )
    cluster_tasks: int = _weight(
        6_000,
        "More tasks than this are split by territory: higher searches wider, lower is faster.",
    )
    cluster_officers: int = _weight(
        600, "Officers in one part of a split day: higher shares more across borders, lower is faster."
    )

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not getattr(self, name) >= 0:
                raise ValueError(f"planning parameter {name} is below zero")
        if self.cluster_officers < 1 or self.cluster_tasks < 1 or self.soft_share >= 1:
            raise ValueError("a part has at least one officer and one task, and the soft share is below 1")

    @classmethod
    def from_dict(cls, data: Mapping[str, float]) -> Params:
        """Reads named values; unknown names raise ValueError, so that a misspelt weight is not lost."""
        kinds = {each.name: int if each.type == "int" else float for each in fields(cls)}
        unknown = sorted(set(data) - set(kinds))
        if unknown:
            raise ValueError(f"unknown planning parameters: {', '.join(unknown)}")
        values: dict[str, Any] = {name: kinds[name](value) for name, value in data.items()}
        return cls(**values)

    @classmethod
    def from_toml(cls, text: str) -> Params:
        """Reads the table `[planning]` of a TOML text, or its top level when there is none."""
        data = tomllib.loads(text)
        return cls.from_dict(data.get("planning", data))

    @classmethod
    def trades(cls) -> dict[str, str]:
        """What each parameter trades, one sentence a name."""
        return {each.name: str(each.metadata["trades"]) for each in fields(cls)}
