"""OpenRosa as ODK Collect speaks it: lists, forms, the attached enterprises, filled forms that become visits."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone
from PIL import Image

from fugong.access import device_keys
from fugong.access.models import DeviceKey, Posting
from fugong.issues.models import Issue
from fugong.visits.checklists import take_in
from fugong.visits.models import (
    Checklist,
    Finding,
    LookBack,
    Plan,
    PlannedVisit,
    Received,
    ReceivedFile,
    Visit,
    VisitPhoto,
)
from fugong.visits.openrosa import files
from tests.checklists import converted, load_checklists
from tests.collect import Collect
from tests.town import PASSWORD, firm

pytestmark = pytest.mark.django_db


def photo(colour: str = "red") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (64, 48), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def key_for(user) -> str:
    return device_keys.make(user=user, name="手机", at=timezone.now())[1]


@pytest.fixture
def town(town):
    load_checklists(town)
    return town


@pytest.fixture
def li(town):
    return Collect(f"http://testserver/openrosa/key/{key_for(town.li)}")


@pytest.fixture
def planned(town):
    """An accepted plan that sends Li to the named firms in this order."""

    def plan(*firms):
        made = Plan.objects.create(
            campaign=town.campaign,
            area=town.town,
            on=town.today,
            version=1,
            status="accepted",
            made_at=town.now,
        )
        for order, one in enumerate(firms, start=1):
            PlannedVisit.objects.create(
                plan=made,
                officer=town.li,
                enterprise=one,
                order=order,
                arrives_at=town.now,
                leaves_at=town.now,
            )

    return plan


def solved(town, enterprise):
    issue = Issue.objects.create(
        campaign=town.campaign,
        area=enterprise.area,
        enterprise=enterprise,
        title="宿舍过密",
        status="solved",
        found_by=town.feng,
        found_at=town.now,
        solved_by=town.feng,
        solved_at=town.now,
    )
    LookBack.objects.create(issue=issue, enterprise=enterprise, due_on=town.today)
    return issue


def answered(form, **changed):
    """Everything met, changed by what is told."""
    asked = [name for name in form.questions if name[:1] == "a" and name[1:].isdigit()]
    return {name: "yes" for name in asked} | changed


# What is offered


def test_the_list_offers_the_packs_checklists_and_their_forms_begin_with_the_enterprise(town, li):
    forms = li.forms()
    assert list(forms) == ["full", "short"]
    full = forms["full"]
    assert full.name == Checklist.objects.get(key="full").title
    assert full.questions[0] == "enterprise"
    body = full.xml[full.xml.index("<h:body") :]
    assert body.index("/fugong_visit/enterprise") < body.index("/a01")
    assert [row["name"] for row in full.lists["enterprises.csv"]] == [str(town.large_firm.pk)]
    assert [row["name"] for row in forms["short"].lists["enterprises.csv"]] == [str(town.small_firm.pk)]


def test_addresses_are_https_where_the_town_is_reached_by_it(town, li, settings):
    """The proxy in front ends HTTPS; the app must not be sent to plain HTTP."""
    settings.SESSION_COOKIE_SECURE = True
    row = li.form_list()[0]
    assert row["downloadUrl"].startswith("https://testserver/openrosa/key/")
    assert li.client.head(f"{li.base}/submission").headers["Location"].startswith("https://testserver/")


def test_one_form_may_be_asked_for_alone(town, li):
    wanted = li.form_list()[1]["formID"]
    answer = li.client.get(f"{li.base}/formList?formID={wanted}", headers=li.headers)
    assert answer.content.decode().count("<formID>") == 1 and wanted in answer.content.decode()


def test_the_stops_of_the_day_come_first_in_their_order(town, li, planned):
    planned(firm(town, "b厂", "willow", headcount=60), town.large_firm)
    listed = li.forms()["full"].lists["enterprises.csv"]
    assert [row["label"].split("·")[0].strip() for row in listed] == ["第1站", "第2站"]
    assert [row["title"] for row in listed] == ["b厂", town.large_firm.name]


def test_a_form_of_another_campaign_or_of_no_version_is_not_there(town, li):
    row = li.form_list()[0]
    path = row["downloadUrl"].replace("http://testserver", "")
    for wrong in (path.replace(row["formID"], "checklist-99999-full"), path.replace(row["version"], "1-0")):
        answer = li.client.get(wrong, headers=li.headers)
        assert answer.status_code == 404 and b"<message" in answer.content


# What comes in


def test_a_filled_form_becomes_a_visit_as_on_the_page(town, li):
    form = li.forms()["full"]
    key = uuid4()
    answers = answered(form, enterprise=str(town.large_firm.pk), a01="no", a01_note="三人未查", note="再来")
    answer = li.send(form.filled(answers | {"position": "23.01 113.02 0 8"}, key=f"uuid:{key}"))
    assert (answer.status, answer.sentence) == (201, f"已登记对“{town.large_firm.name}”的走访。")
    made = Visit.objects.system().get()
    assert (made.key, made.officer, made.enterprise) == (key, town.li, town.large_firm)
    assert (made.kind, made.note, made.on) == ("first", "再来", town.today)
    assert (made.longitude, made.latitude) == (113.02, 23.01)
    assert made.answers["a01"] == "no" and "enterprise" not in made.answers
    assert made.checklist.key == "full"
    finding = Finding.objects.system().get()
    assert (finding.article, finding.note, finding.issue.found_by) == ("01", "三人未查", town.li)


def step(key, **changed):
    """A required step of the procedure, as the pack has it."""
    plain = {"when": "during", "required": True, "evidence": "none", "way": "visit", "condition": ""}
    return {"key": key, "text": {"zh": f"做{key}", "en": f"do {key}"}, **plain, **changed}


def test_the_required_steps_of_the_procedure_are_asked_and_enforced(town, li):
    """Of a visit on site those for it, of a call its own; a step for some enterprises stands in the list."""
    release = town.campaign.release
    before = li.forms()["full"].version
    release.content["visits"]["procedure"] = [
        step("read-file", way="both"),
        step("met", evidence="person"),
        step("walk", condition="headcount >= 1000"),
        step("say-who", way="phone"),
        step("picture", required=False, evidence="photo"),
    ]
    release.save(update_fields=["content"])
    form = li.forms()["full"]
    assert form.version != before, "the app must get the form anew"
    asked = [name for name in form.questions if name.startswith("step_")]
    assert asked == ["step_read_file", "step_met", "step_walk", "step_say_who", "step_picture"]
    assert "做met (人员姓名)" in form.xml
    assert form.lists["enterprises.csv"][0]["step_walk"] == ""
    answers = answered(form, enterprise=str(town.large_firm.pk), step_read_file="yes")
    refused = li.send(form.filled(answers))
    assert refused.status == 422 and "做met" in refused.sentence and "做walk" not in refused.sentence
    assert li.send(form.filled(answers | {"step_met": "厂里的人"})).status == 201
    kept = {row["key"]: row for row in Visit.objects.system().get().procedure["steps"]}
    assert kept["met"]["name"] == "厂里的人" and "ticked_at" in kept["read-file"]


OPTIONAL = [
    step("read-file", way="both"),
    step("walk", required=False),
    step("picture", required=False, evidence="photo"),
    step("place", required=False, evidence="position"),
    step("signed", required=False, evidence="signature"),
]


@pytest.fixture
def optional(town):
    release = town.campaign.release
    release.content["visits"]["procedure"] = OPTIONAL
    release.save(update_fields=["content"])


def bound(form, question):
    """The rules of a question of the group, as the form has them."""
    (found,) = re.findall(rf'<bind nodeset="/\w+/fugong_visit/{question}"[^>]*>', form.xml)
    return dict(re.findall(r'(\w+)="([^"]*)"', found))


def test_steps_that_are_not_required_are_asked_and_may_be_left_out(town, li, optional):
    form = li.forms()["full"]
    assert bound(form, "step_read_file")["required"] == "true()"
    for name in ("walk", "picture", "place", "signed"):
        assert "required" not in bound(form, f"step_{name}")
    assert bound(form, "photo_of_step_picture")["relevant"].endswith("/step_picture  = 'yes'")
    assert bound(form, "position")["required"].endswith("/step_place  = 'yes'")
    answers = answered(form, enterprise=str(town.large_firm.pk), step_read_file="yes", step_walk="no")
    assert li.send(form.filled(answers)).is_sent
    assert [row["key"] for row in Visit.objects.system().get().procedure["steps"] if "ticked_at" in row] == [
        "read-file"
    ]


def test_what_was_ticked_stands_on_the_visit_as_from_the_page(town, li, optional, as_user):
    form = li.forms()["full"]
    ticked = {"step_read_file": "yes", "step_picture": "yes", "step_place": "yes", "step_signed": "王厂长"}
    answers = answered(form, enterprise=str(town.large_firm.pk), position="23.01 113.02 0 8", **ticked)
    answers |= {"photo_of_step_picture": "gate.jpg"}
    waits = li.send(form.filled(answers))
    assert waits.status == 202 and Received.objects.system().get().missing == ["gate.jpg"]
    assert li.send(form.filled(answers), {"gate.jpg": photo()}).status == 201
    marked = {"step-read-file": "on", "step-picture": "on", "step-place": "on", "step-signed": "on"}
    marked |= {"step-signed-name": "王厂长", "longitude": "113.02", "latitude": "23.01", "accuracy": "8"}
    marked |= {name: "yes" for name in answers if name[:1] == "a" and name[1:].isdigit()}
    marked |= {"step-picture-photo": SimpleUploadedFile("a.jpg", photo(), "image/jpeg"), "note": ""}
    keys = {"command": str(uuid4()), "key": str(uuid4()), "started_at": town.now.isoformat()}
    place = f"/visits/at/{town.large_firm.pk}/"
    sent = as_user(town.li).post(f"{place}?plain=1", marked | keys)
    assert sent.status_code == 302, re.findall(r"<p[^>]*>([^<]+)", sent.content.decode())
    app, page = Visit.objects.system().order_by("pk")
    assert [told(row) for row in app.procedure["steps"]] == [told(row) for row in page.procedure["steps"]]
    assert {key: value for key, value in app.procedure.items() if key != "steps"} == {
        key: value for key, value in page.procedure.items() if key != "steps"
    }
    assert {one.question for one in VisitPhoto.objects.system()} == {"step-picture"}
    assert VisitPhoto.objects.system().count() == 2


def told(row):
    """A step as a visit keeps it, but for the minute."""
    return {**row, "ticked_at": bool(row.get("ticked_at"))}


def test_a_ticked_step_without_its_position_is_refused_as_on_the_page(town, li, optional):
    form = li.forms()["full"]
    answers = answered(form, enterprise=str(town.large_firm.pk), step_read_file="yes", step_place="yes")
    answer = li.send(form.filled(answers))
    assert answer.status == 422 and "做place" in answer.sentence


def test_the_same_form_again_is_a_success_and_changes_nothing(town, li):
    form = li.forms()["full"]
    xml = form.filled(answered(form, enterprise=str(town.large_firm.pk), a01="no"))
    assert li.send(xml).status == li.send(xml).status == 201
    assert Visit.objects.system().count() == Issue.objects.system().count() == 1


def test_the_same_number_with_other_content_is_refused(town, li):
    form, key = li.forms()["full"], f"uuid:{uuid4()}"
    answers = answered(form, enterprise=str(town.large_firm.pk))
    assert li.send(form.filled(answers, key=key)).is_sent
    answer = li.send(form.filled(answers | {"a01": "no"}, key=key))
    assert answer.status == 409 and "内容不同" in answer.sentence
    assert not Finding.objects.system().exists()


def test_the_number_of_somebody_elses_form_is_refused(town, li):
    form = li.forms()["full"]
    xml = form.filled(answered(form, enterprise=str(town.large_firm.pk)))
    assert li.send(xml).is_sent
    wang = Collect(f"http://testserver/openrosa/key/{key_for(town.wang)}")
    assert wang.send(xml).status == 409


def test_photos_may_come_in_several_requests(town, li):
    form = li.forms()["full"]
    answers = answered(form, enterprise=str(town.large_firm.pk), a01="no", a01_photo="1.jpg")
    pictures = {"1.jpg": photo("red"), "2.jpg": photo("blue")}
    answers |= {"a02": "no", "a02_photo": "2.jpg"}
    xml = form.filled(answers)
    address, _most = li._negotiate()
    first = li.post(address, xml, {"1.jpg": pictures["1.jpg"]}, is_last=False)
    assert (first.status, first.is_sent) == (202, True) and not Visit.objects.system().exists()
    waiting = Received.objects.system().get()
    assert (waiting.status, waiting.missing) == ("waiting", ["2.jpg"])
    assert li.post(address, xml, {"2.jpg": pictures["2.jpg"]}).status == 201
    assert sorted(VisitPhoto.objects.system().values_list("question", flat=True)) == [
        "a01_photo",
        "a02_photo",
    ]
    assert not ReceivedFile.objects.system().exists()


def test_a_form_that_lost_a_photo_on_the_way_waits_for_it(town, li, django_capture_on_commit_callbacks):
    form = li.forms()["full"]
    xml = form.filled(
        answered(
            form, enterprise=str(town.large_firm.pk), a01="no", a01_photo="1.jpg", a02="no", a02_photo="2.jpg"
        )
    )
    with django_capture_on_commit_callbacks(execute=True):
        answer = li.send(xml, {"1.jpg": photo("red")})
    assert answer.status == 202 and "1" in answer.sentence
    raw = files.place_of(ReceivedFile.objects.system().get().stored_as)
    assert raw.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert li.send(xml, {"1.jpg": photo("red"), "2.jpg": photo("blue")}).status == 201
    assert not raw.exists(), "the file as it came, with its metadata, goes"
    assert VisitPhoto.objects.system().count() == 2


def test_a_look_back_is_done_in_the_app(town, li):
    issue = solved(town, town.large_firm)
    form = li.forms()["full"]
    row = form.lists["enterprises.csv"][0]
    assert (row["look_1_issue"], row["look_1_title"]) == (str(issue.pk), issue.title)
    looked = {"look_1_issue": row["look_1_issue"], "look_1": "fixed"}
    assert li.send(form.filled(answered(form, enterprise=row["name"], **looked))).is_sent
    issue.refresh_from_db()
    assert issue.status == "verified" and LookBack.objects.system().get().is_fixed


def test_the_answers_of_the_last_visit_are_offered_again(town, li):
    form = li.forms()["full"]
    assert li.send(form.filled(answered(form, enterprise=str(town.large_firm.pk), a01="no"))).is_sent
    row = li.forms()["full"].lists["enterprises.csv"][0]
    assert row["was_a01"] == "（上次：不符合）" and row["was_a02"] == ""


# What a sheet brings with it


@pytest.fixture
def shown(town):
    """The full checklist in a version that shows a picture and brings a list."""
    raw = {"mask.png": picture(), "posts.csv": "name,label\n1,门卫\n".encode()}
    texts = {name: base64.b64encode(content).decode() for name, content in raw.items()}
    form = {**converted("full"), "media": texts}
    take_in(campaign=town.campaign, key="full", form=form, digest="f" * 64, by=town.shen, at=timezone.now())
    return raw


def picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(buffer, "PNG")
    return buffer.getvalue()


def test_the_manifest_brings_the_sheets_own_files_beside_the_enterprises(town, li, shown):
    form = li.forms()["full"]
    assert list(form.lists) == ["enterprises.csv", "posts.csv"]
    assert form.lists["posts.csv"] == [{"name": "1", "label": "门卫"}]
    assert form.pictures == {"mask.png": shown["mask.png"]}
    assert li.send(form.filled(answered(form, enterprise=str(town.large_firm.pk)))).is_sent


def test_a_file_that_the_sheet_does_not_name_is_not_there(town, li, shown):
    place = li.form_list()[0]["manifestUrl"].replace("/manifest", "/media/")
    assert li.get(place + "mask.png").headers["Content-Type"] == "image/png"
    assert li.get(place + "other.png").status_code == 404


def test_the_page_of_the_visit_gets_the_same_files_and_so_does_the_day_without_signal(
    town, li, shown, planned, as_user
):
    planned(town.large_firm)
    client = as_user(town.li)
    page = client.get(f"/visits/at/{town.large_firm.pk}/").content.decode()
    row = Checklist.objects.get(digest="f" * 64)
    place = f"/visits/checklists/{row.pk}/media/mask.png"
    assert f'"mask.png": "{place}?kept=1"' in page
    assert client.get(place).content == shown["mask.png"]
    assert f'"{place}?kept=1"' in client.get("/visits/my-day/").content.decode()
    assert client.get(place.replace("mask", "other")).status_code == 404
    assert as_user(town.chen).get(place).status_code == 403


# What is not taken in


def test_an_enterprise_elsewhere_is_refused_with_a_sentence_and_kept_for_a_person(town, li):
    form = li.forms()["full"]
    xml = form.filled(answered(form, enterprise=str(town.far_firm.pk)))
    answer = li.send(xml)
    assert answer.status == 422 and "不在您可以走访的企业之内" in answer.sentence
    assert town.far_firm.name not in answer.sentence
    kept = Received.objects.system().get()
    assert (kept.status, kept.officer, kept.xml, kept.area) == ("refused", town.li, xml, town.willow)
    assert not Visit.objects.system().exists()


def test_what_was_refused_is_tried_again_when_the_app_sends_it_again(town, li):
    form = li.forms()["full"]
    xml = form.filled(answered(form, enterprise=str(town.crowded_firm.pk)))
    assert li.send(xml).status == 422
    Posting.objects.create(user=town.li, role="instructor", area=town.pine, from_on=town.today)
    Posting.objects.filter(user=town.li).update(from_on=timezone.localdate() - timedelta(days=9))
    assert li.send(xml).status == 201
    assert Received.objects.system().get().status == "taken"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda xml: xml.replace('id="checklist-', 'id="other-'), "没有"),
        (lambda xml: xml.replace("<fugong_visit>", "<x>").replace("</fugong_visit>", "</x>"), "没有写明企业"),
        (lambda xml: xml.replace(">yes<", "><"), "没有"),
        (
            lambda xml: xml.replace("<instanceID>", "<deprecatedID>uuid:1</deprecatedID><instanceID>"),
            "不会",
        ),
    ],
)
def test_each_reason_is_said_and_the_form_is_kept(town, li, change, words):
    form = li.forms()["full"]
    xml = change(form.filled(answered(form, enterprise=str(town.large_firm.pk))))
    answer = li.send(xml)
    assert answer.status == 422 and words in answer.sentence, answer
    assert Received.objects.system().get().xml == xml


@pytest.mark.parametrize("xml", ["", "<no", "<data id='x'/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_what_is_no_instance_is_a_bad_request(town, li, xml):
    assert li.send(xml).status == 400
    assert not Received.objects.system().exists()


def test_a_request_that_is_too_large_is_refused_before_it_is_read(town, li):
    answer = li.client.post(
        f"{li.base}/submission",
        b"x",
        content_type="multipart/form-data; boundary=b",
        CONTENT_LENGTH=17 * 2**20,
    )
    assert answer.status_code == 413 and b"<message" in answer.content


@pytest.mark.parametrize(("tail", "status"), [(b"", 201), (b"x" * 17 * 2**20, 413)])
def test_a_body_that_comes_in_pieces_has_no_length_and_is_read_all_the_same(town, li, tail, status):
    form = li.forms()["full"]
    xml = form.filled(answered(form, enterprise=str(town.large_firm.pk)))
    body = encode_multipart(BOUNDARY, {"xml_submission_file": SimpleUploadedFile("s.xml", xml.encode())})
    raw = BytesIO(body + tail)
    answer = li.client.generic(
        "POST",
        f"{li.base}/submission",
        CONTENT_TYPE=MULTIPART_CONTENT,
        HTTP_TRANSFER_ENCODING="chunked",
        **{"wsgi.input": raw},
    )
    assert answer.status_code == status, answer.content.decode()


def test_a_visit_in_the_future_is_refused_by_the_rule_of_the_page(town, li):
    form = li.forms()["full"]
    late = timezone.now() + timedelta(hours=3)
    answer = li.send(form.filled(answered(form, enterprise=str(town.large_firm.pk)), at=late))
    assert answer.status == 422 and "手机的时间对吗" in answer.sentence
    assert Received.objects.system().get().status == "refused"


# Who comes in


def test_login_and_key_do_as_well_as_the_address(town):
    li = Collect("http://testserver/openrosa", login="li", password=key_for(town.li))
    form = li.forms()["full"]
    assert "/key/" not in li.form_list()[0]["downloadUrl"]
    assert li.send(form.filled(answered(form, enterprise=str(town.large_firm.pk)))).is_sent


def test_a_stranger_is_asked_who_it_is(client):
    for address in ("/openrosa/formList", "/openrosa/submission"):
        answer = client.get(address) if "List" in address else client.head(address)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert client.get("/openrosa/key/nobodys/formList").status_code == 401


def test_a_session_does_not_count(town, as_user):
    assert as_user(town.li).get("/openrosa/formList").status_code == 401


def test_the_password_of_the_account_is_no_key(town):
    pair = base64.b64encode(f"li:{PASSWORD}".encode()).decode()
    assert Client().get("/openrosa/formList", headers={"Authorization": f"Basic {pair}"}).status_code == 401


def _revoke(town):
    device_keys.revoke(device_key=DeviceKey.objects.get(), by=town.li, at=timezone.now())


def _password(town):
    town.li.set_password("another-password-2020")
    town.li.save()


def _switch_off(town):
    town.li.is_active = False
    town.li.save()


def _lock(town):
    town.li.locked_until = timezone.now() + timedelta(minutes=1)
    town.li.save()


@pytest.mark.parametrize("ends", [_revoke, _password, _switch_off, _lock])
def test_a_key_ends_as_a_session_does(town, li, ends):
    assert li.form_list()
    ends(town)
    answer = li.get(f"{li.base}/formList")
    assert answer.status_code == 401 and "连接" in answer.content.decode()


def test_a_posting_that_is_over_ends_the_visits(town, li):
    form = li.forms()["full"]
    Posting.objects.filter(user=town.li).update(to_on=town.today)
    answer = li.get(f"{li.base}/formList")
    assert answer.status_code == 403 and "<message" in answer.content.decode()
    sent = li.client.post(f"{li.base}/submission", {"xml_submission_file": form.filled({})})
    assert sent.status_code == 403 and not Received.objects.system().exists()


def test_wrong_keys_lock_the_account_as_wrong_passwords_do(town):
    key = key_for(town.li)
    for _try in range(5):
        wrong = Collect("http://testserver/openrosa", login="li", password="wrong")
        assert wrong.get("/openrosa/formList").status_code == 401
    right = Collect("http://testserver/openrosa", login="li", password=key)
    assert right.get("/openrosa/formList").status_code == 401
    town.li.refresh_from_db()
    assert town.li.locked_until > timezone.now()


def test_a_phone_that_asks_too_often_waits(town, li, monkeypatch):
    monkeypatch.setattr("fugong.access.rules.KEY_REQUESTS", 2)
    assert [li.get(f"{li.base}/formList").status_code for _n in range(3)] == [200, 200, 429]
    DeviceKey.objects.update(minute_at=timezone.now() - timedelta(minutes=2))
    assert li.get(f"{li.base}/formList").status_code == 200


def test_the_key_of_the_other_town_opens_nothing_of_this_one(town, li):
    form = li.forms()["full"]
    zhao = Collect(f"http://testserver/openrosa/key/{key_for(town.zhao)}")
    answer = zhao.get(li.form_list()[0]["downloadUrl"].replace(li.base, zhao.base))
    assert answer.status_code == 404
    sent = zhao.send(form.filled(answered(form, enterprise=str(town.large_firm.pk))))
    assert sent.status == 422 and town.large_firm.name not in sent.sentence
    assert not Visit.objects.system().exists()
    assert UUID(str(Received.objects.system().get().key))
