"""`fugong docs`: the reference pages that are made from the code, so that they cannot differ from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from fugong.cli.starting import start_django


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def docs(folder: Path) -> None:
    """Write the reference pages to FOLDER: states, roles, names for conditions, events, files of a pack."""
    start_django()
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in {**{f"{name}.md": page for name, page in pages().items()}, **schemas()}.items():
        path = folder / name
        path.write_text(page().rstrip() + "\n", encoding="utf-8")
        click.echo(path)


def schemas() -> dict[str, Callable[[], str]]:
    """The generator of every JSON Schema by its file's name."""
    from fugong.visits.planning.files import plan_schema, problem_schema, written_schema

    return {
        "planning-plan.schema.json": lambda: written_schema(plan_schema()),
        "planning-problem.schema.json": lambda: written_schema(problem_schema()),
    }


def pages() -> dict[str, Callable[[], str]]:
    """The generator of every page by the page's name."""
    from fugong.cli.reference.events import events
    from fugong.cli.reference.packs import packs
    from fugong.cli.reference.roles import roles
    from fugong.cli.reference.states import states
    from fugong.core.conditions.dictionary import dictionary

    return {"conditions": dictionary, "events": events, "packs": packs, "roles": roles, "states": states}
