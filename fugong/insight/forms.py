"""From strings to values."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BriefForm(forms.Form):
    on = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Today's brief speaks of this moment, an earlier day's of its end."),
    )
