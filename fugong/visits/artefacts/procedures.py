"""The standard procedure of a visit (规程): the pack's steps for an enterprise, what was ticked, what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fugong.campaigns.dated import text
from fugong.campaigns.models import Campaign
from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.enterprises.models import Enterprise
from fugong.visits.artefacts.steps import Evidence, ProcedureStep, Tick

WHEN = {"before": _("Before the visit"), "during": _("During the visit"), "after": _("Before you leave")}
# Questions of a form that are called so tick the step of that name, so that a checklist may carry the procedure itself.
QUESTION = "step_"
YES = frozenset({"yes", "true", "1"})
NO = frozenset({"", "no", "false", "0"})


def steps_of(enterprise: Enterprise, at: datetime, *, by_phone: bool = False) -> tuple[ProcedureStep, ...]:
    """The steps of a visit to this enterprise by the pack; none where the pack has no procedure."""
    return as_steps(rows_of(enterprise, at, by_phone=by_phone))


def as_steps(rows: Iterable[Mapping[str, Any]]) -> tuple[ProcedureStep, ...]:
    """Rows of the pack as steps, in the active language."""
    return tuple(
        ProcedureStep(row["key"], text(row["text"]), row["when"], row["required"], row["evidence"])
        for row in rows
    )


def rows_of(enterprise: Enterprise, at: datetime, *, by_phone: bool = False) -> list[Mapping[str, Any]]:
    """The pack's rows of the procedure that hold for a visit to this enterprise; a query for each condition."""
    return of_way(met_rows(enterprise, at), "phone" if by_phone else "visit")


def of_way(rows: Iterable[Mapping[str, Any]], way: str) -> list[Mapping[str, Any]]:
    """The rows for a visit on site ("visit") or a call ("phone")."""
    return [row for row in rows if row["way"] in {way, "both"}]


def met_rows(enterprise: Enterprise, at: datetime) -> list[Mapping[str, Any]]:
    """The rows of either way whose conditions this enterprise meets."""
    rows = enterprise.campaign.part("visits").get("procedure", [])
    moment = Moment(campaign_id=enterprise.campaign_id, on=timezone.localdate(at), at=at)
    itself = Enterprise.objects.system().filter(pk=enterprise.pk)
    met = {
        condition: not condition or conditions.apply(itself, condition, moment).exists()
        for condition in {row["condition"] for row in rows}
    }
    return [row for row in rows if met[row["condition"]]]


def has_procedure(campaign: Campaign) -> bool:
    return bool(campaign.part("visits").get("procedure"))


def question_of(key: str) -> str:
    """The name of the question in a form that ticks this step."""
    return QUESTION + key.replace("-", "_")


def ticks_in(answers: Mapping[str, Any], at: datetime) -> dict[str, Tick]:
    """The ticks among the answers of a filled form: `step_<key>` answered yes, or with the name that is asked for."""
    found = {}
    for name, value in answers.items():
        said = str(value).strip()
        if name.startswith(QUESTION) and said.lower() not in NO:
            key = name.removeprefix(QUESTION).replace("_", "-")
            found[key] = Tick(at, "" if said.lower() in YES else said[:40])
    return found


def kept(campaign: Campaign, rows: Sequence[Mapping[str, Any]], ticks: Mapping[str, Tick]) -> dict[str, Any]:
    """What a visit keeps: the version of the pack and each step as it stood, with its tick; {} without a procedure."""
    if not rows:
        return {}
    release = campaign.release
    steps = []
    for row in rows:
        step = {name: row[name] for name in ("key", "text", "when", "required", "evidence")}
        tick = ticks.get(row["key"])
        if tick is not None:
            step |= {"ticked_at": tick.at.isoformat(), "name": tick.name}
        steps.append(step)
    return {"version": release.version, "digest": release.digest[:12], "steps": steps}


@dataclass(frozen=True)
class StepTaken:
    """One step of a visit's procedure as pages and the guidance form show it."""

    text: str
    is_required: bool
    evidence: str
    at: datetime | None
    name: str


def told(procedure: Mapping[str, Any]) -> list[tuple[str, list[StepTaken]]]:
    """What a visit kept of its procedure, by before, during and after, in the active language."""
    return by_when((row["when"], _taken(row)) for row in procedure.get("steps", []))


def _taken(row: Mapping[str, Any]) -> StepTaken:
    evidence = "" if row["evidence"] == Evidence.NONE else str(Evidence(row["evidence"]).label)
    at = row.get("ticked_at")
    moment = timezone.localtime(datetime.fromisoformat(at)) if at else None
    return StepTaken(text(row["text"]), row["required"], evidence, moment, row.get("name", ""))


def by_when(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, list[Any]]]:
    """Steps under the names of before, during and after, in this order."""
    found: dict[str, list[Any]] = {}
    for when, row in pairs:
        found.setdefault(when, []).append(row)
    return [(str(WHEN[when]), found[when]) for when in WHEN if when in found]
