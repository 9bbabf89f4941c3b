"""From strings to values, for making plans, wishes, absences and rehearsals."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from fugong.access.models import Posting, User
from fugong.access.roles import ROLES, Permission
from fugong.core.inputs import ClockField, DayField
from fugong.territory.models import Area
from fugong.visits.actions import Seat, Together
from fugong.visits.models import PlannedVisit
from fugong.visits.rules import LONGEST_HORIZON, OutlookKind

SECONDS = (5, 10, 20, 60)


def spans() -> list[tuple[int, str]]:
    """How long a search may take, in the language of the reader."""
    return [
        (seconds, ngettext("%(seconds)s second", "%(seconds)s seconds", seconds) % {"seconds": seconds})
        for seconds in SECONDS
    ]


def horizons() -> list[tuple[str, str]]:
    """How many days are planned at once."""
    numbers = range(1, LONGEST_HORIZON + 1)
    days = [(str(days), ngettext("%(days)s day", "%(days)s days", days) % {"days": days}) for days in numbers]
    return [("", str(_("as usual here"))), *days]


class PlanForm(forms.Form):
    """For which area, from which day and for how many days, and how long the search may take."""

    area = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.none(), empty_label=None)
    on = DayField(label=_("From day"))
    days = forms.TypedChoiceField(
        label=_("How many days"),
        help_text=_("Planned together, so that tomorrow is not planned blind."),
        choices=horizons,
        coerce=int,
        empty_value=None,
        required=False,
    )
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


class MoveForm(forms.Form):
    """Who is to make a visit, and about when."""

    officer = forms.ModelChoiceField(
        label=_("Officer"), queryset=User.objects.none(), empty_label=None, required=False
    )
    begins = ClockField(
        label=_("About when"), help_text=_("Empty: the planner finds the time."), required=False
    )
    exact = forms.BooleanField(label=_("at this minute or not at all"), required=False)

    def __init__(self, *args: Any, crew: set[int], asks_officer: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on_duty = User.objects.filter(pk__in=crew).order_by("name")
        self.fields["officer"].queryset = on_duty  # type: ignore[attr-defined]
        self.fields["officer"].required = asks_officer
        if asks_officer:
            del self.fields["exact"]


class _StopChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: PlannedVisit) -> str:
        begins = timezone.localtime(obj.arrives_at)
        return f"{obj.officer.name} · {begins:%H:%M} · {obj.enterprise.name}"


class SwapForm(forms.Form):
    """With which stop of the plan a stop changes places."""

    other = _StopChoice(label=_("Change places with"), queryset=None, empty_label="—")

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = others.select_related("officer", "enterprise").order_by("officer__name", "order")
        self.fields["other"].queryset = rows  # type: ignore[attr-defined]


class ForbidForm(forms.Form):
    """Who is kept from an enterprise, and why."""

    OFFICER, EVERYBODY = "officer", "everybody"
    who = forms.ChoiceField(
        label=_("Who is kept away"),
        choices=[(OFFICER, _("this officer, until allowed again")), (EVERYBODY, _("everybody, on this day"))],
        initial=OFFICER,
    )
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)


class AbsenceForm(forms.Form):
    """Who is away from when until when."""

    officer = forms.ModelChoiceField(label=_("Officer"), queryset=User.objects.none(), empty_label="—")
    kind = forms.ChoiceField(label=_("Why"))
    from_on = DayField(label=_("First day away"))
    to_on = DayField(label=_("Last day away"), required=False, help_text=_("Empty: nobody knows yet."))
    from_time = ClockField(label=_("Away from"), help_text=_("Only for a part of the day."), required=False)
    to_time = ClockField(label=_("Away until"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, officers: Any, kinds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


MOST_SEATS = 5


class JointForm(forms.Form):
    """When several people come to one enterprise together, and who: for each seat a person, a role or a department."""

    on = DayField(label=_("Day"))
    starts_at = ClockField(
        label=_("At"), help_text=_("Empty: the planner finds the hour at which all can come."), required=False
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=5,
        max_value=600,
        required=False,
        help_text=_("Empty: as the checklist takes."),
    )
    occasion = forms.CharField(label=_("Occasion"), max_length=200)

    def __init__(self, *args: Any, people: Iterable[Posting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(people)
        self.people = {row.user_id: row.user for row in rows}
        choices = [("", "—"), *_seat_choices(rows)]
        for number in range(1, MOST_SEATS + 1):
            label = _("Who must be there (%(number)s)") % {"number": number}
            field = forms.ChoiceField(label=label, choices=choices, required=number <= 2)
            self.fields[f"seat_{number}"] = field

    @property
    def seats(self) -> list[forms.BoundField]:
        return [self[f"seat_{number}"] for number in range(1, MOST_SEATS + 1)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        named = [value for value in self._chosen(values) if value.startswith("officer:")]
        if len(set(named)) < len(named):
            self.add_error(None, _("The same person cannot take two seats."))
        return values

    def _chosen(self, values: Mapping[str, Any]) -> list[str]:
        rows = (values.get(f"seat_{number}", "") for number in range(1, MOST_SEATS + 1))
        return [value for value in rows if value]

    def together(self) -> Together:
        """The joint visit as the action takes it."""
        values = self.cleaned_data
        return Together(
            on=values["on"],
            seats=[self._seat(chosen) for chosen in self._chosen(values)],
            occasion=values["occasion"],
            starts_at=values["starts_at"],
            minutes=values["minutes"],
        )

    def _seat(self, chosen: str) -> Seat:
        kind, _colon, value = chosen.partition(":")
        if kind == "officer":
            return Seat(officer=self.people[int(value)])
        return Seat(role=value) if kind == "role" else Seat(agency=value)


def _seat_choices(rows: list[Posting]) -> list[tuple[Any, Any]]:
    """Roles, departments and people that there are, each in a group of its own."""
    roles = sorted({row.role for row in rows if Permission.SEE_VISITS in ROLES[row.role].permissions})
    agencies = sorted({row.user.department for row in rows if row.user.department})
    people = {row.user_id: row.user for row in rows if row.role in roles}
    return [
        (_("Anybody in a role"), [(f"role:{role}", ROLES[role].name) for role in roles]),
        (_("Anybody of a department"), [(f"agency:{agency}", agency) for agency in agencies]),
        (_("This person"), [(f"officer:{pk}", _named(user)) for pk, user in people.items()]),
    ]


def _named(user: User) -> str:
    return f"{user.name} · {user.department}" if user.department else user.name


def next_days(first: date, number: int) -> list[date]:
    """`number` days from `first` on."""
    return [first + timedelta(days=ahead) for ahead in range(number)]


class WhatIfForm(forms.Form):
    """What is changed when the rest of the campaign is rehearsed; each kind asks for its own numbers."""

    kind = forms.ChoiceField(choices=OutlookKind.choices)
    area = forms.ModelChoiceField(queryset=Area.objects.none())
    officers = forms.IntegerField(label=_("How many"), min_value=1, max_value=200, required=False)
    cadence = forms.ChoiceField(label=_("Tier"), required=False)
    every_days = forms.IntegerField(
        label=_("Every so many days"), min_value=1, max_value=90, required=False, help_text=_("Empty: once.")
    )
    officer = forms.ModelChoiceField(label=_("Officer"), queryset=User.objects.none(), required=False)
    days = forms.IntegerField(label=_("Days away"), min_value=1, max_value=90, required=False)
    one = forms.ModelChoiceField(label=_("Border between"), queryset=Area.objects.none(), required=False)
    other = forms.ModelChoiceField(label=_("and"), queryset=Area.objects.none(), required=False)
    seconds = forms.TypedChoiceField(
        choices=[(number, number) for number in (10, 30, 60, 120)], coerce=int, required=False
    )

    def __init__(self, *args: Any, areas: Any, officers: Any, tiers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("area", "one", "other"):
            self.fields[name].queryset = areas  # type: ignore[attr-defined]
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]
        self.fields["cadence"].choices = tiers  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        kind = values.get("kind")
        if kind in {OutlookKind.FEWER_OFFICERS, OutlookKind.MORE_OFFICERS} and not values.get("officers"):
            self.add_error("officers", _("Say how many."))
        if kind == OutlookKind.CADENCE and not values.get("cadence"):
            self.add_error("cadence", _("Choose a tier."))
        if kind == OutlookKind.ABSENCE and not (values.get("officer") and values.get("days")):
            self.add_error("officer", _("Say who is away, and for how many days."))
        if kind == OutlookKind.BORDER and not _are_apart(values.get("one"), values.get("other")):
            self.add_error("one", _("Choose two areas of which neither lies in the other."))
        return values

    def parameters(self) -> dict[str, Any]:
        """What the kind needs of the values."""
        values = self.cleaned_data
        if values["kind"] in {OutlookKind.FEWER_OFFICERS, OutlookKind.MORE_OFFICERS}:
            return {"officers": values["officers"]}
        if values["kind"] == OutlookKind.CADENCE:
            return {"cadence": values["cadence"], "every_days": values["every_days"]}
        if values["kind"] == OutlookKind.ABSENCE:
            officer = values["officer"]
            return {"officer": officer.pk, "name": officer.name, "days": values["days"]}
        if values["kind"] == OutlookKind.BORDER:
            sides = (values["one"], values["other"])
            return {"areas": [side.pk for side in sides], "names": [side.name for side in sides]}
        return {}


def _are_apart(one: Area | None, other: Area | None) -> bool:
    if one is None or other is None:
        return False
    return not (one.path.startswith(other.path) or other.path.startswith(one.path))
