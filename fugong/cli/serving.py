"""`fugong serve`, `fugong worker` and `fugong demo`: the product, running."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import threading
import time
import webbrowser
from pathlib import Path
from typing import Any

import click

from fugong.cli.starting import (
    Bar,
    kept_language,
    migrate,
    pending_migrations,
    start_django,
    start_with_tables,
)
from fugong.cli.workers import GRACE, WorkerChild

READY = "demo-ready"  # in the demo's data folder once it is complete
OWN_SETTINGS = ("FUGONG_DATABASE_URL", "FUGONG_KEYRING", "FUGONG_BACKUPS", "FUGONG_SECRET_KEY")
HOST = click.option("--host", default="127.0.0.1", show_default=True, help="The address to answer at.")
PORT = click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port."
)
PROCESSES = click.option(
    "--processes",
    type=click.IntRange(1, 64),
    envvar="FUGONG_PROCESSES",
    default=1,
    show_default=True,
    help="How many processes answer: up to one for each core of the machine; each takes about 250 MB.",
)


@click.command()
@HOST
@PORT
@PROCESSES
@click.option(
    "--yes", is_flag=True, help="Bring an older database up to date without asking (a backup is made first)."
)
def serve(host: str, port: int, processes: int, yes: bool) -> None:
    """Start the server and its worker; Ctrl-C stops both.

    The first start of an empty database prints one single-use link with which the first administrator chooses a
    password. There are no default accounts.
    """
    _refuse_taken(host, port)
    start_django()
    _bring_up_to_date(yes)
    _refuse_unless_sound()
    for line in first_steps(f"http://{_shown(host)}:{port}"):
        click.echo(line)
    run_server(host, port, workers=processes)


@click.command()
@click.option("--once", is_flag=True, help="Do what is waiting now, then stop.")
@click.option("--while-stdin", is_flag=True, hidden=True, help="Stop when the standard input is closed.")
def worker(once: bool, while_stdin: bool) -> None:
    """Run the worker alone: it seals audit events, starts what is due and runs queued jobs."""
    start_with_tables()
    from fugong.core.jobs import run_worker

    stop = threading.Event()
    if not once:
        threading.Thread(target=_warm_planner, name="fugong-warm", daemon=True).start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: stop.set())
    if while_stdin:
        threading.Thread(target=_stop_at_end_of_input, args=(stop,), daemon=True).start()
    run_worker(stop, once=once)


def _warm_planner() -> None:
    """Have the planner's loops compiled before somebody waits for a plan; compiled once, they are kept on disk."""
    from fugong.visits import planning

    warm = getattr(planning, "warm", None)
    if warm is not None:
        warm()


def _stop_at_end_of_input(stop: threading.Event) -> None:
    """The server's end closes our input, however it ends: a worker never outlives its server."""
    sys.stdin.buffer.read()
    stop.set()
    time.sleep(GRACE)  # a task that takes longer is begun again by the next worker
    os._exit(1)


@click.command()
@HOST
@PORT
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="The demo's data folder; else var/demo."
)
@click.option("--fresh", is_flag=True, help="Make the town again, even where there is one.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--no-serve", is_flag=True, help="Make the town and stop.")
def demo(*, host: str, port: int, data: Path | None, fresh: bool, no_browser: bool, no_serve: bool) -> None:
    """Open a fictional town of 5,600 enterprises on day 10 of its campaign, with one-click log-ins.

    The demo has a data folder and a database of its own; your data are not touched.
    """
    if not no_serve:
        _refuse_taken(host, port)
    for name in OWN_SETTINGS:
        os.environ.pop(name, None)
    folder = (data or Path(__file__).resolve().parents[2] / "var" / "demo").resolve()
    _make_room(folder, fresh)
    start_django(FUGONG_DATA=str(folder), FUGONG_DEMO="1")
    from django.utils.translation import gettext as _

    if not (folder / READY).exists():
        make_town()
        (folder / READY).touch()
    if no_serve:
        click.echo(_("The demo town is ready in %(folder)s") % {"folder": folder})
        return
    _refuse_unless_sound()
    address = f"http://{_shown(host)}:{port}/"
    click.echo(_("The demo town is open at %(address)s (Ctrl-C ends it)") % {"address": address})
    click.echo(_("One-click log-ins for every role: %(address)s") % {"address": f"{address}demo/"})
    if not no_browser and _has_display():
        threading.Thread(target=_open_when_ready, args=(host, port, f"{address}demo/"), daemon=True).start()
    run_server(host, port)


def _make_room(folder: Path, fresh: bool) -> None:
    """Empty the demo's folder where it is to be made again or was left half made; never a folder of other data."""
    mark = folder / "demo-data"
    if not folder.exists() or (mark.exists() and (folder / READY).exists() and not fresh):
        return
    if not mark.exists():
        if any(folder.iterdir()):
            raise click.ClickException(
                f"{folder} holds other data than the demo's. Give --data another folder."
            )
        return
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def make_town() -> None:
    """Tables, pack, town: about five thousand enterprises with their first ten days."""
    from django.utils.translation import gettext as _

    from fugong.demo.load import load_demo

    with Bar(_("Tables")) as bar, kept_language():
        migrate()
        load_demo(progress=lambda step, share: bar.named(step, 0.05 + 0.95 * share))


def _bring_up_to_date(yes: bool) -> None:
    """Set up an empty database; ask before an older one is changed, and back it up first."""
    from django.conf import settings
    from django.utils.translation import gettext as _

    from fugong.core import backups
    from fugong.core.refusals import Refused

    lacking, is_empty = pending_migrations()
    if not lacking:
        return
    if not is_empty:
        if not yes and not sys.stdin.isatty():
            raise Refused(_("The database is of an older version. Run: fugong serve --yes"))
        question = _("The database is of an older version (%(count)d steps). Bring it up to date?")
        if not yes and not click.confirm(question % {"count": lacking}):
            raise Refused(_("Nothing was changed."))
        click.echo(_("Backup: %(path)s") % {"path": backups.backup(Path(settings.BACKUPS_DIR))})
    migrate()


def _refuse_unless_sound() -> None:
    from fugong.core.checks import why_not_start
    from fugong.core.refusals import Refused

    found = why_not_start()
    if found:
        raise Refused("\n".join(found))


def first_steps(address: str) -> list[str]:
    """What to say at the start: on an empty database the first administrator's link, and only there."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from fugong.access import actions
    from fugong.access.models import User
    from fugong.cli.data import link_of

    lines = [_("Fugong answers at %(address)s (Ctrl-C ends it)") % {"address": f"{address}/"}]
    if not User.objects.exists():
        with kept_language():
            name = str(_("Administrator"))
        first = actions.add_user(login="admin", name=name, by=None, at=timezone.now(), is_administrator=True)
        lines += [
            _(
                "Choose the password of the first administrator (login: admin) here; the link works once, for two days:"
            ),
            link_of(first, address),
        ]
    elif not any(
        user.has_usable_password() for user in User.objects.filter(is_administrator=True, is_active=True)
    ):
        lines.append(_("No administrator has a password yet. A new link: fugong user link admin"))
    return lines


def run_server(host: str, port: int, **options: Any) -> None:
    """Serve until a signal comes; the worker runs beside it and ends with it."""
    from granian import Granian
    from granian.constants import Interfaces

    _tell_children()
    child = WorkerChild()
    child.start()
    try:
        Granian(
            "fugong.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            blocking_threads=8,
            websockets=False,
            log_enabled=False,
            **options,
        ).serve()
    finally:
        child.stop()


def _tell_children() -> None:
    """Server and worker processes read the settings of this one from the environment."""
    from django.conf import settings

    os.environ["FUGONG_DATA"] = str(settings.DATA_DIR)
    os.environ["FUGONG_DEMO"] = "1" if settings.DEMO else "0"


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"{host}:{port} cannot be used ({error.strerror}). Give --port another number."
            ) from None


def _shown(host: str) -> str:
    return "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host


def _has_display() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open_when_ready(host: str, port: int, address: str) -> None:
    for _attempt in range(100):
        try:
            socket.create_connection((_shown(host), port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            webbrowser.open(address)
            return
