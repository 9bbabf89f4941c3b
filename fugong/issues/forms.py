"""From strings to values, for the steps of an issue."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fugong.issues.queries import Clocks
from fugong.issues.rules import Level, Severity


class FindForm(forms.Form):
    title = forms.CharField(label=_("What was found"), max_length=120)
    detail = forms.CharField(label=_("Detail"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)


class AssessForm(forms.Form):
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    note = forms.CharField(label=_("Note"), max_length=400, required=False)


class AssignForm(forms.Form):
    department = forms.ChoiceField(label=_("Department"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: object, clocks: Clocks, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["department"].choices = clocks.departments  # type: ignore[attr-defined]


class TextForm(forms.Form):
    """One sentence: how it was solved, why it is refused or re-opened."""

    text = forms.CharField(label=_("In a sentence"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
