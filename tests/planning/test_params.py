"""Parameters and stops read from data, and refuse nonsense."""

from __future__ import annotations

from dataclasses import fields

import pytest

from fugong.visits.planning import Officer, Params, Problem, Stop, Travel, Window
from tests.planning.named_days import officer, place, task


def test_every_parameter_says_what_it_trades() -> None:
    assert set(Params.trades()) == {each.name for each in fields(Params)}
    assert all(text.endswith(".") for text in Params.trades().values())


def test_read_from_toml() -> None:
    assert Params.from_toml("[planning]\ntravel = 2\ncluster_officers = 8") == Params(
        travel=2.0, cluster_officers=8
    )
    assert Params.from_toml("keep = 3.5").keep == 3.5


def test_a_misspelt_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="travle"):
        Params.from_dict({"travle": 1.0})


@pytest.mark.parametrize("wrong", [{"travel": -1.0}, {"cluster_officers": 0}, {"soft_share": 1.0}])
def test_nonsense_weights_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Params.from_dict(wrong)


def test_a_stop_says_when() -> None:
    with pytest.raises(ValueError, match="say when"):
        Stop()
    with pytest.raises(ValueError, match="before it begins"):
        Stop(seconds=-1)


def test_problems_with_doubles_or_broken_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="officers"):
        Problem((officer("ann"), officer("ann")), ())
    with pytest.raises(ValueError, match="tasks"):
        Problem((), (task("f", 1), task("f", 2)))
    with pytest.raises(ValueError, match="matrix"):
        Travel(places=(place(0),), matrix=())
    with pytest.raises(ValueError, match="forward"):
        Window(600, 600)
    with pytest.raises(ValueError, match="overlap"):
        Officer("ann", place(0), place(0), Window(0, 900), breaks=(Window(60, 90), Window(80, 100)))
