"""Writes down a visit with all that follows: findings become issues, look-backs close or re-open them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.gate import refuse_closed
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import Refused, refuse_if
from fugong.core.states import move
from fugong.enterprises import actions as enterprises
from fugong.enterprises.models import Enterprise
from fugong.enterprises.rules import PositionSource
from fugong.issues import actions as issues
from fugong.issues.models import Issue
from fugong.issues.queries import Clocks, clocks_of, successor_of
from fugong.issues.rules import OPEN, UNSOLVED, Level, Severity, Status, why_not_reopen
from fugong.visits import rules
from fugong.visits.artefacts import procedures
from fugong.visits.models import (
    Checklist,
    Finding,
    JointVisit,
    LookBack,
    PlannedVisit,
    Visit,
    VisitParticipant,
    VisitPhoto,
)
from fugong.visits.photos import Photo, store
from fugong.visits.rules import JointStatus, VisitKind, VisitStatus


@dataclass(frozen=True)
class Fault:
    """An article that was not met, as the officer noted it. `fixed` means put right before they left.

    `days`: the sheet's own deadline for it; None leaves it to the clock of the level.
    """

    article: str
    label: str
    key_area: str = ""
    severity: str = Severity.MINOR
    level: str = Level.ON_THE_SPOT
    note: str = ""
    fixed: bool = False
    days: int | None = None


@dataclass(frozen=True)
class Looked:
    """The result of looking back at one issue."""

    issue_id: int
    is_fixed: bool
    note: str = ""


@dataclass(frozen=True)
class Draft:
    """A visit as it comes from the page or the phone. `key` is the client's: a resend is the same visit."""

    started_at: datetime
    ended_at: datetime
    key: UUID = field(default_factory=uuid4)
    kind: str = VisitKind.REGULAR
    faults: Sequence[Fault] = ()
    looked: Sequence[Looked] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    submission: str = ""
    note: str = ""
    position: tuple[float, float] | None = None
    device_at: datetime | None = None
    photos: Sequence[Photo] = ()
    # Who came along; None: the people of the joint visit that was planned, if it was one.
    with_others: Sequence[User] | None = None
    # The steps of the procedure that were ticked, by key; see rules.why_not_steps. Answers may tick them too.
    steps: Mapping[str, rules.Tick] = field(default_factory=dict)

    @property
    def by_phone(self) -> bool:
        return self.kind == VisitKind.PHONE

    @property
    def ticks(self) -> Mapping[str, rules.Tick]:
        return {**procedures.ticks_in(self.answers, self.ended_at), **self.steps}


@transaction.atomic
def record_visit(
    *, enterprise: Enterprise, draft: Draft, by: User, at: datetime, checklist: Checklist | None = None
) -> Visit:
    """Write down a visit that was made. The same key again returns the visit that is there.

    Look-backs come before the checklist: what is found again after it was seen fixed is a new issue.
    """
    one_at_a_time(enterprise)
    standing = sent_already(draft.key, by)
    if standing:
        return standing
    day = timezone.localdate(draft.started_at)
    planned = planned_stop(enterprise, by, day)
    joint = _joint(enterprise, planned, day)
    refuse_if(rules.why_not_record(draft, at) or _why_not_again(joint, by))
    steps = procedures.rows_of(enterprise, at, by_phone=draft.by_phone)
    refuse_if(_why_not_steps(steps, draft))
    enterprise = _placed_by_phone(enterprise, draft, by=by, at=at)
    visit: Visit = Visit.objects.create(
        key=draft.key,
        campaign=enterprise.campaign,
        area=enterprise.area,
        enterprise=enterprise,
        officer=by,
        planned=planned,
        joint=joint,
        checklist=checklist,
        kind=draft.kind,
        status=VisitStatus.DONE,
        on=day,
        started_at=draft.started_at,
        ended_at=draft.ended_at,
        answers=dict(draft.answers),
        submission=draft.submission,
        note=draft.note,
        longitude=draft.position[0] if draft.position else None,
        latitude=draft.position[1] if draft.position else None,
        device_at=draft.device_at,
        procedure=procedures.kept(enterprise.campaign, steps, draft.ticks),
    )
    others = _came_along(visit, draft.with_others)
    for looked in draft.looked:
        _look_back(visit, looked, by=by, at=at)
    for fault in draft.faults:
        _find(visit, fault, by=by, at=at)
    keep_photos(visit, draft.photos, at=at)
    counted: dict[str, Any] = {
        "findings": len(draft.faults),
        "look_backs": len(draft.looked),
        "photos": len(draft.photos),
    }
    counted |= {"people": [visit.officer_id, *others]} if others else {}
    record("visits.visit.recorded", visit, by=by, at=at, **counted)
    return visit


def one_at_a_time(enterprise: Enterprise) -> None:
    """Visits to one enterprise are written one by one, so that a finding never becomes two issues."""
    if connection.features.has_select_for_update:  # SQLite has one writer at a time already
        Enterprise.objects.system().select_for_update().only("pk").get(pk=enterprise.pk)


def _why_not_steps(rows: Sequence[Mapping[str, Any]], draft: Draft) -> str:
    steps, has_position = procedures.as_steps(rows), draft.position is not None
    return rules.why_not_steps(steps, draft.ticks, photos=len(draft.photos), has_position=has_position)


def sent_already(key: UUID, by: User) -> Visit | None:
    """The visit that this key wrote already; refused when it was somebody else's."""
    found: Visit | None = Visit.objects.system().filter(key=key).first()
    refuse_if(
        _("This visit was sent already, by somebody else.") if found and found.officer_id != by.pk else ""
    )
    return found


def _placed_by_phone(enterprise: Enterprise, draft: Draft, *, by: User, at: datetime) -> Enterprise:
    """An enterprise that nobody has placed yet is where the officer stands; a place outside the town is not taken."""
    is_unplaced = enterprise.position_source == PositionSource.NONE
    if draft.position is None or draft.kind == VisitKind.PHONE or not is_unplaced:
        return enterprise
    try:
        return enterprises.place_from_phone(enterprise=enterprise, position=draft.position, by=by, at=at)
    except Refused:
        return enterprise


def keep_photos(visit: Visit, photos: Sequence[Photo], *, at: datetime) -> None:
    """The files come first: a row without its file would be worse than a file without a row."""
    for photo in {photo.digest: photo for photo in photos}.values():
        VisitPhoto.objects.create(
            visit=visit,
            question=photo.question,
            stored_as=store(photo),
            digest=photo.digest,
            width=photo.width,
            height=photo.height,
            taken_at=at,
        )


def planned_stop(enterprise: Enterprise, officer: User, day: date) -> PlannedVisit | None:
    """The stop of the accepted plan that this visit fulfils, if it was planned."""
    stops = PlannedVisit.objects.system().filter(enterprise=enterprise, officer=officer)
    accepted = stops.filter(plan__on=day, plan__status="accepted").select_related("joint")
    found: PlannedVisit | None = accepted.first()
    return found


def _joint(enterprise: Enterprise, planned: PlannedVisit | None, day: date) -> JointVisit | None:
    """The joint visit that this one is: the one of the officer's stop, else the one wished for or made that day."""
    if planned is not None and planned.joint is not None:
        return planned.joint
    rows = JointVisit.objects.system().filter(enterprise=enterprise, on=day)
    found: JointVisit | None = rows.exclude(status=JointStatus.WITHDRAWN).order_by("pk").last()
    return found


def _why_not_again(joint: JointVisit | None, by: User) -> str:
    """A joint visit is written down once, by one of its people: the others need not."""
    if joint is None or joint.status != JointStatus.MADE:
        return ""
    visit = Visit.objects.system().done().filter(joint=joint).select_related("officer").first()
    there = visit and visit.participants.filter(officer=by).exists()  # type: ignore[attr-defined]
    return rules.why_not_join_again(visit.officer.name if visit else "", was_there=bool(there))


def _came_along(visit: Visit, others: Sequence[User] | None) -> list[int]:
    """Keep who came along; with that the joint visit is made: one for the enterprise, one for each person."""
    joint = visit.joint
    if joint is not None and joint.status == JointStatus.WISHED:
        move(joint, JointStatus.MADE, rules.JOINT_MOVES)
        joint.save(update_fields=["status"])
    if others is None:
        others = _planned_with(visit) if visit.kind != VisitKind.PHONE else ()
    people = {user.pk: user for user in others if user.pk != visit.officer_id}
    VisitParticipant.objects.bulk_create(
        [VisitParticipant(visit=visit, officer=user, agency=user.department) for user in people.values()]
    )
    return list(people)


def _planned_with(visit: Visit) -> list[User]:
    """The other people of the joint visit by the plan that the officer follows."""
    if visit.planned is None or visit.planned.joint_id is None:
        return []
    stops = PlannedVisit.objects.system().filter(plan=visit.planned.plan_id, joint=visit.planned.joint_id)
    return [stop.officer for stop in stops.select_related("officer").order_by("pk")]


def _find(visit: Visit, fault: Fault, *, by: User, at: datetime) -> Finding:
    """File the finding. Where the same article is open at this enterprise already, it joins that issue."""
    issue = _open_issue(visit.enterprise, fault.article) or issues.find(
        campaign=visit.campaign,
        enterprise=visit.enterprise,
        area=visit.area,
        found=issues.Found(
            title=fault.label,
            detail=fault.note,
            article=fault.article,
            key_area=fault.key_area,
            severity=fault.severity,
            level=fault.level,
            days=fault.days,
            origin="visits.visit",
            origin_id=visit.pk,
        ),
        by=by,
        at=at,
    )
    if issue.status == Status.SOLVED:
        issues.reopen(issue=issue, reason=_("Found again at a visit."), by=by, at=at)
        _end_look_back(issue, visit, is_fixed=False, note=fault.note, at=at)
    elif fault.fixed and issue.status == Status.FOUND:
        issues.solve(issue=issue, solution=fault.note or _("Put right on the spot."), by=by, at=at)
    finding: Finding = Finding.objects.create(
        visit=visit,
        article=fault.article,
        label=fault.label[:200],
        key_area=fault.key_area,
        severity=fault.severity,
        note=fault.note[:400],
        issue=issue,
    )
    return finding


def _open_issue(enterprise: Enterprise, article: str) -> Issue | None:
    found: Issue | None = (
        Issue.objects.system()
        .filter(enterprise=enterprise, article=article, status__in=OPEN)
        .order_by("found_at")
        .first()
    )
    return found


def _look_back(visit: Visit, looked: Looked, *, by: User, at: datetime) -> None:
    """End the look-back with what was seen: a fixed issue is verified, else it goes back to its solver.

    Where somebody has verified or re-opened the issue meanwhile, only what differs from it is still done.
    """
    issue = issues.locked(Issue.objects.system().get(pk=looked.issue_id, enterprise=visit.enterprise))
    if looked.is_fixed and issue.status == Status.SOLVED:
        issues.verify(issue=issue, by=by, at=at, note=looked.note)
    elif not looked.is_fixed and not why_not_reopen(issue, by, successor_of(issue)):
        reason = looked.note or _("Not fixed when looked at again.")
        issues.reopen(issue=issue, reason=reason, by=by, at=at)
    _end_look_back(issue, visit, is_fixed=looked.is_fixed, note=looked.note, at=at)


def _end_look_back(
    issue: Issue, visit: Visit | None, *, is_fixed: bool, note: str = "", at: datetime
) -> None:
    waiting = LookBack.objects.system().waiting().filter(issue=issue)
    waiting.update(visit=visit, done_at=at, is_fixed=is_fixed, note=note[:400])


@transaction.atomic
def owe_look_backs(*, campaign: Campaign, at: datetime) -> int:
    """Put a look-back on the list for every issue reported solved that has none; the number added.

    Due after the pack's days for its severity. Runs by itself every few minutes and before each plan.
    Look-backs whose issue was verified, merged or re-opened without a visit are ended first: nobody goes for nothing.
    """
    refuse_closed(campaign)
    _end_overtaken(campaign, at)
    waiting = LookBack.objects.system().waiting().filter(issue=OuterRef("pk"))
    solved = Issue.objects.system().filter(
        ~Exists(waiting), campaign=campaign, status=Status.SOLVED, enterprise__isnull=False
    )
    clocks = clocks_of(campaign, at)
    rows = [
        LookBack(issue=issue, enterprise_id=issue.enterprise_id, due_on=_due_on(issue, clocks))
        for issue in solved
    ]
    LookBack.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _due_on(issue: Issue, clocks: Clocks) -> date:
    solved_on: date = timezone.localdate(issue.solved_at)
    return solved_on + timedelta(days=clocks.look_back_days(issue.severity))


def _end_overtaken(campaign: Campaign, at: datetime) -> None:
    waiting = LookBack.objects.system().waiting().filter(enterprise__campaign=campaign)
    verified = waiting.filter(issue__status=Status.VERIFIED).values("pk")
    reopened = waiting.filter(issue__status__in=[*UNSOLVED, Status.MERGED]).values("pk")
    for ended, is_fixed in ((verified, True), (reopened, False)):
        rows = LookBack.objects.system().filter(pk__in=list(ended.values_list("pk", flat=True)))
        rows.update(done_at=at, is_fixed=is_fixed, note=_("Settled without a visit."))
