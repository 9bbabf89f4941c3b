"""T7: every household and every returnee under watch has one responsible officer; whoever is missed is listed."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from openpyxl import Workbook

from fugong.core.imports import run_file
from fugong.issues.models import Issue
from fugong.teams.models import Household, HouseholdCharge
from fugong.teams.registers import Households
from tests.acceptance.place import set_day
from tests.acceptance.reading import page, send, sent, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(danzao, tmp_path):
    """The village's list: eight households of Willow, two of Pine, one of a village that is not there."""
    book = Workbook()
    book.active.append(["户号", "所属村居", "地址", "人数", "户主", "联系电话", "观察至"])
    for number in range(1, 11):
        village = danzao.willow.name if number <= 8 else danzao.pine.name
        watched = (danzao.today + timedelta(days=3)).isoformat() if number <= 2 else None
        book.active.append(
            [f"H{number}", village, f"{number}号院", number, f"冯{number}户", "15100002222", watched]
        )
    book.active.append(["H11", "无此村", "11号院", 1, "", "", None])
    path = tmp_path / "households.xlsx"
    content = io.BytesIO()
    book.save(content)
    path.write_bytes(content.getvalue())
    return path


def brought_in(town, sheet):
    return run_file(sheet, Households, by=town.chen, campaign=town.campaign, at=town.now)


def gaps(client):
    """The figures of the page: without an officer, not contacted in time, watch past its day."""
    words = text_of(page(client, "visits:households"))
    return [
        int(words.partition(label)[2].split("/")[0].split()[-1])
        for label in ("没有包户干部", "逾期未联系", "观察期满未销")
    ]


def test_the_list_comes_in_once_and_faulty_rows_say_why(danzao, sheet):
    done = brought_in(danzao, sheet)
    assert (done.created, done.refused) == (10, 1)
    row = Household.objects.system().get(code="H3")
    assert (row.people, str(row.label), str(row.phone)) == (3, "冯*户", "151****2222")
    again = run_file(sheet, Households, by=danzao.chen, campaign=danzao.campaign, at=danzao.now, again=True)
    assert (again.created, again.updated) == (0, 0)


def test_nobody_is_missed_once_all_are_given_and_called_at(danzao, sheet, as_user):
    town = danzao
    brought_in(town, sheet)
    lead, officer = as_user(town.wang), as_user(town.he)
    assert gaps(as_user(town.zhou)) == [10, 0, 0]
    sent(lead, "households:give", area=town.willow.pk, officer=town.he.pk, all="1", reason="")
    assert HouseholdCharge.objects.system().in_force().filter(officer=town.he).count() == 8
    assert gaps(as_user(town.zhou))[0] == 2
    listed = page(as_user(town.zhou), f"{reverse('households:list')}?q=has_officer+%3D+False")
    assert "9号院" in listed and "10号院" in listed and "1号院" not in listed.replace("10号院", "")

    set_day(town.campaign, town.today + timedelta(days=2))
    assert gaps(as_user(town.zhou))[1] == 2, "the two under watch are to be called at daily"
    mine = text_of(page(officer, "visits:my_households"))
    assert mine.count("应联系") == 2 and "9号院" not in mine
    for code in ("H1", "H2"):
        sent(officer, "visits:household_call", Household.objects.system().get(code=code).pk, outcome="done")
    assert gaps(as_user(town.zhou))[1] == 0

    set_day(town.campaign, town.today + timedelta(days=8))
    assert gaps(as_user(town.zhou)) == [2, 8, 2], (
        "all but those called at; and the watch of these two is over"
    )


def test_what_a_household_needs_becomes_a_request_and_only_its_officer_says_so(danzao, sheet, as_user):
    town = danzao
    brought_in(town, sheet)
    household = Household.objects.system().get(code="H4")
    need = {"outcome": "needs", "note": "老人需要买药", "kind": "supplies"}
    assert send(as_user(town.he), "visits:household_call", household.pk, **need).status_code == 409
    sent(as_user(town.wang), "households:give", officer=town.he.pk, ids=[household.pk], reason="")
    sent(as_user(town.he), "visits:household_call", household.pk, **need)
    issue = Issue.objects.system().get()
    assert (issue.title, issue.kind, issue.area, issue.due_at is not None) == (
        "老人需要买药",
        "supplies",
        town.willow,
        True,
    )
    desk = text_of(page(as_user(town.zhou), reverse("visits:household", args=[household.pk])))
    assert "老人需要买药" in desk and town.he.name in desk


def test_handing_over_keeps_who_answered_before(danzao, sheet, as_user):
    town = danzao
    brought_in(town, sheet)
    lead = as_user(town.wang)
    household = Household.objects.system().get(code="H5")
    for officer in (town.he, town.li):
        fields = {"show": "all", "officer": officer.pk, "ids": [household.pk], "reason": "轮换"}
        sent(lead, "households:give", **fields)
    desk = text_of(page(lead, reverse("visits:household", args=[household.pk])))
    assert town.he.name in desk and town.li.name in desk
    assert HouseholdCharge.objects.system().in_force().get(household=household).officer == town.li


def test_a_stranger_to_the_village_gives_nothing(danzao, sheet, as_user):
    brought_in(danzao, sheet)
    pine = Household.objects.system().get(code="H9")
    fields = {"command": str(uuid4()), "officer": danzao.he.pk, "ids": [pine.pk], "reason": ""}
    as_user(danzao.wang).post(reverse("households:give"), fields)
    assert not HouseholdCharge.objects.system().exists()
