"""Commands that bring data in: ledgers, division lists, outlines, users."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from fugong.cli.starting import Bar, Day, now_in, start_with_tables, the_campaign, the_user

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--register", "key", required=True, help="The register to bring the rows into, such as enterprises."
)
@click.option("--campaign", type=int, help="Number of the campaign; else the newest that is not closed.")
@click.option("--user", help="Login of the person who imports; else it was the system.")
@click.option(
    "--faulty", type=click.Path(dir_okay=False, path_type=Path), help="Where the refused rows are written."
)
@click.option("--again", is_flag=True, help="Take the very same file in once more.")
def import_file(
    *, file: Path, key: str, campaign: int | None, user: str | None, faulty: Path | None, again: bool
) -> None:
    """Import a workbook or CSV file as a whole: columns as proposed, all rows, to the end.

    Refused rows are written, with the reason beside each cell, to FILE-faulty.xlsx; the exit code is then 1.
    """
    start_with_tables()
    from django.utils.translation import gettext as _

    from fugong.core.imports import run_file

    register, run_in, by = _register(key), the_campaign(campaign), the_user(user)
    with Bar(file.name) as bar:
        done = run_file(
            file, register, by=by, campaign=run_in, at=now_in(run_in), progress=bar.counted, again=again
        )
    counts = {name: getattr(done, name) for name in ("total", "created", "updated", "repeated", "refused")}
    click.echo(
        _(
            "%(total)d rows: %(created)d created, %(updated)d updated, %(repeated)d repeated, %(refused)d refused"
        )
        % counts
    )
    if done.problem:
        click.echo(done.problem, err=True)
    if done.refused:
        path = faulty or file.with_name(f"{file.stem}-faulty.xlsx")
        path.write_bytes(_faulty_rows(done))
        click.echo(_("The refused rows with their reasons: %(path)s") % {"path": path}, err=True)
    sys.exit(0 if done.status == done.Status.DONE and not done.refused else 1)


def _register(key: str) -> Any:
    """The register with this key that takes imports; a wrong key is a wrong use of the command."""
    from django.utils.module_loading import autodiscover_modules

    from fugong.core.registers.declaration import find, registry

    autodiscover_modules("registers")
    found = find(key)
    if found is None or found.importer is None:
        known = ", ".join(sorted(one.key for one in registry if one.importer)) or "none"
        raise click.BadParameter(f"{key!r} takes no imports (these do: {known})", param_hint="--register")
    return found


def _faulty_rows(batch: Any) -> bytes:
    from fugong.core.imports import machine, pages

    return pages.faulty_workbook(batch, machine.importer_of(batch))


@click.group()
def territory() -> None:
    """Areas: official division lists and outlines."""


@territory.command()
@click.argument("file", type=FILE)
@click.option("--edition", required=True, help="The edition of the list, such as 2019-10-31.")
@click.option("--on", type=Day(), help="The day from which it is in force; else today.")
@click.option("--user", help="Login of the person who imports; else it was the system.")
def divisions(file: Path, edition: str, on: date | None, user: str | None) -> None:
    """Take in an official division list: a CSV file with the columns code, name, level and parent_code.

    New areas begin on the day, areas that are no longer listed end on it and are linked to their successor.
    """
    start_with_tables()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from fugong.territory.actions import take_in_divisions

    rows = _divisions_in(file)
    taken = take_in_divisions(
        rows=rows, edition=edition, on=on or timezone.localdate(), by=the_user(user), at=timezone.now()
    )
    said = _(
        "%(new)d areas are new, %(renamed)d renamed, %(ended)d ended (%(succeeded)d with a successor), "
        "%(unchanged)d unchanged"
    )
    click.echo(said % vars(taken))


def _divisions_in(file: Path) -> list[Any]:
    from django.utils.translation import gettext as _

    from fugong.core.refusals import Refused
    from fugong.territory.actions import Division

    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            return [
                Division(row["code"], row["name"], row["level"], row["parent_code"] or "")
                for row in csv.DictReader(opened)
            ]
    except KeyError as error:
        raise Refused(_("The file has no column %(name)s.") % {"name": error}) from None
    except UnicodeDecodeError:
        raise Refused(_("The file is not written in UTF-8.")) from None


@territory.command()
@click.argument("file", type=FILE)
@click.option("--user", help="Login of the person who imports; else it was the system.")
def boundaries(file: Path, user: str | None) -> None:
    """Give areas their outlines from a GeoJSON FeatureCollection (WGS-84), matched by `code` or `name`.

    Features without an area, or with an outline that cannot be one, are named; the exit code is then 1.
    """
    start_with_tables()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from fugong.core.refusals import Refused
    from fugong.territory.actions import take_in_boundaries

    try:
        collection = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError:
        raise Refused(_("This is not a GeoJSON FeatureCollection.")) from None
    done, missing = take_in_boundaries(collection=collection, by=the_user(user), at=timezone.now())
    click.echo(_("%(count)d areas have their outline now") % {"count": done})
    if missing:
        click.echo(_("No area, or no outline, for: %(names)s") % {"names": ", ".join(missing)}, err=True)
        sys.exit(1)


@click.group()
def user() -> None:
    """People who sign in."""


@user.command()
@click.argument("login")
@click.argument("name")
@click.option("--admin", is_flag=True, help="Make them an administrator.")
@click.option("--address", default="http://localhost:8000", help="Where the server answers, for the link.")
def add(login: str, name: str, admin: bool, address: str) -> None:
    """Add a person and print the single-use link with which they choose a password (good for two days)."""
    start_with_tables()
    from django.utils import timezone

    from fugong.access import actions

    added = actions.add_user(login=login, name=name, by=None, at=timezone.now(), is_administrator=admin)
    click.echo(link_of(added, address))


@user.command()
@click.argument("login")
@click.option("--address", default="http://localhost:8000", help="Where the server answers, for the link.")
def link(login: str, address: str) -> None:
    """Print a new single-use link for a person who has lost the first one or the password."""
    start_with_tables()
    click.echo(link_of(the_user(login), address))


def link_of(person: Any, address: str) -> str:
    """The address of a person's single-use link."""
    from django.urls import reverse

    from fugong.access.actions import first_link

    return address.rstrip("/") + reverse("access:first_link", args=[first_link(person)])
