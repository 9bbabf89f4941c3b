"""Every address of the product x every role of two towns x GET and POST x own, foreign and missing rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.gates.amount import IS_NIGHT
from tests.matrix.examine import addresses, examine
from tests.matrix.world import World

pytestmark = pytest.mark.django_db
ALL = addresses()


@pytest.mark.parametrize(("route", "name", "view"), ALL, ids=[f"/{route}" for route, _name, _view in ALL])
def test_every_visitor_gets_what_is_theirs(
    world: World, route: str, name: str, view: Callable[..., Any]
) -> None:
    """Of visitors with the same reach one comes; all of them in the night."""
    assert examine(world, route, name, view, every_visitor=IS_NIGHT) == []
