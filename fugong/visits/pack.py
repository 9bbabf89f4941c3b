"""The pack's part about visits: cadences, hours, the planner's weights, checklists, procedure, manual, card, letter."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from fugong.access.roles import ROLES
from fugong.campaigns.dated import Dated, Strict, Text
from fugong.campaigns.packs import Part, Problem
from fugong.core import conditions
from fugong.enterprises.models import Enterprise
from fugong.visits.artefacts.manuals import read_manual, unknown_articles
from fugong.visits.checklists import convert, take_in
from fugong.visits.media import read_media
from fugong.visits.planning import Params


class CadencePart(Strict):
    """How often the enterprises of a condition are visited: every so many days, or once in the campaign.

    `weight` is what a day of delay at one of them costs, in minutes of an officer's day. The first cadence in
    the list that is shorter than the others an enterprise meets is the one that holds. `cycle_days`: whoever was
    not seen for so long must be visited, before everybody else.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: Text
    condition: str = ""
    every_days: list[Dated] = []
    once: bool = False
    weight: list[Dated]
    cycle_days: list[Dated] = []


class ChecklistPart(Strict):
    """A checklist of the pack: its XLSForm file and, by condition, the enterprises it is for.

    With `role` or `agency` (a department) only such officers may work through it.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: Text | None = None
    file: str
    condition: str = ""
    minutes: list[Dated]
    role: str = ""
    agency: str = ""


class HoursPart(Strict):
    """The officers' day as spans "HH:MM-HH:MM", and the enterprises' opening hours (lunch is closed).

    `weekdays` (Monday 0) are those on which officers work.
    """

    shift: str = Field(pattern=r"^\d\d:\d\d-\d\d:\d\d$")
    breaks: list[str] = []
    open: list[str]
    weekdays: list[int] = [0, 1, 2, 3, 4, 5, 6]


class WeightPart(Strict):
    """One weight of the planner, and the sentence that says what it trades."""

    name: str
    value: float
    trades: Text


class GroupPart(Strict):
    """Areas (by name) whose officers may be sent anywhere among them."""

    name: Text
    areas: list[str] = Field(min_length=2)
    reason: Text


class PoolPart(Strict):
    """Across which borders an officer may be sent, and in which roles.

    "home": nobody leaves the areas of the own postings. "groups": anywhere within a group. "campaign": anywhere.
    `roles` may cross (none named: all visiting roles); the others stay at home.
    """

    scope: str = Field(pattern=r"^(home|groups|campaign)$")
    reason: Text
    roles: list[str] = []
    group: list[GroupPart] = []


class SpeedPart(Strict):
    """How officers of some roles travel, and how fast (km/h); all others go by `speed_kmh`."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: Text
    roles: list[str]
    kmh: list[Dated]


class LandPart(Strict):
    """Areas (by name) that lie on an island: they are reached over crossings alone."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    areas: list[str] = Field(min_length=1)


class CrossingPart(Strict):
    """A ferry or bridge between two lands (`mainland` is where the other areas lie); points are [longitude, latitude]."""

    lands: tuple[str, str]
    here: tuple[float, float]
    there: tuple[float, float]
    minutes: int = Field(ge=0)
    source: str = Field(min_length=1)


class StepPart(Strict):
    """A step of the standard procedure; `way`: of a visit on site, of a call ("phone"), or of both.

    `evidence` shows that it was taken: a photo, the phone's position, or a name (whom one met, who signed).
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)
    text: Text
    when: Literal["before", "during", "after"]
    required: bool
    evidence: Literal["none", "photo", "position", "signature", "person"] = "none"
    way: Literal["visit", "phone", "both"] = "visit"
    condition: str = ""


class ManualPart(Strict):
    """A chapter of the technical manual: a file of manual/, filled by `read`; see manuals."""

    key: str
    language: Literal["zh", "en"]
    title: str = Field(min_length=1)
    from_: date = Field(alias="from")
    source: str = Field(min_length=1)
    body: str = Field(min_length=1)


class PhonePart(Strict):
    """A line of an office that may be public: its number, what to call it for, and the areas (by name) it is for."""

    name: Text
    number: str = Field(pattern=r"^[0-9+ -]{3,20}$")
    call_for: Text
    areas: list[str] = []
    condition: str = ""
    source: str = Field(min_length=1)


class CallForPart(Strict):
    """What an enterprise calls the officer of a charge for, and the office line at which they are reached."""

    liaison: Text
    instructor: Text


class CardPart(Strict):
    """The contact card (联系卡): who issues it, what it says, how long the link in its QR code opens."""

    office: Text
    motto: Text
    call_for: CallForPart
    valid_days: list[Dated] = Field(min_length=1)
    phone: list[PhonePart] = Field(min_length=1)


class LetterPart(Strict):
    """The professional letter of advice (专业意见书). `number` is its pattern: {year} and {number} are filled in."""

    office: Text
    title: Text
    number: str = Field(pattern=r"\{number\}")
    opening: Text
    closing: Text
    # Not acknowledged after so many days, a letter stands on the list of those to be asked about.
    acknowledge_days: list[Dated] = Field(min_length=1)
    valid_days: list[Dated] = Field(min_length=1)


class GuidancePart(Strict):
    """The guidance form (指导表): whose form it is, and the sentence above the signatures."""

    office: Text
    title: Text
    closing: Text


class OutcomePart(Strict):
    """An outcome code of a phone call, and what it does to the call."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: Text
    ends: Literal["reached", "refused", "closed", "wrong", "retry", "call-back"]


class QuestionPart(Strict):
    """A question that callers ask; `choices` for the kind "choice" alone."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Text
    kind: Literal["text", "number", "choice"]
    choices: list[Text] = []


class PhoneRoundPart(Strict):
    """Phone rounds: how often one tries and when again, for how long a number is its caller's, numbers a day."""

    attempts: list[Dated]
    retry_minutes: list[Dated]
    claim_minutes: list[Dated]
    numbers_a_day: list[Dated]
    # Whether a call that reached somebody is a visit "by phone".
    counts_as_visit: bool = False
    outcome: list[OutcomePart] = Field(min_length=1)
    question: list[QuestionPart] = []


class VisitsPart(Strict):
    visiting_roles: list[str]
    first_contact_days: list[Dated] = []
    look_back_weight: list[Dated]
    # What a day of delay costs at an enterprise on a risk list of weight 1, in minutes; the list's weight multiplies it.
    risk_weight: list[Dated]
    # So many days nobody goes again without a reason: a look-back, a risk list, a shorter cadence.
    too_often_days: list[Dated]
    # Days that lie at least between visits of two agencies to one enterprise.
    gap_days: list[Dated] = []
    # How much more of its weight a further overdue day costs than the one before (0.1: a tenth).
    growth: list[Dated] = []
    # So many minutes of way an enterprise that nobody has seen yet is worth at least to an officer with time left.
    unseen_minutes: list[Dated] = []
    # So many days are planned at once where nobody says otherwise.
    days: int = Field(default=1, ge=1, le=7)
    speed_kmh: list[Dated]
    detour: list[Dated]
    # Minutes for parking and signing in, on every way to another place.
    access_minutes: list[Dated] = []
    speed: list[SpeedPart] = []
    land: list[LandPart] = []
    crossing: list[CrossingPart] = []
    hours: HoursPart
    pool: PoolPart
    cadence: list[CadencePart]
    weight: list[WeightPart] = []
    checklist: list[ChecklistPart] = []
    procedure: list[StepPart] = []
    card: CardPart | None = None
    letter: LetterPart | None = None
    guidance: GuidancePart | None = None
    manual: list[ManualPart] = []
    phone: PhoneRoundPart | None = None
    # An article found again within so many days is a repeated finding.
    repeat_days: list[Dated] = []
    # Filled by `read` from the files of the folder: {"file": {"xform", "articles", "kept", "media", "title", "version"}}.
    converted: dict[str, dict[str, Any]] = {}


def read(folder: Path) -> dict[str, Any]:
    """Convert every workbook of the checklists folder, read its files and the manual; what cannot be read is a problem."""
    found = {path.name: convert(path) for path in sorted((folder / "checklists").glob("*.xlsx"))}
    for name, files in read_media(folder, found).items():
        found[name] = {**found[name], "media": files}
    return {"converted": found, "manual": read_manual(folder)}


def check(part: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """Conditions parse, checklists are there, weights are the planner's, areas, roles and articles are known."""
    problems = [_condition_problem(row) for row in [*part["cadence"], *part["checklist"], *part["procedure"]]]
    problems += [*_unknown_areas(part, others), *_unknown_roles(part), *_unknown_lands(part)]
    problems += [*_of_card(part), *_steps_twice(part)]
    problems += unknown_articles(part["manual"], _articles(part))
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


MAINLAND = "mainland"


def _unknown_areas(part: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """Areas of groups and lands that the pack's own list does not have."""
    names = tuple(row["name"] for row in others.get("territory", {}).get("areas", []))
    rows = [("pool.group", row) for row in part["pool"]["group"]] + [("land", row) for row in part["land"]]
    rows += [("card.phone", row) for row in (part["card"] or {}).get("phone", [])]
    return [
        Problem("visits.toml", f"there is no area {name!r}", key=f"{key}.areas", allowed=names)
        for key, row in rows
        for name in row["areas"]
        if names and name not in names
    ]


def _unknown_roles(part: Mapping[str, Any]) -> list[Problem]:
    named = [("pool.roles", role) for role in part["pool"]["roles"]]
    named += [("speed.roles", role) for row in part["speed"] for role in row["roles"]]
    named += [("checklist.role", row["role"]) for row in part["checklist"] if row["role"]]
    return [
        Problem("visits.toml", f"there is no role {role!r}", key=key, allowed=tuple(ROLES))
        for key, role in named
        if role not in ROLES
    ]


def _unknown_lands(part: Mapping[str, Any]) -> list[Problem]:
    """Crossings join two different lands that exist."""
    known = (MAINLAND, *(row["key"] for row in part["land"]))
    return [
        Problem("visits.toml", f"there is no land {land!r}", key="crossing.lands", allowed=known)
        for row in part["crossing"]
        for land in row["lands"]
        if land not in known or row["lands"][0] == row["lands"][1]
    ]


def _of_card(part: Mapping[str, Any]) -> list[Any]:
    phones = (part["card"] or {}).get("phone", [])
    return [_condition_problem({"key": "card.phone", **row}) for row in phones]


def _steps_twice(part: Mapping[str, Any]) -> list[Problem]:
    keys = [row["key"] for row in part["procedure"]]
    return [
        Problem("visits.toml", f"the step {key!r} is there twice", key="procedure.key")
        for key in sorted({key for key in keys if keys.count(key) > 1})
    ]


def _articles(part: Mapping[str, Any]) -> set[str]:
    forms = part["converted"].values()
    return {article["article"] for form in forms for article in form.get("articles", ())}


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
    """SHA-256 of the form, its files and what its articles mean: a changed severity or picture is a new version too."""
    said = [form["xform"], form["articles"], *(form[name] for name in ("kept", "media") if form.get(name))]
    content = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


PART = Part(
    name="visits",
    schema=VisitsPart,
    load=load,
    check=check,
    read=read,
    also=("checklists", "manual"),
    in_rows=("converted",),
)
