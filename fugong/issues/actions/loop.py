"""The verbs of the closed loop (问题闭环). Each step is a row, each change an event; nobody verifies their own fix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.core.states import move
from fugong.enterprises.models import Enterprise
from fugong.issues import rules
from fugong.issues.models import AskBack, HandOver, Issue, Requester, Step
from fugong.issues.queries import clocks_of, successor_of
from fugong.issues.rules import MOVES, Answer, Level, Severity, Status
from fugong.territory.models import Area


@dataclass(frozen=True)
class Found:
    """What was found: enough to file an issue. `origin` is the label and number of the visit or call it came from.

    `days`: a deadline of its own, in days from now (a checklist's); else the clock of the level runs.
    """

    title: str
    detail: str = ""
    article: str = ""
    key_area: str = ""
    severity: str = Severity.MINOR
    level: str = Level.ON_THE_SPOT
    days: int | None = None
    kind: str = "problem"
    origin: str = ""
    origin_id: int | None = None
    key: UUID | None = None
    # What the kind's own fields say.
    answers: Mapping[str, Any] = field(default_factory=dict)
    # Of somebody without an account: name, phone and place are sealed; `client` is the program that sent it.
    requester: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def find(
    *,
    campaign: Campaign,
    enterprise: Enterprise | None,
    area: Area,
    found: Found,
    by: User | None,
    at: datetime,
) -> Issue:
    """File what was found or asked for; its clock runs from this moment.

    A request goes at once to the department that its kind names, which accepts or refuses. `by` is nobody where it
    came from somebody without an account. The days that a checklist sets for an article go before the pack's hours.
    """
    clocks = clocks_of(campaign, at)
    kind = clocks.kind(found.kind)
    refuse_if(rules.why_not_answers(kind, dict(found.answers)) if kind else "")
    due_at = clocks.due(found.level, found.severity, at, found.kind)
    if found.days is not None:
        due_at = at + timedelta(days=found.days)
    issue: Issue = Issue.objects.create(
        key=found.key or uuid4(),
        campaign=campaign,
        area=area,
        enterprise=enterprise,
        kind=found.kind,
        title=found.title[:120],
        detail=found.detail,
        article=found.article,
        key_area=found.key_area,
        severity=found.severity,
        level=found.level,
        answers=dict(found.answers),
        secret=token_urlsafe(12) if found.kind != rules.PROBLEM else "",
        origin=found.origin,
        origin_id=found.origin_id,
        found_by=by,
        found_at=at,
        due_at=due_at,
    )
    step(issue, by=by, at=at, note=found.detail)
    record(
        "issues.issue.found",
        issue,
        by=by,
        at=at,
        title="" if issue.names_a_person else issue.title,
        level=issue.level,
        severity=issue.severity,
    )
    if found.requester:
        Requester.objects.create(issue=issue, campaign_id=campaign.pk, **found.requester)
    if kind and kind.is_request and kind.department:
        _hand_over_by_rule(issue, kind.department, at=at)
    return issue


def _hand_over_by_rule(issue: Issue, department: str, *, at: datetime) -> None:
    """The kind names who serves it: nobody has to assign it first."""
    move(issue, Status.ASSIGNED, MOVES)
    issue.department, issue.assigned_at = department, at
    save(issue, "status", "department", "assigned_at")
    offer = HandOver.objects.create(issue=issue, to_department=department, offered_at=at)
    step(issue, by=None, at=at, note=_("Handed over by the rule of its kind."))
    record(
        "issues.issue.assigned",
        issue,
        by=None,
        at=at,
        department=department,
        handler=None,
        hand_over=offer.pk,
    )


@transaction.atomic
def assess(*, issue: Issue, level: str, severity: str, by: User, at: datetime, note: str = "") -> Issue:
    """Say how serious it is and on which level it is solved (研判); the clock of that level runs from when it was found.

    Where neither changes, the deadline stands: it may be the checklist's own.
    """
    issue = locked(issue)
    refuse_if(rules.why_not_assess(issue))
    if issue.status == Status.FOUND:
        move(issue, Status.ASSESSED, MOVES)
    before = {"level": issue.level, "severity": issue.severity}
    issue.level, issue.severity, issue.assessed_at = level, severity, at
    if before != {"level": level, "severity": severity}:
        issue.due_at = clocks_of(issue.campaign, at).due(level, severity, issue.found_at, issue.kind)
    save(issue, "status", "level", "severity", "assessed_at", "due_at")
    step(issue, by=by, at=at, note=note)
    record(
        "issues.issue.assessed", issue, by=by, at=at, before=before, level=level, severity=severity, note=note
    )
    return issue


@transaction.atomic
def assign(
    *, issue: Issue, department: str, by: User, at: datetime, handler: User | None = None, note: str = ""
) -> Issue:
    """Give the issue to a department (交办), which accepts or refuses; to a named person it is given outright."""
    issue = locked(issue)
    refuse_if(
        rules.why_not_assign(
            issue, department, [key for key, _name in clocks_of(issue.campaign, at).departments]
        )
    )
    withdraw_offers(issue, by=by, at=at)
    if issue.status != Status.ASSIGNED:
        move(issue, Status.ASSIGNED, MOVES)
    source, issue.department, issue.handler, issue.assigned_at = issue.department, department, handler, at
    save(issue, "status", "department", "handler", "assigned_at")
    offer = HandOver.objects.create(
        issue=issue,
        from_department=source,
        to_department=department,
        to_user=handler,
        offered_by=by,
        offered_at=at,
        note=note,
        answer=Answer.ACCEPTED if handler else Answer.WAITING,
        answered_by=handler,
        answered_at=at if handler else None,
    )
    step(issue, by=by, at=at, note=note)
    record(
        "issues.issue.assigned",
        issue,
        by=by,
        at=at,
        department=department,
        handler=handler,
        hand_over=offer.pk,
    )
    return issue


@transaction.atomic
def accept(*, hand_over: HandOver, by: User, at: datetime) -> Issue:
    """Take the issue: from now on this person handles it."""
    issue = locked(hand_over.issue)
    hand_over = HandOver.objects.system().select_for_update().get(pk=hand_over.pk)
    refuse_if(rules.why_not_answer(hand_over, by))
    hand_over.answer, hand_over.answered_by, hand_over.answered_at = Answer.ACCEPTED, by, at
    hand_over.save(update_fields=["answer", "answered_by", "answered_at"])
    issue.handler = by
    save(issue, "handler")
    step(issue, by=by, at=at, note=_("Accepted."))
    record("issues.hand_over.accepted", issue, by=by, at=at, department=hand_over.to_department)
    return issue


@transaction.atomic
def refuse(*, hand_over: HandOver, reason: str, by: User, at: datetime) -> Issue:
    """Send it back with a reason; it waits for assignment again, with the department that had it before."""
    issue = locked(hand_over.issue)
    hand_over = HandOver.objects.system().select_for_update().get(pk=hand_over.pk)
    refuse_if(rules.why_not_answer(hand_over, by) or rules.why_not_reason(reason))
    hand_over.answer, hand_over.answered_by, hand_over.answered_at = Answer.REFUSED, by, at
    hand_over.answer_reason = reason
    hand_over.save(update_fields=["answer", "answered_by", "answered_at", "answer_reason"])
    move(issue, Status.ASSESSED, MOVES)
    issue.department, issue.handler = hand_over.from_department, None
    save(issue, "status", "department", "handler")
    step(issue, by=by, at=at, note=reason)
    record("issues.hand_over.refused", issue, by=by, at=at, department=hand_over.to_department, reason=reason)
    return issue


@transaction.atomic
def solve(*, issue: Issue, solution: str, by: User, at: datetime) -> Issue:
    """Report it put right, and how; it stays open until somebody else has verified it."""
    issue = locked(issue)
    refuse_if(rules.why_not_solve(issue, by) or rules.why_not_solution(solution))
    move(issue, Status.SOLVED, MOVES)
    issue.solution, issue.solved_by, issue.solved_at = solution, by, at
    save(issue, "status", "solution", "solved_by", "solved_at")
    step(issue, by=by, at=at, note=solution)
    record("issues.issue.solved", issue, by=by, at=at, solution=solution)
    return issue


@transaction.atomic
def verify(*, issue: Issue, by: User, at: datetime, note: str = "") -> Issue:
    """Close the issue after somebody other than the solver has looked (销号)."""
    issue = locked(issue)
    refuse_if(rules.why_not_verify(issue, by))
    move(issue, Status.VERIFIED, MOVES)
    issue.verified_by, issue.verified_at = by, at
    save(issue, "status", "verified_by", "verified_at")
    step(issue, by=by, at=at, note=note)
    record("issues.issue.verified", issue, by=by, at=at, note=note)
    return issue


@transaction.atomic
def reopen(*, issue: Issue, reason: str, by: User | None, at: datetime, words: str = "") -> Issue:
    """It is not fixed, or it came back: back to whoever solved it, with a new clock.

    Refused where the same article was found again after it was verified and is open as another issue: one article
    of an enterprise is one open issue. Visits hold the enterprise while they find, so it is held here first too.
    `words`: what the requester said about it; it stands in the step, and in no event.
    """
    if issue.enterprise_id is not None:
        Enterprise.objects.system().select_for_update().only("pk").get(pk=issue.enterprise_id)
    issue = locked(issue)
    refuse_if(rules.why_not_reopen(issue, by, successor_of(issue)) or rules.why_not_reason(reason))
    move(issue, Status.ASSIGNED, MOVES)
    issue.handler = issue.solved_by or issue.handler
    issue.reopened += 1
    issue.solved_by = issue.solved_at = issue.verified_by = issue.verified_at = None
    issue.due_at = clocks_of(issue.campaign, at).due(issue.level, issue.severity, at, issue.kind)
    save(
        issue,
        "status",
        "handler",
        "reopened",
        "solved_by",
        "solved_at",
        "verified_by",
        "verified_at",
        "due_at",
    )
    step(issue, by=by, at=at, note=f"{reason} {words}".strip())
    overtake_ask_backs(issue, at=at)
    record(
        "issues.issue.reopened",
        issue,
        by=by,
        at=at,
        reason=reason,
        handler=issue.handler,
        times=issue.reopened,
    )
    return issue


@transaction.atomic
def set_deadline(*, issue: Issue, due_at: datetime, reason: str, by: User, at: datetime) -> Issue:
    """Give an unsolved issue another deadline than its clock's, as a meeting decides; the step says why."""
    issue = locked(issue)
    refuse_if(rules.why_not_deadline(issue, due_at, at) or rules.why_not_reason(reason))
    before, issue.due_at = issue.due_at, due_at
    save(issue, "due_at")
    step(issue, by=by, at=at, note=reason)
    record("issues.issue.deadline_set", issue, by=by, at=at, before=before, due_at=due_at, reason=reason)
    return issue


@transaction.atomic
def escalate(*, issue: Issue, at: datetime, by: User | None = None) -> Issue:
    """Raise an overdue issue one level and start that level's clock; the clock does this by itself."""
    issue = locked(issue)
    refuse_if(rules.why_not_escalate(issue, at))
    before = issue.level
    issue.level, issue.escalated_at = rules.next_level(issue.level), at
    issue.due_at = clocks_of(issue.campaign, at).due(issue.level, issue.severity, at, issue.kind)
    save(issue, "level", "escalated_at", "due_at")
    step(issue, by=by, at=at, note=_("Overdue: raised to the next level."))
    record("issues.issue.escalated", issue, by=by, at=at, before=before, level=issue.level)
    return issue


def escalate_overdue(*, campaign: Campaign, at: datetime) -> int:
    """Raise every issue whose clock has run out; the number raised. Safe to run twice: the new clock is in the future."""
    raised = 0
    for pk in list(Issue.objects.system().filter(campaign=campaign).overdue(at).values_list("pk", flat=True)):
        issue = Issue.objects.system().select_related("campaign__release").get(pk=pk)
        if not rules.why_not_escalate(issue, at):
            escalate(issue=issue, at=at)
            raised += 1
    return raised


def locked(issue: Issue) -> Issue:
    """The issue as it stands now, held until the transaction ends."""
    rows = Issue.objects.system().select_for_update(of=("self",)).select_related("campaign")
    held: Issue = rows.get(pk=issue.pk)
    return held


def save(issue: Issue, *fields: str) -> None:
    """Save the named fields and count the change."""
    issue.version += 1
    issue.save(update_fields=[*fields, "version"])


def step(issue: Issue, *, by: User | None, at: datetime, note: str) -> Step:
    """Write the step that the issue has just made."""
    made: Step = Step.objects.create(
        issue=issue,
        status=issue.status,
        level=issue.level,
        by=by,
        at=at,
        note=note[:400],
        due_at=issue.due_at,
    )
    return made


def overtake_ask_backs(issue: Issue, *, at: datetime) -> None:
    """A question that nobody has answered yet falls away."""
    waiting = AskBack.objects.system().filter(issue=issue, reply=rules.Reply.WAITING)
    waiting.update(reply=rules.Reply.OVERTAKEN, replied_at=at)


def withdraw_offers(issue: Issue, *, by: User, at: datetime) -> None:
    """An assignment replaces an offer that nobody has answered yet."""
    issue.hand_overs.filter(answer=Answer.WAITING).update(  # type: ignore[attr-defined]
        answer=Answer.WITHDRAWN, answered_by=by, answered_at=at
    )
