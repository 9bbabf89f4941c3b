"""From strings to values, for the steps of an issue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fugong.core.inputs import DayField
from fugong.issues.kinds import Kind, OwnField
from fugong.issues.queries import Clocks
from fugong.issues.rules import Level, Severity


class FindForm(forms.Form):
    title = forms.CharField(label=_("What was found"), max_length=120)
    detail = forms.CharField(label=_("Detail"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)

    def __init__(self, *args: Any, similar: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].widget.attrs |= look_while_typing(similar)


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


OWN = "own-"


class RequestForm(forms.Form):
    """A request of one kind: what is needed, and the kind's own fields."""

    title = forms.CharField(label=_("What is needed"), max_length=120)
    detail = forms.CharField(
        label=_("More about it"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False
    )

    def __init__(self, *args: Any, kind: Kind, similar: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for field in kind.fields:
            self.fields[OWN + field.key] = form_field(field)
        if similar:
            self.fields["title"].widget.attrs |= look_while_typing(similar)

    def answers(self) -> dict[str, Any]:
        """What the kind's own fields say, as plain values; empty ones left out."""
        given = {field.key: self.cleaned_data.get(OWN + field.key) for field in self.kind.fields}
        return {key: plain(value) for key, value in given.items() if value not in (None, "")}


class PublicRequestForm(RequestForm):
    """The same for somebody without an account. `website` is hidden: who fills it in is a program."""

    phone = forms.RegexField(
        label=_("Your phone, for questions"), regex=r"^[0-9+() -]{5,20}$", max_length=20, required=False
    )
    name = forms.CharField(label=_("Your name"), max_length=40, required=False)
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def requester(self) -> dict[str, str]:
        return {"name": self.cleaned_data["name"], "phone": self.cleaned_data["phone"]}


class LinkForm(forms.Form):
    """Of which area, or which enterprise of it, a link is made."""

    area = forms.ModelChoiceField(label=_("Area"), queryset=None)

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]


class ClientForm(forms.Form):
    name = forms.CharField(label=_("Name of the program"), max_length=60)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why you need it"), max_length=200)


def look_while_typing(address: str) -> dict[str, str]:
    """Attributes of a field that shows beside it what reads alike."""
    trigger = "keyup changed delay:400ms"
    return {"hx-get": address, "hx-trigger": trigger, "hx-target": "#similar", "autocomplete": "off"}


def form_field(field: OwnField) -> forms.Field:
    """One field of a kind's own as a field of a form."""
    common: dict[str, Any] = {"label": field.name, "required": field.required}
    if field.type == "number":
        return forms.FloatField(**common, min_value=0)
    if field.type == "date":
        return DayField(**common)
    if field.type == "yes-no":
        choices = [("", "—"), ("yes", _("yes")), ("no", _("no"))]
        return forms.TypedChoiceField(
            **common, choices=choices, coerce=lambda text: text == "yes", empty_value=None
        )
    if field.type == "choice":
        return forms.ChoiceField(**common, choices=[("", "—"), *field.choices])
    return forms.CharField(**common, max_length=200)


def plain(value: Any) -> Any:
    """A value that JSON can hold: days as ISO text, whole numbers without a point."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() else value
