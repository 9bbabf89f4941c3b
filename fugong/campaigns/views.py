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

from fugong.access.permitted import permitted, signed_in, still_works
from fugong.access.roles import Permission as P
from fugong.campaigns import actions, certificates, endings, queries, rules, schedules
from fugong.campaigns.forms import RiskForm
from fugong.campaigns.models import AreaRisk, Campaign, Closing
from fugong.core.commands import methods
from fugong.core.paths import below_any
from fugong.core.refusals import refuse_if
from fugong.territory.models import Area

MOST_RATINGS = 100

# What the files of a pack are called on the page; a file without a title shows its own name.
TITLES = {
    "pack": _("The campaign itself"),
    "territory": _("Risk levels of areas"),
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
    others = [one for one in queries.campaigns_of(request.user) if campaign is None or one.pk != campaign.pk]
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


@methods("GET", "POST")
@permitted(P.RUN_CAMPAIGN)
def risks(request: HttpRequest) -> HttpResponse:
    """How risky each area is, since when and after which notice; posting rates one anew. Nothing is overwritten."""
    campaign = request.campaign  # type: ignore[attr-defined]
    if campaign is None:
        return render(request, "campaigns/risks.html", {"form": None})
    levels = queries.risk_levels(campaign)
    areas = _rateable(request, campaign)
    today = request.today  # type: ignore[attr-defined]
    form = RiskForm(request.POST or None, areas=areas, levels=levels, initial={"from_on": today})
    if request.method == "POST" and form.is_valid():
        actions.rate_area(campaign=campaign, by=request.user, at=request.now, **form.cleaned_data)  # type: ignore[attr-defined]
        messages.success(request, gettext("Rated. Conditions that ask for the risk of the area follow it."))
        return redirect("campaigns:risks")
    seen = set(areas.values_list("pk", flat=True))
    history = AreaRisk.objects.filter(campaign=campaign, area__in=seen).select_related("area", "by")
    context = {
        "form": form,
        "levels": levels,
        "now": [_rated(row, levels) for row in queries.risks_on(campaign.pk, today) if row.area_id in seen],
        "history": [_rated(row, levels) for row in history.order_by("-from_on", "-pk")[:MOST_RATINGS]],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "campaigns/risks.html", context, status=status)


def _rateable(request: HttpRequest, campaign: Campaign) -> Any:
    """The campaign's areas in which this person may run it."""
    today, user = request.today, request.user  # type: ignore[attr-defined]
    areas = Area.objects.below(campaign.area.path).on(today).order_by("path")
    if user.administers_everything:  # type: ignore[union-attr]
        return areas
    return areas.filter(below_any(user.area_paths(P.RUN_CAMPAIGN)))  # type: ignore[union-attr]


def _rated(row: AreaRisk, levels: list[tuple[str, str]]) -> dict[str, Any]:
    """A rating with the name of its level, the warmer the higher."""
    keys = [key for key, _name in levels]
    place = keys.index(row.level) / max(len(keys) - 1, 1) if row.level in keys else 0
    colour = "red" if place > 2 / 3 else "amber" if place > 1 / 4 else "green"
    return {"row": row, "name": dict(levels).get(row.level, row.level), "colour": colour}


@methods("POST")
@signed_in
@still_works("works in another campaign from then on")
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
@still_works("is told that it is closed by its own rule, whichever is in hand")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the campaign; its figures of today are kept."""
    campaign = _held(request, pk)
    reason = request.POST.get("reason", "")
    actions.close(campaign=campaign, reason=reason, by=request.user, at=request.now)  # type: ignore[attr-defined]
    messages.success(request, gettext("The campaign is closed. Its last figures are kept."))
    return redirect("campaigns:closing", campaign.pk)


@methods("POST")
@permitted(P.RUN_CAMPAIGN)
@still_works("what is erased, is erased after the end")
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
