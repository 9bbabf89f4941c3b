"""One column of a register: where its value comes from and how it is written on a page and in a file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.utils.encoding import force_str
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from fugong.core.encryption import SealedField
from fugong.core.templatetags import ui

NUMBERS = (models.IntegerField, models.FloatField, models.DecimalField)


@dataclass(frozen=True)
class Column:
    """`name` as declared, `sort` what the database orders by ("" when it cannot), `measure` if derived."""

    name: str
    label: Any
    sort: str = ""
    numeric: bool = False
    sealed: bool = False
    measure: bool = False
    relation: str = ""
    choices: Callable[[Any], Any] | None = None

    def value(self, row: Any) -> Any:
        """The plain value of a row, for a file. Sealed values are masked, choices are their words."""
        found = row
        for step in self.name.split("__"):
            found = getattr(found, step, None)
            if found is None:
                return None
        return self.spoken(found)

    def spoken(self, found: Any) -> Any:
        """What a row holds, as the value that people are told."""
        if self.choices is not None:
            return self.choices(found)
        if self.sealed or isinstance(found, models.Model):
            return str(found)
        return found

    def text(self, row: Any) -> Any:
        """The value as a cell of a page."""
        return shown(self.value(row))


class Texts:
    """[label, text] of some columns for thousands of rows, from plain values: no row is made an object of.

    `lookups` are what to ask the database for. A sealed column has none, nor one that refers to what has no name.
    """

    def __init__(self, columns: Iterable[Column]) -> None:
        self.columns = [column for column in columns if column.sort and not column.sort.endswith("_id")]
        self.labels = [str(column.label) for column in self.columns]
        self.lookups = [column.sort for column in self.columns]
        self.known: dict[tuple[str, Any], str] = {}

    def of(self, values: Iterable[Any]) -> list[list[str]]:
        told = map(self._text, self.columns, values)
        return [[label, text] for label, text in zip(self.labels, told, strict=True)]

    def _text(self, column: Column, kept: Any) -> str:
        """Words that many rows share (a choice, an area) are made once."""
        if not isinstance(kept, bool | str):
            return str(shown(None if kept is None else column.spoken(kept)))
        key = column.name, kept
        if key not in self.known:
            self.known[key] = str(shown(column.spoken(kept)))
        return self.known[key]


def shown(value: Any) -> Any:
    """A value as people read it: dates short, numbers with thousands, yes or no, "—" for nothing."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return ui.moment(value)
    if isinstance(value, date):
        return ui.day(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return ui.count(value) if isinstance(value, int | float) else force_str(value)


def column_of(model: type[models.Model], name: str, vocabulary: Any) -> Column:
    """The column for a field, a lookup over foreign keys, or a measure of the vocabulary."""
    field = field_at(model, name)
    if field is None:
        return _measure_column(name, vocabulary)
    if isinstance(field, models.ForeignKey):
        return Column(name, label_of(field, vocabulary), sort=_name_lookup(name, field), relation=name)
    relation = name.rpartition("__")[0]
    words = dict(field.flatchoices) if field.choices else None
    sealed = isinstance(field, SealedField)
    return Column(
        name,
        label_of(field, vocabulary),
        sort="" if sealed else name,
        numeric=isinstance(field, NUMBERS) and not words,
        sealed=sealed,
        relation=relation,
        choices=(lambda value: words.get(value, value)) if words else None,
    )


def field_at(model: type[models.Model], name: str) -> Any:
    """The field at the end of a lookup path, or None when the name is no field."""
    steps = name.split("__")
    field: Any = None
    for step in steps:
        try:
            field = model._meta.get_field(step)
        except FieldDoesNotExist:
            return None
        if field.is_relation and field.related_model and step != steps[-1]:
            model = field.related_model
    return field if getattr(field, "concrete", False) else None


def _measure_column(name: str, vocabulary: Any) -> Column:
    word = vocabulary.find(name) if vocabulary else None
    if word is None or word.expression is None:
        raise ImproperlyConfigured(f"The column {name} is neither a field nor a measure.")
    choices = (lambda value: getattr(word.choice(value), "label", value)) if word.choices else None
    label = lazy(word.spoken, str)()
    return Column(name, label, sort=name, numeric=word.kind == "number", measure=True, choices=choices)


def label_of(field: Any, vocabulary: Any) -> Any:
    """What the field is called; a reference without a name of its own is called as in conditions, else what it refers to."""
    if field.is_relation and field.verbose_name == field.name.replace("_", " "):
        word = vocabulary.find(field.name) if vocabulary else None
        return lazy(word.spoken, str)() if word else field.related_model._meta.verbose_name
    return field.verbose_name


def _name_lookup(name: str, field: Any) -> str:
    """Order by the name of what a foreign key points at, where it has one."""
    names = {other.name for other in field.related_model._meta.concrete_fields}
    return f"{name}__name" if "name" in names else f"{name}_id"
