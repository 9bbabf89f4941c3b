"""What stops the start, and what a monitor hears."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import RequestFactory
from django_tasks_db.models import DBTaskResult

from fugong.core import checks, health, keyring, sealer
from fugong.core.models import Event
from fugong.core.refusals import Refused
from tests.core.test_sqlite_turn import ALIAS, database  # noqa: F401 (a fixture)

AT = datetime(2020, 2, 10, 9, 0, tzinfo=UTC)


def event() -> None:
    Event.objects.create(name="a.b.c", target="a.b", target_id=1, at=AT)


def numbers(found: list[Any]) -> list[str]:
    return [message.id for message in found]


@pytest.mark.django_db
def test_nothing_stands_against_a_fresh_start(settings: Any) -> None:
    settings.DEMO = settings.DEBUG = False
    keyring.keys_of(1, make=True)
    assert checks.why_not_start() == []


@pytest.mark.django_db
@pytest.mark.parametrize(("debug", "demo", "found"), [(True, False, ["fugong.E001"]), (True, True, [])])
def test_debug_pages_only_in_the_demo(settings: Any, debug: bool, demo: bool, found: list[str]) -> None:
    settings.DEBUG, settings.DEMO = debug, demo
    assert numbers(checks.settings_checks(None)) == found


def test_no_request_as_one_transaction(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ATOMIC_REQUESTS", True)
    assert "fugong.E002" in numbers(checks.settings_checks(None))


def test_keys_that_others_may_read(settings: Any) -> None:
    keyring.keys_of(1, make=True)
    assert numbers(checks.settings_checks(None)) == []
    settings.KEYRING_DIR.chmod(0o755)
    (settings.KEYRING_DIR / "master.json").chmod(0o644)
    assert numbers(checks.settings_checks(None)) == ["fugong.E003"] * 2


def test_pragmas_are_read_back(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    from django.db import connections

    wrapper = connections[ALIAS]
    monkeypatch.setattr(checks, "connections", {"default": wrapper})
    monkeypatch.setattr(checks, "connection", wrapper)
    assert checks._pragmas() == []
    with wrapper.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=OFF")
    assert numbers(checks._pragmas()) == ["fugong.E006"] * 2


@pytest.mark.django_db
def test_a_missing_trigger_is_found() -> None:
    on = " ON core_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER event_stays{on}")
    [message] = checks.database_checks(None, databases=["default"])
    assert message.id == "fugong.E007" and "event_stays" in str(message.msg)


@pytest.mark.django_db
def test_another_keyring_than_that_of_the_data(settings: Any, tmp_path: Path) -> None:
    event()
    sealer.seal_events()
    assert checks.database_checks(None, databases=["default"]) == []
    settings.KEYRING_DIR = tmp_path / "another"
    assert numbers(checks.database_checks(None, databases=["default"])) == ["fugong.E008"]


@pytest.mark.django_db
def test_the_demo_does_not_start_beside_other_data(settings: Any) -> None:
    settings.DEMO = True
    assert checks.why_not_start() == []
    event()
    assert numbers(checks.database_checks(None, databases=["default"])) == ["fugong.E009"]
    with pytest.raises(Refused):
        checks.mark_as_demo()
    Path(settings.DATA_DIR, checks.DEMO_MARK).touch()
    checks.mark_as_demo()
    assert checks.database_checks(None, databases=["default"]) == []


def ask() -> tuple[int, dict[str, Any]]:
    response = health.healthz(RequestFactory().get("/healthz"))
    return response.status_code, json.loads(response.content)


@pytest.fixture(autouse=True)
def _own_backups(settings: Any, tmp_path: Path) -> None:
    settings.BACKUPS_DIR = tmp_path / "backups"
    health._first_seen.clear()


@pytest.mark.django_db
def test_healthy_with_a_backup_degraded_without(settings: Any) -> None:
    code, said = ask()
    assert (code, said["status"], said["backup"]) == (200, "degraded", {"ok": False, "age": None})
    made = settings.BACKUPS_DIR / "fugong-20200210T000000-000"
    made.mkdir(parents=True)
    (made / "manifest.json").write_text("{}")
    code, said = ask()
    assert (code, said["status"]) == (200, "ok")


@pytest.mark.django_db
def test_an_audit_that_stands_still_is_serious() -> None:
    event()
    assert health.parts_at(AT)["audit"] == {"ok": True, "age": 0.0}
    assert health.parts_at(AT + timedelta(seconds=301))["audit"] == {"ok": False, "age": 301.0}
    sealer.seal_events()
    assert health.parts_at(AT + timedelta(seconds=302))["audit"] == {"ok": True, "age": 0.0}


@pytest.mark.django_db
def test_a_slow_queue_is_a_warning() -> None:
    from django_tasks_db.models import get_date_max

    row = DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="a.b",
        backend_name="default",
        run_after=get_date_max(),
    )
    DBTaskResult.objects.filter(pk=row.pk).update(enqueued_at=AT)
    assert health.parts_at(AT + timedelta(seconds=1000))["queue"] == {"ok": False, "age": 1000.0}


@pytest.mark.django_db
def test_a_database_that_is_away_and_a_full_disk_are_serious(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseError

    monkeypatch.setattr(health, "_database", away)
    code, said = ask()
    assert (code, said["status"], said["database"]) == (503, "failing", {"ok": False})
    monkeypatch.undo()
    monkeypatch.setattr(health, "MIN_FREE", 10**18)
    assert ask()[0] == 503


def test_only_get_is_answered() -> None:
    assert health.healthz(RequestFactory().post("/healthz")).status_code == 405
