"""From strings to values."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fugong.core.inputs import DayField, MomentField


class BriefForm(forms.Form):
    on = DayField(
        label=_("Day"),
        help_text=_("Today's brief speaks of this moment, an earlier day's of its end."),
    )


class DecisionForm(forms.Form):
    """What was decided on one point; department and time for issues alone."""

    point = forms.CharField(max_length=60, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Decision"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    department = forms.ChoiceField(label=_("Given to"), required=False)
    due_at = MomentField(
        label=_("Until"),
        required=False,
    )
    decided_by = forms.CharField(label=_("Decided by"), max_length=80)

    def __init__(self, *args: Any, departments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", "—"), *departments]  # type: ignore[attr-defined]
