"""F3: one card, one manual, one form, one letter, one procedure, each through its pages and read back from its print."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from fugong.core.models import Export
from fugong.enterprises.models import Contact
from fugong.teams.models import Charge
from fugong.visits import actions as visits
from fugong.visits.models import Call, Letter, Visit
from tests.acceptance.place import firms, fugong, set_day, speaks_for, town_of, worker
from tests.acceptance.reading import page, send, sent
from tests.acceptance.visits import visit

pytestmark = pytest.mark.django_db
FULL = "articles-23"
TICKED = {
    "step-read-file": "on",
    "step-protect": "on",
    "step-introduce": "on",
    "step-introduce-name": "钱厂长",
    "step-walk-through": "on",
    "step-explain": "on",
}
FEVER = {"a10": "no", "a10_note": "夜班未测"}


@pytest.fixture
def demo(db: Any) -> Any:
    return town_of("demo")


@pytest.fixture
def firm(demo: Any) -> Any:
    made = firms(demo, demo.willow, 1, "大", size="above-scale", headcount=400)[0]
    for kind, officer in (("instructor", demo.li), ("liaison", demo.he)):
        Charge.objects.create(enterprise=made, officer=officer, kind=kind, from_on=demo.today)
    speaks_for(demo, made)
    return made


def read(answer: Any) -> str:
    """The text of a PDF without its spaces, page after page."""
    assert answer.status_code == 200, answer.content.decode()[-500:]
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return "".join("".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(content)).pages)


def post(client: Client, name: str, *args: Any, **values: Any) -> Any:
    return client.post(reverse(f"visits:{name}", args=args), {"command": str(uuid4()), **values})


def made_visit(client: Client, town: Any, firm: Any, **answers: Any) -> Visit:
    answer = visit(client, town, firm, FULL, **{**TICKED, **answers})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    found: Visit = Visit.objects.system().latest("pk")
    return found


def issued(client: Client, town: Any, firm: Any, **answers: Any) -> Letter:
    one = made_visit(client, town, firm, **(answers or FEVER))
    assert post(client, "compose_letter", one.pk).status_code == 302
    found: Letter = Letter.objects.system().latest("number")
    return found


# The procedure


def test_the_page_asks_for_the_steps_and_a_visit_without_them_is_refused(demo, firm, as_user):
    client = as_user(demo.li)
    shown = page(client, f"/visits/at/{firm.pk}/", plain=1)
    assert "走访规程" in shown and "亮明身份，见到企业防疫负责人" in shown
    answer = visit(client, demo, firm, FULL)
    assert answer.status_code == 422 and not Visit.objects.system().exists()
    assert (
        "看过企业档案和上次走访的问题"
        in re.search(r"fg-note[^>]*>(.*?)</div>", answer.content.decode(), re.S)[1]
    )
    answer = visit(client, demo, firm, FULL, **(TICKED | {"step-introduce-name": ""}))
    assert answer.status_code == 422 and not Visit.objects.system().exists()


def test_a_visit_keeps_its_steps_and_shows_them(demo, firm, as_user):
    client = as_user(demo.li)
    moment = (datetime.combine(demo.today, demo.now.timetz()) + timedelta(hours=1, minutes=7)).isoformat()
    one = made_visit(client, demo, firm, steps_at=f'{{"protect": "{moment}", "explain": "nonsense"}}')
    kept = {step["key"]: step for step in one.procedure["steps"]}
    assert kept["protect"]["ticked_at"] == moment
    assert kept["introduce"]["name"] == "钱厂长" and "ticked_at" not in kept["sign"]
    shown = page(client, f"/visits/{one.pk}/")
    assert "走访规程" in shown and "钱厂长" in shown and "未完成" in shown


def test_a_call_follows_its_own_steps(demo, firm, as_user):
    client = as_user(demo.li)
    assert visit(client, demo, firm, FULL, by_phone="on", **TICKED).status_code == 422
    call = {"step-read-file": "on", "step-call-person": "on", "step-call-person-name": "钱厂长"}
    call |= {"step-call-ask": "on", "step-call-next": "on"}
    assert visit(client, demo, firm, FULL, by_phone="on", **call).status_code == 302


def test_a_call_of_a_round_follows_them_and_names_whoever_is_on_file(demo, firm, as_user):
    """The call counts as a visit by phone: its page asks for the same steps, and only where somebody was reached."""
    round_of_one = {
        "campaign": demo.campaign,
        "area": demo.willow,
        "asked": visits.Asked("全面摸排", "", demo.today, [demo.he]),
    }
    one = visits.begin_round(**round_of_one, by=demo.zhou, at=demo.now)
    client = as_user(demo.he)
    call = Call.objects.system().get()
    contact = Contact.objects.system().get(enterprise=firm)
    sent(client, "calls:next", one.pk)
    shown = page(client, f"/visits/calls/at/{call.pk}/")
    assert "电话核实对方身份" in shown and "走看大门" not in shown
    assert f'name="step-call-person-name" value="{contact.name}"' in shown
    answer = send(client, "calls:note", call.pk, outcome="reached")
    assert answer.status_code == 422 and "规程中这些步骤还没有完成" in answer.content.decode()
    assert not Visit.objects.system().exists()
    ticked = dict.fromkeys(("step-read-file", "step-call-person", "step-call-ask", "step-call-next"), "on")
    sent(client, "calls:note", call.pk, outcome="reached", **ticked, **{"step-call-person-name": "钱厂长"})
    kept = {step["key"]: step for step in Visit.objects.system().get(kind="phone").procedure["steps"]}
    assert kept["call-person"]["name"] == "钱厂长" and "ticked_at" in kept["call-ask"]


def test_a_campaign_without_a_procedure_is_not_asked(danzao, as_user):
    one = firms(danzao, danzao.willow, 1, "大", size="above-scale")[0]
    assert visit(as_user(danzao.li), danzao, one, FULL).status_code == 302


# The form


def test_the_form_of_a_visit_has_answers_steps_and_lines_for_signatures(demo, firm, as_user):
    client = as_user(demo.li)
    one = made_visit(client, demo, firm, **FEVER, note="夜班要补测")
    text = read(client.get(f"/visits/{one.pk}/form.pdf"))
    for said in (firm.name, demo.li.name, "夜班未测", "夜班要补测", "走访规程", "钱厂长", "企业（签字）"):
        assert said in text
    assert text.count("✗") == 1 and text.count("✓") >= 22


def test_empty_forms_for_an_officers_stops(demo, firm, as_user):
    from fugong.visits.models import Plan, PlannedVisit

    plan = Plan.objects.create(
        campaign=demo.campaign,
        area=demo.campaign.area,
        on=demo.today + timedelta(days=1),
        version=1,
        status="accepted",
        made_at=demo.now,
        summary={"crew": {str(demo.li.pk): {}}},
    )
    other = firms(demo, demo.willow, 1, "小")[0]
    for order, row in enumerate((firm, other), start=1):
        at = demo.now + timedelta(days=1, hours=order)
        PlannedVisit.objects.create(
            plan=plan, officer=demo.li, enterprise=row, order=order, arrives_at=at, leaves_at=at
        )
    answer = as_user(demo.li).get("/visits/my-day/forms.pdf?on=tomorrow")
    text = read(answer)
    assert text.index(firm.name) < text.index(other.name)
    assert "23.开展防控宣传" in text, "the articles of the checklist in force"
    assert as_user(demo.li).get("/visits/my-day/forms.pdf").status_code == 409, "no stop today"
    assert read(as_user(demo.zhou).get(f"/visits/plan/{plan.pk}/forms.pdf?officer={demo.li.pk}")) == text


# The letter


def test_a_letter_is_composed_signed_printed_and_acknowledged_by_the_enterprise(demo, firm, as_user):
    li, qian = as_user(demo.li), as_user(demo.qian)
    one = made_visit(li, demo, firm, **FEVER)
    shown = page(li, f"/visits/{one.pk}/letter/")
    assert "恢复每天上下班两次测体温并登记" in shown, "the advice of the checklist"
    assert post(li, "compose_letter", one.pk, **{"advice-10": "今晚起补测"}).status_code == 302
    letter = Letter.objects.system().get()
    text = read(li.get(f"/visits/letters/{letter.pk}/letter.pdf"))
    for said in (
        firm.name,
        "条款10",
        "今晚起补测",
        "夜班未测",
        demo.li.name,
        "青禾复指意〔2020〕1号",
        "签收回执",
    ):
        assert said in text
    for client, address in (
        (li, f"/visits/{one.pk}/"),
        (li, f"/dossier/{firm.pk}/"),
        (qian, "/my-enterprise/"),
    ):
        assert "青禾复指意〔2020〕1号" in page(client, address)
    assert post(qian, "acknowledge", letter.pk).status_code == 302
    letter.refresh_from_db()
    assert (letter.status, letter.acknowledged_as) == ("acknowledged", demo.qian.name)


def test_the_link_opens_the_letter_to_a_stranger_who_acknowledges_it(demo, firm, as_user):
    letter = issued(as_user(demo.li), demo, firm)
    shown = page(as_user(demo.li), f"/visits/letters/{letter.pk}/")
    address = re.search(r"http://testserver(/visits/open/[^<\s]+)", shown)[1]
    stranger = Client()
    answer = stranger.get(address)
    assert answer.status_code == 200 and firm.name in answer.content.decode()
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "条款10" in read(stranger.get(address + "letter.pdf"))
    empty = stranger.post(address, {"command": str(uuid4()), "name": ""})
    assert empty.status_code == 409
    assert stranger.post(address, {"command": str(uuid4()), "name": "王主任"}).status_code == 302
    assert "王主任" in page(as_user(demo.li), f"/visits/letters/{letter.pk}/")


def test_a_later_pack_changes_no_issued_letter_and_a_new_one_names_the_old(demo, firm, as_user):
    li = as_user(demo.li)
    old = issued(li, demo, firm)
    before = read(li.get(f"/visits/letters/{old.pk}/letter.pdf"))
    demo.campaign.release.content["visits"]["letter"]["title"]["zh"] = "另一个标题"
    demo.campaign.release.save()
    assert read(li.get(f"/visits/letters/{old.pk}/letter.pdf")) == before
    assert post(li, "compose_letter", old.visit_id).status_code == 302
    new = Letter.objects.system().latest("number")
    assert (new.number, new.replaces_id) == (2, old.pk)
    assert "本意见书替代青禾复指意〔2020〕1号" in read(li.get(f"/visits/letters/{new.pk}/letter.pdf"))
    assert "不再有效" in read(li.get(f"/visits/letters/{old.pk}/letter.pdf"))


def test_letters_that_nobody_acknowledged_stand_on_a_list(demo, firm, as_user):
    letter = issued(as_user(demo.li), demo, firm)
    clerk = as_user(demo.chen)
    assert str(letter) not in page(clerk, "/visits/letters/", only="late")
    set_day(demo.campaign, demo.today + timedelta(days=3))
    assert str(letter) in page(clerk, "/visits/letters/", only="late")


# The manual


def test_the_manual_is_read_searched_and_reached_from_an_article(demo, firm, as_user):
    client = as_user(demo.qian)
    assert "酒精储存与消防安全" in page(client, "/visits/manual/")
    found = page(client, "/visits/manual/", q="灭火器")
    assert "<mark>灭火器</mark>" in found
    answer = as_user(demo.li).get("/visits/manual/?article=17")
    assert answer.status_code == 302 and answer.url == "/visits/manual/09-fire/#s1"
    assert "?article=17" in page(as_user(demo.li), f"/visits/at/{firm.pk}/", plain=1)
    assert "示例" in page(client, "/visits/manual/09-fire/"), "its source"


def test_the_manual_in_print_has_contents_with_page_numbers(demo, as_user):
    text = read(as_user(demo.li).get("/visits/manual/manual.pdf"))
    assert "目录" in text and "版本1.0" in text
    assert re.search(r"酒精储存与消防安全[.…·]*\d+", text)
    assert "不用无盖容器" in text


# The card


def test_a_card_opens_to_a_stranger_until_it_is_withdrawn(demo, firm, as_user):
    li, stranger = as_user(demo.li), Client()
    assert li.get(f"/visits/at/{firm.pk}/card.pdf").status_code == 409, "no link yet"
    assert post(li, "open_card", firm.pk).status_code == 302
    text = read(li.get(f"/visits/at/{firm.pk}/card.pdf"))
    assert firm.name in text and demo.li.name in text and "0000-8100100" in text
    shown = page(li, f"/visits/at/{firm.pk}/card/")
    address = re.search(r"http://testserver(/visits/open/[^<\s]+)", shown)[1]
    card = stranger.get(address).content.decode()
    assert demo.li.name in card and demo.he.name in card and f"{demo.willow.name}值班室" in card
    for hidden in (firm.name, demo.li.login + "<", "10000001234", "钱厂长"):
        assert hidden not in card
    link = re.search(r"/visits/links/(\d+)/revoke/", shown)[1]
    assert post(as_user(demo.qian), "revoke_link", link).status_code == 403, "not the enterprise itself"
    assert post(li, "revoke_link", link).status_code == 302
    assert stranger.get(address).status_code == 404
    assert stranger.get("/visits/open/1.forged/").status_code == 404


def test_a_cards_link_ends_after_the_packs_days(demo, firm, as_user):
    li = as_user(demo.li)
    post(li, "open_card", firm.pk)
    address = re.search(r"(/visits/open/[^<\s]+)", page(li, f"/visits/at/{firm.pk}/card/"))[1]
    set_day(demo.campaign, demo.today + timedelta(days=91))
    answer = Client().get(address)
    assert answer.status_code == 404 and "已过期" in answer.content.decode()


def test_an_officers_own_number_stands_there_only_by_their_word(demo, firm, as_user):
    li = as_user(demo.li)
    shown = f"/visits/at/{firm.pk}/card/"
    assert "0000-4455" not in page(li, shown)
    assert post(li, "my_number", number="0000-4455").status_code == 302
    assert "0000-4455" in page(li, shown)
    assert post(li, "my_number", withdraw="1").status_code == 302
    assert "0000-4455" not in page(li, shown)


@pytest.mark.once
def test_300_cards_of_a_village_come_as_one_file_with_owner_and_end(demo, as_user):
    firms(demo, demo.willow, 300, "批量")
    firms(demo, demo.pine, 2, "松村")
    clerk = as_user(demo.chen)
    state = f"area={demo.willow.pk}"
    assert "300张联系卡" in page(clerk, "/visits/cards/", area=demo.willow.pk)
    assert post(clerk, "card_files", state=state, purpose="").status_code == 409, "what for?"
    assert post(clerk, "card_files", state=state, purpose="发放联系卡").status_code == 302
    assert "生成中" in page(clerk, "/visits/cards/"), "so many are left to the worker"
    worker()
    export = Export.objects.get()
    assert (export.rows, export.form, export.purpose) == (300, "pdf", "发放联系卡")
    answer = clerk.get(f"/enterprises/exports/{export.pk}/")
    reader = PdfReader(io.BytesIO(answer.content))
    assert len(reader.pages) == 30
    text = read(answer)
    assert text.count("批量") == 300 and "松村1号厂" not in text
    assert demo.chen.name in text, "the watermark says whose file it is"
    assert as_user(demo.li).get(f"/enterprises/exports/{export.pk}/").status_code == 403
    assert as_user(demo.li).get("/visits/cards/").status_code == 403


def test_a_file_of_cards_that_fails_says_so_and_is_tried_again(demo, firm, as_user, monkeypatch):
    clerk = as_user(demo.chen)

    def broken(*_given, **_named):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("fugong.visits.actions.handing_out.cards.pdf", broken)
        assert post(clerk, "card_files", state="", purpose="发放联系卡").status_code == 302
        shown = page(clerk, "/visits/cards/")
    assert "文件没有生成，原因已记入日志" in shown and "生成中" not in shown and "hx-trigger" not in shown
    again = re.search(r"/visits/cards/runs/(\d+)/again/", shown)
    assert as_user(demo.wang).post(again[0], {"command": str(uuid4())}).status_code in (403, 404)
    assert post(clerk, "cards_again", again[1]).status_code == 302
    shown = page(clerk, "/visits/cards/")
    assert "again/" not in shown and Export.objects.get().rows == 1
    fetched = re.search(r"/enterprises/exports/\d+/", shown)
    assert clerk.get(fetched[0]).content.startswith(b"%PDF"), "kept by the server's clock, not the campaign's"


def test_cards_are_chosen_by_condition_and_by_officer(demo, firm, as_user):
    firms(demo, demo.willow, 3, "小", headcount=9)
    clerk = as_user(demo.chen)
    assert "3张联系卡" in page(clerk, "/visits/cards/", q="headcount < 10")
    assert "1张联系卡" in page(clerk, "/visits/cards/", officer=demo.li.pk)
    answer = clerk.get("/visits/cards/", {"q": "no_such_word > 1"})
    assert "0张联系卡" in answer.content.decode()


def test_the_pack_of_the_islands_has_all_five(db):
    fugong("pack", "check", "zhoushan")
