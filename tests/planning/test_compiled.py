"""The compiled loops: the same as plain Python, exact about where a visit fits, and warm when asked."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from fugong.visits import planning
from fugong.visits.planning import Params, Problem, Stop, solve, warm
from fugong.visits.planning.arrays import board_of, put_orders
from fugong.visits.planning.board import NEVER, OWNER, SCALE, best_orders
from fugong.visits.planning.compiling import IS_COMPILED, LOOPS, cache_folder, sources_name
from fugong.visits.planning.day import Day, compiled, kept, timed, total
from fugong.visits.planning.timing import place_for
from fugong.visits.planning.whole import Whole
from tests.planning.days import town_day

PLAIN = """
import json, sys
from fugong.visits.planning import Params, Stop, solve
from fugong.visits.planning.compiling import IS_COMPILED
from tests.planning.days import town_day
from tests.planning.test_compiled import told
assert not IS_COMPILED
print(json.dumps(told(solve(town_day(due=60, officers=4, villages=3), Params(balance=0.5), Stop(iterations=60), seed=7))))
"""


def told(plan: object) -> list[object]:
    visits = [[v.officer, v.task, v.start] for v in plan.visits()]  # type: ignore[attr-defined]
    return [plan.cost, plan.rounds, visits]  # type: ignore[attr-defined]


def test_plain_python_makes_the_same_plan() -> None:
    if not IS_COMPILED:
        pytest.skip("Numba is not installed: there is only plain Python")
    plan = solve(town_day(due=60, officers=4, villages=3), Params(balance=0.5), Stop(iterations=60), seed=7)
    root = Path(__file__).parents[2]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", PLAIN], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(json.dumps(told(plan)))


@pytest.fixture(scope="module")
def day() -> Day:
    return compiled(town_day(due=80, officers=5, villages=4), Params(balance=0.7, soft_share=0.3))


def by_trying(day: Day, officer: int, order: tuple[int, ...], seat: int) -> float:
    """The least cost of one more visit in a line, by timing every longer line."""
    longer = [timed(day, officer, (*order[:at], seat, *order[at:])) for at in range(len(order) + 1)]
    now = timed(day, officer, order)
    assert now is not None
    costs = [tour.cost - now.cost for tour in longer if tour and day.allowed[officer, seat]]
    return min(costs, default=float("inf"))


def test_the_place_of_a_visit_is_the_cheapest_that_fits(day: Day) -> None:
    board, dice, found = board_of(day, 1), random.Random(2), 0
    orders = [list(kept(day, o, dice.sample(range(16 * o, 16 * o + 16), 9)).order) for o in range(5)]
    put_orders(board, orders)
    absent = [seat for seat in range(day.size) if board.tasks[seat, OWNER] < 0]
    for officer in range(day.crew):
        for seat in dice.sample(absent, 25):
            tries = [
                place_for(*board, officer, seat, NEVER) for _ in range(3)
            ]  # one in a hundred is overlooked
            cost = min(cost for cost, _ in tries) / SCALE
            expected = by_trying(day, officer, tuple(orders[officer]), seat)
            assert (cost if cost < NEVER / SCALE else float("inf")) == pytest.approx(expected, abs=0.01)
            found += expected < float("inf")
    assert found > 20


def test_the_books_are_right_after_many_rounds(day: Day) -> None:
    """The cost kept by small changes is the cost of the plan summed up anew."""
    search = Whole(day, Stop(iterations=400).begin(), 3)
    plan = search.run()
    tours = [timed(day, officer, order) for officer, order in enumerate(best_orders(search.board))]
    assert all(tours) and plan.cost == pytest.approx(total(day, [tour for tour in tours if tour]), abs=0.01)
    assert search.joint.cost_now() == pytest.approx(plan.cost, abs=0.1)


def test_balance_evens_out_the_longest_days() -> None:
    problem = town_day(due=40, officers=4, villages=2)

    def longest(params: Params) -> int:
        plan = solve(problem, params, Stop(iterations=1500), seed=1)
        return max(route.travel_minutes + sum(v.end - v.start for v in route.visits) for route in plan.routes)

    assert longest(Params(balance=20, soft_share=0.4)) <= longest(Params())


def test_warming_leaves_nothing_to_compile() -> None:
    warm()
    assert solve(Problem((), ()), Params(), Stop(iterations=1)).cost == 0


def test_compiled_code_goes_where_it_can_be_written(tmp_path: Path) -> None:
    beside, file = tmp_path / "beside", tmp_path / "file"
    beside.mkdir()
    file.touch()  # no folder can be made in it
    assert cache_folder(beside, file, tmp_path) == beside / "__pycache__"
    assert cache_folder(file, beside, tmp_path) == beside / ".cache" / "fugong"
    private = cache_folder(file, file, tmp_path)
    assert private.parent == tmp_path and private.stat().st_mode & 0o077 == 0


def test_a_change_in_one_loop_has_all_of_them_compiled_anew(tmp_path: Path) -> None:
    """Numba alone looks at the file of the outermost loop only."""
    for name in LOOPS:
        (tmp_path / f"{name}.py").write_text("before")
    before = sources_name(tmp_path)
    (tmp_path / "recreate.py").write_text("after")
    assert sources_name(tmp_path) != before
    folder = Path(planning.__file__).parent
    users = {path.stem for path in folder.glob("*.py") if "@compiled\n" in path.read_text("utf-8")}
    assert users <= set(LOOPS)
