"""`fugong plan` and `fugong figures`: the day's visits and the true figures, without a browser."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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

# `owned`: visits to enterprises that somebody usually visits, `usual`: those by such an officer.
SUMMED = ("due", "planned", "left_out", "officers", "travel_minutes", "owned", "usual")
FIGURE = ("key", "name", "n", "of", "percent", "unit", "word", "colour")


@click.command()
@click.option("--on", type=Day(), help="The first day to plan; else tomorrow.")
@click.option("--days", type=click.IntRange(1, 7), help="How many days from then on; else as the pack says.")
@click.option("--area", "area_name", help="Name or code of an area of the campaign; else the whole.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 3600), default=20.0, show_default=True, help="Time to search."
)
@click.option("--accept", is_flag=True, help="Accept the plan at once (needs --user).")
@click.option("--json", "as_json", is_flag=True, help="Print the plans as JSON for other programs.")
@click.option("--campaign", type=int, help="Number of the campaign; else the newest that is not closed.")
@click.option("--user", help="Login of the person who plans; else it was the system.")
def plan(
    *,
    on: date | None,
    days: int | None,
    area_name: str | None,
    seconds: float,
    accept: bool,
    as_json: bool,
    campaign: int | None,
    user: str | None,
) -> None:
    """Plan the visits of a day and of those after it: who visits whom, in which order, and why.

    Plans are proposed until they are accepted. A search that is interrupted (Ctrl-C) keeps the best plan found so far.
    """
    if accept and not user:
        raise click.UsageError("--accept needs --user: a person answers for the plan")
    start_with_tables()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from fugong.visits import actions
    from fugong.visits.plans.terms import terms_of

    run_in, by = the_campaign(campaign), the_user(user)
    at = now_in(run_in)
    first, area = on or timezone.localdate(at) + timedelta(days=1), the_area(run_in, area_name)
    made = actions.Made(run_in, area, by, at)
    with Bar(_("Planning %(day)s") % {"day": first}) as bar, kept_language(), asked_to_stop() as asked:
        plans = actions.make_plans(
            made=made,
            on=first,
            days=days or terms_of(run_in, first).days,
            search=_search(seconds, asked, bar),
        )
        if accept:
            accepted = actions.accept_days(plan=plans[0], by=by, at=at)
            plans = accepted or plans
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in plans], ensure_ascii=False, indent=1))
        return
    said = _(
        "Version %(version)d for %(day)s: %(visits)d visits by %(officers)d officers, %(left)d left out (%(status)s)"
    )
    faces = _("%(usual)d of %(owned)d visits by the usual officer")
    for one in plans:
        told = faces % one.summary if one.summary.get("owned") else ""
        click.echo(" · ".join(filter(None, (said % _counts_of(one), told))))


def _search(seconds: float, asked: threading.Event, bar: Bar) -> Any:
    from fugong.visits import actions
    from fugong.visits.actions.running import processes
    from fugong.visits.planning import Stop

    return actions.Search(Stop(seconds=seconds, asked=asked), lambda share, _cost: bar.to(share), processes())


@contextmanager
def asked_to_stop() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets, instead of ending the program; a second one ends it."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def stop(*_signal: Any) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


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


def _as_json(plan: Any) -> dict[str, Any]:
    """A plan with its visits, for other programs; times are local."""
    from django.utils import timezone

    from fugong.visits.fieldwork.my_day import sentences
    from fugong.visits.models import PlannedVisit

    stops = PlannedVisit.objects.system().filter(plan=plan).select_related("officer", "enterprise")
    visits = [
        {
            "officer": stop.officer.name,
            "stop": stop.order,
            "enterprise": stop.enterprise.name,
            "number": stop.enterprise_id,
            "from": timezone.localtime(stop.arrives_at).isoformat(timespec="minutes"),
            "to": timezone.localtime(stop.leaves_at).isoformat(timespec="minutes"),
            "joint": stop.joint_id,
            "why": list(sentences(stop.reasons)),
        }
        for stop in stops.order_by("officer__name", "officer", "order")
    ]
    head = {"on": plan.on.isoformat(), "version": plan.version, "status": plan.status, "area": plan.area.name}
    figures = {key: plan.summary[key] for key in SUMMED}
    refused = list(
        sentences([{k: v for k, v in row.items() if k != "task"} for row in plan.summary["refused"]])
    )
    return {**head, **figures, "refused": refused, "visits": visits}


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
