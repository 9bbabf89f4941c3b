"""The form of a robot."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fugong.outreach import rules
from fugong.outreach.actions import Way
from fugong.outreach.rules import Kind


class RobotForm(forms.Form):
    """`areas`: where this person may enter robots. `is_new` asks for the address; else an empty one leaves the old."""

    name = forms.CharField(label=_("Name of the group"), max_length=60)
    area = forms.ModelChoiceField(label=_("Area"), queryset=None)
    kind = forms.ChoiceField(label=_("Service"), choices=Kind.choices)
    address = forms.CharField(
        label=_("Webhook address"),
        max_length=400,
        help_text=_(
            "Shown by the chat when the robot is added to the group. It is kept sealed, like a password."
        ),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        max_length=200,
        required=False,
        help_text=_("Only if the robot was set up with a signature."),
    )

    def __init__(self, *args: Any, areas: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas
        self.fields["address"].required = is_new
        if not is_new:
            del self.fields["area"]
            self.fields["address"].help_text = _("Empty: the address stays as it is.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("address") and values.get("kind"):
            problem = rules.why_not_address(values["kind"], values["address"])
            if problem:
                self.add_error("address", problem)
        return values

    @property
    def way(self) -> Way:
        values = self.cleaned_data
        return Way(values["kind"], values["address"], values["secret"])
