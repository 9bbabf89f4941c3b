"""From strings to values: the visit around its checklist, the checklist as a plain form, giving up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.issues import rules as issue_rules
from fugong.visits.actions import Looked
from fugong.visits.checklists import NO, Article, articles_of, offered_again, remarks_of
from fugong.visits.models import Checklist, LookBack
from fugong.visits.photos import NotAPhoto, Photo, photo_from
from fugong.visits.submissions import FIXED, NOT_APPLICABLE, NOTE, PHOTO, YES, Submission, faults_of

ANSWERS = [(YES, _("met")), (NO, _("not met")), (NOT_APPLICABLE, _("not applicable"))]
FIXED_WORD, NOT_FIXED_WORD = "fixed", "not-fixed"
# Positions that the phone itself calls worse than this do not place an enterprise.
WORST_ACCURACY_METRES = 200
MOST_PHOTOS = 30
# The phone opens its camera.
PHOTO_INPUT = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"})


@dataclass(frozen=True)
class LookRow:
    """One look-back on the page: what it is about, its two fields, and why this person may not close it."""

    owed: LookBack
    result: BoundField
    note: BoundField
    why_not: str


class VisitForm(forms.Form):
    """What every visit carries besides its checklist: key, times, position, look-backs, a note."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    started_at = forms.DateTimeField(widget=forms.HiddenInput)
    device_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)
    longitude = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-180, max_value=180)
    latitude = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-90, max_value=90)
    accuracy = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=0)
    by_phone = forms.BooleanField(label=_("By phone, not on site"), required=False)
    note = forms.CharField(
        label=_("Advice and remarks"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    # Sent with the names, so that none marked is an answer too.
    others_asked = forms.BooleanField(widget=forms.HiddenInput, required=False, initial=True)
    others = forms.ModelMultipleChoiceField(
        label=_("Who came along"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        owed: Iterable[LookBack] = (),
        user: Any = None,
        at: datetime | None = None,
        together: Iterable[int] = (),
    ) -> None:
        start = {"key": uuid4(), "started_at": at.isoformat() if at else "", "others": list(together)}
        super().__init__(data, initial=start, auto_id="visit_%s")
        self.is_joint = bool(start["others"] or (data and data.get("others")))
        self.owed, self.user = list(owed), user
        for row in self.owed:
            name = f"look-{row.issue_id}"
            self.fields[name] = forms.ChoiceField(choices=self._results(row), required=False)
            self.fields[f"{name}-note"] = forms.CharField(max_length=400, required=False)

    def may_name(self, people: QuerySet[User]) -> None:
        """Who may be named as having come along."""
        self.fields["others"].queryset = people  # type: ignore[attr-defined]

    def _why_not_close(self, row: LookBack) -> str:
        return issue_rules.why_not_verify(row.issue, self.user)

    def _results(self, row: LookBack) -> list[tuple[str, Any]]:
        fixed = [] if self._why_not_close(row) else [(FIXED_WORD, _("fixed"))]
        return [("", _("not checked")), *fixed, (NOT_FIXED_WORD, _("not fixed"))]

    def look_rows(self) -> list[LookRow]:
        return [
            LookRow(
                row,
                self[f"look-{row.issue_id}"],
                self[f"look-{row.issue_id}-note"],
                self._why_not_close(row),
            )
            for row in self.owed
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for row in self.owed:
            name = f"look-{row.issue_id}"
            if cleaned.get(name) == NOT_FIXED_WORD and not cleaned.get(f"{name}-note", "").strip():
                self.add_error(f"{name}-note", gettext("Say what is not fixed; whoever mends it needs it."))
        return cleaned

    @property
    def looked(self) -> tuple[Looked, ...]:
        """The results of the look-backs that were checked."""
        values = self.cleaned_data
        return tuple(
            Looked(
                issue_id=row.issue_id,
                is_fixed=values[f"look-{row.issue_id}"] == FIXED_WORD,
                note=values[f"look-{row.issue_id}-note"],
            )
            for row in self.owed
            if values.get(f"look-{row.issue_id}")
        )

    @property
    def with_others(self) -> list[User] | None:
        """Who came along; None where the form did not ask (the plan tells then)."""
        return list(self.cleaned_data["others"]) if self.cleaned_data["others_asked"] else None

    @property
    def position(self) -> tuple[float, float] | None:
        """(longitude, latitude) where the phone gave one that is good enough."""
        values = self.cleaned_data
        if values["longitude"] is None or values["latitude"] is None:
            return None
        if (values["accuracy"] or 0) > WORST_ACCURACY_METRES:
            return None
        return values["longitude"], values["latitude"]


@dataclass(frozen=True)
class ArticleRow:
    """One article of the plain form with its fields."""

    article: Article
    answer: BoundField
    note: BoundField
    fixed: BoundField
    photo: BoundField
    # What stands beside the question of the last visit; "" where nothing does.
    last: str = ""


class ChecklistForm(forms.Form):
    """A checklist as a plain form: for each article an answer, and for what is not met a note, a photo, a tick."""

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        checklist: Checklist,
        last: Mapping[str, str] | None = None,
    ) -> None:
        """`last`: the answers of the last visit, of which the sheet offers some again."""
        offered = offered_again(checklist, last or {})
        super().__init__(data, files, auto_id="check_%s", initial=offered)
        self.checklist, self.remarks = checklist, remarks_of(checklist, last or {})
        self.articles = articles_of(checklist)
        for article in self.articles:
            name = article.name
            self.fields[name] = forms.ChoiceField(
                choices=ANSWERS, error_messages={"required": _("Answer this article.")}
            )
            self.fields[name + NOTE] = forms.CharField(max_length=400, required=False)
            self.fields[name + FIXED] = forms.BooleanField(required=False)
            self.fields[name + PHOTO] = forms.FileField(required=False)

    def groups(self) -> Iterator[tuple[str, list[ArticleRow]]]:
        """The articles by the group that they stand in, in the order of the sheet."""
        found: dict[str, list[ArticleRow]] = {}
        for article in self.articles:
            fields = [self[article.name + suffix] for suffix in ("", NOTE, FIXED, PHOTO)]
            row = ArticleRow(article, *fields, last=self.remarks.get(article.name, ""))
            found.setdefault(article.area, []).append(row)
        yield from found.items()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.photos: list[Photo] = []
        for article in self.articles:
            name = article.name + PHOTO
            if cleaned.get(name):
                try:
                    self.photos.append(photo_from(cleaned[name].read(), name))
                except NotAPhoto as error:
                    self.add_error(name, str(error))
        return cleaned

    @property
    def submission(self) -> Submission:
        """The answers under the names that the form engine uses, so that both forms are read alike."""
        answers: dict[str, str] = {}
        for article in self.articles:
            answers[article.name] = self.cleaned_data[article.name]
            if answers[article.name] == NO:
                answers[article.name + FIXED] = YES if self.cleaned_data[article.name + FIXED] else NO
                if self.cleaned_data[article.name + NOTE]:
                    answers[article.name + NOTE] = self.cleaned_data[article.name + NOTE]
        return Submission(answers, faults_of(self.checklist, answers))


class GiveUpForm(forms.Form):
    """Why the visit could not be made."""

    REASONS = [
        ("closed", _("closed, nobody there")),
        ("refused", _("not let in")),
        ("moved", _("moved away or not at this address")),
        ("no-time", _("no time left today")),
        ("other", _("another reason")),
    ]
    key = forms.UUIDField(widget=forms.HiddenInput)
    device_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)
    why = forms.ChoiceField(label=_("Why"), choices=REASONS)
    detail = forms.CharField(label=_("In a sentence"), max_length=200, required=False)
    photo = forms.FileField(label=_("Photo of the door"), required=False, widget=PHOTO_INPUT)

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"key": uuid4()}, auto_id="give_up_%s")

    def clean_photo(self) -> Photo | None:
        taken = self.cleaned_data["photo"]
        try:
            return photo_from(taken.read()) if taken else None
        except NotAPhoto as error:
            raise forms.ValidationError(str(error)) from error

    @property
    def photos(self) -> list[Photo]:
        taken = self.cleaned_data["photo"]
        return [taken] if taken else []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("why") == "other" and not cleaned.get("detail", "").strip():
            self.add_error("detail", gettext("Say why the visit could not be made."))
        return cleaned

    @property
    def reason(self) -> str:
        word = str(dict(self.REASONS)[self.cleaned_data["why"]])
        detail = self.cleaned_data["detail"].strip()
        return f"{word}: {detail}" if detail else word


class DiscardForm(forms.Form):
    """What a phone says of a form that was put away on it: its key, the address that it had, the reason."""

    key = forms.UUIDField()
    form = forms.CharField(max_length=200)
    reason = forms.CharField(max_length=200, error_messages={"required": _("Say why it is not needed.")})

    @property
    def sentence(self) -> str:
        """The first thing that is wrong."""
        return str(next(iter(self.errors.values()))[0])
