"""The one condition language: a text selects rows, a figure opens them, and the same text explains itself.

Parsed on DjangoQL, checked against the vocabulary of a register, compiled to one `Q`.
See docs/explanation/conditions.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable

from fugong.core.conditions.binding import bind, fields_of, is_blank
from fugong.core.conditions.completion import Suggestion, complete
from fugong.core.conditions.errors import ConditionError
from fugong.core.conditions.reasons import why, why_many
from fugong.core.conditions.saying import said
from fugong.core.conditions.sql import annotated, measures_of, query_of
from fugong.core.conditions.vocabulary import (
    Choice,
    Field,
    Moment,
    Standing,
    Vocabulary,
    measure,
    vocabularies,
    vocabulary,
    vocabulary_of,
)

__all__ = [
    "Choice",
    "ConditionError",
    "Field",
    "Moment",
    "Standing",
    "Suggestion",
    "Vocabulary",
    "annotate",
    "apply",
    "check",
    "compile_condition",
    "complete",
    "explain_names",
    "measure",
    "said",
    "vocabularies",
    "vocabulary",
    "vocabulary_of",
    "why",
    "why_many",
]
M = TypeVar("M", bound=models.Model)


def apply(queryset: models.QuerySet[M], text: str, moment: Moment) -> models.QuerySet[M]:
    """The rows of the queryset that meet the condition, annotated with the measures it uses.

    An empty text changes nothing. Raises `ConditionError`.
    """
    query, annotations = compile_condition(text, queryset.model, moment)
    return annotated(queryset, annotations).filter(query) if query else queryset


def compile_condition(
    text: str, model: type[models.Model], moment: Moment
) -> tuple[Q, dict[str, Combinable]]:
    """The condition as a `Q`, and the annotations it needs before it. Raises `ConditionError`."""
    if is_blank(text):
        return Q(), {}
    bound = bind(text, model)
    return query_of(bound, moment), measures_of(fields_of(bound), moment)


def check(text: str, model: type[models.Model]) -> None:
    """Raise `ConditionError` when the text is no condition over this model."""
    if not is_blank(text):
        bind(text, model)


def explain_names(text: str, model: type[models.Model]) -> list[Field]:
    """The names that a condition uses, each once, in the order of the text. Raises `ConditionError`."""
    return [] if is_blank(text) else fields_of(bind(text, model))


def annotate(queryset: models.QuerySet[M], names: Sequence[str], moment: Moment) -> models.QuerySet[M]:
    """The queryset with the named measures as columns; names that are plain columns are left as they are."""
    known = {field.name: field for field in vocabulary_of(queryset.model).fields}
    wanted = measures_of([known[name] for name in names if name in known], moment)
    return annotated(queryset, wanted)
