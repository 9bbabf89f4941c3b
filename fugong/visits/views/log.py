"""The log of a day, which writes itself out of the visits: report, officers, villages, findings, given up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.in_hand import campaign_in_hand
from fugong.core.commands import methods
from fugong.core.days import day_asked
from fugong.core.documents import paper
from fugong.core.paths import below, below_any
from fugong.core.word import MEDIA_TYPE, word
from fugong.enterprises.models import Enterprise
from fugong.enterprises.rules import Size
from fugong.territory.models import Area
from fugong.visits.fieldwork import papers
from fugong.visits.fieldwork.reporting import Days, Report, Tally, days_with_visits, report_of
from fugong.visits.fieldwork.work_logs import officer_log, visit_register
from fugong.visits.models import Finding, Visit
from fugong.visits.queries import day_log
from fugong.visits.rules import VisitStatus

DAYS_SHOWN = 14
LINES_SHOWN = 100
FORMS = {"pdf": (paper, "application/pdf"), "docx": (word, MEDIA_TYPE)}


@methods("GET")
@permitted(P.SEE_VISITS)
def log(request: HttpRequest) -> HttpResponse:
    """One day in figures, tables and the visits themselves; made for printing too."""
    days, scope, seen = _asked(request)
    report = report_of(seen, request.campaign, days.last, scope, first=days.first)
    if _form(request):
        values = papers.work_report(report, days, scope, request.campaign, at=request.now)
        return _document(request, values, f"{scope.name}-{days.first:%Y%m%d}-{days.last:%Y%m%d}")
    within = _within(seen, request, days)
    found = Finding.objects.visible_to(request.user).filter(visit__in=within)
    day = day_log(request.campaign, days.last, seen, first=days.first)
    context = {
        "on": days.last,
        "first": days.first,
        "span": days,
        "scope": scope,
        "figures": _figures(day, days, scope),
        "report": report,
        "classes": [
            (papers.class_name(tally.key), tally, _class_url(tally.key, days)) for tally in report.by_class
        ],
        "areas": [(tally, _rows({"in_area": tally.key}, days)) for tally in report.by_area],
        "officers": [(tally, _rows({"officer": tally.label}, days)) for tally in report.by_officer],
        "chart": _chart(report),
        "days": _days(seen, request, days.last),
        "findings": found.select_related("visit__enterprise", "issue").order_by("-severity", "pk")[
            :LINES_SHOWN
        ],
        "given_up": _given_up(within)[:LINES_SHOWN],
        "rows_url": _rows({}, days),
        "pdf_url": "?" + urlencode({**request.GET.dict(), "form": "pdf"}),
        "word_url": "?" + urlencode({**request.GET.dict(), "form": "docx"}),
    }
    return render(request, "visits/log.html", context)


def _asked(request: HttpRequest) -> tuple[Days, Area, QuerySet[Visit]]:
    """The days asked for (`on` alone, or `from` … `on`), the area, and the visits that this person sees there."""
    campaign = campaign_in_hand(request)
    on, scope = day_asked(request.GET.get("on", ""), request.today), _scope(request)
    first = day_asked(request.GET["from"], on) if request.GET.get("from") else on
    seen = Visit.objects.visible_to(request.user)
    if scope.path != campaign.area.path:
        seen = seen.filter(below(scope.path, "area__path"))
    return Days(first, on), scope, seen


def _form(request: HttpRequest) -> str:
    """In which form the page is asked for as a document; "" for the page itself."""
    form = request.GET.get("form", "")
    return form if form in FORMS else ""


def _document(request: HttpRequest, values: dict[str, Any], name: str) -> HttpResponse:
    """The same values on paper: as PDF, to be looked at; as Word, to be kept and corrected."""
    form = _form(request)
    make, media_type = FORMS[form]
    response = HttpResponse(make(values), content_type=media_type)
    header = content_disposition_header(form == "docx", f"{name}.{form}")
    response.headers["Content-Disposition"] = header or "inline"
    return response


@methods("GET")
@permitted(P.MAKE_VISITS)
def my_log(request: HttpRequest) -> HttpResponse:
    """The officer's own work log of a day (工作日志), as a page and to print: it has written itself."""
    campaign = campaign_in_hand(request)
    on = day_asked(request.GET.get("on", ""), request.today)
    mine = officer_log(request.user, campaign, on)
    if _form(request):
        values = papers.officer_log(mine, campaign, at=request.now)
        return _document(request, values, f"{request.user.name}-{on:%Y%m%d}")
    context = {"log": mine, "on": on, "before": on - timedelta(days=1), "after": on + timedelta(days=1)}
    return render(request, "visits/my_log.html", context)


@methods("GET")
@permitted(P.SEE_VISITS)
def register_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The visit register of one enterprise: every visit in order, with what was found and what became of it."""
    firm = get_object_or_404(
        Enterprise.objects.visible_to(request.user).select_related("area", "campaign"), pk=pk
    )
    lines = visit_register(firm, Visit.objects.visible_to(request.user))
    if _form(request):
        return _document(request, papers.visit_register(firm, lines, at=request.now), firm.name)
    return render(request, "visits/register_of.html", {"firm": firm, "lines": lines})


def _scope(request: HttpRequest) -> Area:
    """The area asked for, else the largest of this person's that lies in the campaign."""
    mine = Area.objects.filter(below_any(request.user.area_paths()), below(request.campaign.area.path))
    wanted = request.GET.get("area", "")
    if wanted.isdigit() and len(wanted) < 19:
        return get_object_or_404(mine, pk=int(wanted))
    return mine.order_by("depth", "path").first() or request.campaign.area


def _within(seen: QuerySet[Visit], request: HttpRequest, days: Days) -> QuerySet[Visit]:
    return seen.filter(campaign=request.campaign, on__gte=days.first, on__lte=days.last)


def _given_up(within: QuerySet[Visit]) -> QuerySet[Visit]:
    """The stops that were given up, each with the number of photos of its door."""
    rows = within.filter(status=VisitStatus.GIVEN_UP).select_related("enterprise", "officer")
    found: QuerySet[Visit] = rows.annotate(pictures=Count("photos")).order_by("started_at", "pk")
    return found


def _rows(wanted: dict[str, str], days: Days) -> str:
    """The address of exactly the visits that a number counts."""
    parts = [days.condition, *(f"{name} = {_quoted(value)}" for name, value in wanted.items())]
    return f"{reverse('visits:list')}?{urlencode({'q': ' and '.join(parts)})}"


def _quoted(value: str) -> str:
    """A text as a value of a condition."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _figures(day: Any, days: Days, scope: Area) -> list[dict[str, Any]]:
    inside = {"in_area": scope.path}
    return [
        {"label": _("visits made"), "n": day.visits, "url": _rows(inside | {"status": "done"}, days)},
        {
            "label": _("enterprises visited"),
            "n": day.enterprises,
            "url": _rows(inside | {"status": "done"}, days),
        },
        {"label": _("people out"), "n": day.people, "url": ""},
        {"label": _("findings"), "n": day.findings, "url": ""},
        {"label": _("look-backs done"), "n": day.look_backs, "url": ""},
        {"label": _("given up"), "n": day.given_up, "url": _rows(inside | {"status": "given-up"}, days)},
    ]


def _class_url(key: str, days: Days) -> str:
    return _rows({"size": key}, days) if key in (Size.ABOVE_SCALE, Size.ABOVE_QUOTA) else ""


def _chart(report: Report) -> dict[str, Any]:
    shown: list[Tally] = [tally for tally in report.by_area if tally.visits or tally.by_phone]
    return {
        "kind": "stacked",
        "title": _("Visits by area"),
        "labels": [tally.label for tally in shown],
        "series": [
            {"name": _("visits on site"), "values": [tally.visits for tally in shown], "colour": "blue"},
            {"name": _("by phone"), "values": [tally.by_phone for tally in shown], "colour": "grey"},
        ],
        "size": "m",
    }


def _days(seen: QuerySet[Visit], request: HttpRequest, on: date) -> list[dict[str, Any]]:
    """The last two weeks of the campaign, with the number of visits, to choose a day from."""
    made = days_with_visits(seen, request.campaign, request.today)
    first = max(request.campaign.starts_on, request.today - timedelta(days=DAYS_SHOWN - 1))
    days = [first + timedelta(days=ahead) for ahead in range((request.today - first).days + 1)]
    keep = {"area": request.GET["area"]} if request.GET.get("area") else {}
    return [
        {
            "day": day,
            "n": made[day],
            "active": day == on,
            "url": f"?{urlencode({'on': day.isoformat()} | keep)}",
        }
        for day in days
    ]
