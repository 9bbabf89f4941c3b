"""The pack's part about visits: cadences, hours, the planner's weights, checklists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import Field

from fugong.campaigns.dated import Dated, Strict, Text
from fugong.campaigns.packs import Part, Problem
from fugong.core import conditions
from fugong.enterprises.models import Enterprise
from fugong.visits.checklists import convert, take_in
from fugong.visits.planning import Params


class CadencePart(Strict):
    """How often the enterprises of a condition are visited: every so many days, or once in the campaign.

    `weight` is what a day of delay at one of them costs, in minutes of an officer's day. The first cadence in
    the list that is shorter than the others an enterprise meets is the one that holds.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: Text
    condition: str = ""
    every_days: list[Dated] = []
    once: bool = False
    weight: list[Dated]


class ChecklistPart(Strict):
    """A checklist of the pack: its XLSForm file and, by condition, the enterprises it is for."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    file: str
    condition: str = ""
    minutes: list[Dated]


class HoursPart(Strict):
    """The officers' day as spans "HH:MM-HH:MM", and the enterprises' opening hours (lunch is closed)."""

    shift: str = Field(pattern=r"^\d\d:\d\d-\d\d:\d\d$")
    breaks: list[str] = []
    open: list[str]


class WeightPart(Strict):
    """One weight of the planner, and the sentence that says what it trades."""

    name: str
    value: float
    trades: Text


class PoolPart(Strict):
    """Across which borders an officer may be sent: "home" (own area only) or "campaign" (the whole area)."""

    scope: str = Field(pattern=r"^(home|campaign)$")
    reason: Text


class VisitsPart(Strict):
    visiting_roles: list[str]
    first_contact_days: list[Dated] = []
    look_back_weight: list[Dated]
    # What a day of delay costs at an enterprise on a risk list of weight 1, in minutes; the list's weight multiplies it.
    risk_weight: list[Dated]
    too_often_days: list[Dated]
    speed_kmh: list[Dated]
    detour: list[Dated]
    hours: HoursPart
    pool: PoolPart
    cadence: list[CadencePart]
    weight: list[WeightPart] = []
    checklist: list[ChecklistPart] = []
    # Filled by `read` from the files of the folder: {"file": {"xform", "articles", "title", "version"}}.
    converted: dict[str, dict[str, Any]] = {}


def read(folder: Path) -> dict[str, Any]:
    """Convert every workbook of the checklists folder; a form that cannot be converted is a problem."""
    found = {}
    for path in sorted((folder / "checklists").glob("*.xlsx")):
        found[path.name] = convert(path)
    return {"converted": found}


def check(part: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """Conditions parse, checklists are there, weights are the planner's."""
    problems = [_condition_problem(row) for row in [*part["cadence"], *part["checklist"]]]
    files = tuple(part["converted"])
    problems += [
        Problem(
            "visits.toml", f"there is no file checklists/{row['file']}", key="checklist.file", allowed=files
        )
        for row in part["checklist"]
        if row["file"] not in files
    ]
    try:
        Params.from_dict({row["name"]: row["value"] for row in part["weight"]})
    except ValueError as error:
        problems.append(
            Problem("visits.toml", str(error), key="weight", allowed=tuple(sorted(Params.__slots__)))
        )
    return [problem for problem in problems if problem]


def _condition_problem(row: Mapping[str, Any]) -> Any:
    try:
        conditions.check(row["condition"], Enterprise)
    except conditions.ConditionError as error:
        return Problem("visits.toml", str(error), key=f"{row['key']}.condition")
    return None


def load(*, campaign: Any, part: Mapping[str, Any], by: Any, at: datetime) -> None:
    """Keep each checklist as a version of its own; the same content again is the same version."""
    for row in part.get("checklist", []):
        form = part["converted"][row["file"]]
        digest = _digest(form)
        take_in(campaign=campaign, key=row["key"], form=form, digest=digest, by=by, at=at)


def _digest(form: Mapping[str, Any]) -> str:
    """SHA-256 of the form and of what its articles mean: a changed severity is a new version too."""
    content = json.dumps([form["xform"], form["articles"]], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


PART = Part(name="visits", schema=VisitsPart, load=load, check=check, read=read, also=("checklists",))
