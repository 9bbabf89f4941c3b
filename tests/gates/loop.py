"""People at work on the closed loop: they see pages that may be out of date, send twice, and are cut off half-way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from fugong.access.models import User
from fugong.core.refusals import Refused
from fugong.issues import actions as issues
from fugong.issues.models import HandOver, Issue
from fugong.issues.rules import LEVELS, OPEN, UNSOLVED, Status
from fugong.visits import actions as visits
from tests.gates.seen import Seen, check, look
from tests.town import Town

ARTICLES = ("13", "22")
pick = st.integers(0, 99)
person = st.integers(0, 4)
# 0: the page is fresh; n: it shows what stood n commands ago.
age = st.sampled_from([0, 0, 0, 1, 2, 4])
# Mostly what may be done; now and then anything, to be refused.
is_wild = st.sampled_from([False, False, False, False, True])
is_cut = st.sampled_from([False, False, False, False, False, True])


class Cut(Exception):
    """The process ended before the event was written."""


class Loop(RuleBasedStateMachine):
    """One history of a town. Its whole writing is undone at the end, so that every history begins alike."""

    town: Town

    def __init__(self) -> None:
        super().__init__()
        self.history = transaction.atomic()
        self.history.__enter__()
        town = self.town
        self.people: list[User] = [town.feng, town.li, town.wang, town.sun, town.tang]
        self.firms = [town.crowded_firm, town.small_firm]
        self.now = town.now
        self.solvers: dict[int, int | None] = {}
        self.sent: list[tuple[Any, visits.Draft, User, Any]] = []
        self.moments: list[Seen] = [look()]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.history.__exit__(None, None, None)

    # What the rules choose from

    @property
    def seen(self) -> Seen:
        return self.moments[-1]

    def _page_of(self, pk: int, back: int) -> Issue:
        """The issue as a page showed it some commands ago (or at its first sight)."""
        for moment in self.moments[max(0, len(self.moments) - 1 - back) :]:
            if pk in moment.issues:
                return moment.issues[pk]
        raise KeyError(pk)

    def _choose(self, number: int, may: Callable[[Issue], bool], wild: bool) -> Issue:
        rows = list(self.seen.issues.values())
        good = [row for row in rows if may(row)]
        chosen = rows if wild or not good else good
        return chosen[number % len(chosen)]

    def _any(self, may: Callable[[Issue], bool]) -> bool:
        return any(may(row) for row in self.seen.issues.values())

    # One command, and what must hold after it

    def _do(self, run: Callable[[], Any], *, allowed: bool, cut: bool = False) -> Any:
        """Run the command; whether it is refused is foretold, and what was refused or cut off has written nothing."""
        before, made, ended = self.seen, None, "done"
        try:
            with ExitStack() as stack:
                if cut:
                    for module in ("fugong.issues.actions.loop", "fugong.visits.actions.visiting"):
                        stack.enter_context(patch(f"{module}.record", side_effect=Cut))
                made = run()
        except Refused:
            ended = "refused"
        except Cut:
            ended = "cut"
        after = look(before.last_step, before.last_event)
        assert ended == ("refused" if not allowed else "cut" if cut else "done")
        if ended != "done":
            assert after.facts() == before.facts(), f"{ended}, and yet something was written"
        check(before, after, self.now, self.solvers)
        self.moments.append(after)
        return made

    @rule(hours=st.sampled_from([1, 9, 30, 80]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @precondition(lambda self: len(self.seen.issues) < 4)
    @rule(firm=pick, who=person, severity=st.sampled_from(["minor", "serious"]), cut=is_cut)
    def find(self, firm: int, who: int, severity: str, cut: bool) -> None:
        town, enterprise = self.town, self.firms[firm % 2]
        found = issues.Found(title="物资不足", severity=severity)
        self._do(
            lambda: issues.find(
                campaign=town.campaign,
                enterprise=enterprise,
                area=enterprise.area,
                found=found,
                by=self.people[who],
                at=self.now,
            ),
            allowed=True,
            cut=cut,
        )

    @precondition(lambda self: self._any(_may_assess))
    @rule(number=pick, who=person, level=st.sampled_from(LEVELS), back=age, wild=is_wild, cut=is_cut)
    def assess(self, number: int, who: int, level: str, back: int, wild: bool, cut: bool) -> None:
        issue = self._choose(number, _may_assess, wild)
        page, by = self._page_of(issue.pk, back), self.people[who]
        self._do(
            lambda: issues.assess(issue=page, level=level, severity="serious", by=by, at=self.now),
            allowed=_may_assess(issue),
            cut=cut,
        )

    @precondition(lambda self: self._any(_is_unsolved))
    @rule(number=pick, who=person, outright=st.booleans(), back=age, wild=is_wild, cut=is_cut)
    def assign(self, number: int, who: int, outright: bool, back: int, wild: bool, cut: bool) -> None:
        issue = self._choose(number, _is_unsolved, wild)
        page, by = self._page_of(issue.pk, back), self.people[who]
        department, handler = [("health", self.town.sun), ("fire", self.town.tang)][number % 2]
        self._do(
            lambda: issues.assign(
                issue=page,
                department=department,
                by=by,
                at=self.now,
                handler=handler if outright else None,
            ),
            allowed=_is_unsolved(issue),
            cut=cut,
        )

    @precondition(lambda self: any(moment.offers for moment in self.moments[-5:]))
    @rule(number=pick, who=person, accepts=st.booleans(), back=age, wild=is_wild, cut=is_cut)
    def answer(self, number: int, who: int, accepts: bool, back: int, wild: bool, cut: bool) -> None:
        """Accept or refuse; the page may show a hand-over that has been answered meanwhile."""
        offers = self._offers(back)
        offer = offers[number % len(offers)]
        asked = [user for user in self.people if user.department == offer.to_department]
        by = self.people[who] if wild else asked[0]
        allowed = offer.pk in self.seen.offers and by.department == offer.to_department
        if accepts:
            self._do(lambda: issues.accept(hand_over=offer, by=by, at=self.now), allowed=allowed, cut=cut)
        else:
            self._do(
                lambda: issues.refuse(hand_over=offer, reason="不归我们管", by=by, at=self.now),
                allowed=allowed,
                cut=cut,
            )

    def _offers(self, back: int) -> list[HandOver]:
        for moment in [*self.moments[max(0, len(self.moments) - 1 - back) :], *reversed(self.moments)]:
            if moment.offers:
                return list(moment.offers.values())
        raise AssertionError("the precondition says that there is one")

    @precondition(lambda self: self._any(_may_solve))
    @rule(number=pick, who=person, back=age, wild=is_wild, cut=is_cut)
    def solve(self, number: int, who: int, back: int, wild: bool, cut: bool) -> None:
        issue = self._choose(number, _may_solve, wild)
        page, by = self._page_of(issue.pk, back), self.people[who]
        self._do(
            lambda: issues.solve(issue=page, solution="已整改", by=by, at=self.now),
            allowed=_may_solve(issue),
            cut=cut,
        )

    @precondition(lambda self: self._any(_is_solved))
    @rule(number=pick, who=person, back=age, wild=is_wild, cut=is_cut)
    def verify(self, number: int, who: int, back: int, wild: bool, cut: bool) -> None:
        issue = self._choose(number, _is_solved, wild)
        page, by = self._page_of(issue.pk, back), self.people[who]
        self._do(
            lambda: issues.verify(issue=page, by=by, at=self.now),
            allowed=_is_solved(issue) and issue.solved_by_id != by.pk,
            cut=cut,
        )

    @precondition(lambda self: self._any(_is_over))
    @rule(number=pick, who=person, back=age, wild=is_wild, cut=is_cut)
    def reopen(self, number: int, who: int, back: int, wild: bool, cut: bool) -> None:
        issue = self._choose(number, _is_over, wild)
        page, by = self._page_of(issue.pk, back), self.people[who]
        self._do(
            lambda: issues.reopen(issue=page, reason="又出现", by=by, at=self.now),
            allowed=_is_over(issue) and not self._has_successor(issue),
            cut=cut,
        )

    def _has_successor(self, issue: Issue) -> bool:
        same = (issue.enterprise_id, issue.article)
        rows = [row for row in self.seen.issues.values() if row.pk != issue.pk and row.status in OPEN]
        return bool(issue.article) and same in {(row.enterprise_id, row.article) for row in rows}

    @precondition(lambda self: bool(self.seen.issues))
    @rule()
    def the_clock(self) -> None:
        """The job of every few minutes: exactly the overdue ones go up one level, and run again nothing happens."""
        due = {pk: row.level for pk, row in self.seen.issues.items() if self._may_escalate(row)}
        raised = self._do(
            lambda: issues.escalate_overdue(campaign=self.town.campaign, at=self.now), allowed=True
        )
        assert raised == len(due)
        for pk, level in due.items():
            now = self.seen.issues[pk]
            assert LEVELS.index(now.level) == LEVELS.index(level) + 1 and now.due_at > self.now
        assert issues.escalate_overdue(campaign=self.town.campaign, at=self.now) == 0

    def _may_escalate(self, row: Issue) -> bool:
        return (
            _is_unsolved(row) and row.due_at is not None and row.due_at < self.now and row.level != LEVELS[-1]
        )

    @rule(
        firm=pick,
        who=person,
        unmet=st.sets(st.sampled_from(ARTICLES)),
        fixed=st.booleans(),
        number=pick,
        results=st.lists(st.booleans(), max_size=2),
        skew=st.sampled_from([0, -3000, 90_000]),
        cut=is_cut,
    )
    def visit(
        self,
        firm: int,
        who: int,
        unmet: set[str],
        fixed: bool,
        number: int,
        results: list[bool],
        skew: int,
        cut: bool,
    ) -> None:
        """A visit with findings and look-backs; the phone's clock may be wrong by a day."""
        enterprise, by = self.firms[firm % 2], self.people[who]
        own = [row for row in self.seen.issues.values() if row.enterprise_id == enterprise.pk]
        own.sort(key=lambda row: row.pk not in self.seen.owed)
        looked = [visits.Looked(row.pk, result) for row, result in zip(own, results, strict=False)]
        draft = visits.Draft(
            started_at=self.now - timedelta(minutes=30),
            ended_at=self.now,
            faults=[visits.Fault(article, f"条款{article}", fixed=fixed) for article in sorted(unmet)],
            looked=looked,
            device_at=self.now + timedelta(seconds=skew),
        )
        before = self.seen
        self._send(enterprise, draft, by, cut=cut)
        if self.seen.visits > before.visits:
            assert not {one.issue_id for one in looked} & set(self.seen.owed), "a look-back still waits"

    def _send(self, enterprise: Any, draft: visits.Draft, by: User, *, cut: bool) -> None:
        allowed = not any(
            one.is_fixed
            and _is_solved(self.seen.issues[one.issue_id])
            and self.seen.issues[one.issue_id].solved_by_id == by.pk
            for one in draft.looked
        )
        before = self.seen
        made = self._do(
            lambda: visits.record_visit(enterprise=enterprise, draft=draft, by=by, at=self.now),
            allowed=allowed,
            cut=cut,
        )
        if made is None:
            return
        assert self.seen.visits == before.visits + 1, "a visit was lost or doubled"
        told = [event for event in self.seen.events if event.name == "visits.visit.recorded"]
        assert [(event.target_id, event.at) for event in told] == [(made.pk, self.now)]
        self.sent.append((enterprise, draft, by, made))

    @precondition(lambda self: bool(self.sent))
    @rule(number=pick, again=st.booleans(), who=person)
    def send_again(self, number: int, again: bool, who: int) -> None:
        """The phone had no answer and sends the visit once more; nobody else can use its key."""
        enterprise, draft, by, made = self.sent[number % len(self.sent)]
        sender = by if again else self.people[who]
        before = self.seen.facts()
        standing = self._do(
            lambda: visits.record_visit(
                enterprise=enterprise, draft=replace(draft, note="再发"), by=sender, at=self.now
            ),
            allowed=sender == by,
        )
        assert self.seen.facts() == before, "a resend wrote something"
        assert standing is None or standing == made

    @precondition(lambda self: self._are_look_backs_behind())
    @rule()
    def owe_look_backs(self) -> None:
        """After the job every solved issue has exactly one look-back waiting, and no other issue has one."""
        for expected in (None, 0):
            added = self._do(
                lambda: visits.owe_look_backs(campaign=self.town.campaign, at=self.now), allowed=True
            )
            assert not self._are_look_backs_behind()
            assert expected is None or added == expected

    def _are_look_backs_behind(self) -> bool:
        return self.seen.owed.keys() != {pk for pk, row in self.seen.issues.items() if _is_solved(row)}


def _may_assess(row: Issue) -> bool:
    return row.status in (Status.FOUND, Status.ASSESSED)


def _is_unsolved(row: Issue) -> bool:
    return row.status in UNSOLVED


def _may_solve(row: Issue) -> bool:
    return _is_unsolved(row) and (row.status != Status.ASSIGNED or row.handler_id is not None)


def _is_solved(row: Issue) -> bool:
    return row.status == Status.SOLVED


def _is_over(row: Issue) -> bool:
    return row.status in (Status.SOLVED, Status.VERIFIED)
