"""Truth tables: the steps of the procedure, letters of advice, links and orders of cards."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from fugong.visits.rules import (
    MOST_CARDS,
    Evidence,
    LetterStatus,
    ProcedureStep,
    Tick,
    why_not_acknowledge,
    why_not_advise,
    why_not_open,
    why_not_print,
    why_not_steps,
)
from tests.town import NOW

READ = ProcedureStep("read", "Read the file", "before", True)
MET = ProcedureStep("met", "Met somebody", "during", True, Evidence.PERSON)
PICTURE = ProcedureStep("picture", "Took a picture", "during", False, Evidence.PHOTO)
PLACE = ProcedureStep("place", "Took the position", "during", False, Evidence.POSITION)
TICK, NAMED = Tick(NOW), Tick(NOW, "Qian")


@pytest.mark.parametrize(
    ("steps", "ticks", "more", "named"),
    [
        ([], {}, {}, []),
        ([READ], {"read": TICK}, {}, []),
        ([READ], {}, {}, ["Read the file"]),
        ([READ, MET], {}, {}, ["Read the file", "Met somebody"]),
        ([MET], {"met": TICK}, {}, ["Met somebody"]),
        ([MET], {"met": Tick(NOW, "  ")}, {}, ["Met somebody"]),
        ([MET], {"met": NAMED}, {}, []),
        ([PICTURE], {}, {}, []),
        ([PICTURE], {"picture": TICK}, {}, ["Took a picture"]),
        ([PICTURE], {"picture": TICK}, {"photos": 1}, []),
        ([PLACE], {"place": TICK}, {}, ["Took the position"]),
        ([PLACE], {"place": TICK}, {"has_position": True}, []),
        ([READ], {"read": TICK, "unknown": TICK}, {}, []),
    ],
)
def test_steps(steps, ticks, more, named):
    sentence = why_not_steps(steps, ticks, **more)
    assert bool(sentence) == bool(named)
    assert all(text in sentence for text in named)


@pytest.mark.parametrize(
    ("status", "officer", "advice", "may"),
    [
        ("done", 7, 2, True),
        ("done", 8, 2, False),
        ("done", 7, 0, False),
        ("given-up", 7, 2, False),
    ],
)
def test_who_may_issue_a_letter(status, officer, advice, may):
    visit = SimpleNamespace(status=status, officer_id=officer)
    assert (why_not_advise(visit, SimpleNamespace(pk=7), advice=advice) == "") is may


@pytest.mark.parametrize(
    ("status", "name", "may"),
    [
        (LetterStatus.ISSUED, "Qian", True),
        (LetterStatus.ISSUED, " ", False),
        (LetterStatus.ACKNOWLEDGED, "Qian", False),
        (LetterStatus.REPLACED, "Qian", False),
    ],
)
def test_a_receipt_is_noted_once_and_by_name(status, name, may):
    assert (why_not_acknowledge(SimpleNamespace(status=status), name) == "") is may


@pytest.mark.parametrize(
    ("revoked", "left", "opens"), [(None, 1, True), (None, 0, False), (NOW, 1, False), (NOW, 0, False)]
)
def test_a_link_opens_until_its_time_is_over_or_it_is_withdrawn(revoked, left, opens):
    link = SimpleNamespace(revoked_at=revoked, expires_at=NOW + timedelta(hours=left))
    assert (why_not_open(link, NOW) == "") is opens
    assert why_not_open(None, NOW)


@pytest.mark.parametrize(
    ("count", "purpose", "may"),
    [
        (1, "发放联系卡", True),
        (0, "发放联系卡", False),
        (1, "发", False),
        (MOST_CARDS + 1, "发放联系卡", False),
    ],
)
def test_orders_of_cards(count, purpose, may):
    assert (why_not_print(count, purpose) == "") is may
