"""The pack's part about teams: the command structure with its posts, the make-up of a grid team, and who must be charged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from fugong.access.roles import ROLES
from fugong.campaigns.dated import Dated, Strict, Text
from fugong.campaigns.packs import Part, Problem
from fugong.core.audit import record
from fugong.core.conditions import ConditionError
from fugong.core.conditions import check as check_condition
from fugong.enterprises.models import Enterprise
from fugong.teams.models import Post, TaskGroup, Team
from fugong.teams.rules import TeamKind

KEY = r"^[a-z][a-z0-9-]*$"


class PostPart(Strict):
    """A post: it has a holder or shows vacant."""

    key: str = Field(pattern=KEY)
    title: Text
    duties: Text | None = None


class TaskGroupPart(Strict):
    """A task group with its duties and posts; `source` says where its name comes from, or that it is illustrative."""

    key: str = Field(pattern=KEY)
    name: Text
    duties: Text
    source: str = Field(min_length=1)
    stands_from: date | None = None
    post: list[PostPart] = []


class GridTeamPart(Strict):
    """A grid team (1+X): how many health professionals guide it, and how many stationed officers one of them guides."""

    professionals_min: list[Dated]
    professionals_max: list[Dated]
    stationed_per_professional: list[Dated]


class ChargePart(Strict):
    """Who answers for enterprises (挂钩): how many one officer may take, and which enterprises must have one."""

    kind: Literal["liaison", "instructor"]
    each: list[Dated] = Field(min_length=1)
    # A condition over enterprises; "" means every enterprise.
    condition: str = ""


class RolePart(Strict):
    """What the place calls a role and what its duties are; roles that are not named keep the house's name."""

    key: str
    title: Text
    duties: list[Text] = []
    source: str = ""


class KeyPointPart(Strict):
    """What presenters tell enterprises from a day on, until newer points take its place."""

    text: Text
    from_: date = Field(alias="from")
    source: str = Field(min_length=1)


class ServiceTeamPart(Strict):
    """Service teams: for how many enterprises one of their people answers at most, and which must have a team."""

    each: list[Dated] = Field(min_length=1)
    condition: str = ""


class NeededPart(Strict):
    """Which enterprises must have it."""

    condition: str


class OrganisationPart(Strict):
    """An organisation of a key-enterprise group, and its level of government."""

    name: Text
    level: Literal["province", "city", "county", "town", "village", "park"]


class KeyGroupPart(Strict):
    """Several levels of government guide large bases together; `condition` says which enterprises may be such a base."""

    key: str = Field(pattern=KEY)
    name: Text
    condition: str
    source: str = Field(min_length=1)
    organisation: list[OrganisationPart] = Field(min_length=1)


class SkillPart(Strict):
    key: str = Field(pattern=KEY)
    name: Text


class ShiftKindPart(Strict):
    """What volunteers do at a post; with `skill`, what whoever takes such a shift must be able to do."""

    key: str = Field(pattern=KEY)
    name: Text
    skill: str = ""


class VolunteersPart(Strict):
    """Hours of rest between two shifts of one volunteer, skills, kinds of shifts."""

    rest_hours: list[Dated] = Field(min_length=1)
    skill: list[SkillPart] = []
    shift: list[ShiftKindPart] = []


class HouseholdsPart(Strict):
    """Within so many days each household hears from its officer; where somebody is under watch, sooner."""

    contact_days: list[Dated] = Field(min_length=1)
    watched_contact_days: list[Dated] = Field(min_length=1)


class TeamsPart(Strict):
    charge: list[ChargePart] = []
    service_team: ServiceTeamPart | None = None
    station: NeededPart | None = None
    joint_team: NeededPart | None = None
    key_group: list[KeyGroupPart] = []
    volunteers: VolunteersPart | None = None
    households: HouseholdsPart | None = None
    key_point: list[KeyPointPart] = []
    grid_team: GridTeamPart
    # Posts above the task groups: commander, deputies.
    command: list[PostPart]
    task_group: list[TaskGroupPart]
    role: list[RolePart] = []


def check(part: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """Keys are there once, roles are the house's, ratios are possible."""
    groups = [row["key"] for row in part["task_group"]]
    posts = [row["key"] for row in part["command"]]
    posts += [_post_key(group["key"], row["key"]) for group in part["task_group"] for row in group["post"]]
    problems = [
        Problem("teams.toml", f"the key {key!r} is there twice", key=kind)
        for kind, keys in (("task_group", groups), ("post", posts))
        for key in sorted({key for key in keys if keys.count(key) > 1})
    ]
    problems += [
        Problem("teams.toml", f"there is no role {row['key']!r}", key="role.key", allowed=tuple(ROLES))
        for row in part["role"]
        if row["key"] not in ROLES
    ]
    return [
        *problems,
        *_charge_problems(part),
        *_ratio_problems(part),
        *_condition_problems(part),
        *_skill_problems(part),
    ]


def _condition_problems(part: Mapping[str, Any]) -> list[Problem]:
    """Conditions of teams and stations that do not parse."""
    wanted = {
        f"{name}.condition": part[name]["condition"]
        for name in ("service_team", "station", "joint_team")
        if part.get(name)
    }
    wanted |= {f"key_group.{row['key']}.condition": row["condition"] for row in part.get("key_group", [])}
    found = []
    for key, condition in wanted.items():
        try:
            check_condition(condition, Enterprise)
        except ConditionError as error:
            found.append(Problem("teams.toml", str(error), key=key, allowed=error.suggestions))
    return found


def _skill_problems(part: Mapping[str, Any]) -> list[Problem]:
    """Shifts that ask for a skill which the pack does not name."""
    asked = part.get("volunteers") or {"skill": [], "shift": []}
    known = tuple(row["key"] for row in asked["skill"])
    return [
        Problem(
            "teams.toml",
            f"there is no skill {row['skill']!r}",
            key=f"volunteers.shift.{row['key']}",
            allowed=known,
        )
        for row in asked["shift"]
        if row["skill"] and row["skill"] not in known
    ]


def _charge_problems(part: Mapping[str, Any]) -> list[Problem]:
    kinds = [row["kind"] for row in part["charge"]]
    found = [
        Problem("teams.toml", f"the charge {kind!r} is there twice", key="charge.kind")
        for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1})
    ]
    for number, row in enumerate(part["charge"]):
        try:
            check_condition(row["condition"], Enterprise)
        except ConditionError as error:
            key = f"charge.{number}.condition"
            found.append(Problem("teams.toml", str(error), key=key, allowed=error.suggestions))
    return found


def _ratio_problems(part: Mapping[str, Any]) -> list[Problem]:
    ratios = {f"charge.{row['kind']}.each": row["each"] for row in part["charge"]}
    ratios |= {f"grid_team.{name}": values for name, values in part["grid_team"].items()}
    for section, names in NUMBERS.items():
        ratios |= {f"{section}.{name}": part[section][name] for name in names if part.get(section)}
    return [
        Problem("teams.toml", f"a ratio must be a number of at least 1, not {row['value']!r}", key=name)
        for name, values in ratios.items()
        for row in values
        if isinstance(row["value"], (bool, str)) or row["value"] < 1
    ]


NUMBERS = {
    "service_team": ("each",),
    "volunteers": ("rest_hours",),
    "households": ("contact_days", "watched_contact_days"),
}


def _post_key(group: str, post: str) -> str:
    return f"{group}-{post}"


def load(*, campaign: Any, part: Mapping[str, Any], by: Any, at: datetime) -> None:
    """Set up the command structure: posts above, task groups with theirs; holders stay as they are."""
    for order, row in enumerate(part.get("command", [])):
        _take_post(campaign, None, row["key"], row, order, by=by, at=at)
    for order, row in enumerate(part.get("task_group", [])):
        stands_from = date.fromisoformat(row["stands_from"]) if row["stands_from"] else campaign.starts_on
        group, new = TaskGroup.objects.update_or_create(
            campaign=campaign,
            key=row["key"],
            defaults={
                "name": row["name"]["zh"],
                "duties": row["duties"]["zh"],
                "order": order,
                "stands_from": stands_from,
            },
        )
        if new:
            record("teams.task_group.set_up", group, by=by, at=at, name=group.name)
        for place, post in enumerate(row["post"]):
            _take_post(campaign, group, _post_key(row["key"], post["key"]), post, place, by=by, at=at)
    for row in part.get("key_group", []):
        _take_group(campaign, row, by=by, at=at)


def _take_group(campaign: Any, row: Mapping[str, Any], *, by: Any, at: datetime) -> None:
    """The key-enterprise group of the pack; its people and bases stay as they are."""
    group, new = Team.objects.system().update_or_create(
        campaign=campaign,
        kind=TeamKind.KEY,
        key=row["key"],
        defaults={"name": row["name"]["zh"], "area": campaign.area},
    )
    if new:
        record("teams.team.formed", group, by=by, at=at, name=group.name)


def _take_post(
    campaign: Any,
    group: TaskGroup | None,
    key: str,
    row: Mapping[str, Any],
    order: int,
    *,
    by: Any,
    at: datetime,
) -> None:
    duties = (row["duties"] or {}).get("zh", "")
    post, new = Post.objects.update_or_create(
        campaign=campaign,
        key=key,
        defaults={"group": group, "title": row["title"]["zh"], "duties": duties, "order": order},
    )
    if new:
        record("teams.post.set_up", post, by=by, at=at, title=post.title)


PART = Part(name="teams", schema=TeamsPart, load=load, check=check)
