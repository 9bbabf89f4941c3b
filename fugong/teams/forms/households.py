"""From strings to values, for households and who answers for them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.core.inputs import DayField
from fugong.core.workbooks.cells import clean_phone
from fugong.teams.forms.charges import PersonField
from fugong.teams.forms.service_teams import area_field
from fugong.teams.models import Household
from fugong.territory.models import Area


class HouseholdForm(forms.Form):
    """A household; an empty label or phone keeps the one on file."""

    code = forms.CharField(label=_("Household number"), max_length=40)
    address = forms.CharField(label=_("Address"), max_length=160)
    people = forms.IntegerField(label=_("People"), min_value=0, max_value=200, initial=1)
    label = forms.CharField(label=_("Label"), max_length=40, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    watched_until = DayField(label=_("Watched until"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(
        self, data: Any = None, *, areas: QuerySet[Area], household: Household | None = None
    ) -> None:
        names = ("code", "address", "people", "watched_until", "note", "area")
        start = {name: getattr(household, name) for name in names} if household else {}
        super().__init__(data, initial=start)
        self.fields["area"] = area_field(_("Area"), areas)
        for name in ("label", "phone"):
            if household is not None and getattr(household, name):
                self.fields[name].help_text = _("On file: %(phone)s. Leave empty to keep it.") % {
                    "phone": getattr(household, name)
                }
        self.order_fields(["code", "area", "address"])

    def clean_phone(self) -> str:
        cleaned = clean_phone(self.cleaned_data["phone"])
        if cleaned.problem:
            raise forms.ValidationError(cleaned.problem)
        return str(cleaned.value or "")


class GiveForm(forms.Form):
    """Who answers for the chosen households from today."""

    officer = PersonField(label=_("Who answers for them"), queryset=User.objects.none())
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = people  # type: ignore[attr-defined]
