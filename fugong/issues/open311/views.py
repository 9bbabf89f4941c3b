"""The calls of Open311 GeoReport v2. No session, no cookie; reading needs no key, filing does; all of it is counted."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from fugong.access.permitted import public
from fugong.campaigns.queries import moment_of
from fugong.core.commands import Conflict, run_once
from fugong.core.limiting import HOUR, is_within, take
from fugong.core.refusals import Refused
from fugong.issues import actions, links
from fugong.issues.open311 import filing, reading
from fugong.issues.open311.answers import FORMS, Wrong, answer, failure
from fugong.issues.open311.openapi import description

# Requests that one program may file in an hour.
MOST_OF_CLIENT = 2_000
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-30T00:00:00+08:00"
Call = Callable[..., HttpResponse]


def call(*allowed: str) -> Callable[[Call], Call]:
    """A public call: counted, answered in JSON or XML, and every failure in the form of the specification."""

    def decorate(view: Call) -> Call:
        @csrf_exempt
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, form: str, **kwargs: Any) -> HttpResponse:
            try:
                if request.method not in allowed:
                    raise Wrong(
                        405, _("This address does not answer %(method)s.") % {"method": request.method}
                    )
                if form not in FORMS:
                    raise Wrong(
                        404, _("There is no form %(form)s; there are json and xml.") % {"form": form[:20]}
                    )
                if not is_within(request, "api"):
                    raise Wrong(429, _("Too many calls. Try again in an hour."))
                return view(request, *args, form=form, **kwargs)
            except Wrong as wrong:
                response = failure(form, wrong.status, [wrong.sentence])
                if wrong.status == 405:
                    response.headers["Allow"] = ", ".join(allowed)
                if wrong.status == 429:
                    response.headers["Retry-After"] = "3600"
                return response
            except (Refused, Conflict) as refusal:
                return failure(form, 400, [str(refusal)])

        answered._fugong_methods = frozenset(allowed)  # type: ignore[attr-defined]
        return public(answered)

    return decorate


@call("GET")
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    """Where the endpoint is and what it speaks."""
    endpoint = {
        "specification": SPECIFICATION,
        "url": request.build_absolute_uri(_base()),
        "changeset": CHANGESET,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    said = {
        "changeset": CHANGESET,
        "contact": _("The administrator of this installation."),
        "key_service": _("The administrator makes a key for each program."),
        "endpoints": [endpoint],
    }
    return answer(form, "discovery", said)


def _base() -> str:
    return reverse("open311:services", args=["xml"]).removesuffix("/services.xml")


@call("GET")
def services(request: HttpRequest, form: str) -> HttpResponse:
    campaign = reading.jurisdiction(request.GET.get("jurisdiction_id", ""))
    rows = [reading.service_row(kind, campaign) for kind in reading.public_kinds(campaign).values()]
    return answer(form, "services", rows)


@call("GET")
def service(request: HttpRequest, form: str, code: str) -> HttpResponse:
    campaign = reading.jurisdiction(request.GET.get("jurisdiction_id", ""))
    return answer(form, "service_definition", reading.definition(reading.service(campaign, code)))


@call("GET", "POST")
def requests(request: HttpRequest, form: str) -> HttpResponse:
    """Read requests, or file one. With the header Idempotency-Key (a UUID) a resend gets the same answer."""
    if request.method == "POST":
        if request.headers.get("Idempotency-Key"):
            kept = run_once(request, lambda: _filed(request, form))
            kept.headers["Content-Type"] = FORMS[form]
            return kept
        return _filed(request, form)
    campaign = reading.jurisdiction(request.GET.get("jurisdiction_id", ""))
    shown = reading.shown(campaign)
    found = reading.asked_for(campaign, request.GET.dict(), shown.at)
    return answer(form, "service_requests", [shown.row(issue) for issue in found])


def _filed(request: HttpRequest, form: str) -> HttpResponse:
    values = {key: str(value) for key, value in request.POST.dict().items()}
    campaign = reading.jurisdiction(values.get("jurisdiction_id", ""))
    client = filing.client_of(campaign, values.get("api_key", ""))
    now = timezone.now()
    if not take(who=f"client-{client.pk}", what="file", most=MOST_OF_CLIENT, every=HOUR, at=now):
        raise Wrong(429, _("Too many calls. Try again in an hour."))
    kind = reading.service(campaign, values.get("service_code", ""))
    area = filing.area_of(campaign, values)
    found = filing.found_of(kind, values, client)
    at = moment_of(campaign, now)
    issue = actions.find(campaign=campaign, enterprise=None, area=area, found=found, by=None, at=at)
    address = request.build_absolute_uri(reverse("issues:status", args=[links.token_of(issue)]))
    notice = _("What becomes of it: %(address)s") % {"address": address}
    row = {"service_request_id": str(issue.pk), "service_notice": notice, "account_id": ""}
    return answer(form, "service_requests", [row])


@call("GET")
def one(request: HttpRequest, form: str, pk: int) -> HttpResponse:
    campaign = reading.jurisdiction(request.GET.get("jurisdiction_id", ""))
    issue = reading.public_rows(campaign).filter(pk=pk).first() if pk < 2**63 else None
    if issue is None:
        raise Wrong(404, _("service_request_id was not found."))
    return answer(form, "service_requests", [reading.shown(campaign).row(issue)])


@call("GET")
def token(request: HttpRequest, form: str, token: str) -> HttpResponse:
    """The number of the request whose page has this token; numbers are given at once, so this is seldom needed."""
    issue = links.issue_of(token, timezone.now())
    if issue is None or issue.kind not in reading.public_kinds(issue.campaign):
        raise Wrong(404, _("token was not found."))
    return answer(form, "service_requests", [{"service_request_id": str(issue.pk), "token": token}])


@call("GET")
def openapi(request: HttpRequest, form: str) -> HttpResponse:
    """The calls in the words of OpenAPI 3."""
    if form != "json":
        raise Wrong(404, _("There is no form %(form)s; there are json and xml.") % {"form": form[:20]})
    return answer(form, "openapi", description(_base()))
