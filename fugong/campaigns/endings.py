"""What the modules give to the end of a campaign, and what of it is erased.

A module's `closing.py` is found by name and may have: `why_not_close(campaign, at)`, a sentence about what is still
open; `figures(campaign, at)`, what is kept as counts; `end_work(campaign, at)`, which ends what is under way or waits
in a queue; `erase_rows(campaign)` and `erase_files(campaign)`, which may
run any number of times and return what went, by kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils.module_loading import module_has_submodule

from fugong.access.models import Reveal
from fugong.campaigns.models import Campaign
from fugong.core.encryption import SealedField
from fugong.core.exports.writers import path_of as path_of_export
from fugong.core.imports.files import path_of as path_of_import
from fugong.core.models import Command, Export, Import, ImportRow


class Busy(Exception):
    """Somebody reads the database just now, so that its log cannot be cut; try again."""


def obstacles(campaign: Campaign, at: datetime) -> list[str]:
    """What is still open, a sentence each."""
    sentences = [part.why_not_close(campaign, at) for part in _parts("why_not_close")]
    return [sentence for sentence in sentences if sentence]


def final_figures(campaign: Campaign, at: datetime) -> list[dict[str, Any]]:
    """The figures that outlive the campaign."""
    return [row for part in _parts("figures") for row in part.figures(campaign, at)]


def end_work(campaign: Campaign, at: datetime) -> None:
    """What is under way or waits to be done by itself ends with the campaign, so that nobody writes its end later."""
    for part in _parts("end_work"):
        part.end_work(campaign, at)


def erase_rows(campaign: Campaign) -> dict[str, int]:
    """Empty what is personal in the rows of the campaign; how many of each kind. To be called in a transaction."""
    found = _sealed_values(campaign) | _imported_rows(campaign) | _revealed(campaign)
    return found | _added("erase_rows", campaign)


def erase_files(campaign: Campaign) -> dict[str, int]:
    """Delete the files that hold personal data of the campaign; how many of each kind."""
    imports = [path_of_import(row) for row in Import.objects.filter(campaign_id=campaign.pk)]
    exports = [path_of_export(row) for row in Export.objects.filter(campaign_id=campaign.pk)]
    removed = {"import_files": remove(imports), "export_files": remove(exports)}
    return removed | _added("erase_files", campaign)


def remove(paths: list[Path]) -> int:
    """Delete those of the files that are there."""
    found = [path for path in paths if path.is_file()]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def squeeze() -> None:
    """Leave nothing of deleted rows in the database's own files. Raises `Busy`; not within a transaction.

    SQLite: rewritten whole and its log cut to nothing. PostgreSQL: the tables; its log keeps old pages until it
    is recycled, and what was sealed in them has no key any more.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if cursor.fetchone()[0]:
                raise Busy


def _sealed_values(campaign: Campaign) -> dict[str, int]:
    found: dict[str, int] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                rows = model._base_manager.filter(campaign_id=campaign.pk).exclude(**{field.name: ""})
                found["sealed_values"] = found.get("sealed_values", 0) + rows.update(**{field.name: ""})
    return found


def _imported_rows(campaign: Campaign) -> dict[str, int]:
    """What the imported sheets said, and the kept answers of pages; what became of each row stays."""
    batches = Import.objects.filter(campaign_id=campaign.pk)
    rows = ImportRow.objects.filter(batch__in=batches).update(cells={}, before=None, problems=[])
    answers = Command.objects.exclude(answer="").update(answer="")
    return {"imported_rows": rows, "kept_answers": answers}


def _revealed(campaign: Campaign) -> dict[str, int]:
    """Whose values somebody looked at; that it was done, by whom and why, stays."""
    rows = Reveal.objects.filter(campaign_id=campaign.pk).exclude(target_label="")
    return {"revealed": rows.update(target_label="")}


def _added(name: str, campaign: Campaign) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in _parts(name):
        total |= getattr(part, name)(campaign)
    return total


def _parts(name: str) -> Iterator[Any]:
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "closing"):
            part = import_module(f"{config.name}.closing")
            if hasattr(part, name):
                yield part
