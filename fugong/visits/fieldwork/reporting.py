"""The day's log and the work report: who was out, where, at whom, and what was found (I3, F4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from fugong.access.models import Posting
from fugong.campaigns.models import Campaign
from fugong.core.paths import below
from fugong.enterprises.rules import Size
from fugong.territory.models import Area
from fugong.territory.rules import Kind
from fugong.visits.models import Visit, VisitParticipant
from fugong.visits.rules import VisitKind, VisitStatus

PARK = "park"


@dataclass
class Tally:
    """Visits of one officer, village or class on a day.

    `visits` are made on the spot, `by_phone` besides them. A joint visit is one visit, and in `person_visits` one for
    each who made it (T8). An enterprise that was visited twice counts once, and so does a person.
    """

    label: str
    key: str = ""
    visits: int = 0
    person_visits: int = 0
    by_phone: int = 0
    given_up: int = 0
    findings: int = 0
    minutes: int = 0
    officers: set[int] = field(default_factory=set)
    # Who went out on which day: somebody out on two days went out twice (出动人次).
    outings: set[tuple[int, date]] = field(default_factory=set)
    enterprises: set[int] = field(default_factory=set)
    begins: datetime | None = None
    ends: datetime | None = None

    def take(self, row: dict[str, Any], others: Iterable[int] = ()) -> None:
        """Count one visit, made with these others (numbers of officers)."""
        if row["status"] == VisitStatus.GIVEN_UP:
            self.given_up += 1
            return
        if row["kind"] == VisitKind.PHONE:
            self.by_phone += 1
        else:
            people = {row["officer_id"], *others}
            self.visits += 1
            self.person_visits += len(people)
            self.officers |= people
            self.outings |= {(person, row["on"]) for person in people}
        self.enterprises.add(row["enterprise_id"])
        self.findings += row["found"]
        self.minutes += round((row["ended_at"] - row["started_at"]).total_seconds() / 60)
        self.begins = min(self.begins or row["started_at"], row["started_at"])
        self.ends = max(self.ends or row["ended_at"], row["ended_at"])


@dataclass(frozen=True)
class Report:
    """The visits of some days as tables.

    `areas`: those one step below the scope that were reached; `parks`: parks in which somebody was visited on the
    spot; `on_the_rolls`: people posted in a visiting role in the scope on one of the days, out or not.
    """

    total: Tally
    by_officer: list[Tally]
    by_area: list[Tally]
    by_class: list[Tally]
    areas: int
    parks: int = 0
    on_the_rolls: int = 0


@dataclass(frozen=True)
class Days:
    """The days of a report, both included."""

    first: date
    last: date

    @property
    def are_one(self) -> bool:
        return self.first == self.last

    @property
    def condition(self) -> str:
        """The condition that the register of visits selects them with."""
        if self.are_one:
            return f'on = "{self.last.isoformat()}"'
        return f'on >= "{self.first.isoformat()}" and on <= "{self.last.isoformat()}"'


def report_of(
    seen: QuerySet[Visit], campaign: Campaign, on: date, scope: Area, *, first: date | None = None
) -> Report:
    """The visits of a day, or of the days from `first` on, in the caller's scope (`seen`) as tables; four queries.

    Of a joint visit each person has a line; villages, classes and the whole count it once.
    """
    days = Days(first or on, on)
    columns = (
        "officer_id",
        "officer__name",
        "enterprise_id",
        "enterprise__size",
        "area_id",
        "kind",
        "status",
        "on",
    )
    within = seen.filter(campaign=campaign, on__gte=days.first, on__lte=days.last)
    of_day = within.annotate(found=Count("findings"))
    came = _came_along(of_day)
    rows = list(of_day.values("pk", *columns, "started_at", "ended_at", "found").order_by("started_at"))
    places = _Places(scope)
    officers: dict[int, Tally] = {}
    areas: dict[str, Tally] = {}
    classes = {key: Tally(key, key) for key in (Size.ABOVE_SCALE, Size.ABOVE_QUOTA, PARK, Size.SMALL)}
    total = Tally("")
    for row in rows:
        place = places.of(row["area_id"])
        area = areas.setdefault(place.path, Tally(place.name, place.path))
        others = came.get(row["pk"], {})
        for tally in (total, area, classes[_class(row, places)]):
            tally.take(row, others)
        for pk, name in {row["officer_id"]: row["officer__name"], **others}.items():
            officers.setdefault(pk, Tally(name, str(pk))).take(row | {"officer_id": pk})
    covered = sum(1 for tally in areas.values() if tally.enterprises)
    by_officer = sorted(officers.values(), key=lambda tally: (-tally.visits, tally.label))
    by_area = [areas[path] for path in sorted(areas)]
    on_the_spot = [
        row for row in rows if row["status"] == VisitStatus.DONE and row["kind"] != VisitKind.PHONE
    ]
    parks = {park for row in on_the_spot if (park := places.parks.get(row["area_id"]))}
    return Report(
        total,
        by_officer,
        by_area,
        list(classes.values()),
        covered,
        len(parks),
        people_on_the_rolls(campaign, days, scope),
    )


def people_on_the_rolls(campaign: Campaign, days: Days, scope: Area) -> int:
    """How many people were posted in a visiting role in the scope on one of the days; one query."""
    roles = campaign.part("visits").get("visiting_roles", [])
    posted = Posting.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=days.first),
        below(scope.path, "area__path"),
        role__in=roles,
        from_on__lte=days.last,
        user__is_active=True,
    )
    return posted.values("user").distinct().count()


def _came_along(visits: QuerySet[Visit]) -> dict[int, dict[int, str]]:
    """By visit the names of those who came along."""
    rows = VisitParticipant.objects.system().filter(visit__in=visits.order_by().values("pk"))
    found: dict[int, dict[int, str]] = {}
    for visit, officer, name in rows.order_by("pk").values_list("visit", "officer", "officer__name"):
        found.setdefault(visit, {})[officer] = name
    return found


def _class(row: dict[str, Any], places: _Places) -> str:
    """Above-scale and above-quota firms by their size, the others by whether they lie in a park."""
    size: str = row["enterprise__size"]
    if size in (Size.ABOVE_SCALE, Size.ABOVE_QUOTA):
        return size
    return PARK if row["area_id"] in places.parks else Size.SMALL


@dataclass(frozen=True)
class _Place:
    path: str
    name: str


class _Places:
    """The areas one step below the scope, and which areas lie in a park; one query."""

    def __init__(self, scope: Area) -> None:
        rows = list(Area.objects.below(scope.path).values_list("pk", "path", "name", "kind"))
        names = {path: name for _pk, path, name, _kind in rows}
        parks = sorted(path for _pk, path, _name, kind in rows if kind == Kind.PARK)
        self.elsewhere = _Place(scope.path, scope.name)
        # The park that an area is or lies in.
        self.parks = {pk: park for pk, path, _n, _k in rows for park in parks if path.startswith(park)}
        self.steps: dict[int, _Place] = {}
        for pk, path, _name, _kind in rows:
            step = "/".join(path.split("/")[: scope.depth + 1]) + "/"
            self.steps[pk] = _Place(step, names[step]) if step in names else self.elsewhere

    def of(self, area_id: int) -> _Place:
        return self.steps.get(area_id, self.elsewhere)


def days_with_visits(seen: QuerySet[Visit], campaign: Campaign, until: date) -> Counter[date]:
    """Visits made by day, up to a day."""
    made = seen.filter(Q(status=VisitStatus.DONE), campaign=campaign, on__lte=until)
    return Counter(dict(made.values_list("on").annotate(n=Count("pk")).order_by("on")))
