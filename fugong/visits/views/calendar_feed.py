"""The plan in the phone's calendar: the secret address, its page, and what is read under it without a log-in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted, public, still_works
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.documents import qr_svg
from fugong.visits import actions
from fugong.visits.plans import feeds

LONGEST_SECRET = 60


@methods("GET", "POST")
@permitted(P.MAKE_VISITS)
@still_works("the officer's own, of no campaign")
def subscribe(request: HttpRequest) -> HttpResponseBase:
    """Whether the calendar reads the plan; posting makes a new address, which is shown this once."""
    context: dict[str, Any] = {"made_at": feeds.address_made_at(request.user), "days": feeds.DAYS}
    if request.method == "GET":
        return render(request, "visits/calendar.html", context)
    secret = actions.make_calendar_address(by=request.user, at=request.now)
    address = request.build_absolute_uri(reverse("visits:calendar_feed", args=[secret]))
    subscription = "webcal" + address.removeprefix("https").removeprefix("http")
    context |= {
        "address": address,
        "subscription": subscription,
        "qr": qr_svg(subscription),
        "made_at": request.now,
    }
    # Streamed, because the answer to a command is kept for resends, and a secret must not be.
    return StreamingHttpResponse([render_to_string("visits/calendar.html", context, request)])


@methods("POST")
@permitted(P.MAKE_VISITS)
@still_works("the officer's own, of no campaign")
def revoke(request: HttpRequest) -> HttpResponse:
    """No calendar reads the plan any more."""
    actions.revoke_calendar_address(by=request.user, at=request.now)
    messages.success(request, _("The address is revoked. Calendars that had it get nothing more."))
    return redirect("visits:calendar")


@methods("GET")
@public
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar for whoever knows its secret; every other address is as missing as one that never was."""
    officer = feeds.officer_of(token) if len(token) <= LONGEST_SECRET else None
    if officer is None:
        raise Http404
    found = feeds.feed_for(officer, request.now)
    headers = {"ETag": f'"{found.mark}"', "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
    if found.changed_at:
        headers["Last-Modified"] = http_date(found.changed_at.timestamp())
    response = HttpResponse(found.text.encode(), content_type="text/calendar; charset=utf-8", headers=headers)
    # By the mark alone: a stop that somebody moved within the day changes the text and not the day of the plan.
    answer: HttpResponse = get_conditional_response(request, etag=headers["ETag"], response=response)  # type: ignore[assignment]
    return answer
