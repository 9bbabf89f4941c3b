"""A day without signal: the route is worked on the phone, the battery falls out, and every record arrives once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.gates.cutting import listening
from tests.journeys.conftest import ARGUMENTS, CHROMIUM, Site
from tests.journeys.phones import Phone, more_stops, rows
from tests.journeys.radio import Radio
from tests.journeys.visitors import Visitor, become, follow_procedure

pytestmark = pytest.mark.journey
START: dict[str, Any] = {"executable_path": CHROMIUM, "args": ARGUMENTS}
OFFICER = "instructor05"
# Every question of the engine that has no answer gets its first one; how many there were.
ANSWER = """() => {
  const groups = new Map();
  const add = (one) => groups.set(one.name, [...(groups.get(one.name) ?? []), one]);
  document.querySelectorAll("#form input[type=radio]").forEach(add);
  const open = [...groups.values()].filter((choices) => !choices.some((one) => one.checked));
  open.forEach(([first]) => first.click());
  return open.length;
}"""
DAY, LIST = "/visits/my-day/", "/visits/my-day/phone/"


@pytest.fixture
def phone(site: Site, playwright: Playwright, tmp_path: Path) -> Iterator[Phone]:
    with listening(Radio(int(site.base.rpartition(":")[2]))) as radio:
        opened = Phone(playwright, radio, tmp_path / "profile", START)
        yield opened
        opened.context.close()
    assert opened.problems == []


def sign_in(phone: Phone, site: Site, login: str) -> None:
    (person,) = rows(site.folder, "SELECT id FROM access_user WHERE login = ?", login)[0]
    page = phone.opens("/demo/")
    become(page, person)
    page.wait_for_url(lambda url: "/demo/" not in url)


def answer_all(page: Page, wrong: int = -1) -> None:
    """Every article of the plain form is met, but the one of this place."""
    articles = page.locator("[data-article]")
    for place in range(articles.count()):
        articles.nth(place).locator(".fg-answers > label").nth(1 if place == wrong else 0).tap()


def send(page: Page, button: str) -> None:
    page.locator(button).click()
    page.wait_for_url(f"**{DAY}")


def kept_picture(page: Page) -> str:
    """What the page of a visit would get for the picture of a checklist that the day keeps."""
    place = next(
        one for one in json.loads(page.locator("#keep").text_content() or "")["pages"] if "/media/" in one
    )
    said: str = page.evaluate("async (place) => (await fetch(place)).headers.get('Content-Type')", place)
    return said


def test_a_day_without_signal(site: Site, phone: Phone, tmp_path: Path) -> None:
    stops = more_stops(site.folder, OFFICER, 5)
    found_before = rows(site.folder, "SELECT count(*) FROM visits_finding")[0][0]
    sign_in(phone, site, OFFICER)
    page = phone.opens(DAY)
    expect(page.locator("[data-day-kept]")).to_be_visible(timeout=40_000)

    phone.signal(False)
    page = phone.opens(DAY)
    expect(page.locator("[data-no-signal]")).to_be_visible()
    assert kept_picture(page) == "image/png", "the checklists' own files are there without signal too"
    photo = tmp_path / "finding.png"
    Image.effect_noise((2000, 1500), 30).convert("RGB").save(photo)
    finding(phone, stops[0], photo)
    need(phone, stops[1])
    for stop in stops[1:3]:
        phone.opens(f"/visits/at/{stop}/?plain=1")
        answer_all(page)
        follow_procedure(page)
        send(page, ".fg-sticky .btn-primary")
    give_up_without_a_word(phone, stops[3], photo)
    begin_with_the_engine(phone, stops[4], photo)

    phone.kill()
    phone.open()
    phone.signal(False)
    page = phone.opens(DAY)
    for stop in stops[:4]:
        expect(page.locator(f"[data-stop='{stop}'] [data-here=waiting]")).to_be_visible()
    expect(page.locator("[data-outbox-count]")).to_have_text("5")
    phone.opens(LIST)
    expect(page.locator("[data-part=waiting] li")).to_have_count(5)
    assert phone.overflow() <= 0
    assert "5" in warned_before_signing_out(page)
    phone.opens(f"/visits/at/{stops[4]}/")
    expect(page.locator("#form[data-ready]")).to_be_visible(timeout=20_000)
    expect(page.locator("#form input[type=radio]:checked")).to_have_count(1)
    finish_with_the_engine(page)

    phone.signal(True)
    phone.opens(LIST)
    expect(page.locator("[data-part=sent] li")).to_have_count(5, timeout=20_000)
    asked = "SELECT kind, enterprise_id FROM issues_issue WHERE title = '缺口罩两千只'"
    assert rows(site.folder, asked) == [("supplies", stops[1])]
    refused = page.locator("[data-part=refused] li")
    expect(refused).to_contain_text("请说明未能走访的原因")
    correct(phone)
    discard(site, phone, stops[3])
    made = rows(
        site.folder,
        "SELECT enterprise_id, status, started_at < ended_at FROM visits_visit WHERE enterprise_id IN"
        f' ({", ".join(map(str, stops))}) AND "on" = (SELECT max("on") FROM visits_visit)',
    )
    assert sorted((enterprise, status) for enterprise, status, _order in made) == sorted(
        [*((stop, "done") for stop in (*stops[:3], stops[4])), (stops[3], "given-up")]
    )
    assert all(in_order for _enterprise, status, in_order in made if status == "done")
    assert rows(site.folder, "SELECT count(*) FROM visits_finding")[0][0] == found_before + 1
    photos = "SELECT width, height FROM visits_visitphoto p JOIN visits_visit v ON v.id = p.visit_id WHERE v.enterprise_id = ?"
    assert rows(site.folder, photos, stops[0]) == [(1600, 1200)] * 2
    assert rows(site.folder, photos, stops[3]) == [(1600, 1200)], "the gate, made smaller on the phone"
    for stop in (stops[0], stops[4]):
        follows(site, stop)
    signs_out(phone)


def follows(site: Site, stop: int) -> None:
    """The visit has kept its procedure: each required step and the picture, with the moments of the phone."""
    question = (
        "SELECT started_at, ended_at, procedure FROM visits_visit WHERE enterprise_id = ? ORDER BY id DESC"
    )
    began, ended, procedure = rows(site.folder, question, stop)[0]
    steps = {step["key"]: step for step in json.loads(procedure)["steps"]}
    ticked = [step for step in steps.values() if "ticked_at" in step]
    moments = [datetime.fromisoformat(step["ticked_at"]) for step in ticked]
    first, last = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (began, ended))
    assert all(first <= moment <= last for moment in moments), "on the server's clock, as the visit itself"
    assert {key for key, step in steps.items() if step["required"]} <= {step["key"] for step in ticked}
    assert steps["introduce"]["name"] == "张厂长"
    assert "ticked_at" in steps["picture"]
    photos = "SELECT count(*) FROM visits_visitphoto p JOIN visits_visit v ON v.id = p.visit_id WHERE v.enterprise_id = ?"
    assert rows(site.folder, photos, stop)[0][0] >= 1


def finding(phone: Phone, stop: int, photo: Path) -> None:
    """A visit with an article not met, a note and two photos that are larger than they need be.

    Pressed before the procedure was followed, it stays on the page: the outbox takes only what the server will take.
    """
    page = phone.opens(f"/visits/at/{stop}/?plain=1")
    answer_all(page, wrong=0)
    first = page.locator("[data-article]").first
    first.locator("input[type=text]").fill("缺两名新员工的查询记录")
    attach(page, first, photo)
    page.locator(".fg-sticky .btn-primary").click()
    expect(page.locator(".fg-step[data-wrong]")).to_have_count(1)
    expect(page.locator("[data-outbox-count] span")).to_be_hidden()
    follow_procedure(page)
    page.locator("[data-way=visit] [name='step-introduce-name']").fill("")
    page.locator(".fg-sticky .btn-primary").click()
    expect(page.locator("[data-key=introduce][data-wrong]")).to_have_count(1)
    follow_procedure(page)
    picture(page, photo)
    send(page, ".fg-sticky .btn-primary")


def need(phone: Phone, stop: int) -> None:
    """What the enterprise asks for, filed at its door without signal; the officer is at the same stop afterwards."""
    page = phone.opens(f"/visits/at/{stop}/?plain=1")
    box = page.locator(".fg-needs")
    box.locator("summary").click()
    box.locator("label[for=need-supplies]").click()
    box.locator("[name=supplies-title]").fill("缺口罩两千只")
    box.locator("button").last.click()
    expect(page.locator("[data-outbox-count] span")).to_have_text("1")
    box.locator("[name=supplies-own-item]").select_option("masks")
    box.locator("[name=supplies-own-quantity]").fill("2000")
    with page.expect_navigation():
        box.locator("button").last.click()
    assert page.url.endswith(f"/visits/at/{stop}/?plain=1")
    expect(page.locator("[data-outbox-count] span")).to_have_text("2")


def attach(page: Page, box: Locator, photo: Path) -> None:
    """A photo is chosen, shown, and made smaller on the phone."""
    chosen = box.locator("input[type=file]")
    chosen.set_input_files(photo)
    expect(box.locator("img.fg-chosen")).to_be_visible()
    name = chosen.get_attribute("name")
    page.wait_for_function(
        "(name) => document.querySelector(`input[name='${name}']`).files[0].type === 'image/jpeg'", arg=name
    )


def picture(page: Page, photo: Path) -> None:
    """The step of the procedure that a photo shows: the same scene once more, for no photo is kept twice."""
    again = photo.with_name(f"step-{len(list(photo.parent.glob('step-*')))}.png")
    Image.open(photo).rotate(180).save(again)
    step = page.locator("[data-way=visit] [data-key=picture]")
    step.locator("input[type=checkbox]").check()
    attach(page, step, again)


def give_up_without_a_word(phone: Phone, stop: int, photo: Path) -> None:
    """ "Another reason", and none is given: the server will not take it. The photo of the gate comes along."""
    page = phone.opens(f"/visits/at/{stop}/?plain=1")
    page.locator(".fg-gave-up summary").click()
    attach(page, page.locator(".fg-gave-up"), photo)
    page.locator(".fg-gave-up select").select_option("other")
    send(page, ".fg-gave-up button.btn-wide")


def begin_with_the_engine(phone: Phone, stop: int, photo: Path) -> None:
    """A part of the procedure and one answer in the form engine, then the phone goes back into the pocket."""
    page = phone.opens(f"/visits/at/{stop}/")
    expect(page.locator("#form[data-ready]")).to_be_visible(timeout=20_000)
    page.locator("[data-way=visit] [data-key=introduce] input[type=checkbox]").check()
    page.locator("[name='step-introduce-name']").fill("张厂长")
    picture(page, photo)
    page.locator("#form input[type=radio]").first.check(force=True)
    phone.until(
        "async () => { const open = indexedDB.open('fugong'); await new Promise((done) => (open.onsuccess = done));"
        " const all = open.result.transaction('drafts').objectStore('drafts').getAll();"
        " await new Promise((done) => (all.onsuccess = done)); open.result.close();"
        " return all.result.some((draft) => draft.some(([name, value]) => name === 'instance' && />yes</.test(value))); }"
    )


def finish_with_the_engine(page: Page) -> None:
    """After the battery: the ticks, the name and the photo stand there again; the rest is answered, all without signal."""
    steps = page.locator("[data-way=visit]")
    expect(steps.locator("[data-key=introduce] input[type=checkbox]")).to_be_checked()
    expect(steps.locator("[name='step-introduce-name']")).to_have_value("张厂长")
    expect(steps.locator("[data-key=picture] input[type=checkbox]")).to_be_checked()
    expect(steps.locator("[data-key=picture] img.fg-chosen")).to_be_visible()
    expect(page.locator("[name=steps_at]")).to_have_value(re.compile('"introduce".*"picture"'))
    while page.evaluate(ANSWER):
        page.wait_for_timeout(300)  # an answer may bring further questions
    last = page.locator("#form button").last
    last.click()
    expect(page.locator(".fg-step[data-wrong]")).to_have_count(1)
    follow_procedure(page)
    last.click()
    page.wait_for_url(f"**{DAY}")


def correct(phone: Phone) -> None:
    """The refused item opens as the draft it was, is corrected and goes."""
    page = phone.page
    page.locator("[data-correct]").click()
    page.wait_for_url(re.compile("/visits/at/"))
    page.locator(".fg-gave-up summary").click()
    expect(page.locator(".fg-gave-up select")).to_have_value("other")
    expect(page.locator(".fg-gave-up img.fg-chosen")).to_be_visible()
    page.locator(".fg-gave-up input[type=text]").fill("门口修路，进不去")
    send(page, ".fg-gave-up button.btn-wide")
    expect(page.locator("[data-outbox-count] span")).to_be_hidden()


def discard(site: Site, phone: Phone, stop: int) -> None:
    """Given up once more by mistake and refused: put away with a sentence, which reaches the server by itself."""
    give_up = "SELECT count(*) FROM visits_discarded WHERE enterprise_id = ? AND form = 'given-up' AND reason = '点错了'"
    page = phone.opens(f"/visits/at/{stop}/?plain=1")
    page.locator(".fg-gave-up summary").click()
    page.locator(".fg-gave-up select").select_option("other")
    phone.signal(False)
    send(page, ".fg-gave-up button.btn-wide")
    phone.signal(True)
    phone.opens(LIST)
    refused = page.locator("[data-part=refused] li")
    refused.locator("summary").click(timeout=20_000)
    phone.signal(False)
    refused.locator("input[name=reason]").fill("点错了")
    refused.locator("form button").click()
    expect(page.locator("[data-part=discarded] [data-untold]")).to_be_visible()
    assert rows(site.folder, give_up, stop) == [(0,)]
    phone.signal(True)
    phone.opens(LIST)
    expect(page.locator("[data-part=discarded] [data-told]")).to_be_visible(timeout=20_000)
    assert rows(site.folder, give_up, stop) == [(1,)]


def warned_before_signing_out(page: Page) -> str:
    """The question that is asked; the answer is no."""
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.locator("form[data-sign-out] button").click()
    return asked.value.message


def signs_out(phone: Phone) -> None:
    """With the session everything goes that was kept of other people's data."""
    page = phone.opens(LIST)
    page.locator("form[data-sign-out] button").click()
    page.wait_for_url("**/access/login/**")
    phone.until("async () => (await caches.keys()).every((name) => !name.startsWith('pages-'))")


def test_a_report_that_waited_meets_another(site: Site, phone: Phone, enter: Callable[..., Visitor]) -> None:
    """The liaison reports without signal; the clerk has another figure in meanwhile: both are shown, one is chosen."""
    (login, firm) = rows(
        site.folder,
        "SELECT u.login, c.enterprise_id FROM teams_charge c JOIN access_user u ON u.id = c.officer_id JOIN"
        " access_posting p ON p.user_id = u.id WHERE c.kind = 'liaison' AND p.role = 'liaison' AND c.to_on IS NULL"
        " ORDER BY c.id DESC LIMIT 1",
    )[0]
    sign_in(phone, site, login)
    address = f"/resumption/of/{firm}/report/"
    page = phone.opens(address)
    expect(page.locator("form[data-outbox]")).to_be_visible()
    phone.signal(False)
    report(page, staff="90", on_duty="41")
    expect(page.locator("#problem")).to_contain_text("已存在本机")
    clerk = enter("clerk").opens(address)
    report(clerk, staff="90", on_duty="37")
    clerk.wait_for_url(re.compile("/dossier/"))
    phone.signal(True)
    phone.opens(LIST)
    page.locator("[data-settle]").click()
    expect(page.locator("form[data-merge]")).to_contain_text("37")
    page.locator("[name=take-on_duty][value=mine]").check()
    page.locator("form[data-merge] button").click()
    page.wait_for_url(re.compile("/my-enterprises/"))
    phone.opens(LIST)
    expect(page.locator("[data-part=sent] li")).to_have_count(1)
    expect(page.locator("[data-part=refused]")).to_be_hidden()
    reported = 'SELECT on_duty FROM resumption_dailyreport WHERE enterprise_id = ? ORDER BY "on" DESC LIMIT 1'
    assert rows(site.folder, reported, firm) == [(41,)]


def test_two_people_change_one_enterprise(enter: Callable[..., Visitor], site: Site) -> None:
    """The second save shows both versions; what only one changed is kept, and the choice holds."""
    clerk, lead = enter("clerk"), enter("grid_lead")
    lead.expected += ["409"]
    (pk, name) = rows(
        site.folder,
        "SELECT e.id, e.name FROM enterprises_enterprise e JOIN territory_area a ON a.id = e.area_id WHERE"
        " e.merged_into_id IS NULL AND a.path LIKE (SELECT t.path || '%' FROM access_posting p JOIN territory_area t"
        " ON t.id = p.area_id WHERE p.role = 'grid_lead' ORDER BY p.user_id LIMIT 1) ORDER BY e.id DESC LIMIT 1",
    )[0]
    for visitor in (clerk, lead):
        visitor.opens(f"/enterprises/{pk}/edit/")
    change(clerk.page, headcount="311", address="新桥路1号")
    clerk.page.wait_for_url(re.compile("/dossier/"))
    change(lead.page, headcount="322", mask_days="9")
    expect(lead.page.locator("form[data-merge] fieldset")).to_have_count(1)
    expect(lead.page.locator("form[data-merge]")).to_contain_text("311")
    expect(lead.page.locator("form[data-merge]")).to_contain_text("322")
    lead.page.locator("input[value=mine]").check()
    lead.page.locator("form[data-merge] button").click()
    lead.page.wait_for_url(re.compile("/dossier/"))
    stands = rows(
        site.folder, "SELECT headcount, address, mask_days FROM enterprises_enterprise WHERE id = ?", pk
    )
    assert stands == [(322, "新桥路1号", 9)], name


def report(page: Page, **figures: str) -> None:
    for name, figure in figures.items():
        page.locator(f"#report [name={name}]").fill(figure)
    page.locator(".fg-sticky button").click()


def change(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"main [name={name}]").fill(value)
    page.locator("main form .btn-primary").click()
