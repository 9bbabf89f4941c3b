"""The technical manual of the campaign's pack: chapters, search, one file for print."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from fugong.access.permitted import signed_in
from fugong.core.commands import methods
from fugong.visits.artefacts import manuals
from fugong.visits.artefacts.letters import language


@methods("GET")
@signed_in
def manual(request: HttpRequest) -> HttpResponse:
    """The contents, or the sections that have the words asked for; `?article=` leads to the section about it."""
    chapters = _chapters(request)
    about = manuals.articles_in(chapters).get(request.GET.get("article", ""))
    if about:
        return redirect(reverse("visits:manual_chapter", args=[about[0]]) + f"#{about[1]}")
    words = request.GET.get("q", "").strip()[:100]
    context = {
        "chapters": chapters,
        "words": words,
        "hits": manuals.search(chapters, words) if words else [],
        "release": request.campaign.release,
    }
    return render(request, "visits/manual.html", context)


@methods("GET")
@signed_in
def chapter(request: HttpRequest, key: str) -> HttpResponse:
    """One chapter with its sections, and the ways to the one before and after it."""
    chapters = _chapters(request)
    at = next((number for number, one in enumerate(chapters) if one.key == key), None)
    if at is None:
        raise Http404
    context = {
        "chapter": chapters[at],
        "before": chapters[at - 1] if at else None,
        "after": chapters[at + 1] if at + 1 < len(chapters) else None,
        "release": request.campaign.release,
    }
    return render(request, "visits/manual_chapter.html", context)


@methods("GET")
@signed_in
def manual_pdf(request: HttpRequest) -> HttpResponse:
    """The whole manual with contents and page numbers."""
    _chapters(request)
    response = HttpResponse(manuals.pdf(request.campaign, language()), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="manual.pdf"'
    return response


def _chapters(request: HttpRequest) -> tuple[manuals.Chapter, ...]:
    """The chapters in the language of the page; a campaign without a manual has no such page."""
    part = request.campaign.part("visits") if request.campaign else {}
    chapters = manuals.manual_of(part, language())
    if not chapters:
        raise Http404
    return chapters
