"""Reads a workbook: one child process per file, its answer parsed into sheets. The parent never opens the
file.
"""

import datetime
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import fugong
from fugong.core.refusals import Refused
from fugong.core.workbooks.limits import LIMITS, Limits
from fugong.core.workbooks.sentences import sentence

Value = str | int | float | bool | datetime.date | datetime.datetime | None
PROJECT = Path(fugong.__file__).resolve().parents[1]


@dataclass(frozen=True)
class Merge:
    """A block of merged cells, rows and columns counted from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Sheet:
    """One sheet from its cell A1 on: `rows[0]` is row 1. Rows may be of different lengths.

    Hidden rows and columns are known for xlsx only. `uncalculated` are formulas the file holds no value for,
    `errors` cells that show #N/A, #REF! and the like; both are (row, column) and read as empty.
    """

    name: str
    visible: bool = True
    rows: list[list[Value]] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: list[Merge] = field(default_factory=list)
    uncalculated: frozenset[tuple[int, int]] = frozenset()
    errors: frozenset[tuple[int, int]] = frozenset()


@dataclass
class Workbook:
    """A file's sheets. `format` is xlsx, xls or csv as found in the content, `encoding` is set for csv."""

    filename: str
    format: str
    encoding: str
    sheets: list[Sheet]


def lost_digits(value: object) -> bool:
    """A whole number of more than 15 digits: a sheet keeps 15, so the rest of this code is gone."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15


def read(source: str | Path | bytes, filename: str, *, limits: Limits = LIMITS) -> Workbook:
    """The workbook in a path or in bytes. Raises `Refused` with a sentence for everything that is not read
    whole.
    """
    with _opened(source, limits) as file, tempfile.TemporaryFile() as answer:
        ended = _run_child(file, answer, limits)
        answer.seek(0)
        return _workbook(answer, filename, ended)


@contextmanager
def _opened(source: str | Path | bytes, limits: Limits) -> Iterator[IO[bytes]]:
    size = len(source) if isinstance(source, bytes) else os.path.getsize(source)
    if size > limits.file:
        raise Refused(sentence("too large", {"limit": limits.file >> 20}))
    if isinstance(source, bytes):
        with tempfile.TemporaryFile() as file:
            file.write(source)
            file.seek(0)
            yield file
    else:
        with open(source, "rb") as file:
            yield file


def _run_child(file: IO[bytes], answer: IO[bytes], limits: Limits) -> str:
    """Run the child to its end; the code of how it ended, "" when by itself and well."""
    command = [sys.executable, "-m", "fugong.core.workbooks.child", json.dumps(limits.as_dict())]
    # Nothing of the server's environment, where secrets live, goes into a process that opens strangers'
    # files.
    environment = {"PATH": os.defpath, "PYTHONIOENCODING": "utf-8"}
    if "PYTHONPATH" in os.environ:
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    with subprocess.Popen(
        command, stdin=file, stdout=answer, stderr=subprocess.DEVNULL, cwd=PROJECT, env=environment
    ) as child:
        # A timer and not wait(timeout=...): that one polls, and each file would wait up to 50 ms longer.
        timer = threading.Timer(limits.wall, child.kill)
        timer.start()
        try:
            code = child.wait()
        except BaseException:
            child.kill()
            raise
        finally:
            timer.cancel()
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return "time"
    return "" if code == 0 else "stopped"


def _workbook(answer: IO[bytes], filename: str, ended: str) -> Workbook:
    book = Workbook(filename=filename, format="", encoding="", sheets=[])
    if ended:
        raise Refused(sentence(ended, {}))
    for line in answer:
        record = json.loads(line, object_hook=_revived)
        if "refused" in record:
            raise Refused(sentence(record["refused"], record["details"]))
        if "rows" in record:
            book.sheets[-1].rows.extend(record["rows"])
        elif "sheet" in record:
            book.sheets.append(_sheet(record))
        elif "format" in record:
            book.format, book.encoding = record["format"], record["encoding"]
        elif "end" in record:
            return book
    raise Refused(sentence("stopped", {}))


def _revived(record: dict[str, Any]) -> Any:
    moment = record.get("d")
    if moment is None:
        return record
    return datetime.datetime.fromisoformat(moment) if "T" in moment else datetime.date.fromisoformat(moment)


def _sheet(record: dict[str, Any]) -> Sheet:
    return Sheet(
        name=record["sheet"],
        visible=record["visible"],
        hidden_rows=frozenset(record.get("hidden_rows", ())),
        hidden_columns=frozenset(record.get("hidden_columns", ())),
        merged=[Merge(*block) for block in record.get("merged", ())],
        uncalculated=frozenset((row, column) for row, column in record.get("uncalculated", ())),
        errors=frozenset((row, column) for row, column in record.get("errors", ())),
    )
