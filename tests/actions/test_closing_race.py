"""A campaign is closed while somebody writes: what was begun is finished first, what comes later is refused."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, connections, transaction

from fugong.campaigns import actions as campaigns
from fugong.campaigns.gate import refuse_closed
from fugong.core.refusals import Refused
from tests.pack import PACK
from tests.town import build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="the tests' SQLite is in memory, where threads lock each other's tables; on a file writers take turns",
)
def test_closing_waits_for_whoever_writes_and_stops_whoever_comes_later() -> None:
    town = build(PACK)
    has_asked, order = Event(), []

    def write() -> None:
        try:
            with transaction.atomic():
                refuse_closed(town.campaign)
                has_asked.set()
                time.sleep(1)
                order.append("written")
        finally:
            connections.close_all()

    def close() -> None:
        try:
            assert has_asked.wait(20)
            campaigns.close(campaign=town.campaign, reason="to the end", by=town.gao, at=town.now)
            order.append("closed")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(write), pool.submit(close)]:
            done.result(60)
    assert order == ["written", "closed"]
    with pytest.raises(Refused):
        refuse_closed(town.campaign)
