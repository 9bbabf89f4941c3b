"""The professional letter of advice (专业意见书): composed from what a visit found, kept as it was issued, set for print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import formats, timezone, translation
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.core import documents
from fugong.visits.artefacts import manuals
from fugong.visits.models import Finding, Letter, Visit

TEMPLATE = Path(__file__).parent / "documents" / "letter.typ"


@dataclass(frozen=True)
class Advice:
    """One point of a letter: the article, what was found, what to do, until when; all as text, as it is issued."""

    article: str
    finding: str
    seen: str
    severity: str
    is_serious: bool
    advice: str
    manual: str
    due: str


def language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def compose(visit: Visit) -> list[Advice]:
    """The points that a letter about this visit has, serious ones first, in the active language.

    What to do comes from the checklist that the visit went by (column `advice`), else from the manual's section
    about the article; where neither says anything, the officer writes it.
    """
    articles = {row["article"]: row for row in (visit.checklist.articles if visit.checklist else [])}
    chapters = manuals.manual_of(visit.campaign.part("visits"), language())
    findings = visit.findings.select_related("issue").order_by("-severity", "article")  # type: ignore[attr-defined]
    return [_advice(finding, articles.get(finding.article, {}), chapters) for finding in findings]


def _advice(finding: Finding, article: Mapping[str, Any], chapters: Sequence[manuals.Chapter]) -> Advice:
    found = manuals.section_of(chapters, finding.article)
    said = text(article["advice"]) if article.get("advice") else ""
    issue = finding.issue
    due = _moment(issue.due_at) if issue and issue.due_at else ""
    if issue and issue.solved_at:
        due = _("put right on the spot")
    return Advice(
        article=finding.article,
        finding=text(article["finding"]) if article.get("finding") else finding.label,
        seen=finding.note,
        severity=str(finding.get_severity_display()),  # type: ignore[attr-defined]
        is_serious=finding.severity == "serious",
        advice=said or (found[1].words if found else ""),
        manual=f"{found[0].title} · {found[1].title}" if found else "",
        due=due,
    )


def contents(
    visit: Visit, advice: Sequence[Advice], *, number: int, by: Any, at: datetime, replaces: Letter | None
) -> dict[str, Any]:
    """Everything that the sheet says, in the active language; with this the letter is kept for good."""
    part = visit.campaign.part("visits").get("letter") or {}
    on = timezone.localdate(at)
    return {
        "lang": language(),
        "office": text(part["office"]),
        "title": text(part["title"]),
        "number": part["number"].replace("{year}", str(on.year)).replace("{number}", str(number)),
        "to": visit.enterprise.name,
        "opening": _filled(text(part["opening"]), visit),
        "points": [asdict(point) for point in advice],
        "note": visit.note,
        "closing": _filled(text(part["closing"]), visit),
        "officer": by.name,
        "day": _day(on),
        "replaces": str(replaces) if replaces else "",
        "basis": _basis(visit),
    }


def _filled(pattern: str, visit: Visit) -> str:
    values = {"enterprise": visit.enterprise.name, "day": _day(visit.on), "officer": visit.officer.name}
    for name, value in values.items():
        pattern = pattern.replace("{" + name + "}", value)
    return pattern


def _basis(visit: Visit) -> str:
    """Which checklist and which pack the letter rests on."""
    pack = f"{text(visit.campaign.release.content['pack']['name'])} {visit.campaign.release.version}"
    return f"{visit.checklist.title} {visit.checklist.version} · {pack}" if visit.checklist else pack


def _day(day: date) -> str:
    return formats.date_format(day, "Y年n月j日" if language() == "zh" else "j F Y")


def _moment(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{_day(local.date())} {local:%H:%M}"


def pdf(letter: Letter, address: str = "") -> bytes:
    """The sheet, with a QR code of the address at which the enterprise acknowledges it."""
    return documents.pdf(TEMPLATE, {**letter.content, **_words(letter), **_qr(address)})


def _qr(address: str) -> dict[str, str]:
    return {"qr": documents.qr_svg(address) if address else ""}


def _words(letter: Letter) -> dict[str, Any]:
    """The fixed words of the sheet in the language of the letter, and what became of it."""
    with translation.override("en" if letter.content["lang"] == "en" else "zh-hans"):
        words = {
            "article": _("Article"),
            "found": _("What was found"),
            "do": _("What to do"),
            "due": _("Put right by"),
            "serious": _("serious"),
            "see": _("Technical manual"),
            "note": _("Further advice"),
            "replaces": _("This letter replaces letter"),
            "signed": _("Signed by"),
            "receipt": _("Receipt"),
            "receipt_text": _("I have received this letter."),
            "name": pgettext("of a person", "name"),
            "day": _("Day"),
            "scan": _("Scan to read the letter and to acknowledge it"),
            "basis": _("Issued after"),
        }
        became = ""
        if letter.acknowledged_at:
            became = _("Acknowledged by %(name)s on %(moment)s") % {
                "name": letter.acknowledged_as,
                "moment": _moment(letter.acknowledged_at),
            }
        if letter.status == "replaced":
            became = _("This letter is no longer valid: it was replaced.")
        return {"words": words, "became": became}


def patience(campaign: Campaign, on: date) -> int:
    """Days after which a letter that nobody acknowledged is asked about."""
    part = campaign.part("visits").get("letter") or {}
    return int(value_on(part.get("acknowledge_days", []), on) or 0)


def unanswered(rows: QuerySet[Letter], campaign: Campaign, at: datetime) -> QuerySet[Letter]:
    """The letters among the rows that have waited for their receipt longer than the pack allows."""
    days = patience(campaign, timezone.localdate(at))
    limit = at - timedelta(days=days)
    return rows.filter(campaign=campaign, status="issued", issued_at__lt=limit)
