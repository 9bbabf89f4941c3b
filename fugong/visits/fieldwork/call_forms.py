"""From strings to values, for phone rounds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.core import conditions
from fugong.core.inputs import DayField, MomentField
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area
from fugong.visits.actions import Asked, Told

MOST_QUESTIONS = 8
NUMBER_WORDS = ("number", "数字")
BACK_IN = (
    ("30", _("in half an hour")),
    ("60", _("in an hour")),
    ("120", _("in two hours")),
    ("next", _("tomorrow at 9")),
)
MORNING = time(9)


class RoundForm(forms.Form):
    """Whom a round calls, who calls, what is asked."""

    name = forms.CharField(label=_("Name"), max_length=60)
    area = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.none(), empty_label=None)
    condition = forms.CharField(
        label=_("Condition"), required=False, help_text=_("Empty: every enterprise of the area.")
    )
    due_on = DayField(label=_("To be finished by"))
    callers = forms.ModelMultipleChoiceField(
        label=_("Callers"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever answers for an enterprise calls it; the others are shared out evenly."),
    )
    questions = forms.CharField(
        label=_("Questions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "One a line. After a bar “|”: “number”, or the answers to choose from with strokes between them."
        ),
    )

    def __init__(self, *args: Any, areas: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["callers"].queryset = people  # type: ignore[attr-defined]

    def clean_condition(self) -> str:
        text = str(self.cleaned_data["condition"])
        try:
            conditions.check(text, Enterprise)
        except conditions.ConditionError as error:
            raise forms.ValidationError(str(error)) from None
        return text

    def clean_questions(self) -> list[dict[str, Any]]:
        lines = [line.strip() for line in self.cleaned_data["questions"].splitlines() if line.strip()]
        if len(lines) > MOST_QUESTIONS:
            raise forms.ValidationError(_now("At most %(most)d questions.") % {"most": MOST_QUESTIONS})
        return [question_of(line, number) for number, line in enumerate(lines, start=1)]

    @property
    def asked(self) -> Asked:
        values = self.cleaned_data
        return Asked(
            values["name"],
            values["condition"],
            values["due_on"],
            list(values["callers"]),
            values["questions"],
        )


def question_of(line: str, number: int) -> dict[str, Any]:
    """A line of the form as a question: "label", "label | number" or "label | one / two / three"."""
    label, bar, rest = line.replace("｜", "|").partition("|")
    words = [word.strip() for word in rest.replace("／", "/").split("/") if word.strip()]
    is_number = len(words) == 1 and words[0].casefold() in NUMBER_WORDS
    kind = "number" if is_number else "choice" if bar and len(words) > 1 else "text"
    return {
        "name": f"q{number}",
        "label": label.strip(),
        "kind": kind,
        "choices": words if kind == "choice" else [],
    }


def lines_of(questions: Iterable[dict[str, Any]]) -> str:
    """Questions as the lines of the form."""
    ends = {"number": f" | {_now('number')}", "text": ""}
    return "\n".join(
        one["label"] + (" | " + " / ".join(one["choices"]) if one["kind"] == "choice" else ends[one["kind"]])
        for one in questions
    )


class CallForm(forms.Form):
    """The outcome of a call with what was told; fields for the round's questions and the pack's needs."""

    outcome = forms.CharField(max_length=40)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    back_in = forms.ChoiceField(label=_("Call back"), required=False, choices=BACK_IN, initial="60")
    back_at = MomentField(
        label=_("or exactly at"),
        required=False,
    )
    phone = forms.CharField(label=_("The right number, if you learnt it"), required=False, max_length=20)

    def __init__(self, *args: Any, questions: Any, kinds: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at, self.kinds, self.questions = at, kinds, questions
        for one in questions:
            self.fields[one["name"]] = _answer_field(one)
        for key, name in kinds:
            self.fields[f"need-{key}"] = forms.CharField(label=name, required=False, max_length=120)

    def answer_rows(self) -> list[Any]:
        return [self[one["name"]] for one in self.questions]

    def need_rows(self) -> list[Any]:
        return [self[f"need-{key}"] for key, _name in self.kinds]

    @property
    def told(self) -> Told:
        values = self.cleaned_data
        answers = {
            one["label"]: str(values[one["name"]])
            for one in self.questions
            if values[one["name"]] not in ("", None)
        }
        needs = [(key, values[f"need-{key}"]) for key, _name in self.kinds if values[f"need-{key}"]]
        return Told(values["note"], answers, needs, self._back_at(), values["phone"])

    def _back_at(self) -> datetime:
        exact: datetime | None = self.cleaned_data["back_at"]
        if exact:
            return exact
        wanted = self.cleaned_data["back_in"] or "60"
        if wanted == "next":
            day = timezone.localdate(self.at) + timedelta(days=1)
            return timezone.make_aware(datetime.combine(day, MORNING))
        return self.at + timedelta(minutes=int(wanted))


def _answer_field(question: dict[str, Any]) -> forms.Field:
    if question["kind"] == "number":
        return forms.IntegerField(label=question["label"], required=False)
    if question["kind"] == "choice":
        choices = [("", "—"), *((word, word) for word in question["choices"])]
        return forms.ChoiceField(label=question["label"], required=False, choices=choices)
    return forms.CharField(label=question["label"], required=False, max_length=400)
