"""The bench of public instances, on tiny made-up ones: which cases it takes, and what a gap is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import reporting
from bench.planning import toptw
from bench.planning.made_up import SMALL_VILLAGE, day_of
from bench.planning.rules_of_thumb import by_rule, most_overdue, nearest
from bench.planning.sheets import Sheet
from fugong.visits.planning import Params, Problem

TINY = """\
4 2 3 1
0 200
  0 0.00 0.00 0.00 0.00 0 0 0 100
  1 3.00 4.00 10.00 20.00 1 1 1 0 90
  2 0.00 7.07 5.00 30.00 1 1 1 0 90
  3 40.00 0.00 5.00 50.00 1 1 1 0 10
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "C1.txt").write_text(TINY, encoding="utf-8")
    (tmp_path / "pr1.txt").write_text(TINY, encoding="utf-8")
    return tmp_path


def test_cases_are_files_with_a_known_best(folder: Path) -> None:
    found = list(toptw.instances(folder, {"c1-1": 50, "c1-2": 50, "pr1-1": 50, "missing-1": 10}))
    assert [(each.key, len(each.problem.officers)) for each in found] == [
        ("c1-1", 1),
        ("c1-2", 2),
        ("pr1-1", 1),
    ]


def test_cordeaus_instances_keep_two_decimals(folder: Path) -> None:
    solomon, cordeau = toptw.instances(folder, {"c1-1": 50, "pr1-1": 50})
    assert solomon.problem.travel.minutes((0, 0), (0, 7.07)) == 70
    assert cordeau.problem.travel.minutes((0, 0), (0, 7.07)) == 707


def test_gaps_are_counted_in_shares_of_the_best() -> None:
    found = [
        toptw.Instance(key, Problem((), ()), Params(), best) for key, best in (("a1-1", 100), ("a2-1", 50))
    ]
    row = toptw._row("side", [(90, 1.0), (51, 3.0)], found)
    assert row == ("side", "2.00", "2", "4.00", "10.0", "0", "1")


def test_the_bench_plans_the_cases_and_keeps_the_table(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = tmp_path / "best.json"
    known.write_text(json.dumps({"c1-1": 50, "c1-2": 50}), encoding="utf-8")
    monkeypatch.setattr(reporting, "RESULTS", tmp_path / "results")
    assert toptw.main([str(folder), "--best-known", str(known), "--seconds", "0.1"]) == 0
    kept = json.loads((tmp_path / "results" / "toptw.json").read_text(encoding="utf-8"))
    (row,) = kept["rows"]
    assert row[0] == "fugong, 0.1 s"
    assert row[2:] == ["2", "0.00", "0.0", "2", "0"], "the far third point cannot be reached in time"
    assert "fugong, 0.1 s" in capsys.readouterr().out


def test_an_empty_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = tmp_path / "best.json"
    known.write_text('{"c1-1": 50}', encoding="utf-8")
    assert toptw.main([str(tmp_path), "--best-known", str(known)]) == 2
    assert "no instance" in capsys.readouterr().out


# The judge of all sides


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return Sheet(day_of(SMALL_VILLAGE, 1))


def test_the_same_seed_makes_the_same_day() -> None:
    assert day_of(SMALL_VILLAGE, 1) == day_of(SMALL_VILLAGE, 1)
    assert day_of(SMALL_VILLAGE, 1) != day_of(SMALL_VILLAGE, 2)


@pytest.mark.parametrize("rule", [nearest, most_overdue])
def test_rules_of_thumb_give_plans_that_can_be_carried_out(sheet: Sheet, rule: object) -> None:
    orders = by_rule(sheet, rule, 0.0, 1)  # type: ignore[arg-type]
    assert sum(map(len, orders)) > 10
    assert sheet.broken(orders) == []
    assert sheet.cost(orders) < sheet.cost([[] for _ in orders])


def test_a_peers_impossible_order_is_trimmed(sheet: Sheet) -> None:
    orders = sheet.trimmed([list(range(sheet.size)) for _ in range(sheet.crew)])
    assert sheet.broken(orders) == []
    assert any(orders)


def test_our_best_scores_are_kept_and_never_get_worse(tmp_path: Path) -> None:
    file, case = tmp_path / "ours.json", toptw.Instance("a1-1", Problem((), ()), Params(), 100)
    for score in (80.0, 90.0, 70.0):
        toptw._keep_best(file, [case], [(score, 0.1)])
    assert json.loads(file.read_text(encoding="utf-8")) == {"a1-1": 90.0}
