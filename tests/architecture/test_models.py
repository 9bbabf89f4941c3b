"""Rows point down the house, and statuses stand in tables of moves with one owner each."""

import importlib
import importlib.util
from collections.abc import Iterator
from types import ModuleType

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.source import HOUSE


def _own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("fugong.")]


def _module(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def _foreign_keys() -> Iterator[tuple[type[models.Model], models.Field, type[models.Model]]]:
    for model in _own_models():
        for field in model._meta.get_fields():
            if isinstance(field, (models.ForeignKey, models.ManyToManyField)):
                yield model, field, field.related_model


def test_foreign_keys_point_down() -> None:
    wrong = [
        f"{model._meta.label}.{field.name} points up to {target._meta.label}"
        for model, field, target in _foreign_keys()
        if target.__module__.startswith("fugong.")
        and HOUSE.index(_module(target)) > HOUSE.index(_module(model))
    ]
    assert wrong == []


def test_foreign_keys_across_modules_leave_no_name_on_the_other_side() -> None:
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model, field, target in _foreign_keys()
        if _module(model) != target.__module__.split(".")[1] and not field.remote_field.hidden
    ]
    assert wrong == [], 'these need related_name="+"'


def test_no_model_overrides_save() -> None:
    assert [model._meta.label for model in _own_models() if "save" in vars(model)] == []


def test_no_model_has_a_default_order() -> None:
    assert [model._meta.label for model in _own_models() if model._meta.ordering] == []


def _rules() -> Iterator[ModuleType]:
    for name in HOUSE:
        if importlib.util.find_spec(f"fugong.{name}.rules"):
            yield importlib.import_module(f"fugong.{name}.rules")


def _tables() -> list[tuple[str, dict[str, set[str]], dict[str, str]]]:
    """Every table of moves with its owners: MOVES and OWNERS, or X_MOVES and X_OWNERS beside them."""
    found = []
    for rules in _rules():
        for name in vars(rules):
            if name == "MOVES" or name.endswith("_MOVES"):
                owners = getattr(rules, name.removesuffix("MOVES") + "OWNERS", {})
                found.append((f"{rules.__name__}.{name}", getattr(rules, name), owners))
    return found


TABLES = pytest.mark.parametrize(("name", "moves", "owners"), _tables(), ids=[row[0] for row in _tables()])


@TABLES
def test_every_move_leads_to_a_status_of_the_table(name: str, moves: dict, owners: dict) -> None:
    reached = {target for targets in moves.values() for target in targets}
    assert reached <= set(moves), name


@TABLES
def test_every_status_says_who_must_act(name: str, moves: dict, owners: dict) -> None:
    assert set(owners) == set(moves), f"beside {name} stands OWNERS: for each status the one who must act"
    assert all(str(owner) for owner in owners.values())


def test_every_status_field_is_in_a_table_of_moves() -> None:
    tables = [{str(status) for status in moves} for _name, moves, _owners in _tables()]
    wrong = []
    for model in _own_models():
        for field in model._meta.concrete_fields:
            values = {str(value) for value, _label in field.choices or []}
            if field.name == "status" and values and values not in tables:
                wrong.append(f"{model._meta.label}.status: {sorted(values)}")
    assert wrong == [], "a status that changes stands in the MOVES of its module's rules"
