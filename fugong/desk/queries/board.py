"""The situation board: one pass over the rows for all its figures, the map, the overdue list, who needs attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.core import conditions
from fugong.core.paths import below
from fugong.core.templatetags.ui import count
from fugong.enterprises.models import Enterprise
from fugong.enterprises.rules import Size
from fugong.insight import queries
from fugong.insight.places import place_query
from fugong.insight.queries import Asking, Figure, Tally
from fugong.insight.rules import Indicator, count_of
from fugong.issues.models import Issue
from fugong.issues.queries import clocks_of
from fugong.issues.rules import OWNERS
from fugong.territory.models import Area, Outline

MOST_OVERDUE, MOST_ATTENTION = 8, 6
# Counted in the same pass as the pack's indicators.
OVERDUE = count_of("overdue issues of the board", "issues", "was_overdue = True")
WORST = {"red": 2, "amber": 1}


@dataclass(frozen=True)
class Late:
    """An overdue issue, who must act, and how long it is over its time."""

    issue: Issue
    owner: str
    hours: int


@dataclass(frozen=True)
class Attention:
    """An area below and the figures in which it is weak, the worst first."""

    area: Area
    url: str
    weak: tuple[Figure, ...]


@dataclass(frozen=True)
class Board:
    """Everything the board shows of an area and a day, except its lines over the days."""

    figures: list[Figure]
    map: dict[str, Any]
    map_options: dict[str, Any]
    late: list[Late]
    late_count: int
    late_url: str
    classes: dict[str, Any] | None
    attention: list[Attention]
    days_url: str


def board(asking: Asking, *, theme: str = "") -> Board:
    """The whole board: one query per register for every figure and area, and four more."""
    by_page = {
        page: queries.indicators_of(asking.campaign, asking.on, page=page) for page in ("board", "map")
    }
    split = queries.indicator_of(
        asking.campaign, asking.campaign.part("indicators").get("by_class", ""), asking.on
    )
    wanted = {one.key: one for one in [*by_page["board"], *by_page["map"], *([split] if split else [])]}
    counted = queries.tally(asking.campaign, [*wanted.values(), OVERDUE], asking.area, asking.moment)
    areas = {one.key: queries.by_area_of(asking, one, counted) for one in by_page["map"]}
    late_count = round(counted.total(OVERDUE.key).n)
    return Board(
        figures=queries.figures_of(asking, by_page["board"], counted),
        map=_map(asking, areas),
        map_options=_map_options(by_page["map"], theme),
        late=_late(asking) if late_count else [],
        late_count=late_count,
        late_url=queries.rows_url(
            "issues",
            OVERDUE.numerator,
            place=asking.place,
            on=asking.on,
            today=asking.today,
            sort="due_at",
        ),
        classes=_classes(asking, split, counted) if split else None,
        attention=_attention(asking, by_page["board"], counted),
        days_url=f"{reverse('desk:trend')}?{place_query(asking)}",
    )


def _map(asking: Asking, by_indicator: dict[str, list[tuple[Area, Figure]]]) -> dict[str, Any]:
    """The areas below with their shapes, each coloured by every indicator of the map; else the enterprises as points."""
    shapes = dict(Outline.objects.filter(area__parent=asking.area).values_list("pk", "geometry"))
    found: dict[int, dict[str, Any]] = {}
    for key, pairs in by_indicator.items():
        for area, figure in pairs:
            if area.pk in shapes:
                shown = found.setdefault(area.pk, _shape(asking, area))
                shown[f"level_{key}"] = _level(figure)
                shown[f"label_{key}"] = _label(figure)
                shown["lines"].append([figure.name, f"{_label(figure)} {figure.word}".strip()])
    if not found:
        place = queries.rows_url("enterprises", place=asking.place, on=asking.on, today=asking.today)
        return {"points": f"{reverse('enterprises:map')}?{place.partition('?')[2]}"}
    features = [
        {"type": "Feature", "geometry": shapes[pk], "properties": shown} for pk, shown in found.items()
    ]
    return {"areas": {"type": "FeatureCollection", "features": features}}


def _shape(asking: Asking, area: Area) -> dict[str, Any]:
    url = f"{reverse('desk:board')}?{place_query(asking.of_area(area))}"
    shown: dict[str, Any] = {"name": area.name, "url": url, "lines": []}
    if area.longitude is not None and area.latitude is not None:
        shown["centre"] = [area.longitude, area.latitude]
    return shown


def _level(figure: Figure) -> str:
    return f"{figure.colour}-{figure.word}" if figure.word else "none"


def _label(figure: Figure) -> str:
    return count(figure.n) if figure.of is None else f"{count(figure.n)}/{count(figure.of)}"


def _map_options(indicators: Sequence[Indicator], theme: str) -> dict[str, Any]:
    modes = [
        {
            "key": one.key,
            "label": one.name,
            "property": f"level_{one.key}",
            "label_property": f"label_{one.key}",
            "legend": [
                {"level": f"{band.colour}-{band.word}", "word": band.word, "colour": band.colour}
                for band in sorted(one.bands, key=lambda band: -band.begins)
            ],
        }
        for one in indicators
    ]
    options = {"modes": modes, "size": "l", "label": _("Map of the areas")}
    return options | ({"theme": theme, "size": "fill"} if theme else {})


def _late(asking: Asking) -> list[Late]:
    """The longest overdue issues with who must act."""
    rows = Issue.objects.system().of(asking.campaign).filter(below(asking.area.path, "area__path"))
    late = conditions.apply(rows, OVERDUE.numerator, asking.moment)
    clocks, at = clocks_of(asking.campaign, asking.moment.at), asking.moment.at
    first = late.select_related("enterprise", "area", "handler").order_by("due_at", "pk")[:MOST_OVERDUE]
    return [
        Late(issue, _owner(issue, clocks), int((at - issue.due_at).total_seconds() // 3600))
        for issue in first
    ]


def _owner(issue: Issue, clocks: Any) -> str:
    department = clocks.department_name(issue.department)
    person = issue.handler.name if issue.handler else ""
    return " · ".join(filter(None, (department, person))) or str(OWNERS[issue.status])


def _classes(asking: Asking, indicator: Indicator, counted: Tally) -> dict[str, Any]:
    """The indicator by size class as a bar chart; each bar opens its rows."""
    found = dict(queries.by_class(asking, indicator, counted))
    sizes = conditions.vocabulary_of(Enterprise).find("size")
    names = {choice.value: choice.spoken() for choice in sizes.choices} if sizes else {}
    shown = [(names.get(size, size), found[size]) for size in Size.values if size in found]
    return {
        "kind": "bars",
        "title": indicator.name,
        "labels": [f"{name} {_label(figure)}" for name, figure in shown],
        "series": [{"name": indicator.name, "values": [figure.percent or 0 for _name, figure in shown]}],
        "unit": "%",
        "max": 100,
        "urls": [figure.url_n for _name, figure in shown],
        "size": "s",
    }


def _attention(asking: Asking, indicators: Sequence[Indicator], counted: Tally) -> list[Attention]:
    """The areas below with the most figures in red (then amber), with these figures."""
    weak: dict[int, list[Figure]] = {}
    areas: dict[int, Area] = {}
    for one in indicators:
        for area, figure in queries.by_area_of(asking, one, counted):
            if figure.colour in WORST and (figure.of is None or figure.of):
                areas[area.pk] = area
                weak.setdefault(area.pk, []).append(figure)
    ranked = sorted(weak, key=lambda pk: (-sum(WORST[one.colour] for one in weak[pk]), areas[pk].path))
    return [
        Attention(
            area=areas[pk],
            url=f"{reverse('desk:board')}?{place_query(asking.of_area(areas[pk]))}",
            weak=tuple(sorted(weak[pk], key=lambda one: -WORST[one.colour])[:3]),
        )
        for pk in ranked[:MOST_ATTENTION]
    ]


def trend(asking: Asking) -> dict[str, Any]:
    """The lines of the board over the campaign's last days, each point opening its rows."""
    wanted = queries.indicators_of(asking.campaign, asking.on, page="trend")
    days = queries.last_days(asking.campaign, asking.on)
    found = queries.by_day(asking.campaign, [one.key for one in wanted], asking.area, days, asking.now)
    spec: dict[str, Any] = {
        "kind": "line",
        "title": _("Day by day"),
        "axis": _("Day"),
        "labels": [f"{day.month}-{day.day}" for day in days],
        "series": [
            {"name": one.name, "values": [figure.percent for figure in found[one.key]]} for one in wanted
        ],
        "unit": "%",
        "max": 100,
    }
    if wanted and wanted[0].target is not None:
        spec |= {
            "target": wanted[0].target,
            "target_label": _("target of the %(name)s") % {"name": wanted[0].name},
        }
    return spec
