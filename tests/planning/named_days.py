"""Tiny days with a name. Places lie on a line; a step is about a kilometre, 3 minutes."""

from __future__ import annotations

from typing import Any

from fugong.visits.planning import Lock, Officer, Problem, Task, Window

STEP = 0.009
MORNING, AFTERNOON = Window(540, 690), Window(810, 1020)
LUNCH = Window(720, 780)


def place(steps: float, north: float = 0.0) -> tuple[float, float]:
    return steps * STEP, north * STEP


def officer(key: str, at: float = 0.0, **more: Any) -> Officer:
    values: dict[str, Any] = {"start": place(at), "end": place(at), "shift": Window(540, 1020)}
    return Officer(id=key, **(values | more))


def task(name: str, at: float, **more: Any) -> Task:
    values: dict[str, Any] = {"windows": (MORNING, AFTERNOON), "service_minutes": 60, "weight": 100.0}
    return Task(id=name, enterprise=f"e-{name}", position=place(at), **(values | more))


def four_firms() -> Problem:
    """One officer, four firms that all fit: the best order is one sweep out and back."""
    return Problem((officer("ann"),), tuple(task(f"f{n}", at) for n, at in enumerate((3, 1, 4, 2))))


def too_many_firms() -> Problem:
    """A morning for two of five; the heaviest pair is far apart, so that the way decides."""
    weights = (30, 60, 90, 55, 20)
    crew = (officer("ann", shift=Window(540, 700)),)
    firms = zip(weights, (-2, 6, 9, -1, 1), strict=True)
    return Problem(crew, tuple(task(f"f{n}", at, weight=w) for n, (w, at) in enumerate(firms)))


def two_officers_lunch_break() -> Problem:
    """Firms open over noon, officers that rest at noon: nobody is visited in the break."""
    crew = (officer("ann", breaks=(LUNCH,)), officer("bo", at=8, breaks=(Window(690, 750),)))
    noon = (Window(660, 800),)
    firms = [task(f"f{n}", at, windows=noon, service_minutes=30) for n, at in enumerate((1, 2, 6, 7))]
    return Problem(crew, (*firms, task("long", 4, windows=noon, service_minutes=90)))


def skill_and_area() -> Problem:
    """Who may go is not who is near."""
    crew = (
        officer("ann", skills=frozenset({"gas"}), home_area="north"),
        officer("bo", at=5, areas=frozenset({"south"}), knows=frozenset({"e-f2"})),
    )
    firms = (
        task("f0", 5, skills=frozenset({"gas"}), area="south"),
        task("f1", 5, area="north"),
        task("f2", 1, area="south"),
        task("f3", 6, area="south", forbidden=frozenset({"bo"})),
    )
    return Problem(crew, firms)


def short_openings() -> Problem:
    """Every firm opens twice for a short time: the right window decides the order."""
    firms = [
        task("f0", 1, windows=(Window(540, 600), Window(900, 960)), service_minutes=45),
        task("f1", 2, windows=(Window(540, 610), Window(700, 760)), service_minutes=45),
        task("f2", 3, windows=(Window(690, 750), Window(600, 660)), service_minutes=45),
        task("f3", 4, windows=(Window(960, 1020),), service_minutes=45),
    ]
    return Problem((officer("ann", shift=Window(540, 1030)),), tuple(firms))


def locked_afternoon() -> Problem:
    """A visit by one officer at three o'clock, whatever it costs the others."""
    crew = (officer("ann"), officer("bo", at=9))
    lock = Lock(officer="bo", at=900)
    firms = [task(f"f{n}", at) for n, at in enumerate((1, 8, 9))]
    return Problem(crew, (*firms, task("wish", 0, lock=lock, weight=1.0)))


DAYS = (
    four_firms,
    too_many_firms,
    two_officers_lunch_break,
    skill_and_area,
    short_openings,
    locked_afternoon,
)
