"""The planner's JSON files: whatever is written is read back, and every fault is told with its place."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fugong.visits.planning import (
    Crossing,
    Lock,
    Officer,
    Params,
    Plan,
    PlannedVisit,
    Problem,
    ReasonCode,
    Refused,
    Route,
    Stop,
    Task,
    Travel,
    Unplanned,
    Window,
    solve,
    violations,
)
from fugong.visits.planning.__main__ import main
from fugong.visits.planning.files import (
    FormatError,
    plan_schema,
    problem_schema,
    read_plan,
    read_problem,
    read_toptw,
    write_plan,
    write_problem,
    written_schema,
)
from fugong.visits.planning.files.notes import NOTES

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGE = REFERENCE / "planning-format.md"
COMMAND = [sys.executable, "-m", "fugong.visits.planning"]
few = settings(max_examples=40, deadline=None, derandomize=True)

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=4)
names = st.text("abc火", min_size=1, max_size=3)
sets = st.frozensets(names, max_size=2)
numbers = st.floats(0, 1e6, allow_nan=False) | st.integers(0, 1000)
speeds = st.floats(0.5, 200, allow_nan=False)
ticks = st.integers(0, 2000)
points = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
values = st.dictionaries(names, texts | st.integers(-9, 9) | st.floats(-9, 9), max_size=2)
codes = st.builds(lambda code, more: ReasonCode(code, **more), names, values)
windows = st.builds(lambda start, length: Window(start, start + length), ticks, st.integers(1, 600))
locks = st.builds(Lock, officer=st.none() | names, at=st.none() | ticks)


@st.composite
def breaks(draw: st.DrawFn) -> tuple[Window, ...]:
    edges = sorted(draw(st.sets(ticks, max_size=4)))
    return tuple(Window(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))


officers = st.builds(
    Officer,
    id=names,
    start=points,
    end=points,
    shift=windows,
    name=texts,
    breaks=breaks(),
    skills=sets,
    home_area=texts,
    areas=st.none() | sets,
    knows=sets,
    agency=texts,
    travels_by=texts,
    land=texts,
)
tasks = st.builds(
    Task,
    id=names,
    enterprise=names,
    position=points,
    windows=st.lists(windows, max_size=2).map(tuple),
    service_minutes=st.integers(1, 90),
    weight=numbers,
    skills=sets,
    area=texts,
    due_in_days=st.none() | st.integers(-5, 30),
    days_overdue=st.integers(0, 30),
    days_since_visit=st.none() | st.integers(0, 90),
    reasons=st.lists(texts | codes, max_size=2).map(tuple),
    mandatory=st.booleans(),
    lock=st.none() | locks,
    forbidden=sets,
    land=texts,
    agencies=st.none() | sets,
    together=st.lists(sets, max_size=2).map(tuple),
)


@st.composite
def travels(draw: st.DrawFn) -> Travel:
    places = tuple(draw(st.lists(points, max_size=3, unique=True)))
    row = st.lists(numbers, min_size=len(places), max_size=len(places)).map(tuple)
    return Travel(
        speed_kmh=draw(speeds),
        detour=draw(speeds),
        places=places,
        matrix=tuple(draw(row) for _ in places),
        speeds=draw(st.dictionaries(names, speeds, max_size=2)),
        access_minutes=draw(numbers),
        crossings=tuple(Crossing(("a", "b"), draw(points), draw(points), draw(ticks)) for _ in range(1)),
        per_minute=draw(st.integers(1, 60)),
    )


problems = st.builds(
    Problem,
    officers=st.lists(officers, max_size=2, unique_by=lambda each: each.id).map(tuple),
    tasks=st.lists(tasks, max_size=3, unique_by=lambda each: each.id).map(tuple),
    travel=travels(),
)
visits = st.builds(
    PlannedVisit, names, names, names, ticks, ticks, ticks, reasons=st.lists(codes, max_size=2).map(tuple)
)
routes = st.builds(
    Route, names, st.lists(visits, max_size=2).map(tuple), st.none() | ticks, st.none() | ticks, ticks
)
plans = st.builds(
    Plan,
    routes=st.lists(routes, max_size=2).map(tuple),
    unplanned=st.lists(st.builds(Unplanned, names, names, codes), max_size=2).map(tuple),
    refused=st.lists(st.builds(Refused, names, codes, texts), max_size=2).map(tuple),
    cost=numbers,
    travel_minutes=ticks,
    method=texts,
    rounds=ticks,
)


@few
@given(problems, st.builds(Params, travel=numbers, urgency=numbers, unfamiliar=numbers))
def test_a_problem_is_read_back_as_it_was_written(problem: Problem, params: Params) -> None:
    assert read_problem(write_problem(problem, params)) == (problem, params)


@few
@given(plans)
def test_a_plan_is_read_back_as_it_was_written(plan: Plan) -> None:
    assert read_plan(write_plan(plan)) == plan
    assert read_plan(write_plan(plan, "en")) == plan


def small_problem() -> dict[str, Any]:
    return {
        "format": "fugong planning problem 1",
        "officers": [{"id": "o1", "start": [120, 28], "end": [120, 28], "shift": [510, 1050]}],
        "tasks": [
            {
                "id": f"t{number}",
                "enterprise": f"e{number}",
                "position": [120 + number / 100, 28],
                "windows": [[510, 720], [810, 1050]],
                "service_minutes": 30,
                "weight": 60,
            }
            for number in range(3)
        ],
    }


def changed(path: str, value: Any) -> str:
    """The small problem with one value put at a path like `tasks.0.weight`; `...` takes the key away."""
    data = small_problem()
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    here: Any = data
    for step in way:
        here = here.setdefault(step, {}) if isinstance(here, dict) else here[step]
    if value is ...:
        del here[last]
    else:
        here[last] = value
    return json.dumps(data)


FAULTS: list[tuple[str, Any, str]] = [
    ("tasks.1.weight", "high", '$.tasks[1].weight: a number of 0 or more is expected, not "high".'),
    ("tasks.1.weight", -1, "$.tasks[1].weight: a number of 0 or more is expected, not -1."),
    ("tasks.1.weight", True, "$.tasks[1].weight: a number of 0 or more is expected, not true."),
    ("tasks.0.service_minutes", 1.5, "$.tasks[0].service_minutes: a whole number of 1 or more is expected"),
    ("tasks.0.wieght", 3, "$.tasks[0].wieght: there is no such key; perhaps weight is meant."),
    ("tasks.0.zzz", 3, "$.tasks[0].zzz: there is no such key; allowed are id, enterprise"),
    ("tasks.0.weight", ..., "$.tasks[0]: the key weight is missing (a number of 0 or more)."),
    ("tasks.0.windows.0", [720, 510], "$.tasks[0].windows[0]: a window runs forward"),
    ("tasks.0.windows.0", [510], "$.tasks[0].windows[0]: a list of two, [start, end], is expected"),
    ("tasks.0.windows.0.0", 510.5, "$.tasks[0].windows[0][0]: a whole number of 0 or more is expected"),
    ("tasks.0.position", [120], "$.tasks[0].position: a list of two, [longitude, latitude], is expected"),
    ("tasks.0.skills", ["a", "a"], '$.tasks[0].skills[1]: "a" stands at $.tasks[0].skills[0] already.'),
    ("tasks.0.lock", {"when": 3}, "$.tasks[0].lock.when: there is no such key"),
    ("tasks.0.reasons", [3], '$.tasks[0].reasons[0]: a text or {"code": ...} is expected, not 3.'),
    ("tasks.0.mandatory", 1, "$.tasks[0].mandatory: true or false is expected, not 1."),
    ("tasks.2.id", "t0", '$.tasks[2].id: "t0" stands at $.tasks[0].id already.'),
    ("tasks.0.due_in_days", "soon", "$.tasks[0].due_in_days: a whole number or null is expected"),
    ("officers.0.breaks", [[600, 700], [650, 720]], "$.officers[0]: the breaks of officer o1 overlap."),
    ("officers.0.areas", "all", '$.officers[0].areas: a list is expected, not "all".'),
    ("officers", {}, "$.officers: a list is expected, not {}."),
    ("officers.0", 4, "$.officers[0]: an object with id, start, end, shift is expected."),
    ("travel.speed_kmh", 0, "$.travel.speed_kmh: a number above 0 is expected, not 0."),
    ("travel.speeds", {"foot": "slow"}, "$.travel.speeds.foot: a number above 0 is expected"),
    ("travel.places", [[0, 0]], "$.travel: the travel matrix needs one row and one column for each place."),
    (
        "travel.crossings",
        [{"lands": ["a", "a"], "here": [0, 0], "there": [0, 0], "minutes": 5}],
        "crossings[0]",
    ),
    ("params.travel", -1, "$.params.travel: a number of 0 or more is expected, not -1."),
    ("params.hurry", 1, "$.params.hurry: there is no such key"),
    ("format", "something", '$.format: "fugong planning problem 1" is expected'),
    ("extra", 1, "$.extra: there is no such key"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), FAULTS)
def test_a_fault_is_told_with_its_place(path: str, value: Any, sentence: str) -> None:
    with pytest.raises(FormatError, match=re.escape(sentence)) as told:
        read_problem(changed(path, value))
    assert str(told.value).endswith(".")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "$: this is no JSON: "),
        ('{"format": NaN}', "$: NaN is no number of JSON"),
        ('{"format": 1, "format": 2}', '$: the key "format" stands twice'),
        ("[]", "$.format: "),
        ("[" * 100_000, "$: this JSON is nested too deeply."),
    ],
)
def test_what_is_no_json_is_told(text: str, sentence: str) -> None:
    with pytest.raises(FormatError, match=re.escape(sentence)):
        read_problem(text)


def test_an_endless_number_is_refused() -> None:
    with pytest.raises(FormatError, match=re.escape("$.tasks[0].weight")):
        read_problem(changed("tasks.0.weight", 7).replace('"weight": 7', '"weight": 1e999'))


def test_every_field_has_a_description() -> None:
    for cls in (
        Problem,
        Officer,
        Task,
        Lock,
        Travel,
        Crossing,
        Plan,
        Route,
        PlannedVisit,
        Unplanned,
        Refused,
    ):
        have = {each.name for each in fields(cls) if each.init}
        assert have == set(NOTES[cls.__name__]), cls.__name__


@pytest.mark.parametrize(("schema", "name"), [(problem_schema, "problem"), (plan_schema, "plan")])
def test_the_kept_schema_is_what_the_code_says(schema: Any, name: str) -> None:
    kept = REFERENCE / f"planning-{name}.schema.json"
    assert kept.read_text(encoding="utf-8") == written_schema(schema())


@few
@given(problems)
def test_what_is_written_keeps_to_the_schema(problem: Problem) -> None:
    validator = pytest.importorskip("jsonschema_rs", reason="the JSON Schema validator is not installed")
    assert validator.is_valid(problem_schema(), json.loads(write_problem(problem)))


@pytest.mark.parametrize(
    ("path", "value", "sentence"), [each for each in FAULTS if "crossings" not in each[0]]
)
def test_the_schema_refuses_what_it_can(path: str, value: Any, sentence: str) -> None:
    """JSON Schema sees no order inside a window, no double ids and no sizes of a matrix."""
    validator = pytest.importorskip("jsonschema_rs", reason="the JSON Schema validator is not installed")
    beyond = ("runs forward", '"t0" stands', "overlap", "the travel matrix")
    if not any(part in sentence for part in beyond):
        assert not validator.is_valid(problem_schema(), json.loads(changed(path, value)))


def test_the_examples_of_the_page_are_valid_and_planned() -> None:
    """Every JSON block of docs/reference/planning-format.md is a whole file that can be used."""
    blocks = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert len(blocks) >= 3
    for block in blocks:
        if '"fugong plan 1"' in block:
            assert read_plan(block).visits()
            continue
        problem, params = read_problem(block)
        plan = solve(problem, params, Stop(iterations=50), seed=1)
        assert not violations(problem, plan)
        assert plan.visits()


def test_the_page_shows_a_plan_of_its_first_problem() -> None:
    """The plan on the page can be carried out, so that nobody learns from a wrong one."""
    blocks = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    problem, params = read_problem(blocks[0])
    shown = read_plan(blocks[1])
    assert violations(problem, shown) == []
    assert shown.cost == solve(problem, params, Stop(iterations=100), seed=1).cost


# The command: most of it in this process, and once as people call it, without settings


@dataclass(frozen=True)
class Called:
    """What a call of the command gave."""

    returncode: int
    stdout: str
    stderr: str


Call = Callable[..., Called]


@pytest.fixture
def called(capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*arguments: str | Path) -> Called:
        try:
            code = main([str(each) for each in arguments])
        except SystemExit as end:  # argparse ends a faulty call so
            code = int(end.code or 0)
        return Called(code, *capsys.readouterr())

    return call


@pytest.fixture
def problem_file(tmp_path: Path) -> Path:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(small_problem()), encoding="utf-8")
    return path


def without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if "DJANGO" not in name}


def test_the_command_needs_no_django(problem_file: Path) -> None:
    """In a process of its own, without settings, and Django is not even imported."""
    code = (
        "import sys; from fugong.visits.planning.__main__ import main; "
        f"main([{str(problem_file)!r}, '--iterations', '20']); assert 'django' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=without_settings(),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert len(read_plan(done.stdout).visits()) == 3


def test_the_command_plans_and_checks(called: Call, problem_file: Path, tmp_path: Path) -> None:
    answer = tmp_path / "plan.json"
    done = called(problem_file, "-o", answer, "--iterations", "50", "--seed", "3", "--language", "en")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "3 visits by 1 officers, 0 tasks left out" in done.stderr
    assert len(read_plan(answer.read_text(encoding="utf-8")).visits()) == 3
    assert "never visited" in answer.read_text(encoding="utf-8")
    checked = called(problem_file, "--check", answer)
    assert (checked.returncode, checked.stdout) == (0, "The plan can be carried out.\n")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_same_seed_gives_the_same_file(called: Call, problem_file: Path) -> None:
    first, second = (called(problem_file, "--iterations", "30", "--seed", "5").stdout for _ in range(2))
    assert first == second
    assert read_plan(first).visits()


def test_the_standing_plan_is_where_the_search_begins(
    called: Call, problem_file: Path, tmp_path: Path
) -> None:
    standing = tmp_path / "standing.json"
    called(problem_file, "--iterations", "50", "-o", standing)
    again = called(problem_file, "--iterations", "0", "--initial", standing)
    assert read_plan(again.stdout).visits() == read_plan(standing.read_text(encoding="utf-8")).visits()


def test_a_broken_plan_ends_with_one(called: Call, problem_file: Path, tmp_path: Path) -> None:
    plan = json.loads(called(problem_file, "--iterations", "10").stdout)
    plan["routes"][0]["visits"][0]["end"] += 5
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(plan), encoding="utf-8")
    checked = called(problem_file, "--check", broken)
    assert checked.returncode == 1
    assert "takes 30 minutes, not 35" in checked.stdout


def test_a_faulty_file_ends_with_two(called: Call, tmp_path: Path) -> None:
    path = tmp_path / "faulty.json"
    path.write_text(changed("tasks.1.weight", "high"), encoding="utf-8")
    done = called(path)
    assert done.returncode == 2
    assert done.stderr == f'{path}: $.tasks[1].weight: a number of 0 or more is expected, not "high".\n'


@pytest.mark.parametrize(
    "arguments",
    [(), ("--toptw", "x"), ("p.json", "--seconds", "nan"), ("p.json", "--seconds", "1", "--iterations", "1")],
)
def test_a_faulty_call_ends_with_two(called: Call, arguments: tuple[str, ...]) -> None:
    assert called(*arguments).returncode == 2


def test_a_missing_file_ends_with_two(called: Call, tmp_path: Path) -> None:
    done = called(tmp_path / "nowhere.json")
    assert done.returncode == 2
    assert "nowhere.json" in done.stderr


def test_the_schema_is_printed(called: Call) -> None:
    assert json.loads(called("--schema", "plan").stdout) == plan_schema()


def test_control_c_gives_the_best_plan_so_far(problem_file: Path, tmp_path: Path) -> None:
    answer = tmp_path / "plan.json"
    command = [*COMMAND, str(problem_file), "-o", str(answer), "--seconds", "1000"]
    with subprocess.Popen(
        command, cwd=ROOT, env=without_settings(), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()  # the search has begun: its first progress is told
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
        assert process.wait(timeout=300) == 0
    assert "stopping with the best plan so far" in told
    assert len(read_plan(answer.read_text(encoding="utf-8")).visits()) == 3


# Instance files: made up here, in the two layouts

VANSTEENWEGEN = """\
4 2 4 1
0 200
  0 0.00 0.00 0.00 0.00 0 0 0 100
  1 3.00 4.00 10.00 20.00 1 1 1 20 40
  2 0.00 7.07 5.00 30.00 1 2 1 2 0 90
  3 1.00 1.00 1.00 0.00 1 1 1 0 90
"""
SOLOMON = """\
T1
VEHICLE
NUMBER CAPACITY
 25 200
CUST NO. XCOORD. YCOORD. DEMAND READY DUE SERVICE
 0 0 0 0 0 100 0
 1 3 4 20 20 40 10
 2 0 7.07 30 0 90 5
 3 1 1 0 0 90 1
"""


@pytest.mark.parametrize("text", [VANSTEENWEGEN, SOLOMON])
def test_an_instance_becomes_a_problem(text: str) -> None:
    problem, params = read_toptw(text, vehicles=2)
    assert [officer.id for officer in problem.officers] == ["v1", "v2"]
    assert problem.officers[0].shift == Window(0, 1000)
    first, second = problem.tasks  # the third has no prize
    assert (first.windows, first.service_minutes, first.weight) == ((Window(200, 500),), 100, 20)
    assert problem.travel.minutes((0, 0), (3, 4)) == 50
    assert problem.travel.minutes((0, 0), second.position) == 70, "distances are truncated, not rounded"
    plan = solve(problem, params, Stop(iterations=30), seed=1)
    assert {visit.task for visit in plan.visits()} == {"1", "2"}
    assert read_problem(write_problem(problem, params)) == (problem, params)


def test_distances_may_keep_two_decimals() -> None:
    problem, _ = read_toptw(VANSTEENWEGEN, vehicles=1, decimals=2)
    assert problem.travel.minutes((0, 0), problem.tasks[1].position) == 707


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "line 1: no instance"),
        (VANSTEENWEGEN.replace("  2 0.00", "  5 0.00"), "line 5: point 2 is expected, not 5."),
        (VANSTEENWEGEN.replace("20 40", "40 20"), "line 4: the point closes before it opens."),
    ],
)
def test_a_faulty_instance_is_told(text: str, sentence: str) -> None:
    with pytest.raises(FormatError, match=re.escape(sentence)):
        read_toptw(text, vehicles=1)


def test_the_command_turns_an_instance_into_a_problem(called: Call, tmp_path: Path) -> None:
    instance = tmp_path / "tiny.txt"
    instance.write_text(VANSTEENWEGEN, encoding="utf-8")
    done = called("--toptw", instance, "--vehicles", "3")
    assert done.returncode == 0, done.stderr
    assert len(read_problem(done.stdout)[0].officers) == 3
