"""Days, moments and times of day are asked by the fields of `core.inputs` alone: no page loses one for its language."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from datetime import date, datetime, time

import pytest
from django import forms
from django.utils import translation

from fugong.core.inputs import ClockField, ClockInput, DayField, DayInput, MomentField, MomentInput
from tests.architecture.source import PACKAGE, ROOT, python_files, tree, where

OURS = (ClockInput, DayInput, MomentInput)
FIELDS = (forms.DateField, forms.DateTimeField, forms.TimeField)
NAMES = {
    *("DateInput", "DateTimeInput", "TimeInput", "SelectDateWidget"),
    *("SplitDateTimeWidget", "SplitDateTimeField", "SplitHiddenDateTimeWidget"),
    *("DateField", "DateTimeField", "TimeField"),
}
INPUTS = PACKAGE / "core" / "inputs.py"


def _wrong_in(source: ast.AST) -> Iterator[ast.Attribute]:
    """Django's own inputs of dates as `forms.…`; hidden ones, which no person sees, may stay."""
    hidden = {
        call.func
        for call in ast.walk(source)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "widget" and ast.unparse(keyword.value).startswith("forms.HiddenInput")
    }
    for node in ast.walk(source):
        if isinstance(node, ast.Attribute) and node.attr in NAMES and node not in hidden:
            if isinstance(node.value, ast.Name) and node.value.id == "forms":
                yield node


def test_no_form_has_a_date_widget_of_its_own() -> None:
    wrong = [
        f"{where(path, node)}: {ast.unparse(node)}"
        for path in python_files()
        if path != INPUTS
        for node in _wrong_in(tree(path))
    ]
    assert wrong == [], "take DayField, MomentField or ClockField of fugong.core.inputs"


def test_a_widget_of_its_own_is_seen() -> None:
    for text in ("x = forms.DateField(widget=DAY)", "x = forms.DateInput()", "x = forms.TimeField()"):
        assert list(_wrong_in(ast.parse(text))), text
    assert not list(_wrong_in(ast.parse("x = forms.DateTimeField(widget=forms.HiddenInput)")))


def _forms(of: type = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for form in of.__subclasses__():
        yield form
        yield from _forms(form)


def test_no_form_made_from_a_model_takes_djangos_widget() -> None:
    for path in python_files():
        if "forms" in path.stem or "forms" in path.parts:
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    wrong = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in _forms()
        if form.__module__.startswith("fugong.")
        for name, field in form.base_fields.items()
        if isinstance(field, FIELDS) and not isinstance(field.widget, (*OURS, forms.HiddenInput))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_value_that_stands_is_shown_in_every_language(language: str) -> None:
    class Form(forms.Form):
        on, at, clock = DayField(), MomentField(), ClockField()

    moment = datetime(2020, 2, 19, 9, 5)
    with translation.override(language):
        shown = str(Form(initial={"on": moment.date(), "at": moment, "clock": moment.time()}))
        sent = Form({"on": "2020-02-19", "at": "2020-02-19T09:05", "clock": "09:05"})
        assert sent.is_valid(), sent.errors
    for kind, value in (("date", "2020-02-19"), ("datetime-local", "2020-02-19T09:05"), ("time", "09:05")):
        assert f'type="{kind}"' in shown and f'value="{value}"' in shown
    assert sent.cleaned_data["on"] == date(2020, 2, 19) and sent.cleaned_data["clock"] == time(9, 5)
