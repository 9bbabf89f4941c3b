"""Who can be sent on the days to be planned: officers in visiting roles, less absences and stations, and joint visits' guests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from fugong.access.models import Posting, User
from fugong.campaigns.models import Campaign
from fugong.core.paths import below
from fugong.teams.models import Charge, Station
from fugong.visits.models import Absence, JointVisit, Plan
from fugong.visits.planning import Officer, Window
from fugong.visits.planning.horizon import Absence as Away
from fugong.visits.planning.horizon import Horizon, Worker
from fugong.visits.plans.terms import Places, Terms, places_of, terms_of

# What an officer must have for an ordinary visit, where guests are on duty too who come to joint visits alone.
ORDINARY = "visits"


@dataclass
class Posted:
    """One officer with all postings in the days; `spans` are the days of each."""

    name: str
    agency: str
    roles: set[str] = field(default_factory=set)
    areas: list[int] = field(default_factory=list)
    spans: list[tuple[date, date | None]] = field(default_factory=list)

    def works_on(self, day: date) -> bool:
        return any(begin <= day and (end is None or day <= end) for begin, end in self.spans)


def workers_of(
    campaign: Campaign, places: Places, terms: Terms, days: list[date], joints: Iterable[JointVisit] = ()
) -> tuple[Worker, ...]:
    """Everybody posted within the area in a visiting role on one of the days, and whom joint visits ask for.

    Whoever is stationed at an enterprise is sent nowhere else. Five queries.
    Home is the middle of the first area of the postings.
    """
    posted = _posted(places, terms, days)
    guests = _guests(campaign, list(joints), days, posted)
    away = _away([*posted, *guests], days)
    stationed = _stationed([*posted, *guests], days)
    knows = _known(campaign)
    lands = terms.lands(places)
    workers = [
        _worker(_officer(user, one, places, terms, lands), one, places, terms, knows.get(user, frozenset()))
        for user, one in posted.items()
    ]
    workers += [
        Worker(
            replace(_officer(user, one, places, terms, lands), areas=reach), terms.weekdays, may_cross=False
        )
        for user, (one, reach) in guests.items()
    ]
    both = dict(posted) | {user: one for user, (one, _reach) in guests.items()}
    return tuple(_with_days(worker, both[int(worker.id)], away, stationed, days) for worker in workers)


COLUMNS = ("user_id", "user__name", "user__department", "role", "area_id", "from_on", "to_on")


def _rows(days: list[date]) -> Any:
    in_force = Posting.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=days[0]), from_on__lte=days[-1], user__is_active=True
    )
    return in_force.order_by("user_id", "from_on", "pk")


def _posted(
    places: Places, terms: Terms, days: list[date], *, officer: User | None = None
) -> dict[int, Posted]:
    rows = _rows(days).filter(role__in=terms.roles, area__in=list(places.paths))
    rows = rows.filter(user=officer) if officer else rows
    return _by_user(rows.values_list(*COLUMNS))


def _by_user(rows: Iterable[tuple[Any, ...]]) -> dict[int, Posted]:
    found: dict[int, Posted] = {}
    for user, name, agency, role, area, begin, end in rows:
        one = found.setdefault(user, Posted(name, agency))
        one.roles.add(role)
        one.areas.append(area)
        one.spans.append((begin, end))
    return found


def _guests(
    campaign: Campaign, joints: list[JointVisit], days: list[date], posted: Mapping[int, Posted]
) -> dict[int, tuple[Posted, frozenset[str]]]:
    """Whom the seats of joint visits ask for beside the officers, also of the levels above, with the areas they come to."""
    if not joints:
        return {}
    seats = [seat for joint in joints for seat in joint.seats.all()]  # type: ignore[attr-defined]
    asked = (
        Q(user__in=[seat.officer_id for seat in seats if seat.officer_id])
        | Q(role__in=[seat.role for seat in seats if seat.role])
        | Q(user__department__in=[seat.agency for seat in seats if seat.agency])
    )
    steps = campaign.area.path.split("/")
    above = ["/".join(steps[:depth]) + "/" for depth in range(1, len(steps) - 1)]
    within = below(campaign.area.path, "area__path") | Q(area__path__in=above)
    rows = _rows(days).filter(asked, within)
    reach = frozenset(str(joint.enterprise.area_id) for joint in joints)
    others = _by_user(rows.values_list(*COLUMNS))
    return {user: (one, reach) for user, one in others.items() if user not in posted}


def _away(users: Iterable[int], days: list[date]) -> dict[int, list[Absence]]:
    found: dict[int, list[Absence]] = {}
    rows = Absence.objects.system().during(days[0], days[-1]).filter(officer__in=list(users))
    for absence in rows.order_by("from_on", "pk"):
        found.setdefault(absence.officer_id, []).append(absence)
    return found


def _stationed(users: Iterable[int], days: list[date]) -> dict[int, list[Station]]:
    found: dict[int, list[Station]] = {}
    rows = Station.objects.system().filter(
        Q(to_on__isnull=True) | Q(to_on__gt=days[0]), from_on__lte=days[-1], officer__in=list(users)
    )
    for row in rows.order_by("from_on", "pk"):
        found.setdefault(row.officer_id, []).append(row)
    return found


def _known(campaign: Campaign) -> dict[int, frozenset[str]]:
    """Which enterprises each officer answers for."""
    found: dict[int, set[str]] = {}
    charges = Charge.objects.system().in_force().filter(enterprise__campaign=campaign, kind="instructor")
    for officer, enterprise in charges.values_list("officer_id", "enterprise_id"):
        found.setdefault(officer, set()).add(str(enterprise))
    return {officer: frozenset(known) for officer, known in found.items()}


def skills_of(user: int, one: Posted) -> frozenset[str]:
    """What a visit may ask of an officer: themselves, a role, an agency."""
    agency = {f"agency:{one.agency}"} if one.agency else set()
    return frozenset({f"officer:{user}", *(f"role:{role}" for role in one.roles), *agency})


def _officer(user: int, one: Posted, places: Places, terms: Terms, lands: Mapping[str, str]) -> Officer:
    home = places.middle(one.areas[0])
    return Officer(
        id=str(user),
        name=one.name,
        start=home,
        end=home,
        shift=terms.shift,
        breaks=terms.breaks,
        skills=skills_of(user, one),
        agency=one.agency,
        travels_by=terms.travels_by(one.roles),
        land=lands.get(str(one.areas[0]), ""),
    )


def _worker(officer: Officer, one: Posted, places: Places, terms: Terms, knows: frozenset[str]) -> Worker:
    own = frozenset[str]().union(*(places.below(area) for area in dict.fromkeys(one.areas)))
    officer = replace(
        officer, skills=officer.skills | {ORDINARY}, home_area=str(one.areas[0]), areas=own, knows=knows
    )
    return Worker(officer, terms.weekdays, may_cross=bool(one.roles & terms.crossing_roles))


def may_reach(plan: Plan, officer: User, area_id: int) -> bool:
    """Whether an officer may be sent to an area of a plan: one of their own, or across an open border. Two queries."""
    places, terms = places_of(plan.area), terms_of(plan.campaign, plan.on)
    one = _posted(places, terms, [plan.on], officer=officer).get(officer.pk)
    if one is None:
        return True  # a guest of a joint visit, or no longer posted: the planner says what is to be said
    worker = _worker(_officer(officer.pk, one, places, terms, {}), one, places, terms, frozenset())
    day = Horizon(plan.on, 1, plan.on, (), (worker,), pools=terms.pools(places))
    reach = day.areas_of(worker)
    return reach is None or str(area_id) in reach


def _with_days(
    worker: Worker,
    one: Posted,
    away: Mapping[int, list[Absence]],
    stationed: Mapping[int, list[Station]],
    days: list[date],
) -> Worker:
    """With the days off: not posted, stationed at one enterprise, or absent for the whole day or a part of it."""
    found = [Away(day) for day in days if not one.works_on(day)]
    for station in stationed.get(int(worker.id), []):
        found += [Away(day) for day in days if station.stands_on(day)]
    for absence in away.get(int(worker.id), []):
        found += [Away(day, _window(absence)) for day in days if absence.covers(day)]
    return replace(worker, absences=tuple(found)) if found else worker


def _window(absence: Absence) -> Window | None:
    begin, end = absence.from_time, absence.to_time
    if begin is None or end is None:
        return None
    return Window(begin.hour * 60 + begin.minute, end.hour * 60 + end.minute)


def days_from(on: date, number: int) -> list[date]:
    """So many days one after the other."""
    return [on + timedelta(days=ahead) for ahead in range(number)]
