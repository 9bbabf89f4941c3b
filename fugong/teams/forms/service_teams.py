"""From strings to values, for service teams, joint teams, key-enterprise groups and stations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.campaigns.dated import text
from fugong.core.inputs import DayField
from fugong.enterprises.forms import AreaChoice
from fugong.enterprises.models import Contact, Enterprise
from fugong.teams.actions import MemberFacts
from fugong.teams.forms.charges import PersonField
from fugong.teams.models import Team
from fugong.teams.queries import group_part
from fugong.teams.rules import Part, TeamKind, parts_of
from fugong.territory.models import Area


def area_field(label: Any, areas: QuerySet[Area], *, required: bool = True) -> AreaChoice:
    """The areas of the campaign in their order, deeper ones moved in."""
    field = AreaChoice(queryset=areas.order_by("path"), label=label, required=required)
    first = areas.order_by("depth").first()
    field.top = first.depth if first else 1
    return field


class TeamForm(forms.Form):
    """A new service team or joint team."""

    name = forms.CharField(label=_("Name"), max_length=80)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"] = area_field(_("Area"), areas)


class MemberForm(forms.Form):
    """Who joins a team: an officer, or in a joint team a contact who speaks for the enterprise."""

    part = forms.ChoiceField(label=_("Part"))
    user = PersonField(label=_("Who"), queryset=User.objects.none(), required=False)
    contact: Any = forms.ModelChoiceField(label=_("Contact of the enterprise"), queryset=None, required=False)
    organisation = forms.ChoiceField(label=_("For which organisation"), required=False)
    on = DayField(label=_("From"))

    def __init__(
        self, *args: Any, team: Team, people: QuerySet[User], contacts: QuerySet[Contact], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["part"].choices = [(part.value, part.label) for part in parts_of(team.kind)]
        if team.kind != TeamKind.JOINT:
            fields["part"].initial = Part.MEMBER
        fields["user"].queryset, fields["contact"].queryset = people, contacts
        self.levels = {
            row["name"]["zh"]: row["level"]
            for row in group_part(team.campaign, team.key).get("organisation", [])
        }
        asked = group_part(team.campaign, team.key).get("organisation", [])
        fields["organisation"].choices = [("", "—")] + [
            (row["name"]["zh"], text(row["name"])) for row in asked
        ]
        for name, is_shown in (("contact", team.kind == TeamKind.JOINT), ("organisation", bool(asked))):
            if not is_shown:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("user")) == bool(cleaned.get("contact")):
            self.add_error("user", _("Name one person."))
        if cleaned.get("contact") and cleaned.get("part") != Part.ENTERPRISE:
            self.add_error("contact", _("A contact speaks for the enterprise."))
        return cleaned

    @property
    def facts(self) -> MemberFacts:
        values = self.cleaned_data
        organisation = values.get("organisation") or ""
        return MemberFacts(
            part=values["part"],
            user=values["user"],
            contact=values.get("contact"),
            organisation=organisation,
            level=self.levels.get(organisation, ""),
        )


class DutyForm(forms.Form):
    """What a team answers for: an enterprise by its name, or a whole area."""

    enterprise: Any = forms.ModelChoiceField(queryset=None, required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason, where another team hands it over"), max_length=200, required=False
    )

    def __init__(
        self, *args: Any, enterprises: QuerySet[Enterprise], areas: QuerySet[Area], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].queryset = enterprises  # type: ignore[attr-defined]
        self.fields["area"] = area_field(_("Area"), areas, required=False)
        self.order_fields(["enterprise", "area", "reason"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("enterprise")) == bool(cleaned.get("area")):
            self.add_error("area", _("Choose one enterprise or one area."))
        return cleaned


class StationForm(forms.Form):
    """Who works full time at the enterprise, and from when."""

    officer = PersonField(label=_("Who"), queryset=User.objects.none())
    on = DayField(label=_("From"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = people  # type: ignore[attr-defined]
