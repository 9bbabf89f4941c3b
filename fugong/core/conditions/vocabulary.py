"""What a condition may speak of: each register's declared names, Chinese and English, and nothing else."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, override

from fugong.core.encryption import SealedField

Kind = Literal["number", "text", "choice", "flag", "day", "moment", "member"]
Text = str | Promise

CHINESE = "zh-hans"
ENGLISH = "en"


@dataclass(frozen=True)
class Moment:
    """For what measures are computed: a campaign, a day and an instant (aware)."""

    campaign_id: int | None
    on: date
    at: datetime


@dataclass(frozen=True)
class Choice:
    """A value of a choice field; `words` are more names of it, the first is what Chinese sentences say."""

    value: str | int
    label: Text
    words: tuple[str, ...] = ()

    def spoken(self) -> str:
        """The name in the active language."""
        return self.words[0] if self.words and is_chinese() else str(self.label)

    def names(self) -> set[str]:
        """Everything a person may write for this value, casefolded."""
        return {str(self.value).casefold(), *(word.casefold() for word in self.words), *_in_both(self.label)}


Expression = Callable[[Moment], Combinable]
Member = Callable[[str, Moment], Q]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Standing:
    """Rows of another model of which, on a day, at most one stands for each row that a condition judges.

    `holder` is their foreign key to that row, `on(moment)` which of them stand. A measure that asks whether there is
    one, or for a `column` of it, says so: then many days are counted from that side, in one pass over its rows.
    """

    model: type[models.Model]
    holder: str
    on: Callable[[Moment], Q]
    column: str = ""

    def rows(self) -> models.QuerySet[Any]:
        return self.model._base_manager.all()

    def seen(self, moment: Moment) -> models.QuerySet[Any]:
        """The row that stands, for a subquery of the row that is judged."""
        return self.rows().filter(self.on(moment), **{self.holder: models.OuterRef("pk")})

    def of(self, column: str) -> Standing:
        return replace(self, column=column)


@dataclass(frozen=True)
class Field:
    """One name of a vocabulary.

    A plain field stands for a column (`column`, default the name; forward relations with `__`). A field with
    an `expression` is a measure: it is annotated when a condition uses it. A field of kind "member" asks
    whether a related row exists: `member(value, moment)` gives the `Q`, which must be true or false, never
    unknown; `any_member(moment)` is the `Q` of having one at all (what `is empty` denies).
    """

    name: str
    zh: str = ""
    label: Text = ""
    kind: Kind | None = None
    column: str = ""
    choices: tuple[Choice, ...] = ()
    # More Chinese names of choices by value, beside the labels of the model.
    words: Mapping[Any, tuple[str, ...]] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    expression: Expression | None = None
    member: Member | None = None
    any_member: Callable[[Moment], Q] | None = None
    doc: Text = ""
    standing: Standing | None = None
    is_nullable: bool = True

    def spoken(self) -> str:
        """The name in the active language, for sentences."""
        return self.zh if self.zh and is_chinese() else str(self.label or self.name)

    def written(self) -> str:
        """The name in the active language, as it is written in a condition."""
        return self.zh if self.zh and is_chinese() else self.name

    def names(self) -> tuple[str, ...]:
        """Everything a person may write for this field, casefolded."""
        return tuple(word.casefold() for word in (self.name, self.zh, *self.aliases) if word)

    @property
    def key(self) -> str:
        """How the ORM calls it."""
        return self.name if self.expression else self.column or self.name

    def choice(self, value: object) -> Choice | None:
        return next((choice for choice in self.choices if choice.value == value), None)

    def choice_named(self, word: str) -> Choice | None:
        """The choice that a person means by a value, a label or another name, in either language."""
        return next((choice for choice in self.choices if word.strip().casefold() in choice.names()), None)


def is_chinese() -> bool:
    return (get_language() or CHINESE).startswith("zh")


def _in_both(text: Text) -> set[str]:
    if not isinstance(text, Promise):
        return {text.casefold()}
    found = set()
    for language in (CHINESE, ENGLISH):
        with override(language):
            found.add(str(text).casefold())
    return found


@dataclass(eq=False)
class Vocabulary:
    """The names that conditions over one model may use: its declared fields, and measures of any module."""

    model: type[models.Model]
    own: tuple[Field, ...]

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, the register's own ones first."""
        return self.own + tuple(_MEASURES.get(self.label, {}).values())

    def by_word(self) -> dict[str, Field]:
        """Every word a person may write, casefolded, with its field."""
        return {word: found for found in self.fields for word in found.names()}

    def find(self, word: str) -> Field | None:
        return self.by_word().get(word.casefold())

    def near(self, word: str) -> list[str]:
        """Names that look like a mistyped word, the nearest first, at most three."""
        known = self.by_word()
        close = difflib.get_close_matches(word.casefold(), known, n=6, cutoff=0.6)
        inside = [name for name in known if len(word) > 1 and word.casefold() in name]
        return self.spelt(word, [known[name] for name in [*close, *inside]])[:3]

    def spelt(self, word: str, fields: Iterable[Field]) -> list[str]:
        """The fields' names in the script of the word that was typed."""
        return list(
            dict.fromkeys(found.name if word.isascii() else found.zh or found.name for found in fields)
        )


_VOCABULARIES: dict[str, Vocabulary] = {}
_MEASURES: dict[str, dict[str, Field]] = {}


def vocabulary(model: type[models.Model], fields: Iterable[Field]) -> Vocabulary:
    """Declare a model's vocabulary; kinds, labels and choices come from the model where not given."""
    made = Vocabulary(model, tuple(_completed(found, model) for found in fields))
    if made.label in _VOCABULARIES:
        raise ImproperlyConfigured(f"{made.label} has a vocabulary already.")
    _refuse_double_words(made)
    _VOCABULARIES[made.label] = made
    return made


def vocabulary_of(model: type[models.Model]) -> Vocabulary:
    """The vocabulary of a model, with every module's measures; without one there are no conditions."""
    found = _VOCABULARIES.get(model._meta.label_lower)
    if found is None:
        raise ImproperlyConfigured(
            f"{model._meta.label_lower} has no vocabulary: declare it in conditions.py."
        )
    return found


def vocabularies() -> list[Vocabulary]:
    """Every declared vocabulary, by model."""
    return [_VOCABULARIES[label] for label in sorted(_VOCABULARIES)]


def measure(
    model: str,
    name: str,
    *,
    kind: Kind,
    zh: str,
    label: Text = "",
    choices: Iterable[tuple[str, Text]] = (),
    aliases: tuple[str, ...] = (),
    standing: Standing | None = None,
) -> Callable[[F], F]:
    """Register a measure of `model` (`app.model`, lower case): a function from a moment to an ORM expression.

    A measure of kind "member" gives `Q` for `(value, moment)`. The docstring is the measure's documentation.
    """

    def register(function: F) -> F:
        known = _MEASURES.setdefault(model, {})
        if name in known:
            raise ImproperlyConfigured(f"{model} has a measure {name} already.")
        known[name] = Field(
            name,
            zh=zh,
            label=label or name.replace("_", " "),
            kind=kind,
            choices=tuple(Choice(value, text) for value, text in choices),
            aliases=aliases,
            doc=(function.__doc__ or "").strip(),
            expression=None if kind == "member" else function,
            member=function if kind == "member" else None,
            standing=standing,
        )
        return function

    return register


def _completed(given: Field, model: type[models.Model]) -> Field:
    """The field with what its model knows: kind, label, choices and whether it may be unknown."""
    if given.expression or given.member:
        if given.kind is None:
            raise ImproperlyConfigured(f"{given.name} needs a kind.")
        return replace(given, label=given.label or given.name.replace("_", " "))
    column, is_nullable = _column(model, given.column or given.name)
    choices = given.choices or tuple(
        Choice(value, text, given.words.get(value, ())) for value, text in _choices(column)
    )
    return replace(
        given,
        kind=given.kind or _kind(column),
        label=given.label or column.verbose_name,
        choices=choices,
        is_nullable=is_nullable,
        doc=given.doc or column.help_text,
    )


def _choices(column: models.Field[Any, Any]) -> list[tuple[Any, Any]]:
    return [pair for pair in column.flatchoices if pair[0] not in (None, "")]


def _column(model: type[models.Model], path: str) -> tuple[models.Field[Any, Any], bool]:
    """The concrete column at a path of forward relations, and whether it may be NULL."""
    is_nullable = False
    *steps, last = path.split("__")
    for step in steps:
        relation = model._meta.get_field(step)
        if not (relation.many_to_one or relation.one_to_one) or not relation.concrete:
            raise ImproperlyConfigured(
                f"{path}: {step} is no forward relation; use a measure or a member field."
            )
        is_nullable = is_nullable or relation.null
        model = relation.related_model  # type: ignore[assignment]
    column = model._meta.get_field(last)
    if not isinstance(column, models.Field) or column.is_relation:
        raise ImproperlyConfigured(f"{path} is no plain column.")
    return column, is_nullable or column.null


KINDS: list[tuple[type[models.Field[Any, Any]], Kind]] = [
    (models.BooleanField, "flag"),
    (models.DateTimeField, "moment"),
    (models.DateField, "day"),
    (models.IntegerField, "number"),
    (models.FloatField, "number"),
    (models.DecimalField, "number"),
    (models.CharField, "text"),
    (models.TextField, "text"),
]


def _kind(column: models.Field[Any, Any]) -> Kind:
    """The kind of a column; others than the plain ones (a sealed value, JSON) cannot be asked about."""
    if isinstance(column, SealedField):
        raise ImproperlyConfigured(f"{column} is sealed and cannot be used in conditions.")
    if _choices(column):
        return "choice"
    for base, kind in KINDS:
        if isinstance(column, base):
            return kind
    raise ImproperlyConfigured(f"{column} cannot be used in conditions.")


def _refuse_double_words(made: Vocabulary) -> None:
    seen: dict[str, str] = {}
    for found in made.own:
        for word in set(found.names()):
            if word in seen:
                raise ImproperlyConfigured(f"{made.label}: {word} means both {seen[word]} and {found.name}.")
            seen[word] = found.name


def problems() -> list[str]:
    """Measures that name no vocabulary, a column or a word that is taken; for the start-up checks."""
    found = []
    for label, measures in sorted(_MEASURES.items()):
        declared = _VOCABULARIES.get(label)
        if declared is None:
            found.append(f"{label} has measures ({', '.join(sorted(measures))}) but no vocabulary.")
            continue
        taken = {word for own in declared.own for word in own.names()}
        for one in measures.values():
            if taken & set(one.names()) or _is_column(declared.model, one.name):
                found.append(f"{label}: the name of the measure {one.name} is taken.")
            taken |= set(one.names())
    return found


def _is_column(model: type[models.Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


KIND_WORDS: dict[Kind, Text] = {
    "number": gettext_lazy("a number"),
    "text": gettext_lazy("a text"),
    "choice": gettext_lazy("a choice"),
    "flag": gettext_lazy("yes or no"),
    "day": gettext_lazy("a day"),
    "moment": gettext_lazy("a moment"),
    "member": gettext_lazy("a membership"),
}
