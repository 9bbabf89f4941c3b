"""F2: the checklist of 23 articles with 9 key areas, filled on a visit; what is not met becomes a finding and an issue."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from fugong.issues.models import Issue
from fugong.visits.models import Checklist, Finding, Visit, VisitPhoto
from tests.acceptance.place import firms, fugong
from tests.acceptance.reading import page
from tests.acceptance.visits import articles, visit, visit_made

pytestmark = pytest.mark.django_db
FULL = "articles-23"


@pytest.fixture
def firm(danzao):
    return firms(danzao, danzao.willow, 1, "大", size="above-scale", headcount=400)[0]


def test_23_articles_in_9_key_areas_stand_on_the_page(danzao, firm, as_user):
    rows = articles(danzao, FULL)
    assert len(rows) == len({row["article"] for row in rows}) == 23
    assert len({row["key_area"] for row in rows} - {"其他防控要求"}) == 9, (
        "beside what belongs to no key area"
    )
    shown = page(as_user(danzao.li), f"/visits/at/{firm.pk}/", plain=1)
    asked = {
        name
        for name in re.findall(r'type="radio"[^>]*name="(\w+)"', shown)
        + re.findall(r'name="(\w+)"[^>]*type="radio"', shown)
    }
    assert {row["name"] for row in rows} <= asked
    assert all(row["label"]["zh"] in shown.replace("&quot;", '"') for row in rows)


def test_what_is_not_met_becomes_findings_and_issues(danzao, firm, as_user):
    client, rows = as_user(danzao.li), articles(danzao, FULL)
    first, last = rows[0], rows[-1]
    found = {
        first["name"]: "no",
        first["name"] + "_note": "三人未查",
        last["name"]: "no",
        last["name"] + "_fixed": "on",
    }
    made = visit_made(client, danzao, firm, FULL, **found)
    findings = {row.article: row for row in Finding.objects.system().filter(visit=made)}
    assert set(findings) == {first["article"], last["article"]}
    issues = {row.article: row for row in Issue.objects.system()}
    assert (issues[first["article"]].status, issues[first["article"]].detail) == ("found", "三人未查")
    assert issues[last["article"]].status == "solved", "put right before the officer left"
    assert all(issues[one["article"]].key_area == one["key_area"] for one in (first, last))
    record = page(client, f"/visits/{made.pk}/")
    assert all(one["finding"]["zh"] in record for one in (first, last))


def test_an_article_without_an_answer_is_asked_for_and_nothing_is_written(danzao, firm, as_user):
    name = articles(danzao, FULL)[4]["name"]
    answer = visit(as_user(danzao.li), danzao, firm, FULL, **{name: ""})
    assert answer.status_code == 422
    assert not Visit.objects.system().exists()


def test_a_photo_stays_with_its_article_without_its_metadata(danzao, firm, as_user):
    buffer = BytesIO()
    picture = Image.new("RGB", (60, 40), "blue")
    exif = picture.getexif()
    exif[0x010F] = "maker of the phone"
    picture.save(buffer, "JPEG", exif=exif)
    name = articles(danzao, FULL)[0]["name"]
    photo = SimpleUploadedFile("p.jpg", buffer.getvalue(), "image/jpeg")
    visit_made(as_user(danzao.li), danzao, firm, FULL, **{name: "no", f"{name}_photo": photo})
    kept = VisitPhoto.objects.system().get()
    assert kept.question == f"{name}_photo"
    shown = b"".join(as_user(danzao.li).get(f"/visits/photos/{kept.pk}/").streaming_content)
    assert shown[:2] == b"\xff\xd8" and b"maker of the phone" not in shown


def test_a_small_firm_gets_the_short_list_and_versions_do_not_change_old_visits(danzao, firm, as_user):
    small = firms(danzao, danzao.willow, 1, "小")[0]
    client = as_user(danzao.li)
    made = visit_made(client, danzao, small, "articles-9")
    assert made.checklist.key == "articles-9"
    old = made.checklist
    Checklist.objects.filter(pk=old.pk).update(digest="an earlier edition")
    fugong("pack", "load", "danzao")
    assert Checklist.objects.filter(campaign=danzao.campaign, key="articles-9").count() == 2
    made.refresh_from_db()
    assert made.checklist_id == old.pk
    assert visit_made(client, danzao, small, "articles-9").checklist_id != old.pk
