"""The campaign that a person works in: what its pack says, since when, after which source."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fugong.access.permitted import permitted, signed_in
from fugong.access.roles import Permission as P
from fugong.campaigns import actions, certificates, endings, queries, rules, schedules
from fugong.campaigns.models import Campaign, Closing
from fugong.core.commands import methods
from fugong.core.refusals import refuse_if

# What the files of a pack are called on the page; a file without a title shows its own name.
TITLES = {
    "enterprises": _("Enterprises and risk lists"),
    "teams": _("Teams and liaisons"),
    "issues": _("Issues and their clocks"),
    "visits": _("Visits"),
    "indicators": _("Indicators"),
}


@methods("GET")
@signed_in
def detail(request: HttpRequest) -> HttpResponse:
    """The rules by which everybody in the campaign works; no secret to anybody who does."""
    campaign = request.campaign  # type: ignore[attr-defined]
    others = [one for one in queries.campaigns_of(request.user) if campaign and one.pk != campaign.pk]
    return render(
        request, "campaigns/detail.html", {"others": others, **(_told(request, campaign) if campaign else {})}
    )


def _told(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    on = request.today  # type: ignore[attr-defined]
    content = campaign.release.content
    parts = [(name, TITLES.get(name, name), queries.values_of(part, on)) for name, part in content.items()]
    shown = [
        {"file": f"{name}.toml", "title": title, "values": values} for name, title, values in parts if values
    ]
    values = [value for part in shown for value in part["values"]]
    return {
        "may_run": request.user.has_permission(P.RUN_CAMPAIGN, campaign.area),  # type: ignore[union-attr]
        "release": campaign.release,
        "head": content["pack"],
        "parts": shown,
        "count": len(values),
        "illustrative": sum(value.is_illustrative for value in values),
    }


@methods("POST")
@signed_in
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Work in another campaign from now on."""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user), pk=pk)
    request.session["campaign"] = campaign.pk
    return redirect("desk:home")


def _held(request: HttpRequest, pk: int) -> Campaign:
    """The campaign, for whoever may run campaigns in its area."""
    seen = Campaign.objects.visible_to(request.user).select_related("area", "release")
    campaign = get_object_or_404(seen, pk=pk)
    if not request.user.has_permission(P.RUN_CAMPAIGN, campaign.area):  # type: ignore[union-attr]
        raise PermissionDenied
    return campaign


@methods("GET")
@permitted(P.RUN_CAMPAIGN)
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """The end of a campaign: what is still open, what is kept, what is erased and when."""
    campaign = _held(request, pk)
    ended = Closing.objects.filter(campaign=campaign).select_related("closed_by", "erased_by").first()
    left = [] if ended else endings.obstacles(campaign, request.now)  # type: ignore[attr-defined]
    context = {
        "ended": ended,
        "left": left,
        "why_not_close": rules.why_not_close(campaign.status, [], ""),
        "why_not_erase": rules.why_not_erase(ended, timezone.localdate()),
        "counts": certificates.counted(ended) if ended else [],
        "one": campaign,
    }
    return render(request, "campaigns/closing.html", context)


@methods("POST")
@permitted(P.RUN_CAMPAIGN)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the campaign; its figures of today are kept."""
    campaign = _held(request, pk)
    reason = request.POST.get("reason", "")
    actions.close(campaign=campaign, reason=reason, by=request.user, at=request.now)  # type: ignore[attr-defined]
    messages.success(request, gettext("The campaign is closed. Its last figures are kept."))
    return redirect("campaigns:closing", campaign.pk)


@methods("POST")
@permitted(P.RUN_CAMPAIGN)
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase the campaign's personal data for good; the worker destroys keys and files at once.

    The day is the real one, not the campaign's: a demo that stands still could otherwise never, or at once, erase.
    """
    campaign = _held(request, pk)
    actions.erase(campaign=campaign, by=request.user, at=timezone.now())
    schedules.finish_erasures.enqueue()
    messages.success(request, gettext("Personal data is being erased. The certificate is ready in a minute."))
    return redirect("campaigns:closing", campaign.pk)


@methods("GET")
@permitted(P.RUN_CAMPAIGN)
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """What was erased, by whom and when, on one sheet for the files."""
    campaign = _held(request, pk)
    ended = Closing.objects.filter(campaign=campaign).first()
    refuse_if(rules.why_not_certify(ended))
    assert ended is not None
    response = HttpResponse(certificates.certificate(ended), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="certificate-{campaign.pk}.pdf"'
    return response
