"""The generator against counts of real registers, where those are at hand beside the project."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

PROFILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "enterprise_profile" / "profile.json"
TOWN = "440605123"


@pytest.fixture(scope="module")
def profile():
    if not PROFILE.exists():
        pytest.skip(
            "the profile of real registers (shared/data/enterprise_profile) is not beside the project"
        )
    return next(place for place in json.loads(PROFILE.read_text("utf-8")) if place["code"] == TOWN)


def test_industry_shares_as_in_a_real_town(made, profile):
    share = Counter(firm.line for firm in made.enterprises)
    for ours, theirs in {"manufacturing": "manufacturing", "trade": "trade", "finance": "finance"}.items():
        assert share[ours] / 5600 == pytest.approx(profile["industry"][theirs], abs=0.01)


def test_suffixes_as_in_a_real_town(made, profile):
    """The two that make up five in six; ours has sole traders' shops besides, which registers leave out."""
    names = [firm.name for firm in made.enterprises if not firm.is_sole_trader]
    works = sum(name.endswith("厂") for name in names) / len(names)
    limited = sum(name.endswith("有限公司") for name in names) / len(names)
    assert works == pytest.approx(profile["name_suffix"]["厂"], abs=0.03)
    assert limited == pytest.approx(profile["name_suffix"]["有限公司"], abs=0.06)


def test_name_lengths_as_in_a_real_town(made, profile):
    """Ours are a little shorter, as a city's name in front is left out."""
    low, middle, high = np.quantile([len(firm.name) for firm in made.enterprises], [0.05, 0.5, 0.95])
    real = profile["name_length"]
    assert 0 <= real["p50"] - middle <= 4
    assert 0 <= real["p5"] - low <= 4
    assert 0 <= real["p95"] - high <= 7


def test_a_quarter_have_no_capital_as_in_a_real_town(made, profile):
    missing = sum(firm.capital in ("", "N/A") for firm in made.enterprises) / 5600
    assert missing == pytest.approx(profile["registered_capital_wan_rmb"]["missing"], abs=0.03)
