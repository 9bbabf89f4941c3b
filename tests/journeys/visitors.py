"""A person in a browser: one of the demo's people, on a screen of one size, and everything the page complained about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

PHONE, DESK, WALL = (390, 844), (1440, 900), (1920, 1080)
LOCAL = ("data:", "blob:", "about:")
# The page says itself what its policy forbade; the console alone would leave out what a script swallowed.
TELL_VIOLATIONS = (
    "document.addEventListener('securitypolicyviolation', (e) =>"
    " console.error(`CSP ${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile ?? ''}`));"
)


@dataclass
class Visitor:
    """A signed-in person: `page` to act with, `problems` with what no page may have (console errors, CSP, strangers)."""

    base: str
    role: str
    size: tuple[int, int]
    context: BrowserContext
    page: Page = field(init=False)
    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(TELL_VIOLATIONS)
        self.context.on("request", self._asked)
        self.context.on("response", self._answered)
        self.context.on("console", self._said)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self._note(f"script: {error}"))

    # What may not be on any page

    def _note(self, problem: str) -> None:
        self.problems.append(f"{self.role} {self.size[0]} {urlsplit(self.page.url).path}: {problem}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.base, *LOCAL)):
            self._note(f"asked a stranger: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not self._is_expected(str(response.status)):
            self._note(f"{response.status} from {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self._is_expected(message.text):
            self._note(f"console: {message.text}")

    def _is_expected(self, text: str) -> bool:
        return any(re.search(pattern, text) for pattern in self.expected)

    # What a person does

    def opens(self, path: str) -> Page:
        """Go to an address of the site; anything but a page that arrives is an error here."""
        answer = self.page.goto(self.base + path if path.startswith("/") else path)
        assert answer is not None and answer.ok, f"{self.role}: {path} answered {answer and answer.status}"
        return self.page

    def settle(self) -> None:
        """Wait until maps are drawn and nothing is being fetched."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('fugong-map')].every("
            "(one) => one.hasAttribute('data-ready') || one.offsetParent === null)"
        )

    def screen(self, size: tuple[int, int]) -> None:
        """Look at the same page on a screen of another size."""
        self.size = size
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def overflow(self) -> int:
        """How many pixels the page is wider than the screen."""
        wide: int = self.page.evaluate("() => document.scrollingElement.scrollWidth")
        return wide - self.size[0]

    def path(self) -> str:
        return urlsplit(self.page.url).path

    def navigation(self) -> list[str]:
        """The addresses of the main menu."""
        found = self.page.locator(".fg-side nav a, .fg-bottom a, .fg-phone-nav a").evaluate_all(
            "(links) => links.map((link) => link.getAttribute('href'))"
        )
        return sorted(set(found))

    def download(self, click: Any, folder: Path) -> Path:
        """Press something that gives a file; the file."""
        with self.page.expect_download() as waiting:
            click()
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path


def new_visitor(browser: Browser, base: str, role: str, size: tuple[int, int]) -> Visitor:
    """A browser of its own on a screen of this size; below 500 px it is a phone with touch."""
    phone = size[0] < 500
    context = browser.new_context(
        base_url=base,
        viewport={"width": size[0], "height": size[1]},
        is_mobile=phone,
        has_touch=phone,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        accept_downloads=True,
        reduced_motion="reduce",
    )
    return Visitor(base, role, size, context)


def sign_in(visitor: Visitor, person: int = 0) -> Visitor:
    """Sign in through the demo's own page, as the first person of the role or as the one of this number."""
    page = visitor.opens("/demo/")
    if person:
        become(page, person)
    else:
        page.locator(f"[data-login={visitor.role}]").click()
    page.wait_for_url(lambda url: "/demo/" not in url)
    return visitor


def become(page: Page, person: int) -> None:
    """Another person than the demo's page offers: its first form, with another number."""
    page.evaluate(
        "(person) => { const form = document.querySelector('[data-login]').closest('form');"
        " form.action = form.action.replace(/\\d+\\/?$/, `${person}/`); form.submit(); }",
        person,
    )


def press(page: Page, selector: str) -> None:
    """Press a button that leads to another page, and wait for it."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def follow_procedure(page: Page, way: str = "visit") -> None:
    """Tick the required steps of the pack's procedure, and name who was met."""
    for required in page.locator(f"[data-way={way}] .fg-step[data-required]").all():
        required.locator("input[type=checkbox]").check()
        for name in required.locator("input[type=text]").all():
            name.fill("张厂长")
