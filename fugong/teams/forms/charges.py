"""From strings to values, for posts, grid teams and charges."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.roles import ROLES
from fugong.core.inputs import DayField
from fugong.teams.queries import Candidate
from fugong.teams.rules import PROFESSIONALS, STATIONED


class PersonField(forms.ModelChoiceField):
    """One of the people posted here, with the login where names repeat."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} · {obj.login}"


class HoldForm(forms.Form):
    user = PersonField(label=_("Who"), queryset=User.objects.none())
    on = DayField(label=_("From"))

    def __init__(self, *args: object, people: QuerySet[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["user"].queryset = people  # type: ignore[attr-defined]


class StandForm(forms.Form):
    stands_from = DayField(label=_("Stands from"), required=False)
    stands_to = DayField(label=_("Stands until"), required=False)


class JoinForm(HoldForm):
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(key, ROLES[key].name) for key in ROLES if key in PROFESSIONALS | STATIONED],
    )


class ChargeForm(forms.Form):
    """Who answers for an enterprise; handing over needs a reason."""

    officer = forms.TypedChoiceField(label=_("Who answers for it from today"), empty_value=None)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(
        self, *args: object, officers: list[Candidate], needs_reason: bool, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        people = {str(one.user.pk): one.user for one in officers}
        self.fields["officer"].choices = [(str(one.user.pk), str(one)) for one in officers]  # type: ignore[attr-defined]
        self.fields["officer"].coerce = people.__getitem__  # type: ignore[attr-defined]
        self.fields["reason"].required = needs_reason


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
