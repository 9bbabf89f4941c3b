"""From strings to values, for volunteers and shifts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fugong.campaigns.models import Campaign
from fugong.core.inputs import ClockField, DayField
from fugong.core.workbooks.cells import clean_phone
from fugong.teams.actions import ShiftFacts
from fugong.teams.forms.service_teams import area_field
from fugong.teams.models import Volunteer
from fugong.teams.queries import shift_kinds, skill_of_kind, skills_of
from fugong.territory.models import Area

WEEKDAYS = [
    ("0", _("Mon")),
    ("1", _("Tue")),
    ("2", _("Wed")),
    ("3", _("Thu")),
    ("4", _("Fri")),
    ("5", _("Sat")),
    ("6", _("Sun")),
]


class VolunteerForm(forms.Form):
    """A volunteer; an empty phone keeps the one on file."""

    name = forms.CharField(label=_("Name of the volunteer"), max_length=40)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    skills = forms.MultipleChoiceField(label=_("Skills"), required=False, widget=forms.CheckboxSelectMultiple)
    weekdays = forms.MultipleChoiceField(
        label=_("Comes on"), choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    from_time = ClockField(label=_("Available from"), initial=time(8))
    to_time = ClockField(label=_("Available until"), initial=time(20))
    may_be_called = forms.BooleanField(label=_("Agreed to be called"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        areas: QuerySet[Area],
        campaign: Campaign | None,
        volunteer: Volunteer | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(volunteer) if volunteer else {"weekdays": list("0123456")})
        self.fields["area"] = area_field(_("Area"), areas)
        self.fields["skills"].choices = skills_of(campaign) if campaign else []  # type: ignore[attr-defined]
        if volunteer is not None and volunteer.phone:
            self.fields["phone"].help_text = _("On file: %(phone)s. Leave empty to keep it.") % {
                "phone": volunteer.phone
            }
        self.order_fields(["name", "area", "phone"])

    def clean_phone(self) -> str:
        cleaned = clean_phone(self.cleaned_data["phone"])
        if cleaned.problem:
            raise forms.ValidationError(cleaned.problem)
        return str(cleaned.value or "")

    def clean_weekdays(self) -> list[int]:
        return [int(day) for day in self.cleaned_data["weekdays"]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if {"from_time", "to_time"} <= cleaned.keys() and cleaned["to_time"] <= cleaned["from_time"]:
            self.add_error("to_time", _("The hours end before they begin."))
        return cleaned


def _initial(volunteer: Volunteer) -> dict[str, Any]:
    names = ("name", "area", "skills", "from_time", "to_time", "may_be_called")
    return {name: getattr(volunteer, name) for name in names} | {
        "weekdays": [str(day) for day in volunteer.weekdays]
    }


class ShiftForm(forms.Form):
    """A shift, and on how many days in a row it is wanted."""

    kind = forms.ChoiceField(label=_("What is done"))
    place = forms.CharField(label=_("Place"), max_length=80)
    on = DayField(label=_("First day"))
    days = forms.IntegerField(label=_("Days in a row"), min_value=1, max_value=14, initial=1)
    starts = ClockField(label=_("From (time)"))
    ends = ClockField(label=_("To (time)"))
    needed = forms.IntegerField(label=_("People needed"), min_value=1, max_value=200, initial=2)

    def __init__(self, data: Any = None, *, areas: QuerySet[Area], campaign: Campaign, on: Any) -> None:
        super().__init__(data, initial={"on": on})
        self.campaign = campaign
        self.fields["kind"].choices = shift_kinds(campaign)  # type: ignore[attr-defined]
        self.fields["area"] = area_field(_("Area"), areas)
        self.order_fields(["kind", "area", "place"])

    def facts(self) -> list[ShiftFacts]:
        """One shift a day; a shift that ends at or before its beginning ends on the next day."""
        values = self.cleaned_data
        found = []
        for ahead in range(values["days"]):
            day = values["on"] + timedelta(days=ahead)
            last = day if values["ends"] > values["starts"] else day + timedelta(days=1)
            found.append(
                ShiftFacts(
                    area=values["area"],
                    kind=values["kind"],
                    place=values["place"],
                    starts_at=timezone.make_aware(datetime.combine(day, values["starts"])),
                    ends_at=timezone.make_aware(datetime.combine(last, values["ends"])),
                    needed=values["needed"],
                    skill=skill_of_kind(self.campaign, values["kind"]),
                )
            )
        return found


class AwayForm(forms.Form):
    """Days on which a volunteer cannot come."""

    from_on = DayField(label=_("First day they cannot come"))
    to_on = DayField(label=_("Last day away"))
    note = forms.CharField(label=_("Note"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if {"from_on", "to_on"} <= cleaned.keys() and cleaned["to_on"] < cleaned["from_on"]:
            self.add_error("to_on", _("The last day is before the first."))
        return cleaned
