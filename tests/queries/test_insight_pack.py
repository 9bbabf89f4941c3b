"""The pack's part about figures says what is wrong before a campaign runs on it."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from fugong.insight.pack import IndicatorsPart, check
from tests.architecture.source import ROOT
from tests.pack import PACK, indicator

PACKS = sorted((ROOT / "packs").glob("*/indicators.toml"))


def _problems(*rows: dict[str, Any], **pages: Any) -> list[str]:
    part = IndicatorsPart.model_validate({"indicator": list(rows), **pages})
    return [str(problem) for problem in check(part.model_dump(mode="json", by_alias=True), {})]


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.parent.name)
def test_the_packs_that_come_with_the_product_are_right(path: Any) -> None:
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    assert _problems(*values.pop("indicator"), **values) == []
    assert len(values["board"]) >= 6


def test_the_pack_of_the_cast_is_right() -> None:
    part = dict(PACK["indicators"])
    assert _problems(*part.pop("indicator"), **part) == []


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (indicator("a", "甲", "no_such_name = 1"), "no_such_name"),
        (indicator("a", "甲", denominator="is_resumed >"), "denominator"),
        (indicator("a", "甲"), "counts nothing"),
        (indicator("a", "甲", denominator="", sum_numerator="staff_on_duty"), "both sums"),
        (indicator("a", "甲", sum_numerator="staff_on_duty", sum_denominator="headcount"), "no rows"),
        (
            indicator("a", "甲", denominator="", sum_numerator="name", sum_denominator="headcount"),
            "no number",
        ),
    ],
)
def test_what_cannot_be_counted_is_named(row: dict[str, Any], word: str) -> None:
    assert any(word in problem for problem in _problems(row))


def test_keys_are_there_once_and_pages_name_known_ones() -> None:
    row = indicator("a", "甲", "is_resumed = True")
    found = _problems(row, row, board=["b"], by_class="c")
    assert [word for word in ("twice", "board", "by_class") if any(word in one for one in found)] == [
        "twice",
        "board",
        "by_class",
    ]
