"""The pages of the closed loop, walked by the people who use them."""

import csv
from uuid import uuid4

import openpyxl
import pytest
from django.urls import reverse

from fugong.core.exports import writers
from fugong.core.models import Export
from fugong.issues import actions as issues
from fugong.issues.models import HandOver, Issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(town):
    return issues.find(
        campaign=town.campaign,
        enterprise=town.large_firm,
        area=town.willow,
        found=issues.Found(title="酒精存放不规范", severity="serious"),
        by=town.li,
        at=town.now,
    )


def post(client, name, pk, **fields):
    return client.post(reverse(f"issues:{name}", args=[pk]), {"command": uuid4(), **fields})


def test_an_issue_shows_its_way_and_whose_turn_it_is(town, issue, as_user):
    page = as_user(town.wang).get(reverse("issues:detail", args=[issue.pk]))
    assert page.status_code == 200
    assert "酒精存放不规范" in page.content.decode()


def test_a_stranger_gets_the_same_404_as_for_a_missing_issue(town, issue, as_user):
    client = as_user(town.zhao)
    foreign = client.get(reverse("issues:detail", args=[issue.pk]))
    missing = client.get(reverse("issues:detail", args=[999_999]))
    assert foreign.status_code == missing.status_code == 404


def test_a_liaison_may_look_but_not_assess(town, issue, as_user):
    client = as_user(town.he)
    assert client.get(reverse("issues:detail", args=[issue.pk])).status_code == 200
    assert post(client, "assess", issue.pk, severity="minor", level="department").status_code == 403


def test_the_loop_is_walked_through_the_pages(town, issue, as_user):
    wang, sun, feng = as_user(town.wang), as_user(town.sun), as_user(town.zhou)
    assert post(wang, "assess", issue.pk, severity="serious", level="department").status_code == 302
    assert post(wang, "assign", issue.pk, department="health", note="请尽快").status_code == 302
    offer = HandOver.objects.system().get()
    assert post(sun, "accept", offer.pk).status_code == 302
    assert post(sun, "solve", issue.pk, text="已移入专柜").status_code == 302
    assert post(feng, "verify", issue.pk).status_code == 302
    assert Issue.objects.system().get().status == "verified"


def test_a_refused_step_answers_409_with_its_sentence(town, issue, as_user):
    page = post(as_user(town.wang), "verify", issue.pk)
    assert page.status_code == 409
    assert "尚未整改" in page.content.decode()


def test_the_enterprise_contact_sees_and_solves_its_own_issue(town, issue, as_user):
    qian = as_user(town.qian)
    assert qian.get(reverse("issues:detail", args=[issue.pk])).status_code == 200
    assert post(qian, "solve", issue.pk, text="已整改").status_code == 302


def test_an_empty_solution_is_shown_again_and_nothing_changes(town, issue, as_user):
    page = post(as_user(town.sun), "solve", issue.pk, text=" ")
    assert page.status_code == 422
    assert Issue.objects.system().get().status == "found"


def test_a_step_sent_twice_is_taken_once(town, issue, as_user):
    client, key = as_user(town.sun), uuid4()
    address = reverse("issues:solve", args=[issue.pk])
    first = client.post(address, {"command": key, "text": "已整改"})
    again = client.post(address, {"command": key, "text": "已整改"})
    other = client.post(address, {"command": key, "text": "另一句"})
    assert (first.status_code, again.status_code, other.status_code) == (302, 302, 409)
    assert issue.steps.count() == 2


def test_the_three_lists_are_one_sheet_and_a_workbook(town, issue, as_user):
    address = reverse("issues:sheet", args=[town.large_firm.pk])
    client = as_user(town.wang)
    page = client.get(address).content.decode()
    assert all(title in page for title in ("问题清单", "责任清单", "整改清单"))
    assert client.get(address, {"form": "xlsx"}).content[:2] == b"PK"
    assert client.get(address, {"form": "pdf"}).content[:5] == b"%PDF-"


def test_an_issue_is_filed_by_hand(town, as_user):
    client = as_user(town.li)
    address = reverse("issues:find", args=[town.large_firm.pk])
    assert client.get(address).status_code == 200
    assert (
        client.post(address, {"command": uuid4(), "title": "消毒记录缺失", "severity": "minor"}).status_code
        == 302
    )
    assert Issue.objects.system().get().enterprise == town.large_firm


def test_what_waits_for_me_is_mine_alone(town, issue, as_user):
    issues.assign(issue=issue, department="health", by=town.wang, at=town.now, handler=town.sun)
    address = reverse("issues:mine")
    assert "酒精存放不规范" in as_user(town.sun).get(address).content.decode()
    assert "酒精存放不规范" not in as_user(town.chen).get(address).content.decode()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_of_the_ledger_says_departments_and_kinds_in_words(town, issue, as_user, form):
    """As the list does: the key of the pack is nobody's word."""
    Issue.objects.system().update(department="health", kind="supplies")
    client = as_user(town.chen)
    listed = client.get(reverse("issues:list")).content.decode()
    assert "卫生健康科" in listed and "防护物资" in listed and ">health<" not in listed
    asked = {"purpose": "会商附表", "columns": ["title", "kind", "department"], "form": form, "state": ""}
    assert client.post(reverse("issues:export"), {"command": uuid4(), **asked}).status_code == 302
    path = writers.path_of(Export.objects.get())
    if form == "csv":
        rows = [row for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines()) if row]
    else:
        rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert any(tuple(row[:3]) == (issue.title, "防护物资", "卫生健康科") for row in rows), rows
