"""Who should begin where the first agency binds itself: not one that other visits need more."""

from __future__ import annotations

from dataclasses import replace

from fugong.visits.planning import Params, Stop
from fugong.visits.planning.agencies import beginners, is_bound
from fugong.visits.planning.book import book_of
from fugong.visits.planning.horizon import Enterprise, Horizon, Seen, Standing, Worker
from fugong.visits.planning.ownership import shared_out
from fugong.visits.planning.problem import Lock
from fugong.visits.planning.rehearsal import rehearse
from fugong.visits.planning.rolling import problem_of_day
from tests.planning.campaigns import MONDAY, campaign, day, firm, officer

HEALTH = frozenset({"health"})


def town(healthy: int = 4, **about: object) -> Horizon:
    """Daily visits for half and more of the only health officer's day, and one that anybody may make."""
    firms = [firm(f"health{n}", every_days=1, skills=HEALTH) for n in range(healthy)]
    given = {"gap_days": 2, **about}
    return campaign([*firms, firm("any", every_days=1)], crew(), **given)


def crew() -> list[Worker]:
    return [officer("doctor", skills=HEALTH, agency="health"), officer("li", agency="grid")]


def of(horizon: Horizon, name: str) -> Enterprise:
    return next(each for each in horizon.enterprises if each.id == name)


def agencies(horizon: Horizon, standing: Standing | None = None) -> dict[str, frozenset[str] | None]:
    problem = problem_of_day(horizon, standing or horizon.standing(), MONDAY)
    return {task.id: task.agencies for task in problem.tasks}


def test_the_agency_that_others_need_does_not_begin() -> None:
    found = agencies(town())
    assert found.pop("any") == {"grid"}
    assert set(found.values()) == {None}


def test_any_agency_begins_where_none_is_busy() -> None:
    assert agencies(town(healthy=1))["any"] is None


def test_only_a_cadence_shorter_than_the_gap_binds() -> None:
    horizon = town()
    book, daily = book_of(horizon), of(horizon, "any")
    weekly = replace(daily, every_days=7)
    assert is_bound(book, daily, None, MONDAY) and not is_bound(book, weekly, None, MONDAY)
    yesterday = Seen(day(-1), "doctor", "health")
    assert not is_bound(book, daily, yesterday, MONDAY)
    assert is_bound(book, daily, yesterday, day(1))
    assert agencies(town(gap_days=0))["any"] is None


def test_an_agency_that_is_off_on_a_day_does_not_begin() -> None:
    """The health officer works all week, the other not on Sundays: a daily visit would be late then."""
    doctor, li = crew()
    horizon = replace(town(), workers=(doctor, replace(li, weekdays=frozenset(range(6)))))
    assert beginners(book_of(horizon), of(horizon, "any")) is None


def test_wishes_and_usual_officers_go_first() -> None:
    wish = town(wishes={MONDAY: {"any": Lock(officer="doctor")}})
    assert agencies(wish)["any"] is None
    doctor, li = crew()
    knows = replace(doctor, officer=replace(doctor.officer, knows=frozenset({"any"})))
    assert agencies(replace(town(), workers=(knows, li)))["any"] == {"grid", "health"}


def test_nobody_is_kept_away_where_the_others_are_absent() -> None:
    doctor, li = crew()
    away = replace(li, officer=replace(li.officer, areas=frozenset({"west"}), home_area="west"))
    assert agencies(replace(town(), workers=(doctor, away)))["any"] is None


def test_usual_officers_are_shared_out_alike() -> None:
    assert "any" in shared_out(town())["li"]


def test_the_busy_agency_is_never_bound_in_a_campaign() -> None:
    plan = rehearse(town(), Params(), Stop(iterations=700), 1)
    assert {made.agency for made in plan.made if made.enterprise == "any"} == {"grid"}
