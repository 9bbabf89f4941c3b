"""The write turn: in order among threads and processes, and nobody hears that the database is locked."""

import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction

from fugong.core.sqlite.others import write_log_back, written_by_others
from fugong.core.sqlite.turn import Held, TurnTimeout, WriteTurn, turn_of
from tests.core.test_kill import migrated, program  # noqa: F401 (a fixture)

ALIAS = "turn"


@pytest.fixture
def database(tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    """A second database, in a file, beside the one of the tests."""
    path = tmp_path / "turn.sqlite3"
    yield from opened(path, django_db_blocker)


def opened(path: Path, blocker: Any) -> Iterator[Path]:
    from fugong.settings import _sqlite

    template = {**connections.settings["default"], **_sqlite(path)}
    connections.settings[ALIAS] = template
    with blocker.unblock():
        try:
            yield path
        finally:
            connections[ALIAS].close()
            del connections[ALIAS]
            del connections.settings[ALIAS]


def run(*sql: str) -> None:
    with connections[ALIAS].cursor() as cursor:
        for statement in sql:
            cursor.execute(statement)


def count() -> int:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM t")
        return int(cursor.fetchone()[0])


def in_threads(many: int, job: Callable[[int], None]) -> list[BaseException]:
    """Run the job in that many threads at once; the errors."""
    errors: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            job(number)
        except BaseException as error:
            errors.append(error)
        finally:
            connections[ALIAS].close()

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


def test_a_commit_of_another_connection_is_noticed_and_ones_own_is_not(database: Path) -> None:
    run("CREATE TABLE t (n INTEGER)", "INSERT INTO t VALUES (1)")
    own = connections[ALIAS]
    before = written_by_others(own)
    run("INSERT INTO t VALUES (2)")
    assert written_by_others(own) == before
    other = sqlite3.connect(database)
    other.execute("INSERT INTO t VALUES (3)")
    assert written_by_others(own) == before, "not yet committed"
    other.commit()
    with transaction.atomic(using=ALIAS):
        assert written_by_others(own) != before
    write_log_back(own)
    other.close()
    assert count() == 3


def test_fifty_threads_never_hear_that_the_database_is_locked(database: Path) -> None:
    run("CREATE TABLE t (n INTEGER)")

    def writes(number: int) -> None:
        for step in range(10):
            if step % 2:
                with transaction.atomic(using=ALIAS):
                    run(f"INSERT INTO t VALUES ({number})")
            else:
                run(f"INSERT INTO t VALUES ({number})")

    assert in_threads(50, writes) == []
    assert count() == 500


def test_turns_come_in_the_order_of_asking(tmp_path: Path) -> None:
    turn = WriteTurn(str(tmp_path / "x"))
    order: list[int] = []

    def ask(number: int) -> None:
        turn.take(10)
        order.append(number)
        turn.give_back()

    turn.take(1)
    threads = []
    for number in range(8):
        thread = threading.Thread(target=ask, args=(number,))
        thread.start()
        threads.append(thread)
        while len(turn._waiting) <= number:
            time.sleep(0.001)
    turn.give_back()
    for thread in threads:
        thread.join(10)
    assert order == list(range(8))


def test_reading_does_not_wait_for_a_writer(database: Path) -> None:
    run("CREATE TABLE t (n INTEGER)")
    with transaction.atomic(using=ALIAS):
        run("INSERT INTO t VALUES (1)")
        seen: list[int] = []
        begin = time.perf_counter()
        assert in_threads(1, lambda _: seen.append(count())) == []
        assert seen == [0] and time.perf_counter() - begin < 2


def test_a_turn_that_does_not_come_is_an_error_and_leaves_the_queue_whole(database: Path) -> None:
    run("CREATE TABLE t (n INTEGER)")

    def impatient(_: int) -> None:
        connections[ALIAS].settings_dict["OPTIONS"] = {
            **connections[ALIAS].settings_dict["OPTIONS"],
            "timeout": 0.1,
        }
        run("INSERT INTO t VALUES (2)")

    with transaction.atomic(using=ALIAS):
        run("INSERT INTO t VALUES (1)")
        errors = in_threads(3, impatient)
    assert [type(error) for error in errors] == [OperationalError] * 3
    assert "database is locked" in str(errors[0])
    run("INSERT INTO t VALUES (3)")
    assert count() == 2


@pytest.mark.parametrize("ending", ["commit", "rollback", "close", "forgotten"])
def test_the_turn_is_given_back_however_the_transaction_ends(database: Path, ending: str) -> None:
    run("CREATE TABLE t (n INTEGER)")

    def end(_: int) -> None:
        if ending == "forgotten":  # a thread that dies with its transaction open
            Held(turn_of(str(database)), 1)
            return
        with transaction.atomic(using=ALIAS):
            run("INSERT INTO t VALUES (1)")
            if ending == "rollback":
                transaction.set_rollback(True, using=ALIAS)
            if ending == "close":
                connections[ALIAS].close()

    in_threads(1, end)
    turn = Held(turn_of(str(database)), 1)
    with pytest.raises(TurnTimeout):
        Held(turn_of(str(database)), 0.01)
    turn.give_back()
    turn.give_back()
    assert count() == (1 if ending == "commit" else 0)


def test_a_save_gets_its_turn_between_the_chunks_of_another_process(
    migrated: Path,  # noqa: F811
    tmp_path: Path,
    django_db_blocker: Any,
) -> None:
    """The aim is p95 <= 50 ms on a quiet machine; printed only, since this one may be busy."""
    import shutil

    data = Path(shutil.copytree(migrated, tmp_path / "data"))
    for _ in opened(data / "fugong.sqlite3", django_db_blocker):
        with program("import", data) as importer:
            assert importer.stdout is not None and importer.stdout.readline()
            waits = [timed_save(number) for number in range(60)]
            importer.kill()
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM core_rememberedmapping WHERE register = 'import'")
            imported = int(cursor.fetchone()[0])
    waits.sort()
    print(f"saves meanwhile, ms: {statistics.median(waits):.1f}, p95 {waits[56]:.1f}, worst {waits[-1]:.1f}")
    assert imported % 200 == 0 and imported >= 20 * 200, "the import stood still"
    assert waits[-1] < 5000, "the save was starved"


def timed_save(number: int) -> float:
    time.sleep(0.01)
    begin = time.perf_counter()
    with transaction.atomic(using=ALIAS):
        run(f"INSERT INTO core_rememberedmapping (register, header, field) VALUES ('desk', '{number}', 'f')")
    return (time.perf_counter() - begin) * 1000
