"""What came of a visit: the page after it, its record, its photos."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.issues.queries import clocks_of
from fugong.visits.artefacts.procedures import told
from fugong.visits.checklists import articles_of
from fugong.visits.models import Finding, Letter, Visit, VisitPhoto
from fugong.visits.photos import place_of
from fugong.visits.submissions import NO, NOT_APPLICABLE, NOTE, YES
from fugong.visits.views.reach import officers_day

COLOURS = {YES: "green", NO: "red", NOT_APPLICABLE: "grey"}


@methods("GET")
@permitted(P.MAKE_VISITS)
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of the visit: issues with their clocks, look-backs that ended, and the next stop."""
    made = _visit(request, pk)
    context = {
        "visit": made,
        "findings": _findings(made, request.now),
        "looked": _looked(made),
        "day": officers_day(request),
    }
    return render(request, "visits/done.html", context)


@methods("GET")
@permitted(P.SEE_VISITS)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of a visit; printed it is the guidance form that the enterprise signs."""
    made = _visit(request, pk)
    context = {
        "visit": made,
        "may_visit": request.user.has_permission(P.MAKE_VISITS, made.area),
        "minutes": round((made.ended_at - made.started_at).total_seconds() / 60),
        "groups": _answers(made),
        "findings": _findings(made, request.now),
        "looked": _looked(made),
        "photos": VisitPhoto.objects.visible_to(request.user).filter(visit=made).order_by("pk"),
        "procedure": told(made.procedure),
        "letters": Letter.objects.visible_to(request.user).filter(visit=made).order_by("-number"),
        "may_advise": made.officer_id == request.user.pk and bool(made.campaign.part("visits").get("letter")),
    }
    return render(request, "visits/visit_detail.html", context)


def _visit(request: HttpRequest, pk: int) -> Visit:
    rows = Visit.objects.visible_to(request.user).select_related(
        "campaign__release", "area", "enterprise", "officer", "checklist"
    )
    found: Visit = get_object_or_404(rows, pk=pk)
    return found


def _findings(made: Visit, at: datetime) -> list[Finding]:
    """The findings, serious ones first, each with the name that the pack gives its issue's level."""
    clocks = clocks_of(made.campaign, at)
    found = list(made.findings.select_related("issue").order_by("-severity", "article"))  # type: ignore[attr-defined]
    for finding in found:
        finding.level_name = clocks.level_name(finding.issue.level) if finding.issue else ""
    return found


def _looked(made: Visit) -> Any:
    return made.look_backs.select_related("issue").order_by("pk")  # type: ignore[attr-defined]


def _answers(made: Visit) -> list[dict[str, Any]]:
    """The articles with their answers, by the group of the sheet: [{"area", "rows": [...], "unmet"}]."""
    words = {YES: _("met"), NO: _("not met"), NOT_APPLICABLE: _("not applicable")}
    groups: dict[str, list[dict[str, Any]]] = {}
    for article in articles_of(made.checklist) if made.checklist else []:
        answer = made.answers.get(article.name, NOT_APPLICABLE)
        row = {
            "label": article.label,
            "word": words.get(answer, answer),
            "colour": COLOURS.get(answer, "grey"),
            "note": made.answers.get(article.name + NOTE, ""),
        }
        groups.setdefault(article.area, []).append(row)
    return [
        {"area": area, "rows": rows, "unmet": sum(row["colour"] == "red" for row in rows)}
        for area, rows in groups.items()
    ]


@methods("GET")
@permitted(P.SEE_VISITS)
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """A photo, for whoever sees its visit."""
    row = get_object_or_404(VisitPhoto.objects.visible_to(request.user), pk=pk)
    path = place_of(row.stored_as)
    if not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/jpeg")
