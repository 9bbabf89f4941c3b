"""F7: a phone round: a condition, callers, the next number in one tap, outcome codes, call-backs, needs as requests.

Xiamen telephoned 409 enterprises and visited 40. Here a round calls 409 through its pages, with every outcome among
them; 40 are visited afterwards; the round's page counts both from the rows, and each number opens its rows.
"""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from fugong.access.models import Reveal
from fugong.enterprises.models import Contact, Enterprise
from fugong.issues.models import Issue
from fugong.teams.models import Charge
from fugong.visits.fieldwork.phoning import standing_of
from fugong.visits.models import Attempt, Call, PhoneRound, Visit
from tests.acceptance.place import firms, visited
from tests.acceptance.reading import cells, page, send, sent, total
from tests.town import FIRST_DAY

pytestmark = pytest.mark.django_db
TELEPHONED, VISITED = 409, 40


def with_phones(town, rows):
    Contact.objects.bulk_create(
        [
            Contact(
                enterprise=row,
                campaign_id=town.campaign.pk,
                name="厂长",
                phone=f"1000{row.pk:07d}",
                from_on=FIRST_DAY,
            )
            for row in rows
        ],
        batch_size=500,
    )
    return rows


def begun(town, client, callers, name="全面摸排", condition="", questions="有何困难"):
    due = (town.today + timedelta(days=2)).isoformat()
    fields = {
        "name": name,
        "area": town.town.pk,
        "condition": condition,
        "due_on": due,
        "questions": questions,
    }
    return fields | {"callers": [user.pk for user in callers]}


def a_round(town, as_user, callers, **more):
    address = sent(as_user(town.zhou), "calls:new_round", **begun(town, None, callers, **more))["Location"]
    return PhoneRound.objects.system().latest("pk"), address


@pytest.mark.once
def test_409_are_telephoned_and_40_visited_and_the_numbers_open_their_rows(danzao, as_user):
    rows = with_phones(danzao, firms(danzao, danzao.willow, TELEPHONED, "柳"))
    one, address = a_round(danzao, as_user, [danzao.li, danzao.he, danzao.wang])
    people = [danzao.li, danzao.he, danzao.wang]
    clients = [as_user(user) for user in people]
    for client in clients:
        sent(client, "calls:next", one.pk)
    outcomes = ["reached"] * 6 + ["refused", "closed-down", "wrong-number", "reached"]
    made, working = 0, list(zip(clients, people, strict=True))
    while working:
        for client, user in list(working):
            held = Call.objects.system().filter(claimed_by=user, status="waiting").first()
            if held is None:
                working.remove((client, user))
                continue
            sent(client, "calls:note", held.pk, outcome=outcomes[made % len(outcomes)], q1="缺口罩")
            made += 1
    assert Attempt.objects.system().values("call__enterprise").distinct().count() == TELEPHONED
    assert Attempt.objects.system().count() == TELEPHONED, "nobody was called twice"
    visited([(row, danzao.li) for row in rows[:VISITED]], danzao.today + timedelta(days=1))

    client = as_user(danzao.zhou)
    shown = page(client, address)
    standing = standing_of(one, Call.objects.visible_to(danzao.zhou))
    assert (standing.total, standing.telephoned, standing.visited) == (TELEPHONED, TELEPHONED, VISITED)
    assert total(client, '/visits/calls/all/?q=round = "全面摸排" and is_telephoned = True') == TELEPHONED
    assert total(client, '/visits/calls/all/?q=round = "全面摸排" and was_visited = True') == VISITED
    links = {html.unescape(link) for link in re.findall(r'href="(/visits/calls/all/\?q=[^"]*)"', shown)}
    assert len(links) > 10
    by_caller = [row for row in cells(shown) if row[0] in (danzao.li.name, danzao.he.name, danzao.wang.name)]
    assert sum(int(row[1]) for row in by_caller) == TELEPHONED and len(by_caller) == 3
    loads = [int(row[1]) for row in by_caller]
    assert max(loads) - min(loads) <= 1, "shared out evenly"
    reached = standing.by_status["reached"]
    assert Visit.objects.system().filter(kind="phone").count() == reached > 250, (
        "a reached call is a visit by phone"
    )
    assert Reveal.objects.filter(reason__contains="全面摸排").count() == TELEPHONED, (
        "each number opened is on record"
    )
    sent(client, "calls:change", one.pk, status="finished")
    assert send(clients[0], "calls:next", one.pk).status_code == 409


def test_a_count_comes_before_the_round_begins_and_a_mistake_is_said(danzao, as_user):
    with_phones(danzao, firms(danzao, danzao.willow, 3, "柳", headcount=80))
    firms(danzao, danzao.willow, 2, "小", headcount=5)
    client = as_user(danzao.zhou)
    asked = begun(danzao, client, [danzao.li], condition="headcount >= 50")
    answer = send(client, "calls:new_round", **asked, count="1")
    assert answer.status_code == 200 and not PhoneRound.objects.system().exists()
    assert "现有3家企业符合条件" in html.unescape(answer.content.decode())
    assert send(client, "calls:new_round", **asked | {"condition": "headcount >=> 5"}).status_code == 422
    sent(client, "calls:new_round", **asked)
    assert Call.objects.system().count() == 3
    assert send(client, "calls:new_round", **asked).status_code == 409, "the name is taken"
    nobody = asked | {"name": "无人", "condition": "headcount > 9999"}
    assert send(client, "calls:new_round", **nobody).status_code == 409


def test_whoever_answers_for_an_enterprise_calls_it(danzao, as_user):
    rows = with_phones(danzao, firms(danzao, danzao.willow, 4, "柳"))
    for row in rows[:3]:
        Charge.objects.create(enterprise=row, officer=danzao.he, kind="liaison", from_on=FIRST_DAY)
    a_round(danzao, as_user, [danzao.he, danzao.li])
    callers = dict(Call.objects.system().values_list("enterprise", "caller"))
    assert [callers[row.pk] for row in rows[:3]] == [danzao.he.pk] * 3
    assert callers[rows[3].pk] == danzao.li.pk


def test_the_number_shows_to_its_caller_alone_and_two_never_get_the_same(danzao, as_user):
    (row,) = with_phones(danzao, firms(danzao, danzao.willow, 1, "柳"))
    one, _address = a_round(danzao, as_user, [danzao.li, danzao.he])
    li, he = as_user(danzao.li), as_user(danzao.he)
    first = sent(li, "calls:next", one.pk)["Location"]
    number = f"tel:1000{row.pk:07d}"
    assert number in page(li, first)
    assert number not in page(as_user(danzao.zhou), first)
    second = sent(he, "calls:next", one.pk)["Location"]
    assert second.endswith(f"/visits/calls/{one.pk}/"), "nothing is left for the second caller"
    call = Call.objects.system().get()
    assert number not in page(he, first)
    assert send(he, "calls:note", call.pk, outcome="reached").status_code == 409
    assert sent(li, "calls:next", one.pk)["Location"] == first, "whoever holds a number gets that one again"
    assert Reveal.objects.count() == 1


def test_no_answer_comes_back_and_ends_after_the_packs_tries(danzao, as_user):
    with_phones(danzao, firms(danzao, danzao.willow, 1, "柳"))
    one, address = a_round(danzao, as_user, [danzao.li])
    li = as_user(danzao.li)
    for tries in (1, 2, 3):
        sent(li, "calls:next", one.pk)
        call = Call.objects.system().get()
        sent(li, "calls:note", call.pk, outcome="no-answer")
        call.refresh_from_db()
        assert (call.attempts, call.status) == (tries, "waiting" if tries < 3 else "not-reached")
        if tries == 1:
            assert sent(li, "calls:next", one.pk)["Location"] == address, "its time has not come"
        Call.objects.system().filter(status="waiting").update(call_at=danzao.now - timedelta(days=2))
    assert (
        "柳1号厂" in page(as_user(danzao.zhou), address).partition("没有打通")[2]
        or call.status == "not-reached"
    )
    sent(as_user(danzao.zhou), "calls:again", call.pk)
    call.refresh_from_db()
    assert (call.attempts, call.status) == (0, "waiting")


def test_an_agreed_call_back_comes_first_at_its_time(danzao, as_user):
    with_phones(danzao, firms(danzao, danzao.willow, 3, "柳"))
    one, _address = a_round(danzao, as_user, [danzao.li])
    li = as_user(danzao.li)
    sent(li, "calls:next", one.pk)
    first = Call.objects.system().get(claimed_by=danzao.li)
    sent(li, "calls:note", first.pk, outcome="call-back", back_in="60")
    first.refresh_from_db()
    assert first.call_at and first.attempts == 0, "an agreed call-back is no failed try"
    held = Call.objects.system().get(claimed_by=danzao.li)
    assert held.pk != first.pk
    Call.objects.system().filter(pk=first.pk).update(call_at=danzao.now - timedelta(days=1))
    sent(li, "calls:note", held.pk, outcome="reached")
    assert Call.objects.system().get(claimed_by=danzao.li).pk == first.pk
    assert (
        send(li, "calls:note", first.pk, outcome="call-back", back_at="2019-01-01T10:00").status_code == 409
    )


def test_needs_become_requests_at_once(danzao, as_user):
    with_phones(danzao, firms(danzao, danzao.willow, 1, "柳"))
    one, _address = a_round(danzao, as_user, [danzao.li])
    li = as_user(danzao.li)
    sent(li, "calls:next", one.pk)
    call = Call.objects.system().get()
    shown = page(li, f"/visits/calls/at/{call.pk}/")
    kinds = re.findall(r'name="need-([\w-]+)"', shown)
    assert kinds, "the pack has kinds of requests"
    sent(li, "calls:note", call.pk, outcome="reached", **{f"need-{kinds[0]}": "缺口罩500只"})
    issue = Issue.objects.system().get()
    assert (issue.kind, issue.title, issue.origin, issue.origin_id) == (
        kinds[0],
        "缺口罩500只",
        "visits.call",
        call.pk,
    )
    assert Visit.objects.system().get().kind == "phone"


def test_a_wrong_number_is_put_right_by_the_clerk_and_called_again(danzao, as_user):
    rows = with_phones(danzao, firms(danzao, danzao.willow, 1, "柳"))
    firms(danzao, danzao.pine, 1, "无号")
    one, _address = a_round(danzao, as_user, [danzao.li, danzao.he])
    li, chen = as_user(danzao.li), as_user(danzao.chen)
    sent(li, "calls:next", one.pk)
    call = Call.objects.system().get(enterprise=rows[0])
    sent(li, "calls:note", call.pk, outcome="wrong-number", phone="10000009999")
    call.refresh_from_db()
    assert call.status == "no-number"
    without = Call.objects.system().get(enterprise__name="无号1号厂")
    assert without.status == "no-number", "without a number on file the clerk hears of it, nobody dials"
    shown = page(chen, "calls:numbers")
    assert "柳1号厂" in shown and "无号1号厂" in shown and "10000009999" not in shown
    proposal = call.proposals.get()
    sent(chen, "calls:settle", proposal.pk)
    assert Contact.objects.system().get(enterprise=rows[0]).phone.clear() == "10000009999"
    call.refresh_from_db()
    assert call.status == "waiting"
    assert send(chen, "calls:settle", proposal.pk).status_code == 409
    sent(chen, "calls:settle", without.proposals.get().pk, aside="1")
    without.refresh_from_db()
    assert without.status == "no-number"


def test_who_may_not(danzao, as_user):
    with_phones(danzao, firms(danzao, danzao.willow, 1, "柳"))
    one, address = a_round(danzao, as_user, [danzao.li])
    assert send(as_user(danzao.li), "calls:new_round").status_code == 403
    assert send(as_user(danzao.chen), "calls:next", one.pk).status_code == 409, "she is no caller"
    assert as_user(danzao.zhao).get(address).status_code == 404
    assert send(as_user(danzao.he), "calls:settle", 1).status_code == 403
    sent(as_user(danzao.zhou), "calls:change", one.pk, status="stopped")
    assert send(as_user(danzao.li), "calls:next", one.pk).status_code == 409
    assert Enterprise.objects.system().count() == 1
