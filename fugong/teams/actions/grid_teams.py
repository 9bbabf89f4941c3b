"""Grid teams are formed; people join and leave them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.teams import rules
from fugong.teams.models import GridTeam, Membership
from fugong.territory.models import Area


@transaction.atomic
def form_team(*, campaign: Campaign, area: Area, name: str, by: Any, at: datetime) -> GridTeam:
    """A grid or village gets its team; the same again changes nothing."""
    Area.objects.select_for_update().get(pk=area.pk)
    standing: GridTeam | None = GridTeam.objects.system().filter(campaign=campaign, area=area).first()
    if standing:
        return standing
    refuse_if(rules.why_not_team(area.kind))
    team: GridTeam = GridTeam.objects.create(campaign=campaign, area=area, name=name or area.name)
    record("teams.grid_team.formed", team, by=by, at=at, area=area)
    return team


@transaction.atomic
def join(*, team: GridTeam, user: User, role: str, on: date, by: Any, at: datetime) -> Membership:
    """A person joins the team in a role; already in it in that role changes nothing."""
    standing = Membership.objects.filter(team=team, user=user, role=role, to_on__isnull=True).first()
    if standing:
        return standing
    refuse_if("" if user.is_active else _("This officer is no longer active."))
    membership = Membership.objects.create(team=team, user=user, role=role, from_on=on)
    record("teams.member.joined", team, by=by, at=at, user=user, role=role, on=on)
    return membership


@transaction.atomic
def take_in(*, members: Iterable[tuple[GridTeam, User, str]], on: date, by: Any, at: datetime) -> int:
    """A person agrees to proposed members: each (team, user, role) joins, unless in a team already; the number joined."""
    joined = 0
    for team, user, role in members:
        if not Membership.objects.filter(user=user, to_on__isnull=True).exists():
            join(team=team, user=user, role=role, on=on, by=by, at=at)
            joined += 1
    return joined


@transaction.atomic
def leave(*, membership: Membership, on: date, by: Any, at: datetime) -> Membership:
    """A person leaves the team; what they did in it stays."""
    refuse_if(_("This has ended already.") if membership.to_on else "")
    membership.to_on = max(on, membership.from_on)
    membership.save(update_fields=["to_on"])
    record(
        "teams.member.left", membership.team, by=by, at=at, user=membership.user, role=membership.role, on=on
    )
    return membership
