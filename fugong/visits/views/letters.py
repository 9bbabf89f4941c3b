"""Letters of advice: composed from a visit, signed and issued, read, printed, acknowledged; the list of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from fugong.access.permitted import permit, permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.in_hand import campaign_in_hand
from fugong.core import documents
from fugong.core.commands import methods
from fugong.visits import actions, queries, rules
from fugong.visits.artefacts.letters import Advice, compose, patience, pdf, unanswered
from fugong.visits.models import Letter, Link, Visit

PAGE = 50
LONGEST = 1_000
SHOWN = ("late", "waiting", "all")


@methods("GET", "POST")
@permitted(P.MAKE_VISITS)
def compose_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter about a visit before it is issued: what to do may be put in the officer's own words."""
    rows = Visit.objects.visible_to(request.user)
    visit = get_object_or_404(
        rows.select_related("campaign__release", "area", "enterprise", "officer", "checklist"), pk=pk
    )
    if not visit.campaign.part("visits").get("letter"):
        raise Http404
    permit(request, P.MAKE_VISITS, visit.area)
    advice = compose(visit)
    if request.method == "POST":
        told = [_in_own_words(request, point) for point in advice]
        letter = actions.issue_letter(visit=visit, advice=told, by=request.user, at=request.now)
        messages.success(request, _("Letter %(number)s is issued.") % {"number": letter})
        return redirect("visits:letter", letter.pk)
    standing = Letter.objects.visible_to(request.user).filter(visit=visit).exclude(status="replaced").first()
    context = {
        "visit": visit,
        "advice": advice,
        "standing": standing,
        "why_not": rules.why_not_advise(visit, request.user, advice=len(advice)),
    }
    return render(request, "visits/letter_compose.html", context)


def _in_own_words(request: HttpRequest, point: Advice) -> Advice:
    said = request.POST.get(f"advice-{point.article}")
    return point if said is None else replace(point, advice=said.strip()[:LONGEST])


@methods("GET")
@permitted(P.SEE_VISITS)
def letters(request: HttpRequest) -> HttpResponse:
    """The letters of the campaign: those nobody has acknowledged in time first."""
    campaign = campaign_in_hand(request)
    rows = Letter.objects.visible_to(request.user).filter(campaign=campaign)
    late = unanswered(rows, campaign, request.now)
    groups = {"late": late, "waiting": rows.waiting(), "all": rows}
    only = request.GET.get("only", "all")
    chosen = groups.get(only, rows).select_related("enterprise", "area", "issued_by")
    page = Paginator(chosen.order_by("-number"), PAGE).get_page(request.GET.get("page"))
    words = {"late": _("not acknowledged in time"), "waiting": _("not acknowledged"), "all": _("all")}
    context = {
        "page": page,
        "only": only,
        "days": patience(campaign, request.today),
        "late_ids": set(late.values_list("pk", flat=True)),
        "tabs": [
            {"label": words[key], "url": f"?only={key}", "active": key == only, "count": groups[key].count()}
            for key in SHOWN
        ],
    }
    return render(request, "visits/letters.html", context)


@methods("GET")
@permitted(P.SEE_VISITS)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter as it was issued, and whether it was received."""
    one = _letter(request, pk)
    link = _link(request, one)
    address = actions.address_of(link, request.build_absolute_uri("/")) if link else ""
    context = {
        "letter": one,
        "speaks": queries.speaks_for(request.user, one.enterprise, request.today),
        "may_note": _may_note(request, one),
        "may_open": _is_official(request, one),
        "may_again": one.issued_by_id == request.user.pk and one.status != rules.LetterStatus.REPLACED,
        "link": link,
        "address": address,
        "qr": documents.qr_svg(address) if address else "",
        "newer": Letter.objects.visible_to(request.user).filter(replaces=one).first(),
    }
    return render(request, "visits/letter.html", context)


@methods("GET")
@permitted(P.SEE_VISITS)
def letter_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter for print, with the QR code of its link while that is open."""
    one = _letter(request, pk)
    link = _link(request, one)
    address = actions.address_of(link, request.build_absolute_uri("/")) if link else ""
    response = HttpResponse(pdf(one, address), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="letter-{one.number}.pdf"'
    return response


@methods("POST")
@permitted(P.SEE_VISITS)
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """The enterprise's contact acknowledges the letter, or an officer notes a receipt that came on paper."""
    one = _letter(request, pk)
    if not _may_note(request, one):
        raise PermissionDenied
    speaks = queries.speaks_for(request.user, one.enterprise, request.today)
    name = request.user.name if speaks else request.POST.get("name", "")
    actions.acknowledge_letter(letter=one, name=name, by=request.user, at=request.now)
    messages.success(request, _("The receipt is noted."))
    return redirect("visits:letter", one.pk)


def _letter(request: HttpRequest, pk: int) -> Letter:
    rows = Letter.objects.visible_to(request.user).select_related(
        "enterprise__area", "campaign__release", "issued_by", "replaces", "acknowledged_by"
    )
    found: Letter = get_object_or_404(rows, pk=pk)
    return found


def _link(request: HttpRequest, one: Letter) -> Link | None:
    found: Link | None = (
        Link.objects.visible_to(request.user).standing(request.now).filter(letter=one).first()
    )
    return found


def _is_official(request: HttpRequest, one: Letter) -> bool:
    may: Any = request.user.has_permission
    return any(may(permission, one.enterprise.area) for permission in (P.FIND_ISSUES, P.EXPORT))


def _may_note(request: HttpRequest, one: Letter) -> bool:
    """Whoever speaks for the enterprise, and officials who hold the signed receipt."""
    return _is_official(request, one) or queries.speaks_for(request.user, one.enterprise, request.today)
