"""The checklist of a visit as it came with the request: from the form engine as XML, or from the plain form."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from fugong.enterprises.models import Enterprise
from fugong.visits.checklists import answers_before
from fugong.visits.forms import MOST_PHOTOS, ChecklistForm
from fugong.visits.models import Checklist
from fugong.visits.photos import NotAPhoto, Photo, photo_from
from fugong.visits.submissions import Submission, Unreadable, from_xml


class Filled:
    """The checklist as it came with the request: from the form engine as XML, or from the plain form."""

    def __init__(self, request: HttpRequest, enterprise: Enterprise, checklist: Checklist | None) -> None:
        self.enterprise, self.checklist, self.error = enterprise, checklist, ""
        self.submission, self.photos, self.xml = Submission(), tuple[Photo, ...](), ""
        self.is_engine = bool(request.POST.get("instance"))
        self.is_plain = "plain" in request.GET
        self._sent = request

    @cached_property
    def last(self) -> dict[str, str]:
        """What was answered at the visit before."""
        return answers_before(self.enterprise, self.checklist) if self.checklist else {}

    @cached_property
    def form(self) -> ChecklistForm | None:
        """The plain form; with the engine's answers it is only made to be shown."""
        is_sent = self._sent.method == "POST" and not self.is_engine
        data = (self._sent.POST, self._sent.FILES) if is_sent else (None, None)
        return ChecklistForm(*data, checklist=self.checklist, last=self.last) if self.checklist else None

    def is_valid(self) -> bool:
        if self.checklist is None:
            return True
        if self.is_engine:
            return self._read_xml(self.checklist)
        if self.form is None or not self.form.is_valid():
            return False
        self.submission, self.photos = self.form.submission, tuple(self.form.photos)
        return True

    def _read_xml(self, checklist: Checklist) -> bool:
        self.xml = self._sent.POST["instance"]
        try:
            self.submission = from_xml(self.xml, checklist)
            self.photos = tuple(_photos(self._sent.FILES.getlist("photos"), self.submission))
        except (Unreadable, NotAPhoto) as error:
            self.error = str(error)
        return not self.error


def _photos(files: Iterable[Any], submission: Submission) -> Iterable[Photo]:
    for number, file in enumerate(files):
        if number >= MOST_PHOTOS:
            raise NotAPhoto(_("There are more than %(most)s photos.") % {"most": MOST_PHOTOS})
        yield photo_from(file.read(), submission.question_of(file.name))
