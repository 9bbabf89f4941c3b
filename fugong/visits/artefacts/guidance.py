"""The guidance form (指导表): a visit on paper with its signatures, or the empty form to be filled in by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from fugong.campaigns.dated import text
from fugong.campaigns.models import Campaign
from fugong.core import documents
from fugong.enterprises.models import Enterprise
from fugong.visits.artefacts import procedures
from fugong.visits.artefacts.letters import language
from fugong.visits.artefacts.steps import Evidence
from fugong.visits.checklists import NO, Article, articles_of, checklist_for
from fugong.visits.models import Checklist, Visit
from fugong.visits.submissions import FIXED, NOT_APPLICABLE, NOTE, YES

TEMPLATE = Path(__file__).parent / "documents" / "form.typ"


def sheet_of(visit: Visit) -> dict[str, Any]:
    """A visit that was made, as everything its form says in the active language."""
    with_others = [row.officer.name for row in visit.participants.select_related("officer")]  # type: ignore[attr-defined]
    local = timezone.localtime(visit.started_at), timezone.localtime(visit.ended_at)
    facts = [
        (_("Enterprise"), visit.enterprise.name),
        (_("Area"), visit.area.name),
        (_("Who came"), "、".join([visit.officer.name, *with_others])),
        (_("Time"), f"{_day(visit.on)} {local[0]:%H:%M}–{local[1]:%H:%M}"),
        (_("Kind"), str(visit.get_kind_display())),  # type: ignore[attr-defined]
        (_("Photos"), str(visit.photos.count())),  # type: ignore[attr-defined]
    ]
    steps = [
        (when, [(step.text, bool(step.at), _step_note(step)) for step in rows])
        for when, rows in procedures.told(visit.procedure)
    ]
    return {
        "facts": facts,
        "steps": steps,
        "groups": _groups(visit.checklist, visit.answers),
        "note": visit.note,
        "is_empty": False,
        "basis": _basis(visit.campaign, visit.checklist, visit.procedure.get("version", "")),
    }


def _step_note(step: procedures.StepTaken) -> str:
    return " ".join(part for part in (f"{step.at:%H:%M}" if step.at else "", step.name) if part)


def empty_sheet(
    enterprise: Enterprise, officer: Any, on: date, at: datetime, arrives_at: datetime | None = None
) -> dict[str, Any]:
    """The form for a visit yet to be made: the articles of the checklist in force, boxes instead of answers."""
    checklist = checklist_for(enterprise, at)
    steps = [
        (step.when, (step.text, False, _asked(step.evidence))) for step in procedures.steps_of(enterprise, at)
    ]
    planned = f" {timezone.localtime(arrives_at):%H:%M}" if arrives_at else ""
    return {
        "facts": [
            (_("Enterprise"), enterprise.name),
            (_("Area"), enterprise.area.name),
            (_("Address"), enterprise.address or "—"),
            (_("Head count"), "—" if enterprise.headcount is None else f"{enterprise.headcount:,}"),
            (_("Officer"), officer.name),
            (_("Planned for"), f"{_day(on)}{planned}"),
        ],
        "steps": procedures.by_when(steps),
        "groups": _groups(checklist, None),
        "note": "",
        "is_empty": True,
        "basis": _basis(enterprise.campaign, checklist, enterprise.campaign.release.version),
    }


def _asked(evidence: str) -> str:
    return "" if evidence == Evidence.NONE else f"{Evidence(evidence).label}: ________"


def _groups(checklist: Checklist | None, answers: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The articles by the group of the sheet; without `answers` none is marked."""
    found: dict[str, list[dict[str, Any]]] = {}
    for article in articles_of(checklist) if checklist else []:
        found.setdefault(article.area, []).append(_row(article, answers))
    return [{"area": area, "rows": rows} for area, rows in found.items()]


def _row(article: Article, answers: Mapping[str, Any] | None) -> dict[str, Any]:
    """`answer` is yes, no, na, or empty where it is still to be marked."""
    answer = "" if answers is None else answers.get(article.name, NOT_APPLICABLE)
    said = "" if answers is None else str(answers.get(article.name + NOTE, ""))
    if answer == NO and answers is not None and answers.get(article.name + FIXED) == YES:
        said = f"{said} ({_('put right on the spot')})".strip()
    return {"label": article.label, "serious": article.is_serious, "answer": answer, "note": said}


def _basis(campaign: Campaign, checklist: Checklist | None, version: str) -> str:
    """Which checklist and which procedure the form follows."""
    pack = text(campaign.release.content["pack"]["name"])
    parts = [f"{checklist.title} {checklist.version}" if checklist else "", f"{pack} {version}".strip()]
    return " · ".join(part for part in parts if part)


def _day(day: date) -> str:
    return formats.date_format(day, "Y年n月j日" if language() == "zh" else "j F Y")


def pdf(campaign: Campaign, sheets: Iterable[Mapping[str, Any]]) -> bytes:
    """The sheets as one file, each beginning on a page of its own and numbered by itself."""
    part = campaign.part("visits").get("guidance") or {}
    values = {
        "lang": language(),
        "office": text(part["office"]) if part else campaign.name,
        "title": text(part["title"]) if part else _("Guidance form on prevention and resumption"),
        "closing": text(part["closing"]) if part else "",
        "words": _words(),
        "sheets": _numbered(list(sheets)),
    }
    return documents.pdf(TEMPLATE, values)


def _numbered(sheets: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**sheet, "number": number} for number, sheet in enumerate(sheets)]


def _words() -> dict[str, str]:
    return {
        "yes": _("met"),
        "no": _("not met"),
        "na": _("not applicable"),
        "serious": _("serious"),
        "procedure": _("Standard procedure"),
        "articles": _("Articles"),
        "article": _("Article"),
        "answer": _("Answer"),
        "remarks": _("What was seen"),
        "advice": _("Advice and remarks"),
        "enterprise": _("For the enterprise (signature):"),
        "officer": _("Instructor (signature):"),
        "day": _("Day:"),
        "basis": _("Issued after"),
    }
