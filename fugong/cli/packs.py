"""`fugong pack`: checks packs, loads one, writes the schemas for editors."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from fugong.cli.starting import start_django, start_with_tables, the_user


@click.group()
def pack() -> None:
    """Packs (方案包): a programme as a folder of data."""


@pack.command()
@click.argument("packs", nargs=-1)
def check(packs: tuple[str, ...]) -> None:
    """Check packs: every file, every key, every condition, every example.

    PACKS are names of the installation's packs or folders; without any, all of them. Each problem is one line:
    file:line [key]: what is wrong (what would be allowed). Your database is not touched.
    """
    with tempfile.TemporaryDirectory(prefix="fugong-pack-") as scratch:
        # Examples need rows: they get a database of their own that is thrown away.
        start_django(
            FUGONG_DATA=scratch,
            FUGONG_DATABASE_URL=f"sqlite://{scratch}/check.sqlite3",
            FUGONG_KEYRING=f"{scratch}/keyring",
        )
        from django.db import connections

        found = sum(_check(folder) for folder in _folders(packs))
        if connections["default"].settings_dict["NAME"] == Path(scratch) / "check.sqlite3":
            connections.close_all()
    sys.exit(1 if found else 0)


def _folders(packs: tuple[str, ...]) -> list[Path]:
    from django.conf import settings

    from fugong.campaigns.reading import folder_of

    if packs:
        return [folder_of(name) for name in packs]
    return sorted(path.parent for path in Path(settings.PACKS_DIR).glob("*/pack.toml"))


def _check(folder: Path) -> int:
    """Print a pack's problems; how many."""
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from fugong.campaigns import examples
    from fugong.campaigns.reading import read_pack
    from fugong.cli.starting import migrate, pending_migrations

    pack = read_pack(folder)
    problems = pack.problems
    if not problems and pack.examples:
        if pending_migrations()[0]:
            migrate()
        problems = examples.failures(pack)
    for problem in problems:
        click.echo(f"{folder.name}/{problem}")
    if not problems:
        count = len(pack.examples)
        held = ngettext("%(count)d example holds", "%(count)d examples hold", count) % {"count": count}
        click.echo(_("%(pack)s: no problems, %(held)s") % {"pack": folder.name, "held": held})
    return len(problems)


@pack.command()
@click.argument("name", metavar="PACK")
@click.option("--start", is_flag=True, help="Let the campaign begin as well.")
@click.option("--user", help="Login of the person who loads it; else it was the system.")
def load(name: str, start: bool, user: str | None) -> None:
    """Load a pack: its areas, its rules, its campaign.

    PACK is the name of one of the installation's packs or a folder. Loading again brings the campaign to this release.
    """
    start_with_tables()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from fugong.campaigns import actions
    from fugong.campaigns.reading import folder_of, read_pack

    read, by, at = read_pack(folder_of(name)), the_user(user), timezone.now()
    if read.problems:
        for problem in read.problems:
            click.echo(f"{read.folder.name}/{problem}", err=True)
        sys.exit(1)
    campaign = actions.load_pack(pack=read, by=by, at=at)
    if start and campaign.status == campaign.Status.PREPARING:
        campaign = actions.start(campaign=campaign, by=by, at=at)
    said = _("%(release)s is loaded: campaign %(number)d, %(name)s, %(status)s")
    click.echo(
        said
        % {
            "release": campaign.release,
            "number": campaign.pk,
            "name": campaign.name,
            "status": campaign.get_status_display(),
        }
    )


@pack.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def schema(folder: Path) -> None:
    """Write the JSON schemas of a pack's files to FOLDER, for editors that complete and check TOML."""
    start_django()
    from fugong.campaigns.schemas import write_schemas

    for path in write_schemas(folder):
        click.echo(path)
