"""The XML that OpenRosa 1.0 speaks: form lists, manifests, and a sentence for the person at the phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

FORMS = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"
# What an app should send at once (it splits a form with many photos), and what is read at most: one photo of 12 MB.
ACCEPTED_BYTES = 10 * 1024 * 1024
MOST_BYTES = 16 * 1024 * 1024


def address(request: HttpRequest, path: str = "") -> str:
    """The whole address of a path, or of this request; with https where the installation is reached by it.

    The proxy that ends HTTPS need not tell us: FUGONG_HTTPS does.
    """
    given = request.build_absolute_uri(path or None)
    return "https" + given.removeprefix("http") if _is_plain(given) else given


def _is_plain(given: str) -> bool:
    return bool(settings.SESSION_COOKIE_SECURE) and given.startswith("http://")


def openrosa(response: HttpResponse) -> HttpResponse:
    """The headers that every answer carries."""
    response.headers["X-OpenRosa-Version"] = "1.0"
    response.headers["X-OpenRosa-Accept-Content-Length"] = str(ACCEPTED_BYTES)
    response.headers["Date"] = format_datetime(timezone.now(), usegmt=True)
    response.headers["Content-Language"] = get_language() or ""
    return response


def xml(root: Element, status: int = 200) -> HttpResponse:
    content = tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(content, content_type="text/xml; charset=utf-8", status=status)


def message(sentence: str, status: int) -> HttpResponse:
    """A sentence that the app shows; its nature says whether it went well."""
    root = Element("OpenRosaResponse", xmlns=RESPONSE)
    nature = "submit_success" if status < 300 else "submit_error"
    SubElement(root, "message", nature=nature).text = sentence
    return xml(root, status)


def listing(kind: str, tag: str, rows: Iterable[Mapping[str, str]]) -> HttpResponse:
    """A list of forms or of files: each row an element with one element for each of its values."""
    root = Element("xforms" if kind == FORMS else "manifest", xmlns=kind)
    for row in rows:
        one = SubElement(root, tag)
        for name, value in row.items():
            SubElement(one, name).text = value
    return xml(root)
