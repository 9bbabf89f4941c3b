"""Questions about service teams, joint teams and key-enterprise groups: what they lack, which enterprises have none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.core.paths import below_any
from fugong.enterprises.models import Enterprise
from fugong.teams.models import Duty, Member, Station, Team, covered_by_duty
from fugong.teams.rules import Part, TeamKind, lacks_of_group, lacks_of_joint, lacks_of_service


def service_each(campaign: Campaign, on: date) -> int:
    """For how many enterprises one person of a service team answers at most; 30 where the pack is silent."""
    part = campaign.part("teams").get("service_team") or {}
    return int(value_on(part.get("each", []), on) or 30)


def group_part(campaign: Campaign, key: str) -> Mapping[str, Any]:
    """What the pack says about a key-enterprise group."""
    rows = campaign.part("teams").get("key_group", [])
    return next((row for row in rows if row["key"] == key), {})


@dataclass(frozen=True)
class Gap:
    """Enterprises that the pack says must have something: how many, and those that have none.

    `condition`: the same ones for the register.
    """

    key: str
    condition: str
    needing: int
    without: QuerySet[Enterprise]

    @property
    def number(self) -> int:
        return self.without.count()


LACKING = {
    "service_team": "has_service_team = False",
    "station": "has_stationed_officer = False",
    "joint_team": "has_joint_team = False",
}


def _joined(condition: str, lacking: str) -> str:
    return f"({condition}) and {lacking}" if condition.strip() else lacking


def gaps(campaign: Campaign, paths: list[str], on: date, at: datetime) -> list[Gap]:
    """Service team, stationed officer and joint team: one gap for each that the pack asks for."""
    part = campaign.part("teams")
    has = {
        "service_team": covered_by_duty(TeamKind.SERVICE),
        "station": Exists(Station.objects.system().in_force().filter(enterprise=OuterRef("pk"))),
        "joint_team": covered_by_duty(TeamKind.JOINT),
    }
    found = []
    for key, covered in has.items():
        if part.get(key):
            rows: QuerySet[Enterprise] = Enterprise.objects.system().of(campaign)
            rows = rows.filter(below_any(paths, "area__path"))
            rows = conditions.apply(
                rows, part[key]["condition"], Moment(campaign_id=campaign.pk, on=on, at=at)
            )
            without = rows.filter(~covered).select_related("area").order_by("area__path", "name")
            found.append(Gap(key, _joined(part[key]["condition"], LACKING[key]), rows.count(), without))
    return found


@dataclass(frozen=True)
class ServiceState:
    """A team with its people and what it answers for, now, and what it lacks."""

    team: Team
    members: Sequence[Member]
    duties: Sequence[Duty]
    enterprises: int
    lacks: Sequence[str]
    most: int

    @property
    def leader(self) -> Member | None:
        return next((one for one in self.members if one.part == Part.LEADER), None)


def service_states(campaign: Campaign, teams: QuerySet[Team], on: date) -> list[ServiceState]:
    """Every team with what it lacks; four queries whatever their number."""
    people = (
        Member.objects.filter(to_on__isnull=True).select_related("user", "contact").order_by("part", "pk")
    )
    duties = Duty.objects.system().in_force().select_related("enterprise__area", "area").order_by("pk")
    rows = list(
        teams.select_related("area").prefetch_related(
            Prefetch("members", queryset=people), Prefetch("duties", queryset=duties)
        )
    )
    counted = enterprises_of_duties(campaign, [duty for team in rows for duty in team.duties.all()])
    each = service_each(campaign, on)
    return [_state(campaign, team, counted.get(team.pk, 0), each) for team in rows]


def _state(campaign: Campaign, team: Team, enterprises: int, each: int) -> ServiceState:
    members = list(team.members.all())  # type: ignore[attr-defined]
    duties = list(team.duties.all())  # type: ignore[attr-defined]
    is_led = any(one.part == Part.LEADER for one in members)
    if team.kind == TeamKind.JOINT:
        lacks = lacks_of_joint({one.part for one in members}, enterprises)
    elif team.kind == TeamKind.KEY:
        came = {one.organisation for one in members}
        asked = group_part(campaign, team.key).get("organisation", [])
        missing = [text(row["name"]) for row in asked if row["name"]["zh"] not in came]
        lacks = lacks_of_group(is_led=is_led, missing=missing, enterprises=enterprises)
    else:
        lacks = lacks_of_service(is_led=is_led, people=len(members), enterprises=enterprises, each=each)
    return ServiceState(team, members, duties, enterprises, lacks, each * len(members))


def enterprises_of_duties(campaign: Campaign, duties: Iterable[Duty]) -> dict[int, int]:
    """How many enterprises each team answers for, those of its areas too; one query where there is an area."""
    named: dict[int, set[int]] = defaultdict(set)
    areas: dict[int, list[str]] = defaultdict(list)
    for duty in duties:
        if duty.enterprise_id is not None:
            named[duty.team_id].add(duty.enterprise_id)
        elif duty.area is not None:
            areas[duty.team_id].append(duty.area.path)
    if areas:
        every = sorted({path for paths in areas.values() for path in paths})
        rows = Enterprise.objects.system().of(campaign).filter(below_any(every, "area__path"))
        for pk, path in rows.values_list("pk", "area__path"):
            for team, paths in areas.items():
                if any(path.startswith(one) for one in paths):
                    named[team].add(pk)
    return {team: len(found) for team, found in named.items()}


def stationed_at(enterprise: Enterprise, on: date) -> list[Station]:
    """Who is stationed at an enterprise on a day."""
    rows = Station.objects.system().in_force(on).filter(enterprise=enterprise).select_related("officer")
    return list(rows.order_by("from_on", "pk"))


def teams_for(enterprise: Enterprise) -> list[Duty]:
    """The teams that answer for an enterprise now, by itself or by its area."""
    steps = enterprise.area.path.rstrip("/").split("/")
    around = ["/".join(steps[:depth]) + "/" for depth in range(1, len(steps) + 1)]
    rows = Duty.objects.system().in_force().filter(team__campaign=enterprise.campaign_id)
    rows = rows.filter(Q(enterprise=enterprise) | Q(area__path__in=around))
    return list(rows.select_related("team", "area").order_by("kind", "pk"))


def is_base(team: Team, enterprise: Enterprise, on: date, at: datetime) -> bool:
    """Whether the pack's condition lets an enterprise be a base of this key-enterprise group."""
    rows: QuerySet[Enterprise] = Enterprise.objects.system().of(team.campaign).filter(pk=enterprise.pk)
    condition = group_part(team.campaign, team.key).get("condition", "")
    return conditions.apply(rows, condition, Moment(campaign_id=team.campaign_id, on=on, at=at)).exists()
