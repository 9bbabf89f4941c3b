"""Questions about issues: clocks, counts, the three lists of an enterprise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.roles import Permission
from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.enterprises.models import Contact, Enterprise, current
from fugong.issues.duplicates import ALIKE_WHILE_TYPING
from fugong.issues.kinds import Kind, kinds_of, read_kind
from fugong.issues.models import AskBack, HandOver, IntakeLink, Issue
from fugong.issues.rules import OPEN, PROBLEM, UNSOLVED, Answer, Reply, Status, likeness
from fugong.territory.models import Area


@dataclass(frozen=True)
class Clocks:
    """The pack's levels, departments and hours, as they stand on one day."""

    part: dict[str, Any]
    on: date

    def hours(self, level: str, severity: str) -> float | None:
        """Hours from finding to solving on this level; None where the pack sets no clock."""
        for row in self.part.get("level", []):
            if row["key"] == level:
                value: float | None = value_on(row.get("hours", {}).get(severity, []), self.on)
                return value
        return None

    def due(self, level: str, severity: str, since: datetime, kind: str = PROBLEM) -> datetime | None:
        """When it must be solved: by the kind's own clock, else by the level's."""
        own = self.kind(kind)
        hours = own.hours(severity, self.on) if own else None
        hours = self.hours(level, severity) if hours is None else hours
        return None if hours is None else since + timedelta(hours=hours)

    def look_back_days(self, severity: str) -> int:
        """Days from a reported fix to the look-back; the next day where the pack is silent."""
        value = value_on(self.part.get("look_back_days", {}).get(severity, []), self.on)
        return 1 if value is None else int(value)

    def kind(self, key: str) -> Kind | None:
        return next((read_kind(row) for row in self.part.get("kind", []) if row["key"] == key), None)

    def kind_name(self, key: str) -> str:
        kind = self.kind(key)
        return kind.name if kind else key

    @property
    def departments(self) -> list[tuple[str, str]]:
        """(key, name in the active language) of every department of the pack."""
        return [(row["key"], text(row["name"])) for row in self.part.get("department", [])]

    def department_name(self, key: str) -> str:
        return dict(self.departments).get(key, key)

    def level_name(self, key: str) -> str:
        return next((text(row["name"]) for row in self.part.get("level", []) if row["key"] == key), key)


def clocks_of(campaign: Campaign, at: datetime) -> Clocks:
    return Clocks(campaign.part("issues"), timezone.localdate(at))


@dataclass(frozen=True)
class Counts:
    """How the loop stands: open by status, overdue, verified, re-opened."""

    open: int
    overdue: int
    solved: int
    verified: int
    reopened: int
    total: int


def counts(issues: QuerySet[Issue], at: datetime) -> Counts:
    """One query over issues that the caller has scoped already."""
    row = issues.aggregate(
        open=Count("pk", filter=Q(status__in=OPEN)),
        overdue=Count("pk", filter=Q(status__in=UNSOLVED, due_at__lt=at)),
        solved=Count("pk", filter=Q(status=Status.SOLVED)),
        verified=Count("pk", filter=Q(status=Status.VERIFIED)),
        reopened=Count("pk", filter=Q(reopened__gt=0)),
        total=Count("pk"),
    )
    return Counts(**row)


def of_enterprise(enterprise: Enterprise) -> QuerySet[Issue]:
    """An enterprise's issues, open ones first, then the newest."""
    rows: QuerySet[Issue] = (
        Issue.objects.system()
        .filter(enterprise=enterprise)
        .select_related("handler", "found_by", "solved_by", "verified_by")
        .order_by(F("verified_at").asc(nulls_first=True), F("due_at").asc(nulls_last=True), "-found_at")
    )
    return rows


def waiting_for(user: Any, issues: QuerySet[Issue]) -> QuerySet[Issue]:
    """Of the given issues, those whose next step is this user's: to handle, to accept, or to assess and assign."""
    offers = HandOver.objects.system().filter(answer=Answer.WAITING, to_department=user.department or "-")
    offered = Q(pk__in=offers.values("issue"))
    waiting = offered | Q(handler_id=user.pk, status=Status.ASSIGNED)
    if user.has_permission(Permission.ASSIGN_ISSUES):
        waiting |= Q(status__in=[Status.FOUND, Status.ASSESSED])
    return issues.filter(waiting)


def successor_of(issue: Issue) -> Issue | None:
    """The open issue of the same article at the same enterprise, other than this one: work goes on there."""
    if not issue.article or issue.enterprise_id is None:
        return None
    rows = Issue.objects.system().open().filter(enterprise_id=issue.enterprise_id, article=issue.article)
    found: Issue | None = rows.exclude(pk=issue.pk).order_by("found_at").first()
    return found


def to_ask_back(campaign: Campaign, at: datetime) -> QuerySet[Issue]:
    """Solved issues whose requester is to be asked now: the kind's days are over and nobody asked since the solution."""
    on, due = timezone.localdate(at), Q(pk__in=[])
    for kind in kinds_of(campaign).values():
        days = kind.ask_back_days(on)
        if days is not None:
            due |= Q(kind=kind.key, solved_at__lte=at - timedelta(days=days))
    asked = AskBack.objects.system().filter(issue=OuterRef("pk"), asked_at__gte=OuterRef("solved_at"))
    rows: QuerySet[Issue] = Issue.objects.system().of(campaign).filter(due, ~Exists(asked))
    return rows.filter(status__in=[Status.SOLVED, Status.VERIFIED]).order_by("solved_at", "pk")


@dataclass(frozen=True)
class Asked:
    """How requesters answered when they were asked back."""

    asked: int
    yes: int
    no: int

    @property
    def answered(self) -> int:
        return self.yes + self.no


def asked_back(issues: QuerySet[Issue]) -> Asked:
    """How the requesters of these issues answered; questions that were overtaken are left out. One query."""
    seen = Exists(
        issues.filter(pk=OuterRef("issue"))
    )  # looked up for each question, which are few beside the issues
    rows = AskBack.objects.system().exclude(reply=Reply.OVERTAKEN).filter(seen)
    counted = dict(rows.order_by().values_list("reply").annotate(n=Count("pk")))
    return Asked(sum(counted.values()), counted.get(Reply.YES, 0), counted.get(Reply.NO, 0))


def question_to(issue: Issue) -> AskBack | None:
    """The question that waits for the requester's answer, if any."""
    found: AskBack | None = AskBack.objects.system().filter(issue=issue, reply=Reply.WAITING).first()
    return found


def questions_to(enterprises: QuerySet[Enterprise]) -> QuerySet[AskBack]:
    """The questions that wait for an answer of these enterprises, the oldest first."""
    rows: QuerySet[AskBack] = AskBack.objects.system().filter(
        reply=Reply.WAITING, issue__enterprise__in=enterprises.values("pk")
    )
    return rows.select_related("issue").order_by("asked_at", "pk")


def open_link(key: str) -> IntakeLink | None:
    """The link of a key while it stands and its campaign has begun; of a closed one it leads to the sentence."""
    begun = ("running", "closed")
    rows = IntakeLink.objects.system().filter(key=key, withdrawn_at__isnull=True, campaign__status__in=begun)
    found: IntakeLink | None = rows.select_related(
        "campaign__release", "area", "enterprise__area", "enterprise__merged_into__area"
    ).first()
    return found


def title_for_others(issue: Issue, clocks: Clocks) -> str:
    """What an issue is called where papers and group chats speak of it: of a request its kind and number alone.

    A request is in its sender's own words, which may name them; those stay on its page, and go with the campaign.
    """
    if not issue.names_a_person:
        return str(issue.title)
    return _("%(kind)s, no. %(number)d") % {"kind": clocks.kind_name(issue.kind), "number": issue.pk}


def plain_state(issue: Issue) -> str:
    """Where a request stands, in words for somebody who knows nothing of statuses."""
    if issue.status == Status.VERIFIED:
        return _("solved and looked at")
    if issue.status == Status.SOLVED:
        return _("reported as solved; somebody will have a look")
    if issue.handler_id is not None:
        return _("being worked on")
    return _("waiting for the department") if issue.status == Status.ASSIGNED else _("received")


def plain_way(issue: Issue, clocks: Clocks) -> list[dict[str, Any]]:
    """The way of a request as its requester sees it, newest first: no person's name and no note stands in it."""
    way: list[tuple[datetime, str, str]] = [(issue.found_at, _("Received"), "amber")]
    for offer in issue.hand_overs.order_by("offered_at", "pk"):  # type: ignore[attr-defined]
        name = clocks.department_name(offer.to_department)
        way.append((offer.offered_at, _("Handed to: %(department)s") % {"department": name}, "amber"))
        if offer.answered_at is None or offer.answered_at == offer.offered_at:
            continue
        if offer.answer == Answer.ACCEPTED:
            way.append((offer.answered_at, _("Taken by: %(department)s") % {"department": name}, "blue"))
        elif offer.answer == Answer.REFUSED:
            way.append(
                (
                    offer.answered_at,
                    _("Not theirs, handed back: %(department)s") % {"department": name},
                    "amber",
                )
            )
    before = ""
    for step in issue.steps.order_by("at", "pk"):  # type: ignore[attr-defined]
        if step.status == Status.SOLVED and before != Status.SOLVED:
            way.append((step.at, _("Reported as solved"), "blue"))
        elif step.status == Status.VERIFIED:
            way.append((step.at, _("Somebody looked: it is solved"), "green"))
        elif step.status == Status.ASSIGNED and before in (Status.SOLVED, Status.VERIFIED):
            way.append((step.at, _("Not solved after all: opened again"), "red"))
        before = step.status
    ordered = sorted(way, key=lambda entry: entry[0])[::-1]
    return [{"title": title, "at": at, "colour": colour} for at, title, colour in ordered]


def similar(issues: QuerySet[Issue], title: str, kind: str, most: int = 5) -> list[Issue]:
    """Of the given issues the open ones of the kind that read like the title, the likest first. One query."""
    if len(title.strip()) < 2:
        return []
    rows = issues.filter(status__in=OPEN, kind=kind or PROBLEM).order_by("-found_at")[:200]
    rated = [(likeness(title, row.title), row) for row in rows]
    close = [pair for pair in rated if pair[0] >= ALIKE_WHILE_TYPING]
    return [row for _how, row in sorted(close, key=lambda pair: -pair[0])[:most]]


def speaks_for(user: Any, enterprise: Enterprise | None, on: date) -> bool:
    """Whether a person is a contact of the enterprise on the day."""
    if enterprise is None:
        return False
    return bool(Contact.objects.system().filter(current(on), user=user, enterprise=enterprise).exists())


def jurisdiction_of(campaign: Campaign) -> str:
    """What a campaign is called in Open311: its pack and its number, so that it stays what it is."""
    return f"{campaign.release.slug}-{campaign.pk}"


def was_denied() -> Exists:
    """Whether the requester has said that it is not solved: as a column of issues."""
    return Exists(AskBack.objects.system().filter(issue=OuterRef("pk"), reply=Reply.NO))


def roles_at(user: Any, area: Area) -> set[str]:
    """The roles that a person holds at an area."""
    return {posting.role for posting in user.postings_in_force if posting.area.contains(area)}
