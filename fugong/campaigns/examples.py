"""Runs a pack's examples: a row with the given values is met by exactly the rules that the example names.

The pack is loaded and the row made inside a transaction that is rolled back, so nothing of it stays. Which rules
a pack has is not known here: every list of tables with keys is one, and each of its text fields may be a condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from fugong.campaigns.actions import load_pack
from fugong.campaigns.dated import value_on
from fugong.campaigns.models import Campaign
from fugong.campaigns.packs import Problem
from fugong.campaigns.reading import Example, Pack, PlacedExample
from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.core.registers.declaration import registry
from fugong.territory.models import Area

Rules = Mapping[str, Mapping[str, str]]


class NotPossible(Exception):
    """An example cannot be run; carries its sentence and what would be allowed."""

    def __init__(self, sentence: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.allowed = allowed


def failures(pack: Pack) -> list[Problem]:
    """What differs from the pack's examples; the pack must have no other problems. Writes nothing that stays."""
    if not pack.examples:
        return []
    at = timezone.now()
    with transaction.atomic():
        campaign = load_pack(pack=pack, by=None, at=at)
        found = [problem for placed in pack.examples for problem in _failures(placed, pack, campaign)]
        transaction.set_rollback(True)
    return found


def _failures(placed: PlacedExample, pack: Pack, campaign: Campaign) -> Iterator[Problem]:
    example = placed.example

    def problem(sentence: str, allowed: tuple[str, ...] = ()) -> Problem:
        return Problem(placed.file, f"“{example.say}”: {sentence}", placed.line, allowed=allowed)

    try:
        model = _model_of(example)
        on = example.on or campaign.starts_on
        at = timezone.make_aware(datetime.combine(on, time(12)))
        with transaction.atomic():
            row = _row_of(model, example, campaign, at)
            for name, expected in example.expect.items():
                rules = _rules(pack, name, example.register_, on)
                unknown = sorted(set(expected) - set(rules))
                if unknown:
                    yield problem(f"{name} has no {', '.join(unknown)}", tuple(rules))
                met = [key for key, text in rules.items() if _is_met(row, text, campaign, on, at)]
                if sorted(met) != sorted(expected):
                    yield problem(f"{name} is {_words(met)}, and not {_words(expected)}")
            transaction.set_rollback(True)
    except NotPossible as error:
        yield problem(str(error), error.allowed)
    except (IntegrityError, DataError) as error:
        yield problem(f"the database takes no such row: {error}")


def _words(keys: list[str]) -> str:
    return ", ".join(sorted(keys)) or "none"


def _model_of(example: Example) -> type[models.Model]:
    """The rows of a register, named by its key (`enterprises`) or by its model (`enterprises.enterprise`)."""
    autodiscover_modules("registers")
    words = {vocabulary.label: vocabulary.model for vocabulary in conditions.vocabularies()}
    keyed = {one.key: one.model for one in registry if one.model._meta.label_lower in words}
    known = {**words, **keyed}
    if example.register_ not in known:
        raise NotPossible(f"there is no register {example.register_!r}", tuple(sorted(known)))
    return known[example.register_]


def _row_of(model: type[models.Model], example: Example, campaign: Campaign, at: datetime) -> models.Model:
    """A saved row with the given values; what it needs beside them is filled in."""
    values = {name: _value(model, name, given, campaign) for name, given in example.given.items()}
    for field in model._meta.concrete_fields:
        if field.name not in values and not field.null and not field.has_default() and not field.primary_key:
            values[field.name] = _filling(field, campaign, at)
    row = model(**values)
    try:
        row.clean_fields(exclude={field.name for field in model._meta.concrete_fields} - set(example.given))
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise NotPossible(f"{name}: {' '.join(sentences)}") from None
    model._base_manager.bulk_create([row])
    return row


def _value(model: type[models.Model], name: str, given: Any, campaign: Campaign) -> Any:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        allowed = tuple(field.name for field in model._meta.concrete_fields if not field.primary_key)
        raise NotPossible(f"{model._meta.label_lower} has no {name!r}", allowed) from None
    if field.related_model is not Area:
        return given
    area = Area.objects.below(campaign.area.path).filter(name=given).first()
    if area is None:
        raise NotPossible(f"the campaign has no area {given!r}")
    return area


def _filling(field: Any, campaign: Campaign, at: datetime) -> Any:
    """A value for a field that an example says nothing of."""
    if field.related_model is Campaign:
        return campaign
    if field.related_model is Area:
        return campaign.area
    if isinstance(field, models.DateTimeField):
        return at
    if isinstance(field, models.DateField):
        return at.date()
    if isinstance(field, models.CharField):
        return "" if field.blank else "example"
    raise NotPossible(f"the example must give {field.name}")


def _rules(pack: Pack, name: str, register: str, on: date) -> dict[str, str]:
    """The conditions of a list of the pack by the keys of its rows; `name` is the list, or the list and the field."""
    found, (wanted, _dot, field) = _lists(pack), name.partition(".")
    if wanted not in found:
        raise NotPossible(f"the pack has no list {wanted!r}", tuple(sorted(found)))
    rows = [row for row in found[wanted] if row.get("register", register) == register]
    texts = {row["key"]: _condition_on(row.get(field or "condition"), on) for row in rows}
    if rows and not any(text is not None for text in texts.values()):
        raise NotPossible(f"the rows of {wanted} have no condition {field or 'condition'!r}")
    return {key: text for key, text in texts.items() if text is not None}


def _condition_on(value: Any, on: date) -> str | None:
    """A condition, or the one of dated ones that holds on a day; None where there is none."""
    if isinstance(value, list):
        value = value_on(value, on) if all(isinstance(row, dict) and "from" in row for row in value) else None
    return value if isinstance(value, str) else None


def _lists(pack: Pack) -> dict[str, list[Mapping[str, Any]]]:
    """Every list of tables with keys, of any part, by its name."""
    return {
        name: rows
        for part in pack.content.values()
        for name, rows in part.items()
        if isinstance(rows, list) and rows and all(isinstance(row, dict) and "key" in row for row in rows)
    }


def _is_met(row: models.Model, text: str, campaign: Campaign, on: date, at: datetime) -> bool:
    rows = type(row)._base_manager.filter(pk=row.pk)
    return conditions.apply(rows, text, Moment(campaign.pk, on, at)).exists()
