"""A field-data app as ODK Collect behaves: list, forms, attached lists; HEAD, then the form with its files, split.

It fills forms by their primary instance, as a person would who answers the first choice everywhere.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from xml.dom.minidom import Element, Node

from defusedxml.minidom import parseString
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

HEADERS = {"X-OpenRosa-Version": "1.0", "User-Agent": "org.odk.collect.android/v2024.3.4 Dalvik/2.1.0"}
RIGHT = {201, 202}


def settings_of(text: str) -> dict[str, Any]:
    """What the app reads from the QR code."""
    read: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text)))
    return read


@dataclass
class Form:
    """A form on the phone, with its attached lists and pictures."""

    form_id: str
    version: str
    name: str
    xml: str
    lists: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)

    def filled(
        self, answers: Mapping[str, str] = {}, *, key: str = "", at: datetime | None = None
    ) -> str:  # a mapping that nobody changes
        """The primary instance with answers by the name of the question; times are those of the phone."""
        document = parseString(self.xml.encode())
        model = document.getElementsByTagName("model")[0]
        data = next(_elements(model.getElementsByTagName("instance")[0]))
        moment = (at or datetime.now(UTC)).isoformat(timespec="milliseconds")
        given = {"started": moment, "ended": moment, "instanceID": key or f"uuid:{uuid4()}", **answers}
        for leaf in _leaves(data):
            if leaf.localName in given or leaf.tagName in given:
                _write(leaf, given.get(leaf.tagName) or given.get(leaf.localName, ""))
        _declare(data)
        return str(data.toxml())

    @property
    def questions(self) -> list[str]:
        document = parseString(self.xml.encode())
        model = document.getElementsByTagName("model")[0]
        data = next(_elements(model.getElementsByTagName("instance")[0]))
        return [leaf.tagName for leaf in _leaves(data)]


def _elements(owner: Node) -> Iterator[Element]:
    return (node for node in owner.childNodes if node.nodeType == Node.ELEMENT_NODE)


def _leaves(owner: Node) -> Iterator[Element]:
    for element in _elements(owner):
        if any(True for _child in _elements(element)):
            yield from _leaves(element)
        else:
            yield element


def _write(leaf: Element, text: str) -> None:
    while leaf.firstChild:
        leaf.removeChild(leaf.firstChild)
    leaf.appendChild(leaf.ownerDocument.createTextNode(text))


def _declare(data: Element) -> None:
    """The namespaces that stood above the instance in the form."""
    root = data.ownerDocument.documentElement
    for name, value in root.attributes.items():
        if name.startswith("xmlns:") and not data.hasAttribute(name):
            data.setAttribute(name, value)


@dataclass
class Answer:
    """What the app makes of an answer to a form that it sent."""

    status: int
    sentence: str
    headers: Mapping[str, str]

    @property
    def is_sent(self) -> bool:
        """The form is marked as sent; everything else stays in the outbox."""
        return self.status in RIGHT


class Collect:
    """The app with one project: the address of the QR code, or an address with login and password."""

    def __init__(self, server_url: str, *, login: str = "", password: str = "", client: Client | None = None):
        self.base = urlsplit(server_url).path.rstrip("/")
        self.client = client or Client()
        self.headers = dict(HEADERS)
        if login:
            pair = base64.b64encode(f"{login}:{password}".encode()).decode()
            self.headers["Authorization"] = f"Basic {pair}"

    def get(self, address: str) -> Any:
        return self.client.get(urlsplit(address).path, headers=self.headers)

    def form_list(self) -> list[dict[str, str]]:
        answer = self.get(f"{self.base}/formList")
        assert answer.status_code == 200, answer.content.decode()
        assert answer.headers["X-OpenRosa-Version"] == "1.0"
        root = parseString(answer.content).documentElement
        assert root.namespaceURI == "http://openrosa.org/xforms/xformsList"
        return [{one.tagName: _text(one) for one in _elements(row)} for row in _elements(root)]

    def download(self, row: Mapping[str, str]) -> Form:
        """The form and what its manifest names; every digest is checked, as the app does."""
        content = self.get(row["downloadUrl"]).content
        assert _md5(content) == row["hash"]
        form = Form(row["formID"], row["version"], row["name"], content.decode())
        manifest = parseString(self.get(row["manifestUrl"]).content).documentElement
        assert manifest.namespaceURI == "http://openrosa.org/xforms/xformsManifest"
        for media in _elements(manifest):
            told = {one.tagName: _text(one) for one in _elements(media)}
            raw = self.get(told["downloadUrl"]).content
            assert _md5(raw) == told["hash"]
            if not told["filename"].endswith(".csv"):
                form.pictures[told["filename"]] = raw
                continue
            form.lists[told["filename"]] = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
        return form

    def forms(self) -> dict[str, Form]:
        """Every form of the server by the key of its checklist."""
        return {row["formID"].split("-", 2)[2]: self.download(row) for row in self.form_list()}

    def send(
        self, xml: str, files: Mapping[str, bytes] = {}, *, most: int | None = None
    ) -> Answer:  # a mapping that nobody changes
        """HEAD, then the form with its files, in several requests where they are larger than the server asks for."""
        address, most_bytes = self._negotiate()
        parts = _split(xml, files, most or most_bytes)
        answer = Answer(0, "", {})
        for number, part in enumerate(parts, start=1):
            answer = self.post(address, xml, part, is_last=number == len(parts))
            if not answer.is_sent:
                break
        return answer

    def _negotiate(self) -> tuple[str, int]:
        answer = self.client.head(f"{self.base}/submission?deviceID=collect%3A1", headers=self.headers)
        assert answer.status_code == 204, answer.status_code
        assert answer.headers["X-OpenRosa-Version"] == "1.0", "else it is a log-in page of the network"
        return urlsplit(answer.headers["Location"]).path, int(
            answer.headers["X-OpenRosa-Accept-Content-Length"]
        )

    def post(self, address: str, xml: str, files: Mapping[str, bytes], *, is_last: bool = True) -> Answer:
        body: dict[str, Any] = {
            "xml_submission_file": SimpleUploadedFile("submission.xml", xml.encode(), "text/xml")
        }
        body |= {name: SimpleUploadedFile(name, raw, "image/jpeg") for name, raw in files.items()}
        if not is_last:
            body["*isIncomplete*"] = "yes"
        answer = self.client.post(f"{address}?deviceID=collect%3A1", body, headers=self.headers)
        said = re.search(r"<message[^>]*>(.*?)</message>", answer.content.decode(), re.S)
        return Answer(answer.status_code, said[1] if said else "", answer.headers)


def _text(owner: Element) -> str:
    return "".join(node.data for node in owner.childNodes if node.nodeType == Node.TEXT_NODE)


def _md5(content: bytes) -> str:
    return "md5:" + hashlib.md5(content, usedforsecurity=False).hexdigest()


def _split(xml: str, files: Mapping[str, bytes], most: int) -> list[dict[str, bytes]]:
    """As few requests as fit: each carries the form, and as many files as it may."""
    parts: list[dict[str, bytes]] = [{}]
    size = len(xml)
    for name, raw in files.items():
        if parts[-1] and size + len(raw) > most:
            parts.append({})
            size = len(xml)
        parts[-1][name] = raw
        size += len(raw)
    return parts
