"""One demo town for the journeys of a process, started as a stranger would start it, and a browser that reaches nothing else."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_socket
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.alone import alone
from tests.journeys.visitors import DESK, Visitor, new_visitor, sign_in

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
DEMO = [sys.executable, "-m", "fugong", "demo"]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--lang=zh-CN",
    "--no-proxy-server",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
READY_WITHIN = 150  # seconds, on a machine that is busy with other things


@dataclass(frozen=True)
class Site:
    """The running demo: where it answers, where its data are, how long it took."""

    base: str
    folder: Path
    took: float


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Site]:
    """`fugong demo` in a folder of its own: the product's server and worker.

    FUGONG_JOURNEYS_TOWN may name the data folder of a demo that was made before; a copy of it is opened then. Beside
    other processes of tests one makes the town, and each opens a copy: what it does, no other sees.
    """
    folder = tmp_path_factory.mktemp("demo-town") / "demo"
    made = os.environ.get("FUGONG_JOURNEYS_TOWN")
    if not made and hasattr(pytestconfig, "workerinput"):
        made = str(_made_once(tmp_path_factory.getbasetemp().parent))
    if made:
        shutil.copytree(made, folder)
    port = _free_port()
    begun = time.monotonic()
    log = folder.parent / "demo.log"
    with log.open("wb") as written:
        child = subprocess.Popen(
            [*DEMO, "--no-browser", "--port", str(port), "--data", str(folder)],
            cwd=ROOT,
            env={**_environment(), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        base = f"http://127.0.0.1:{port}"
        _wait(base, child, log)
        yield Site(base, folder, time.monotonic() - begun)
    finally:
        _end(child)


def _made_once(run: Path) -> Path:
    """The town of a run with several processes; whoever comes first makes it, the others wait."""
    town = run / "town"
    with alone(run / "town.lock"):
        if not town.exists():
            begun = run / "town-begun"
            words = [*DEMO, "--no-serve", "--data", str(begun)]
            done = subprocess.run(
                words, cwd=ROOT, env=_environment(), capture_output=True, text=True, timeout=600, check=False
            )
            assert done.returncode == 0, f"no town was made:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
            begun.rename(town)
    return town


def _environment() -> dict[str, str]:
    """No setting of the tests reaches the demo: it makes its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("FUGONG_", "DJANGO_"))}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(base: str, child: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        assert child.poll() is None, f"the demo ended:\n{log.read_text(errors='replace')[-3000:]}"
        try:
            with urllib.request.urlopen(f"{base}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the demo was not open after {READY_WITHIN} s:\n{log.read_text(errors='replace')[-3000:]}")


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ctrl-C as a person would press it; whoever does not hear it is killed with its children."""
    child.send_signal(signal.SIGINT)
    try:
        child.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait(10)


@pytest.fixture(autouse=True)
def _only_this_machine() -> Iterator[None]:
    """The test itself reaches no other machine either; the browser resolves no name at all."""
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    yield
    pytest_socket._remove_restrictions()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"there is no Chromium at {CHROMIUM} (tools/setup.sh --test installs it)")
    with sync_playwright() as opened:
        yield opened


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield opened
    opened.close()


@pytest.fixture
def enter(site: Site, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """`enter("clerk", size=PHONE)` signs a person in; `person` is the number of another one of the role.

    After the test no page may have complained.
    """
    entered: list[Visitor] = []

    def come(role: str, size: tuple[int, int] = DESK, person: int = 0) -> Visitor:
        visitor = new_visitor(browser, site.base, role, size)
        entered.append(visitor)
        return sign_in(visitor, person) if role else visitor

    yield come
    for visitor in entered:
        visitor.context.close()
    problems = [problem for visitor in entered for problem in visitor.problems]
    assert not problems, "\n".join(dict.fromkeys(problems))


@pytest.fixture(scope="module")
def steps_done() -> list[str]:
    """The steps of the story a module tells that came to their end."""
    return []


@pytest.fixture
def step(steps_done: list[str], request: pytest.FixtureRequest) -> Iterator[Callable[[str], None]]:
    """`step("place")` asks that a step was done; a step that comes to its end counts as done, a skipped one does not."""
    skipped = False

    def after(name: str) -> None:
        nonlocal skipped
        if name not in steps_done:
            skipped = True
            pytest.skip(f"the step “{name}” did not come to its end")

    failed = request.session.testsfailed
    yield after
    if request.session.testsfailed == failed and not skipped:
        steps_done.append(request.node.name.removeprefix("test_"))
