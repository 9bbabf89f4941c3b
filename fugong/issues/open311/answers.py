"""Answers of Open311 in JSON and XML: the same values in both, and the errors of the specification."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse
from django.utils import timezone

FORMS = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# What XML 1.0 cannot say at all.
UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What one entry of a list is called in XML.
SINGULAR = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}


class Wrong(Exception):
    """A call that cannot be answered: the status of HTTP and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, str(sentence)


def answer(form: str, root: str, content: Any, status: int = 200) -> HttpResponse:
    """The content under the root element (XML), or as it is (JSON)."""
    if form == "json":
        body = json.dumps(content, ensure_ascii=False, default=_plain)
    else:
        element = _element(root, content)
        body = '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(element, encoding="unicode")
    return HttpResponse(body.encode(), status=status, content_type=FORMS[form])


def failure(form: str, status: int, sentences: Sequence[str]) -> HttpResponse:
    """The errors of a call that failed, in the form that was asked for (XML where it is unknown)."""
    errors = [{"code": status, "description": sentence} for sentence in sentences]
    return answer(form if form in FORMS else "xml", "errors", errors, status)


def _plain(value: Any) -> Any:
    return written(value) if isinstance(value, datetime) else str(value)


def written(at: datetime) -> str:
    """A moment with its offset, to the second."""
    return timezone.localtime(at).isoformat(timespec="seconds")


def _element(name: str, content: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(content, Mapping):
        element.extend(_element(key, value) for key, value in content.items())
    elif isinstance(content, (list, tuple)):
        element.extend(_element(SINGULAR[name], value) for value in content)
    elif isinstance(content, bool):
        element.text = "true" if content else "false"
    elif content is not None:
        said = written(content) if isinstance(content, datetime) else str(content)
        element.text = UNSAYABLE.sub("", said)
    return element
