"""What work report, officer's work log and an enterprise's visit register say on paper: the values of PDF and Word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fugong.campaigns.models import Campaign
from fugong.core.templatetags.ui import count
from fugong.enterprises.models import Enterprise
from fugong.enterprises.rules import Size
from fugong.territory.models import Area
from fugong.visits.fieldwork.reporting import PARK, Days, Report, Tally
from fugong.visits.fieldwork.work_logs import Line, OfficerLog


def class_name(key: str) -> str:
    return _("other firms in parks") if key == PARK else str(Size(key).label)


def days_in_words(days: Days) -> str:
    first, last = (date_format(day, "DATE_FORMAT") for day in (days.first, days.last))
    return last if days.are_one else f"{first} – {last}"


def summary(report: Report) -> str:
    """The report in one sentence, as a place would write it to the level above."""
    return _(
        "%(rolls)s people stand on the rolls; %(outings)s outings by %(people)s people made %(visits)s visits to "
        "%(firms)s enterprises in %(areas)s areas, among them %(parks)s parks."
    ) % {
        "rolls": count(report.on_the_rolls),
        "outings": count(len(report.total.outings)),
        "people": count(len(report.total.officers)),
        "visits": count(report.total.visits),
        "firms": count(len(report.total.enterprises)),
        "areas": count(report.areas),
        "parks": count(report.parks),
    }


def work_report(
    report: Report, days: Days, scope: Area, campaign: Campaign, *, at: datetime
) -> dict[str, Any]:
    """The work report of some days (I3)."""
    heads = [
        _("Visits"),
        _("Person-visits"),
        _("Outings"),
        _("People out"),
        _("Enterprises"),
        _("By phone"),
        _("Findings"),
    ]
    by_class = [[class_name(tally.key), *_numbers(tally)] for tally in report.by_class]
    by_area = [[tally.label, *_numbers(tally)] for tally in report.by_area]
    return {
        "title": _("Work report"),
        "lead": f"{campaign.name} · {scope.name} · {days_in_words(days)}",
        "footer": _as_of(at),
        "blocks": [
            {"text": summary(report)},
            {
                "title": _("By class"),
                "heads": [_("Class"), *heads],
                "rows": [*by_class, [_("Total"), *_numbers(report.total)]],
            },
            {"title": _("By area"), "heads": [_("Area"), *heads], "rows": by_area},
        ],
    }


def _numbers(tally: Tally) -> list[str]:
    found = [tally.visits, tally.person_visits, len(tally.outings), len(tally.officers)]
    return [count(n) for n in [*found, len(tally.enterprises), tally.by_phone, tally.findings]]


def officer_log(log: OfficerLog, campaign: Campaign, *, at: datetime) -> dict[str, Any]:
    """The officer's own work log of a day (工作日志), to sign and file."""
    figures = [
        [_("Stops of the plan"), f"{log.made}/{log.planned}", ""],
        [_("Visits"), count(log.visits), f"{log.km:.1f} km"],
        [_("Findings"), count(log.findings), ""],
        [_("look-backs"), count(log.looked), ""],
        [_("Calls made"), count(len(log.calls)), ""],
        [_("Issues filed"), count(log.filed), ""],
    ]
    calls = [
        [_clock(one.at), one.call.enterprise.name, one.call.get_status_display(), one.note]  # type: ignore[attr-defined]
        for one in log.calls
    ]
    blocks: list[dict[str, Any]] = [
        {"figures": figures},
        {
            "title": _("Visits"),
            "heads": [_("Time"), _("Enterprise"), _("Kind"), _("Found, looked at again, remarks")],
            "widths": [0, 2, 0, 3],
            "rows": [[*_when(line), _kind(line), _said(line)] for line in log.lines],
            "none": _("No visit on this day"),
        },
    ]
    if calls:
        heads = [_("Time"), _("Enterprise"), _("Result"), _("Note")]
        blocks.append({"title": _("Phone calls"), "heads": heads, "widths": [0, 2, 0, 3], "rows": calls})
    return {
        "title": _("Work log"),
        "lead": f"{campaign.name} · {log.officer.name} · {date_format(log.on, 'DATE_FORMAT')}",
        "footer": _as_of(at),
        "blocks": blocks,
        "signatures": [_("Officer (signature):"), _("Grid lead (signature):")],
    }


def visit_register(firm: Enterprise, lines: list[Line], *, at: datetime) -> dict[str, Any]:
    """The visit register of one enterprise (走访登记)."""
    rows = [
        [
            str(number),
            f"{date_format(line.visit.on, 'SHORT_DATE_FORMAT')} {_clock(line.visit.started_at)}–{_clock(line.visit.ended_at)}",
            "、".join([line.visit.officer.name, *line.others]),
            _kind(line),
            _said(line),
        ]
        for number, line in enumerate(lines, start=1)
    ]
    return {
        "title": _("Visit register"),
        "lead": f"{firm.name} · {firm.area.name}",
        "footer": _as_of(at),
        "flipped": True,
        "blocks": [
            {
                "heads": [
                    _("No."),
                    _("Time"),
                    _("Officer"),
                    _("Kind"),
                    _("Found, looked at again, remarks"),
                ],
                "widths": [0, 0, 0, 0, 1],
                "rows": rows,
                "none": _("never visited"),
            }
        ],
    }


def _when(line: Line) -> list[str]:
    return [f"{_clock(line.visit.started_at)}–{_clock(line.visit.ended_at)}", line.visit.enterprise.name]


def _kind(line: Line) -> str:
    visit: Any = line.visit
    return str(visit.get_status_display() if line.is_given_up else visit.get_kind_display())


def _said(line: Line) -> str:
    return "；".join([*line.found, *line.looked, *([line.visit.note] if line.visit.note else [])]) or "—"


def _clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M")


def _as_of(at: datetime) -> str:
    return _("As of %(moment)s") % {"moment": timezone.localtime(at).strftime("%Y-%m-%d %H:%M")}
