"""Callers who ask at the same moment: no two of them ever get the same enterprise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from fugong.enterprises.models import Contact
from fugong.visits import actions as visits
from fugong.visits.models import Attempt
from tests.pack import PACK
from tests.town import FIRST_DAY, build, firm

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS, FIRMS = 4, 12


@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="the tests' SQLite is in memory, where threads lock each other's tables; on a file writers take turns",
)
def test_callers_at_the_same_moment_never_get_the_same_number():
    town = build(PACK)
    for number in range(FIRMS):
        row = firm(town, f"柳村第{number}厂", "willow", headcount=77)
        Contact.objects.create(
            enterprise=row,
            campaign_id=town.campaign.pk,
            name="厂长",
            phone=f"100000077{number:02d}",
            from_on=FIRST_DAY,
        )
    callers = [town.li, town.he, town.wang, town.feng][:CALLERS]
    asked = visits.Asked("同时", "headcount = 77", town.today, callers)
    one = visits.begin_round(campaign=town.campaign, area=town.town, asked=asked, by=town.zhou, at=town.now)
    one.calls.update(caller=town.li)  # everybody wants the same ones
    together = Barrier(CALLERS)

    def work(caller):
        try:
            together.wait(10)
            while call := visits.take_next(phone_round=one, by=caller, at=town.now):
                visits.note_call(call=call, outcome="refused", told=visits.Told(), by=caller, at=town.now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CALLERS) as pool:
        for done in [pool.submit(work, caller) for caller in callers]:
            done.result(60)
    assert Attempt.objects.system().count() == FIRMS
    assert Attempt.objects.system().values("call").distinct().count() == FIRMS
