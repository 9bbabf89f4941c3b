"""Pages of the closed loop: what waits for me, one issue with its steps, an enterprise's three lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from fugong.access.permitted import permit, permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.documents import qr_svg
from fugong.core.merging import merge
from fugong.enterprises.models import Enterprise
from fugong.issues import actions, queries, rules, sheets
from fugong.issues.forms import AssessForm, AssignForm, FindForm, TextForm
from fugong.issues.models import HandOver, Issue
from fugong.issues.views.requests import status_link

COLOURS = {
    "found": "amber",
    "assessed": "amber",
    "assigned": "blue",
    "solved": "blue",
    "verified": "green",
    "merged": "grey",
}


@methods("GET")
@permitted(P.SEE_ISSUES)
def mine(request: HttpRequest) -> HttpResponse:
    """What waits for this person: theirs to solve, offered to their department, theirs to assess or verify."""
    seen = Issue.objects.visible_to(request.user).filter(campaign=request.campaign)
    waiting = (
        queries.waiting_for(request.user, seen)
        .annotate(denied=queries.was_denied())
        .select_related("enterprise", "area")
        .order_by("due_at")
    )
    page = Paginator(waiting, 50).get_page(request.GET.get("page"))
    return render(request, "issues/mine.html", {"page": page, "now": request.now, "colours": COLOURS})


@methods("GET")
@permitted(P.SEE_ISSUES)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One issue: where it stands, whose turn it is, every step, and what may be done now (or why not)."""
    return _page(request, _issue(request, pk))


def _issue(request: HttpRequest, pk: int) -> Issue:
    rows = Issue.objects.visible_to(request.user).select_related(
        "campaign__release",
        "enterprise",
        "area",
        "handler",
        "found_by",
        "solved_by",
        "verified_by",
        "merged_into",
        "requester",
    )
    issue: Issue = get_object_or_404(rows, pk=pk)
    return issue


def _page(request: HttpRequest, issue: Issue, status: int = 200, **forms: Any) -> HttpResponse:
    clocks = queries.clocks_of(issue.campaign, request.now)
    offer = issue.hand_overs.filter(answer=rules.Answer.WAITING).first()  # type: ignore[attr-defined]
    context = {
        "issue": issue,
        "colour": COLOURS[issue.status],
        "owner": rules.OWNERS[issue.status],
        "level_name": clocks.level_name(issue.level),
        "department_name": clocks.department_name(issue.department),
        "overdue": issue.status in rules.UNSOLVED and issue.due_at and issue.due_at < request.now,
        "offer": offer,
        "steps": _timeline(issue),
        "may": _may(request, issue, offer),
        "assess_form": AssessForm(initial=_assessed(issue)),
        "assign_form": AssignForm(clocks=clocks, initial=_assigned(issue)),
        "text_form": TextForm(),
        **_asked_for(request, issue, clocks),
    }
    return render(request, "issues/issue_detail.html", context | forms, status=status)


def _assessed(issue: Issue) -> dict[str, Any]:
    return {"severity": issue.severity, "level": issue.level}


def _assigned(issue: Issue) -> dict[str, Any]:
    return {"department": issue.department}


def _asked_for(request: HttpRequest, issue: Issue, clocks: queries.Clocks) -> dict[str, Any]:
    """What a request has beyond an issue: its own fields, its requester, the question to them, what was merged."""
    kind = clocks.kind(issue.kind)
    address = status_link(request, issue)
    may_look = issue.handler_id == request.user.pk or request.user.has_permission(
        P.REVEAL_CONTACTS, issue.area
    )
    return {
        "kind_name": clocks.kind_name(issue.kind),
        "own_fields": kind.shown(issue.answers) if kind else [],
        "absorbed": issue.absorbed.order_by("found_at", "pk"),  # type: ignore[attr-defined]
        "ask_backs": issue.ask_backs.order_by("-asked_at"),  # type: ignore[attr-defined]
        "question": queries.question_to(issue)
        if queries.speaks_for(request.user, issue.enterprise, request.today)
        else None,
        "status_url": address,
        "status_qr": mark_safe(qr_svg(address, scale=3)) if address else "",
        "may_reveal": may_look and getattr(issue, "requester", None) is not None,
        "may_merge": request.user.has_permission(P.ASSIGN_ISSUES, issue.area),
    }


def _timeline(issue: Issue) -> list[dict[str, Any]]:
    steps = issue.steps.select_related("by").order_by("-at", "-pk")  # type: ignore[attr-defined]
    return [
        {
            "title": step.get_status_display(),
            "at": step.at,
            "by": step.by.name if step.by else _nobody(step),
            "text": step.note,
            "colour": COLOURS[step.status],
        }
        for step in steps
    ]


def _nobody(step: Any) -> str:
    """Who acted where no user did: somebody without an account, or the pack's rules and clocks."""
    return _("somebody without an account") if step.status == rules.Status.FOUND else _("by rule")


def _may(request: HttpRequest, issue: Issue, offer: HandOver | None) -> dict[str, str | None]:
    """For each step: None where the role does not include it, else the sentence why not now ("" when it may be done)."""
    user, area = request.user, issue.area

    def reason(permission: P, why: Callable[[], str]) -> str | None:
        return why() if user.has_permission(permission, area) else None

    return {
        "assess": reason(P.ASSESS_ISSUES, lambda: rules.why_not_merged(issue) or rules.why_not_assess(issue)),
        "assign": reason(P.ASSIGN_ISSUES, lambda: rules.why_not_assign(issue, "", [])),
        "answer": reason(P.SOLVE_ISSUES, lambda: rules.why_not_answer(offer, user)) if offer else None,
        "solve": reason(P.SOLVE_ISSUES, lambda: rules.why_not_solve(issue, user)),
        "verify": reason(P.VERIFY_ISSUES, lambda: rules.why_not_verify(issue, user)),
        "reopen": reason(
            P.VERIFY_ISSUES, lambda: rules.why_not_reopen(issue, user, queries.successor_of(issue))
        ),
    }


def _permit(request: HttpRequest, permission: P, row: Issue | Enterprise) -> None:
    permit(request, permission, row.area)


def _done(request: HttpRequest, issue: Issue) -> HttpResponse:
    address = reverse("issues:detail", args=[issue.pk])
    return (
        HttpResponse(headers={"HX-Redirect": address})
        if getattr(request, "htmx", False)
        else redirect(address)
    )


@methods("POST")
@permitted(P.ASSESS_ISSUES)
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    issue = _issue(request, pk)
    _permit(request, P.ASSESS_ISSUES, issue)
    form = AssessForm(request.POST, initial=_assessed(issue))
    if not form.is_valid():
        return _page(request, issue, status=422, assess_form=form)
    merge(form, request, issue)
    actions.assess(issue=issue, by=request.user, at=request.now, **form.cleaned_data)
    return _done(request, issue)


@methods("POST")
@permitted(P.ASSIGN_ISSUES)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    issue = _issue(request, pk)
    _permit(request, P.ASSIGN_ISSUES, issue)
    clocks = queries.clocks_of(issue.campaign, request.now)
    form = AssignForm(request.POST, clocks=clocks, initial=_assigned(issue))
    if not form.is_valid():
        return _page(request, issue, status=422, assign_form=form)
    merge(form, request, issue)
    actions.assign(issue=issue, by=request.user, at=request.now, **form.cleaned_data)
    return _done(request, issue)


def _enterprise(request: HttpRequest, pk: int) -> Enterprise:
    rows = Enterprise.objects.visible_to(request.user).select_related("campaign__release", "area")
    enterprise: Enterprise = get_object_or_404(rows, pk=pk)
    return enterprise


def _offer(request: HttpRequest, pk: int) -> HandOver:
    rows = HandOver.objects.visible_to(request.user).select_related("issue__area")
    offer: HandOver = get_object_or_404(rows, pk=pk)
    _permit(request, P.SOLVE_ISSUES, offer.issue)
    return offer


@methods("POST")
@permitted(P.SOLVE_ISSUES)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    offer = _offer(request, pk)
    return _done(request, actions.accept(hand_over=offer, by=request.user, at=request.now))


@methods("POST")
@permitted(P.SOLVE_ISSUES)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    offer = _offer(request, pk)
    reason = request.POST.get("text", "")
    return _done(request, actions.refuse(hand_over=offer, reason=reason, by=request.user, at=request.now))


@methods("POST")
@permitted(P.SOLVE_ISSUES)
def solve(request: HttpRequest, pk: int) -> HttpResponse:
    issue = _issue(request, pk)
    _permit(request, P.SOLVE_ISSUES, issue)
    form = TextForm(request.POST)
    if not form.is_valid():
        return _page(request, issue, status=422, text_form=form)
    actions.solve(issue=issue, solution=form.cleaned_data["text"], by=request.user, at=request.now)
    return _done(request, issue)


@methods("POST")
@permitted(P.VERIFY_ISSUES)
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    issue = _issue(request, pk)
    _permit(request, P.VERIFY_ISSUES, issue)
    actions.verify(issue=issue, note=request.POST.get("text", ""), by=request.user, at=request.now)
    return _done(request, issue)


@methods("POST")
@permitted(P.VERIFY_ISSUES)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    issue = _issue(request, pk)
    _permit(request, P.VERIFY_ISSUES, issue)
    actions.reopen(issue=issue, reason=request.POST.get("text", ""), by=request.user, at=request.now)
    return _done(request, issue)


@methods("GET", "POST")
@permitted(P.FIND_ISSUES)
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """File an issue about an enterprise by hand."""
    enterprise = _enterprise(request, pk)
    _permit(request, P.FIND_ISSUES, enterprise)
    form = FindForm(request.POST or None, similar=reverse("issues:similar", args=[pk]))
    if request.method == "POST" and form.is_valid():
        issue = actions.find(
            campaign=enterprise.campaign,
            enterprise=enterprise,
            area=enterprise.area,
            found=actions.Found(**form.cleaned_data),
            by=request.user,
            at=request.now,
        )
        return _done(request, issue)
    status = 422 if request.method == "POST" else 200
    return render(request, "issues/issue_find.html", {"enterprise": enterprise, "form": form}, status=status)


@methods("GET")
@permitted(P.SEE_ISSUES)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """An enterprise's problem, responsibility and rectification lists as one sheet, to print or as a workbook."""
    enterprise = _enterprise(request, pk)
    lists = sheets.three_lists(enterprise, Issue.objects.visible_to(request.user), request.now)
    if request.GET.get("form") == "xlsx":
        response = HttpResponse(sheets.as_workbook(lists), content_type=sheets.XLSX)
        response["Content-Disposition"] = f'attachment; filename="enterprise-{enterprise.pk}.xlsx"'
        return response
    if request.GET.get("form") == "pdf":
        address = request.build_absolute_uri(reverse("desk:dossier", args=[enterprise.pk]))
        content = sheets.as_pdf(enterprise, lists, address=address, at=request.now)
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="enterprise-{enterprise.pk}.pdf"'
        return response
    return render(
        request, "issues/sheet.html", {"enterprise": enterprise, "lists": lists, "now": request.now}
    )
