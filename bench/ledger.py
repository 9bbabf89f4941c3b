"""Import of the town's messy ledger through the product, against reading the sheet and a bare executemany."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from bench import databases, town
from bench.measuring import Comparison, Side, compare


def run() -> list[Comparison]:
    content, truth = town.messy_ledger()
    path = Path(settings.DATA_DIR) / "ledger.xlsx"
    path.write_bytes(content)
    campaign = town.empty_campaign()
    clerk = town.clerk_of(campaign)
    ours = Side(
        "import", lambda: _import(path, clerk, campaign), lambda done: _check(done, truth), databases.copied
    )
    peer = Side("read sheet + executemany", lambda: _bare(path), _check_bare, databases.copied)
    result = compare(f"ledger of {len(truth.rows):,} rows", ours, peer, rounds=5, limit=5.0)
    result.notes.append(
        "import = sandboxed reading, header search, mapping, nine kinds of date, credit codes, places, "
        "upsert, an outcome per row, an audit event per enterprise"
    )
    return [result]


def _import(path: Path, clerk: Any, campaign: Any) -> Any:
    from fugong.core.imports import run_file
    from fugong.enterprises.registers import Enterprises

    return run_file(path, Enterprises, by=clerk, campaign=campaign, at=timezone.now())


def _check(done: Any, truth: Any) -> None:
    """Every row has its outcome, none but faulty ones is refused, every enterprise with a sound row stands there.

    A row again without its code and with another name is a second entry until a person merges the two.
    """
    from fugong.enterprises.models import Enterprise

    assert done.status == "done", done.problem
    assert done.total == done.created + done.updated + done.repeated + done.refused == done.rows.count()
    assert len(truth.rows) == done.total, f"{done.total} rows were found, the ledger has {len(truth.rows)}"
    refused = set(done.rows.filter(outcome="refused").values_list("number", flat=True))
    assert refused <= {fault.row for fault in truth.faults}, "a sound row was refused"
    entered = {key for row, key in truth.rows.items() if row not in refused}
    count = Enterprise.objects.system().filter(campaign=done.campaign_id).count()
    again = len(truth.rows) - len(refused) - len(entered)
    assert count == done.created and 0 <= count - len(entered) < again / 2, (
        f"{count} of {len(entered)} enterprises"
    )


def _bare(path: Path) -> int:
    """What nobody can go below: the sheet's cells into one table of texts, in one transaction."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    width = max(len(row) for row in rows)
    texts = [[str(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    columns = ", ".join(f"c{number} text" for number in range(width))
    marks = ", ".join(["%s"] * width)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_ledger ({columns})")
        cursor.executemany(f"INSERT INTO bench_ledger VALUES ({marks})", texts)
    return len(rows)


def _check_bare(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_ledger")
        assert cursor.fetchone()[0] == count
