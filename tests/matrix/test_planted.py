"""The matrix finds every planted mistake of 36: the 29 kinds seen in real programs, each where it would show."""

from __future__ import annotations

from typing import Any

import pytest

from tests.matrix.examine import addresses, examine
from tests.matrix.planted import AT_CLASSES, AT_VIEWS, Planted
from tests.matrix.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def _address(name: str) -> tuple[str, str, Any]:
    return next(one for one in addresses() if one[1] == name)


@pytest.mark.parametrize(
    ("name", "target", "attribute", "planted"),
    [row[1:] for row in AT_CLASSES],
    ids=[row[0] for row in AT_CLASSES],
)
def test_a_mistake_in_a_class_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, target: Any, attribute: str, planted: Any
) -> None:
    monkeypatch.setattr(target, attribute, planted)
    assert examine(world, *_address(name))


@pytest.mark.parametrize(("name", "planted"), [row[1:] for row in AT_VIEWS], ids=[row[0] for row in AT_VIEWS])
def test_a_mistake_in_a_view_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, planted: Planted
) -> None:
    route, name, view = _address(name)
    wrong = planted(view)
    pattern = next(one for one in _patterns() if one.callback is view)
    monkeypatch.setattr(pattern, "callback", wrong)
    assert examine(world, route, name, wrong)


def _patterns(patterns: Any = None) -> Any:
    from django.urls import get_resolver

    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern
