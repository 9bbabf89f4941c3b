"""From strings to values, for making plans and for wishes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from fugong.access.models import User
from fugong.territory.models import Area

SECONDS = (5, 10, 20, 60)


def spans() -> list[tuple[int, str]]:
    """How long a search may take, in the language of the reader."""
    return [
        (seconds, ngettext("%(seconds)s second", "%(seconds)s seconds", seconds) % {"seconds": seconds})
        for seconds in SECONDS
    ]


class PlanForm(forms.Form):
    """For which area and day a plan is made, and how long the search may take."""

    area = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.none(), empty_label=None)
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    seconds = forms.TypedChoiceField(
        label=_("Search for"),
        help_text=_("A longer search finds shorter ways and fits in more visits."),
        choices=spans,
        coerce=int,
        initial=10,
    )

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]


class OfficerForm(forms.Form):
    """Who is to make a visit."""

    officer = forms.ModelChoiceField(label=_("Officer"), queryset=User.objects.none(), empty_label=None)

    def __init__(self, *args: Any, crew: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on_duty = User.objects.filter(pk__in=crew).order_by("name")
        self.fields["officer"].queryset = on_duty  # type: ignore[attr-defined]
