"""Pages of figures: every indicator with its definition, one indicator by area and day, briefs, consult meetings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.in_hand import campaign_in_hand
from fugong.core.commands import methods
from fugong.core.templatetags import ui
from fugong.insight import actions, briefs, digests, queries
from fugong.insight.forms import BriefForm, DecisionForm
from fugong.insight.models import Brief, Decision, Digest
from fugong.insight.places import asking_of, place_context, place_query
from fugong.insight.queries.reach import area_in_reach
from fugong.insight.rules import Indicator
from fugong.issues.models import Issue
from fugong.issues.queries import clocks_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@methods("GET")
@permitted(P.SEE_BOARD)
def indicators(request: HttpRequest) -> HttpResponse:
    """Every indicator of the campaign with its value, its rows and its definition."""
    asking = asking_of(request)
    wanted = queries.indicators_of(asking.campaign, asking.on)
    counted = queries.tally(asking.campaign, wanted, asking.area, asking.moment)
    shown = queries.figures_of(asking, wanted, counted)
    context = {"figures": [(one, _link(asking, one.key)) for one in shown], **place_context(request, asking)}
    return render(request, "insight/indicators.html", context)


@methods("GET")
@permitted(P.SEE_BOARD)
def indicator(request: HttpRequest, key: str) -> HttpResponse:
    """One indicator: its areas side by side, its days, what exactly it counts."""
    asking = asking_of(request)
    wanted = queries.indicator_of(asking.campaign, key, asking.on)
    if wanted is None:
        raise Http404
    counted = queries.tally(asking.campaign, [wanted], asking.area, asking.moment)
    context = {
        "indicator": wanted,
        "figure": queries.figures_of(asking, [wanted], counted)[0],
        "rows": _area_rows(asking, wanted, queries.by_area_of(asking, wanted, counted)),
        "columns": _area_columns(wanted),
        "days_url": reverse("insight:days", args=[key]) + "?" + place_query(asking),
        **place_context(request, asking),
    }
    return render(request, "insight/indicator.html", context)


def _area_columns(indicator: Indicator) -> list[dict[str, Any]]:
    columns = [
        {"label": _("Area"), "lead": True},
        {"label": _("State")},
        {"label": _("Number"), "numeric": True},
    ]
    return columns if indicator.is_count else [*columns, {"label": _("Share")}]


def _area_rows(
    asking: queries.Asking, indicator: Indicator, found: list[tuple[Any, queries.Figure]]
) -> list[dict[str, Any]]:
    """The areas below, the weakest first (of a plain count: the most first)."""
    order = sorted(found, key=lambda pair: _rank(indicator, pair[1]))
    return [_area_row(asking, indicator, area, figure) for area, figure in order]


def _rank(indicator: Indicator, figure: queries.Figure) -> float:
    value = figure.value
    if value is None:
        return float("inf")
    return -value if indicator.is_count else value


def _area_row(
    asking: queries.Asking, indicator: Indicator, area: Any, figure: queries.Figure
) -> dict[str, Any]:
    number = format_html('<a href="{}">{}</a>', figure.url_n, ui.count(figure.n))
    cells = [area.name, ui.pill(figure.word, figure.colour) if figure.word else "—", number]
    if not indicator.is_count:
        cells.append(ui.meter(figure.n, figure.of or 0, figure.colour))
    return {"cells": cells, "url": _link(asking.of_area(area), indicator.key)}


def _link(asking: queries.Asking, key: str) -> str:
    return f"{reverse('insight:indicator', args=[key])}?{place_query(asking)}"


@methods("GET")
@permitted(P.SEE_BOARD)
def days(request: HttpRequest, key: str) -> HttpResponse:
    """The line of an indicator over the last days; fetched after its page, because each day is a pass over the rows."""
    asking = asking_of(request)
    wanted = queries.indicator_of(asking.campaign, key, asking.on)
    if wanted is None:
        raise Http404
    span = queries.last_days(asking.campaign, asking.on)
    found = queries.by_day(asking.campaign, [key], asking.area, span, request.now)
    spec = {
        "kind": "columns" if wanted.is_count else "line",
        "title": wanted.name,
        "axis": _("Day"),
        "labels": [f"{day.month}-{day.day}" for day in span],
        "series": [{"name": wanted.name, "values": [one.value for one in found[key]]}],
        "unit": wanted.unit if wanted.is_count else "%",
        "urls": [one.url_n for one in found[key]],
    }
    if not wanted.is_count:
        spec |= {"max": 100}
    if wanted.target is not None:
        spec |= {"target": wanted.target, "target_label": _("target")}
    return render(request, "insight/days.html", {"spec": spec, "chart_id": f"days-{key}"})


@methods("GET", "POST")
@permitted(P.WRITE_BRIEF)
def issue_brief(request: HttpRequest) -> HttpResponse:
    """Make the brief of a day as a Word document."""
    campaign = campaign_in_hand(request)
    form = BriefForm(request.POST or None, initial={"on": request.today})
    if request.method == "POST" and form.is_valid():
        area = area_in_reach(request.user, campaign, "")
        if area is None or not request.user.has_permission(P.WRITE_BRIEF, area):
            raise PermissionDenied
        brief = actions.issue_brief(
            campaign=campaign,
            area=area,
            on=form.cleaned_data["on"],
            by=request.user,
            at=request.now,
        )
        messages.success(request, _("The brief of %(day)s was issued.") % {"day": brief.on})
        return redirect("insight:brief", brief.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "insight/brief_new.html", {"form": form}, status=status)


@methods("GET")
@permitted(P.SEE_BOARD)
def brief_list(request: HttpRequest) -> HttpResponse:
    """The briefs that were issued, newest first."""
    found = Brief.objects.visible_to(request.user).filter(campaign=request.campaign)
    rows = found.select_related("area", "made_by").order_by("-on", "-as_of")[:200]
    context = {"briefs": rows, "may_issue": request.user.has_permission(P.WRITE_BRIEF)}
    return render(request, "insight/briefs.html", context)


@methods("GET")
@permitted(P.SEE_BOARD)
def brief(request: HttpRequest, pk: int) -> HttpResponse:
    """One brief: what it printed; with `?recount=1` beside what the rows say now for the same day."""
    found = _brief(request, pk)
    context: dict[str, Any] = {"brief": found, "printed": found.printed["numbers"]}
    if request.GET.get("recount"):
        context |= {"recount": briefs.recount(found, request.now)}
    return render(request, "insight/brief.html", context)


@methods("GET")
@permitted(P.SEE_BOARD)
def brief_file(request: HttpRequest, pk: int) -> FileResponse:
    """The document as it was issued."""
    found = _brief(request, pk)
    path = briefs.path_of(found)
    if not path.exists():
        raise Http404
    name = f"{found.campaign.name}-{found.area.name}-{found.on:%Y%m%d}.docx"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=DOCX)


def _brief(request: HttpRequest, pk: int) -> Brief:
    rows = Brief.objects.visible_to(request.user).select_related(
        "area", "campaign__release", "campaign__area", "made_by"
    )
    found: Brief = get_object_or_404(rows, pk=pk)
    return found


# Consult meetings


@methods("GET", "POST")
@permitted(P.SEE_BOARD)
def digest_list(request: HttpRequest) -> HttpResponse:
    """The papers of the consult meetings, newest first; whoever writes briefs may issue today's before its hour."""
    if request.method == "POST":
        return _issue_digest(request)
    found = Digest.objects.visible_to(request.user).filter(campaign=request.campaign)
    rows = (
        found.select_related("area", "made_by")
        .annotate(decided=Count("decisions"))
        .order_by("-on", "area__path")
    )
    part = request.campaign.part("indicators") if request.campaign else {}
    context = {
        "digests": rows[:200],
        "may_issue": request.user.has_permission(P.WRITE_BRIEF),
        "hour": part.get("digest_at", ""),
    }
    return render(request, "insight/digests.html", context)


def _issue_digest(request: HttpRequest) -> HttpResponse:
    campaign = campaign_in_hand(request)
    area = area_in_reach(request.user, campaign, "")
    if area is None or not request.user.has_permission(P.WRITE_BRIEF, area):
        raise PermissionDenied
    made = actions.issue_digest(campaign=campaign, area=area, by=request.user, at=request.now)
    return redirect("insight:digest", made.pk)


def _digest(request: HttpRequest, pk: int) -> Digest:
    rows = Digest.objects.visible_to(request.user).select_related("area", "campaign__release", "made_by")
    found: Digest = get_object_or_404(rows, pk=pk)
    return found


@methods("GET")
@permitted(P.SEE_BOARD)
def digest(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: the day's figures, what is to be decided with what was decided, what became of the last decisions."""
    return _digest_page(request, _digest(request, pk))


def _digest_page(
    request: HttpRequest, found: Digest, failed: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    clocks = clocks_of(found.campaign, request.now)
    decisions = _decisions(request, found)
    decides = request.user.has_permission(P.ASSIGN_ISSUES, found.area)
    seen = set(
        Issue.objects.visible_to(request.user).filter(pk__in=_issues_of(found)).values_list("pk", flat=True)
    )
    context = {
        "digest": found,
        "content": found.content,
        "how_many": digests.how_many_points(found.content),
        "moved": list(found.content["moved"].values()),
        "plan": digests.plan_in_words(found.content["plan"]),
        "decides": decides,
        "points": [
            {
                "point": point,
                "form": _form_for(request, point, clocks.departments, failed) if decides else None,
                "decisions": [
                    (row, clocks.department_name(row.department), digests.became(row, request.now))
                    for row in decisions.get(point["key"], [])
                ],
                "opens": point["issue"] in seen,
            }
            for point in found.content["points"]
        ],
    }
    return render(request, "insight/digest.html", context, status=status)


def _issues_of(found: Digest) -> list[int]:
    return [point["issue"] for point in found.content["points"] if point["issue"]]


def _form_for(
    request: HttpRequest, point: dict[str, Any], departments: Any, failed: DecisionForm | None
) -> DecisionForm:
    if failed is not None and failed.data.get("point") == point["key"]:
        return failed
    initial = {"point": point["key"], "decided_by": request.user.name}
    return DecisionForm(departments=departments, initial=initial, auto_id=f"{point['key']}_%s")


def _decisions(request: HttpRequest, found: Digest) -> dict[str, list[Decision]]:
    rows = (
        Decision.objects.visible_to(request.user).filter(digest=found).select_related("issue", "written_by")
    )
    by_point: dict[str, list[Decision]] = {}
    for row in rows.order_by("pk"):
        by_point.setdefault(row.point, []).append(row)
    return by_point


@methods("POST")
@permitted(P.ASSIGN_ISSUES)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the meeting decided on one point."""
    found = _digest(request, pk)
    if not request.user.has_permission(P.ASSIGN_ISSUES, found.area):
        raise PermissionDenied
    form = DecisionForm(request.POST, departments=clocks_of(found.campaign, request.now).departments)
    if not form.is_valid():
        return _digest_page(request, found, form, 422)
    actions.decide(
        digest=found, decided=actions.Decided(**form.cleaned_data), by=request.user, at=request.now
    )
    return redirect(reverse("insight:digest", args=[found.pk]) + f"#{form.cleaned_data['point']}")


@methods("GET")
@permitted(P.SEE_BOARD)
def digest_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper to print, with the decisions written down so far."""
    found = _digest(request, pk)
    content = digests.as_pdf(found, _decisions(request, found), clocks_of(found.campaign, request.now))
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{found.area.name}-{found.on:%Y%m%d}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    return response
