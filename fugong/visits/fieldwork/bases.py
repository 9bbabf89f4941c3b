"""A base that several levels of government guide together (T8): who, the joint visits, what was found, what is open.

A joint visit counts once for the base, and once for each person who made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from fugong.enterprises.models import Enterprise
from fugong.issues.models import Issue
from fugong.teams.models import Duty, Member, Team
from fugong.teams.rules import TeamKind
from fugong.territory.rules import Kind
from fugong.visits.models import Finding, JointVisit, Visit
from fugong.visits.rules import JointStatus


@dataclass(frozen=True)
class Base:
    """One base of a group with what was done there. `person_visits`: people who came, added up over the visits."""

    enterprise: Enterprise
    group: Team
    since: date
    members: Sequence[tuple[str, str, Sequence[Member]]]
    wished: Sequence[JointVisit]
    visits: Sequence[Visit]
    joint_visits: int
    person_visits: int
    people: int
    findings: Sequence[Finding]
    issues: Sequence[Issue]


def bases_of(team: Team) -> QuerySet[Duty]:
    """The bases of a group now."""
    rows = Duty.objects.system().in_force().filter(team=team, enterprise__isnull=False)
    found: QuerySet[Duty] = rows.select_related("enterprise__area", "team").order_by("from_on", "pk")
    return found


def base_of(duty: Duty, visits: QuerySet[Visit], issues: QuerySet[Issue]) -> Base:
    """Everything about a base, over the visits and issues that the caller may see."""
    firm = duty.enterprise
    assert firm is not None
    made = list(
        visits.done()  # type: ignore[attr-defined]
        .filter(enterprise=firm)
        .select_related("officer")
        .prefetch_related("participants__officer")
        .annotate(found=Count("findings"))
        .order_by("-on", "-pk")
    )
    joint = [visit for visit in made if visit.participants.all()]
    crews = [[visit.officer_id, *(row.officer_id for row in visit.participants.all())] for visit in joint]
    wished = JointVisit.objects.system().filter(enterprise=firm, status=JointStatus.WISHED)
    findings = Finding.objects.system().filter(visit__in=[visit.pk for visit in joint])
    return Base(
        enterprise=firm,
        group=duty.team,
        since=duty.from_on,
        members=_by_organisation(duty.team),
        wished=list(wished.prefetch_related("seats__officer").order_by("on", "pk")),
        visits=joint,
        joint_visits=len(joint),
        person_visits=sum(len(crew) for crew in crews),
        people=len({person for crew in crews for person in crew}),
        findings=list(findings.select_related("visit", "issue").order_by("-visit__on", "article")),
        issues=list(issues.open().filter(enterprise=firm).order_by("due_at", "pk")),  # type: ignore[attr-defined]
    )


def _by_organisation(team: Team) -> list[tuple[str, str, list[Member]]]:
    """(level, organisation, members), the highest level first."""
    order = {key: place for place, key in enumerate(Kind.values)}
    rows = Member.objects.filter(team=team, to_on__isnull=True).select_related("user", "contact")

    def key(row: Member) -> tuple[int, str]:
        return order.get(row.level, len(order)), row.organisation

    members = sorted(rows.order_by("pk"), key=key)
    return [
        (str(dict(Kind.choices).get(found[0].level, "")), found[0].organisation or _("others"), found)
        for _place, found in ((place, list(rows)) for place, rows in groupby(members, key=key))
    ]


def groups_seen(user: Any, campaign: Any) -> QuerySet[Team]:
    """The key-enterprise groups of the campaign that somebody sees: of their areas, or their own."""
    own = Member.objects.filter(user=user, to_on__isnull=True).values("team")
    within = Team.objects.visible_to(user).values("pk")
    rows: QuerySet[Team] = Team.objects.system().filter(campaign=campaign, kind=TeamKind.KEY)
    return rows.filter(Q(pk__in=within) | Q(pk__in=own)).order_by("name", "pk")
