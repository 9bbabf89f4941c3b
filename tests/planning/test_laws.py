"""What holds for every plan of every day, on days that Hypothesis makes up."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fugong.visits.planning import Lock, Officer, Params, Plan, Problem, Stop, Task, Window, solve, violations

STOP = Stop(iterations=20)
SKILLS, AREAS, CREW = ("gas", "fire"), ("north", "south"), ("o0", "o1", "o2")
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
    )


@st.composite
def days(draw: st.DrawFn) -> Problem:
    crew = [draw(officers(name)) for name in CREW[: draw(st.integers(0, 3))]]
    return Problem(tuple(crew), tuple(draw(tasks(number)) for number in range(draw(st.integers(0, 14)))))


def assert_lawful(problem: Problem, plan: Plan) -> None:
    """The laws, written a second time beside `check.violations`."""
    known = {task.id: task for task in problem.tasks}
    crew = {officer.id: officer for officer in problem.officers}
    assert violations(problem, plan) == []
    planned = [visit.task for visit in plan.visits()]
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
            assert task.lock is None or task.lock.officer in (None, officer.id)
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
    params = Params(cluster_tasks=2, cluster_officers=1, candidates=1.0, pyvrp_share=0.5)
    assert_lawful(problem, solve(problem, params, STOP, seed=0))


@few
@given(days(), days())
def test_a_plan_that_stood_before_is_taken_up_lawfully(before: Problem, after: Problem) -> None:
    """Whatever changed since: other officers, other windows, other locks."""
    standing = solve(before, Params(pyvrp_share=0), Stop(iterations=0))
    assert_lawful(after, solve(after, Params(pyvrp_share=0), STOP, initial=standing))


@few
@given(days())
def test_the_same_seed_gives_the_same_plan(problem: Problem) -> None:
    assert solve(problem, Params(), STOP, seed=4) == solve(problem, Params(), STOP, seed=4)
