"""The loop of one town, walked by the people who walk it: from a village's messy list to the figure on the board.

The steps build on each other in one town; a step whose predecessor failed is skipped with that reason. Visit and fix
come first: while the ledger is brought in, the worker finds that a look-back is owed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys import workbooks
from tests.journeys.reading import Shown, board, get, numbers, total_of
from tests.journeys.visitors import PHONE, Visitor, follow_procedure, press

pytestmark = pytest.mark.journey

Enter = Callable[..., Visitor]
OWED_WITHIN = 150  # seconds: the worker looks every two minutes which look-backs are owed
FOUND = "新返岗人员漫游地未查询或无记录"


@dataclass
class Story:
    """What the steps hand on to each other."""

    created: int = 0
    before: dict[str, Shown] = field(default_factory=dict)
    issues_before: int = 0
    enterprise: str = ""  # path of the visited enterprise's visit page
    issue: str = ""  # path of the issue
    firm: str = ""  # path of the dossier of the firm on the risk list


@pytest.fixture(scope="module")
def story() -> Story:
    return Story()


def listed_figure(visitor: Visitor) -> Shown:
    """The figure whose N is all enterprises on a risk list."""
    return next(one for name, one in board(visitor).items() if "清单" in name)


def row_count(visitor: Visitor, url: str) -> int:
    return total_of(get(visitor.context.request, url))


# 1 The visit, on a phone


def test_visit(enter: Enter, story: Story, step: Callable[[str], None], tmp_path: Path) -> None:
    """The instructor makes the next stop of the day with the plain form; one article is not met, with a photo."""
    story.issues_before = board(enter("commander"))["未销号问题"].n
    instructor = enter("instructor", PHONE)
    page = instructor.page
    done = numbers(page.locator("main .card").first.inner_text())[0]
    press(page, "a.btn-primary[href*='/visits/at/']")
    story.enterprise = instructor.path()
    instructor.opens(story.enterprise + "?plain=1")
    articles = page.locator("[data-article]")
    for place in range(articles.count()):
        articles.nth(place).locator(".fg-answers > label").nth(1 if place == 0 else 0).tap()
    photo = tmp_path / "finding.png"
    Image.new("RGB", (640, 480), (180, 60, 40)).save(photo)
    first = articles.first
    first.locator("input[type=text]").fill("缺一名新员工的查询记录")
    first.locator("input[type=file]").set_input_files(photo)
    for answer in page.locator("fieldset.fg-ask:not([data-article])").all():
        answer.locator(".fg-answers > label").first.tap()
    follow_procedure(page)
    press(page, ".fg-sticky .btn-primary")
    expect(page.locator("h1")).to_contain_text("走访已")
    link = page.locator("a.fg-item[href^='/issues/']").first
    expect(link).to_contain_text(FOUND)
    story.issue = link.get_attribute("href") or ""
    assert instructor.overflow() <= 0
    record = page.locator("a.btn-wide[href^='/visits/']").get_attribute("href") or ""
    instructor.opens(record)
    shown = page.locator("img[src*='/photos/']").first
    expect(shown).to_be_visible()
    shown.scroll_into_view_if_needed()
    arrived = "() => document.querySelector(\"img[src*='/photos/']\").naturalWidth > 0"
    page.wait_for_function(arrived)
    instructor.opens("/my-day/")
    assert numbers(page.locator("main .card").first.inner_text())[0] == done + 1
    now = board(enter("commander"))
    assert now["未销号问题"].n == story.issues_before + 1
    assert row_count(enter("commander"), now["未销号问题"].url) == now["未销号问题"].n


def test_visit_with_the_full_form(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """The next stop with the form engine: the checklist is drawn in the page and asks its questions."""
    step("visit")
    instructor = enter("instructor", PHONE)
    page = instructor.page
    press(page, "a.btn-primary[href*='/visits/at/']")
    expect(page.locator("#form[data-ready]")).to_be_visible(timeout=30_000)
    expect(page.locator("#problem")).to_be_hidden()
    expect(page.locator("#form")).to_contain_text("漫游地")
    assert page.locator("#form input[type=radio]").count() >= 20
    assert instructor.overflow() <= 0


# 2 From finding to fix


def test_fix(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """The grid lead assesses and assigns; the department accepts and solves; its officer cannot verify the own fix."""
    step("visit")
    officer, lead = enter("department_officer"), enter("grid_lead")
    waiting = row_count(officer, "/issues/mine/")
    page = lead.opens(story.issue)
    page.locator("form[action$='/assess/'] [name=level]").select_option("department")
    press(page, "form[action$='/assess/'] button")
    page.locator("form[action$='/assign/'] [name=department]").select_option("health")
    press(page, "form[action$='/assign/'] button")
    assert row_count(officer, "/issues/mine/") == waiting + 1, "it waits for the department"
    page = officer.opens(story.issue)
    press(page, "form[action$='/accept/'] button")
    page.locator("form[action$='/solve/'] textarea").fill("已补查并补录台账，留存截图")
    press(page, "form[action$='/solve/'] button")
    expect(page.locator("main")).to_contain_text("已补查并补录台账")
    assert page.locator("form[action$='/verify/']").count() == 0, "nobody verifies their own fix"


# 3 The ledger


def test_import(enter: Enter, story: Story, step: Callable[[str], None], tmp_path: Path) -> None:
    """The clerk sends a village's list as it is; nothing is written before the check; the faulty rows come back."""
    clerk = enter("clerk")
    story.before = board(clerk)
    path = tmp_path / "稻浦产业园.xlsx"
    workbooks.make_ledger(path)
    page = clerk.opens("/enterprises/import/")
    page.set_input_files("#id_file", path)
    press(page, "form[enctype] button[type=submit]")
    expect(page.locator("main")).to_contain_text("企业名称")
    assert page.locator("select[name^=column-]").count() == 10
    chosen = page.locator("select[name^=column-]").evaluate_all(
        "(all) => all.filter((one) => one.value).length"
    )
    assert chosen >= 8, "the columns of the sheet were recognised"
    press(page, "main form .btn-primary")
    assert row_count(clerk, "/enterprises/") == story.before["复工率"].of, (
        "nothing is written before the check"
    )
    good = workbooks.ROWS - workbooks.FAULTY
    expect(page.locator("main")).to_contain_text("没有这个村")
    press(page, "form[action$='/start/'] .btn-primary")
    expect(page.locator("main a[href*=faulty]")).to_be_visible(timeout=30_000)
    expect(page.locator("#import-progress")).to_have_count(0, timeout=30_000)
    faulty = clerk.download(page.locator("main a[href*=faulty]").first.click, tmp_path)
    cells = [
        str(cell.value) for row in load_workbook(faulty).active.iter_rows() for cell in row if cell.value
    ]
    assert sum("没有这个村" == text for text in cells) == workbooks.FAULTY
    assert any(workbooks.name_of(workbooks.ROWS) in text for text in cells), (
        "the faulty rows are returned whole"
    )
    story.created = row_count(clerk, "/enterprises/") - (story.before["复工率"].of or 0)
    assert story.created == good
    after = board(clerk)
    assert after["复工率"].of == (story.before["复工率"].of or 0) + good, "the board counts the new firms"


# 4 The map


def test_place(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """One enterprise is placed by a suggestion, one by a click on the map; the queue gets shorter by two."""
    step("import")
    clerk = enter("clerk")
    page = clerk.opens("/enterprises/place/")
    placed = placed_of(page)
    page.locator("[data-suggestion='1']").click()
    expect(page.locator("#place-card")).not_to_contain_text(f"{placed:,}/")
    assert placed_of(page) == placed + 1
    page = clerk.opens(f"/enterprises/?q=name+%3D+%22{workbooks.name_of(1)}%22")
    dossier = page.locator("main table tbody a").first.get_attribute("href") or ""
    pk = int(re.findall(r"\d+", dossier)[-1])
    page = clerk.opens(f"/enterprises/place/?after={pk - 1}")
    expect(page.locator("#place-card h2")).to_have_text(workbooks.name_of(1))
    clerk.settle()
    box = page.locator("fugong-map").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    expect(page.locator("[data-longitude-field]")).not_to_have_value("")
    page.locator("[data-place-here]").click()
    expect(page.locator("#place-card h2")).not_to_have_text(workbooks.name_of(1))
    assert placed_of(page) == placed + 2
    clerk.opens(dossier)
    expect(page.locator("fugong-map")).to_have_count(1)


def placed_of(page: Page) -> int:
    return numbers(page.locator("#place-card .card").first.inner_text())[0]


# 5 Who answers for whom


def test_assign(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """New key firms have no liaison officer: the figure says so; proposed, confirmed by a person, it is whole again."""
    step("import")
    commander = enter("commander")
    lacking = board(commander)["联络员挂钩率"]
    assert lacking.of is not None and lacking.of - lacking.n == workbooks.KEY
    page = commander.opens("/teams/proposals/?kind=liaison")
    press(page, "form[action$='/propose/'] button")
    for place in range(1, workbooks.KEY + 1):
        expect(page.locator("#proposals")).to_contain_text(workbooks.name_of(place))
    assert board(commander)["联络员挂钩率"].n == lacking.n, "a proposal is not a charge"
    page = commander.opens("/teams/proposals/?kind=liaison")
    press(page, "[formaction$='/confirm/'][name=all]")
    after = board(commander)["联络员挂钩率"]
    assert (after.n, after.of) == (lacking.of, lacking.of)


# 6 Tomorrow


def test_plan(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """The grid lead has tomorrow planned, reads why each stop is on it, and accepts."""
    step("import")
    lead = enter("grid_lead")
    page = lead.opens("/visits/plan/")
    form = page.locator("form.fg-stack[action$='/plan/']")
    form.locator("[name=seconds]").select_option("5")
    form.locator("button").click()
    page.wait_for_url(re.compile(r"/visits/plan/\d+/$"), timeout=60_000)
    press(page, "form[action$='/accept/'] button")
    expect(page.locator("form[action$='/accept/']")).to_have_count(0)
    accepted = page.locator(".fg-head .fg-pill").first
    expect(accepted).to_have_class(re.compile("fg-green"))
    lead.opens(page.url + "?tab=stops")
    assert page.locator("ul.fg-why li").count() > 0, "every stop has its reasons"


# 7 Risk lists


def test_risk_list(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """A firm is listed by hand with a reason and leaves with what was seen; the figure follows both times."""
    step("import")
    clerk = enter("clerk")
    before = listed_figure(clerk)
    page = clerk.opens(f"/enterprises/?q=name+%3D+%22{workbooks.name_of(2)}%22")
    story.firm = page.locator("main table tbody a").first.get_attribute("href") or ""
    clerk.opens(story.firm)
    box = page.locator("[id^=listings-]")
    listed = box.locator(".fg-row-apart").count()
    box.locator("details summary").first.click()
    box.locator("select[name=risk_list]").select_option(index=1)
    name = box.locator("select[name=risk_list] option:checked").inner_text()
    box.locator("[name=reason]").fill("群众反映有人发热，待核实")
    box.locator("form .btn-primary").click()
    expect(page.locator("[id^=listings-] .fg-row-apart")).to_have_count(listed + 1)
    expect(page.locator("[id^=listings-]")).to_contain_text(name)
    after = listed_figure(clerk)
    assert (after.of or 0) - (before.of or 0) == (0 if listed else 1)
    lists = clerk.opens("/enterprises/risk-lists/").locator("main tbody tr").filter(has_text=name)
    on_it = numbers(lists.locator("td").nth(1).inner_text())[0]
    rows = lists.locator("td").nth(0).locator("a").first.get_attribute("href") or ""
    assert row_count(clerk, rows) == on_it
    clerk.opens(story.firm)
    page.locator("[id^=listings-] .fg-row-apart").filter(has_text=name).locator("a, button").last.click()
    page.locator("#dialog [name=reason]").fill("现场核实体温正常，记录已拍照")
    page.locator("#dialog .btn-primary").click()
    expect(page.locator("[id^=listings-] .fg-row-apart")).to_have_count(listed)
    assert listed_figure(clerk).of == before.of
    assert row_count(clerk, rows) == on_it - 1


# 8 Looking back


def test_look_back(enter: Enter, story: Story, step: Callable[[str], None]) -> None:
    """The instructor looks again on the spot; the issue is closed, and the board's figure is back."""
    step("fix")
    instructor = enter("instructor", PHONE)
    page = instructor.opens(story.enterprise + "?plain=1")
    asked = page.locator("fieldset.fg-ask:not([data-article])").filter(has_text=FOUND)
    until = time.monotonic() + OWED_WITHIN
    while not asked.count() and time.monotonic() < until:
        page.wait_for_timeout(3000)
        page.reload()
    expect(asked).to_have_count(1)
    asked.locator("input[value=fixed] + label").tap()
    for answer in page.locator("[data-article]").all():
        answer.locator(".fg-answers > label").first.tap()
    follow_procedure(page)
    press(page, ".fg-sticky .btn-primary")
    commander = enter("commander")
    now = board(commander)
    assert now["未销号问题"].n == story.issues_before
    assert row_count(commander, now["未销号问题"].url) == now["未销号问题"].n
    page = commander.opens(story.issue)
    expect(page.locator("main")).to_contain_text("已销号")


# 9 The brief


def test_brief(enter: Enter, story: Story, step: Callable[[str], None], tmp_path: Path) -> None:
    """The brief of the day is issued, and its Word document says what the board says."""
    step("import")
    clerk = enter("clerk")
    shown = board(clerk)
    page = clerk.opens("/insight/briefs/new/")
    press(page, "main form .btn-primary")
    path = clerk.download(page.locator("a[href$='/file/']").first.click, tmp_path)
    document = Document(str(path))
    said = "\n".join(one.text for one in document.paragraphs)
    said += "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    said = said.replace(",", "")
    for name in ("复工率", "走访覆盖率", "排查覆盖率", "未销号问题", "联络员挂钩率"):
        one = shown[name]
        assert name in said, f"the brief leaves out {name}"
        assert str(one.n) in said and str(one.of or one.n) in said, f"the brief says something else of {name}"
