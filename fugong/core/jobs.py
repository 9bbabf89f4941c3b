"""Jobs: the schedule, and the worker that seals events, starts what is due and runs the queue of tasks.

Tasks are functions with `@django_tasks.task()`, put in the queue with `.enqueue()` inside the action's
transaction. They may run twice (a worker can be killed after the work and before the mark), so each one must
bear that. One worker runs per installation, on the machine that has the data directory.
"""

import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string, module_has_submodule
from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from fugong.core import backups, commands, sealer
from fugong.core.exports import writers
from fugong.core.imports import files
from fugong.core.models import Schedule
from fugong.core.refusals import Refused

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3  # a task during which the worker died this often is given up
KEPT_TASKS = timedelta(days=30)
IDLE = 0.3  # seconds between two looks at an empty queue
TICK = 0.5  # seconds between two rounds of the sealer and the schedule


class AnotherWorker(Refused):
    """A worker runs already."""


def plan(
    name: str, path: str, *, at: datetime, every_seconds: int | None = None, at_time: time | None = None
) -> Schedule:
    """Have the task at the dotted `path` run every so many seconds, or each day at a time.

    Call it as often as you like: a changed rhythm counts from `at`; an unchanged one keeps its next time.
    """
    import_string(path)
    row, made = Schedule.objects.get_or_create(
        name=name,
        defaults={
            "task": path,
            "every_seconds": every_seconds,
            "at_time": at_time,
            "next_at": _next(every_seconds, at_time, at),
        },
    )
    if not made and (row.task, row.every_seconds, row.at_time) != (path, every_seconds, at_time):
        row.task, row.every_seconds, row.at_time = path, every_seconds, at_time
        row.next_at = _next(every_seconds, at_time, at)
        row.save()
    return row


def due(at: datetime) -> list[str]:
    """Claim what is due, put it in the queue and return the names.

    The claim and the queued task are one transaction, and the claim holds only if nobody else moved the
    entry on: two workers never start the same entry twice. Times missed while nobody worked are made up by
    one run, not by many.
    """
    started = []
    for entry in Schedule.objects.filter(next_at__lte=at).order_by("next_at"):
        following = _next(entry.every_seconds, entry.at_time, at)
        with transaction.atomic():
            claimed = Schedule.objects.filter(pk=entry.pk, next_at=entry.next_at).update(
                next_at=following, last_at=at
            )
            if claimed:
                import_string(entry.task).enqueue()
                started.append(entry.name)
    return started


def plan_own(at: datetime) -> None:
    """The jobs of core (anchor before midnight, backup and cleaning in the night) and of every module's `schedules.py`."""
    plan("core.anchor", "fugong.core.jobs.daily_anchor", at=at, at_time=time(23, 55))
    plan("core.backup", "fugong.core.jobs.daily_backup", at=at, at_time=time(2, 30))
    plan("core.cleaning", "fugong.core.jobs.daily_cleaning", at=at, at_time=time(3, 30))
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "schedules"):
            for name, path, seconds in import_module(f"{config.name}.schedules").SCHEDULES:
                plan(name, path, at=at, every_seconds=seconds)


@task()
def daily_anchor() -> None:
    sealer.anchor(timezone.localdate())


@task(queue_name="slow")
def daily_backup() -> None:
    directory = Path(settings.BACKUPS_DIR)
    backups.backup(directory)
    backups.prune(directory)


@task(queue_name="slow")
def daily_cleaning() -> None:
    """Sessions that ran out, files of exports and imports past their day, old commands and finished tasks."""
    now = timezone.now()
    call_command("clearsessions")
    writers.sweep(now)
    files.sweep(now)
    commands.forget(now - timedelta(days=settings.COMMAND_DAYS))
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT_TASKS).delete()


def run_worker(stop: threading.Event, once: bool = False) -> None:
    """Work until `stop` is set; with `once`, do what is waiting now and return. Raises AnotherWorker.

    Sealer and schedule have a thread of their own, so that a long task does not hold them up.
    """
    with _only_worker():
        recover()
        plan_own(timezone.now())
        if once:
            _tick()
            while _run_one():
                pass
            _tick()
            return
        clock = threading.Thread(target=_keep, args=(stop, _tick, TICK), name="fugong-clock", daemon=True)
        clock.start()
        try:
            _keep(stop, partial(_run_queue, stop), IDLE)
        finally:
            stop.set()
            clock.join(timeout=10)


def recover() -> int:
    """Put back what a dead worker left running, or give it up after MAX_ATTEMPTS; returns how many.

    Only the one worker calls this, before it starts: whatever is running then has nobody who runs it.
    """
    again = 0
    for left in DBTaskResult.objects.running():
        if len(left.worker_ids) >= MAX_ATTEMPTS:
            left.set_failed(RuntimeError(f"The worker died {len(left.worker_ids)} times during this task."))
        else:
            again += DBTaskResult.objects.filter(pk=left.pk, status="RUNNING").update(
                status="READY", started_at=None
            )
    return again


def _next(every_seconds: int | None, at_time: time | None, after: datetime) -> datetime:
    if every_seconds:
        return after + timedelta(seconds=every_seconds)
    assert at_time is not None
    local = timezone.localtime(after)
    today = local.replace(hour=at_time.hour, minute=at_time.minute, second=at_time.second, microsecond=0)
    return today if today > local else today + timedelta(days=1)


def _tick() -> None:
    while sealer.seal_events():
        pass
    due(timezone.now())


def _run_one() -> bool:
    """Run the next task of the queue, if there is one. Looking first spares an empty queue the write lock."""
    if not DBTaskResult.objects.ready().exists():
        return False
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id=f"{os.uname().nodename[:40]}-{os.getpid()}",
        excluded_queue_names=[],
    )
    worker.run()
    return True


def _run_queue(stop: threading.Event) -> None:
    while not stop.is_set() and _run_one():
        pass


def _keep(stop: threading.Event, job: Callable[[], None], pause: float) -> None:
    """Do `job` again and again until `stop`.

    A database that is away is waited for, any other error is logged.
    """
    while not stop.is_set():
        wait = pause
        try:
            close_old_connections()
            job()
        except DatabaseError:
            logger.exception("The database did not answer; trying again.")
            connection.close()
            wait = 2.0
        except Exception:
            logger.exception("A round of the worker failed; going on.")
            wait = 2.0
        stop.wait(wait)
    connection.close()


@contextmanager
def _only_worker() -> Iterator[None]:
    descriptor = os.open(
        Path(settings.DATA_DIR) / "worker.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
    )
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherWorker(_("A worker runs already for this data directory.")) from None
        yield
    finally:
        os.close(descriptor)
