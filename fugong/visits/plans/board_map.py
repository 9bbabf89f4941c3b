"""A plan on the map: routes and stops, of one version or of two beside each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fugong.territory.models import Area
from fugong.visits.models import Plan
from fugong.visits.planning import Point
from fugong.visits.plans.boards import PALETTE, Bar, Board, Lane, clock, middles_of, position_of

BEFORE, AFTER = "#b45309", "#0958d9"


def geojson_of(board: Board, lanes: Iterable[Lane] | None = None) -> dict[str, Any]:
    """Routes and stops (WGS 84), coloured by officer; with more than a few officers the stops are dots."""
    shown = [lane for lane in (board.lanes if lanes is None else lanes) if lane.stops]
    numbered = len(shown) <= len(PALETTE)
    middles = middles_of(board.plan)
    features: list[dict[str, Any]] = []
    for lane in shown:
        bars = [bar for bar in lane.bars if not bar.is_dim]
        placed = [(bar, point) for bar in bars if (point := position_of(bar.stop.enterprise, middles))]
        features += _route([point for _bar, point in placed], lane.hex, lane.name, lane.officer_id)
        features += [_stop(bar, point, lane, numbered=numbered) for bar, point in placed]
    return _collection(features)


def both(before: Board, after: Board, officers: set[int] | None = None) -> dict[str, Any]:
    """The routes of two versions, the older one in its own colour; the stops are dots."""
    features: list[dict[str, Any]] = []
    for board, colour in ((before, BEFORE), (after, AFTER)):
        middles = middles_of(board.plan)
        for lane in board.busy:
            if officers is not None and lane.officer_id not in officers:
                continue
            placed = [(bar, at) for bar in lane.bars if (at := position_of(bar.stop.enterprise, middles))]
            features += _route([at for _bar, at in placed], colour, lane.name, lane.officer_id)
            dots = [_stop(bar, at, lane, numbered=False) for bar, at in placed]
            for dot in dots:
                dot["properties"]["colour"] = colour
            features += dots
    return _collection(features)


def shapes_of(plan: Plan) -> dict[str, Any]:
    """The outlines of the areas below the plan's area, without colours: the routes are what one looks at."""
    inside = Area.objects.below(plan.area.path).filter(depth__lte=plan.area.depth + 1).drawn()
    finest = [area for area in inside if area.pk != plan.area_id] or list(inside)
    return _collection(
        [{"type": "Feature", "geometry": area.boundary, "properties": {"name": area.name}} for area in finest]
    )


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _route(points: list[Point], colour: str, name: str, officer: int) -> list[dict[str, Any]]:
    """A line, where there are two places to join."""
    if len(points) < 2:
        return []
    line = {"type": "LineString", "coordinates": [list(point) for point in points]}
    shown = {"name": name, "colour": colour, "officer_id": officer}
    return [{"type": "Feature", "geometry": line, "properties": shown}]


def _stop(bar: Bar, point: Point, lane: Lane, *, numbered: bool) -> dict[str, Any]:
    """A point; `pk` is the stop that its card shows."""
    shown: dict[str, Any] = {
        "name": bar.stop.enterprise.name,
        "colour": lane.hex,
        "officer": lane.name,
        "officer_id": lane.officer_id,
        "pk": bar.stop.pk,
        "stop": bar.stop.order,
        "lines": [
            [lane.name, f"{bar.stop.order} · {clock(bar.begins)}–{clock(bar.ends)}"],
            ["", bar.tier.name],
        ],
    }
    if numbered:
        shown["order"] = bar.stop.order
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(point[0], 6), round(point[1], 6)]},
        "properties": shown,
    }
