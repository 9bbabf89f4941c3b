"""F2 and B5: a day in the field without signal, as far as it needs no browser: what a phone is told to keep, and what it sends.

The phone's side (Chromium, cut off and killed) is in tests/journeys/test_offline.py.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from fugong.issues.models import Issue
from fugong.visits.models import Plan, PlannedVisit, Visit, VisitPhoto
from tests.acceptance.place import firms
from tests.acceptance.reading import page
from tests.acceptance.visits import articles

pytestmark = pytest.mark.django_db
FULL = "articles-23"
HOUR = timedelta(hours=1)


@pytest.fixture
def route(danzao):
    """Three stops of the instructor's accepted plan of the day."""
    made = firms(danzao, danzao.willow, 3, "线", size="above-scale", headcount=400)
    today = danzao.campaign.frozen_on
    plan = Plan.objects.create(
        campaign=danzao.campaign,
        area=danzao.willow,
        on=today,
        version=1,
        status="accepted",
        made_by=danzao.li,
        made_at=danzao.now,
    )
    for order, firm in enumerate(made, 1):
        PlannedVisit.objects.create(
            plan=plan,
            officer=danzao.li,
            enterprise=firm,
            order=order,
            arrives_at=danzao.now,
            leaves_at=danzao.now + HOUR,
        )
    return made


def kept(client):
    text = page(client, "/my-day/")
    return json.loads(re.search(r'<script id="keep" type="application/json">(.*?)</script>', text)[1])


def queued(client, town, firm, *, waited, answers, files=None, command=None):
    """What the outbox sends: a visit of an hour that ended `waited` ago, by a phone whose clock is a year behind."""
    phone_now = timezone.now() - timedelta(days=365)
    ended = phone_now - waited
    fields = {
        "command": command or str(uuid4()),
        "key": str(uuid4()),
        "started_at": (ended - HOUR).isoformat(),
        "device_at": ended.isoformat(),
        "note": "",
    }
    headers = {"X-Fugong-Person": str(town.li.pk), "X-Fugong-Clock": phone_now.isoformat()}
    content = fields | answers | (files or {})
    return lambda: client.post(f"/visits/at/{firm.pk}/?plain=1", content, headers=headers)


def all_met(town):
    return {row["name"]: "yes" for row in articles(town, FULL)}


def test_a_phone_is_told_every_page_of_the_day_and_nothing_else(danzao, route, as_user):
    client = as_user(danzao.li)
    told = kept(client)
    assert told["person"] == danzao.li.pk
    for firm in route:
        assert {f"/visits/at/{firm.pk}/", f"/visits/at/{firm.pk}/?plain=1"} <= set(told["pages"])
    assert {"/my-day/", "/visits/my-day/", "/visits/my-day/map/", told["fallback"]} <= set(told["pages"])
    assert all(
        address.startswith(("/my-day/", "/visits/my-day/", "/visits/at/")) for address in told["pages"]
    )
    for address in told["pages"]:
        answer = client.get(address)
        assert (answer.status_code, answer["X-Fugong-Person"]) == (200, str(danzao.li.pk)), address
        assert answer["Cache-Control"] == "private, no-store", "no other cache may keep it"


def test_it_keeps_them_no_longer_than_the_session_and_the_posting(danzao, route, as_user, settings):
    client = as_user(danzao.li)
    session = client.session
    session["since"] = timezone.now().timestamp() - 3600
    session.save()
    assert 0 < kept(client)["seconds"] <= settings.SESSION_COOKIE_AGE - 3600
    session["since"] = timezone.now().timestamp()
    session.save()
    danzao.li.postings.update(to_on=timezone.localdate())
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0) + timedelta(days=1)
    assert kept(client)["seconds"] <= (midnight - timezone.now()).total_seconds()


def test_a_visit_that_waited_has_its_own_hours_and_arrives_once(danzao, route, as_user):
    """The phone's clock is a year behind and the visit waited three hours; it is sent again after a lost answer."""
    client, first = as_user(danzao.li), articles(danzao, FULL)[0]
    buffer = BytesIO()
    Image.new("RGB", (1600, 900), (90, 90, 90)).save(buffer, "JPEG")
    answers = all_met(danzao) | {first["name"]: "no", first["name"] + "_note": "三人未查"}

    def photo():
        return {first["name"] + "_photo": SimpleUploadedFile("门口.jpg", buffer.getvalue(), "image/jpeg")}

    command = str(uuid4())
    send = queued(client, danzao, route[0], waited=3 * HOUR, answers=answers, files=photo(), command=command)
    answer = send()
    assert answer.status_code == 204, answer.content.decode()[-2000:]
    made = Visit.objects.system().get()
    assert answer["X-Fugong-Leads"] == f"/visits/{made.pk}/done/"
    assert made.ended_at - made.started_at == HOUR
    received = danzao.campaign.frozen_on
    assert made.on == received or made.on == received - timedelta(days=1)
    assert Issue.objects.system().count() == 1
    assert VisitPhoto.objects.system().filter(visit=made).count() == 1


def test_a_lost_answer_is_given_again(danzao, route, as_user):
    client = as_user(danzao.li)
    send = queued(client, danzao, route[1], waited=HOUR, answers=all_met(danzao))
    first, again = send(), send()
    assert (first.status_code, again.status_code) == (204, 204)
    assert first["X-Fugong-Leads"] == again["X-Fugong-Leads"]
    assert Visit.objects.system().count() == 1


def test_without_a_session_nothing_is_taken_and_the_same_is_taken_after_signing_in(
    danzao, route, as_user, client
):
    """The phone keeps it: "sign in again to send"."""
    command = str(uuid4())
    key = {"key": str(uuid4()), "started_at": timezone.now().isoformat()}
    content = all_met(danzao) | key
    waiting = queued(client, danzao, route[2], waited=HOUR, answers=content, command=command)()
    assert (waiting.status_code, waiting["X-Fugong-Person"]) == (401, "0")
    sent = queued(as_user(danzao.li), danzao, route[2], waited=HOUR, answers=content, command=command)()
    assert sent.status_code == 204
    assert Visit.objects.system().count() == 1


def test_given_up_yesterday_evening_is_yesterdays(danzao, route, as_user):
    """Noted in a cellar, sent the next morning: the day is the one at the door."""
    client, now = as_user(danzao.li), timezone.now()
    waited = timedelta(hours=26)
    content = {
        "command": str(uuid4()),
        "key": str(uuid4()),
        "why": "closed",
        "device_at": (now - waited).isoformat(),
    }
    headers = {"X-Fugong-Person": str(danzao.li.pk), "X-Fugong-Clock": now.isoformat()}
    assert client.post(f"/visits/at/{route[0].pk}/give-up/", content, headers=headers).status_code == 204
    assert "已记下" in page(client, "/my-day/"), "not swallowed by the outbox"
    made = Visit.objects.system().get()
    assert made.status == "given-up"
    assert (danzao.campaign.frozen_on - made.on).days in (1, 2)


def test_a_refusal_says_why_so_that_the_phone_can_show_it(danzao, route, as_user):
    content = {"command": str(uuid4()), "key": str(uuid4()), "why": "other", "detail": ""}
    headers = {"X-Fugong-Person": str(danzao.li.pk), "X-Fugong-Clock": timezone.now().isoformat()}
    address = f"/visits/at/{route[0].pk}/give-up/"
    answer = as_user(danzao.li).post(address, content, headers=headers)
    assert answer.status_code == 422
    assert 'class="fg-error"' in answer.content.decode()
    assert "请说明未能走访的原因" in answer.content.decode()
    assert not Visit.objects.system().exists()
