"""Checklists (检查清单): an XLSForm of the pack becomes a form for phones and articles that visits count.

The `survey` sheet may carry columns of ours on its `select_one` questions: `article` (number), `key_area`,
`severity`, `level`, `days`, `finding` (what the issue is called) and `advice` (what a letter of advice says is to be
done). The answer `no` to such a question is a finding; the questions named like it with `_note`, `_fixed` and `_photo`
say what was seen, whether it was put right, and show it. `prefill` = `last` on any question offers the answer of the
last visit again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook

from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.campaigns.packs import Problem
from fugong.campaigns.reading import PackFileError
from fugong.core.audit import record
from fugong.core.conditions import Moment
from fugong.enterprises.models import Enterprise
from fugong.issues.rules import Level, Severity
from fugong.visits import media
from fugong.visits.models import Checklist, Visit
from fugong.visits.openrosa.forms import GROUP
from fugong.visits.selecting import first_met

NO = "no"
LARGEST = 2 * 1024 * 1024
LONGEST = {"article": 20, "key_area": 40}
# Questions whose last answer may be offered again; a photo or a position is of its own day.
KEEPABLE = ("select_one", "select_multiple", "integer", "decimal", "text", "date")
LAST = "last"
DEFAULT_MINUTES = 30

Row = dict[str, str]


def convert(path: Path) -> dict[str, Any]:
    """A workbook as {"xform": XML, "articles": [...], "kept": [...], "title", "version"}; see `Checklist`.

    Raises `PackFileError` with file, row and column where the form cannot be read or an article is wrong.
    """
    if path.stat().st_size > LARGEST:
        raise _wrong(path, "the workbook is larger than 2 MB")
    xform = _xform(path)
    settings = next(iter(_rows(path, "settings")), {})
    survey = _rows(path, "survey")
    taken = next((row for row in survey if row.get("name") == GROUP), None)
    if taken is not None:
        raise _wrong(
            path, f"{GROUP!r} is the group that ODK Collect's form begins with", int(taken["#"]), "name"
        )
    return {
        "xform": xform,
        "articles": _articles(path, survey, _rows(path, "choices")),
        "kept": _kept(path, survey),
        "title": settings.get("form_title", path.stem)[:120],
        "version": settings.get("version", "1")[:20],
    }


def _xform(path: Path) -> str:
    # Every process would wait for it at its start, and only who loads a pack asks it.
    from pyxform.xls2xform import convert as to_xform

    try:
        return str(to_xform(str(path)).xform)
    except Exception as error:  # pyxform lets the errors of its readers through; each is a fault of the file
        said = " ".join(str(error).split()) or type(error).__name__
        found = re.search(r"\[row : (\d+)\]", said)
        raise _wrong(path, f"this is no XLSForm: {said}", int(found[1]) if found else None) from error


def _wrong(
    path: Path, sentence: str, line: int | None = None, key: str = "", allowed: tuple[str, ...] = ()
) -> PackFileError:
    return PackFileError(Problem(f"checklists/{path.name}", sentence, line=line, key=key, allowed=allowed))


def _rows(path: Path, sheet: str) -> list[Row]:
    """The rows of a sheet by column head, as trimmed texts; `#` is the row's number in the sheet."""
    first, lines = _lines(path, sheet)
    if not lines:
        return []
    head, *body = lines
    heads = [str(cell).strip() for cell in head]
    found = []
    for number, cells in enumerate(body, start=first + 1):
        row = {head: _text(cell) for head, cell in zip(heads, cells, strict=False) if head and _text(cell)}
        if row:
            found.append(row | {"#": str(number)})
    return found


def _lines(path: Path, sheet: str) -> tuple[int, list[list[Any]]]:
    """The number of a sheet's first line and its lines with the heads; in a CSV the sheets stand below each other."""
    if path.suffix.lower() == ".csv":
        return _csv_lines(path, sheet)
    book = CalamineWorkbook.from_path(str(path))
    name = next((name for name in book.sheet_names if name.strip().lower() == sheet), None)
    if name is None:
        return 1, []
    return 1, book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _csv_lines(path: Path, sheet: str) -> tuple[int, list[list[Any]]]:
    """A line whose first cell is filled names a sheet; the lines below it, without that cell, are the sheet's."""
    found: list[list[Any]] = []
    first, is_it = 1, False
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, (mark, *cells) in enumerate((line or [""] for line in csv.reader(file)), start=1):
            if mark.strip():
                is_it, first = mark.strip().lower() == sheet, number + 1 if not found else first
            elif is_it and any(cell.strip() for cell in cells):
                found.append(list(cells))
    return first, found


def _text(cell: Any) -> str:
    """A cell's text; a whole number that a spreadsheet made a float is written without its point."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _both(row: Row, column: str) -> dict[str, str]:
    """A translated column (`label`, `label::中文 (zh)`, `label::English (en)`) as a text; {} when empty."""
    found = {}
    for head, value in row.items():
        name, _sep, language = head.partition("::")
        if name.strip().lower() == column:
            code = re.search(r"\((zh|en)[^)]*\)", language)
            found[code[1] if code else ""] = value
    if not found:
        return {}
    zh = found.get("zh") or found.get("") or next(iter(found.values()))
    return {"zh": zh, "en": found.get("en") or found.get("") or zh}


def _articles(path: Path, survey: list[Row], choices: list[Row]) -> list[dict[str, Any]]:
    """The questions that are articles, in the order of the sheet, each with the group that it stands in."""
    lists: dict[str, set[str]] = {}
    for choice in choices:
        key = choice.get("list_name") or choice.get("list name", "")
        lists.setdefault(key, set()).add(choice.get("name", ""))
    groups: list[dict[str, str]] = []
    found: list[dict[str, Any]] = []
    for row in survey:
        kind = row.get("type", "").replace("_", " ")
        if kind.startswith("begin"):
            groups.append(_both(row, "label"))
        elif kind.startswith("end") and groups:
            groups.pop()
        elif "article" in row:
            found.append(_article(path, row, lists, groups[-1] if groups else {}))
    _refuse_twice(path, found)
    return found


def _article(path: Path, row: Row, lists: dict[str, set[str]], group: dict[str, str]) -> dict[str, Any]:
    line, kind = int(row["#"]), row.get("type", "").split()
    if len(kind) < 2 or kind[0] != "select_one" or NO not in lists.get(kind[1], set()):
        raise _wrong(
            path, f"an article is a select_one question with the choice {NO!r}", line, "article", (NO,)
        )
    for column, longest in LONGEST.items():
        if len(row.get(column, "")) > longest:
            raise _wrong(path, f"longer than {longest} characters", line, column)
    label, key_area = _both(row, "label") or {"zh": row["name"], "en": row["name"]}, row.get("key_area", "")
    return {
        "name": row["name"],
        "label": label,
        "article": row["article"],
        "key_area": key_area or group.get("zh", "")[: LONGEST["key_area"]],
        "area": group or {"zh": key_area, "en": key_area},
        "severity": _one_of(path, row, "severity", Severity.values, Severity.MINOR),
        "level": _one_of(path, row, "level", Level.values, Level.ON_THE_SPOT),
        "days": _days(path, row),
        "finding": _both(row, "finding") or label,
    } | ({"advice": advice} if (advice := _both(row, "advice")) else {})


def _kept(path: Path, survey: list[Row]) -> list[str]:
    """The names of the questions marked with `prefill` = `last`."""
    found = []
    for row in survey:
        if "prefill" not in row:
            continue
        if row["prefill"] != LAST:
            raise _wrong(path, f"unknown word {row['prefill']!r}", int(row["#"]), "prefill", (LAST,))
        if next(iter(row.get("type", "").split()), "") not in KEEPABLE:
            sentence = "the last answer is offered again only for some types of questions"
            raise _wrong(path, sentence, int(row["#"]), "prefill", KEEPABLE)
        found.append(row["name"])
    return found


def _one_of(path: Path, row: Row, column: str, allowed: list[str], default: str) -> str:
    value = row.get(column, str(default))
    if value not in allowed:
        raise _wrong(path, f"unknown word {value!r}", int(row["#"]), column, tuple(allowed))
    return value


def _days(path: Path, row: Row) -> int | None:
    value = row.get("days", "")
    if value and not value.isdecimal():
        raise _wrong(path, f"{value!r} is no number of days", int(row["#"]), "days")
    return int(value) if value else None


def _refuse_twice(path: Path, articles: list[dict[str, Any]]) -> None:
    seen: set[str] = set()
    for row in articles:
        if row["article"] in seen:
            raise _wrong(path, f"article {row['article']!r} is there twice", key="article")
        seen.add(row["article"])


def take_in(
    *, campaign: Campaign, key: str, form: Mapping[str, Any], digest: str, by: Any, at: datetime
) -> Checklist:
    """Keep a converted form as a version of its own; the same content again only becomes the newest again."""
    content = {name: form[name] for name in ("xform", "articles", "title", "version")}
    content |= {"kept": form.get("kept", []), "media": media.keep(form.get("media", {}))}
    row, is_new = Checklist.objects.get_or_create(
        campaign=campaign, key=key, digest=digest, defaults={"loaded_at": at, **content}
    )
    if not is_new:
        row.loaded_at = at
        row.save(update_fields=["loaded_at"])
        return row
    record("visits.checklist.taken_in", row, by=by, at=at, version=row.version, articles=len(row.articles))
    return row


def answers_before(enterprise: Enterprise, checklist: Checklist) -> dict[str, str]:
    """The answers of the enterprise's last visit by this checklist, whichever version; {} where there was none."""
    made = Visit.objects.system().done().filter(enterprise=enterprise, checklist__key=checklist.key)
    last: dict[str, str] | None = made.order_by("-ended_at", "-pk").values_list("answers", flat=True).first()
    return last or {}


def offered_again(checklist: Checklist, answers: Mapping[str, str]) -> dict[str, str]:
    """The last answers that the sheet marks as worth keeping; `no` to an article is looked at anew, never offered."""
    articles = {row["name"] for row in checklist.articles}
    return {
        name: answers[name]
        for name in checklist.kept
        if answers.get(name) and not (name in articles and answers[name] == NO)
    }


def remarks_of(checklist: Checklist, answers: Mapping[str, str]) -> dict[str, str]:
    """By article that was not met last time: the words that stand beside its question."""
    said = _(" (last time: not met)")
    return {row["name"]: said for row in checklist.articles if answers.get(row["name"]) == NO}


def newest_of(rows: QuerySet[Checklist]) -> dict[str, Checklist]:
    """The newest version of each checklist among these rows, by key. One query."""
    return {row.key: row for row in rows.order_by("loaded_at", "pk")}


def checklist_for(enterprise: Enterprise, at: datetime) -> Checklist | None:
    """The newest version of the pack's first checklist whose condition the enterprise meets at the moment."""
    moment = Moment(campaign_id=enterprise.campaign_id, on=timezone.localdate(at), at=at)
    itself = Enterprise.objects.system().filter(pk=enterprise.pk)
    rows = enterprise.campaign.part("visits").get("checklist", [])
    met = first_met(itself, [row["condition"] for row in rows], moment)
    number: int | None = getattr(met.first(), "met", None)
    if number is None:
        return None
    versions = Checklist.objects.filter(campaign_id=enterprise.campaign_id, key=rows[number]["key"])
    return versions.order_by("-loaded_at", "-pk").first()


MARKS = Signer(salt="fugong.visits.checklist")


def mark_of(enterprise: Enterprise, checklist: Checklist) -> str:
    """What a page of a visit brings back: which version was shown there, signed. A phone may send it days later."""
    return MARKS.sign(f"{enterprise.pk}-{checklist.pk}")


def checklist_shown(enterprise: Enterprise, mark: str) -> Checklist | None:
    """The version that a page showed for this enterprise, by its mark; None for any other text."""
    try:
        of, _dash, shown = MARKS.unsign(mark).partition("-")
    except BadSignature:
        return None
    found = (
        Checklist.objects.filter(campaign_id=enterprise.campaign_id, pk=shown)
        if of == str(enterprise.pk)
        else None
    )
    return None if found is None else found.defer("xform").first()


@dataclass(frozen=True)
class Service:
    """What a visit by a checklist takes: minutes, and the role or agency (a department) of whoever may make it."""

    minutes: int
    role: str = ""
    agency: str = ""


def services_of(campaign: Campaign, moment: Moment) -> dict[int, Service]:
    """What a visit takes at each enterprise: by the first checklist whose condition it meets. One query."""
    rows = campaign.part("visits").get("checklist", [])
    services = [
        Service(
            int(value_on(row["minutes"], moment.on) or DEFAULT_MINUTES),
            row.get("role", ""),
            row.get("agency", ""),
        )
        for row in rows
    ]
    ledger = Enterprise.objects.system().of(campaign)
    met = first_met(ledger, [row["condition"] for row in rows], moment)
    return {pk: services[number] for pk, number in met.values_list("pk", "met")}


def minutes_of(campaign: Campaign, moment: Moment) -> dict[int, int]:
    """Minutes that a visit takes at each enterprise: those of its checklist. One query."""
    return {pk: service.minutes for pk, service in services_of(campaign, moment).items()}


@dataclass(frozen=True)
class Article:
    """One article as pages show it, in the active language."""

    name: str
    article: str
    label: str
    finding: str
    key_area: str
    area: str
    severity: str
    level: str
    days: int | None

    @property
    def is_serious(self) -> bool:
        return self.severity == Severity.SERIOUS


def articles_of(checklist: Checklist) -> list[Article]:
    """The articles of a version in the order of its sheet."""
    return [
        Article(
            name=row["name"],
            article=row["article"],
            label=text(row["label"]),
            finding=text(row.get("finding") or row["label"]),
            key_area=row.get("key_area", ""),
            area=text(row.get("area") or row.get("key_area", "")),
            severity=row.get("severity", Severity.MINOR),
            level=row.get("level", Level.ON_THE_SPOT),
            days=row.get("days"),
        )
        for row in checklist.articles
    ]


def localised(xform: str, language: str) -> str:
    """The form with the translation of the page's language as the one shown first, where it has one."""
    code = "en" if language.startswith("en") else "zh"
    found = re.search(rf'<translation lang="([^"]*\({code}[^)]*\))"', xform)
    if found is None:
        return xform
    plain = re.sub(r'(<translation lang="[^"]*") default="true\(\)"', r"\1", xform)
    return plain.replace(found[0], f'{found[0]} default="true()"', 1)
