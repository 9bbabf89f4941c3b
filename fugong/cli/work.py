"""`fugong plan` and `fugong figures`: the day's visits and the true figures, without a browser."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from unicodedata import east_asian_width

import click

from fugong.cli.starting import (
    Bar,
    Day,
    kept_language,
    now_in,
    start_with_tables,
    the_area,
    the_campaign,
    the_user,
)

FIGURE = ("key", "name", "n", "of", "percent", "unit", "word", "colour")


@click.command()
@click.option("--on", type=Day(), help="The day to plan; else tomorrow.")
@click.option("--area", "area_name", help="Name or code of an area of the campaign; else the whole.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 3600), default=20.0, show_default=True, help="Time to search."
)
@click.option("--accept", is_flag=True, help="Accept the plan at once (needs --user).")
@click.option("--campaign", type=int, help="Number of the campaign; else the newest that is not closed.")
@click.option("--user", help="Login of the person who plans; else it was the system.")
def plan(
    *,
    on: date | None,
    area_name: str | None,
    seconds: float,
    accept: bool,
    campaign: int | None,
    user: str | None,
) -> None:
    """Plan a day's visits: who visits whom, in which order, and why. The plan is proposed until it is accepted."""
    if accept and not user:
        raise click.UsageError("--accept needs --user: a person answers for the plan")
    start_with_tables()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from fugong.visits import actions
    from fugong.visits.planning import Stop

    run_in, by = the_campaign(campaign), the_user(user)
    at = now_in(run_in)
    day, area = on or timezone.localdate(at) + timedelta(days=1), the_area(run_in, area_name)
    with Bar(_("Planning %(day)s") % {"day": day}) as bar, kept_language():
        made = actions.make_plan(
            campaign=run_in, area=area, on=day, by=by, at=at, stop=Stop(seconds=seconds), progress=bar.counted
        )
        if accept:
            made = actions.accept_plan(plan=made, by=by, at=at)
    said = _(
        "Version %(version)d for %(day)s: %(visits)d visits by %(officers)d officers, %(left)d left out (%(status)s)"
    )
    click.echo(said % _counts_of(made))


def _counts_of(plan: Any) -> dict[str, Any]:
    from fugong.visits.models import LeftOut, PlannedVisit

    stops = PlannedVisit.objects.system().filter(plan=plan)
    return {
        "version": plan.version,
        "day": plan.on,
        "visits": stops.count(),
        "officers": stops.values("officer").distinct().count(),
        "left": plan.summary.get("left_out", LeftOut.objects.system().filter(plan=plan).count()),
        "status": plan.get_status_display(),
    }


@click.command()
@click.option("--on", type=Day(), help="As of the end of this day; else now.")
@click.option("--area", "area_name", help="Name or code of an area of the campaign; else the whole.")
@click.option("--campaign", type=int, help="Number of the campaign; else the newest that is not closed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")
def figures(on: date | None, area_name: str | None, campaign: int | None, as_json: bool) -> None:
    """Print the campaign's indicators for an area: n of N, computed from the rows as they stood."""
    start_with_tables()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from fugong.insight.queries.figures import figures as figures_of

    run_in = the_campaign(campaign)
    at, area = now_in(run_in), the_area(run_in, area_name)
    day = on or timezone.localdate(at)
    found = figures_of(run_in, area, day, at)
    if as_json:
        rows = [{name: getattr(one, name) for name in FIGURE} for one in found]
        head = {"campaign": run_in.name, "area": area.name, "on": day.isoformat()}
        click.echo(json.dumps({**head, "figures": rows}, ensure_ascii=False, indent=1, default=str))
        return
    click.echo(_("%(area)s, as of %(day)s") % {"area": area.name, "day": day})
    lines = [
        (str(one.name), _number(one.n), _number(one.of), _percent(one.percent), str(one.word))
        for one in found
    ]
    head_row = (_("Indicator"), "n", "N", "%", "")
    for line in aligned([head_row, *lines]):
        click.echo(line)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines in columns; a Chinese character is two columns wide."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
