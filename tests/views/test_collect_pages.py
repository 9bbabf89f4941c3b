"""Connecting ODK Collect, and the filled forms that were not taken in."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from fugong.core.models import Command
from fugong.visits.models import Discarded, Received, ReceivedFile
from fugong.visits.openrosa import files, taking
from fugong.visits.openrosa.taking import Sent, When

pytestmark = pytest.mark.django_db
XML = '<data id="no-such-form" version="1"><a>答</a><meta><instanceID>uuid:{}</instanceID></meta></data>'


def sent(town, **content):
    when = When(town.now, town.now)
    return taking.receive(
        sent=Sent(XML.format(uuid4()), content), by=town.li, campaign=town.campaign, when=when
    )


def post(client, address, **values):
    return client.post(address, {"command": str(uuid4()), **values})


def test_the_key_stands_on_one_page_once_and_nowhere_else(town, as_user):
    client = as_user(town.li)
    assert post(client, "/visits/collect/", name="手机").status_code == 302
    shown = client.get("/visits/collect/").content.decode()
    key = shown.split("/openrosa/key/")[1].split("<")[0]
    assert len(key) == 43
    assert key not in client.get("/visits/collect/").content.decode()
    assert not Command.objects.filter(answer__contains=key).exists()
    assert key not in str(dict(client.session))


def test_whoever_makes_no_visits_connects_no_phone(town, as_user):
    assert as_user(town.chen).get("/visits/collect/").status_code == 403


def test_the_grid_lead_sees_what_was_not_taken_in_and_the_other_village_does_not(town, as_user):
    row = sent(town)
    assert row.status == "refused" and "no-such-form" in row.reason
    assert row.reason in as_user(town.wang).get("/visits/collect/not-taken/").content.decode()
    assert as_user(town.zhao).get(f"/visits/collect/not-taken/{row.pk}/").status_code == 403
    page = as_user(town.wang).get(f"/visits/collect/not-taken/{row.pk}/").content.decode()
    assert "答" in page and str(row.key) in page


def test_a_form_is_set_aside_with_a_reason_and_its_files_go(
    town, as_user, django_capture_on_commit_callbacks
):
    row = sent(town, **{"1.jpg": b"raw"})
    raw = files.place_of(ReceivedFile.objects.system().get().stored_as)
    address = f"/visits/collect/not-taken/{row.pk}/set-aside/"
    wang = as_user(town.wang)
    assert post(wang, address, reason=" ").status_code == 409
    with django_capture_on_commit_callbacks(execute=True):
        assert post(wang, address, reason="重复").status_code == 302
    row.refresh_from_db()
    assert (row.status, row.reason, row.settled_by) == ("set-aside", "重复", town.wang)
    assert not raw.exists()
    assert post(wang, address, reason="再来").status_code == 409
    assert post(wang, f"/visits/collect/not-taken/{row.pk}/take-in/").status_code == 409


def test_what_waits_for_files_is_shown_after_two_hours(town, as_user):
    row = sent(town)
    Received.objects.system().filter(pk=row.pk).update(status="waiting", missing=["1.jpg"], reason="")
    wang = as_user(town.wang)
    Received.objects.system().update(received_at=town.now + timedelta(hours=7))
    assert "1" in wang.get("/visits/collect/not-taken/").content.decode()
    seen = wang.get("/visits/collect/not-taken/").context
    assert (seen["rows"], seen["waiting"]) == ([], 1)
    Received.objects.system().update(received_at=town.now)
    assert wang.get("/visits/collect/not-taken/").context["rows"][0]["row"] == row


def test_the_queries_of_the_pages_do_not_grow_with_the_rows(town, as_user, django_assert_max_num_queries):
    for _number in range(6):
        sent(town)
    wang, li = as_user(town.wang), as_user(town.li)
    with django_assert_max_num_queries(14):
        wang.get("/visits/collect/not-taken/")
    with django_assert_max_num_queries(14):
        li.get("/visits/collect/")


def discard(client, **values):
    return post(
        client, "/visits/my-day/phone/discarded/", **{"key": str(uuid4()), "reason": "重复登记", **values}
    )


@pytest.mark.parametrize(
    ("address", "form", "is_known"),
    [
        ("/visits/at/{}/", "visit", True),
        ("/visits/at/{}/give-up/", "given-up", True),
        ("/resumption/of/{}/report/", "report", True),
        ("/visits/my-number/", "other", False),
        ("/no-such-page/{}/", "other", False),
    ],
)
def test_what_was_discarded_on_a_phone_is_known_by_its_address(town, as_user, address, form, is_known):
    firm = town.large_firm
    assert discard(as_user(town.li), form=address.format(firm.pk)).status_code == 302
    row = Discarded.objects.system().get()
    assert (row.form, row.enterprise) == (form, firm if is_known else None)


def test_the_grid_lead_reads_why_on_the_page_of_what_did_not_come_in(town, as_user):
    assert "没有作废" in as_user(town.wang).get("/visits/collect/not-taken/").content.decode()
    discard(as_user(town.li), form=f"/visits/at/{town.large_firm.pk}/", reason="与昨天重复")
    wang = as_user(town.wang)
    (waits,) = [one for one in wang.get("/my-grid/").context["to_do"] if "#discarded" in one.url]
    assert waits.number == 1
    page = wang.get(waits.url).content.decode()
    assert all(text in page for text in ("与昨天重复", town.li.name, town.large_firm.name))
    earlier = wang.get("/visits/collect/not-taken/?discarded=2020-01-01").content.decode()
    assert "与昨天重复" not in earlier


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"key": "x"}])
def test_a_discard_without_a_reason_or_a_key_is_refused(town, as_user, wrong):
    assert discard(as_user(town.li), form="/", **wrong).status_code == 409
    assert not Discarded.objects.system().exists()


def test_the_phone_knows_where_to_tell(town, as_user):
    assert (
        'data-discarded="/visits/my-day/phone/discarded/"'
        in as_user(town.li).get("/visits/my-day/phone/").content.decode()
    )


def test_the_steps_of_a_form_that_was_not_taken_in_are_said_in_the_packs_words(town, as_user):
    step = {"key": "walk-in", "text": {"zh": "走看大门", "en": "saw the gate"}, "when": "during"}
    step |= {"required": False, "evidence": "photo", "way": "visit", "condition": ""}
    town.campaign.release.content["visits"]["procedure"] = [step]
    town.campaign.release.save(update_fields=["content"])
    steps = "<step_walk_in>yes</step_walk_in><photo_of_step_walk_in>1.jpg</photo_of_step_walk_in>"
    xml = XML.format(uuid4()).replace("<a>", f"<fugong_visit>{steps}</fugong_visit><a>")
    row = taking.receive(
        sent=Sent(xml, {}), by=town.li, campaign=town.campaign, when=When(town.now, town.now)
    )
    page = as_user(town.wang).get(f"/visits/collect/not-taken/{row.pk}/").content.decode()
    assert "走看大门" in page and "已完成" in page and "走看大门（照片）" in page
    assert ">step_walk_in<" not in page and ">photo_of_step_walk_in<" not in page
