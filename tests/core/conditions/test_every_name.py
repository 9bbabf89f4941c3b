"""Every name that any module declares can be asked about, explained and completed, on every database."""

from __future__ import annotations

from typing import Any

import pytest

from fugong.core.conditions import Field, Moment, Vocabulary, apply, vocabularies, why_many
from fugong.core.conditions.binding import bind
from fugong.core.conditions.reasons import _Source
from fugong.core.conditions.truth import truth
from fugong.core.conditions.vocabulary import problems

VALUES = {"number": "1", "text": '"1"', "flag": "True", "day": "today", "moment": "today", "member": '"1"'}


@pytest.mark.django_db
def test_every_name_can_be_asked(rows: list[Any], moment: Moment) -> None:
    wrong = [
        f"{one.label}.{field.name}"
        for one in vocabularies()
        for field in one.fields
        if not agrees(one, field, moment)
    ]
    assert len(vocabularies()) > 0
    assert wrong == [], "what the database selects, what Python finds true and what has a reason differ"


def agrees(vocabulary: Vocabulary, field: Field, moment: Moment) -> bool:
    """Whether the database, the evaluator and the reasons speak of the same rows."""
    text = question(field)
    bound = bind(text, vocabulary.model)
    everything = vocabulary.model._base_manager.all()
    expected = {
        key for key, row in _Source(bound, moment).rows(everything) if truth(bound, row, moment) is True
    }
    chosen = set(apply(everything, text, moment).values_list("pk", flat=True))
    return chosen == expected == set(why_many(text, everything, moment))


def question(field: Field) -> str:
    """A condition with every comparison that a name of this kind is likely to meet, in both languages."""
    value = f'"{field.choices[0].value}"' if field.choices else VALUES[field.kind or "text"]
    text = f"{field.zh or field.name} != {value} and not {field.name} = {value}"
    return f"{text} or {field.name} > {value}" if field.kind in ("number", "day", "moment") else text


def test_no_name_is_taken_twice_and_no_measure_is_lost() -> None:
    assert problems() == []


def test_every_name_has_both_languages() -> None:
    lacking = [
        f"{one.label}.{field.name}"
        for one in vocabularies()
        for field in one.fields
        if not (field.zh and str(field.label))
    ]
    assert lacking == []
