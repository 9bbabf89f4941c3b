"""/healthz: what a monitor asks for. It answers 503 when people cannot work or the audit stands still.

A late backup or a slow queue is a warning (`degraded`, still 200): restarting the server would not help.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from fugong.core import backups
from fugong.core.commands import methods
from fugong.core.guards import public
from fugong.core.models import Event

MAX_UNSEALED = 300  # seconds an event may wait for the sealer
MAX_QUEUE_LAG = 900  # seconds a task may wait for a worker
MIN_FREE = 500 * 1024**2  # bytes
MAX_BACKUP_AGE = 26 * 3600  # seconds: a daily backup and two hours

Part = dict[str, Any]
_first_seen: dict[int, datetime] = {}


@public
@methods("GET")
def healthz(request: HttpRequest) -> JsonResponse:
    """The state of each part; no names, no paths, no counts of rows: anybody may ask."""
    parts = parts_at(timezone.now())
    serious = [name for name in ("database", "audit", "disk") if not parts[name]["ok"]]
    state = "failing" if serious else "ok" if all(part["ok"] for part in parts.values()) else "degraded"
    return JsonResponse({"status": state, **parts}, status=503 if serious else 200)


def parts_at(at: datetime) -> dict[str, Part]:
    """Each part with `ok` and its number: ages in seconds, disk in bytes."""
    try:
        parts = {"database": _database(), "audit": _audit(at), "queue": _queue(at)}
    except DatabaseError:
        parts = {name: {"ok": False} for name in ("database", "audit", "queue")}
    return {**parts, "disk": _disk(), "backup": _backup(at)}


def _database() -> Part:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def _audit(at: datetime) -> Part:
    """How long this process has seen the same event wait: the time inside an event may be one of the past."""
    waiting = Event.objects.filter(sequence__isnull=True).order_by("pk").values_list("pk", flat=True).first()
    if waiting is None:
        _first_seen.clear()
    elif waiting not in _first_seen:
        _first_seen.clear()
        _first_seen[waiting] = at
    return _age(at, _first_seen.get(waiting or 0), MAX_UNSEALED)


def _queue(at: datetime) -> Part:
    ready = DBTaskResult.objects.ready()
    oldest = ready.aggregate(first=Min("enqueued_at"))["first"]
    return _age(at, oldest, MAX_QUEUE_LAG)


def _disk() -> Part:
    free = shutil.disk_usage(settings.DATA_DIR).free
    return {"ok": free >= MIN_FREE, "free": free}


def _backup(at: datetime) -> Part:
    last = backups.latest(Path(settings.BACKUPS_DIR))
    if last is None:
        return {"ok": False, "age": None}
    return _age(at, datetime.fromtimestamp(last.stat().st_mtime, UTC), MAX_BACKUP_AGE)


def _age(at: datetime, since: datetime | None, most: float) -> Part:
    """How long something has waited, in seconds; 0 when nothing waits."""
    age = max(0.0, (at - since).total_seconds()) if since else 0.0
    return {"ok": age <= most, "age": round(age, 1)}
