"""Every role signs in, begins where it should, and every entry of its menu opens, on the phone and on the desk.

A page that the album looks at, or that a role before has looked at, is only asked for: its looks are known by then.
At night every role looks at every page.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils.html import strip_tags

from tests.gates.amount import IS_NIGHT
from tests.journeys.album import ALBUM
from tests.journeys.reading import get
from tests.journeys.visitors import DESK, PHONE, Visitor

pytestmark = pytest.mark.journey

FIRST_PAGES = {
    "commander": "/board/",
    "clerk": "/completeness/",
    "grid_lead": "/my-grid/",
    "instructor": "/my-day/",
    "service_officer": "/my-day/",
    "inspector": "/my-day/",
    "liaison": "/my-enterprises/",
    "department_officer": "/issues/mine/",
    "enterprise_contact": "/my-enterprise/",
    "administrator": "/access/postings/",
    "privacy_officer": "/access/reveals/",
}


LOOKED_AT = {one.address for one in ALBUM if one.role and not one.links}


@pytest.mark.parametrize("role", FIRST_PAGES)
def test_first_page_and_menu(enter: Callable[..., Visitor], role: str) -> None:
    """Each page is loaded on the phone, then the same page is looked at on the desk."""
    visitor = enter(role, PHONE)
    assert visitor.path() == FIRST_PAGES[role]
    wide: list[str] = []
    seen, menu = {visitor.path()}, set(visitor.navigation())
    wide += too_wide(visitor)
    assert menu, "a role without a menu cannot work"
    while menu - seen:
        path = min(menu - seen)
        seen.add(path)
        if path in LOOKED_AT and not IS_NIGHT:
            assert_answers(visitor, path)
            continue
        visitor.screen(PHONE)
        visitor.opens(path)
        assert visitor.page.locator("h1").count() == 1, f"{path} has no single heading"
        assert visitor.page.locator("h1").inner_text().strip(), f"{path} does not say what it is"
        wide += too_wide(visitor)
        menu |= set(visitor.navigation())
        LOOKED_AT.add(path)
    assert not wide, f"{role} must scroll sideways:\n" + "\n".join(wide)


def assert_answers(visitor: Visitor, path: str) -> None:
    """The page arrives for this role too, with its heading."""
    headings = re.findall(r"<h1[ >].*?</h1>", get(visitor.context.request, path), re.DOTALL)
    assert len(headings) == 1, f"{path} has no single heading"
    assert strip_tags(headings[0]).strip(), f"{path} does not say what it is"


def too_wide(visitor: Visitor) -> list[str]:
    """The sizes at which the present page is wider than the screen."""
    found = []
    for size in (PHONE, DESK):
        visitor.screen(size)
        if visitor.overflow() > 0:
            found.append(f"{visitor.path()} at {size[0]} px by {visitor.overflow()} px")
    return found
