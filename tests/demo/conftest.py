"""One generated town for all tests of the generator; made once, as making it takes seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from fugong.demo import town

SEED, CENTRE, START = 7, (113.0, 31.0), date(2020, 2, 10)


@dataclass(frozen=True)
class Town:
    """Everything the generator makes, for one seed."""

    layout: town.Layout
    enterprises: list[town.EnterpriseSeed]
    officers: list[town.Officer]
    history: town.History


def make_town(seed: int) -> Town:
    layout = town.Layout.make(seed, 28, CENTRE, town="甲乙镇", county="丙丁县")
    enterprises = town.enterprises(layout, seed, first_day=START)
    officers = town.people(layout, enterprises, seed)
    return Town(layout, enterprises, officers, town.history(layout, enterprises, officers, 10, START))


@pytest.fixture(scope="session")
def made() -> Town:
    return make_town(SEED)
