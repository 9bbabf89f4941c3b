"""Service teams, joint teams and key-enterprise groups: formed, joined, given their duties; officers stationed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.enterprises.models import Contact, Enterprise
from fugong.teams import rules
from fugong.teams.models import Duty, Member, Station, Team
from fugong.teams.queries import is_base
from fugong.teams.rules import Part, TeamKind
from fugong.territory.models import Area


@transaction.atomic
def form(*, campaign: Campaign, area: Area, kind: str, name: str, by: Any, at: datetime) -> Team:
    """A team comes into being; the same name again changes nothing."""
    Area.objects.select_for_update().get(pk=area.pk)
    name = name.strip()[:80]
    refuse_if("" if name else _("A team needs a name."))
    standing: Team | None = Team.objects.system().filter(campaign=campaign, kind=kind, name=name).first()
    if standing:
        return standing
    team: Team = Team.objects.create(campaign=campaign, area=area, kind=kind, name=name)
    record("teams.team.formed", team, by=by, at=at, kind=kind, area=area)
    return team


@dataclass(frozen=True)
class MemberFacts:
    """Who joins, in which part: an officer, or a contact of the enterprise; and whom they come for."""

    part: str = Part.MEMBER
    user: User | None = None
    contact: Contact | None = None
    organisation: str = ""
    level: str = ""


@transaction.atomic
def add_member(*, team: Team, member: MemberFacts, on: date, by: Any, at: datetime) -> Member:
    """Somebody joins. A leader hands over: who led it before ends on that day, and the row stays."""
    team = Team.objects.system().select_for_update().get(pk=team.pk)
    is_active = member.user is None or member.user.is_active
    refuse_if(rules.why_not_join(kind=team.kind, part=member.part, is_active=is_active))
    current = Member.objects.filter(team=team, part=member.part, to_on__isnull=True)
    same = current.filter(user=member.user, contact=member.contact).first()
    if same:
        return same
    before = current.first() if member.part == Part.LEADER else None
    if before:
        _end(before, on)
    row = Member.objects.create(
        team=team,
        user=member.user,
        contact=member.contact,
        part=member.part,
        organisation=member.organisation,
        level=member.level,
        from_on=on,
    )
    changes: dict[str, Any] = {"person": member.user or member.contact, "part": member.part, "on": on}
    record("teams.team.joined", team, by=by, at=at, before=before.user if before else None, **changes)
    return row


@transaction.atomic
def end_member(*, member: Member, on: date, by: Any, at: datetime) -> Member:
    """Somebody leaves the team; what they did in it stays."""
    member = Member.objects.select_for_update(of=("self",)).select_related("team").get(pk=member.pk)
    refuse_if(_("This has ended already.") if member.to_on else "")
    _end(member, on)
    record("teams.team.left", member.team, by=by, at=at, person=member.user or member.contact, on=on)
    return member


def _end(row: Any, on: date) -> None:
    row.to_on = max(on, row.from_on)
    row.save(update_fields=["to_on"])


@transaction.atomic
def give_duty(
    *, team: Team, thing: Enterprise | Area, on: date, by: Any, at: datetime, reason: str = ""
) -> Duty:
    """The team answers for an enterprise or an area from `on`; another team of its kind hands it over."""
    is_area = isinstance(thing, Area)
    named: dict[str, Any] = {"area": thing} if is_area else {"enterprise": thing}
    if not is_area:
        Enterprise.objects.system().select_for_update(of=("self",)).get(pk=thing.pk)
    team = Team.objects.system().select_for_update().get(pk=team.pk)
    standing = Duty.objects.system().in_force().filter(kind=team.kind, team__campaign=team.campaign_id)
    before = standing.filter(**named).select_related("team").first()
    others = standing.filter(team=team, enterprise__isnull=False).count()
    same = before is not None and before.team_id == team.pk
    fits = isinstance(thing, Area) or team.kind != TeamKind.KEY or is_base(team, thing, on, at)
    refuse_if(
        rules.why_not_give(kind=team.kind, is_area=is_area, enterprises=others, same=same, is_base=fits)
    )
    if before:
        refuse_if("" if reason.strip() else _("Give a reason; whoever reads it next needs it."))
        _end(before, on)
    duty: Duty = Duty.objects.create(
        team=team, kind=team.kind, from_on=on, by=by, reason=reason.strip()[:200], **named
    )
    name = "teams.duty.handed_over" if before else "teams.duty.begun"
    changes: dict[str, Any] = {
        "of": thing,
        "before": before.team if before else None,
        "reason": reason.strip()[:200],
    }
    record(name, team, by=by, at=at, **changes)
    return duty


@transaction.atomic
def end_duty(*, duty: Duty, on: date, by: Any, at: datetime, reason: str) -> Duty:
    """The team no longer answers for it; it is listed as without a team until another does."""
    duty = Duty.objects.system().select_for_update(of=("self",)).select_related("team").get(pk=duty.pk)
    refuse_if(_("This has ended already.") if duty.to_on else "")
    refuse_if("" if reason.strip() else _("Give a reason; whoever reads it next needs it."))
    _end(duty, on)
    of = duty.enterprise or duty.area
    record("teams.duty.ended", duty.team, by=by, at=at, of=of, on=on, reason=reason.strip()[:200])
    return duty


@transaction.atomic
def station(
    *, enterprise: Enterprise, officer: User, on: date, by: Any, at: datetime, reason: str = ""
) -> Station:
    """The officer works full time at this enterprise from `on`. One place at a time: also when two people say so at once."""
    officer = User.objects.select_for_update().get(pk=officer.pk)
    later = Q(to_on__isnull=True) | Q(to_on__gt=on)
    standing = Station.objects.system().filter(later, officer=officer).select_related("enterprise").first()
    here = standing is not None and standing.enterprise_id == enterprise.pk
    elsewhere = str(standing.enterprise) if standing else ""
    refuse_if(rules.why_not_station(is_active=officer.is_active, elsewhere=elsewhere, here=here))
    row: Station = Station.objects.create(
        enterprise=enterprise, officer=officer, from_on=on, by=by, reason=reason.strip()[:200]
    )
    record(
        "teams.station.begun",
        row,
        by=by,
        at=at,
        campaign_id=enterprise.campaign_id,
        officer=officer,
        enterprise=enterprise,
        on=on,
    )
    return row


@transaction.atomic
def end_station(*, station: Station, on: date, by: Any, at: datetime) -> Station:
    """The officer works elsewhere again from this day."""
    rows = Station.objects.system().select_for_update(of=("self",))
    station = rows.select_related("enterprise", "officer").get(pk=station.pk)
    refuse_if(_("This has ended already.") if station.to_on else "")
    _end(station, on)
    campaign = station.enterprise.campaign_id
    record("teams.station.ended", station, by=by, at=at, campaign_id=campaign, officer=station.officer, on=on)
    return station
