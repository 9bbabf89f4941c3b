"""The legend of the map of visits counts what is drawn: its shapes by their shares, its dots by their marks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.visitors import Visitor

pytestmark = pytest.mark.journey

DRAWN = """() => {
  const map = document.querySelector('fugong-map');
  const rows = [...map.querySelectorAll('[data-legend] li')];
  const legend = rows.map((row) => Number(row.textContent.match(/\\d+$/)[0]));
  return { legend, areas: map.areas.length, dots: map.points.length };
}"""
SHARES = 5


def test_the_legend_counts_villages_and_enterprises(enter: Callable[..., Visitor]) -> None:
    visitor = enter("commander")
    visitor.opens("/visits/coverage/")
    visitor.settle()
    shown = visitor.page.evaluate(DRAWN)
    assert sum(shown["legend"][:SHARES]) == shown["areas"] > 20
    assert sum(shown["legend"][SHARES:]) == shown["dots"] > 4_000
