"""From strings to values, for signing in and postings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.roles import CHOICES
from fugong.core.inputs import DayField
from fugong.territory.models import Area


class LoginForm(forms.Form):
    login = forms.CharField(label=_("Login or phone"), max_length=40)
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput, max_length=200)


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("New password"), widget=forms.PasswordInput, min_length=10, max_length=200
    )
    again = forms.CharField(label=_("Once more"), widget=forms.PasswordInput, max_length=200)

    def clean(self) -> dict[str, str]:
        values: dict[str, str] = super().clean() or {}
        if values.get("password") and values.get("password") != values.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return values


class UserForm(forms.Form):
    login = forms.CharField(label=_("Login or phone"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=40)
    department = forms.CharField(label=_("Department"), max_length=80, required=False)


class PostingForm(forms.Form):
    user = forms.ModelChoiceField(label=_("User"), queryset=User.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=CHOICES)
    area = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.none())
    from_on = DayField(label=_("From"))
    to_on = DayField(label=_("To"), required=False)

    def __init__(self, *args: object, areas: object, users: Any, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["user"].queryset = users.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
