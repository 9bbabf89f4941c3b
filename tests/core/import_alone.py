"""A program of its own for the kill test of imports, on the database of FUGONG_DATA.

python -m tests.core.import_alone prepare       a town, and a started import of 700 messy rows
python -m tests.core.import_alone run [slowly]  goes on with it; prints each cursor, then its state
python -m tests.core.import_alone digest        what stands in the database, without numbers that may differ
"""

import hashlib
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any


def prepare() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from fugong.core.imports import actions
    from tests.core.ledger import Firms, workbook
    from tests.town import build

    town = build({})
    batch = actions.receive(
        Firms,
        content=workbook(messy_rows()),
        filename="ledger.xlsx",
        by=town.chen,
        at=town.now,
        campaign=town.campaign,
    )
    actions.map_columns(batch, actions.proposed_choice(batch), by=town.chen, at=town.now)
    actions.start(batch, again=False, by=town.chen, at=town.now)
    print("ready")


def messy_rows() -> list[list[Any]]:
    """New rows, the same ones again further down, and faulty ones."""
    from tests.core.ledger import sound_rows

    rows = sound_rows(600, ("柳村", "松村"))
    for number in range(0, 600, 17):
        rows[number][4] = "许多人"
    repeated = [[*row[:4], 4321, *row[5:]] for row in rows[3:600:6]]
    return [*rows, *repeated]


def run(slowly: bool) -> None:
    """Each process is a new worker at a later time, so that the dead one's lease is over."""
    from fugong.core.imports import machine
    from fugong.core.models import Import

    machine.batch_rows = lambda: 40
    batch = Import.objects.get()
    later = datetime(2020, 3, 1, tzinfo=UTC) + timedelta(hours=batch.fence)

    def progress(cursor: int, total: int) -> None:
        print(cursor, flush=True)
        if slowly:
            time.sleep(0.02)

    print("begins", flush=True)
    print(machine.run(batch.pk, progress=progress, clock=lambda: later).status)


def digest() -> None:
    from fugong.core.models import Event, Import, ImportRow
    from fugong.enterprises.models import Enterprise

    firms = Enterprise.rows.order_by("name", "credit_code")
    rows = ImportRow.objects.order_by("number").values_list("number", "outcome", "problems")
    counts = Import.objects.values_list("status", "cursor", "created", "updated", "repeated", "refused").get()
    found = {
        "firms": list(firms.values_list("name", "credit_code", "headcount", "area_id", "version")),
        "rows": list(rows),
        "events": sorted(Event.objects.values_list("name", "at")),
    }
    text = json.dumps(found, default=str, ensure_ascii=False)
    numbers = {name: len(part) for name, part in found.items()}
    print(json.dumps({"counts": counts, "digest": hashlib.sha256(text.encode()).hexdigest(), **numbers}))


if __name__ == "__main__":
    import os

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "fugong.settings"
    django.setup()
    from tests.core import ledger  # noqa: F401  (its register)

    word = sys.argv[1]
    if word == "run":
        run("slowly" in sys.argv)
    else:
        {"prepare": prepare, "digest": digest}[word]()
