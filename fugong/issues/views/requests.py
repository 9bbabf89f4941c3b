"""Requests (诉求) for people with an account: filing one, answering the question, the links that are handed out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fugong.access.permitted import permit, permitted, still_works
from fugong.access.roles import Permission as P
from fugong.campaigns.in_hand import campaign_in_hand
from fugong.campaigns.models import Campaign
from fugong.core.commands import methods
from fugong.core.documents import pdf, qr_svg
from fugong.core.paths import below_any
from fugong.core.refusals import Refused
from fugong.enterprises.models import Enterprise
from fugong.issues import actions, links, queries
from fugong.issues.forms import ClientForm, LinkForm, ReasonForm, RequestForm
from fugong.issues.kinds import filed_by
from fugong.issues.models import ApiClient, AskBack, IntakeLink, Issue, Requester
from fugong.territory.models import Area


def _enterprise(request: HttpRequest, pk: int) -> Enterprise:
    rows = Enterprise.objects.visible_to(request.user).select_related("campaign__release", "area")
    enterprise: Enterprise = get_object_or_404(rows, pk=pk)
    return enterprise


@methods("GET", "POST")
@permitted(P.SEE_ISSUES)
def ask_for(request: HttpRequest, pk: int) -> HttpResponse:
    """File a request of an enterprise: by its contact, or by whoever looks after it, in the kinds the pack allows."""
    enterprise = _enterprise(request, pk)
    kinds = {
        kind.key: kind
        for kind in filed_by(enterprise.campaign, queries.roles_at(request.user, enterprise.area))
    }
    if not kinds:
        raise PermissionDenied
    kind = kinds.get(request.GET.get("kind", ""))
    context = {"enterprise": enterprise, "kinds": list(kinds.values()), "kind": kind}
    if kind is None:
        return render(request, "issues/request.html", context)
    similar = f"{reverse('issues:similar', args=[pk])}?kind={kind.key}"
    form = RequestForm(request.POST or None, kind=kind, similar=similar)
    if request.method == "POST" and form.is_valid():
        found = actions.Found(
            title=form.cleaned_data["title"],
            detail=form.cleaned_data["detail"],
            kind=kind.key,
            answers=form.answers(),
        )
        issue = actions.find(
            campaign=enterprise.campaign,
            enterprise=enterprise,
            area=enterprise.area,
            found=found,
            by=request.user,
            at=request.now,
        )
        messages.success(request, _("The request was filed and handed to the department that serves it."))
        return redirect("issues:detail", issue.pk)
    status = 422 if form.is_bound else 200
    return render(request, "issues/request.html", {**context, "form": form}, status=status)


@methods("GET")
@permitted(P.SEE_ISSUES)
def similar(request: HttpRequest, pk: int) -> HttpResponse:
    """While somebody types: open issues of the enterprise that read alike, as a fragment."""
    enterprise = _enterprise(request, pk)
    seen = Issue.objects.visible_to(request.user).of(enterprise.campaign).filter(enterprise=enterprise)
    found = queries.similar(seen, request.GET.get("title", ""), request.GET.get("kind", ""))
    return render(request, "issues/similar.html", {"found": found})


@methods("POST")
@permitted(P.SEE_ISSUES)
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The enterprise says whether it is really solved; only its own people may."""
    rows = AskBack.objects.visible_to(request.user).select_related("issue__area", "issue__enterprise")
    question: AskBack = get_object_or_404(rows, pk=pk)
    if not queries.speaks_for(request.user, question.issue.enterprise, request.today):
        raise PermissionDenied
    is_solved = request.POST.get("solved") == "yes"
    note = request.POST.get("text", "")
    actions.reply(ask_back=question, is_solved=is_solved, note=note, by=request.user, at=request.now)
    thanks = (
        _("Thank you.") if is_solved else _("Thank you. It was opened again and is back with its handler.")
    )
    messages.success(request, thanks)
    return redirect("issues:detail", question.issue_id)


@methods("POST")
@permitted(P.ASSIGN_ISSUES)
@still_works("takes an access away")
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the requester's page another address."""
    issue = get_object_or_404(Issue.objects.visible_to(request.user).select_related("area"), pk=pk)
    permit(request, P.ASSIGN_ISSUES, issue.area)
    actions.renew_link(issue=issue, by=request.user, at=request.now)
    messages.success(request, _("The old link is dead; hand out the new one."))
    return redirect("issues:detail", pk)


@methods("GET", "POST")
@permitted(P.SEE_ISSUES)
@still_works("reading a sealed value for a reason, recorded, until it is erased")
def reveal(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the requester's telephone once, after a reason was given: for the handler and whoever may see contacts."""
    rows = Issue.objects.visible_to(request.user).select_related("area", "requester")
    issue = get_object_or_404(rows, pk=pk)
    may = request.user.has_permission(P.REVEAL_CONTACTS, issue.area)
    if not may and issue.handler_id != request.user.pk:
        raise PermissionDenied
    requester: Requester | None = getattr(issue, "requester", None)
    if requester is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    context: dict[str, Any] = {"issue": issue, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            clear = actions.reveal_requester(
                requester=requester, by=request.user, at=request.now, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return render(request, "issues/reveal.html", context, status=422)
        # Streamed, because the answer to a command is kept for resends, and this one must not be.
        return StreamingHttpResponse(
            [render_to_string("issues/reveal.html", {"issue": issue, "clear": clear}, request)]
        )
    return render(request, "issues/reveal.html", context, status=422 if form.is_bound else 200)


@methods("GET", "POST")
@permitted(P.ASSIGN_ISSUES)
def intake(request: HttpRequest) -> HttpResponse:
    """The links through which people without an account ask: made here, printed, withdrawn."""
    campaign = campaign_in_hand(request)
    inside = Area.objects.below(campaign.area.path)
    areas = inside.filter(below_any(request.user.area_paths(P.ASSIGN_ISSUES))).order_by("path")
    form = LinkForm(request.POST or None, areas=areas)
    if request.method == "POST" and form.is_valid():
        area = form.cleaned_data["area"]
        actions.make_link(campaign=campaign, area=area, enterprise=None, by=request.user, at=request.now)
        return redirect("issues:intake")
    rows = IntakeLink.objects.visible_to(request.user).filter(campaign=campaign)
    standing = (
        rows.filter(withdrawn_at__isnull=True)
        .select_related("area", "enterprise__area", "enterprise__merged_into__area")
        .order_by("area__path", "pk")
    )
    context = {"links": standing, "form": form}
    return render(request, "issues/intake.html", context, status=422 if form.is_bound else 200)


@methods("POST")
@permitted(P.ASSIGN_ISSUES)
def link_enterprise(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the link of one enterprise, from its page."""
    enterprise = _enterprise(request, pk)
    permit(request, P.ASSIGN_ISSUES, enterprise.area)
    actions.make_link(
        campaign=enterprise.campaign,
        area=enterprise.area,
        enterprise=enterprise,
        by=request.user,
        at=request.now,
    )
    return redirect("issues:intake")


def _link(request: HttpRequest, pk: int) -> IntakeLink:
    rows = IntakeLink.objects.visible_to(request.user).select_related(
        "area", "enterprise__merged_into", "campaign"
    )
    link: IntakeLink = get_object_or_404(rows, pk=pk)
    permit(request, P.ASSIGN_ISSUES, link.area)
    return link


@methods("POST")
@permitted(P.ASSIGN_ISSUES)
@still_works("takes an access away")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    actions.withdraw_link(link=_link(request, pk), by=request.user, at=request.now)
    messages.success(request, _("The link is dead; codes that hang somewhere open nothing any more."))
    return redirect("issues:intake")


@methods("GET")
@permitted(P.ASSIGN_ISSUES)
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The link as a code on a page, and on a sheet of paper to put up."""
    link = _link(request, pk)
    address = request.build_absolute_uri(reverse("issues:ask", args=[link.key]))
    if request.GET.get("form") != "pdf":
        qr = mark_safe(qr_svg(address, scale=6))
        return render(request, "issues/poster.html", {"link": link, "qr": qr, "address": address})
    content = pdf(
        Path(__file__).parents[1] / "documents" / "poster.typ",
        {
            "title": _("Need help?"),
            "lead": str(link),
            "hint": _("Scan the code and say what is needed. You see at once who serves it and by when."),
            "lang": (get_language() or "zh")[:2],
            "qr": qr_svg(address),
        },
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="link-{link.pk}.pdf"'
    return response


@methods("GET", "POST")
@permitted(P.ADMINISTER)
def clients(request: HttpRequest) -> HttpResponseBase:
    """Programs that may file through Open311; a key is shown once, when it is made."""
    form = ClientForm(request.POST or None)
    context: dict[str, Any] = {
        "form": form,
        "clients": [],
        "base": request.build_absolute_uri("/api/open311/v2/"),
    }
    if request.campaign is not None:
        rows = ApiClient.objects.filter(campaign=request.campaign, ended_at__isnull=True)
        context["clients"] = rows.order_by("name")
        context["jurisdiction"] = queries.jurisdiction_of(request.campaign)
    if request.method == "POST" and form.is_valid() and request.campaign is not None:
        _client, key = actions.add_client(
            campaign=request.campaign, by=request.user, at=request.now, **form.cleaned_data
        )
        # Streamed, so that the key is not kept with the answer to the command.
        return StreamingHttpResponse(
            [render_to_string("issues/clients.html", {**context, "key": key, "form": ClientForm()}, request)]
        )
    return render(request, "issues/clients.html", context, status=422 if form.is_bound else 200)


@methods("POST")
@permitted(P.ADMINISTER)
@still_works("takes an access away")
def end_client(request: HttpRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(
        ApiClient.objects.filter(campaign__in=Campaign.objects.visible_to(request.user)), pk=pk
    )
    actions.end_client(client=client, by=request.user, at=request.now)
    messages.success(request, _("The program's key opens nothing any more."))
    return redirect("issues:clients")


def status_link(request: HttpRequest, issue: Issue) -> str:
    """The whole address of the requester's page; "" where there is none."""
    token = links.token_of(issue)
    return request.build_absolute_uri(reverse("issues:status", args=[token])) if token else ""
