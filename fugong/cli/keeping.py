"""Backups, restores, keys and the audit chain."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from fugong.cli.starting import start_django, start_with_tables

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=FOLDER, required=False)
def backup(folder: Path | None) -> None:
    """Back up the database and the uploads to a new folder below FOLDER, while people work.

    Without FOLDER it goes where the daily ones go. The keys are not in a backup: see `fugong keys export`.
    """
    start_with_tables()
    from django.conf import settings

    from fugong.core import backups

    click.echo(backups.backup(folder or Path(settings.BACKUPS_DIR)))


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace a database that holds something.")
def restore(path: Path, force: bool) -> None:
    """Put the backup in the folder PATH in place of the database and the uploads. Stop the server first."""
    start_with_tables()
    from django.utils.translation import gettext as _

    from fugong.core import backups

    counts = backups.restore(path, force=force)
    said = _("%(rows)d rows in %(tables)d tables are back, as the backup's manifest says")
    click.echo(said % {"rows": sum(counts.values()), "tables": len(counts)})


@click.group()
def keys() -> None:
    """The keyring that opens sealed values; it stands outside the database and outside the backups."""


@keys.command("export")
@click.argument("folder", type=FOLDER)
def export_keys(folder: Path) -> None:
    """Write the keyring to a new file in FOLDER. Keep it apart from the backups: together they open everything."""
    start_with_tables()
    from django.utils import timezone

    from fugong.core import backups

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    click.echo(backups.export_keys(folder / f"fugong-keys-{timezone.now():%Y%m%dT%H%M%S}.tar"))


@keys.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_keys(file: Path) -> None:
    """Put exported keys into an empty keyring, before a backup is restored on a new machine."""
    start_django()
    from django.utils.translation import ngettext

    from fugong.core import backups

    count = backups.import_keys(file)
    click.echo(
        ngettext("%(count)d key file taken in", "%(count)d key files taken in", count) % {"count": count}
    )


@click.group()
def audit() -> None:
    """The append-only audit."""


@audit.command()
@click.option(
    "--printed",
    multiple=True,
    metavar="DAY=HASH",
    help="An anchor from a printed brief, such as 2020-02-19=3f9a0c12b4de; may be given several times.",
)
def verify(printed: tuple[str, ...]) -> None:
    """Compute the chain of audit events again and compare it with its anchors."""
    anchors = dict(map(_anchor, printed))
    start_with_tables()
    from django.utils.translation import gettext as _

    from fugong.core import sealer
    from fugong.core.models import Event

    while sealer.seal_events():
        pass
    found = sealer.verify(anchors)
    for sentence in found:
        click.echo(sentence, err=True)
    if found:
        sys.exit(1)
    click.echo(_("%(count)d events, the chain is whole") % {"count": Event.objects.count()})


def _anchor(text: str) -> tuple[date, str]:
    day, _equals, digest = text.partition("=")
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise click.BadParameter(f"{text!r} does not begin with a day", param_hint="--printed") from None
    if len(digest) < 12:
        raise click.BadParameter("a printed anchor has at least 12 characters", param_hint="--printed")
    return found, digest
