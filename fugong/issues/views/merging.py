"""Issues that may be one: side by side, merged or kept apart by a person."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permit, permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.row_numbers import row_number
from fugong.issues import actions, duplicates, queries
from fugong.issues.models import Issue, IssueMerge
from fugong.issues.views.loop import COLOURS

PAGE = 10


@methods("GET")
@permitted(P.ASSIGN_ISSUES)
def pairs(request: HttpRequest) -> HttpResponse:
    """The pairs that look alike, the surest first, ten on a page."""
    seen = Issue.objects.visible_to(request.user)
    found = duplicates.pairs(seen.of(request.campaign)) if request.campaign is not None else []
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = seen.select_related("enterprise", "area", "handler", "found_by").in_bulk(
        {pk for pair in page for pk in (pair.first, pair.second)}
    )
    cards = [
        {"pair": pair, "both": [rows[pair.first], rows[pair.second]], "percent": round(pair.likeness * 100)}
        for pair in page
    ]
    clocks = queries.clocks_of(request.campaign, request.now) if request.campaign else None
    context = {"page": page, "cards": cards, "total": len(found), "clocks": clocks, "colours": COLOURS}
    return render(request, "issues/duplicates.html", context)


def _one(request: HttpRequest, name: str) -> Issue:
    text = request.POST.get(name, "")
    rows = Issue.objects.visible_to(request.user).select_related("area")
    issue: Issue = get_object_or_404(rows, pk=row_number(text))
    permit(request, P.ASSIGN_ISSUES, issue.area)
    return issue


@methods("POST")
@permitted(P.ASSIGN_ISSUES)
def merge(request: HttpRequest) -> HttpResponse:
    """Merge two issues; the toast offers to undo it."""
    kept, absorbed = _one(request, "kept"), _one(request, "absorbed")
    done = actions.merge(kept=kept, absorbed=absorbed, by=request.user, at=request.now)
    sentence = _("No. %(absorbed)d was merged into no. %(kept)d.") % {
        "absorbed": absorbed.pk,
        "kept": kept.pk,
    }
    messages.success(request, sentence, extra_tags=f"undo:{reverse('issues:undo_merge', args=[done.pk])}")
    return redirect("issues:duplicates")


@methods("POST")
@permitted(P.ASSIGN_ISSUES)
def not_same(request: HttpRequest) -> HttpResponse:
    """Keep two issues apart from now on."""
    first, second = _one(request, "first"), _one(request, "second")
    actions.mark_not_same(first=first, second=second, by=request.user, at=request.now)
    messages.success(request, _("The two stay two; they are not proposed again."))
    return redirect("issues:duplicates")


@methods("POST")
@permitted(P.ASSIGN_ISSUES)
def undo_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it two issues again."""
    seen = Issue.objects.visible_to(request.user).values("pk")
    done = get_object_or_404(IssueMerge.objects.select_related("kept__area"), pk=pk, kept__in=seen)
    permit(request, P.ASSIGN_ISSUES, done.kept.area)
    actions.undo_merge(merge=done, by=request.user, at=request.now)
    messages.success(request, _("The merge was undone; both issues stand again."))
    return redirect("issues:detail", done.absorbed_id)
