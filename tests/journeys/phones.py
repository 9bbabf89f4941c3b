"""A phone that can lose its signal and its battery: a browser with a profile of its own on the disk, killed and opened again."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from tests.journeys.radio import Radio
from tests.journeys.visitors import PHONE


@dataclass
class Phone:
    """One browser on a 390 px screen, with everything it keeps in `folder`, behind a radio network."""

    playwright: Playwright
    radio: Radio
    folder: Path
    start: dict[str, Any]
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)
    problems: list[str] = field(default_factory=list)
    cookies: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder),
            viewport={"width": PHONE[0], "height": PHONE[1]},
            is_mobile=True,
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **self.start,
        )
        self.context.set_default_timeout(15_000)
        # A browser writes its cookies down half a minute later; a phone is not killed so soon after signing in.
        self.context.add_cookies(self.cookies)
        self.page = self.context.pages[0]
        self.page.on("pageerror", lambda error: self.problems.append(f"{self.page.url}: {error}"))

    def kill(self) -> None:
        """As when the battery falls out: the browser's process ends at once, without a chance to save."""
        self.cookies = self.context.cookies()
        os.kill(self._process(), signal.SIGKILL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self._process():
            time.sleep(0.05)
        (self.folder / "SingletonLock").unlink(missing_ok=True)

    def _process(self) -> int:
        """The browser's first process, by the profile it was started with; 0 when it is gone."""
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().split(b"\0")
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            own = f"--user-data-dir={self.folder}".encode() in command
            if own and state != "Z" and not any(word.startswith(b"--type=") for word in command):
                return int(entry.name)
        return 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.radio.port}"

    def signal(self, there: bool) -> None:
        """Gone or back: no byte passes, and the browser says so to its pages."""
        self.radio.cut(there)
        self.context.set_offline(not there)

    def opens(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def until(self, question: str) -> None:
        """Ask the page (an async function) until it says yes; Playwright's own waiting takes a promise for a yes."""
        deadline = time.monotonic() + 15
        while not self.page.evaluate(question):
            assert time.monotonic() < deadline, question
            time.sleep(0.1)

    def overflow(self) -> int:
        wide: int = self.page.evaluate("() => document.scrollingElement.scrollWidth")
        return wide - PHONE[0]


def rows(folder: Path, question: str, *values: Any) -> list[tuple[Any, ...]]:
    """What stands in the town's database, behind the product's back."""
    with closing(sqlite3.connect(folder / "fugong.sqlite3", timeout=20)) as town:
        return list(town.execute(question, values))


def more_stops(folder: Path, login: str, number: int) -> list[int]:
    """An officer whose accepted plan of today has `number` stops still to make; the enterprises, in order."""
    with closing(sqlite3.connect(folder / "fugong.sqlite3", timeout=20)) as town:
        town.row_factory = sqlite3.Row
        last = town.execute(
            "SELECT s.* FROM visits_plannedvisit s JOIN visits_plan p ON p.id = s.plan_id JOIN access_user u"
            ' ON u.id = s.officer_id WHERE u.login = ? AND p.status = \'accepted\' ORDER BY p."on" DESC, s."order" DESC',
            (login,),
        ).fetchone()
        mine = (last["plan_id"], last["officer_id"])
        standing = [
            row["enterprise_id"]
            for row in town.execute(
                "SELECT s.enterprise_id FROM visits_plannedvisit s JOIN visits_plan p ON p.id = s.plan_id"
                " WHERE s.plan_id = ? AND s.officer_id = ? AND s.joint_id IS NULL AND s.enterprise_id NOT IN"
                ' (SELECT enterprise_id FROM visits_visit v WHERE v."on" = p."on") ORDER BY s."order"',
                mine,
            )
        ]
        others = town.execute(
            "SELECT e.id FROM enterprises_enterprise e WHERE e.merged_into_id IS NULL AND e.area_id ="
            " (SELECT area_id FROM enterprises_enterprise WHERE id = ?) AND e.id NOT IN"
            " (SELECT enterprise_id FROM visits_plannedvisit WHERE plan_id = ?) AND e.id NOT IN"
            " (SELECT enterprise_id FROM visits_lookback WHERE done_at IS NULL) ORDER BY e.id",
            (last["enterprise_id"], last["plan_id"]),
        ).fetchall()[: max(0, number - len(standing))]
        for place, other in enumerate(others, 1):
            values = dict(last) | {
                "enterprise_id": other["id"],
                "order": last["order"] + place,
                "joint_id": None,
            }
            del values["id"]
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join("?" * len(values))
            town.execute(
                f"INSERT INTO visits_plannedvisit ({names}) VALUES ({marks})", tuple(values.values())
            )
        town.commit()
        return [*standing[:number], *(other["id"] for other in others)]
