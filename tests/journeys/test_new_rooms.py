"""Rooms beside the loop: a request with its public page, a phone round, the rota, a letter of advice and its receipt."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Site
from tests.journeys.phones import rows
from tests.journeys.visitors import PHONE, Visitor, follow_procedure, press

pytestmark = pytest.mark.journey

Enter = Callable[..., Visitor]
NEED = "外地员工返岗，体温枪两把不够用"


def test_request(enter: Enter) -> None:
    """Filed on the phone by the enterprise, followed without an account, accepted and solved by the department."""
    contact, officer, stranger = (
        enter("enterprise_contact", PHONE),
        enter("department_officer"),
        enter("", PHONE),
    )
    page = contact.page
    press(page, "main a[href$='/ask/']")
    press(page, "main a[href='?kind=supplies']")
    page.locator("[name=title]").fill(NEED)
    page.locator("[name=own-item]").select_option("thermometers")
    page.locator("[name=own-quantity]").fill("4")
    press(page, "main form .btn-primary")
    issue = contact.path()
    public = page.locator("main a[href*='/issues/status/']").get_attribute("href") or ""
    expect(stranger.opens(public).locator("main h2").first).to_have_text(NEED)
    assert stranger.overflow() <= 0

    done = officer.opens(issue)
    press(done, "form[action$='/accept/'] button")
    done.locator("form[action$='/solve/'] textarea").fill("已送达四把，企业签收")
    press(done, "form[action$='/solve/'] button")
    assert not waits_for(officer, NEED)

    expect(stranger.opens(public).locator("main")).to_contain_text("已送达四把")


def test_denied(enter: Enter, site: Site) -> None:
    """Days after the solution its requester is asked on the public page: "no" brings the issue back to who solved it."""
    issue, title, officer = rows(
        site.folder,
        "SELECT i.id, i.title, i.solved_by_id FROM issues_askback a JOIN issues_issue i ON i.id = a.issue_id"
        " WHERE a.reply = 'waiting' ORDER BY a.id LIMIT 1",
    )[0]
    handler, stranger = enter("department_officer", person=officer), enter("", PHONE)
    page = handler.opens(f"/issues/{issue}/")
    public = page.locator("main a[href*='/issues/status/']").get_attribute("href") or ""
    page = stranger.opens(public)
    page.locator("#still").fill("只到了一半，还差十二人")
    press(page, "form:has([name=solved][value=no]) button")
    expect(page.locator("#still")).to_have_count(0)
    assert waits_for(handler, title)
    expect(
        handler.page.locator("main tbody tr", has_text=title).first.locator(".fg-pill.fg-red").first
    ).to_be_visible()
    expect(handler.opens(f"/issues/{issue}/").locator("main")).to_contain_text("还差十二人")


def waits_for(officer: Visitor, title: str) -> bool:
    return officer.opens("/issues/mine/").locator("main tbody a", has_text=title).count() > 0


def test_next_number(enter: Enter) -> None:
    """The next number in one tap; reached without the procedure it is held back, with it the next number stands there."""
    caller = enter("liaison", PHONE)
    page = caller.opens("/visits/calls/")
    press(page, "form[action$='/next/'] button")
    first = caller.path()
    number = page.locator("a[href^='tel:']").get_attribute("href")
    assert number and re.search(r"\d{8,}", number)
    assert caller.overflow() <= 0
    caller.expected.append("422")
    reached = "button[name=outcome][value=reached]"
    press(page, reached)
    assert page.locator(".fg-note.fg-red").count() == 1, "a call that counts as a visit follows the procedure"
    follow_procedure(page, "phone")
    page.locator("#call-form [name=note]").fill("已复工，口罩够一周")
    press(page, reached)
    assert caller.path() != first
    expect(page.locator("a[href^='tel:']")).not_to_have_attribute("href", number)
    expect(caller.opens(first).locator("main")).to_contain_text("已复工，口罩够一周")


def test_open_shift(enter: Enter) -> None:
    """The coordinator fills an open place of the rota; the volunteer's own link shows the shift without an account."""
    coordinator, volunteer = enter("commander"), enter("", PHONE)
    page = coordinator.opens("/volunteers/rota/")
    while not page.locator(".fg-shift.is-short, .fg-shift.is-empty").count():
        press(page, ".fg-head a.btn-icon:nth-of-type(2)")
    offered = page.locator(".fg-shift.is-short, .fg-shift.is-empty")
    coordinator.opens(offered.last.get_attribute("href") or "")
    name = page.locator("form[action$='/take/']").first.locator("xpath=..").locator("span").first.inner_text()
    press(page, "form[action$='/take/'] button")
    person = page.locator("main tbody .fg-lead a").filter(has_text=name.split()[0])
    place = page.locator("h1").inner_text().split(" · ")[-1]
    link = coordinator.opens(person.get_attribute("href") or "").locator("main input[readonly]").input_value()
    shown = volunteer.opens(link)
    expect(shown.locator("main .card").nth(1)).to_contain_text(place)
    assert volunteer.overflow() <= 0


def test_letter_and_receipt(enter: Enter, site: Site) -> None:
    """Whoever found it writes the letter on the phone; the enterprise's contact acknowledges it."""
    visit, officer, contact = rows(
        site.folder,
        "SELECT v.id, v.officer_id, c.user_id FROM visits_visit v JOIN enterprises_contact c ON c.enterprise_id ="
        " v.enterprise_id JOIN visits_finding f ON f.visit_id = v.id WHERE c.user_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM visits_letter l WHERE l.visit_id = v.id) ORDER BY v.id DESC LIMIT 1",
    )[0]
    instructor = enter("instructor", PHONE, person=officer)
    page = instructor.opens(f"/visits/{visit}/letter/")
    assert instructor.overflow() <= 0
    press(page, ".fg-sticky .btn-primary")
    letter = instructor.path()
    expect(page.locator(".fg-paper")).to_be_visible()
    receiver = enter("enterprise_contact", PHONE, person=contact)
    press(receiver.page, f"main a[href='{letter}']")
    press(receiver.page, "form[action$='/acknowledge/'] .btn-primary")
    expect(receiver.page.locator("form[action$='/acknowledge/']")).to_have_count(0)
    expect(instructor.opens(letter).locator("main .fg-pill.fg-green").first).to_be_visible()
