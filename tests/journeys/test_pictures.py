"""Pictures of the pages at the three sizes; into docs/images with FUGONG_PICTURES=1, else only made and checked.

The pages are settled, free of complaints and no wider than the screen.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.journeys.conftest import ROOT
from tests.journeys.visitors import DESK, PHONE, WALL, Visitor

pytestmark = pytest.mark.journey

MOST_BYTES = 150_000
# (name of the picture, role, screen, address; "" is the role's first page, "link <selector>" follows a link of it)
PAGES = [
    ("board", "commander", DESK, "/board/"),
    ("board-phone", "commander", PHONE, "/board/"),
    ("wall", "commander", WALL, "/board/?wall=1"),
    ("completeness", "clerk", DESK, "/completeness/"),
    ("ledger", "clerk", DESK, "/enterprises/"),
    ("import", "clerk", DESK, "/enterprises/import/"),
    ("place", "clerk", DESK, "/enterprises/place/"),
    ("duplicates", "clerk", DESK, "/enterprises/duplicates/"),
    ("risk-lists", "clerk", DESK, "/enterprises/risk-lists/"),
    ("indicators", "clerk", DESK, "/insight/indicators/"),
    ("indicator", "clerk", DESK, "/insight/indicators/resumption/"),
    ("briefs", "clerk", DESK, "/insight/briefs/"),
    ("reports", "clerk", DESK, "/resumption/"),
    ("structure", "commander", DESK, "/teams/structure/"),
    ("grid-teams", "commander", DESK, "/teams/grid-teams/"),
    ("charges", "commander", DESK, "/teams/charges/"),
    ("proposals", "commander", DESK, "/teams/proposals/"),
    ("campaign", "commander", DESK, "/campaigns/"),
    ("coverage", "commander", DESK, "/visits/coverage/"),
    ("coverage-wide", "commander", WALL, "/visits/coverage/"),
    ("log", "commander", DESK, "/visits/log/"),
    ("plan", "commander", DESK, "/visits/plan/"),
    ("my-villages", "grid_lead", DESK, ""),
    ("issues", "grid_lead", DESK, "/issues/"),
    ("my-issues", "department_officer", DESK, "/issues/mine/"),
    ("postings", "administrator", DESK, "/access/postings/"),
    ("areas", "administrator", DESK, "/territory/areas/"),
    ("reveals", "privacy_officer", DESK, "/access/reveals/"),
    ("my-day", "instructor", PHONE, ""),
    ("my-enterprises", "liaison", PHONE, ""),
    ("my-enterprise", "enterprise_contact", PHONE, ""),
    ("logins", "", PHONE, "/demo/"),
]
# (name, role, screen, page with the link, the link)
BEHIND = [
    ("issue", "grid_lead", DESK, "/my-grid/", "main a[href^='/issues/']"),
    ("dossier", "grid_lead", DESK, "/my-grid/", "main a[href^='/desk/dossier/'], main a[href^='/dossier/']"),
    ("visit", "instructor", PHONE, "/my-day/", "main a.btn-primary[href^='/visits/at/']"),
    ("report", "liaison", PHONE, "/my-enterprises/", "main a[href*='/report/']"),
]
# Kept in the repository; the rest is made in a scratch folder only.
KEPT = {
    *(
        "board",
        "board-phone",
        "wall",
        "completeness",
        "ledger",
        "import-check",
        "place",
        "risk-lists",
        "indicator",
    ),
    *("structure", "grid-teams", "coverage", "log", "plan-day", "plan-stops", "issue", "dossier", "brief"),
    *("my-day", "visit-plain", "my-enterprises", "my-enterprise"),
}


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Where a picture goes."""
    scratch = Path(os.environ.get("FUGONG_PICTURES_ALL") or tmp_path_factory.mktemp("pictures"))
    scratch.mkdir(parents=True, exist_ok=True)
    keep = os.environ.get("FUGONG_PICTURES") == "1"
    images = ROOT / "docs" / "images"
    if keep:
        images.mkdir(parents=True, exist_ok=True)
    return lambda name: (images if keep and name in KEPT else scratch) / f"{name}.png"


def small(content: bytes) -> bytes:
    """The same picture in as many colours as fit into the limit."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    packed = io.BytesIO()
    for colours in (256, 128, 64, 32):
        packed = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        if packed.tell() <= MOST_BYTES:
            break
    return packed.getvalue()


def take(visitor: Visitor, path: Path) -> None:
    visitor.settle()
    assert visitor.page.locator("h1").first.inner_text().strip() or visitor.size == WALL
    assert visitor.overflow() <= 0, (
        f"{visitor.path()} is {visitor.overflow()} px too wide at {visitor.size[0]} px"
    )
    path.write_bytes(small(visitor.page.screenshot()))
    assert path.stat().st_size <= MOST_BYTES


@pytest.mark.parametrize("role", sorted({row[1] for row in [*PAGES, *BEHIND]} - {""}))
def test_pages(enter: Callable[..., Visitor], album: Callable[[str], Path], role: str) -> None:
    """All pages of a role; one sign-in for each size."""
    people: dict[tuple[int, int], Visitor] = {}
    for name, who, size, address, *link in [*PAGES, *BEHIND]:
        if who != role:
            continue
        visitor = people[size] if size in people else people.setdefault(size, enter(role, size))
        if address:
            visitor.opens(address)
        if link:
            with visitor.page.expect_navigation():
                visitor.page.locator(link[0]).first.click()
            assert re.search(r"\d", visitor.path()), f"{address} has no link to {name}"
        take(visitor, album(name))


def test_plan_board(enter: Callable[..., Visitor], album: Callable[[str], Path]) -> None:
    """Tomorrow's plan of the whole town for the docs (half a minute of planning), else today's."""
    commander = enter("commander")
    page = commander.opens("/visits/plan/")
    if os.environ.get("FUGONG_PICTURES") == "1":
        page.locator("form.fg-stack[action$='/plan/'] button").click()
        page.wait_for_url(re.compile(r"/visits/plan/\d+/$"), timeout=120_000)
    else:
        with page.expect_navigation():
            page.locator("main .fg-day-today a[href^='/visits/plan/']").first.click()
    take(commander, album("plan-day"))
    commander.opens(page.url + "?tab=stops")
    take(commander, album("plan-stops"))


def test_brief(enter: Callable[..., Visitor], album: Callable[[str], Path]) -> None:
    """The page of a brief just issued."""
    clerk = enter("clerk")
    page = clerk.opens("/insight/briefs/new/")
    with page.expect_navigation():
        page.locator("main form .btn-primary").click()
    take(clerk, album("brief"))


def test_plain_visit(enter: Callable[..., Visitor], album: Callable[[str], Path]) -> None:
    """The simple form of a visit, scrolled to its articles."""
    instructor = enter("instructor", PHONE)
    address = instructor.page.locator("main a.btn-primary[href^='/visits/at/']").get_attribute("href")
    page = instructor.opens(f"{address}?plain=1")
    article = page.locator("[data-article]").first
    article.locator(".fg-answers > label").nth(1).tap()
    article.scroll_into_view_if_needed()
    take(instructor, album("visit-plain"))


def test_import_steps(enter: Callable[..., Visitor], album: Callable[[str], Path], tmp_path: Path) -> None:
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
        take(clerk, album(name))
