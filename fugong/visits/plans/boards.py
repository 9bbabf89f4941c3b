"""A plan as its planner reads it: a lane for each officer with ways, visits and wishes, and the reasons in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fugong.access.models import Posting
from fugong.campaigns.dated import value_on
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area
from fugong.visits.models import LeftOut, Plan, PlannedVisit
from fugong.visits.planning import Point, ReasonCode, Travel, sentence
from fugong.visits.plans.problem import minute_of, window_of
from fugong.visits.plans.tiers import Tier, Tiers

# Told apart also by those who see few colours; more officers than colours begin again.
PALETTE = ("#0958d9", "#b45309", "#15803d", "#a21caf", "#0e7490", "#be123c", "#4d7c0f", "#6d28d9")
# What a board needs of an enterprise; the ledger's other columns stay where they are.
SHOWN = ("name", "address", "longitude", "latitude", "area_id")


@dataclass(frozen=True)
class Wanted:
    """What a person looks at: one officer, one area, one tier; the areas below `area` by number."""

    officer: int | None = None
    area: Area | None = None
    tier: str = ""
    inside: frozenset[int] = frozenset()

    @property
    def is_all(self) -> bool:
        return self.officer is None and self.area is None and not self.tier

    def holds(self, bar: Bar) -> bool:
        in_area = self.area is None or bar.stop.enterprise.area_id in self.inside
        return in_area and self.tier in ("", bar.tier.key)


@dataclass(frozen=True)
class Bar:
    """A visit on a lane; place and width in per cent of the hours shown. `is_wish`: where a person wants it to be."""

    left: float
    width: float
    begins: int
    ends: int
    stop: PlannedVisit
    tier: Tier
    with_names: tuple[str, ...] = ()
    is_wish: bool = False
    is_dim: bool = False

    @property
    def title(self) -> str:
        """What the pointer and the screen reader are told."""
        parts = [f"{clock(self.begins)}–{clock(self.ends)} {self.stop.enterprise.name}", self.tier.name]
        if self.with_names:
            parts.append(_("together with %(names)s") % {"names": "、".join(self.with_names)})
        if self.is_wish:
            parts.append(_("your wish, not planned yet"))
        elif self.stop.is_locked:
            parts.append(_("locked"))
        return " · ".join(parts)


@dataclass
class Lane:
    """One officer's day. `km` and `travel` are on the road, `visiting` in the firms, all for the whole day."""

    officer_id: int
    name: str
    colour: int = 0
    village: str = ""
    area_path: str = ""
    stops: list[PlannedVisit] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    wishes: list[Bar] = field(default_factory=list)
    ways: str = ""
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
    def working(self) -> int:
        return self.length - sum(end - start for start, end in self.breaks)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Full hours with their place in per cent; the last hour of the day has no room for its number."""
        hours = range(-(-self.start // 60), (self.end - 10) // 60 + 1)
        return [(self.at(hour * 60), f"{hour}:00") for hour in hours]

    @property
    def rests(self) -> list[tuple[float, float]]:
        """The breaks as place and width in per cent."""
        return [(self.at(start), (end - start) * 100 / self.length) for start, end in self.breaks]

    def at(self, minute: int) -> float:
        """The place of a minute in per cent, within the day."""
        return min(100.0, max(0.0, (minute - self.start) * 100 / self.length))


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
    """What the page of a plan shows; `lanes` by village, then by name, also of officers without a stop."""

    plan: Plan
    hours: Hours
    lanes: list[Lane]
    reader: Reader
    tiers: Tiers

    @property
    def stops(self) -> list[PlannedVisit]:
        return [stop for lane in self.lanes for stop in lane.stops]

    @property
    def busy(self) -> list[Lane]:
        return [lane for lane in self.lanes if lane.stops]

    @property
    def travel(self) -> int:
        return sum(lane.travel for lane in self.lanes)

    @property
    def km(self) -> float:
        return round(sum(lane.km for lane in self.lanes), 1)

    @property
    def spread(self) -> tuple[int, int, int]:
        """Least, middle and greatest load of the officers shown, in per cent."""
        loads = sorted(lane.load for lane in self.lanes) or [0]
        return loads[0], loads[len(loads) // 2], loads[-1]

    @property
    def by_tier(self) -> list[tuple[Tier, int]]:
        """The tiers with their number of visits, in the pack's order."""
        counted = Counter(bar.tier.key for lane in self.lanes for bar in lane.bars)
        return [(tier, counted[tier.key]) for tier in self.tiers.all if counted[tier.key]]

    def shown(self, wanted: Wanted) -> list[Lane]:
        """The lanes with something of what is wanted; what else they hold is dim."""
        found = [lane for lane in self.lanes if wanted.officer in (None, lane.officer_id)]
        if wanted.area is None and not wanted.tier:
            return found
        return [lane for lane in found if _dimmed(lane, wanted)]


def _dimmed(lane: Lane, wanted: Wanted) -> bool:
    """Dim what is not wanted; whether the lane is to be shown at all."""
    held = [wanted.holds(bar) for bar in lane.bars]
    lane.bars = [replace(bar, is_dim=not holds) for bar, holds in zip(lane.bars, held, strict=True)]
    at_home = wanted.area is not None and lane.area_path.startswith(wanted.area.path) and not wanted.tier
    return any(held) or any(wanted.holds(bar) for bar in lane.wishes) or at_home


@dataclass(frozen=True)
class _Crowd:
    """The rows of a board before they are drawn: lanes by officer, stops, and who comes together by enterprise."""

    lanes: dict[int, Lane]
    rows: list[PlannedVisit]
    together: Mapping[int, list[str]]


def board_of(
    plan: Plan, seen: QuerySet[PlannedVisit], *, crew: bool = False, only: Iterable[int] | None = None
) -> Board:
    """The plan with the stops that a person may see (`seen`); four queries.

    `crew`: also officers on duty without a stop. `only`: the lanes of these officers alone.
    """
    chosen = None if only is None else set(only)
    rows = _rows(plan, seen, chosen)
    board = Board(plan, hours_of(plan), [], Reader(plan), Tiers(plan.campaign))
    lanes = _lanes(plan, rows, crew=crew)
    kept = {pk: lane for pk, lane in lanes.items() if chosen is None or pk in chosen}
    _draw(board, _Crowd(kept, rows, _together(rows)))
    board.lanes.extend(sorted(kept.values(), key=lambda lane: (lane.area_path, lane.name)))
    return board


def _rows(plan: Plan, seen: QuerySet[PlannedVisit], chosen: set[int] | None) -> list[PlannedVisit]:
    """The stops, officer by officer in order; of one officer also those that somebody wants to give to them."""
    stops = seen.filter(plan=plan)
    if chosen is not None:
        joint = stops.filter(officer__in=chosen, joint__isnull=False).values("joint")
        stops = stops.filter(Q(officer__in=chosen) | Q(wish__in=chosen) | Q(joint__in=joint))
    columns = [f"enterprise__{name}" for name in SHOWN]
    own = [field.name for field in PlannedVisit._meta.concrete_fields]
    rows = stops.select_related("enterprise", "officer", "wish")
    rows = rows.only(*own, *columns, "officer__name", "wish__name").order_by("officer_id", "order")
    found = list(rows)
    for stop in found:
        stop.plan = plan
    return found


def _lanes(plan: Plan, rows: Iterable[PlannedVisit], *, crew: bool) -> dict[int, Lane]:
    """A lane for everybody with a stop, wished for one, or (`crew`) on duty."""
    names: dict[int, str] = {}
    for stop in rows:
        names[stop.officer_id] = stop.officer.name
        if stop.wish is not None:
            names[stop.wish.pk] = stop.wish.name
    if crew:
        names |= {int(pk): one["name"] for pk, one in plan.summary.get("crew", {}).items()}
    order = sorted({*names, *(int(pk) for pk in plan.summary.get("crew", {}))})
    return {pk: Lane(pk, name, order.index(pk) % len(PALETTE)) for pk, name in names.items()}


def _together(rows: Iterable[PlannedVisit]) -> dict[int, list[str]]:
    """Of the enterprises to which several come: their names, by enterprise."""
    names: dict[int, list[str]] = {}
    for stop in rows:
        names.setdefault(stop.enterprise_id, []).append(stop.officer.name)
    return {pk: who for pk, who in names.items() if len(who) > 1}


def _draw(board: Board, crowd: _Crowd) -> None:
    for stop in crowd.rows:
        if stop.officer_id in crowd.lanes:
            crowd.lanes[stop.officer_id].stops.append(stop)
            crowd.lanes[stop.officer_id].bars.append(_bar(board, stop, crowd.together))
        wanted = stop.wish_id or stop.officer_id
        if (stop.wish_id or stop.wish_at) and wanted in crowd.lanes:
            crowd.lanes[wanted].wishes.append(_wish(board, stop))
    travel, middles = _travel(board.plan), middles_of(board.plan)
    homes = _homes(board.plan, crowd.lanes)
    for lane in crowd.lanes.values():
        lane.village, lane.area_path = homes.get(lane.officer_id, ("", "~"))
        _measure(lane, board, travel, middles)


def _bar(board: Board, stop: PlannedVisit, together: Mapping[int, list[str]]) -> Bar:
    begins, ends = minute_of(stop.arrives_at), minute_of(stop.leaves_at)
    others = [name for name in together.get(stop.enterprise_id, ()) if name != stop.officer.name]
    return _placed(board, stop, begins, ends, tuple(others))


def _wish(board: Board, stop: PlannedVisit) -> Bar:
    begins = minute_of(stop.wish_at or stop.arrives_at)
    length = minute_of(stop.leaves_at) - minute_of(stop.arrives_at)
    return _placed(board, stop, begins, begins + length, is_wish=True)


def _placed(
    board: Board,
    stop: PlannedVisit,
    begins: int,
    ends: int,
    with_names: tuple[str, ...] = (),
    *,
    is_wish: bool = False,
) -> Bar:
    left = board.hours.at(begins)
    width = max(0.4, board.hours.at(ends) - left)
    tier = board.tiers.of_reasons(stop.reasons)
    return Bar(round(left, 2), round(width, 2), begins, ends, stop, tier, with_names, is_wish)


def _measure(lane: Lane, board: Board, travel: Travel, middles: Mapping[int, Point]) -> None:
    """The ways between the stops (as the line of a small drawing in minutes), the load and the kilometres."""
    hours, lane.working = board.hours, max(1, board.hours.working)
    before: Point | None = None
    for stop in lane.stops:
        begins, ends = minute_of(stop.arrives_at), minute_of(stop.leaves_at)
        here = position_of(stop.enterprise, middles)
        way = travel.minutes(before, here) if before and here else 0
        if way:
            lane.ways += f"M{max(0, begins - way - hours.start)} 5H{begins - hours.start}"
        lane.visiting += ends - begins
        lane.travel += way
        before = here or before
    told = board.plan.summary.get("crew", {}).get(str(lane.officer_id))
    if told:  # the planner's own figure knows the ways from home and back
        lane.travel = int(told["travel"])
    lane.km = round(lane.travel * travel.speed_kmh / 60, 1)


def _homes(plan: Plan, lanes: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Where the officers are posted on the day (name and path of the area); one query."""
    part = plan.campaign.part("visits")
    postings = Posting.objects.on(plan.on).filter(user__in=list(lanes), role__in=part["visiting_roles"])
    rows = postings.order_by("-pk").values_list("user_id", "area__name", "area__path")
    return {user: (name, path) for user, name, path in rows}


def _travel(plan: Plan) -> Travel:
    part = plan.campaign.part("visits")
    speed, detour = value_on(part["speed_kmh"], plan.on), value_on(part["detour"], plan.on)
    return Travel(speed_kmh=float(speed or 30), detour=float(detour or 1.35))


def middles_of(plan: Plan) -> dict[int, Point]:
    """Middles of the areas, for enterprises that nobody has placed yet; one query."""
    rows = Area.objects.below(plan.area.path).filter(longitude__isnull=False, latitude__isnull=False)
    found = rows.values_list("pk", "longitude", "latitude")
    return {pk: (x, y) for pk, x, y in found if x is not None and y is not None}


def position_of(enterprise: Enterprise, middles: Mapping[int, Point]) -> Point | None:
    if enterprise.longitude is not None and enterprise.latitude is not None:
        return enterprise.longitude, enterprise.latitude
    return middles.get(enterprise.area_id)


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


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
