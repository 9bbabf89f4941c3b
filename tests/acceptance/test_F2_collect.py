"""F2: the checklist in the standard field-data app: ODK Collect is connected, fills the day's form, sends it in parts."""

from __future__ import annotations

import base64
import json
import re
import zlib
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from tests.acceptance.place import firms
from tests.acceptance.reading import page
from tests.acceptance.visits import articles
from tests.collect import Collect

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(danzao):
    return firms(danzao, danzao.willow, 1, "大", size="above-scale", headcount=400)[0]


def connected(client) -> Collect:
    """The officer connects a phone on the page; the app gets what the page shows this once."""
    answer = client.post("/visits/collect/", {"command": str(uuid4()), "name": "工作手机"}, follow=True)
    shown = answer.content.decode()
    assert "<svg" in shown
    address = re.search(r"http://testserver/openrosa/key/[\w-]+", shown)[0]
    assert "/openrosa/key/" not in page(client, "/visits/collect/"), "the key is shown once"
    return Collect(address)


def picture(colour: str) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (640, 480), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def met(danzao, key, **changed):
    return {row["name"]: "yes" for row in articles(danzao, key)} | changed


def test_from_the_code_to_the_issue_and_back_to_the_phone(danzao, firm, as_user):
    """Connect, fetch, fill, send in two parts, once more; the visit stands on the pages and on the next list."""
    li = as_user(danzao.li)
    phone = connected(li)
    forms = phone.forms()
    assert list(forms) == ["articles-23", "articles-9"]
    form = forms["articles-23"]
    listed = form.lists["enterprises.csv"]
    assert [row["name"] for row in listed] == [str(firm.pk)]
    first, second = articles(danzao, "articles-23")[:2]
    answers = met(danzao, "articles-23", enterprise=str(firm.pk))
    for number, article in enumerate((first, second), start=1):
        name = article["name"]
        answers |= {name: "no", f"{name}_note": f"说明{number}", f"{name}_photo": f"{number}.jpg"}
    xml = form.filled(answers)
    photos = {"1.jpg": picture("red"), "2.jpg": picture("blue")}
    answer = phone.send(xml, photos, most=len(xml) + len(photos["1.jpg"]) + 10)
    assert (answer.status, firm.name in answer.sentence) == (201, True)
    assert phone.send(xml, photos).status == 201, "sent again it is a success"
    shown = page(li, "/visits/collect/")
    assert shown.count(f">{firm.name}<") == 1
    record = page(li, re.search(r"/visits/\d+/", shown)[0])
    assert all(one["finding"]["zh"] in record for one in (first, second)) and "说明1" in record
    assert record.count("/visits/photos/") >= 2
    again = phone.forms()["articles-23"].lists["enterprises.csv"][0]
    assert again[f"was_{first['name']}"] == "（上次：不符合）"
    assert "（上次：不符合）" in page(li, f"/visits/at/{firm.pk}/", plain=1)


def test_what_cannot_be_taken_is_kept_for_the_grid_lead_who_takes_it_in(danzao, firm, as_user):
    """A firm of another village: refused on the phone in a sentence; a posting later it becomes the officer's visit."""
    phone = connected(as_user(danzao.li))
    form = phone.forms()["articles-9"]
    other = firms(danzao, danzao.pine, 1, "远")[0]
    xml = form.filled(met(danzao, "articles-9", enterprise=str(other.pk)))
    answer = phone.send(xml)
    assert not answer.is_sent and "不在您可以走访的企业之内" in answer.sentence
    wang = as_user(danzao.wang)
    kept = page(wang, "/visits/collect/not-taken/")
    assert danzao.li.name in kept and "不在您可以走访的企业之内" in kept
    address = re.search(r"/visits/collect/not-taken/\d+/", kept)[0]
    assert "符合" in page(wang, address) or "yes" in page(wang, address)
    refused = wang.post(f"{address}take-in/", {"command": str(uuid4())}, follow=True)
    assert "不在您可以走访的企业之内" in refused.content.decode()
    shen = as_user(danzao.shen)
    posting = {"user": danzao.li.pk, "role": "instructor", "area": danzao.pine.pk, "from_on": "2020-02-10"}
    assert shen.post("/access/postings/new/", posting | {"command": str(uuid4())}).status_code == 302
    taken = wang.post(f"{address}take-in/", {"command": str(uuid4())}, follow=True)
    assert f"已登记为{danzao.li.name}的走访" in taken.content.decode()
    assert danzao.li.name not in page(wang, "/visits/collect/not-taken/").split("<main")[1]
    assert phone.send(xml).status == 201, "the phone learns of it when it sends again"


def test_a_phone_that_is_disconnected_stays_outside(danzao, firm, as_user):
    li = as_user(danzao.li)
    phone = connected(li)
    assert phone.form_list()
    disconnect = re.search(r"/visits/collect/keys/\d+/disconnect/", page(li, "/visits/collect/"))[0]
    assert as_user(danzao.wang).post(disconnect, {"command": str(uuid4())}).status_code == 404
    assert li.post(disconnect, {"command": str(uuid4())}).status_code == 302
    answer = phone.get(f"{phone.base}/formList")
    assert answer.status_code == 401 and "已不能连接" in answer.content.decode()


def test_the_code_holds_the_settings_as_the_app_reads_them():
    """Decoded as the documentation of ODK Collect says: base64, zlib, JSON with `general`, `admin` and `project`."""
    from fugong.visits.views.collect import settings_code

    read = json.loads(
        zlib.decompress(base64.b64decode(settings_code("https://town.example/openrosa/key/k", "行动")))
    )
    assert read["general"]["server_url"] == "https://town.example/openrosa/key/k"
    assert read["general"]["form_update_mode"] == "match_exactly"
    assert set(read) == {"general", "admin", "project"} and read["project"]["name"] == "行动"


def test_an_old_version_of_the_form_is_still_taken_in_by_its_own_questions(danzao, firm, as_user):
    """Filled before the pack changed: read by the version on the phone, which stands on the visit as it was."""
    from fugong.visits.models import Checklist, Visit

    phone = connected(as_user(danzao.li))
    form = phone.forms()["articles-23"]
    old = Checklist.objects.get(campaign=danzao.campaign, key="articles-23")
    newer = {
        name: getattr(old, name) for name in ("campaign", "key", "version", "title", "xform", "loaded_at")
    }
    changed = [
        {**row, "severity": "serious", "finding": {"zh": "新名称", "en": "new"}} for row in old.articles
    ]
    Checklist.objects.create(**newer, articles=changed, digest="f" * 64)
    assert phone.forms()["articles-23"].version != form.version
    name = old.articles[0]["name"]
    sent = phone.send(form.filled(met(danzao, "articles-23", enterprise=str(firm.pk), **{name: "no"})))
    assert sent.status == 201
    made = Visit.objects.system().get()
    assert made.checklist == old
    record = page(as_user(danzao.li), f"/visits/{made.pk}/")
    assert old.articles[0]["finding"]["zh"] in record and "新名称" not in record
