"""A plan as its planner reads it: a lane for each officer, stops with reasons, those left out, what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from fugong.campaigns.dated import value_on
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area
from fugong.visits.models import LeftOut, Plan, PlannedVisit
from fugong.visits.planning import Point, ReasonCode, Travel, sentence
from fugong.visits.problem import minute_of, window_of
from fugong.visits.queries import crew_of

# Told apart also by those who see few colours; more officers than colours begin again.
PALETTE = ("#0958d9", "#b45309", "#15803d", "#a21caf", "#0e7490", "#be123c", "#4d7c0f", "#6d28d9")
SAME_TIME = 15


@dataclass(frozen=True)
class Bar:
    """A stretch of an officer's day, in minutes from the beginning of the shift."""

    kind: str
    x: int
    width: int
    title: str
    stop: PlannedVisit | None = None

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass
class Lane:
    """One officer's day. `km` and `travel` are on the road, `visiting` in the firms, all for the whole day."""

    officer_id: int
    name: str
    colour: int
    stops: list[PlannedVisit] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    travel: int = 0
    km: float = 0.0
    visiting: int = 0
    working: int = 1

    @property
    def load(self) -> int:
        """Share of the working hours with visits and ways, in per cent."""
        return min(100, round((self.travel + self.visiting) * 100 / self.working))

    @property
    def hex(self) -> str:
        return PALETTE[self.colour]


@dataclass(frozen=True)
class Hours:
    """The officers' day in minutes since midnight."""

    start: int
    end: int
    breaks: tuple[tuple[int, int], ...]

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Full hours with their place in per cent."""
        hours = range(-(-self.start // 60), self.end // 60 + 1)
        return [((hour * 60 - self.start) * 100 / self.length, f"{hour}:00") for hour in hours]


def hours_of(plan: Plan) -> Hours:
    hours = plan.campaign.part("visits")["hours"]
    start, end = _span(hours["shift"])
    return Hours(start, end, tuple(_span(text) for text in hours["breaks"]))


def _span(text: str) -> tuple[int, int]:
    window = window_of(text)
    return window.start, window.end


class Reader:
    """Puts reasons into sentences, with names where the planner only knows numbers."""

    def __init__(self, plan: Plan) -> None:
        self.language = (get_language() or "zh-hans").lower()
        self.crew = {number: one["name"] for number, one in plan.summary.get("crew", {}).items()}
        self.areas: dict[str, str] = {}

    def know_areas(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Look up the names of the areas that these reasons speak of; one query at most."""
        wanted = {str(row["area"]) for row in rows if row.get("area")} - set(self.areas)
        if wanted:
            found = Area.objects.filter(pk__in=[int(pk) for pk in wanted if pk.isdigit()])
            self.areas |= {str(pk): name for pk, name in found.values_list("pk", "name")}

    def sentence(self, row: Mapping[str, Any]) -> str:
        values = dict(row)
        if "area" in values:
            values["area"] = self.areas.get(str(values["area"]), values["area"])
        if "officer" in values:
            values["officer"] = self.crew.get(str(values["officer"]), values["officer"])
        return sentence(ReasonCode.from_dict(values), self.language)

    def sentences(self, rows: Iterable[Mapping[str, Any]]) -> list[str]:
        """Each sentence once, in the planner's order."""
        return list(dict.fromkeys(self.sentence(row) for row in rows))


@dataclass(frozen=True)
class Board:
    """What the page of a plan shows. `wishes` counts what the next version has to take into account."""

    plan: Plan
    hours: Hours
    lanes: list[Lane]
    reader: Reader

    @property
    def stops(self) -> list[PlannedVisit]:
        return [stop for lane in self.lanes for stop in lane.stops]

    @property
    def travel(self) -> int:
        return sum(lane.travel for lane in self.lanes)

    @property
    def km(self) -> float:
        return round(sum(lane.km for lane in self.lanes), 1)

    @property
    def wishes(self) -> int:
        return sum(1 for stop in self.stops if stop.wish_id)


def board_of(plan: Plan, seen: QuerySet[PlannedVisit]) -> Board:
    """The plan with the stops that a person may see (`seen`); one query. Officers without a stop stand last."""
    stops = (
        seen.filter(plan=plan).select_related("enterprise", "officer", "wish").order_by("officer_id", "order")
    )
    lanes: dict[int, Lane] = {}
    for stop in stops:
        stop.plan = plan
        lane = lanes.setdefault(stop.officer_id, Lane(stop.officer_id, stop.officer.name, 0))
        lane.stops.append(stop)
    reader, hours, travel = Reader(plan), hours_of(plan), _travel(plan)
    middles = _middles(plan)
    for lane in lanes.values():
        _draw(lane, hours, travel, middles, reader)
    ordered = sorted(lanes.values(), key=lambda lane: (-lane.load, lane.name))
    crew = sorted(crew_of(plan))
    for lane in ordered:  # the same colour on every part of the page, whoever else is shown
        lane.colour = crew.index(lane.officer_id) % len(PALETTE)
    return Board(plan, hours, ordered, reader)


def idle_of(board: Board) -> list[str]:
    """Names of officers on duty without a stop that is seen."""
    busy = {str(lane.officer_id) for lane in board.lanes}
    return sorted(
        one["name"] for number, one in board.plan.summary.get("crew", {}).items() if number not in busy
    )


def _travel(plan: Plan) -> Travel:
    part = plan.campaign.part("visits")
    speed, detour = value_on(part["speed_kmh"], plan.on), value_on(part["detour"], plan.on)
    return Travel(speed_kmh=float(speed or 30), detour=float(detour or 1.35))


def _middles(plan: Plan) -> dict[int, Point]:
    """Middles of the areas, for enterprises that nobody has placed yet."""
    rows = Area.objects.below(plan.area.path).filter(longitude__isnull=False, latitude__isnull=False)
    found = rows.values_list("pk", "longitude", "latitude")
    return {pk: (x, y) for pk, x, y in found if x is not None and y is not None}


def position_of(enterprise: Enterprise, middles: Mapping[int, Point]) -> Point | None:
    if enterprise.longitude is not None and enterprise.latitude is not None:
        return enterprise.longitude, enterprise.latitude
    return middles.get(enterprise.area_id)


def _draw(lane: Lane, hours: Hours, travel: Travel, middles: Mapping[int, Point], reader: Reader) -> None:
    """The bars of the lane: breaks, then the way to each stop (thin) and the visit itself."""
    lane.working = hours.length - sum(end - start for start, end in hours.breaks)
    lane.bars = [Bar("break", start - hours.start, end - start, "") for start, end in hours.breaks]
    before: Point | None = None
    for stop in lane.stops:
        begins, ends = minute_of(stop.arrives_at), minute_of(stop.leaves_at)
        here = position_of(stop.enterprise, middles)
        way = travel.minutes(before, here) if before and here else 0
        if way:
            lane.bars.append(Bar("travel", max(0, begins - way - hours.start), way, ""))
        why = "; ".join(reader.sentences(stop.reasons))
        title = f"{clock(begins)}-{clock(ends)} {stop.enterprise.name}: {why}"
        lane.bars.append(Bar("visit", begins - hours.start, max(1, ends - begins), title, stop))
        lane.visiting += ends - begins
        lane.travel += way
        before = here or before
    told = lane.stops[0].plan.summary.get("crew", {}).get(str(lane.officer_id))
    if told:  # the planner's own figure knows the ways from home and back
        lane.travel = int(told["travel"])
    lane.km = round(lane.travel * travel.speed_kmh / 60, 1)


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def geojson_of(board: Board, officers: set[int] | None = None) -> dict[str, Any]:
    """Routes and stops (WGS 84), coloured by officer; with more than a few officers the stops are dots."""
    lanes = [lane for lane in board.lanes if officers is None or lane.officer_id in officers]
    numbered = len(lanes) <= len(PALETTE)
    middles = _middles(board.plan)
    features: list[dict[str, Any]] = []
    for lane in lanes:
        placed = [(stop, point) for stop in lane.stops if (point := position_of(stop.enterprise, middles))]
        if len(placed) > 1:
            line = {"type": "LineString", "coordinates": [list(point) for _stop, point in placed]}
            features.append(
                {"type": "Feature", "geometry": line, "properties": {"name": lane.name, "colour": lane.hex}}
            )
        features += [
            _stop_feature(stop, point, lane, board.reader, numbered=numbered) for stop, point in placed
        ]
    return {"type": "FeatureCollection", "features": features}


def _stop_feature(
    stop: PlannedVisit, point: Point, lane: Lane, reader: Reader, *, numbered: bool
) -> dict[str, Any]:
    begins, ends = (clock(minute_of(moment)) for moment in (stop.arrives_at, stop.leaves_at))
    shown: dict[str, Any] = {
        "name": stop.enterprise.name,
        "colour": lane.hex,
        "officer": lane.name,
        "stop": stop.order,
        "lines": [
            [lane.name, f"{stop.order} · {begins}-{ends}"],
            ["", "; ".join(reader.sentences(stop.reasons))],
        ],
    }
    if numbered:
        shown["order"] = stop.order
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": list(point)},
        "properties": shown,
    }


@dataclass(frozen=True)
class Change:
    """One enterprise whose visit differs between two versions. `kind`: added, dropped, moved or retimed."""

    kind: str
    enterprise: Enterprise
    before: PlannedVisit | None
    after: PlannedVisit | None


def changes(before: QuerySet[PlannedVisit], after: Iterable[PlannedVisit]) -> list[Change]:
    """What the newer version changed; visits that only shift by less than a quarter of an hour are the same."""
    old = {stop.enterprise_id: stop for stop in before.select_related("enterprise", "officer")}
    new = {stop.enterprise_id: stop for stop in after}
    found = [_change(old.get(pk), new.get(pk)) for pk in [*new, *(pk for pk in old if pk not in new)]]
    kinds = ("added", "dropped", "moved", "retimed")
    kept = [change for change in found if change is not None]
    return sorted(kept, key=lambda change: (kinds.index(change.kind), change.enterprise.name))


def _change(old: PlannedVisit | None, new: PlannedVisit | None) -> Change | None:
    if old is None or new is None:
        one = new or old
        assert one is not None
        return Change("added" if new else "dropped", one.enterprise, old, new)
    if old.officer_id != new.officer_id:
        return Change("moved", new.enterprise, old, new)
    shift = abs((old.arrives_at - new.arrives_at).total_seconds()) / 60
    return Change("retimed", new.enterprise, old, new) if shift >= SAME_TIME else None


def why_left_out(rows: QuerySet[LeftOut], reader: Reader) -> list[tuple[str, int, str]]:
    """Kinds of reasons with their number and an example sentence, the most frequent first; one query."""
    counted: Counter[str] = Counter()
    example: dict[str, Mapping[str, Any]] = {}
    for reasons in rows.values_list("reasons", flat=True):
        for row in reasons[:1]:
            counted[row["code"]] += 1
            example.setdefault(row["code"], row)
    reader.know_areas(example.values())
    return [(code, times, reader.sentence(example[code])) for code, times in counted.most_common()]
