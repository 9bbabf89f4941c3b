"""What the daily brief (日报) says, as plain data, and how it becomes a Word document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fugong.campaigns.models import Campaign
from fugong.core import conditions
from fugong.core.paths import below
from fugong.core.templatetags.ui import count, share
from fugong.enterprises.models import Enterprise
from fugong.enterprises.queries import movements
from fugong.insight import queries
from fugong.insight.models import Brief
from fugong.insight.rules import differences
from fugong.issues.models import Issue
from fugong.issues.queries import clocks_of, title_for_others
from fugong.issues.rules import OWNERS
from fugong.territory.models import Area
from fugong.visits.models import PlannedVisit, Visit
from fugong.visits.queries import day_log

# A clerk may keep an edited template of this name beside the data; else the one that comes with the product.
TEMPLATE = "brief.docx"
MOST_OVERDUE = 20
VILLAGE_KEYS = ("resumption", "visited-once", "open-issues", "overdue-issues")


def contents(campaign: Campaign, area: Area, on: date, at: datetime) -> dict[str, Any]:
    """Everything that a brief of this area and day says: {heading, figures, villages, overdue, visits, lists, plan}.

    `at` is the moment it speaks of (for an earlier day its end is taken). A constant number of queries.
    Written in the language of the installation, whoever asks: it is an official paper.
    """
    with translation.override(settings.LANGUAGE_CODE):
        content = _contents(campaign, area, on, at)
        return content | {"numbers": _printed(content)}


def _contents(campaign: Campaign, area: Area, on: date, at: datetime) -> dict[str, Any]:
    asking = queries.asked(campaign, area, on, at)
    wanted = queries.indicators_of(campaign, on, page="brief")
    known = {one.key for one in wanted}
    extra = [one for one in queries.indicators_of(campaign, on, VILLAGE_KEYS) if one.key not in known]
    counted = queries.tally(campaign, [*wanted, *extra], area, asking.moment)
    shown = queries.figures_of(asking, wanted, counted)
    return {
        "heading": _heading(campaign, area, on, asking.moment.at),
        "figures": [_figure(one) for one in shown],
        "village_heads": [one.name for one in _village_indicators(campaign, on)],
        "villages": _villages(asking, campaign, counted),
        "overdue": _overdue(campaign, area, asking),
        "visits": _visits(campaign, area, on),
        "lists": _lists(campaign, area, on),
        "plan": _plan(campaign, area, on),
    }


def _heading(campaign: Campaign, area: Area, on: date, at: datetime) -> dict[str, Any]:
    return {
        "campaign": campaign.name,
        "area": area.name,
        "day": date_format(on, "DATE_FORMAT"),
        "number": (on - campaign.starts_on).days + 1,
        "as_of": timezone.localtime(at).strftime("%Y-%m-%d %H:%M"),
    }


def _figure(one: queries.Figure) -> dict[str, str]:
    return {
        "name": one.name,
        "number": _number(one),
        "share": "" if one.of is None else f"{share(one.n, one.of)}%" if one.of else "—",
        "word": one.word,
        "scope": one.scope,
    }


def _number(one: queries.Figure) -> str:
    number = count(one.n) if one.of is None else f"{count(one.n)}/{count(one.of)}"
    return f"{number} {one.unit}".strip()


def _village_indicators(campaign: Campaign, on: date) -> list[Any]:
    return queries.indicators_of(campaign, on, VILLAGE_KEYS)


def _villages(asking: queries.Asking, campaign: Campaign, counted: queries.Tally) -> list[dict[str, Any]]:
    """A row for each area directly below: its name and a cell for each of the village figures."""
    rows: dict[str, list[str]] = {}
    for one in _village_indicators(campaign, asking.on):
        for area, figure in queries.by_area_of(asking, one, counted):
            cell = count(figure.n) if figure.of is None else f"{count(figure.n)}/{count(figure.of)}"
            if figure.of:
                cell += f" ({share(figure.n, figure.of)}%)"
            rows.setdefault(area.name, []).append(cell)
    return [{"name": name, "cells": cells} for name, cells in rows.items()]


def _overdue(campaign: Campaign, area: Area, asking: queries.Asking) -> list[dict[str, str]]:
    """The longest overdue issues, each with who must act."""
    rows = Issue.objects.system().filter(below(area.path, "area__path"), campaign=campaign)
    late = conditions.apply(rows, "was_overdue = True", asking.moment)
    clocks = clocks_of(campaign, asking.moment.at)
    return [
        {
            "title": title_for_others(issue, clocks),
            "enterprise": issue.enterprise.name if issue.enterprise else "",
            "area": issue.area.name,
            "owner": clocks.department_name(issue.department) or str(OWNERS[issue.status]),
            "due": timezone.localtime(issue.due_at).strftime("%m-%d %H:%M"),
        }
        for issue in late.select_related("enterprise", "area").order_by("due_at", "pk")[:MOST_OVERDUE]
    ]


def _visits(campaign: Campaign, area: Area, on: date) -> list[dict[str, str]]:
    rows = Visit.objects.system().filter(below(area.path, "area__path"))
    log = day_log(campaign, on, rows)
    return [
        {"name": _("people out"), "number": count(log.people)},
        {"name": _("visits made"), "number": count(log.visits)},
        {"name": _("enterprises visited"), "number": count(log.enterprises)},
        {"name": _("of these by phone"), "number": count(log.by_phone)},
        {"name": _("given up"), "number": count(log.given_up)},
        {"name": _("findings"), "number": count(log.findings)},
        {"name": _("look-backs"), "number": count(log.look_backs)},
    ]


def _lists(campaign: Campaign, area: Area, on: date) -> list[dict[str, str]]:
    ledger = Enterprise.objects.system().of(campaign).filter(below(area.path, "area__path"))
    return [
        {
            "name": moved.risk_list.name,
            "now": count(moved.now),
            "entered": count(moved.entered),
            "left": count(moved.left),
        }
        for moved in movements(campaign, ledger, on, 1)
    ]


def _plan(campaign: Campaign, area: Area, on: date) -> dict[str, str]:
    """The accepted plan of the next day: how many stops, officers and enterprises."""
    stops = PlannedVisit.objects.system().filter(
        below(area.path, "enterprise__area__path"),
        plan__campaign=campaign,
        plan__on=on + timedelta(days=1),
        plan__status="accepted",
    )
    row = stops.aggregate(
        stops=Count("pk"), officers=Count("officer", distinct=True), firms=Count("enterprise", distinct=True)
    )
    return {key: count(value) for key, value in row.items()}


def _printed(content: Mapping[str, Any]) -> dict[str, str]:
    """Every number of a brief by a name of its own, so that two briefs can be compared number by number."""
    found = {row["name"]: row["number"] for row in content["figures"]}
    for village in content["villages"]:
        for head, cell in zip(content["village_heads"], village["cells"], strict=True):
            found[f"{village['name']} · {head}"] = cell
    found |= {row["name"]: row["number"] for row in content["visits"]}
    listed = _("on the list")
    for row in content["lists"]:
        found[f"{row['name']} · {listed}"] = row["now"]
    return found


def recount(brief: Brief, now: datetime) -> list[tuple[str, Any, Any]]:
    """What the rows say now of the brief's day and moment and the brief printed otherwise; empty when all is equal."""
    again = contents(brief.campaign, brief.area, brief.on, min(brief.as_of, now))
    return differences(dict(brief.printed["numbers"]), again["numbers"])


def template_path() -> Path:
    """The template that is used: the town's own beside the data, else the product's."""
    own = Path(settings.DATA_DIR) / "templates" / TEMPLATE
    return own if own.exists() else Path(__file__).parent / TEMPLATE


def write(content: Mapping[str, Any], anchor: str, path: Path) -> None:
    """Fill the template and write the document."""
    from docxtpl import DocxTemplate

    document = DocxTemplate(template_path())
    document.render({**content, "anchor": anchor}, autoescape=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(path)


def path_of(brief: Brief) -> Path:
    return Path(settings.DATA_DIR) / "briefs" / brief.stored_as
