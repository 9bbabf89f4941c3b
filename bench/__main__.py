"""`python -m bench`: all benchmarks on SQLite, then those of the database on PostgreSQL where it is installed."""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import databases, reporting

NAMES = (
    "ledger",
    "lists",
    "board",
    "divisions",
    "issues_load",
    "save_while_importing",
    "phones",
    "cards",
    "planning",
    "replanning",
    "city",
    "campaigns",
)
ON_BOTH = ("ledger", "lists", "board", "divisions", "issues_load", "phones")
# These share the loaded town; every other one has a process and an empty database of its own.
IN_TOWN = ("lists", "board", "cards")
# These need no database and give a table of their own.
OF_THE_PLANNER = {
    "planning": "bench.planning.days",
    "replanning": "bench.planning.replanning",
    "city": "bench.planning.city",
    "campaigns": "bench.campaigns",
}
PROJECT = Path(__file__).resolve().parents[1]


def main() -> int:
    if sys.argv[1:2] == ["toptw"]:
        return int(importlib.import_module("bench.planning.toptw").main(sys.argv[2:]))
    asked = _arguments()
    if asked.names == ["report"]:
        with _house():
            print(reporting.write_page())
        return 0
    if asked.postgres:
        return _on_postgres(asked.names or list(ON_BOTH))
    status = _all(asked.names or list(NAMES))
    if not asked.names and not os.environ.get(databases.SERVER) and _has_postgres():
        status = max(status, _on_postgres(list(ON_BOTH)))
    return status


def _all(names: list[str]) -> int:
    """One group here, several groups each in a process of its own; the worst exit code."""
    groups = [[name] for name in names if name not in IN_TOWN]
    if in_town := [name for name in names if name in IN_TOWN]:
        groups.append(in_town)
    if len(groups) > 1:
        return max(subprocess.call([sys.executable, "-m", "bench", *group]) for group in groups)
    if names[0] in OF_THE_PLANNER:
        reporting.show_table(importlib.import_module(OF_THE_PLANNER[names[0]]).run())
        return 0
    with _house():
        for name in groups[0]:
            found = importlib.import_module(f"bench.{name}").run()
            if isinstance(found, reporting.Table):
                reporting.show_table(found, name, reporting.machine())
            elif found:
                reporting.show(name, found)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"{', '.join(NAMES)}, toptw (toptw --help), or report; none: all of them",
    )
    parser.add_argument(
        "--postgres", action="store_true", help="on a throw-away PostgreSQL (tools/with_postgres.sh)"
    )
    asked = parser.parse_args()
    if unknown := set(asked.names) - {*NAMES, "report"}:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    return asked


class _house:
    """A folder and a database for this run, gone afterwards."""

    def __enter__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="fugong-bench-")
        databases.start(Path(self.folder.name))

    def __exit__(self, *_: object) -> None:
        databases.end()
        self.folder.cleanup()


def _has_postgres() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def _on_postgres(names: list[str]) -> int:
    """The same command inside a throw-away server."""
    again = f'{databases.SERVER}="$FUGONG_DATABASE_URL" exec "$0" -m bench "$@"'
    command = ["tools/with_postgres.sh", "sh", "-c", again, sys.executable, *names]
    return subprocess.run(command, cwd=PROJECT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
