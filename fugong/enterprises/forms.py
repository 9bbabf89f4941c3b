"""From strings to values, for the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fugong.core.inputs import DayInput
from fugong.core.workbooks.cells import clean_phone
from fugong.core.workbooks.codes import clean_credit_code
from fugong.core.workbooks.names import tidy
from fugong.enterprises.actions import PremisesFacts
from fugong.enterprises.actions.ledger import LEDGER_FIELDS
from fugong.enterprises.models import Contact, Enterprise, Premises
from fugong.territory.models import Area

MOST = 2_000_000


class AreaChoice(forms.ModelChoiceField):
    """An area of the campaign, deeper ones moved in."""

    def label_from_instance(self, area: Area) -> str:  # type: ignore[override]
        return "　" * max(0, area.depth - self.top) + area.name

    top = 1


class EnterpriseForm(forms.ModelForm):
    """An entry of the ledger; `version` is the one that the person saw. Never saved: the action writes."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    area = AreaChoice(queryset=Area.objects.none(), label=_("Area"))

    class Meta:
        model = Enterprise
        fields = LEDGER_FIELDS
        widgets = {"resumption_planned_on": DayInput()}

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["area"]
        choice.queryset = areas.order_by("path")
        first = areas.order_by("depth").first()
        choice.top = first.depth if first else 1
        for name, field in self.fields.items():
            if isinstance(field, forms.IntegerField):
                field.max_value = MOST
            # A blank number or "unknown" is an answer: the ledger knows what it does not know.
            field.required = name in ("area", "name")
        self.fields["version"].initial = self.instance.version

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])

    def clean_credit_code(self) -> str | None:
        cleaned = clean_credit_code(self.cleaned_data.get("credit_code"))
        if cleaned.problem:
            raise forms.ValidationError(cleaned.problem)
        return cleaned.value or None

    def validate_constraints(self) -> None:
        """The action checks the code against the campaign's ledger, and says whose it is."""


class ContactForm(forms.Form):
    name = forms.CharField(label=_("Name of the contact"), max_length=40)
    duty = forms.CharField(label=_("Duty"), max_length=40, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )

    def __init__(self, *args: Any, contact: Contact | None = None, **kwargs: Any) -> None:
        if contact is not None:
            kwargs.setdefault("initial", {"name": contact.name, "duty": contact.duty})
        super().__init__(*args, **kwargs)
        if contact is not None and contact.phone:
            self.fields["phone"].help_text = _("On file: %(phone)s. Leave empty to keep it.") % {
                "phone": contact.phone
            }

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"]
        if not text:
            return ""
        cleaned = clean_phone(text)
        if cleaned.problem:
            raise forms.ValidationError(cleaned.problem)
        return cleaned.value or ""


class PremisesForm(forms.ModelForm):
    """A place of an enterprise; never saved: the action writes."""

    class Meta:
        model = Premises
        fields = ("kind", "name", "capacity", "people", "rooms", "floor_area")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("capacity", "people", "rooms", "floor_area"):
            self.fields[name].required = False
            self.fields[name].max_value = MOST  # type: ignore[attr-defined]

    def validate_constraints(self) -> None:
        """The action says whether the enterprise has such a place already."""

    def facts(self) -> PremisesFacts:
        return PremisesFacts(**self.cleaned_data)


class ReasonForm(forms.Form):
    """Why a number is opened, a listing made or ended."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, min_length=5, widget=forms.Textarea(attrs={"rows": 2})
    )


class ListForm(ReasonForm):
    """Put on a list by hand: which list, and why."""

    risk_list = forms.ChoiceField(label=_("Risk list"))
    field_order = ("risk_list", "reason")

    def __init__(self, *args: Any, lists: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["risk_list"].choices = list(lists)  # type: ignore[attr-defined]


class PlaceForm(forms.Form):
    """Where a person pointed (or which suggestion they chose), in WGS-84 degrees."""

    longitude = forms.FloatField(min_value=-180, max_value=180)
    latitude = forms.FloatField(min_value=-90, max_value=90)
    area = forms.IntegerField(required=False)
