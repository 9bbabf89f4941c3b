"""Questions about grid teams: who is short, whose posting lacks the right of their role, who could join."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from fugong.access.models import Posting, User
from fugong.access.roles import ROLES, Permission
from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.core.paths import below_any
from fugong.teams.matching import Seat, match
from fugong.teams.models import GridTeam, Membership
from fugong.teams.queries.charges import middle
from fugong.teams.rules import (
    PROFESSIONALS,
    STATIONED,
    TEAM_AREAS,
    Ratio,
    professionals_wanted,
    shortages,
)
from fugong.territory.models import Area


def ratio_of(campaign: Campaign, on: date) -> Ratio:
    """The pack's grid team ratio on a day; 1 or 2 professionals, each for 8 officers, where it says nothing."""
    part = campaign.part("teams").get("grid_team", {})
    return Ratio(
        int(value_on(part.get("professionals_min", []), on) or 1),
        int(value_on(part.get("professionals_max", []), on) or 2),
        int(value_on(part.get("stationed_per_professional", []), on) or 8),
    )


@dataclass(frozen=True)
class TeamState:
    """A grid team with its members in force and what it lacks."""

    team: GridTeam
    members: list[Membership]
    professionals: int
    stationed: int
    lacks: list[str]


def team_states(teams: Iterable[GridTeam] | QuerySet[GridTeam], ratio: Ratio) -> list[TeamState]:
    """Every team with its members and shortages; two queries for a queryset."""
    if isinstance(teams, QuerySet):
        current = Membership.objects.filter(to_on__isnull=True).select_related("user").order_by("role", "pk")
        teams = teams.select_related("area").prefetch_related(Prefetch("memberships", queryset=current))
    found = []
    for team in teams:
        members = list(team.memberships.all())  # type: ignore[attr-defined]
        professionals = sum(1 for member in members if member.role in PROFESSIONALS)
        stationed = len(members) - professionals
        found.append(
            TeamState(team, members, professionals, stationed, shortages(professionals, stationed, ratio))
        )
    return found


def areas_without_team(campaign: Campaign, paths: list[str], on: date) -> QuerySet[Area]:
    """Villages, parks and grids below the paths that have no grid team; a grid is covered by its village's team."""
    teams = GridTeam.objects.system().filter(campaign=campaign)
    areas = Area.objects.on(on).filter(below_any(paths), kind__in=TEAM_AREAS)
    covered = areas.exclude(pk__in=teams.values("area_id")).exclude(parent__in=teams.values("area_id"))
    return covered.select_related("parent").order_by("path")


@dataclass(frozen=True)
class MemberProposal:
    """Somebody in no team yet, for a team that lacks one of their role, with the distance in km."""

    team: GridTeam
    user: User
    role: str
    area: Area
    km: float

    @property
    def key(self) -> str:
        return f"{self.team.pk}-{self.user.pk}-{self.role}"


def member_proposals(
    states: Iterable[TeamState], paths: list[str], ratio: Ratio, on: date
) -> list[MemberProposal]:
    """For every short team the nearest people who are in no team: professionals first, then a stationed officer."""
    states = list(states)
    stationed = {state.team.pk: max(1, state.stationed) for state in states}
    wants_professionals = {
        state.team.pk: max(0, professionals_wanted(stationed[state.team.pk], ratio) - state.professionals)
        for state in states
    }
    wants_stationed = {state.team.pk: 0 if state.stationed else 1 for state in states}
    teams = {state.team.pk: state.team for state in states}
    free = _free_people(paths, on)
    found = _nearest(teams, wants_professionals, [one for one in free if one.role in PROFESSIONALS])
    found += _nearest(teams, wants_stationed, [one for one in free if one.role in STATIONED])
    return sorted(found, key=lambda one: (one.team.name, one.team.pk, one.km))


def _free_people(paths: list[str], on: date) -> list[Posting]:
    """Postings in a role of grid teams of people who are in no team; one per person."""
    busy = Membership.objects.filter(to_on__isnull=True).values("user_id")
    rows = Posting.objects.on(on).filter(
        below_any(paths, "area__path"), role__in=PROFESSIONALS | STATIONED, user__is_active=True
    )
    rows = rows.exclude(user_id__in=busy).select_related("user", "area").order_by("user_id", "pk")
    return list({row.user_id: row for row in rows}.values())


def _nearest(
    teams: Mapping[int, GridTeam], wanted: Mapping[int, int], free: list[Posting]
) -> list[MemberProposal]:
    by_user = {row.user_id: row for row in free}
    places = {row.user_id: middle(row.area) for row in free}
    seats = [Seat(pk, middle(teams[pk].area), count) for pk, count in wanted.items() if count]
    return [
        MemberProposal(
            teams[one.officer_id],
            by_user[one.enterprise_id].user,
            by_user[one.enterprise_id].role,
            by_user[one.enterprise_id].area,
            one.km,
        )
        for one in match(places, seats, balance_km=0.0)
    ]


def rightless(
    teams: Iterable[GridTeam], members: Iterable[Membership], on: date
) -> dict[int, list[Permission]]:
    """Members whose postings at the team's area lack rights of their role in it: {membership: the rights}; one query."""
    members, areas = list(members), {team.pk: team.area for team in teams}
    postings: dict[int, list[Posting]] = defaultdict(list)
    rows = Posting.objects.on(on).filter(user__in={member.user_id for member in members})
    for row in rows.select_related("area"):
        postings[row.user_id].append(row)
    found = {}
    for member in members:
        held = frozenset[Permission]().union(
            *(
                ROLES[row.role].permissions
                for row in postings[member.user_id]
                if row.area.contains(areas[member.team_id])
            )
        )
        if lacks := ROLES[member.role].permissions - held:
            found[member.pk] = sorted(lacks)
    return found


@dataclass(frozen=True)
class RoleWords:
    """What the place calls a role, and what its duties are."""

    name: str
    duties: tuple[str, ...]
    source: str = ""


def words_of_role(campaign: Campaign, key: str) -> RoleWords:
    """By the pack; a role that it does not name keeps the house's name and description."""
    rows = campaign.part("teams").get("role", [])
    row = next((row for row in rows if row["key"] == key), None)
    if row is None:
        return RoleWords(str(ROLES[key].name), (str(ROLES[key].description),))
    duties = tuple(text(one) for one in row.get("duties", [])) or (str(ROLES[key].description),)
    return RoleWords(text(row["title"]), duties, row.get("source", ""))


def key_points(campaign: Campaign, on: date) -> list[str]:
    """What presenters tell on a day: the pack's newest points up to it."""
    rows = [row for row in campaign.part("teams").get("key_point", []) if row["from"] <= on.isoformat()]
    newest = max((row["from"] for row in rows), default="")
    return [text(row["text"]) for row in rows if row["from"] == newest]
