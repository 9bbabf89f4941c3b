"""What somebody would try who means harm, or who simply has two posts."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
import xlsxwriter
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fugong.access.checks import policy_of
from fugong.access.models import Posting, User
from fugong.access.roles import ROLES
from fugong.access.sessions import VIEW_AS
from fugong.core.imports import actions as imports
from fugong.core.models import Command, Import, SavedView
from fugong.enterprises.models import Contact, Enterprise
from fugong.enterprises.registers import Enterprises
from fugong.issues.models import Issue
from tests.matrix.examine import ASKED, addresses, content_of, parts, payload, url_of, written
from tests.matrix.world import Side, World, fill
from tests.town import FIRST_DAY, NOW, PASSWORD, TODAY, Town

pytestmark = pytest.mark.django_db
HERE, THERE = "liaison", ("commander", "clerk", "grid_lead", "instructor", "department_officer", "inspector")


@pytest.fixture
def town(world: World) -> Town:
    """East Bridge's cast; the names of those who stand in the world carry its canary."""
    return world.town


def form(**values: Any) -> dict[str, Any]:
    return {**values, "command": str(uuid.uuid4())}


def client_of(user: User, **session_values: Any) -> Client:
    from fugong.access.sessions import MARK, USER

    client = Client()
    session = client.session
    session.update({USER: user.pk, MARK: user.get_session_auth_hash(), **session_values})
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def filed() -> int:
    return Issue.objects.system().filter(title="新报问题").count()


# A right that is held elsewhere


def two_posts(world: World) -> User:
    """Sees the rows of East Bridge as a liaison officer, and may do nearly everything, but in West Bridge."""
    user = User(login="two-posts", name="双职", department="health")
    user.set_unusable_password()
    user.save()
    Posting.objects.create(user=user, role=HERE, area=world.town.willow, from_on=FIRST_DAY)
    for role in THERE:
        Posting.objects.create(user=user, role=role, area=world.town.west_town, from_on=FIRST_DAY)
    return user


def test_a_right_that_is_held_in_another_town_changes_no_row_here(world: World) -> None:
    """Every address that changes one row asks for the right at that row, not for the right somewhere."""
    user, side = two_posts(world), world.east
    held_there = frozenset().union(*(ROLES[role].permissions for role in THERE))
    client = client_of(user, campaign=side.campaign.pk)
    wrong, tried = [], 0
    for route, name, view in addresses():
        methods = getattr(view, "_fugong_methods", frozenset({"GET", "POST"}))
        policy = policy_of(view)
        if "POST" not in methods or not parts(route) or policy not in held_there - ROLES[HERE].permissions:
            continue
        tried += 1
        with CaptureQueriesContext(connection) as asked:
            response = client.post(url_of(route, name, side), payload(side))
        if response.status_code not in (403, 404) or written(asked):
            wrong.append(f"{name}: {response.status_code}, wrote {written(asked)}")
    assert wrong == [], "\n".join(wrong)
    assert tried > 25


def test_an_issue_is_filed_only_where_one_may_find_them(town: Town) -> None:
    Posting.objects.create(user=town.sun, role="presenter", area=town.west_town, from_on=FIRST_DAY)
    response = client_of(town.sun, campaign=town.campaign.pk).post(
        f"/issues/of/{town.large_firm.pk}/find/", form(title="新报问题", severity="minor", detail="")
    )
    assert response.status_code == 403
    assert not filed()


def test_a_village_clerk_takes_over_no_entry_of_another_village(town: Town, tmp_path: Any) -> None:
    """By the credit code of a firm in Pine, in a row that says it lay in Willow."""
    code = "91350100M000100Y43"
    Enterprise.objects.system().filter(pk=town.crowded_firm.pk).update(credit_code=code)
    clerk = User.objects.create(login="willow-clerk", name="村统计")
    Posting.objects.create(user=clerk, role="clerk", area=town.willow, from_on=FIRST_DAY)
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("台账")
    sheet.write_row(
        0, 0, ("企业名称", "统一社会信用代码", "所属村（社区）", "在册人数", "联系人", "联系电话")
    )
    sheet.write_row(1, 0, ("改了名的厂", code, "柳村", 999, "某人", "10000009999"))
    sheet.write_row(2, 0, ("柳村新厂", "", "柳村", 5, "", ""))
    book.close()
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(content.getvalue())
    batch = imports.run_file(path, Enterprises, by=clerk, campaign=town.campaign, at=NOW)
    assert (batch.created, batch.updated, batch.repeated, batch.refused) == (1, 0, 0, 1)
    firm = Enterprise.objects.system().get(pk=town.crowded_firm.pk)
    assert (firm.name, firm.area_id, firm.headcount) == ("松村顺达制衣厂", town.pine.pk, 85)
    assert not Contact.objects.system().filter(enterprise=firm).exists()
    assert Import.objects.get(pk=batch.pk).status == "done"


def test_a_shared_view_is_not_shared_with_the_next_town(world: World) -> None:
    west = world.west.people["clerk"]
    sent = form(name="西桥重点", state="q=headcount+%3E+1", is_shared="1")
    assert client_of(west).post("/enterprises/views/", sent).status_code == 302
    assert SavedView.objects.get(name="西桥重点").campaign_id == world.west.campaign.pk
    assert "西桥重点" in client_of(world.west.people["liaison"]).get("/enterprises/").content.decode()
    assert "西桥重点" not in client_of(world.east.people["clerk"]).get("/enterprises/").content.decode()


# Sessions


def test_what_was_sent_after_the_session_ended_may_be_sent_again(town: Town) -> None:
    """The way to the login is no answer to keep: the phone sends its visit again under the same key."""
    address, sent = (
        f"/issues/of/{town.large_firm.pk}/find/",
        form(title="新报问题", severity="minor", detail=""),
    )
    assert Client().post(address, sent).status_code == 302
    assert Client().post(address, sent, headers={"HX-Request": "true"}).headers["HX-Redirect"]
    assert not Command.objects.filter(key=sent["command"]).exists()
    done = client_of(town.li).post(address, sent)
    assert (done.status_code, filed()) == (302, 1)


def test_signing_in_begins_another_session(town: Town) -> None:
    """A session that somebody else planted in the browser is worth nothing after the login."""
    client = Client()
    client.get("/access/login/")
    client.session["planted"] = "1"
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    done = client.post("/access/login/", {"login": "li", "password": PASSWORD})
    assert done.status_code == 302
    assert client.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert "/access/login/" in thief.get("/").headers["Location"]


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example/",
        "\\/evil.example",
        "javascript:alert(1)",
    ],
)
def test_the_login_leads_to_no_other_site(town: Town, target: str) -> None:
    done = Client().post("/access/login/", {"login": "li", "password": PASSWORD, "next": target})
    assert done.status_code == 302
    assert done.headers["Location"].startswith("/") and "evil" not in done.headers["Location"]


def test_looking_through_another_role_writes_nothing_and_leads_to_no_other_site(town: Town) -> None:
    client = client_of(town.shen, **{VIEW_AS: town.li.pk})
    sent = form(title="新报问题", severity="minor", detail="")
    done = client.post(f"/issues/of/{town.large_firm.pk}/find/", sent)
    assert done.status_code == 302 and not filed()
    elsewhere = client.generic("POST", "//evil.example/")
    assert elsewhere.status_code == 302 and not elsewhere.headers["Location"].startswith("//")


def test_a_form_from_another_site_is_refused(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["sessionid"] = client_of(town.li).cookies["sessionid"].value
    sent = form(title="新报问题", severity="minor", detail="")
    assert client.post(f"/issues/of/{town.large_firm.pk}/find/", sent).status_code == 403
    assert not filed()


def test_another_host_name_is_refused(town: Town) -> None:
    assert Client().get("/access/login/", headers={"Host": "evil.example"}).status_code == 400


def test_a_posting_that_has_ended_opens_nothing(town: Town) -> None:
    client = client_of(town.li)
    assert client.get(f"/dossier/{town.large_firm.pk}/").status_code == 200
    Posting.objects.filter(user=town.li).update(to_on=TODAY.replace(day=TODAY.day - 1))
    assert client.get(f"/dossier/{town.large_firm.pk}/").status_code in (403, 404)


# The next village

# Of the command structure everybody in the campaign knows the posts; changing them asks for the right at the town.
# Checklists, with their pictures and lists, are the campaign's too.
OF_THE_CAMPAIGN = {
    *("teams:hold", "teams:vacate", "teams:stand_up", "teams:structure", "campaigns:choose"),
    "visits:checklist_file",
}


def next_village(world: World) -> Side:
    """Pine with one row of every kind, beside the rows of Willow in the same campaign."""
    people = {**world.east.people, "instructor": world.town.feng, "liaison": world.town.feng}
    side = Side("canarypine", world.east.campaign, people)
    fill(side, world.town.town, world.town.pine, world.town)
    SavedView.objects.filter(name__contains=side.mark).update(is_shared=False)
    return side


def test_a_grid_lead_reaches_nothing_of_the_next_village(world: World) -> None:
    """Rows of Pine are as missing as ones that never were; no list, map, file or figure shows them, also when asked."""
    side, client = next_village(world), world.client(world.town.wang)
    wrong, tried = [], 0
    for route, name, view in addresses():
        policy, methods = policy_of(view), getattr(view, "_fugong_methods", frozenset({"GET", "POST"}))
        if policy not in ROLES["grid_lead"].permissions or name in OF_THE_CAMPAIGN:
            continue
        tried += 1
        if parts(route) and "key" not in parts(route):
            for ask in [client.get] * ("GET" in methods) + [client.post] * ("POST" in methods):
                status = ask(url_of(route, name, side), form(**payload(side))).status_code
                wrong += [f"{name}: {status}"] if status != 404 else []
        elif "GET" in methods:
            areas = (f"?area={side.rows['area'].pk}", f"?area={world.town.town.pk}")
            for query in ("", *areas, *ASKED.get(name.rpartition(":")[2], ())):
                response = client.get(url_of(route, name, side) + query)
                wrong += [f"{name}{query}: shown"] if b"canarypine" in content_of(response).lower() else []
    assert wrong == [], "\n".join(wrong)
    assert tried > 60
