"""Every page of the album at its three sizes; into docs/pictures by `make pictures`, else only looked at.

On the widest only when pictures are taken, and at night: what is no wider than a desk is no wider than a wall.
The pages are settled, free of complaints, no wider than the screen, and on the phone a finger hits what acts.
FUGONG_PICTURES_WHOLE=<folder> takes whole pages, as PNG, into a folder of yours: to look at while working on the looks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser

from tests.gates.amount import IS_NIGHT
from tests.journeys.album import (
    ALBUM,
    GALLERY,
    MOST_BYTES,
    PICTURES,
    SIZES,
    Picture,
    gallery,
    place_of,
    small,
)
from tests.journeys.conftest import Site
from tests.journeys.visitors import DESK, PHONE, WALL, Visitor, new_visitor, press

pytestmark = pytest.mark.journey

TAKING = os.environ.get("FUGONG_PICTURES") == "1"
WHOLE = os.environ.get("FUGONG_PICTURES_WHOLE")
LOWEST_TARGET = 40  # px of height, on the phone, for what looks like a button, a box or a choice of a menu
HREFS = "(links) => links.map((link) => link.getAttribute('href'))"
VISITED = "/visits/at/{firm}/card/"
OF = {one.name: one for one in ALBUM}
LOOKS = SIZES if TAKING or WHOLE or IS_NIGHT else [size for size in SIZES if size != WALL]


def look(visitor: Visitor, one: Picture) -> None:
    """The page on the visitor's screen: checked, and its picture taken where pictures are wanted."""
    if visitor.size == PHONE or TAKING or WHOLE:
        visitor.settle()
    where = f"{visitor.path()} ({one.name}) at {visitor.size[0]} px"
    assert visitor.page.locator("h1").count() >= 1, f"{where} has no heading"
    assert visitor.overflow() <= 0, f"{where} is {visitor.overflow()} px too wide"
    if visitor.size == PHONE:
        low = small_targets(visitor)
        assert not low, f"{where}: too small for a finger: {low}"
    take(visitor, one)


def take(visitor: Visitor, one: Picture) -> None:
    """The picture into docs/pictures, or the whole page into the folder that was named."""
    if WHOLE:
        path = place_of(Path(WHOLE), visitor.size[0], one.name).with_suffix(".png")
        path.parent.mkdir(parents=True, exist_ok=True)
        height = visitor.page.evaluate("() => document.scrollingElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": visitor.size[0], "height": min(height, 3000)}
        visitor.page.screenshot(path=path, full_page=True, clip=clip, timeout=60_000)
    if TAKING:
        path = place_of(PICTURES, visitor.size[0], one.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(small(visitor.page.screenshot()))
        assert path.stat().st_size <= MOST_BYTES


def small_targets(visitor: Visitor) -> list[str]:
    """What acts and is lower than a finger needs: buttons, boxes, choices of tabs and menus (links in text are text)."""
    found: list[str] = visitor.page.evaluate(
        """(lowest) => [...document.querySelectorAll(
            'button, .btn, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), select, textarea, '
            + '.fg-tabs a, .fg-bottom a, .fg-pager a, .fg-chip')]
          .filter((one) => one.offsetParent !== null && !one.closest('.maplibregl-map, fugong-map canvas'))
          .map((one) => [one, one.getBoundingClientRect()])
          .filter(([one, box]) => box.width > 2 && box.height > 2 && box.height < lowest && box.right > 0)
          .map(([one, box]) => `${one.tagName}.${one.className} ${Math.round(box.height)} px `
            + (one.textContent || one.name || '').trim().slice(0, 20))""",
        LOWEST_TARGET,
    )
    return found


def at_three_sizes(visitor: Visitor, one: Picture) -> None:
    """The page at hand, looked at on screens of the three sizes."""
    for size in LOOKS:
        visitor.screen(size)
        look(visitor, one)
    visitor.screen(DESK)


def goes_to(visitor: Visitor, one: Picture) -> None:
    """Open the page of the picture and follow its links."""
    visitor.opens(one.address)
    for link in one.links:
        address = visitor.page.locator(link).first.get_attribute("href")
        assert address, f"{visitor.path()} has no link to {one.name}"
        visitor.opens(urljoin(visitor.page.url, address))


@pytest.mark.parametrize("role", sorted({one.role for one in ALBUM} - {""}))
def test_pages(enter: Callable[..., Visitor], role: str) -> None:
    """All pages of a role that an address leads to; for pictures the wide screens are no phones with a larger window."""
    phone, desk = enter(role, PHONE), enter(role) if TAKING or WHOLE else None
    for one in ALBUM:
        if one.role == role and one.address:
            phone.screen(PHONE)
            goes_to(phone, one)
            look(phone, one)
            if desk:
                goes_to(desk, one)
            for size in LOOKS[1:]:
                (desk or phone).screen(size)
                look(desk or phone, one)


def test_pages_of_everybody(site: Site, browser: Browser) -> None:
    """What one sees before signing in."""
    for one in (one for one in ALBUM if not one.role and one.address):
        visitor = new_visitor(browser, site.base, "", DESK)
        visitor.opens(one.address)
        at_three_sizes(visitor, one)
        visitor.context.close()
        assert not visitor.problems


def test_plan_board(enter: Callable[..., Visitor]) -> None:
    """Tomorrow's plan of the whole town for the docs (half a minute of planning), else today's."""
    commander = enter("commander")
    page = commander.opens("/visits/plan/")
    if TAKING:
        page.locator("form.fg-stack[action$='/plan/'] button").click()
        page.wait_for_url(re.compile(r"/visits/plan/\d+/$"), timeout=180_000)
    else:
        with page.expect_navigation():
            page.locator("main .fg-day-today a[href^='/visits/plan/']").first.click()
    address = page.url
    for name, tail in (("plan-day", ""), ("plan-stops", "?tab=stops"), ("plan-print", "print/")):
        commander.opens(address + tail)
        at_three_sizes(commander, OF[name])


def test_brief(enter: Callable[..., Visitor]) -> None:
    """The page of a brief just issued."""
    clerk = enter("clerk")
    page = clerk.opens("/insight/briefs/new/")
    with page.expect_navigation():
        page.locator("main form .btn-primary").click()
    at_three_sizes(clerk, OF["brief"])


def test_plain_visit(enter: Callable[..., Visitor]) -> None:
    """The simple form of a visit, scrolled to its articles."""
    instructor = enter("instructor", PHONE)
    address = instructor.page.locator("main a.btn-primary[href*='/visits/at/']").get_attribute("href")
    page = instructor.opens(f"{address}?plain=1")
    article = page.locator("[data-article]").first
    article.locator(".fg-answers > label").nth(1).tap()
    article.scroll_into_view_if_needed()
    at_three_sizes(instructor, OF["visit-plain"])


def test_call(enter: Callable[..., Visitor]) -> None:
    """The next number of a phone round, as its caller has it."""
    liaison = enter("liaison", PHONE)
    liaison.opens("/visits/calls/")
    press(liaison.page, "main form[action$='/next/'] button")
    at_three_sizes(liaison, OF["call"])


def test_letter(enter: Callable[..., Visitor]) -> None:
    """A letter of advice is written and signed; what the enterprise opens over its link, and over its contact card's."""
    instructor, stranger = enter("instructor", PHONE), enter("", PHONE)
    page = instructor.opens("/visits/my-day/")
    records = page.locator("main a.fg-item[href^='/visits/']:not([href*='/at/'])").evaluate_all(HREFS)
    for record in records:
        if instructor.opens(record).locator("main a[href$='/letter/']").count():
            break
    press(page, "main a[href$='/letter/']")
    at_three_sizes(instructor, OF["compose-letter"])
    instructor.screen(PHONE)
    press(page, ".fg-sticky .btn-primary")
    at_three_sizes(instructor, OF["letter"])
    stranger.opens(page.locator(".fg-address").inner_text().strip())
    at_three_sizes(stranger, OF["opened-letter"])
    instructor.opens(VISITED.format(firm=firm_of(instructor, record)))
    if not page.locator(".fg-address").count():
        press(page, "form[action$='/card/open/'] button")
    stranger.opens(page.locator(".fg-address").inner_text().strip())
    at_three_sizes(stranger, OF["opened-card"])


def firm_of(visitor: Visitor, record: str) -> str:
    """The number of the enterprise that a visit was made to, from the address of its register."""
    address = visitor.opens(record).locator("a[href$='/register/']").get_attribute("href") or ""
    return re.findall(r"\d+", address)[0]


def test_links_of_everybody(enter: Callable[..., Visitor]) -> None:
    """What somebody without an account opens: the form behind a code, one's request, one's shifts."""
    commander, stranger = enter("commander"), enter("", PHONE)
    page = commander.opens("/issues/intake/")
    stranger.opens(page.locator("main tbody a[href*='/issues/ask/']").first.get_attribute("href") or "")
    press(stranger.page, "main a[href^='?kind=']")
    at_three_sizes(stranger, OF["ask"])
    contact = enter("enterprise_contact", PHONE)
    press(contact.page, "main section:has(a[href$='/ask/']) li a[href*='/issues/']")
    stranger.screen(PHONE)
    stranger.opens(contact.page.locator("main a[href*='/issues/status/']").get_attribute("href") or "")
    at_three_sizes(stranger, OF["status"])
    commander.opens("/volunteers/")
    press(page, "main tbody a")
    stranger.opens(page.locator("main input[readonly]").input_value())
    at_three_sizes(stranger, OF["my-shifts"])


def test_import_steps(enter: Callable[..., Visitor], tmp_path: Path) -> None:
    """The wizard with the demo's own messy ledger, up to the check; nothing is written."""
    clerk = enter("clerk")
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(clerk.context.request.get("/demo/ledger.xlsx").body())
    page = clerk.opens("/enterprises/import/")
    page.set_input_files("#id_file", path)
    for name, button in (
        ("import-columns", "form[enctype] button[type=submit]"),
        ("import-check", "main form .btn-primary"),
    ):
        with page.expect_navigation(timeout=60_000):
            page.locator(button).first.click()
        at_three_sizes(clerk, OF[name])


def test_gallery() -> None:
    """The gallery page shows the album; with pictures it is written again."""
    if TAKING:
        GALLERY.write_text(gallery(), encoding="utf-8")
    assert GALLERY.read_text(encoding="utf-8") == gallery(), "run make pictures"
