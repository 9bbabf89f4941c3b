"""Whether somebody else has written, and writing the log back beside other writers: SQLite only."""

from typing import Any


def written_by_others(connection: Any) -> int | None:
    """A number that is another one as soon as another connection has committed; None on other databases.

    Asked inside a transaction it speaks of what that transaction sees: `PRAGMA data_version`.
    """
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])


def write_log_back(connection: Any) -> None:
    """Bring the write-ahead log into the database file while others go on writing; outside of transactions.

    Left to SQLite, the commit that fills the log does it, and whoever waits for the turn waits for that too.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
            cursor.fetchone()
