"""Every figure equals the list it opens, and the list equals the file one takes out of it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.journeys.reading import Shown, board, exported, get, numbers, total_of
from tests.journeys.visitors import Visitor

pytestmark = pytest.mark.journey

# Figures that add up a value of their rows; they are recounted from the daily reports of the day.
SUMS = {"到岗率", "产能恢复率"}


def test_board_opens_its_rows(enter: Callable[..., Visitor]) -> None:
    """The clerk walks every figure of the board: the number, the list's total and the rows of its CSV are the same."""
    clerk = enter("clerk")
    shown = board(clerk)
    assert len(shown) >= 8, "the demo's board has figures"
    assert SUMS <= set(shown)
    for one in shown.values():
        if one.name not in SUMS:
            said, counted = _counted(clerk, one)
            assert counted == {"list": said, "export": said}, f"{one.name} opens another number of rows"


def _counted(clerk: Visitor, one: Shown) -> tuple[int, dict[str, int]]:
    """What a figure says, and how many rows its list and its export have.

    The town goes on between page and list (the worker lists risks and owes look-backs): where they differ, the page is
    asked again, twice at the most. A figure that is wrong stays so.
    """
    request, tries = clerk.context.request, 3
    for left in reversed(range(tries)):
        counted = {"list": total_of(get(request, one.url))}
        counted["export"] = len(exported(request, one.url)) if one.n else 0
        if set(counted.values()) == {one.n} or not left:
            break
        one = board(clerk)[one.name]
    return one.n, counted


def test_sums_are_the_days_reports(enter: Callable[..., Visitor]) -> None:
    """People on duty and capacity: added up again from the exported reports of the day."""
    clerk = enter("clerk")
    shown = board(clerk)
    rows = exported(clerk.context.request, "/resumption/?q=" + quote("on = today"), columns=8)
    staff, on_duty, capacity = (_column(rows, words) for words in ("员工", "在岗", "产能"))
    assert shown["到岗率"].n == sum(on_duty)
    assert shown["到岗率"].of == sum(staff)
    equivalents = sum(people * percent / 100 for people, percent in zip(staff, capacity, strict=True))
    assert shown["产能恢复率"].n == pytest.approx(equivalents, abs=1)


def _column(rows: list[dict[str, str]], word: str) -> list[float]:
    """The values of the column whose head has this word."""
    assert rows, "no report of the day was exported"
    head = next(name for name in rows[0] if word in name)
    return [float(row[head] or 0) for row in rows]


def test_every_indicator_opens_n_and_N(enter: Callable[..., Visitor]) -> None:
    """The page of indicators shows n and N as links: each opens as many rows as it says."""
    clerk = enter("clerk")
    page = clerk.opens("/insight/indicators/")
    request = clerk.context.request
    walked = 0
    for line in page.locator("main table tbody tr").all():
        cells = line.locator("td")
        name = cells.nth(0).inner_text().strip()
        if name in SUMS:
            continue
        for place in (3, 4):
            link = cells.nth(place).locator("a")
            if link.count():
                number, url = numbers(link.inner_text())[0], link.get_attribute("href") or ""
                assert total_of(get(request, url)) == number, f"{name}: {link.inner_text()} opens other rows"
                walked += 1
    assert walked >= 20


def test_areas_add_up_to_the_town(enter: Callable[..., Visitor]) -> None:
    """Drilled into area by area, the resumption figure's parts add up to the town's, and each opens its own rows."""
    commander = enter("commander")
    town = board(commander)["复工率"]
    page = commander.opens("/insight/indicators/resumption/")
    parts: list[Shown] = []
    for line in page.locator("main table").first.locator("tbody tr").all():
        links = [link for link in line.locator("a").all() if "q=" in (link.get_attribute("href") or "")]
        assert links, f"{line.inner_text()} opens nothing"
        parts.append(
            Shown(
                line.inner_text(),
                numbers(links[0].inner_text())[0],
                None,
                links[0].get_attribute("href") or "",
            )
        )
    assert len(parts) == 28
    assert sum(part.n for part in parts) == town.n
    for part in parts[:3]:
        assert total_of(get(commander.context.request, part.url)) == part.n
