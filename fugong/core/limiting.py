"""Pages for people without an account are served so many times in a while; who it is stands nowhere in clear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from fugong.core.models import Taken

View = Callable[..., HttpResponse]
HOUR = timedelta(hours=1)
# (what, method): how often one address may in an hour. An enterprise shares one address among many phones.
MOST = {("page", "GET"): 600, ("page", "POST"): 30, ("api", "GET"): 1200, ("api", "POST"): 120}


def is_within(request: HttpRequest, what: str) -> bool:
    """Count this request; whether its sender is still within the limit."""
    method = "POST" if request.method == "POST" else "GET"
    return take(
        who=sender_of(request),
        what=f"{what} {method}",
        most=MOST[what, method],
        every=HOUR,
        at=timezone.now(),
    )


def sender_of(request: HttpRequest) -> str:
    """Who sends, as a digest that is another one every day: neither the address nor a way through the days is kept."""
    address = request.META.get("REMOTE_ADDR", "")
    proxies = settings.TRUSTED_PROXIES
    if proxies:
        passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        address = passed[-proxies] if len(passed) >= proxies else address
    return salted_hmac(f"fugong.core.sender.{timezone.localdate()}", _line_of(address)).hexdigest()


def _line_of(address: str) -> str:
    """The line that an address belongs to: of IPv6 one line has 2⁶⁴ of them, which are not as many senders."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return address
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


def limited(view: View) -> View:
    """A public page that answers 429 to whoever asks too often."""

    @wraps(view)
    def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_within(request, "page"):
            sentence = _("This page was asked for too often. Try again in an hour.")
            response = render(request, "ui/refused.html", {"sentence": sentence}, status=429)
            response.headers["Retry-After"] = "3600"
            return response
        return view(request, *args, **kwargs)

    return counted


def take(*, who: str, what: str, most: int, every: timedelta, at: datetime) -> bool:
    """Count one use of `what` by `who` (a digest) in the present window; whether it is within `most`.

    One row per window, added to in the database, so that several workers count together.
    """
    seconds = int(every.total_seconds())
    window = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=at.tzinfo)
    row: dict[str, Any] = {"who": who, "what": what, "window": window}
    rows = Taken.objects.filter(**row)
    if not rows.update(times=F("times") + 1):
        try:
            with transaction.atomic():
                Taken.objects.create(**row, times=1)
        except IntegrityError:  # somebody made it in between
            rows.update(times=F("times") + 1)
    return bool(rows.values_list("times", flat=True)[0] <= most)


def forget(*, before: datetime) -> int:
    """Delete the counts of windows that are over; how many went."""
    return Taken.objects.filter(window__lt=before).delete()[0]
