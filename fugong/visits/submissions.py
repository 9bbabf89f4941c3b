"""What a filled checklist says: from the form's XML or the plain form's fields to answers and findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from fugong.visits.actions import Fault
from fugong.visits.checklists import NO, articles_of
from fugong.visits.models import Checklist

LARGEST = 512 * 1024
MOST_ANSWERS = 500
LONGEST_ANSWER = 2_000
YES, NOT_APPLICABLE = "yes", "na"
NOTE, FIXED, PHOTO = "_note", "_fixed", "_photo"


class Unreadable(ValueError):
    """The submission cannot be read; the text is a sentence for the person who sent it."""


@dataclass(frozen=True)
class Submission:
    """A filled checklist: every answer by question, and what was not met."""

    answers: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def question_of(self, file_name: str) -> str:
        """The question that this photo answers; "" where no answer names the file."""
        return next((name for name, value in self.answers.items() if value == file_name), "")


def from_xml(xml: str, checklist: Checklist) -> Submission:
    """Read the instance that the form engine (or ODK Collect) sent. Raises `Unreadable`.

    Entities, document types and external references are refused; the form's groups are flattened, because the
    names of questions are unique in a form; of a repeat all answers are kept, with "; " between them.
    """
    if len(xml.encode()) > LARGEST:
        raise Unreadable(_("The filled form is larger than 512 kB."))
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Unreadable(_("The filled form cannot be read. Load the page again.")) from error
    answers, articles = _leaves(root), articles_of(checklist)
    if not any(answers.get(article.name) for article in articles) and (articles or not answers):
        raise Unreadable(_("No article of the checklist was answered."))
    return Submission(answers, faults_of(checklist, answers))


def _leaves(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter():
        name, value = element.tag.rpartition("}")[2], (element.text or "").strip()
        # The form's own part (`meta`: instance number and the like) has a namespace and is no answer.
        if len(element) or not value or "openrosa" in element.tag:
            continue
        if len(found) >= MOST_ANSWERS:
            raise Unreadable(_("The filled form has too many answers."))
        found[name] = f"{found[name]}; {value}"[:LONGEST_ANSWER] if name in found else value[:LONGEST_ANSWER]
    return found


def faults_of(checklist: Checklist, answers: Mapping[str, str]) -> tuple[Fault, ...]:
    """The articles answered `no`, with severity and level as the checklist sets them."""
    return tuple(
        Fault(
            article=article.article,
            label=article.finding,
            key_area=article.key_area,
            severity=article.severity,
            level=article.level,
            days=article.days,
            note=answers.get(article.name + NOTE, ""),
            fixed=answers.get(article.name + FIXED) == YES,
        )
        for article in articles_of(checklist)
        if answers.get(article.name) == NO
    )
