"""A database of the benchmark's own: in a temporary folder, or new databases on a PostgreSQL server; never yours."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

SERVER = "FUGONG_BENCH_POSTGRES"
_numbers = itertools.count(1)


def start(scratch: Path) -> None:
    """Start Django on an empty, migrated database below `scratch`, or on the server of FUGONG_BENCH_POSTGRES."""
    for name in [
        name for name in os.environ if name.startswith("FUGONG_") and not name.startswith("FUGONG_BENCH")
    ]:
        del os.environ[name]
    os.environ.update(FUGONG_DATA=str(scratch), FUGONG_DEMO="1", DJANGO_SETTINGS_MODULE="fugong.settings")
    if os.environ.get(SERVER):
        os.environ["FUGONG_DATABASE_URL"] = _address(_made())
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def end() -> None:
    """Remove the databases made on a server; the temporary folder goes with whoever made it."""
    from django.db import connection

    connection.close()
    if connection.vendor == "postgresql":
        _on_server(f'DROP DATABASE IF EXISTS "{connection.settings_dict["NAME"]}"')


@contextmanager
def copied() -> Iterator[str]:
    """A copy of the database as it stands, for a run that changes it; gone afterwards. Yields its address."""
    from django.db import connection

    name: Any = connection.settings_dict["NAME"]
    connection.close()
    copy = _copy_file(Path(name)) if connection.vendor == "sqlite" else _made(str(name))
    connection.settings_dict["NAME"] = copy
    try:
        yield f"sqlite://{copy}" if connection.vendor == "sqlite" else _address(str(copy))
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        if connection.vendor == "postgresql":
            _on_server(f'DROP DATABASE "{copy}"')
        else:
            for path in Path(copy).parent.glob(f"{Path(copy).name}*"):
                path.unlink()


def _copy_file(path: Path) -> Path:
    """Closing the last connection wrote the log back: the file is the whole database."""
    copy = path.with_name(f"copy-{next(_numbers)}.sqlite3")
    with path.open("rb") as source, copy.open("xb") as target:
        shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())  # else the first commits of the run would bring the copy to the disk
    return copy


def _made(template: str = "template1") -> str:
    name = f"fugong_bench_{os.getpid()}_{next(_numbers)}"
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return name


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(_address("postgres"), autocommit=True) as server:
        server.execute(statement.encode())


def _address(name: str) -> str:
    return urlunsplit(urlsplit(os.environ[SERVER])._replace(path=f"/{name}"))
