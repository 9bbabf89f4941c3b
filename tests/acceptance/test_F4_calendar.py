"""F4: an officer's calendar reads the plan under a secret address: constant events, revocable, nothing of others."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from docx import Document

from fugong.access.models import Posting
from fugong.visits.models import CalendarAddress, Plan, PlannedVisit
from tests.acceptance.place import firms
from tests.acceptance.reading import page, send, sent

pytestmark = pytest.mark.django_db


def planned(town, officer, rows, on, version=1):
    at = timezone.make_aware(datetime.combine(on, datetime.min.time())) + timedelta(hours=9)
    Plan.objects.system().filter(on=on).update(status="superseded")
    plan = Plan.objects.create(
        campaign=town.campaign,
        area=town.town,
        on=on,
        version=version,
        status="accepted",
        made_by=town.zhou,
        made_at=town.now,
        accepted_by=town.zhou,
        accepted_at=town.now,
        summary={"crew": {str(officer.pk): {"name": officer.name}}},
    )
    for order, row in enumerate(rows, start=1):
        begin = at + timedelta(hours=order)
        PlannedVisit.objects.create(
            plan=plan,
            officer=officer,
            enterprise=row,
            order=order,
            arrives_at=begin,
            leaves_at=begin + timedelta(minutes=30),
            reasons=[{"code": "never_visited"}],
        )
    return plan


@pytest.fixture
def address(danzao, as_user):
    """Li's secret address, as the page shows it this once."""
    answer = send(as_user(danzao.li), "visits:calendar")
    shown = b"".join(answer.streaming_content).decode()
    found = re.search(r"http://testserver(/visits/calendar/[\w-]+/visits\.ics)", shown)
    assert found and "webcal://testserver" in shown and "<svg" in shown
    return found.group(1)


def events(text):
    unfolded = text.replace("\r\n ", "")
    return dict(re.findall(r"UID:(\S+)\r\n.*?SUMMARY:([^\r]*)", unfolded, re.S))


def test_the_calendar_has_the_next_seven_days_of_its_officer_alone(danzao, as_user, address):
    mine, others = firms(danzao, danzao.willow, 2, "柳"), firms(danzao, danzao.pine, 1, "松")
    planned(danzao, danzao.li, mine, danzao.today)
    planned(danzao, danzao.li, mine[:1], danzao.today + timedelta(days=6))
    planned(danzao, danzao.li, mine[:1], danzao.today + timedelta(days=7))
    planned(danzao, danzao.feng, others, danzao.today + timedelta(days=2))
    stranger = Client()
    answer = stranger.get(address)
    assert (
        answer["Content-Type"].startswith("text/calendar") and answer["Cache-Control"] == "private, no-store"
    )
    text = answer.content.decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    found = events(text)
    assert sum("柳" in words for words in found.values()) == 3, "today's two and one in six days"
    assert not any("松" in words for words in found.values())
    assert sum(uid.endswith("-shift@fugong") for uid in found) == 2
    assert "DESCRIPTION" not in text, "why somebody is visited stays here"
    assert stranger.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    planned(danzao, danzao.li, mine, danzao.today, version=2)
    again = stranger.get(address)
    assert again["ETag"] != answer["ETag"] and set(events(again.content.decode())) == set(found), (
        "UIDs are constant"
    )


def test_a_wrong_a_replaced_and_a_revoked_address_open_nothing(danzao, as_user, address):
    stranger, li = Client(), as_user(danzao.li)
    assert stranger.get(address).status_code == 200
    assert stranger.get("/visits/calendar/no-such-secret/visits.ics").status_code == 404
    assert stranger.post(address).status_code == 405
    secret = address.split("/")[3]
    assert secret not in page(li, "visits:calendar"), "it is shown once"
    assert not CalendarAddress.objects.system().filter(digest__contains=secret[:10]).exists(), (
        "only its digest is kept"
    )
    b"".join(send(li, "visits:calendar").streaming_content)
    assert stranger.get(address).status_code == 404, "a new address ends the old one"
    sent(li, "visits:calendar_revoke")
    assert not CalendarAddress.objects.system().exists()


def test_whoever_is_no_longer_posted_has_no_calendar(danzao, as_user, address):
    Posting.objects.filter(user=danzao.li).update(to_on=danzao.today - timedelta(days=1))
    assert Client().get(address).status_code == 404
    assert send(as_user(danzao.chen), "visits:calendar").status_code == 403


def test_the_officers_own_log_and_the_register_of_an_enterprise_print(danzao, as_user):
    from tests.acceptance.visits import articles, visit_made

    (firm,) = firms(danzao, danzao.willow, 1, "柳")
    name = articles(danzao, "articles-9")[0]["name"]
    visit_made(as_user(danzao.li), danzao, firm, "articles-9", **{name: "no"})
    li = as_user(danzao.li)
    assert firm.name in page(li, "visits:my_log")
    assert firm.name not in page(li, "visits:my_log", on=(danzao.today - timedelta(days=1)).isoformat())
    assert firm.name not in page(as_user(danzao.feng), "visits:my_log"), "each their own"
    register = page(as_user(danzao.zhou), f"/visits/of/{firm.pk}/register/")
    assert danzao.li.name in register
    for address in ("/visits/log/mine/?form=pdf", f"/visits/of/{firm.pk}/register/?form=pdf"):
        assert li.get(address).content.startswith(b"%PDF")
        document = Document(BytesIO(li.get(address.replace("pdf", "docx")).content))
        said = " ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
        assert danzao.li.name in said or firm.name in said
    assert as_user(danzao.zhao).get(f"/visits/of/{firm.pk}/register/").status_code == 404
