"""The addresses that ODK Collect calls: form list, form, manifest, attached list, submission."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.core.commands import Conflict
from fugong.core.refusals import Refused
from fugong.visits.media import file_of
from fugong.visits.openrosa.answers import FORMS, MANIFEST, MOST_BYTES, address, listing, message
from fugong.visits.openrosa.forms import LIST_FILE
from fugong.visits.openrosa.guard import by_device
from fugong.visits.openrosa.offers import Offer, enterprises_csv, hash_of, offer_named, offers_to
from fugong.visits.openrosa.taking import Sent, When, receive
from fugong.visits.rules import ReceivedStatus
from fugong.visits.submissions import Unreadable

XML_PART = "xml_submission_file"


@by_device("GET", "HEAD")
def form_list(request: HttpRequest) -> HttpResponse:
    """The forms of the officer's campaign; `?formID=` asks for one of them."""
    wanted = request.GET.get("formID", "")
    offers = offers_to(request.user, request.campaign)  # type: ignore[arg-type,attr-defined]
    rows = [_listed(request, offer) for offer in offers if wanted in ("", offer.form_id)]
    return listing(FORMS, "xform", rows)


def _listed(request: HttpRequest, offer: Offer) -> dict[str, str]:
    return {
        "formID": offer.form_id,
        "name": offer.checklist.title,
        "version": offer.version,
        "hash": hash_of(offer.xform),
        "downloadUrl": _address(request, "form", offer),
        "manifestUrl": _address(request, "manifest", offer),
    }


def _address(request: HttpRequest, place: str, offer: Offer, **more: str) -> str:
    """Another address of the same app: with the key in it where this one has it."""
    match = request.resolver_match
    assert match is not None
    given: dict[str, Any] = {"form_id": offer.form_id, "version": offer.version, **more}
    if match.captured_kwargs.get("key"):
        given["key"] = match.captured_kwargs["key"]
    return address(request, reverse(f"openrosa:{place}{_suffix(match.url_name)}", kwargs=given))


def _suffix(url_name: str | None) -> str:
    return "_by_key" if (url_name or "").endswith("_by_key") else ""


def _offer(request: HttpRequest, form_id: str, version: str) -> Offer | None:
    """The version, if it is of the campaign in which this officer works."""
    found = offer_named(form_id, version)
    campaign = request.campaign  # type: ignore[attr-defined]
    return found if found and campaign and found.checklist.campaign_id == campaign.pk else None


def _no_form() -> HttpResponse:
    return message(_("There is no such form for you. Get the list of forms anew."), 404)


@by_device("GET", "HEAD")
def form(request: HttpRequest, form_id: str, version: str) -> HttpResponse:
    offer = _offer(request, form_id, version)
    if offer is None:
        return _no_form()
    return HttpResponse(offer.xform, content_type="text/xml; charset=utf-8")


@by_device("GET", "HEAD")
def manifest(request: HttpRequest, form_id: str, version: str) -> HttpResponse:
    """What belongs to a form: the list of enterprises and the sheet's own files, each with the digest that tells a change."""
    offer = _offer(request, form_id, version)
    if offer is None:
        return _no_form()
    content = enterprises_csv(offer, request.user, request.now)  # type: ignore[arg-type,attr-defined]
    rows = [_file(LIST_FILE, hash_of(content), _address(request, "enterprises", offer))]
    for name, kept in offer.checklist.media.items():
        rows.append(_file(name, f"md5:{kept['md5']}", _address(request, "media", offer, name=name)))
    return listing(MANIFEST, "mediaFile", rows)


def _file(name: str, digest: str, place: str) -> dict[str, str]:
    return {"filename": name, "hash": digest, "downloadUrl": place}


@by_device("GET", "HEAD")
def media(request: HttpRequest, form_id: str, version: str, name: str) -> HttpResponse:
    """A picture or list that the sheet of this version names."""
    offer = _offer(request, form_id, version)
    found = file_of(offer.checklist, name) if offer else None
    if found is None:
        return _no_form()
    content, kind = found
    return HttpResponse(content, content_type=kind)


@by_device("GET", "HEAD")
def enterprises(request: HttpRequest, form_id: str, version: str) -> HttpResponse:
    """The attached list: the stops of the day, then the other enterprises this officer may visit."""
    offer = _offer(request, form_id, version)
    if offer is None:
        return _no_form()
    content = enterprises_csv(offer, request.user, request.now)  # type: ignore[arg-type,attr-defined]
    return HttpResponse(content, content_type="text/csv; charset=utf-8")


@by_device("HEAD", "POST")
def submission(request: HttpRequest) -> HttpResponse:
    """Take a filled form: 201 it is a visit, 202 files are missing still, else a sentence says why not.

    HEAD is how an app asks before it sends: 204 with the address to send to and how much at once.
    """
    if request.method == "HEAD":
        return HttpResponse(status=204, headers={"Location": address(request)})
    _gather(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return _too_large()
    try:
        sent = _sent(request)
        real, at = timezone.now(), request.now  # type: ignore[attr-defined]
        campaign = request.campaign  # type: ignore[attr-defined]
        received = receive(sent=sent, by=request.user, campaign=campaign, when=When(at, real))  # type: ignore[arg-type]
    except Unreadable as fault:
        return message(str(fault), 400)
    except RequestDataTooBig:
        return _too_large()
    except (Conflict, Refused) as refusal:
        return message(str(refusal), 409)
    return _said(request, received)


def _gather(request: HttpRequest) -> None:
    """A body that comes in pieces (chunked, which OpenRosa asks for) has no length: WSGI would read nothing of it."""
    is_chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    if is_chunked and not request.META.get("CONTENT_LENGTH"):
        raw = request.META["wsgi.input"].read(MOST_BYTES + 1)
        request._body = raw  # type: ignore[attr-defined]
        request.META["CONTENT_LENGTH"] = str(len(raw))


def _too_large() -> HttpResponse:
    most = MOST_BYTES // (1024 * 1024)
    return message(_("This is larger than %(most)d MB. Take smaller photos.") % {"most": most}, 413)


def _sent(request: HttpRequest) -> Sent:
    """The parts of the request. Raises `Unreadable` without the part that is the filled form."""
    try:
        parts = request.FILES
        part = parts.get(XML_PART)
        raw = part.read() if part else request.POST.get(XML_PART, "").encode()
        files = {file.name or name: file.read() for name, file in parts.items() if name != XML_PART}
        text = raw.decode("utf-8-sig")
    except (MultiPartParserError, TooManyFilesSent, UnicodeDecodeError) as error:
        raise Unreadable(_("The request cannot be read.")) from error
    if not text.strip():
        raise Unreadable(_("The request has no part “xml_submission_file”."))
    return Sent(text, files)


def _said(request: HttpRequest, received: Any) -> HttpResponse:
    if received.status == ReceivedStatus.TAKEN:
        firm = received.visit.enterprise.name
        answer = message(_("The visit to %(firm)s was taken in.") % {"firm": firm}, 201)
    elif received.status == ReceivedStatus.WAITING:
        count = len(received.missing)
        answer = message(_("Received; %(n)d files are missing still.") % {"n": count}, 202)
    else:
        why = _("%(reason)s What you sent is kept; your grid lead sees it.") % {"reason": received.reason}
        return message(why, 422)
    answer.headers["Location"] = address(request)
    return answer
