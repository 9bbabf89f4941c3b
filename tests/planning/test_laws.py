"""What holds for every plan of every day, on days that Hypothesis makes up."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from fugong.visits.planning import (
    Crossing,
    Lock,
    Officer,
    Params,
    Plan,
    Problem,
    Stop,
    Task,
    Travel,
    Window,
    from_now,
    solve,
    violations,
)
from tests.planning.exhaustive import least_cost

STOP = Stop(iterations=20)
SKILLS, AREAS, CREW = ("gas", "fire"), ("north", "south"), ("o0", "o1", "o2")
AGENCIES, LANDS = ("health", "safety"), ("", "", "main", "isle")
TEAMS = ((), (), (), (frozenset({"gas"}), frozenset()), (frozenset(), frozenset(), frozenset({"fire"})))
FERRY = Crossing(("main", "isle"), (120.02, 28.02), (120.03, 28.02), 15)
TRAVEL = Travel(speeds={"foot": 6.0}, access_minutes=1, crossings=(FERRY,))
few = settings(max_examples=25, deadline=None, derandomize=True)

points = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda p: (120 + p[0] / 300, 28 + p[1] / 300))
some_skills = st.frozensets(st.sampled_from(SKILLS), max_size=1)


@st.composite
def windows(draw: st.DrawFn, low: int = 420, high: int = 1200) -> Window:
    start = draw(st.integers(low, high - 30))
    return Window(start, draw(st.integers(start + 10, high)))


@st.composite
def officers(draw: st.DrawFn, name: str) -> Officer:
    start = draw(st.integers(480, 720))
    rests = draw(st.sampled_from([(), (Window(720, 780),), (Window(600, 615), Window(700, 790))]))
    return Officer(
        id=name,
        start=draw(points),
        end=draw(points),
        shift=Window(start, draw(st.integers(start + 60, 1140))),
        breaks=rests,
        skills=draw(st.frozensets(st.sampled_from(SKILLS))),
        home_area=draw(st.sampled_from(("", *AREAS))),
        areas=draw(st.none() | st.frozensets(st.sampled_from(AREAS), min_size=1)),
        knows=draw(st.frozensets(st.sampled_from(("e0", "e1", "e2", "e3")))),
        agency=draw(st.sampled_from(AGENCIES)),
        travels_by=draw(st.sampled_from(("", "foot"))),
        land=draw(st.sampled_from(LANDS)),
    )


locks = st.none() | st.builds(
    Lock, officer=st.none() | st.sampled_from((*CREW, "nobody")), at=st.none() | st.integers(480, 1100)
)


@st.composite
def tasks(draw: st.DrawFn, number: int) -> Task:
    return Task(
        id=f"t{number}",
        enterprise=f"e{number}",
        position=draw(points),
        windows=tuple(draw(st.lists(windows(), max_size=3))),
        service_minutes=draw(st.integers(5, 90)),
        weight=draw(st.floats(0, 500)),
        skills=draw(some_skills),
        area=draw(st.sampled_from(("", *AREAS))),
        mandatory=draw(st.booleans()) and draw(st.booleans()),
        lock=draw(locks) if draw(st.booleans()) else None,
        forbidden=draw(st.frozensets(st.sampled_from(CREW), max_size=1)),
        land=draw(st.sampled_from(LANDS)),
        agencies=draw(st.none() | st.none() | st.frozensets(st.sampled_from(AGENCIES), min_size=1)),
        together=draw(st.sampled_from(TEAMS)),
    )


@st.composite
def days(draw: st.DrawFn) -> Problem:
    crew = [draw(officers(name)) for name in CREW[: draw(st.integers(0, 3))]]
    firms = tuple(draw(tasks(number)) for number in range(draw(st.integers(0, 14))))
    return Problem(tuple(crew), firms, draw(st.sampled_from((Travel(), TRAVEL))))


def assert_lawful(problem: Problem, plan: Plan) -> None:
    """The laws, written a second time beside `check.violations`."""
    known = {task.id: task for task in problem.tasks}
    crew = {officer.id: officer for officer in problem.officers}
    assert violations(problem, plan) == []
    met: dict[str, list[tuple[str, int]]] = {}
    for visit in plan.visits():
        met.setdefault(visit.task, []).append((visit.officer, visit.start))
    for name, members in met.items():
        assert len(members) == len({who for who, _ in members}) == known[name].members
        assert len({start for _, start in members}) == 1
    planned = list(met)
    assert sorted([*planned, *(each.task for each in plan.unplanned)]) == sorted(known)
    for route in plan.routes:
        officer = crew[route.officer]
        for before, after in zip(route.visits, route.visits[1:], strict=False):
            assert before.end <= after.start
        for visit in route.visits:
            task = known[visit.task]
            assert any(w.start <= visit.start and visit.end <= w.end for w in task.windows)
            assert officer.shift.start <= visit.start < visit.end <= officer.shift.end
            assert task.skills <= officer.skills
            wanted = None if task.lock is None else task.lock.officer
            assert wanted in (None, officer.id, *(who for who, _ in met[task.id] if task.together))
            assert task.agencies is None or officer.agency in task.agencies
            assert not any(rest.start < visit.end and visit.start < rest.end for rest in officer.breaks)
            assert task.lock is None or task.lock.at in (None, visit.start)
            assert all(reason.code for reason in visit.reasons) and visit.reasons
    refused = {each.task for each in plan.refused}
    assert {task.id for task in problem.tasks if task.lock} - set(planned) == refused


@few
@given(days(), st.integers(0, 3))
def test_every_plan_is_lawful(problem: Problem, seed: int) -> None:
    assert_lawful(problem, solve(problem, Params(), STOP, seed=seed))


@few
@given(days())
def test_every_plan_is_lawful_in_parts(problem: Problem) -> None:
    """A tiny day treated as a big one: split, capped and repaired."""
    params = Params(cluster_tasks=2, cluster_officers=1)
    assert_lawful(problem, solve(problem, params, STOP, seed=0))


@few
@given(days(), days())
def test_a_plan_that_stood_before_is_taken_up_lawfully(before: Problem, after: Problem) -> None:
    """Whatever changed since: other officers, other windows, other locks."""
    standing = solve(before, Params(), Stop(iterations=0))
    assert_lawful(after, solve(after, Params(), STOP, initial=standing))


@few
@given(days())
def test_the_same_seed_gives_the_same_plan(problem: Problem) -> None:
    assert solve(problem, Params(), STOP, seed=4) == solve(problem, Params(), STOP, seed=4)


@few
@given(days(), st.integers(400, 1200))
def test_the_rest_of_a_day_is_lawful(problem: Problem, now: int) -> None:
    rest, plan = from_now(problem, solve(problem, Params(), STOP), now)
    assert_lawful(rest, solve(rest, Params(), STOP, initial=plan))
    assert all(officer.shift.start >= now or officer.shift.start >= 480 for officer in rest.officers)


@few
@given(days(), st.data())
def test_without_an_optional_task_the_rest_is_no_worse_off(problem: Problem, data: st.DataObject) -> None:
    """The plan without the task, begun from the plan with it, costs at most that plan, less the task's weight if out."""
    optional = [task for task in problem.tasks if not task.mandatory and not task.lock and not task.together]
    if not optional:
        return
    plan, free = solve(problem, Params(keep=0), STOP), Params(keep=0)
    gone = data.draw(st.sampled_from(optional))
    less = replace(problem, tasks=tuple(task for task in problem.tasks if task.id != gone.id))
    after = solve(less, free, STOP, initial=plan)
    was_out = gone.id in {each.task for each in plan.unplanned}
    assert after.cost <= plan.cost - (gone.weight if was_out else 0) + 1e-2


@st.composite
def tiny_days(draw: st.DrawFn) -> Problem:
    """Two officers and up to four plain tasks: few enough to try every plan."""
    crew = tuple(replace(draw(officers(name)), travels_by="", land="", agency="") for name in CREW[:2])
    firms = tuple(
        replace(draw(tasks(number)), lock=None, mandatory=False, land="", agencies=None, together=())
        for number in range(draw(st.integers(1, 4)))
    )
    return Problem(crew, firms)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(tiny_days(), st.data())
def test_an_optional_task_is_worth_its_weight_at_most_and_never_less_than_nothing(
    problem: Problem, data: st.DataObject
) -> None:
    """Between the best plans with and without a task lie at least 0 and at most its weight; by trying every plan."""
    gone = data.draw(st.sampled_from(problem.tasks))
    less = replace(problem, tasks=tuple(task for task in problem.tasks if task.id != gone.id))
    best, without = least_cost(problem, Params()), least_cost(less, Params())
    assert without <= best + 1e-6
    assert best <= without + gone.weight + 1e-6
    assert solve(problem, Params(), STOP).cost >= best - 1e-2
