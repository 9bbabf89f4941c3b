"""How long a person waits for a save while another process imports a ledger, against the same saves in peace."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench import databases, town
from bench.measuring import Comparison, Sample, quantile

SAVES, PAUSE = 60, 0.03  # saves a round, seconds between two of them
ROUNDS = 3
QUANTILES = (("p50", 0.5), ("p95", 0.95), ("worst", 1.0))


def run() -> list[Comparison]:
    content, _truth = town.messy_ledger()
    path = Path(settings.DATA_DIR) / "ledger.xlsx"
    path.write_bytes(content)
    campaign = town.empty_campaign()
    clerk = town.clerk_of(campaign)
    samples: dict[str, list[Sample]] = {"while importing": [], "in peace": []}
    for _round in range(ROUNDS):
        for name in samples:
            with databases.copied():
                rows = _some_enterprises(campaign, clerk)
                with _importing(path, clerk, campaign) if name == "while importing" else nullcontext():
                    samples[name] += _saves(rows, clerk)
                assert all(row.headcount == SAVES for row in _again(rows)), "a save was lost"
    result = Comparison(
        "a person's save", "while importing", "in peace", samples, "95th percentile under 50 ms"
    )
    for name, found in samples.items():
        walls = [sample.value * 1000 for sample in found]
        figures = ", ".join(f"{label} {quantile(walls, share):.1f} ms" for label, share in QUANTILES)
        result.notes.append(f"{name}: {figures}")
    return [result]


def _some_enterprises(campaign: Any, clerk: Any) -> list[Any]:
    from fugong.enterprises import actions

    return [
        actions.register(
            campaign=campaign, area=campaign.area, name=f"测试{n}厂", by=clerk, at=timezone.now()
        )
        for n in range(5)
    ]


def _again(rows: list[Any]) -> Any:
    from fugong.enterprises.models import Enterprise

    return Enterprise.objects.system().filter(pk__in=[row.pk for row in rows])


def _saves(rows: list[Any], clerk: Any) -> list[Sample]:
    """Correct the enterprises in turn, one save each `PAUSE`; the last saves write the number that is checked."""
    from fugong.enterprises import actions

    found = []
    for number in range(1, SAVES + 1):
        row = rows[number % len(rows)]
        value = SAVES if number > SAVES - len(rows) else number
        began, cpu = time.perf_counter(), time.process_time()
        saved = actions.correct(
            enterprise=row, version=row.version, values={"headcount": value}, by=clerk, at=timezone.now()
        )
        found.append(Sample(time.perf_counter() - began, time.process_time() - cpu))
        rows[number % len(rows)] = saved
        time.sleep(PAUSE)
    return found


@contextmanager
def _importing(path: Path, clerk: Any, campaign: Any) -> Iterator[None]:
    """An import in another process, begun before the first save and still running at the last."""
    from fugong.core.models import Import

    name = str(connection.settings_dict["NAME"])
    child = multiprocessing.get_context("spawn").Process(
        target=_import, args=(name, str(path), clerk.pk, campaign.pk)
    )
    child.start()
    try:
        deadline = time.monotonic() + 60
        while not Import.objects.filter(cursor__gt=0).exists():
            assert time.monotonic() < deadline and child.is_alive(), "the import does not begin"
            time.sleep(0.05)
        yield
        assert child.is_alive(), "the import ended before the last save: nothing was measured"
    finally:
        child.terminate()
        child.join()


def _import(name: str, path: str, clerk: int, campaign: int) -> None:
    """In the child: the import again and again, each time as if the file were new, until it is ended."""
    import django

    django.setup()
    connection.settings_dict["NAME"] = name
    from fugong.access.models import User
    from fugong.campaigns.models import Campaign
    from fugong.core.imports import run_file
    from fugong.enterprises.registers import Enterprises

    by, run_in = User.objects.get(pk=clerk), Campaign.objects.select_related("area").get(pk=campaign)
    while True:
        run_file(path, Enterprises, by=by, campaign=run_in, at=timezone.now(), again=True)
