"""A thousand phones at one time: the officers' visits sent to the running product, which is killed twice on the way."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from bench import databases, reporting, town
from bench.phones import raw
from bench.phones.counting import Count, files_without_a_row
from bench.phones.people import phones_of
from bench.phones.server import Server
from bench.phones.storm import Storm, send

PHONES, VISITS = 1_000, 10
KILLS = (1 / 3, 2 / 3)  # after these shares of the visits
FEW, EACH = 4, 60  # as many clients as the peer was measured with at its best
LIMIT = 600  # seconds
ODK_CENTRAL = (27, 88)  # visit forms a second, 25 answers, 1 to 8 clients, two cores (measured; see README)
HEAD = (
    "what",
    "visits",
    "seconds",
    "visits/s",
    "p50",
    "p95",
    "p99",
    "server CPU a visit",
    "of the bare INSERTs",
)


def run() -> reporting.Table:
    campaign = town.full_town()
    at = town.now_in(campaign)
    crowd = int(os.environ.get("PHONES", PHONES))
    many = phones_of(campaign, at, phones=crowd, visits=VISITS)
    few = phones_of(campaign, at, phones=FEW, visits=EACH, name="calm")
    with databases.copied() as database:
        calm, calm_cpu, _rows = _stormed(few, database)
    with databases.copied() as database:
        storm, cpu, rows = _stormed(many, database, kills=KILLS)
    with databases.copied():
        bare, bare_cpu = raw.inserted(rows)
    limit = len(rows) / bare
    lines = [
        _line(f"{crowd:,} phones at once, the server killed {len(KILLS)} times", storm, cpu, limit),
        _line(f"{FEW} phones at once", calm, calm_cpu, limit),
        (
            "bare INSERTs of the same rows, a commit a visit",
            f"{len(rows):,}",
            f"{bare:.1f}",
            f"{limit:,.0f}",
            *("",) * 3,
            f"{bare_cpu / len(rows) * 1000:.1f} ms",
            "",
        ),
    ]
    return reporting.Table(f"phones-{_vendor()}", HEAD, lines, _notes(storm, calm))


def _vendor() -> str:
    from django.db import connection

    return str(connection.vendor)


def _stormed(phones: Any, database: str, kills: tuple[float, ...] = ()) -> tuple[Storm, float, Any]:
    """The storm, the CPU of the server, and the rows that it left; stops the run where a visit is lost or doubled."""
    from django.conf import settings
    from django.db import connection

    count = Count()
    connection.close()
    with Server(Path(settings.DATA_DIR), database) as server:
        storm = send(phones, server.port, server=server, kills=kills)
    assert not storm.refused, storm.refused[:3]
    wrong = count.wrong(phones, storm.acknowledged)
    assert not wrong, "; ".join(wrong)
    print(
        f"  {len(storm.acknowledged)} visits acknowledged, each there once; "
        f"{files_without_a_row(count)} files of rolled back visits"
    )
    return storm, server.cpu_of_work, raw.rows_of(count)


def _line(what: str, storm: Storm, cpu: float, limit: float) -> tuple[str, ...]:
    number = len(storm.acknowledged)
    waits = [_seconds(storm.waits(share)) for share in (0.5, 0.95, 0.99)]
    return (
        what,
        f"{number:,}",
        f"{storm.seconds:.1f}",
        f"{storm.rate:,.0f}",
        *waits,
        f"{cpu / number * 1000:.1f} ms",
        f"{storm.rate / limit:.2f}",
    )


def _seconds(value: float) -> str:
    return f"{value:.1f} s" if value >= 1 else f"{value * 1000:.0f} ms"


def _notes(storm: Storm, calm: Storm) -> list[str]:
    low, high = ODK_CENTRAL
    gaps = ", ".join(f"{gap:.1f}" for gap in storm.gaps())
    return [
        f"processes that answer: {os.environ.get('PROCESSES', '1')} (PROCESSES=n)",
        f"target, {LIMIT} s: {'met' if storm.seconds <= LIMIT else 'missed'}; none lost, none doubled, each phone's "
        "visits in order, findings, issues, photos and audit counted",
        f"seconds from kill -9 to the next acknowledgement: {gaps}; {storm.resent} sent again with the same keys",
        f"ODK Central, measured on two cores: {low} to {high} forms/s; with {FEW} phones {calm.rate:.0f}/s "
        f"({calm.rate / high:.1f} of its best), with all {storm.rate:.0f}/s",
        f"CPU of the phones themselves, on the same cores: {storm.sender_cpu:.0f} s",
    ]
