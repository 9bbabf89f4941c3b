"""The audit is append-only, and what is changed behind the program's back shows."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from fugong.core import sealer
from fugong.core.audit import history_of, record
from fugong.core.models import Anchor, Command, Event, SavedView

pytestmark = pytest.mark.django_db

AT = datetime(2020, 2, 10, 9, 0, tzinfo=UTC)
DAY = date(2020, 2, 10)


def events(many: int) -> SavedView:
    view = SavedView.objects.create(register="r", name="n", at=AT)
    for number in range(many):
        record("core.saved_view.changed", view, by=None, at=AT, campaign_id=1, number=number, text="改")
    return view


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def unprotected(db: Any) -> None:
    """Somebody with the rights of the database's owner switched the triggers off."""
    names = {
        "event": ("event_keeps_content", "event_stays"),
        "anchor": ("anchor_keeps_content", "anchor_stays"),
    }
    for table, triggers in names.items():
        for trigger in triggers:
            sql(
                f"DROP TRIGGER {trigger}" + (f" ON core_{table}" if connection.vendor == "postgresql" else "")
            )


def test_sealing_chains_every_event_once() -> None:
    events(7)
    assert [sealer.seal_events(3) for _ in range(4)] == [3, 3, 1, 0]
    chain = list(Event.objects.order_by("sequence"))
    assert [event.sequence for event in chain] == [1, 2, 3, 4, 5, 6, 7]
    assert [event.previous_hash for event in chain] == [sealer.START, *(event.hash for event in chain[:-1])]
    assert sealer.verify() == []


def test_an_event_that_is_written_later_goes_to_the_end_of_the_chain() -> None:
    view = events(2)
    sealer.seal_events()
    record("core.saved_view.changed", view, by=None, at=AT, number=9)
    sealer.seal_events()
    assert history_of(view).count() == 3 and sealer.verify() == []


def test_anchor_is_the_head_of_the_day_and_stays() -> None:
    assert sealer.anchor(DAY) is None
    view = events(3)
    first = sealer.anchor(DAY)
    assert first is not None and first.sequence == 3
    record("core.saved_view.changed", view, by=None, at=AT, number=9)
    assert sealer.anchor(DAY) == first and Anchor.objects.count() == 1
    assert sealer.verify({DAY: first.hash[:12]}) == []
    assert len(sealer.verify({DAY: "0" * 12})) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_event SET by_label = 'x'",
        "UPDATE core_event SET changes = '{}'",
        "UPDATE core_event SET at = '2020-01-01 00:00:00+00'",
        "UPDATE core_event SET hash = 'x'",
        "UPDATE core_event SET sequence = NULL",
        "DELETE FROM core_event",
        "UPDATE core_anchor SET hash = 'x'",
        "DELETE FROM core_anchor",
    ],
)
def test_the_database_refuses_to_change_or_delete(statement: str) -> None:
    events(2)
    sealer.anchor(DAY)
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        sql(statement)
    assert sealer.verify() == [] and Event.objects.count() == 2


def test_an_event_that_is_not_sealed_yet_cannot_be_changed_either() -> None:
    events(1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.update(by_label="somebody else")


def changed() -> None:
    sql("UPDATE core_event SET by_label = 'somebody else' WHERE sequence = 5")


def deleted() -> None:
    sql("DELETE FROM core_event WHERE sequence = 5")


def deleted_and_closed_up() -> None:
    sql("DELETE FROM core_event WHERE sequence = 5")
    for number in range(6, 11):
        sql(f"UPDATE core_event SET sequence = {number - 1} WHERE sequence = {number}")


def inserted() -> None:
    for number in range(10, 5, -1):
        sql(f"UPDATE core_event SET sequence = {number + 1} WHERE sequence = {number}")
    fifth = Event.objects.get(sequence=5)
    Event.objects.create(
        name="core.saved_view.changed", target="core.savedview", target_id=1, at=AT, sequence=6,
        previous_hash=fifth.hash, hash="f" * 64,
    )  # fmt: skip


def reordered() -> None:
    sql(
        "UPDATE core_event SET sequence = NULL WHERE sequence = 5",
        "UPDATE core_event SET sequence = 5 WHERE sequence = 6",
        "UPDATE core_event SET sequence = 6 WHERE sequence IS NULL",
    )


def truncated() -> None:
    sql("DELETE FROM core_event WHERE sequence > 7")


def rewritten() -> None:
    """Everything from the fifth on is sealed again, as only the program itself could do it."""
    sql("UPDATE core_event SET sequence = NULL, hash = '', previous_hash = '' WHERE sequence >= 5")
    sql("UPDATE core_event SET by_label = 'somebody else' WHERE sequence IS NULL")
    sealer.seal_events()


@pytest.mark.parametrize(
    "tampering", [changed, deleted, deleted_and_closed_up, inserted, reordered, truncated, rewritten]
)
def test_tampering_is_found(unprotected: None, tampering: Callable[[], None]) -> None:
    events(10)
    sealer.anchor(DAY)
    assert sealer.verify() == []
    tampering()
    assert sealer.verify()


def test_a_chain_made_again_without_our_key_is_found(unprotected: None, settings: Any, tmp_path: Any) -> None:
    events(10)
    sealer.seal_events()
    settings.KEYRING_DIR, kept = tmp_path / "forger", settings.KEYRING_DIR
    sql("UPDATE core_event SET sequence = NULL, hash = '', previous_hash = '', by_label = 'somebody else'")
    sealer.seal_events()
    settings.KEYRING_DIR = kept
    assert len(sealer.verify()) == 10


@pytest.mark.django_db(transaction=True)
def test_many_sealers_at_once_make_one_chain() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite a transaction that writes is alone anyway")
    from concurrent.futures import ThreadPoolExecutor

    events(100)

    def seal(_: int) -> int:
        try:
            return sealer.seal_events(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(seal, range(30))) == 100
    assert sealer.verify() == [] and Event.objects.filter(sequence__isnull=True).count() == 0


def test_sealing_and_checking_2000_events_is_fast() -> None:
    from time import perf_counter

    view = SavedView.objects.create(register="r", name="n", at=AT)
    from fugong.core.audit import described

    rows = [described("a.b.c", view, by=None, at=AT, campaign_id=1, changes={"n": n}) for n in range(2000)]
    Event.objects.bulk_create([Event(**row) for row in rows])
    begin = perf_counter()
    while sealer.seal_events():
        pass
    middle = perf_counter()
    assert sealer.verify() == []
    print(f"sealing {middle - begin:.3f} s, checking {perf_counter() - middle:.3f} s")
    assert perf_counter() - begin < 10


def test_nothing_else_is_append_only() -> None:
    Command.objects.create(digest="", at=AT, status=200)
    Command.objects.all().delete()
