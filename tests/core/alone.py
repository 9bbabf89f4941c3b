"""A small program of its own for the tests that kill, crowd and resend: core alone, on its own FUGONG_DATA.

python -m tests.core.alone write     commits rows and prints the key of each committed one, until killed
python -m tests.core.alone resend    sends 100 commands 5 times each from 20 threads; prints what came of it
python -m tests.core.alone import    writes in chunks of 200 until killed, as an import does
python -m tests.core.alone check     prints what stands in the database
python -m tests.core.alone fill      three events and an upload
python -m tests.core.alone backup    makes a backup and prints where
python -m tests.core.alone restore <directory> [force]
"""

import json
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

AT = datetime(2020, 2, 10, 9, 0, tzinfo=UTC)


def set_up() -> None:
    """Core without the modules above it starts in a third of the time."""
    import django
    from django.conf import settings

    from fugong import settings as product

    settings.configure(
        INSTALLED_APPS=["fugong.core"],
        DATABASES=product.DATABASES,
        DEFAULT_AUTO_FIELD=product.DEFAULT_AUTO_FIELD,
        KEYRING_DIR=product.KEYRING_DIR,
        DATA_DIR=product.DATA_DIR,
        UPLOADS_DIR=product.UPLOADS_DIR,
        BACKUPS_DIR=product.BACKUPS_DIR,
        SECRET_KEY="of a test",
        ALLOWED_HOSTS=["*"],
        USE_TZ=True,
        DEBUG=False,
        DEMO=False,
    )
    django.setup()


def migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def write() -> None:
    """One command with its event a transaction; meanwhile a sealer at work, as in the product."""
    from django.db import transaction

    from fugong.core.audit import record
    from fugong.core.models import Command

    threading.Thread(target=seal_for_ever, daemon=True).start()
    while True:
        key = uuid.uuid4()
        print("begin", key, flush=True)
        with transaction.atomic():
            row = Command.objects.create(key=key, path="/", digest="", at=AT, status=200)
            stands_for = SimpleNamespace(_meta=row._meta, pk=0)  # a command's number is not a plain number
            record("core.command.kept", stands_for, by=None, at=AT, key=str(key))  # type: ignore[arg-type]
        print("done", key, flush=True)


def seal_for_ever() -> None:
    from fugong.core import sealer

    while True:
        sealer.seal_events()


def import_for_ever() -> None:
    from django.db import transaction

    from fugong.core.models import RememberedMapping

    number = 0
    print("running", flush=True)
    while True:
        with transaction.atomic():
            rows = [
                RememberedMapping(register="import", header=f"{number}-{n}", field="f") for n in range(200)
            ]
            RememberedMapping.objects.bulk_create(rows)
        number += 1


def check() -> None:
    from django.db import connection

    from fugong.core import sealer
    from fugong.core.models import Command, Event

    whole = "ok"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            whole = cursor.execute("PRAGMA integrity_check").fetchone()[0]
    events = [changes.get("key") for changes in Event.objects.values_list("changes", flat=True)]
    keys = [str(key) for key in Command.objects.values_list("key", flat=True)]
    print(json.dumps({"whole": whole, "keys": keys, "events": events, "chain": sealer.verify()}))


def fill() -> None:
    from django.conf import settings

    from fugong.core import sealer
    from fugong.core.audit import record
    from fugong.core.models import SavedView

    view = SavedView.objects.create(register="r", name="看板", at=AT)
    for number in range(3):
        record("core.saved_view.changed", view, by=None, at=AT, number=number)
    sealer.anchor(AT.date())
    settings.UPLOADS_DIR.mkdir(exist_ok=True)
    (settings.UPLOADS_DIR / "photo.jpg").write_bytes(b"a photo")


def make_backup() -> None:
    from django.conf import settings

    from fugong.core import backups

    print(backups.backup(settings.BACKUPS_DIR))


def restore() -> None:
    from fugong.core import backups
    from fugong.core.refusals import Refused

    try:
        print(json.dumps(backups.restore(Path(sys.argv[2]), force="force" in sys.argv)))
    except Refused as refused:
        print(f"refused: {refused}")


def resend() -> None:
    print(json.dumps(storm(commands=100, times=5, threads=20)))


def storm(*, commands: int, times: int, threads: int) -> dict[str, Any]:
    """Send each command `times` times, all mixed; how often each one acted, and the answers it got."""
    keys = [uuid.uuid4() for _ in range(commands)]
    with ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(send, [key for _ in range(times) for key in keys]))
    from fugong.core.models import RememberedMapping

    acted = list(RememberedMapping.objects.filter(register="storm").values_list("field", flat=True))
    different = {key: {answer for sent, answer in answers if sent == key} for key in map(str, keys)}
    return {"acted": acted, "sent": len(answers), "most_answers": max(map(len, different.values()))}


def send(key: uuid.UUID) -> tuple[str, str]:
    """One POST of a form; nothing but the key of the command keeps its row from being doubled."""
    from django.db import connection
    from django.http import HttpResponse
    from django.test import RequestFactory

    from fugong.core.commands import run_once
    from fugong.core.models import RememberedMapping

    request = RequestFactory().post("/x", {"command": str(key), "field": "f"})
    request.user = SimpleNamespace(pk=1)  # type: ignore[assignment]

    def act() -> HttpResponse:
        made = RememberedMapping.objects.create(register="storm", header=str(uuid.uuid4()), field=str(key))
        return HttpResponse(f"made {made.pk}")

    try:
        response = run_once(request, act)
        return str(key), f"{response.status_code} {response.content.decode()}"
    finally:
        connection.close()


if __name__ == "__main__":
    set_up()
    jobs = {
        "migrate": migrate,
        "write": write,
        "resend": resend,
        "import": import_for_ever,
        "check": check,
        "fill": fill,
        "backup": make_backup,
        "restore": restore,
    }
    jobs[sys.argv[1]]()
