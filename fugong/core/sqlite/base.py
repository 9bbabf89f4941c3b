"""The backend: takes the write turn before BEGIN IMMEDIATE and gives it back on commit, rollback or close.

Reading outside `atomic()` never waits. A single writing statement outside `atomic()` takes the turn for
itself. Databases in memory (tests) have one connection and no turn.
"""

import os
from typing import Any

from django.db.backends.sqlite3 import base, operations
from django.db.utils import OperationalError

from fugong.core.sqlite.turn import Held, TurnTimeout, turn_of

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Cursor(base.SQLiteCursorWrapper):  # type: ignore[misc,name-defined,unused-ignore]
    """A cursor that queues for the write turn when it writes outside a transaction."""

    wrapper: "DatabaseWrapper"

    def execute(self, query: str, params: Any = None) -> Any:
        with self.wrapper.turn_for(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        with self.wrapper.turn_for(query):
            return super().executemany(query, param_list)


class _Statement:
    """The turn for one statement, or nothing."""

    def __init__(self, held: Held | None) -> None:
        self._held = held

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        if self._held:
            self._held.give_back()


class DatabaseOperations(operations.DatabaseOperations):
    """`flush` (Django's own, between tests) may empty the append-only tables; nothing else may."""

    connection: "DatabaseWrapper"

    def execute_sql_flush(self, sql_list: Any) -> None:
        self.connection.purging.add("flush")
        try:
            super().execute_sql_flush(sql_list)
        finally:
            self.connection.purging.clear()


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite with fair writers."""

    ops_class = DatabaseOperations
    purging: set[str]
    _held: Held | None = None

    def get_new_connection(self, conn_params: Any) -> Any:
        purging: set[str] = set()
        connection = super().get_new_connection(conn_params)
        connection.create_function("fugong_purging", 0, lambda: bool(purging))
        self.purging = purging
        return connection

    def create_cursor(self, name: Any = None) -> Any:
        cursor = self.connection.cursor(factory=Cursor)
        cursor.wrapper = self
        return cursor

    def turn_for(self, query: str) -> _Statement:
        """The turn for a single statement.

        None for reading and none inside a transaction, which has it already.
        """
        alone = self._held is None and not self.in_atomic_block and self.autocommit
        writes = alone and query.lstrip()[:7].upper().startswith(WRITES)
        return _Statement(self._wait() if writes else None)

    def _wait(self) -> Held | None:
        if self.is_in_memory_db():
            return None
        settings = self.settings_dict
        timeout = float(settings["OPTIONS"].get("timeout", 5))
        try:
            return Held(turn_of(os.path.abspath(settings["NAME"])), timeout)
        except TurnTimeout:
            raise OperationalError(f"database is locked: no write turn within {timeout:g} seconds") from None

    def _start_transaction_under_autocommit(self) -> None:
        if self._held is None:
            self._held = self._wait()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> Any:
        answer = super()._commit()  # type: ignore[misc]  # a commit that fails keeps the turn for the rollback that follows
        self._give_back()
        return answer

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._give_back()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._give_back()

    def _give_back(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.give_back()
