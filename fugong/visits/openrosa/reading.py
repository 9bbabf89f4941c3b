"""What a filled form from Collect says: which form, which instance, which enterprise, when, what was looked at."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.visits.actions import Looked
from fugong.visits.artefacts.procedures import QUESTION
from fugong.visits.forms import WORST_ACCURACY_METRES
from fugong.visits.openrosa.forms import FIXED_WORD, GROUP, MOST_LOOKED, NOT_FIXED_WORD, PHOTO_OF
from fugong.visits.submissions import LARGEST, Unreadable
from fugong.visits.xforms import file_questions


@dataclass(frozen=True)
class Head:
    """Of which form it is one filled instance; enough to keep it, whatever else is wrong with it."""

    key: UUID
    form_id: str
    version: str
    replaces: str = ""


@dataclass(frozen=True)
class Filled:
    """The visit that the group `fugong_visit` tells of; `answers` is the rest of the form as XML."""

    enterprise_id: int | None
    started_at: datetime | None
    ended_at: datetime | None
    by_phone: bool = False
    position: tuple[float, float] | None = None
    note: str = ""
    looked: tuple[Looked, ...] = field(default_factory=tuple)
    # What was answered to the steps of the procedure, by question.
    steps: Mapping[str, str] = field(default_factory=dict)
    # The names of photos that show a step, each with the name that the page gives its question.
    step_photos: Mapping[str, str] = field(default_factory=dict)
    answers: str = ""


def digest_of(xml: str) -> str:
    return hashlib.sha256(xml.encode()).hexdigest()


def root_of(xml: str) -> Element:
    """The instance, read without entities or anything from elsewhere. Raises `Unreadable`."""
    if len(xml.encode()) > LARGEST:
        raise Unreadable(_("The filled form is larger than 512 kB."))
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Unreadable(_("The filled form cannot be read as XML.")) from error
    return root


def head_of(xml: str) -> Head:
    """Which form and which instance. Raises `Unreadable` where it carries no instance number."""
    root = root_of(xml)
    number = _meta(root, "instanceID") or root.get("instanceID", "")
    if not number:
        raise Unreadable(_("The filled form has no instance number (instanceID)."))
    form_id = root.get("id") or _name(root)
    return Head(key_of(number), form_id[:120], root.get("version", "")[:60], _meta(root, "deprecatedID"))


def key_of(number: str) -> UUID:
    """The key for an instance number: itself where it is `uuid:…`, else one that is always the same for it."""
    try:
        return UUID(number.removeprefix("uuid:").strip())
    except ValueError:
        return uuid5(NAMESPACE_URL, number)


def filled_of(xml: str) -> Filled:
    """The visit. Raises `Unreadable`."""
    root = root_of(xml)
    group = next((child for child in root if _name(child) == GROUP), None)
    if group is None:
        raise Unreadable(
            _("The filled form does not name an enterprise. Get the form anew from this server.")
        )
    values = {_name(child): (child.text or "").strip() for child in group}
    root.remove(group)
    number = values.get("enterprise", "")
    return Filled(
        enterprise_id=int(number) if number.isdecimal() and len(number) < 18 else None,
        started_at=moment_of(values.get("started", "")),
        ended_at=moment_of(values.get("ended", "")),
        by_phone=values.get("by_phone") == "yes",
        position=position_of(values.get("position", "")),
        note=values.get("note", "")[:1000],
        looked=tuple(_looked(values)),
        steps={name: value for name, value in values.items() if name.startswith(QUESTION)},
        step_photos={value: photo_of(name) for name, value in values.items() if name.startswith(PHOTO_OF)},
        answers=tostring(root, encoding="unicode"),
    )


def photo_of(question: str) -> str:
    """What the page of a visit calls the photo of this step."""
    return "step-" + question.removeprefix(PHOTO_OF + QUESTION).replace("_", "-")


def _looked(values: dict[str, str]) -> Iterator[Looked]:
    for number in range(1, MOST_LOOKED + 1):
        issue, result = values.get(f"look_{number}_issue", ""), values.get(f"look_{number}", "")
        if issue.isdecimal() and result in (FIXED_WORD, NOT_FIXED_WORD):
            note = values.get(f"look_{number}_note", "")[:400]
            yield Looked(int(issue), result == FIXED_WORD, note)


def moment_of(text: str) -> datetime | None:
    """A moment as the phone wrote it; without a zone it is the town's."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def position_of(text: str) -> tuple[float, float] | None:
    """(longitude, latitude) of "latitude longitude altitude accuracy"; None where it is too rough to place anything."""
    if not re.fullmatch(r"-?\d+(\.\d+)? -?\d+(\.\d+)?( -?\d+(\.\d+)?){0,2}", text):
        return None
    latitude, longitude, *rest = (float(number) for number in text.split())
    if abs(latitude) > 90 or abs(longitude) > 180 or (len(rest) > 1 and rest[1] > WORST_ACCURACY_METRES):
        return None
    return longitude, latitude


def files_named(xml: str, xform: str) -> set[str]:
    """The names of the files that the filled form speaks of."""
    asked = file_questions(xform)
    return {
        (element.text or "").strip()
        for element in root_of(xml).iter()
        if (_name(element) in asked or _name(element).startswith(PHOTO_OF))
        and not len(element)
        and (element.text or "").strip()
    }


def answers_shown(xml: str) -> list[tuple[str, str]]:
    """(question, answer) in order, for a person who judges a form that was not taken in."""
    try:
        root = root_of(xml)
    except Unreadable:
        return []
    return [
        (_name(element), (element.text or "").strip())
        for element in root.iter()
        if not len(element) and (element.text or "").strip() and "openrosa" not in element.tag
    ]


def _meta(root: Element, name: str) -> str:
    """A field of the `meta` block, in whichever namespace it stands."""
    for element in root.iter():
        if _name(element) == "meta":
            for child in element:
                if _name(child) == name:
                    return (child.text or "").strip()
    return ""


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
