"""Migrations that move data, forward and backward; and those that one migration replaced."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from fugong.cli.starting import pending_migrations
from fugong.core.refusals import Refused

SQUARE = {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]]}
BEFORE, AFTER = [("territory", "0001_initial")], [("territory", "0002_outline")]


def at(state: list[tuple[str, str]]) -> Any:
    """The tables as they stand at a migration, and the models of that time."""
    executor = MigrationExecutor(connection)
    executor.migrate(state)
    return MigrationExecutor(connection).loader.project_state(state).apps


@pytest.fixture
def migrating(transactional_db: None) -> Iterator[None]:
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_outlines_move_into_their_own_table_and_back(migrating: None) -> None:
    old = at(BEFORE).get_model("territory", "Area")
    common = {"kind": "town", "depth": 1}
    drawn = old.objects.create(name="甲镇", path="1/", boundary=SQUARE, **common)
    plain = old.objects.create(name="乙镇", path="2/", **common)

    outline = at(AFTER).get_model("territory", "Outline")
    assert dict(outline.objects.values_list("area_id", "geometry")) == {drawn.pk: SQUARE}

    back = at(BEFORE).get_model("territory", "Area")
    assert dict(back.objects.values_list("pk", "boundary")) == {drawn.pk: SQUARE, plain.pk: None}


@pytest.mark.django_db
@pytest.mark.parametrize("lacking", [("visits", "0010_discarded"), ("core", "0003_taken")])
def test_a_database_half_way_through_what_one_migration_replaced_is_refused(lacking: tuple[str, str]) -> None:
    assert pending_migrations() == (0, False)
    MigrationRecorder(connection).record_unapplied(*lacking)
    with pytest.raises(Refused, match="迁移的中途"):
        pending_migrations()
