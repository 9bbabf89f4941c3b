"""The command `fugong`: starts the product, brings data in and out, checks packs.

Exit codes: 0 done, 1 refused or with problems (the sentence is on stderr), 2 used wrongly.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from fugong.cli import data, keeping, packs, reference, serving, work


class House(click.Group):
    """A refusal is a sentence on stderr and exit code 1, not a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from fugong.core.refusals import Refused

        try:
            return super().invoke(ctx)
        except Refused as refusal:
            click.echo(str(refusal), err=True)
            sys.exit(1)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which people meet them."""
        return list(self.commands)


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fugong", message="fugong %(version)s")
def main() -> None:
    """Fugong (复工): runs an enterprise-outreach campaign of a town, a city or a province in an emergency.

    Settings come from the environment (FUGONG_DATA, FUGONG_DATABASE_URL, FUGONG_ALLOWED_HOSTS ...). The data stand in
    the folder FUGONG_DATA, or var/ beside the program.
    """


for command in (
    serving.demo,
    serving.serve,
    serving.worker,
    packs.pack,
    data.import_file,
    data.territory,
    data.user,
    work.plan,
    work.figures,
    keeping.backup,
    keeping.restore,
    keeping.keys,
    keeping.audit,
    reference.docs,
):
    main.add_command(command)
