"""Puts the campaign and its day on the request, so that views read the clock in one place."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import sync_only_middleware

from fugong.campaigns.gate import why_not_write
from fugong.campaigns.queries import campaign_of, moment_of

GetResponse = Callable[[HttpRequest], HttpResponse]


@sync_only_middleware
def current_campaign(get_response: GetResponse) -> GetResponse:
    """`request.campaign` (or None), `request.now`, `request.today`, and `request.why_not_write`, a sentence or ""."""

    def middleware(request: HttpRequest) -> HttpResponse:
        campaign = campaign_of(request.user, request.session.get("campaign"))
        request.campaign = campaign  # type: ignore[attr-defined]
        request.now = moment_of(campaign, timezone.now())  # type: ignore[attr-defined]
        request.why_not_write = why_not_write(campaign)  # type: ignore[attr-defined]
        request.today = timezone.localdate(request.now)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
