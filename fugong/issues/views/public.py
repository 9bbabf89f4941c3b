"""Pages for people without an account: to ask for something, and to see what became of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fugong.access.permitted import public
from fugong.campaigns.gate import hold
from fugong.campaigns.queries import moment_of
from fugong.core.commands import methods
from fugong.core.documents import pdf, qr_svg
from fugong.core.limiting import limited
from fugong.issues import actions, links, queries, rules
from fugong.issues.forms import PublicRequestForm
from fugong.issues.kinds import PUBLIC, filed_by
from fugong.issues.models import IntakeLink, Issue

# Digits in a row that could be a telephone: an officer may write one into a sentence that strangers read.
NUMBER = re.compile(r"\d[\d -]{5,}\d")


@limited
@methods("GET", "POST")
@public
def status(request: HttpRequest, token: str) -> HttpResponse:
    """What became of one request, for whoever has its link: no name, no telephone, no other request."""
    filed = _filed(token)
    issue = filed.merged_into or filed
    at = moment_of(filed.campaign, timezone.now())
    hold(request, filed.campaign)
    if request.method == "POST":
        return _replied(request, token, issue, at)
    address = request.build_absolute_uri(reverse("issues:status", args=[token]))
    context = {
        **_shown(filed, issue, at),
        "token": token,
        "address": address,
        "qr": mark_safe(qr_svg(address, scale=4)),
        "question": queries.question_to(issue),
        "heading": _("Your request"),
        "subheading": filed.campaign.name,
    }
    return render(request, "issues/status.html", context)


def _filed(token: str) -> Issue:
    issue = links.issue_of(token, timezone.now())
    if issue is None:
        raise Http404
    return issue


def _replied(request: HttpRequest, token: str, issue: Issue, at: Any) -> HttpResponse:
    question = queries.question_to(issue)
    if question is not None and request.POST.get("solved") in ("yes", "no"):
        note, is_solved = request.POST.get("text", ""), request.POST["solved"] == "yes"
        actions.reply(ask_back=question, is_solved=is_solved, note=note, by=None, at=at)
    return redirect("issues:status", token)


def _shown(filed: Issue, issue: Issue, at: Any) -> dict[str, Any]:
    clocks = queries.clocks_of(issue.campaign, at)
    return {
        "filed": filed,
        "title": masked(filed.title),
        "kind_name": clocks.kind_name(filed.kind),
        "number": filed.pk,
        "state": queries.plain_state(issue),
        "colour": {"verified": "green", "solved": "blue"}.get(issue.status, "amber"),
        "department": clocks.department_name(issue.department),
        "due_at": issue.due_at if issue.status in rules.UNSOLVED else None,
        "overdue": issue.status in rules.UNSOLVED and issue.due_at is not None and issue.due_at < at,
        "solution": masked(issue.solution),
        "is_merged": filed.pk != issue.pk,
        "way": queries.plain_way(issue, clocks),
    }


def masked(text: str) -> str:
    return NUMBER.sub("•••", text)


@limited
@methods("GET")
@public
def slip(request: HttpRequest, token: str) -> HttpResponse:
    """The number and the code of a request on paper, for whoever has no phone at hand."""
    filed = _filed(token)
    at = moment_of(filed.campaign, timezone.now())
    address = request.build_absolute_uri(reverse("issues:status", args=[token]))
    shown = _shown(filed, filed.merged_into or filed, at)
    content = pdf(
        Path(__file__).parents[1] / "documents" / "slip.typ",
        {
            "title": _("Request no. %(number)d") % {"number": filed.pk},
            "lead": filed.campaign.name,
            "lines": [
                [_("Kind"), shown["kind_name"]],
                [_("What is needed"), shown["title"]],
                [_("Received"), _clock(filed.found_at)],
                [_("Department"), shown["department"] or "—"],
                [_("Due"), _clock(shown["due_at"])],
            ],
            "hint": _(
                "Scan the code to see what became of it. Whoever has the code can see it: keep the slip."
            ),
            "lang": (get_language() or "zh")[:2],
            "qr": qr_svg(address),
        },
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="request-{filed.pk}.pdf"'
    return response


def _clock(value: Any) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else "—"


@limited
@methods("GET", "POST")
@public
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for something through the link of an enterprise or an area; the answer is the request's own page."""
    link = queries.open_link(token)
    if link is None:
        raise Http404
    hold(request, link.campaign)
    kinds = {} if request.why_not_write else {kind.key: kind for kind in filed_by(link.campaign, {PUBLIC})}
    kind = kinds.get(request.GET.get("kind", ""))
    context = {
        "link": link,
        "kinds": list(kinds.values()),
        "kind": kind,
        "heading": _("Ask for something"),
        "subheading": str(link),
    }
    if kind is None:
        return render(request, "issues/ask.html", context)
    form = PublicRequestForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data[
            "website"
        ]:  # a program filled in what nobody sees: it may believe that it was taken
            return redirect("issues:ask", token)
        issue = _filed_by_link(link, kind.key, form)
        return redirect("issues:status", links.token_of(issue))
    return render(request, "issues/ask.html", {**context, "form": form}, status=422 if form.is_bound else 200)


def _filed_by_link(link: IntakeLink, kind: str, form: PublicRequestForm) -> Issue:
    values = form.cleaned_data
    found = actions.Found(
        title=values["title"],
        detail=values["detail"],
        kind=kind,
        answers=form.answers(),
        origin="issues.intake_link",
        origin_id=link.pk,
        requester=form.requester(),
    )
    at = moment_of(link.campaign, timezone.now())
    return actions.find(
        campaign=link.campaign, enterprise=link.asks_for, area=link.place, found=found, by=None, at=at
    )
