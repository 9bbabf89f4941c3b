"""Reading and changing stored XForms: their questions with their paths, and what was answered last time in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from xml.dom.minidom import Document, Element, Node

from defusedxml.minidom import parseString


def children(owner: Node) -> Iterator[Element]:
    """The elements directly below."""
    return (node for node in owner.childNodes if node.nodeType == Node.ELEMENT_NODE)


def first(owner: Element | None, tag: str) -> Element:
    """The first element of this name, at whatever depth. Raises LookupError."""
    found = owner.getElementsByTagName(tag) if owner is not None else []
    if not found:
        raise LookupError(f"the form has no <{tag}>")
    one: Element = found[0]
    return one


def language_of(name: str) -> str:
    """Our language for that of a translation such as `English (en)`; Chinese where it is neither."""
    return "en" if "(en" in name or name.strip().lower() in {"english", "en"} else "zh-hans"


def questions(data: Element) -> dict[str, tuple[str, ...]]:
    """Of the primary instance: the paths of each question by its name; `meta` is none."""
    found: dict[str, tuple[str, ...]] = {}
    for element, path in _leaves(data, f"/{data.tagName}"):
        found[element.tagName] = (*found.get(element.tagName, ()), path)
    return found


def _leaves(owner: Element, path: str) -> Iterator[tuple[Element, str]]:
    for element in children(owner):
        if element.localName == "meta" or element.tagName == "meta":
            continue
        below = f"{path}/{element.tagName}"
        if any(True for _child in children(element)):
            yield from _leaves(element, below)
        else:
            yield element, below


def labels_of(document: Document, path: str) -> Iterator[Element]:
    """Where the label of a question stands: its text in each language, else the label in the body."""
    found = [
        value
        for text in document.getElementsByTagName("text")
        if text.getAttribute("id") == f"{path}:label"
        for value in children(text)
        if value.tagName == "value" and not value.hasAttribute("form")
    ]
    yield from found
    if found:
        return
    for tag in ("select1", "select", "input"):
        for control in document.getElementsByTagName(tag):
            if control.getAttribute("ref") == path:
                yield from (one for one in children(control) if one.tagName == "label")


def prefilled(xform: str, answers: Mapping[str, str], remarks: Mapping[str, str]) -> str:
    """The form with `answers` as its defaults and `remarks` behind the labels, both by name of the question."""
    if not answers and not remarks:
        return xform
    document: Document = parseString(xform.encode())
    data = next(children(first(first(document.documentElement, "model"), "instance")))
    for element, path in list(_leaves(data, f"/{data.tagName}")):
        if element.tagName in answers:
            while element.firstChild:
                element.removeChild(element.firstChild)
            element.appendChild(document.createTextNode(answers[element.tagName]))
        if element.tagName in remarks:
            for label in labels_of(document, path):
                label.appendChild(document.createTextNode(remarks[element.tagName]))
    return str(document.toxml())


@lru_cache(maxsize=64)
def file_questions(xform: str) -> frozenset[str]:
    """The names of the questions that are answered with a file: photos, recordings, signatures."""
    model = first(parseString(xform.encode()).documentElement, "model")
    return frozenset(
        bind.getAttribute("nodeset").rpartition("/")[2]
        for bind in model.getElementsByTagName("bind")
        if bind.getAttribute("type") == "binary"
    )
