"""The schedule starts each thing once, and the worker does what is waiting."""

import os
import threading
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from fugong.core import commands, jobs
from fugong.core.imports import files
from fugong.core.models import Command, Event, Import, SavedView, Schedule
from fugong.visits import photos

pytestmark = pytest.mark.django_db

AT = datetime(2020, 2, 10, 1, 0, tzinfo=UTC)  # nine in the morning in Shanghai
NOTE = "tests.core.test_jobs.note"
FAIL = "tests.core.test_jobs.fail"


@pytest.fixture(autouse=True)
def _queue_in_the_database(settings: Any) -> None:
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "slow"]},
    }


@task()
def note() -> None:
    SavedView.objects.create(register="jobs", name=str(SavedView.objects.count()), at=AT)


@task()
def fail() -> None:
    raise ValueError("as asked")


def test_every_so_many_seconds() -> None:
    jobs.plan("a", NOTE, at=AT, every_seconds=60)
    assert jobs.due(AT + timedelta(seconds=59)) == []
    assert jobs.due(AT + timedelta(seconds=60)) == ["a"]
    assert jobs.due(AT + timedelta(seconds=61)) == []
    assert DBTaskResult.objects.count() == 1


def test_at_a_time_of_day_of_the_place() -> None:
    row = jobs.plan("a", NOTE, at=AT, at_time=time(9, 30))
    assert row.next_at == AT + timedelta(minutes=30)
    assert jobs.plan("b", NOTE, at=AT, at_time=time(8, 30)).next_at == AT + timedelta(hours=23, minutes=30)
    assert jobs.due(AT + timedelta(hours=1)) == ["a"]
    assert Schedule.objects.get(name="a").next_at == AT + timedelta(days=1, minutes=30)


def test_days_without_a_worker_are_made_up_by_one_run() -> None:
    jobs.plan("a", NOTE, at=AT, every_seconds=60)
    assert jobs.due(AT + timedelta(days=3)) == ["a"]
    assert jobs.due(AT + timedelta(days=3)) == []


def test_planning_again_changes_nothing_and_a_new_rhythm_counts_from_now() -> None:
    first = jobs.plan("a", NOTE, at=AT, every_seconds=60)
    later = AT + timedelta(seconds=50)
    assert jobs.plan("a", NOTE, at=later, every_seconds=60).next_at == first.next_at
    assert jobs.plan("a", NOTE, at=later, every_seconds=30).next_at == later + timedelta(seconds=30)
    assert Schedule.objects.count() == 1


def test_a_task_that_does_not_exist_is_refused_at_once() -> None:
    with pytest.raises(ImportError):
        jobs.plan("a", "tests.core.test_jobs.missing", at=AT, every_seconds=60)


def test_two_who_see_the_same_entry_start_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.plan("a", NOTE, at=AT, every_seconds=60)
    at = AT + timedelta(seconds=60)
    seen = list(Schedule.objects.all())
    assert jobs.due(at) == ["a"]

    class Stale:
        """What the slower of the two read before the faster one moved the entry on."""

        def filter(self, **conditions: Any) -> Any:
            return self if "next_at__lte" in conditions else Schedule._default_manager.filter(**conditions)

        def order_by(self, *_: str) -> list[Schedule]:
            return seen

    monkeypatch.setattr(Schedule, "objects", Stale())
    assert jobs.due(at) == []
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_runs_what_waits_seals_and_outlives_a_failing_task() -> None:
    Event.objects.create(name="a.b.c", target="a.b", target_id=1, at=AT)
    fail.enqueue()
    note.enqueue()
    jobs.run_worker(threading.Event(), once=True)
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "SUCCESSFUL"]
    assert SavedView.objects.filter(register="jobs").count() == 1
    assert not Event.objects.filter(sequence__isnull=True).exists()
    assert set(Schedule.objects.values_list("name", flat=True)) >= {
        "core.anchor",
        "core.backup",
        "core.cleaning",
        "enterprises.listings",
        "visits.loop",
        "visits.photos",
    }


def test_only_one_worker_per_data_directory() -> None:
    with jobs._only_worker(), pytest.raises(jobs.AnotherWorker):
        jobs.run_worker(threading.Event(), once=True)
    jobs.run_worker(threading.Event(), once=True)


def test_what_a_dead_worker_left_is_run_again_but_not_for_ever() -> None:
    note.enqueue()
    left = DBTaskResult.objects.get()
    for _ in range(jobs.MAX_ATTEMPTS - 1):
        left.claim("dead")
        assert jobs.recover() == 1
        left.refresh_from_db()
        assert left.status == "READY"
    left.claim("dead")
    assert jobs.recover() == 0
    left.refresh_from_db()
    assert left.status == "FAILED" and "died 3 times" in left.traceback


def test_the_worker_stops_when_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rounds themselves run in another thread; here they only count."""
    rounds: list[str] = []
    stop = threading.Event()
    monkeypatch.setattr(jobs, "_tick", lambda: rounds.append("tick"))
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)
    monkeypatch.setattr(jobs.connection, "close", lambda: None)
    monkeypatch.setattr(jobs, "_run_queue", lambda stop: (rounds.append("queue"), stop.set()))
    jobs.run_worker(stop)
    assert "queue" in rounds


def test_daily_jobs_of_core(settings: Any, tmp_path: Any) -> None:
    settings.BACKUPS_DIR = tmp_path / "backups"
    Event.objects.create(name="a.b.c", target="a.b", target_id=1, at=AT)
    jobs.daily_anchor.call()
    from fugong.core.models import Anchor

    assert Anchor.objects.get().on == timezone.localdate()


def test_cleaning_takes_old_finished_tasks_only() -> None:
    for _ in range(3):
        note.enqueue()
    old, fresh, waiting = DBTaskResult.objects.all()
    for row, at in ((old, AT), (fresh, timezone.now())):
        DBTaskResult.objects.filter(pk=row.pk).update(status="SUCCESSFUL", finished_at=at)
    jobs.daily_cleaning.call()
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == {fresh.pk, waiting.pk}


# Cleaning


def aged(path: Path, days: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    moment = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))
    return path


def kept_import(name: str, days: float, status: str = "done") -> Path:
    """An import whose file was received that many days ago."""
    at = timezone.now() - timedelta(days=days)
    Import.objects.create(
        register="x", filename=name, digest="", stored_as=name, at=at, finished_at=at, status=status
    )
    return aged(files.folder() / name, days)


def test_files_of_old_imports_and_of_none_are_swept(settings: Any, tmp_path: Path) -> None:
    settings.UPLOADS_DIR = tmp_path
    kept = [
        kept_import("young.xlsx", 29),
        kept_import("running.xlsx", 90, "running"),
        aged(files.folder() / "being-received.xlsx", 0),
    ]
    gone = [kept_import("old.xlsx", 31), kept_import("never.csv", 40, "mapping")]
    gone.append(aged(files.folder() / "rolled-back.xlsx", 1))
    jobs.daily_cleaning.func()
    assert [path.exists() for path in kept] == [True] * 3
    assert [path.exists() for path in gone] == [False] * 3
    assert Import.objects.count() == 4


def test_commands_are_forgotten_after_their_days(monkeypatch: Any) -> None:
    monkeypatch.setattr(commands, "FORGOTTEN_AT_ONCE", 2)
    now = timezone.now()
    for days in (0, 29, 31, 40, 50):
        Command.objects.create(path="/", digest="", at=now - timedelta(days=days), status=302)
    jobs.daily_cleaning.func()
    assert Command.objects.count() == 2


def test_photos_without_a_visit_are_swept(settings: Any, tmp_path: Path) -> None:
    settings.UPLOADS_DIR = tmp_path
    known, lost, young = "aa1.jpg", "bb2.jpg", "cc3.jpg"
    for name, days in ((known, 9), (lost, 9), (young, 0)):
        aged(photos.place_of(name), days)
    assert photos.sweep({known}, timezone.now()) == 1
    assert [photos.place_of(name).exists() for name in (known, lost, young)] == [True, False, True]
