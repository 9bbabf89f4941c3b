"""The planner's work in the browser: plan, drag, plan again, compare, accept, print; an absence; what if."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.visitors import PHONE, Visitor

pytestmark = pytest.mark.journey

Enter = Callable[..., Visitor]
SEARCHED_WITHIN = 180_000  # milliseconds, on a machine that is busy with other things


@dataclass
class Story:
    """What the steps hand on to each other."""

    plan: str = ""  # path of the plan's board


@pytest.fixture(scope="module")
def story() -> Story:
    return Story()


def searched(page: Page) -> None:
    """Wait until the search has led to its plan."""
    page.wait_for_url(re.compile(r"/visits/plan/\d+/$"), timeout=SEARCHED_WITHIN)


def centre(locator: object) -> tuple[float, float]:
    box = locator.bounding_box()  # type: ignore[attr-defined]
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_plan(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """Tomorrow has no plan; one press makes one, and the board shows a lane for everybody."""
    commander = enter("commander")
    page = commander.opens("/visits/plan/")
    page.locator(".fg-days form button").first.click()
    searched(page)
    story.plan = commander.path()
    commander.settle()
    assert page.locator("#lanes [data-officer]").count() > 20
    assert page.locator("#lanes .fg-stop").count() > 100
    assert commander.overflow() <= 0


def test_drag(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """A visit is carried to another officer; the wish stands on the board at once, and is counted."""
    step("plan")
    commander = enter("commander")
    page = commander.opens(story.plan)
    commander.settle()
    page.evaluate("() => document.querySelector('[data-board]').scrollIntoView()")
    lanes = page.locator("#lanes [data-officer]")
    bar = lanes.nth(3).locator(".fg-stop").nth(1)
    x, y = centre(bar)
    to_x, to_y = centre(lanes.nth(5).locator(".fg-lane-name"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 10, steps=3)
    page.mouse.move(to_x, to_y, steps=6)
    expect(lanes.nth(5)).to_have_class(re.compile("is-target"))
    page.mouse.up()
    expect(lanes.nth(5).locator(".fg-stop-wish")).to_have_count(1)
    expect(page.locator("#wishes .is-waiting")).to_be_visible()
    expect(page.locator("#stop-card [data-stop-card]")).to_be_visible()
    assert commander.path() == story.plan  # nothing was loaded again


def test_wish_on_a_phone(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """Without dragging: the card has the same as a form."""
    step("plan")
    commander = enter("commander", PHONE)
    page = commander.opens(story.plan)
    commander.settle()
    assert commander.overflow() <= 0
    page.locator("#lanes .fg-stop").nth(3).tap()
    card = page.locator("#stop-card [data-stop-card]")
    expect(card).to_be_visible()
    card.locator("summary").first.tap()
    form = card.locator("form[action$='/move/']")
    form.locator("[name=begins]").fill("10:00")
    with page.expect_response(lambda answer: answer.url.endswith("/move/")) as waiting:
        form.locator("button").tap()
    assert waiting.value.ok
    expect(page.locator("#stop-card .fg-note")).to_contain_text("10:00", timeout=15_000)


def test_replan(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """Planning again takes seconds, says why things changed, and the comparison lists each change."""
    step("drag")
    commander = enter("commander")
    page = commander.opens(story.plan)
    page.locator("#wishes form[action$='/replan/'] button").click()
    searched(page)
    assert commander.path() != story.plan
    story.plan = commander.path()
    page.locator("a[href*='/plan/compare/']").first.click()
    commander.settle()
    expect(page.locator(".fg-versus")).to_be_visible()
    assert commander.overflow() <= 0


def test_accept_and_print(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """Accepted, the plan is printed: a page for each officer with a stop."""
    step("replan")
    commander = enter("commander")
    page = commander.opens(story.plan)
    page.locator("form[action$='/accept/'] button").first.click()
    expect(page.locator("h1 .fg-green")).to_be_visible()
    commander.opens(f"{story.plan}print/")
    assert page.locator(".fg-officer-page").count() > 20


def test_absence(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """Who is away is listed with what the plans still send them to."""
    commander = enter("commander")
    page = commander.opens("/visits/plan/absences/")
    page.locator("[name=officer]").select_option(index=2)
    with page.expect_navigation():
        page.locator("form[action$='/absences/'] button").click()
    expect(page.locator("form[action$='/end/'] button")).to_be_visible()
    assert commander.overflow() <= 0


def test_what_if(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """A rehearsal is asked, stopped early, and its curve stands on its page."""
    commander = enter("commander")
    page = commander.opens("/visits/plan/what-if/")
    page.locator(".fg-asks form").first.locator("button").click()
    expect(page.locator("#outlook")).to_be_visible()
    page.wait_for_timeout(6_000)
    stop = page.locator("form[action$='/stop/'] button")
    if stop.count():
        stop.click()
    expect(page.locator("fugong-chart[data-ready]").first).to_be_visible(timeout=SEARCHED_WITHIN)
    expect(page.locator("#outlook")).to_have_count(0)
