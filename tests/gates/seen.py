"""What stands in the database between two commands, and the laws that hold from one moment to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from fugong.core.models import Event
from fugong.issues.models import HandOver, Issue, Step
from fugong.issues.rules import MOVES, OPEN, Status
from fugong.visits.models import LookBack, Visit


@dataclass
class Seen:
    """The issues, waiting hand-overs and waiting look-backs (by issue) of one moment, and the last numbers given."""

    issues: dict[int, Issue]
    offers: dict[int, HandOver]
    owed: dict[int, LookBack]
    visits: int
    last_step: int
    last_event: int
    steps: list[Step] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """Everything as plain values; equal when nothing was written between two moments."""
        rows = {
            name: {pk: values(row) for pk, row in getattr(self, name).items()}
            for name in ("issues", "offers", "owed")
        }
        return {**rows, "visits": self.visits, "last": (self.last_step, self.last_event)}


def values(row: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


class Question:
    """A query written to SQL once and asked again and again: a history looks after every command.

    Whoever asks may give other values for its parameters, in their order.
    """

    def __init__(self, queryset: Any) -> None:
        self.model = queryset.model
        self.compiler = queryset.query.get_compiler("default")
        self.sql, self.values = self.compiler.as_sql()
        self.converters = self.compiler.get_converters([column for column, *_ in self.compiler.select])
        self.names = [field.attname for field in self.model._meta.concrete_fields]

    def rows(self, *values: Any) -> list[Any]:
        with self.compiler.connection.cursor() as cursor:
            cursor.execute(self.sql, values or self.values)
            found = cursor.fetchall()
        converted = self.compiler.apply_converters(found, self.converters)
        return [self.model.from_db("default", self.names, row) for row in converted]


@cache
def questions(_vendor: str) -> dict[str, Question]:
    return {
        "steps": Question(Step.objects.system().filter(pk__gt=0).order_by("pk")),
        "events": Question(Event.objects.filter(pk__gt=0).order_by("pk")),
        "issues": Question(Issue.objects.system().order_by("pk")),
        "offers": Question(HandOver.objects.system().filter(answer="waiting").order_by("pk")),
        "owed": Question(LookBack.objects.system().waiting()),
    }


def look(last_step: int = 0, last_event: int = 0) -> Seen:
    """Look now; `steps` and `events` are those written since the numbers given."""
    ask = questions(connection.vendor)
    steps, events = ask["steps"].rows(last_step), ask["events"].rows(last_event)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {Visit._meta.db_table}")
        visits = cursor.fetchone()[0]
    return Seen(
        issues={row.pk: row for row in ask["issues"].rows()},
        offers={row.pk: row for row in ask["offers"].rows()},
        owed={row.issue_id: row for row in ask["owed"].rows()},
        visits=visits,
        last_step=steps[-1].pk if steps else last_step,
        last_event=events[-1].pk if events else last_event,
        steps=steps,
        events=events,
    )


def check(before: Seen, after: Seen, now: datetime, solvers: dict[int, int | None]) -> None:
    """The laws of one command. `solvers` remembers from the events who solved what, and is brought up to date."""
    assert after.issues.keys() >= before.issues.keys(), "an issue is gone"
    for pk, issue in after.issues.items():
        steps = [step for step in after.steps if step.issue_id == pk]
        events = [event for event in after.events if event.target == "issues.issue" and event.target_id == pk]
        old = before.issues.get(pk)
        _every_change_is_told(old, issue, steps, events, now)
        _moves_are_in_the_table(old, issue, steps)
        _nobody_verifies_an_own_fix(pk, issue, events, solvers)
        _reopening_counts_and_returns(old, issue, events)
    _one_offer_of_assigned_issues(after)
    _a_finding_joins_the_open_issue(before, after)
    _one_article_is_one_open_issue(after)


def _every_change_is_told(
    old: Issue | None, new: Issue, steps: list[Step], events: list[Event], now: datetime
) -> None:
    """One step and one event for each change, by the same person, at the server's moment; and none without."""
    grown = new.version - (old.version if old else 0)
    assert grown == len(steps) == len(events), "a change without its step or event, or a lost one"
    assert (old is None or values(old) != values(new)) == bool(steps), "changed behind the back of its steps"
    for step, event in zip(steps, events, strict=True):
        assert step.at == event.at == now, "another clock than the server's"
        assert step.by_id == event.by_id
    if old is None:
        assert new.found_at == now
    if steps:
        assert steps[-1].status == new.status and steps[-1].level == new.level


def _moves_are_in_the_table(old: Issue | None, new: Issue, steps: list[Step]) -> None:
    here = old.status if old else Status.FOUND
    for step in steps:
        assert step.status == here or step.status in MOVES[here], f"{here} to {step.status} is no move"
        here = step.status
    assert here == new.status


def _nobody_verifies_an_own_fix(
    pk: int, issue: Issue, events: list[Event], solvers: dict[int, int | None]
) -> None:
    for event in events:
        if event.name == "issues.issue.solved":
            solvers[pk] = event.by_id
        if event.name == "issues.issue.verified":
            assert event.by_id != solvers[pk], "verified by the solver"
    solved = issue.status in (Status.SOLVED, Status.VERIFIED)
    assert issue.solved_by_id == (solvers[pk] if solved else None)
    assert (issue.verified_by_id is not None) == (issue.status == Status.VERIFIED)


def _reopening_counts_and_returns(old: Issue | None, new: Issue, events: list[Event]) -> None:
    times = sum(event.name == "issues.issue.reopened" for event in events)
    assert new.reopened == (old.reopened if old else 0) + times, "re-opened but not counted"
    if times and old and len(events) == 1:
        assert new.handler_id == old.solved_by_id, "re-opened, and its solver has not got it"


def _one_offer_of_assigned_issues(after: Seen) -> None:
    offered = [offer.issue_id for offer in after.offers.values()]
    assert len(offered) == len(set(offered)), "two hand-overs wait for one issue"
    assert all(after.issues[pk].status == Status.ASSIGNED for pk in offered)


def _a_finding_joins_the_open_issue(before: Seen, after: Seen) -> None:
    """A visit files a new issue only where none of the same article is open at the enterprise."""
    known = {
        (row.enterprise_id, row.article)
        for pk, row in after.issues.items()
        if pk in before.issues and row.status in OPEN
    }
    for pk, row in after.issues.items():
        if pk not in before.issues and row.article:
            assert (row.enterprise_id, row.article) not in known, "one finding became two issues"
            known.add((row.enterprise_id, row.article))


def _one_article_is_one_open_issue(after: Seen) -> None:
    rows = [row for row in after.issues.values() if row.article and row.status in OPEN]
    assert len(rows) == len({(row.enterprise_id, row.article) for row in rows}), (
        "one article, two open issues"
    )
