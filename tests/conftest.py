"""Fixtures that every test may use: the cast, a client signed in as one of them, and no network."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from django.test import Client

from tests.gates.amount import IS_NIGHT

# Whoever asks for one of these says something else on another database.
ASKING = {"db", "transactional_db", "django_db_setup"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what asks the database; the rest needs to run on one of the two only (tools/run_tests.sh)."""
    for item in items:
        if item.get_closest_marker("once") and not IS_NIGHT:
            continue
        names = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or names & ASKING:
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Iterator[None]:
    """The tables are kept as soon as the migrations have made them."""
    from tests.tables import TABLES

    own = tmp_path_factory.mktemp("tables")
    # The folder of a process of pytest-xdist lies in that of the run.
    run = own.parent.parent if hasattr(pytestconfig, "workerinput") else own.parent
    kept = getattr(pytestconfig, "cache", None)
    with TABLES.kept(own, run, kept.mkdir("tables") if kept else run):
        yield
    with django_db_blocker.unblock():
        TABLES.forget()


@pytest.fixture(autouse=True)
def _own_places(settings: Any, tmp_path: Path) -> None:
    """Keys, exports and uploads of a test are its own."""
    settings.KEYRING_DIR = tmp_path / "keyring"
    settings.UPLOADS_DIR = tmp_path / "uploads"
    settings.DATA_DIR = tmp_path


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    """The product's hash takes a tenth of a second on purpose; the tests have no secrets."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture
def town(db: Any, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The named cast of tests/town.py, in the database."""
    from django.utils import timezone

    from tests.pack import PACK
    from tests.standing import standing
    from tests.town import build

    found = standing("town", lambda: build(PACK), tmp_path, tmp_path_factory)
    found.campaign.frozen_at = timezone.now()  # its clock begins with the test
    found.campaign.save(update_fields=["frozen_at"])
    return found


@pytest.fixture
def as_user() -> Callable[[Any], Client]:
    """A client signed in as one of the cast: `as_user(town.li).get(...)`."""
    from fugong.access.sessions import MARK, USER

    def signed_in(user: Any) -> Client:
        client = Client()
        session = client.session
        session[USER], session[MARK] = user.pk, user.get_session_auth_hash()
        session.save()
        client.cookies["sessionid"] = session.session_key
        return client

    return signed_in
