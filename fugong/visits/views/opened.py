"""What a link opens for somebody without an account: the card's people and numbers, or one letter and its receipt.

The pages say nothing that the link was not made for, are kept by no cache and found by no search engine.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.permitted import public
from fugong.campaigns.gate import hold
from fugong.campaigns.queries import moment_of
from fugong.core.commands import methods
from fugong.core.limiting import limited
from fugong.core.refusals import refuse_if
from fugong.visits import actions
from fugong.visits.artefacts import cards, letters, links
from fugong.visits.models import Link
from fugong.visits.rules import why_not_open


@limited
@methods("GET", "POST")
@public
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link; posting acknowledges the letter."""
    link, why_not = _link(token)
    if why_not or link is None:
        return _closed(render(request, "visits/opened_closed.html", {"why_not": why_not}, status=404))
    hold(request, link.enterprise.campaign)
    if request.method == "POST":
        return _acknowledged(request, link, token)
    if link.letter is not None:
        context = {"letter": link.letter, "token": token, "bare": True}
        return _closed(render(request, "visits/opened_letter.html", context))
    campaign, enterprise = link.enterprise.campaign, link.enterprise.standing
    made = cards.cards_of(campaign, [enterprise], _now(link))[enterprise.pk]
    context = {"made": made, "office": cards.office_of(campaign), "link": link}
    return _closed(render(request, "visits/opened_card.html", context))


def _acknowledged(request: HttpRequest, link: Link, token: str) -> HttpResponse:
    refuse_if("" if link.letter else _("Only a letter is acknowledged."))
    assert link.letter is not None
    name = request.POST.get("name", "")
    actions.acknowledge_letter(letter=link.letter, name=name, by=None, at=_now(link))
    return _closed(redirect("visits:opened", token))


@limited
@methods("GET")
@public
def opened_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The letter of a link for print."""
    link, why_not = _link(token)
    if why_not or link is None or link.letter is None:
        return _closed(render(request, "visits/opened_closed.html", {"why_not": why_not}, status=404))
    address = request.build_absolute_uri("/").rstrip("/") + request.path.removesuffix("letter.pdf")
    response = HttpResponse(letters.pdf(link.letter, address), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="letter-{link.letter.number}.pdf"'
    return _closed(response)


def _link(token: str) -> tuple[Link | None, str]:
    """The row and "", or why it does not open; by the campaign's clock, like everything that was made in it."""
    link = links.link_of(token)
    at = _now(link) if link else timezone.now()
    return link, why_not_open(link, at)


def _now(link: Link) -> Any:
    return moment_of(link.enterprise.campaign, timezone.now())


def _closed(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
