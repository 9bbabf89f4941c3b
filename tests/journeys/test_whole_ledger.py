"""The town's whole messy ledger, as the demo offers it for trying the import by hand, and back again."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.reading import get, total_of
from tests.journeys.visitors import Visitor

pytestmark = pytest.mark.journey

MOST_SECONDS = 90  # from the file to the result, on a busy machine; alone it takes about ten


def test_whole_ledger(enter: Callable[..., Visitor], tmp_path: Path) -> None:
    """5,600 rows: read, checked, taken in (all known already), and undone as a whole."""
    clerk = enter("clerk")
    request = clerk.context.request
    before = total_of(get(request, "/enterprises/"))
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(request.get("/demo/ledger.xlsx").body())
    page = clerk.opens("/enterprises/import/")
    begun = time.monotonic()
    page.set_input_files("#id_file", path)
    for button in ("form[enctype] button[type=submit]", "main form .btn-primary"):
        with page.expect_navigation(timeout=60_000):
            page.locator(button).first.click()
    with page.expect_navigation(timeout=60_000):
        page.locator("form[action$='/start/'] .btn-primary").first.click()
    expect(page.locator("#import-progress")).to_have_count(0, timeout=90_000)
    took = time.monotonic() - begun
    print(f"\nwhole ledger: {took:.1f} s from the file to the result")
    assert took < MOST_SECONDS
    said = page.locator("main").inner_text()
    assert "已导入" in page.locator("main h2").first.inner_text(), said[:600]
    after = total_of(get(request, "/enterprises/"))
    assert after - before < 0.1 * before, "firms that are known are found again, not entered twice"
    with page.expect_navigation(timeout=60_000):
        page.on("dialog", lambda dialog: dialog.accept())
        page.locator("form[action*='undo'] button").first.click()
    assert total_of(get(request, "/enterprises/")) == before
