"""From strings to values, for meetings with parks and grids, and calls at households."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fugong.campaigns.dated import text
from fugong.campaigns.models import Campaign
from fugong.core.inputs import DayField
from fugong.visits.actions import Called, Met
from fugong.visits.rules import MeetingKind, Outcome


class MeetingForm(forms.Form):
    """A meeting for an area; the posts of those who were there, not their names."""

    kind = forms.ChoiceField(label=_("Whom"), choices=MeetingKind.choices)
    on = DayField(label=_("Day"))
    people = forms.CharField(
        label=_("Who was there"),
        max_length=200,
        help_text=_("Their posts, such as: head of the park, grid lead."),
    )
    note = forms.CharField(
        label=_("What was said and needed"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, kind: str = "", on: date | None = None) -> None:
        super().__init__(data, initial={"kind": kind, "on": on})

    @property
    def met(self) -> Met:
        return Met(**self.cleaned_data)


class CallForm(forms.Form):
    """What came of a call at a household; for needs the kind of request."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("What they need"), required=False)
    note = forms.CharField(
        label=_("In a sentence"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, campaign: Campaign) -> None:
        super().__init__(data, initial={"outcome": Outcome.DONE})
        kinds = [row for row in campaign.part("issues").get("kind", []) if row["key"] != "problem"]
        choices = [(row["key"], text(row["name"])) for row in kinds]
        self.fields["kind"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    @property
    def called(self) -> Called:
        return Called(**self.cleaned_data)
