"""Prints comparisons as a table, keeps them as JSON, and writes docs/reference/benchmarks.md from what is kept."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.db import connection

from bench.measuring import Comparison, spread

HERE = Path(__file__).parent
RESULTS = HERE / "results"
PAGE = HERE.parent / "docs" / "reference" / "benchmarks.md"
HEAD = ("what", "side", "min", "median", "max", "CPU", "ratio (min..max)")

INTRODUCTION = """# Benchmarks

Written by `python -m bench report` from the results of `make bench`; do not edit by hand. How to read it:
[bench/README.md](../../bench/README.md). Wall clock: smallest, middle and greatest of the rounds; CPU: middle; ratio:
ours over the peer's or the raw limit's in the same round. Every answer was checked before it was counted.
"""


@dataclass(frozen=True)
class Table:
    """A benchmark's own table, for figures that are not pairs of sides."""

    name: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    notes: list[str] = field(default_factory=list)


def bare_machine() -> str:
    """The shape of the machine and how busy it is, without a database; no names."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{len(os.sched_getaffinity(0))} cores, {gigabytes:.0f} GiB; Python {platform.python_version()}; "
        f"load {load}"
    )


def machine() -> str:
    """The shape of the machine and what runs on it; no names."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{len(os.sched_getaffinity(0))} cores, {gigabytes:.0f} GiB; Python {platform.python_version()}, "
        f"Django {django.get_version()}, {_database()}; load {load}"
    )


def _database() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            return f"SQLite {cursor.fetchone()[0]} (WAL, synchronous FULL)"
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
        version, fsync = cursor.fetchone()
        return f"PostgreSQL {version.split()[0]} (fsync {fsync})"


def rows_of(comparisons: list[Comparison]) -> list[tuple[str, ...]]:
    """Two lines a comparison: ours with the ratio, then the other side."""
    found = []
    for one in comparisons:
        low, middle, high = spread(one.ratios())
        for side in (one.ours, one.peer):
            cpu = spread([sample.cpu for sample in one.samples[side]])[1]
            own = side == one.ours
            ratio = f"{_short(middle)} ({_short(low)}..{_short(high)})" if own else ""
            values = [_shown(value, one.unit) for value in spread(one.values(side))]
            found.append((one.what if own else "", side, *values, _shown(cpu, "s"), ratio))
    return found


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _shown(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:,.0f} {unit}"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def show(name: str, comparisons: list[Comparison]) -> None:
    """Print a benchmark's table and keep it in bench/results."""
    print(f"\n{name} · {machine()}")
    _print([HEAD, *rows_of(comparisons)])
    for one in comparisons:
        for note in _notes(one):
            print(f"  {one.what}: {note}")
    _keep(name, comparisons)


def show_table(table: Table, command: str = "", on: str = "") -> None:
    """Print a table of its own and keep it in bench/results. `on`: the machine, where a database is part of it."""
    on = on or bare_machine()
    print(f"\n{table.name} · {on}")
    _print([table.head, *table.rows])
    for note in table.notes:
        print(f"  {note}")
    content = {
        "name": table.name,
        "on": datetime.now(UTC).date().isoformat(),
        "machine": on,
        "command": f"python -m bench {command or table.name}",
        "head": table.head,
        "rows": table.rows,
        "notes": [["", note] for note in table.notes],
    }
    _write(RESULTS / f"{table.name}.json", content)


def _print(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(), flush=True
        )


def _write(path: Path, content: dict[str, Any]) -> None:
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _notes(one: Comparison) -> list[str]:
    target = [f"target: {one.target}"] if one.target else []
    return [*target, *_verdict(one), *one.notes]


def _verdict(one: Comparison) -> list[str]:
    """Whether the middle of ours keeps to its limit, by the clock and by CPU (which other work hardly changes)."""
    if one.limit is None:
        return []
    by_clock = spread(one.values(one.ours))[1]
    by_cpu = spread([sample.cpu for sample in one.samples[one.ours]])[1]
    said = ["met" if value <= one.limit else "missed" for value in (by_clock, by_cpu)]
    return [f"target, median at most {_shown(one.limit, one.unit)}: {said[0]} by the clock, {said[1]} by CPU"]


def _keep(name: str, comparisons: list[Comparison]) -> None:
    content = {
        "name": name,
        "on": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "command": f"python -m bench {name}",
        "rows": rows_of(comparisons),
        "notes": [[one.what, note] for one in comparisons for note in _notes(one)],
        "samples": {one.what: _samples(one) for one in comparisons},
    }
    _write(RESULTS / f"{name}-{connection.vendor}.json", content)


def _samples(one: Comparison) -> dict[str, Any]:
    return {side: [[each.value, each.cpu] for each in found] for side, found in one.samples.items()}


def write_page() -> Path:
    """The page of the reference from everything that is kept."""
    parts = [INTRODUCTION]
    for path in sorted(RESULTS.glob("*.json")):
        kept = json.loads(path.read_text(encoding="utf-8"))
        parts.append(_section(kept))
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    return PAGE


def _section(kept: dict[str, Any]) -> str:
    columns = kept.get("head", HEAD)
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(row) + " |" for row in kept["rows"]]
    notes = [f"* {what}: {note}" if what else f"* {note}" for what, note in kept["notes"]]
    head = f"## {kept['name']}\n\n{kept['on']}, `{kept['command']}` · {kept['machine']}\n"
    return "\n".join([head, *lines, *(["", *notes] if notes else []), ""])
