"""Quick filters: a drop-down for a field with choices, for yes or no, and for a foreign key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from fugong.core.paths import below
from fugong.core.refusals import refuse_if
from fugong.core.registers.columns import field_at, label_of


@dataclass(frozen=True)
class Select:
    """One drop-down as the page draws it."""

    name: str
    label: Any
    value: str
    choices: list[tuple[str, Any]]


def selects(register: Any, request: HttpRequest, chosen: Mapping[str, str]) -> list[Select]:
    """The drop-downs of a register; one query for each foreign key, over what the person may see."""
    return [
        Select(
            name,
            register.names.get(name) or label_of(field_at(register.model, name), register.vocabulary()),
            chosen.get(name, ""),
            choices_of(register, request, name),
        )
        for name in register.filters
    ]


def choices_of(register: Any, request: HttpRequest, name: str) -> list[tuple[str, Any]]:
    """The values of one drop-down; of a foreign key those that some row has."""
    field = field_at(register.model, name)
    if field.choices:
        return [(str(value), label) for value, label in field.flatchoices]
    if isinstance(field, models.ForeignKey):
        used = register.rows(request).order_by().values(name)
        parts = _parts(field, request.user).filter(pk__in=used)
        return sorted(((str(part.pk), str(part)) for part in parts), key=lambda choice: choice[1])
    return [("yes", _("yes")), ("no", _("no")), ("unknown", _("not known"))]


def _parts(field: Any, user: Any) -> models.QuerySet[Any]:
    """The rows that a foreign key may point at, as far as the person may see them."""
    target = field.related_model.objects
    found: models.QuerySet[Any] = target.visible_to(user) if hasattr(target, "visible_to") else target.all()
    return found


def matching(register: Any, name: str, value: str, user: Any) -> Q:
    """The rows for a chosen value; an unknown value matches nothing. A place takes in what lies below it."""
    field = field_at(register.model, name)
    nothing = Q(pk__in=[])
    if field.choices:
        return Q(**{name: value}) if value in {str(key) for key, _label in field.flatchoices} else nothing
    if isinstance(field, models.ForeignKey):
        return _related(field, name, value, user) if value.isdigit() and len(value) < 19 else nothing
    meant: dict[str, bool | None] = {"yes": True, "no": False, "unknown": None}
    if value not in meant:
        return nothing
    return Q(**{f"{name}__isnull": True}) if meant[value] is None else Q(**{name: meant[value]})


def _related(field: Any, name: str, value: str, user: Any) -> Q:
    target = field.related_model
    if not any(other.name == "path" for other in target._meta.concrete_fields):
        return Q(**{f"{name}_id": int(value)})
    path = _parts(field, user).filter(pk=int(value)).values_list("path", flat=True).first()
    return below(path, f"{name}__path") if path else Q(pk__in=[])


def word_for(register: Any, *keys: str) -> str:
    """The name in the condition language of a field with one of these lookups; "" when it has none."""
    vocabulary = register.vocabulary()
    known = {field.key: field.name for field in vocabulary.fields if not field.member} if vocabulary else {}
    return next((known[key] for key in keys if key in known), "")


def as_condition(register: Any, name: str, value: str, user: Any) -> str:
    """A chosen value as text of the condition language; `Refused` when it has no word there."""
    field = field_at(register.model, name)
    word = word_for(register, name, f"{name}__name")
    sentence = _("The filter “%(label)s” cannot be kept in a view; write it as a condition.")
    refuse_if("" if word else sentence % {"label": field.verbose_name})
    if field.choices:
        return f'{word} = "{value}"'
    if isinstance(field, models.ForeignKey):
        part = _parts(field, user).filter(pk=int(value) if value.isdigit() else 0).first()
        return f'{word} = "{part}"'
    return f"{word} is empty" if value == "unknown" else f"{word} = {'True' if value == 'yes' else 'False'}"
