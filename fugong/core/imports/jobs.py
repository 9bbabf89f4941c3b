"""Runs imports: small ones while the page waits, larger ones as a background job or beside the page."""

import threading

from django.db import connections
from django_tasks import task

from fugong.core.imports import machine, rules
from fugong.core.models import Import


@task(queue_name="slow")
def run(import_id: int) -> None:
    """Take an import in; harmless when it is done or somebody else holds it."""
    machine.run(import_id)


def begin(import_id: int, rows: int) -> None:
    """After the start was committed: at once when small, else queued for a worker."""
    if rows <= rules.SMALL:
        machine.run(import_id)
    else:
        run.enqueue(import_id)


def go_on_here(batch: Import) -> None:
    """Where no worker takes the job (or the one that did has died), run it beside the page in this process.

    The lease decides who writes; starting once too often does nothing.
    """
    threading.Thread(target=_in_thread, args=[batch.pk], name=f"import-{batch.pk}", daemon=True).start()


def _in_thread(import_id: int) -> None:
    try:
        machine.run(import_id)
    finally:
        connections.close_all()
