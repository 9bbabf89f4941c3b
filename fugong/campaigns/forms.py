"""From strings to values, for what a campaign's leaders decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fugong.core.inputs import DayField
from fugong.territory.models import Area


class RiskForm(forms.Form):
    """A rating: which area, how risky, from when, after which notice."""

    area = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.none())
    level = forms.ChoiceField(label=_("Risk level"))
    from_on = DayField(label=_("From"))
    reason = forms.CharField(label=_("Notice or decision that it follows"), max_length=200)

    def __init__(self, *args: Any, areas: Any, levels: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["level"].choices = levels  # type: ignore[attr-defined]
