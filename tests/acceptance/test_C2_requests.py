"""C2: a request is a case with its own way from the pack; whoever asked follows it without an account, and has the last word."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from fugong.core.models import Taken
from fugong.issues.models import AskBack, HandOver, IntakeLink, Issue, IssueMerge
from tests.acceptance.place import after_a_round, firms, set_day, speaks_for
from tests.acceptance.reading import cells, page, send, sent, text_of

pytestmark = pytest.mark.django_db
SUPPLIES = {"title": "口罩只够两天", "own-item": "masks", "own-quantity": "500"}


@pytest.fixture
def firm(danzao):
    firm = firms(danzao, danzao.willow, 1, "五金")[0]
    speaks_for(danzao, firm)
    return firm


def asked(danzao, as_user, firm, who="qian", kind="supplies", **fields):
    client = as_user(danzao.people[who])
    answer = client.post(f"/issues/of/{firm.pk}/ask/?kind={kind}", {"command": KEY(), **(fields or SUPPLIES)})
    assert answer.status_code == 302, text_of(answer.content.decode())[:600]
    return Issue.objects.system().order_by("-pk").first()


def KEY():
    return str(uuid4())


def link_of(client, issue):
    """The requester's page as the page of the issue shows it."""
    found = re.search(
        r'href="(?:http://testserver)?(/issues/status/[^"]+?/)"', page(client, f"/issues/{issue.pk}/")
    )
    assert found, "no link on the page"
    return html.unescape(found[1])


def handled(danzao, as_user, issue):
    sun = as_user(danzao.sun)
    sent(sun, "issues:accept", HandOver.objects.system().get(issue=issue, answer="waiting").pk)
    sent(sun, "issues:solve", issue.pk, text="已送500只，联系人电话13800000000")
    sent(as_user(danzao.wang), "issues:verify", issue.pk)


def test_the_contact_asks_on_the_phone_and_the_department_has_it_at_once(danzao, firm, as_user):
    kinds = page(as_user(danzao.qian), f"/issues/of/{firm.pk}/ask/")
    assert all(
        name in kinds
        for name in ("防护物资", "员工住宿", "返岗交通", "通行与许可", "招工用工", "就医用药", "意见建议")
    )
    issue = asked(danzao, as_user, firm)
    assert issue.title in page(as_user(danzao.sun), "issues:mine")
    shown = text_of(page(as_user(danzao.sun), f"/issues/{issue.pk}/"))
    assert "物资 口罩" in shown and "数量 500" in shown
    hours = (issue.due_at - issue.found_at) / timedelta(hours=1)
    assert hours == 72, "the kind's own clock, from the pack"


def test_a_kind_whose_fields_are_missing_is_shown_again(danzao, firm, as_user):
    answer = as_user(danzao.qian).post(
        f"/issues/of/{firm.pk}/ask/?kind=supplies", {"command": KEY(), "title": "口罩"}
    )
    assert answer.status_code == 422
    assert not Issue.objects.system().exists()


def test_who_may_not_file_a_kind_is_not_offered_it(danzao, firm, as_user):
    assert as_user(danzao.sun).get(f"/issues/of/{firm.pk}/ask/").status_code == 403
    assert as_user(danzao.zhao).get(f"/issues/of/{firm.pk}/ask/").status_code == 404


def test_the_requester_follows_it_without_an_account(danzao, firm, as_user):
    issue = asked(danzao, as_user, firm)
    address, nobody = link_of(as_user(danzao.qian), issue), Client()
    waiting = text_of(page(nobody, address))
    assert "等待部门接收" in waiting and "卫生健康" in waiting and issue.title in waiting
    handled(danzao, as_user, issue)
    done = text_of(page(nobody, address))
    assert "已送500只" in done
    people = [danzao.sun.name, danzao.wang.name, danzao.qian.name, "13800000000"]
    assert not [word for word in people if word in done]
    assert nobody.get(f"{address}slip/")["Content-Type"] == "application/pdf"


def test_a_link_shows_one_request_and_guessing_shows_nothing(danzao, firm, as_user):
    canary = asked(danzao, as_user, firm, title="金丝雀甲", **{"own-item": "masks", "own-quantity": "1"})
    mine = asked(danzao, as_user, firm)
    address, nobody = link_of(as_user(danzao.qian), mine), Client()
    other = link_of(as_user(danzao.qian), canary)
    assert "金丝雀甲" not in page(nobody, address)
    body, signature = address.split("/")[3].split(":")
    other_body = other.split("/")[3].split(":")[0]
    for guess in (
        f"{other_body}:{signature}",
        f"{body}:{signature[:-2]}xx",
        body,
        str(canary.pk),
        "x",
        "%00",
    ):
        for page_of in ("", "slip/"):
            answer = nobody.get(f"/issues/status/{guess}/{page_of}")
            assert answer.status_code == 404 and "金丝雀甲" not in answer.content.decode()
    assert nobody.get(f"/issues/{canary.pk}/").status_code == 302, "the issue's own page asks for a log-in"


def test_whoever_lost_a_link_gets_a_new_one_and_the_old_one_is_dead(danzao, firm, as_user):
    issue = asked(danzao, as_user, firm)
    old = link_of(as_user(danzao.wang), issue)
    sent(as_user(danzao.wang), "issues:renew", issue.pk)
    assert Client().get(old).status_code == 404
    assert Client().get(link_of(as_user(danzao.wang), issue)).status_code == 200


def test_public_pages_are_served_so_often_and_no_more(danzao, firm, as_user):
    address = link_of(as_user(danzao.qian), asked(danzao, as_user, firm))
    nobody = Client()
    nobody.get(address)
    Taken.objects.filter(what="page GET").update(times=600)
    assert nobody.get(address).status_code == 429
    assert "127.0.0.1" not in str(list(Taken.objects.values()))


def test_the_requester_is_asked_weeks_later_and_a_no_reaches_the_handler(danzao, firm, as_user):
    issue = asked(danzao, as_user, firm)
    address, nobody = link_of(as_user(danzao.qian), issue), Client()
    handled(danzao, as_user, issue)
    assert "是否真正解决" not in page(nobody, address)
    set_day(danzao.campaign, danzao.today + timedelta(days=21))
    after_a_round()
    assert "是否真正解决" in page(nobody, address)
    assert "是否真正解决" in page(as_user(danzao.qian), "desk:my_enterprise")
    answer = nobody.post(address, {"command": KEY(), "solved": "no", "text": "只够一天"})
    assert answer.status_code == 302
    mine = text_of(page(as_user(danzao.sun), "issues:mine"))
    assert issue.title in mine and "诉求人表示未解决" in mine
    assert "只够一天" in page(as_user(danzao.sun), f"/issues/{issue.pk}/")
    assert "又打开" in page(nobody, address)
    late = text_of(page(as_user(danzao.zhou), "issues:late"))
    assert "1 人表示未解决" in late


def test_a_yes_of_the_enterprises_contact_is_counted(danzao, firm, as_user):
    issue = asked(danzao, as_user, firm)
    handled(danzao, as_user, issue)
    set_day(danzao.campaign, danzao.today + timedelta(days=21))
    after_a_round()
    question = AskBack.objects.system().get(issue=issue)
    assert send(as_user(danzao.wang), "issues:reply", question.pk, solved="yes").status_code == 403
    sent(as_user(danzao.qian), "issues:reply", question.pk, solved="yes")
    issue.refresh_from_db()
    assert issue.status == "verified"
    assert send(as_user(danzao.qian), "issues:reply", question.pk, solved="no").status_code == 409


# Without an account


@pytest.fixture
def link(danzao, as_user):
    sent(as_user(danzao.wang), "issues:intake", area=danzao.willow.pk)
    return IntakeLink.objects.system().get()


def test_somebody_without_an_account_asks_through_the_villages_code(danzao, link, as_user):
    nobody = Client()
    start = page(nobody, f"/issues/ask/{link.key}/")
    assert "就医用药" in start and "防护物资" not in start, "only the kinds that the pack opens to everybody"
    fields = {
        "title": "老人断药",
        "own-urgent": "yes",
        "phone": "10000007777",
        "name": "刘某某",
        "website": "",
    }
    answer = nobody.post(f"/issues/ask/{link.key}/?kind=medicine", {"command": KEY(), **fields})
    assert answer.status_code == 302
    status = text_of(page(nobody, answer["Location"]))
    assert "老人断药" in status and "10000007777" not in status and "刘某某" not in status
    issue = Issue.objects.system().get()
    assert issue.found_by is None
    desk = page(as_user(danzao.sun), f"/issues/{issue.pk}/")
    assert "无账号诉求人" in desk and "10000007777" not in desk and "100****7777" in desk


def test_a_program_that_fills_in_the_hidden_field_files_nothing(danzao, link):
    fields = {"title": "广告", "own-urgent": "no", "website": "http://example.org"}
    Client().post(f"/issues/ask/{link.key}/?kind=medicine", {"command": KEY(), **fields})
    assert not Issue.objects.system().exists()


def test_a_withdrawn_link_and_a_closed_kind_open_nothing(danzao, link, as_user):
    answer = Client().post(f"/issues/ask/{link.key}/?kind=supplies", {"command": KEY(), **SUPPLIES})
    assert answer.status_code == 200 and not Issue.objects.system().exists()
    sent(as_user(danzao.wang), "issues:withdraw_link", link.pk)
    assert Client().get(f"/issues/ask/{link.key}/").status_code == 404


def test_the_handler_opens_the_telephone_with_a_reason(danzao, link, as_user):
    fields = {"title": "断药", "own-urgent": "yes", "phone": "10000007777", "name": "", "website": ""}
    Client().post(f"/issues/ask/{link.key}/?kind=medicine", {"command": KEY(), **fields})
    issue = Issue.objects.system().get()
    sun = as_user(danzao.sun)
    assert send(sun, "issues:reveal", issue.pk, reason="回电核实").status_code == 403, "not theirs yet"
    sent(sun, "issues:accept", HandOver.objects.system().get().pk)
    shown = b"".join(send(sun, "issues:reveal", issue.pk, reason="回电核实药名")).decode()
    assert "10000007777" in shown
    assert "回电核实药名" in page(as_user(danzao.mo), "access:reveals")


# Duplicates, overdue


def test_two_alike_are_proposed_merged_and_taken_apart_again(danzao, firm, as_user):
    first = asked(danzao, as_user, firm)
    second = asked(
        danzao, as_user, firm, title="口罩只够两天了", **{"own-item": "masks", "own-quantity": "300"}
    )
    wang = as_user(danzao.wang)
    address = link_of(wang, second)
    typing = wang.get(f"/issues/of/{firm.pk}/similar/", {"kind": "supplies", "title": "口罩只够两"})
    assert first.title in typing.content.decode()
    assert first.title in page(wang, "issues:duplicates")
    sent(wang, "issues:merge", kept=first.pk, absorbed=second.pk)
    assert "已合并办理" in page(Client(), address), "the second one's requester follows the first"
    assert first.title not in page(wang, "issues:duplicates")
    listed = page(as_user(danzao.zhou), "issues:list")
    assert second.title not in listed and first.title in listed
    sheet = page(as_user(danzao.qian), f"/issues/of/{firm.pk}/sheet/")
    assert second.title not in sheet
    sent(wang, "issues:undo_merge", IssueMerge.objects.get().pk)
    assert second.title in page(as_user(danzao.zhou), "issues:list")
    sent(wang, "issues:not_same", first=first.pk, second=second.pk)
    assert first.title not in page(wang, "issues:duplicates")


def test_overdue_is_seen_by_department_and_person_and_every_number_opens_its_rows(danzao, firm, as_user):
    taken, waiting = (
        asked(danzao, as_user, firm),
        asked(danzao, as_user, firm, kind="lodging", title="缺宿舍", **{"own-people": "20"}),
    )
    sent(
        as_user(danzao.sun), "issues:accept", HandOver.objects.system().get(issue=taken, answer="waiting").pk
    )
    set_day(danzao.campaign, danzao.today + timedelta(days=10))
    zhou = as_user(danzao.zhou)
    content = page(zhou, "issues:late")
    rows = {row[0]: row for row in cells(content)}
    assert "1" in rows["卫生健康"][1] and "1" in rows["人力资源和社会保障"][1]
    assert "1" in rows[danzao.sun.name][1]
    for address in re.findall(r'href="(/issues/\?q=[^"]+)"', content):
        listed = page(zhou, html.unescape(address))
        assert taken.title in listed or waiting.title in listed, address
    handler = re.search(r'href="(/issues/\?q=handler_number[^"]+is_overdue[^"]+)"', content)
    listed = page(zhou, html.unescape(handler[1]))
    assert taken.title in listed and waiting.title not in listed
    for address in (f"/dossier/{firm.pk}/", "/my-enterprise/", "/issues/"):
        who = as_user(danzao.qian if "my-" in address else danzao.zhou)
        assert "逾期" in page(who, address)


def test_the_list_says_departments_and_kinds_by_their_names(danzao, firm, as_user):
    asked(danzao, as_user, firm)
    row = cells(page(as_user(danzao.zhou), "issues:list"))[0]
    assert "卫生健康" in row and "防护物资" in row and "health" not in row


def test_my_enterprise_shows_my_requests_with_their_state_and_deadline(danzao, firm, as_user):
    issue = asked(danzao, as_user, firm)
    mine = text_of(page(as_user(danzao.qian), "desk:my_enterprise"))
    assert "我们的诉求" in mine and issue.title in mine and "等待部门接收" in mine
    sheet = text_of(page(as_user(danzao.qian), f"/issues/of/{firm.pk}/sheet/"))
    assert "防护物资" in sheet
