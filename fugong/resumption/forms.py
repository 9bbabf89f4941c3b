"""From strings to values: the report of a day, and the state an enterprise is in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fugong.core.inputs import DayField
from fugong.resumption.rules import State


def _number(label: Any, *, required: bool = False, most: int = 1_000_000, help_text: Any = "") -> Any:
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=0,
        max_value=most,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class ReportForm(forms.Form):
    staff = _number(_("Staff in all"), required=True)
    on_duty = _number(_("On duty today"), required=True)
    capacity_percent = _number(
        _("Capacity reached (%)"),
        most=150,
        help_text=_("Of a normal day's output; leave it empty if not known."),
    )
    with_symptoms = _number(_("With fever or cough"), required=True)
    mask_days = _number(_("Masks last for (days)"), most=1000)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class StateForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=State.choices, widget=forms.RadioSelect)
    on = DayField(label=_("Since"))
