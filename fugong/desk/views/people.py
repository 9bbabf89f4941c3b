"""First pages of the clerk, the grid lead, the liaison officer and the enterprise contact."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.in_hand import campaign_in_hand
from fugong.core.commands import methods
from fugong.core.conditions import Moment
from fugong.desk.queries import firms
from fugong.desk.queries.completeness import completeness as completeness_of
from fugong.desk.queries.grid import grid as grid_of
from fugong.desk.queries.overdue import issues_url, late_at, late_in
from fugong.desk.queries.to_do import to_do
from fugong.enterprises.models import Enterprise
from fugong.insight.models import Brief
from fugong.insight.places import asking_of, place_context
from fugong.insight.queries import Asking
from fugong.insight.rules import quoted
from fugong.issues import sheets
from fugong.issues.kinds import filed_by
from fugong.issues.models import Issue
from fugong.issues.queries import clocks_of, plain_state, questions_to, roles_at
from fugong.issues.rules import PROBLEM
from fugong.resumption.queries import reports_of, standing
from fugong.teams.queries import my_enterprises as charged_to
from fugong.teams.queries import stationed_at, teams_for
from fugong.territory.rules import Kind
from fugong.visits.fieldwork.first_contacts import overdue_count
from fugong.visits.models import Letter

MOST_REQUESTS, MOST_LATE = 20, 12


@methods("GET")
@permitted(P.IMPORT_ENTERPRISES)
def completeness(request: HttpRequest) -> HttpResponse:
    """The clerk's board: what is still missing today."""
    asking = asking_of(request)
    briefs = Brief.objects.visible_to(request.user).filter(campaign=request.campaign, on=asking.on)
    context = {
        "lack": completeness_of(asking, Enterprise.objects.visible_to(request.user).of(asking.campaign)),
        "brief": briefs.order_by("-as_of").first(),
        "first_contacts": overdue_count(asking.campaign, [asking.area.path], asking.on),
        "to_do": to_do(request.user, asking),  # type: ignore[arg-type]
        **place_context(request, asking),
    }
    return render(request, "desk/completeness.html", context)


@methods("GET")
@permitted(P.PLAN_VISITS)
def my_grid(request: HttpRequest) -> HttpResponse:
    """The grid lead's villages today."""
    asking = asking_of(request)
    paths = [asking.area.path] if request.GET.get("area") else request.user.area_paths(P.PLAN_VISITS)
    context = {
        "grid": grid_of(asking, paths),
        "first_contacts": overdue_count(asking.campaign, paths, asking.on),
        **_overdue(asking, paths),
        "to_do": to_do(request.user, asking),  # type: ignore[arg-type]
        **place_context(request, asking),
    }
    return render(request, "desk/my_grid.html", context)


def _overdue(asking: Asking, paths: list[str]) -> dict[str, Any]:
    """The numbers of what is overdue in the villages with their lists, and the enterprises with the most."""
    late = late_in(paths, Moment(campaign_id=asking.campaign.pk, on=asking.on, at=asking.now))
    within = " or ".join(f"in_area = {quoted(path)}" for path in paths)
    return {
        "late": late.whole,
        "late_issues_url": issues_url(within),
        "late_firms": len(late.by_enterprise),
        "late_rows": late.worst(MOST_LATE),
    }


@methods("GET")
@permitted(P.REPORT_DAILY)
def my_enterprises(request: HttpRequest) -> HttpResponse:
    """The liaison officer's enterprises: what each owes, whom to call."""
    campaign = campaign_in_hand(request)
    rows = firms.charged(charged_to(request.user, campaign), request.today, request.now)
    order = sorted(rows, key=lambda row: (not row.late.total, not row.owes_report, row.enterprise.name))
    context = {
        "rows": order,
        "reported": sum(row.report is not None for row in rows),
        "working": sum(row.is_resumed for row in rows),
        "open_issues": sum(row.open_issues for row in rows),
        "overdue": sum(row.late.total for row in rows),
    }
    return render(request, "desk/my_enterprises.html", context)


@methods("GET")
@permitted(P.REPORT_DAILY)
def my_enterprise(request: HttpRequest) -> HttpResponse:
    """The enterprise contact's own firm: what to do today, who helps, the three lists."""
    campaign = campaign_in_hand(request)
    own = list(
        firms.own_enterprises(request.user, campaign, request.today).select_related(
            "area", "campaign__release"
        )
    )
    if not own:
        return render(request, "desk/no_enterprise.html")
    chosen = request.GET.get("enterprise", "")
    enterprise = next((row for row in own if str(row.pk) == chosen), own[0])
    return render(request, "desk/my_enterprise.html", {"own": own, **_firm(request, enterprise)})


def _firm(request: HttpRequest, enterprise: Enterprise) -> dict[str, Any]:
    issues = Issue.objects.visible_to(request.user).of(enterprise.campaign).filter(enterprise=enterprise)
    findings = issues.filter(kind=PROBLEM)
    clocks = clocks_of(enterprise.campaign, request.now)
    reports = reports_of(enterprise, 7)
    moment = Moment(campaign_id=enterprise.campaign_id, on=request.today, at=request.now)
    number = f"enterprise_number = {enterprise.pk}"
    return {
        "late": late_at([enterprise.pk], moment).whole,
        "late_fixes": findings.overdue(request.now).count(),
        "late_fixes_url": issues_url(number, f"kind = {quoted(PROBLEM)}"),
        "late_requests": issues.requests().overdue(request.now).count(),
        "late_requests_url": issues_url(number, f"kind != {quoted(PROBLEM)}"),
        "enterprise": enterprise,
        "standing": standing(enterprise),
        "reported": bool(reports) and reports[0].on == request.today,
        "reports": reports,
        "to_fix": findings.filter(status__in=["found", "assessed", "assigned"]).order_by("due_at", "pk"),
        "to_verify": findings.filter(status="solved").order_by("solved_at"),
        "requests": [
            {"issue": row, "state": plain_state(row), "kind": clocks.kind_name(row.kind)}
            for row in issues.requests().order_by("verified_at", "-found_at")[:MOST_REQUESTS]
        ],
        "questions": questions_to(Enterprise.objects.visible_to(request.user).filter(pk=enterprise.pk)),
        "officers": firms.officers_of(enterprise, request.today),
        "stationed": stationed_at(enterprise, request.today),
        "teams": teams_for(enterprise),
        "lists": sheets.three_lists(enterprise, issues, request.now),
        "now": request.now,
        **_papers(request, enterprise),
    }


def _papers(request: HttpRequest, enterprise: Enterprise) -> dict[str, Any]:
    """The enterprise's letters of advice that stand, and which of the pack's other papers there are for it."""
    part = enterprise.campaign.part("visits")
    letters = Letter.objects.visible_to(request.user).filter(enterprise=enterprise).exclude(status="replaced")
    return {
        "letters": list(letters.order_by("-number")[:5]),
        "has_card": bool(part.get("card")),
        "has_manual": bool(part.get("manual")),
    }


@methods("GET")
@permitted(P.SEE_ENTERPRISES)
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one enterprise, with the actions this person may take."""
    rows = Enterprise.objects.visible_to(request.user).select_related(
        "area__parent", "area__outline", "campaign__release", "campaign__area", "merged_into"
    )
    enterprise = get_object_or_404(rows, pk=pk)
    issues = Issue.objects.visible_to(request.user).of(enterprise.campaign).filter(enterprise=enterprise)
    overdue = issues.overdue(request.now).count()
    may = request.user.has_permission
    area = enterprise.area
    context = {
        "enterprise": enterprise,
        "standing": standing(enterprise),
        "listings": firms.in_force(enterprise, request.today),
        "officers": firms.officers_of(enterprise, request.today),
        "stationed": stationed_at(enterprise, request.today),
        "teams": teams_for(enterprise),
        "visits": firms.visits_of(enterprise),
        "issues": issues.select_related("handler").order_by("verified_at", "due_at", "-found_at")[:20],
        "issue_count": issues.count(),
        "overdue": overdue,
        "may_ask": bool(filed_by(enterprise.campaign, roles_at(request.user, area))),
        "may_link": may(P.ASSIGN_ISSUES, area),
        "reports": reports_of(enterprise),
        "timeline": firms.timeline(enterprise),
        "map": _position(enterprise),
        "map_options": {
            "size": "s",
            "layers": False,
            "hidden": ["labels"],
            "label": enterprise.name,
            "legend": [{"level": "here", "word": enterprise.name, "colour": "blue"}],
        },
        "now": request.now,
        "may_visit": may(P.MAKE_VISITS, area),
        "may_find": may(P.FIND_ISSUES, area),
        "may_edit": may(P.EDIT_ENTERPRISES, area),
        "may_report": may(P.REPORT_DAILY, area),
        "may_place": may(P.PLACE_ENTERPRISES, area),
        "breadcrumbs": _crumbs(enterprise),
        **_papers(request, enterprise),
    }
    return render(request, "desk/dossier.html", context)


def _crumbs(enterprise: Enterprise) -> list[dict[str, Any]]:
    return [
        {"label": _("Ledger"), "url": reverse("enterprises:list")},
        {"label": enterprise.area.name},
        {"label": enterprise.name},
    ]


def _position(enterprise: Enterprise) -> dict[str, Any] | None:
    """The enterprise as a point on its area's outline; None where it is not placed."""
    if enterprise.longitude is None or enterprise.latitude is None:
        return None
    features = []
    for area in (enterprise.area.parent, enterprise.area):
        if area is not None and area.kind != Kind.TOWN and area.boundary:
            features.append({"type": "Feature", "geometry": area.boundary, "properties": {"name": area.name}})
    point = {"type": "Point", "coordinates": [enterprise.longitude, enterprise.latitude]}
    shown = {"name": enterprise.name, "level": "here"}
    features.append({"type": "Feature", "geometry": point, "properties": shown})
    return {"type": "FeatureCollection", "features": features}
