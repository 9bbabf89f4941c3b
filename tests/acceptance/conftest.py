"""The town of the acceptance tests: the pack of Danzao as the command loads it, with the named cast posted in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fugong.visits import checklists
from tests.acceptance.place import set_day, town_of
from tests.standing import standing

# Each test loads its pack; a workbook that has not changed is converted once for all of them.
converted = cache(checklists.convert)


@pytest.fixture(autouse=True)
def _quick_set_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr("fugong.visits.pack.convert", converted)


@pytest.fixture
def danzao(db: Any, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    town = standing("danzao", lambda: town_of("danzao"), tmp_path, tmp_path_factory)
    set_day(town.campaign, town.today)
    return town
