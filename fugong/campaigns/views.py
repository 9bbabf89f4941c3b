"""The campaign that a person works in: what its pack says, since when, after which source."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from fugong.access.permitted import signed_in
from fugong.campaigns import queries
from fugong.campaigns.models import Campaign
from fugong.core.commands import methods

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
