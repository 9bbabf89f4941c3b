"""The campaign that somebody works in, for pages that show nothing without one."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from fugong.campaigns.models import Campaign


def campaign_in_hand(request: HttpRequest) -> Campaign:
    """The campaign this person works in; without one there is nothing to show."""
    campaign: Campaign | None = request.campaign  # type: ignore[attr-defined]
    if campaign is None:
        raise Http404
    return campaign
