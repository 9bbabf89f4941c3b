"""The world of the matrix: built once for all addresses, every test leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tests.matrix.world import World, build_world
from tests.town import NOW


@pytest.fixture(scope="module")
def standing_world(
    django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The world in a transaction that is taken back after the module; the clock stands still."""
    patch = pytest.MonkeyPatch()
    place = tmp_path_factory.mktemp("matrix")
    patch.setattr(timezone, "now", lambda: NOW)
    for name, folder in (("KEYRING_DIR", "keyring"), ("UPLOADS_DIR", "uploads"), ("DATA_DIR", "")):
        patch.setattr(settings, name, Path(place / folder))
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        world.places = {name: getattr(settings, name) for name in ("KEYRING_DIR", "UPLOADS_DIR", "DATA_DIR")}
        for visitor in world.visitors():
            world.client(visitor.user)
        yield world
        transaction.set_rollback(True)
    patch.undo()


@pytest.fixture
def world(standing_world: World, django_db_blocker: Any, settings: Any) -> Iterator[World]:
    """Every test has folders of its own, but the world has its keys and files."""
    for name, folder in standing_world.places.items():
        setattr(settings, name, folder)
    with django_db_blocker.unblock(), transaction.atomic():
        yield standing_world
        transaction.set_rollback(True)
