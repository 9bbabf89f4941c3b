"""Questions about teams: who is short, who has nobody, who has too many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from fugong.access.models import Posting, User
from fugong.access.roles import Permission
from fugong.campaigns.dated import value_on
from fugong.campaigns.models import Campaign
from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.core.paths import below, below_any
from fugong.enterprises.models import Enterprise
from fugong.teams.matching import Seat, match
from fugong.teams.models import Charge, ChargeKind, GridTeam, Holding, Membership, Post, TaskGroup
from fugong.teams.rules import (
    PROFESSIONALS,
    STATIONED,
    TEAM_AREAS,
    Ratio,
    professionals_wanted,
    shortages,
)
from fugong.territory.geometry import kilometres
from fugong.territory.models import Area


def ratio_of(campaign: Campaign, on: date) -> Ratio:
    """The pack's grid team ratio on a day; 1 or 2 professionals, each for 8 officers, where it says nothing."""
    part = campaign.part("teams").get("grid_team", {})
    return Ratio(
        int(value_on(part.get("professionals_min", []), on) or 1),
        int(value_on(part.get("professionals_max", []), on) or 2),
        int(value_on(part.get("stationed_per_professional", []), on) or 8),
    )


def _rule_of(campaign: Campaign, kind: str) -> Mapping[str, Any]:
    rows = campaign.part("teams").get("charge", [])
    return next((row for row in rows if row["kind"] == kind), {})


def most_charges(campaign: Campaign, kind: str, on: date) -> int:
    """How many enterprises one officer of this kind may answer for; 5 (as the reports have it) where the pack is silent."""
    return int(value_on(_rule_of(campaign, kind).get("each", []), on) or 5)


def needing(campaign: Campaign, kind: str, on: date, at: datetime) -> QuerySet[Enterprise]:
    """Enterprises that the pack says must have an officer of this kind: none where it does not name the kind."""
    rows: QuerySet[Enterprise] = Enterprise.objects.system().of(campaign)
    rule = _rule_of(campaign, kind)
    if not rule:
        return rows.none()
    return conditions.apply(rows, rule["condition"], Moment(campaign_id=campaign.pk, on=on, at=at))


def uncovered(campaign: Campaign, kind: str, on: date, at: datetime) -> QuerySet[Enterprise]:
    """Enterprises that must have an officer of this kind and have none."""
    charged = Charge.objects.system().in_force().filter(enterprise=OuterRef("pk"), kind=kind)
    return (
        needing(campaign, kind, on, at)
        .filter(~Exists(charged))
        .select_related("area")
        .order_by("area__path", "name")
    )


def seats(campaign: Campaign, area: Area, kind: str, on: date) -> list[Seat]:
    """Officers posted within the area in this role, with what they have and the places they have left."""
    most = most_charges(campaign, kind, on)
    loads = load_by_officer(campaign, kind)
    found: dict[int, Seat] = {}
    postings = Posting.objects.on(on).filter(below(area.path, "area__path"), role=kind, user__is_active=True)
    for posting in postings.select_related("area").order_by("user_id", "pk"):
        position = (
            posting.area.longitude or area.longitude or 0.0,
            posting.area.latitude or area.latitude or 0.0,
        )
        taken = loads.get(posting.user_id, 0)
        found.setdefault(posting.user_id, Seat(posting.user_id, position, max(0, most - taken), taken))
    return list(found.values())


def load_by_officer(campaign: Campaign, kind: str) -> dict[int, int]:
    """How many enterprises each officer answers for now."""
    standing = Charge.objects.system().in_force().filter(enterprise__campaign=campaign, kind=kind)
    return dict(standing.values_list("officer").annotate(n=Count("pk")))


@dataclass(frozen=True)
class Load:
    """An officer with the enterprises they answer for and the most they may."""

    officer: User
    area: Area
    charges: int
    most: int

    @property
    def is_over(self) -> bool:
        return self.charges > self.most


def loads(campaign: Campaign, paths: list[str], kind: str, on: date) -> list[Load]:
    """Every officer of the kind below the paths with their load, the most loaded first; two queries."""
    most, counted = most_charges(campaign, kind, on), load_by_officer(campaign, kind)
    postings = Posting.objects.on(on).filter(below_any(paths, "area__path"), role=kind, user__is_active=True)
    found: dict[int, Load] = {}
    for posting in postings.select_related("user", "area").order_by("user_id", "pk"):
        found.setdefault(
            posting.user_id, Load(posting.user, posting.area, counted.get(posting.user_id, 0), most)
        )
    return sorted(found.values(), key=lambda load: (-load.charges, load.officer.name, load.officer.pk))


def paths_in(user: Any, campaign: Campaign | None, permission: Permission | None = None) -> list[str]:
    """Where this user works within the campaign, as paths of areas; optionally only where a permission is held."""
    if campaign is None:
        return []
    own = campaign.area.path
    paths = [own if own.startswith(path) else path for path in user.area_paths(permission)]
    return sorted({path for path in paths if path.startswith(own)})


def officers(paths: list[str], on: date) -> QuerySet[User]:
    """Active people posted below the paths on the day."""
    posted = Posting.objects.on(on).filter(below_any(paths, "area__path")).exclude(role="enterprise_contact")
    rows: QuerySet[User] = User.objects.filter(pk__in=posted.values("user_id"), is_active=True)
    return rows.order_by("name", "pk")


def position_of(enterprise: Enterprise) -> tuple[float, float]:
    """Where it stands, else the middle of its area."""
    if enterprise.longitude is not None and enterprise.latitude is not None:
        return enterprise.longitude, enterprise.latitude
    return enterprise.area.longitude or 0.0, enterprise.area.latitude or 0.0


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
    places = {row.user_id: _middle(row.area) for row in free}
    seats = [Seat(pk, _middle(teams[pk].area), count) for pk, count in wanted.items() if count]
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


def _middle(area: Area) -> tuple[float, float]:
    return area.longitude or 0.0, area.latitude or 0.0


def structure(campaign: Campaign) -> tuple[list[Post], list[TaskGroup]]:
    """The command structure: posts outside groups, and groups with their posts; each post has `.holders` (0 or 1)."""
    held = Prefetch(
        "holdings",
        queryset=Holding.objects.filter(to_on__isnull=True).select_related("user"),
        to_attr="holders",
    )
    posts = Post.objects.filter(campaign=campaign).order_by("order", "pk").prefetch_related(held)
    groups = TaskGroup.objects.filter(campaign=campaign).order_by("order", "pk")
    groups = groups.prefetch_related(Prefetch("posts", queryset=posts))
    return list(posts.filter(group__isnull=True)), list(groups)


def history_of_charges(enterprise: Enterprise) -> QuerySet[Charge]:
    """Who has answered for the enterprise, newest first."""
    rows: QuerySet[Charge] = (
        Charge.objects.system().filter(enterprise=enterprise).select_related("officer", "by")
    )
    return rows.order_by("-from_on", "-pk")


def my_enterprises(user: Any, campaign: Campaign) -> QuerySet[Enterprise]:
    """The enterprises a person answers for now, in any kind."""
    mine = Charge.objects.system().in_force().filter(officer=user).values("enterprise_id")
    rows: QuerySet[Enterprise] = (
        Enterprise.objects.system().of(campaign).filter(Q(pk__in=mine)).select_related("area")
    )
    return rows.order_by("area__path", "name")


KINDS = tuple(ChargeKind.values)


@dataclass(frozen=True)
class Candidate:
    """Somebody who could answer for an enterprise, with their load and the straight distance in km."""

    user: User
    area: Area
    charges: int
    most: int
    km: float

    def __str__(self) -> str:
        return f"{self.user.name} · {self.area.name} · {self.charges}/{self.most} · {self.km:.1f} km"


def officers_for(enterprise: Enterprise, kind: str, on: date) -> list[Candidate]:
    """Officers of the kind in the campaign's area, those with free places first, then the nearest."""
    campaign, at = enterprise.campaign, position_of(enterprise)
    found = [
        Candidate(load.officer, load.area, load.charges, load.most, kilometres(at, _middle(load.area)))
        for load in loads(campaign, [campaign.area.path], kind, on)
    ]
    return sorted(found, key=lambda one: (one.charges >= one.most, one.km, one.charges, one.user.pk))


def places_of_officers(numbers: Iterable[int], on: date) -> dict[int, tuple[float, float]]:
    """Where officers are posted, by their number; without a place on the map they are left out."""
    rows = Posting.objects.on(on).filter(user_id__in=set(numbers), area__longitude__isnull=False)
    return {row.user_id: _middle(row.area) for row in rows.select_related("area").order_by("-pk")}
