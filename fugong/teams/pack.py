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
from fugong.teams.models import Post, TaskGroup

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
    """What the place calls a role; roles that are not named keep the house's name."""

    key: str
    title: Text


class TeamsPart(Strict):
    charge: list[ChargePart] = []
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
    return [*problems, *_charge_problems(part), *_ratio_problems(part)]


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
    return [
        Problem("teams.toml", f"a ratio must be a number of at least 1, not {row['value']!r}", key=name)
        for name, values in ratios.items()
        for row in values
        if isinstance(row["value"], (bool, str)) or row["value"] < 1
    ]


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
