"""Contact cards: one enterprise's with its link, hundreds in one file, and the number an officer agrees to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.access.permitted import permitted, still_works
from fugong.access.roles import Permission as P
from fugong.campaigns.in_hand import campaign_in_hand
from fugong.campaigns.models import Campaign
from fugong.core import documents
from fugong.core.commands import methods
from fugong.core.conditions import said
from fugong.core.refusals import refuse_if
from fugong.core.registers.asked import Asked
from fugong.core.registers.selection import Selection, select, told
from fugong.enterprises.models import Enterprise
from fugong.enterprises.registers import Enterprises
from fugong.teams.models import Charge
from fugong.visits import actions, schedules
from fugong.visits.artefacts import cards
from fugong.visits.models import CardRun, Link, PublicNumber
from fugong.visits.rules import is_being_made

MOST_RUNS = 10


@methods("GET")
@permitted(P.SEE_ENTERPRISES)
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of one enterprise, and the link behind its QR code: open, until when, or none."""
    enterprise = _enterprise(request, pk)
    made = cards.cards_of(enterprise.campaign, [enterprise], request.now)[enterprise.pk]
    link = _standing(request, enterprise)
    address = actions.address_of(link, _site(request)) if link else ""
    context = {
        "enterprise": enterprise,
        "made": made,
        "office": cards.office_of(enterprise.campaign),
        "link": link,
        "address": address,
        "qr": documents.qr_svg(address) if address else "",
        "may_open": _may_open(request, enterprise),
    }
    return render(request, "visits/contact_card.html", context)


@methods("GET")
@permitted(P.SEE_ENTERPRISES)
def card_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The card to print, with the QR code of its link."""
    enterprise = _enterprise(request, pk)
    link = _standing(request, enterprise)
    refuse_if("" if link else _("Open the card's link first: its QR code leads there."))
    assert link is not None
    made = cards.cards_of(enterprise.campaign, [enterprise], request.now)[enterprise.pk]
    content = cards.pdf(enterprise.campaign, [(made, actions.address_of(link, _site(request)))], single=True)
    return _shown(content, f"card-{enterprise.pk}.pdf")


@methods("POST")
@permitted(P.SEE_ENTERPRISES)
def open_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the link of a card, for as long as the pack says."""
    enterprise = _enterprise(request, pk)
    _permit(request, enterprise)
    actions.open_card_links(
        campaign=enterprise.campaign, enterprises=[enterprise], by=request.user, at=request.now
    )
    messages.success(request, _("The link is open. The card can be printed."))
    return redirect("visits:contact_card", enterprise.pk)


@methods("POST")
@permitted(P.SEE_ENTERPRISES)
@still_works("takes an access away")
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a link: a card was lost, or a letter sent to the wrong address."""
    rows = Link.objects.visible_to(request.user).select_related("enterprise__area", "letter")
    link = get_object_or_404(rows, pk=pk)
    _permit(request, link.enterprise)
    actions.revoke_link(link=link, by=request.user, at=request.now)
    messages.success(request, _("The link is withdrawn: it opens nothing any more."))
    if link.letter_id:
        return redirect("visits:letter", link.letter_id)
    return redirect("visits:contact_card", link.enterprise_id)


def _enterprise(request: HttpRequest, pk: int) -> Enterprise:
    rows = Enterprise.objects.visible_to(request.user).select_related("area", "campaign__release")
    found: Enterprise = get_object_or_404(rows, pk=pk)
    if not found.campaign.part("visits").get("card"):
        raise Http404
    return found


def _standing(request: HttpRequest, enterprise: Enterprise) -> Link | None:
    links = Link.objects.visible_to(request.user).standing(request.now)
    found: Link | None = links.filter(enterprise=enterprise, letter__isnull=True).first()
    return found


def _may_open(request: HttpRequest, enterprise: Enterprise) -> bool:
    """Field officers and whoever may take data out hand out links; the enterprise itself does not."""
    return any(request.user.has_permission(one, enterprise.area) for one in (P.FIND_ISSUES, P.EXPORT))


def _permit(request: HttpRequest, enterprise: Enterprise) -> None:
    if not _may_open(request, enterprise):
        raise PermissionDenied


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/")


def _shown(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


# Hundreds in one file


@methods("GET", "POST")
@permitted(P.EXPORT)
def card_files(request: HttpRequest) -> HttpResponse:
    """Choose enterprises as in the ledger, say what for, and get their cards as one file."""
    campaign = campaign_in_hand(request)
    if not campaign.part("visits").get("card"):
        raise Http404
    if request.method == "POST":
        return _ordered(request, campaign)
    asked, selection = _chosen(request, request.GET)
    context = {
        "register": Enterprises,
        "asked": asked,
        "error": selection.error,
        "total": selection.rows.count(),
        "condition": told(Enterprises, asked, request.user),
        "example": said("is_key = True", Enterprises.model),
        "state": request.GET.urlencode(),
        "officers": _officers(request),
        "officer": request.GET.get("officer", ""),
        "areas": _areas(request),
        "at_once": actions.AT_ONCE,
        **_runs(request, campaign),
    }
    return render(request, "visits/card_files.html", context)


def _chosen(request: HttpRequest, query: QueryDict) -> tuple[Asked, Selection]:
    """The ledger's rows by condition, words and filters, and by the officer who answers for them."""
    asked = Asked.of(Enterprises, query)
    selection = select(Enterprises, request, asked)
    officer = query.get("officer", "")
    if officer.isdecimal():
        charges = Charge.objects.visible_to(request.user).in_force(request.today)
        ids = charges.filter(officer=int(officer)).values("enterprise")
        selection = Selection(selection.rows.filter(pk__in=ids), selection.error)
    return asked, selection


def _officers(request: HttpRequest) -> Any:
    charges = Charge.objects.visible_to(request.user).in_force(request.today)
    return User.objects.filter(pk__in=charges.values("officer")).order_by("name", "pk")


def _areas(request: HttpRequest) -> list[tuple[int, str]]:
    """The areas of the campaign's enterprises."""
    seen = Enterprise.objects.visible_to(request.user).of(request.campaign)
    return list(seen.order_by("area__path").values_list("area", "area__name").distinct())


def _ordered(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    asked, selection = _chosen(request, QueryDict(request.POST.get("state", "")))
    refuse_if(selection.error)
    wanted = actions.CardsAsked(
        enterprises=list(selection.rows.order_by("pk").values_list("pk", flat=True)),
        condition=told(Enterprises, asked, request.user),
        purpose=request.POST.get("purpose", ""),
        address=_site(request),
        language=get_language() or "zh-hans",
    )
    run = actions.ask_cards(campaign=campaign, asked=wanted, by=request.user, at=request.now)
    return _printed(request, run)


@methods("POST")
@permitted(P.EXPORT)
def cards_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A file that failed is made anew."""
    run = get_object_or_404(CardRun.objects.visible_to(request.user), pk=pk)
    return _printed(request, actions.ask_cards_again(run=run, by=request.user, at=request.now))


def _printed(request: HttpRequest, run: CardRun) -> HttpResponse:
    """Few cards are made while the person waits, many by the worker."""
    count = len(run.enterprises)
    if count <= actions.AT_ONCE:
        run = actions.print_cards(run_id=run.pk, at=request.now, real=timezone.now())
        said = ngettext("%(count)s card is ready.", "%(count)s cards are ready.", count)
    else:
        schedules.make_cards.enqueue(run.pk)
        said = ngettext("%(count)s card is being made.", "%(count)s cards are being made.", count)
    if run.problem:
        messages.error(request, run.problem)
    else:
        messages.success(request, said % {"count": f"{count:,}"})
    return redirect("visits:card_files")


def _runs(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    rows = CardRun.objects.visible_to(request.user).filter(campaign=campaign).select_related("export")
    runs = [(run, is_being_made(run, request.now)) for run in rows.order_by("-pk")[:MOST_RUNS]]
    return {"runs": runs, "is_going": any(is_going for _run, is_going in runs)}


@methods("GET")
@permitted(P.EXPORT)
def card_runs(request: HttpRequest) -> HttpResponse:
    """The person's own files of cards, as a part of the page that asks again while one is being made."""
    campaign = campaign_in_hand(request)
    return render(request, "visits/card_runs.html", _runs(request, campaign))


# An officer's own number


@methods("GET", "POST")
@permitted(P.FIND_ISSUES)
@still_works("the officer's own, of no campaign")
def my_number(request: HttpRequest) -> HttpResponse:
    """Whether the officer's own number stands on cards: only by their own word, and only as long."""
    if request.method == "POST":
        if request.POST.get("withdraw"):
            actions.withdraw_number(by=request.user, at=request.now)
            messages.success(request, _("Your number is deleted."))
        else:
            actions.agree_to_number(number=request.POST.get("number", ""), by=request.user, at=request.now)
            messages.success(request, _("Your number stands on the cards of your enterprises."))
        return redirect("visits:my_number")
    standing = PublicNumber.objects.filter(officer=request.user).first()
    return render(request, "visits/my_number.html", {"standing": standing})
