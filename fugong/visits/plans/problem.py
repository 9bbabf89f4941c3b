"""The planner's data from rows: officers and enterprises of an area over the days to be planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db.models import Max

from fugong.campaigns.models import Campaign
from fugong.core.conditions import Moment
from fugong.core.paths import below
from fugong.enterprises.models import Enterprise as Firm
from fugong.issues.rules import Status
from fugong.territory.models import Area
from fugong.visits import planning
from fugong.visits.checklists import DEFAULT_MINUTES, Service, services_of
from fugong.visits.models import LookBack, Plan, Visit
from fugong.visits.planning import Params, Point, Problem, ReasonCode
from fugong.visits.planning.horizon import Enterprise, Horizon, Worker
from fugong.visits.planning.horizon import LookBack as Owed
from fugong.visits.planning.ownership import with_usual_officers
from fugong.visits.planning.prizes import LookAhead
from fugong.visits.planning.rolling import looking, problem_of_day
from fugong.visits.plans.binding import Bindings, bindings_of, bound, minute_of, taken_by_others
from fugong.visits.plans.due import Due, first_contact_days, standing
from fugong.visits.plans.staff import ORDINARY, days_from, workers_of
from fugong.visits.plans.terms import (
    GROWTH,
    LOOK_BACK_WEIGHT,
    UNSEEN_MINUTES,
    Places,
    Terms,
    places_of,
    terms_of,
    window_of,
)
from fugong.visits.queries import stops_of_plan

__all__ = ["Ahead", "Day", "horizon_of", "minute_of", "problem_of", "standing_plan", "window_of"]

# A campaign without an end is looked at for so many days.
LOOKED_AT = 60
# Risk lists together are one tier; each cadence of the pack is one.
RISK = "risk"


@dataclass(frozen=True)
class Ahead:
    """The days ahead as the planner takes them, with the rows behind its ids."""

    horizon: Horizon
    params: Params
    due: Mapping[int, Due]
    bindings: Bindings
    look: LookAhead = field(default_factory=LookAhead)

    @property
    def days(self) -> list[date]:
        return list(self.horizon.dates())

    def problem_on(self, day: date) -> Problem:
        """The problem of one day as the enterprises stand now, by the rule that plans and rehearsals share."""
        horizon = self.horizon
        return problem_of_day(horizon, horizon.standing(), day, look=looking(self.params, self.look))

    def elsewhere(self, day: date) -> int:
        """Enterprises of the area that officers of another accepted plan visit on a day."""
        known = {each.id for each in self.horizon.enterprises}
        return len(known & self.horizon.taken.get(day, frozenset()))


@dataclass(frozen=True)
class Day:
    """The planner's problem for one day."""

    problem: Problem
    params: Params
    due: Mapping[int, Due]


@dataclass(frozen=True)
class Span:
    """Which days of which area are planned.

    `base`: the plan whose wishes hold instead of those of the newest version. `is_whole`: who works when is looked up
    for the whole campaign, not for the days alone.
    """

    campaign: Campaign
    area: Area
    on: date
    days: int = 1
    base: Plan | None = None
    is_whole: bool = False

    @property
    def dates(self) -> list[date]:
        return days_from(self.on, self.days)

    @property
    def until(self) -> date:
        """The last day of the campaign, never before the last day planned."""
        return max(self.campaign.ends_on or self.on + timedelta(days=LOOKED_AT), self.dates[-1])


def problem_of(*, campaign: Campaign, area: Area, on: date, at: datetime) -> Day:
    """The problem of planning the visits of `area` on a day: who works, who is due, how far it is."""
    ahead = horizon_of(Span(campaign, area, on), at)
    return Day(ahead.problem_on(on), ahead.params, ahead.due)


def horizon_of(span: Span, at: datetime) -> Ahead:
    """The days ahead from rows, in a number of queries that grows with the days alone.

    Every enterprise has a usual officer: who answers for it, else who came last, else one near it with room.
    """
    campaign, terms, dates = span.campaign, terms_of(span.campaign, span.on), span.dates
    places, bindings = places_of(span.area), bindings_of(campaign, span.area, dates, span.base)
    staffed = days_from(span.on, (span.until - span.on).days + 1) if span.is_whole else dates
    workers = workers_of(campaign, places, terms, staffed, bindings.joints.values())
    rows = _Rows.of(campaign, places, terms, at)
    enterprises = rows.enterprises(has_guests=_has_guests(workers))
    horizon = Horizon(
        first=span.on,
        days=span.days,
        until=span.until,
        enterprises=tuple(bound(each, bindings, dates) for each in enterprises),
        workers=workers,
        travel=terms.travel,
        gap_days=int(terms.number("gap_days", 0)),
        pools=terms.pools(places),
        wishes=bindings.locks(),
        taken=taken_by_others(campaign, span.area, dates, [int(worker.id) for worker in workers]),
        growth=terms.number("growth", GROWTH),
    )
    look = LookAhead(unseen=terms.number("unseen_minutes", UNSEEN_MINUTES), pace=1.0)
    return Ahead(with_usual_officers(horizon), terms.params, rows.due, bindings, look)


def _has_guests(workers: tuple[Worker, ...]) -> bool:
    return any(ORDINARY not in worker.officer.skills for worker in workers)


@dataclass(frozen=True)
class _Rows:
    """Everything known about the enterprises of the area, by number."""

    campaign: Campaign
    places: Places
    terms: Terms
    due: Mapping[int, Due]
    services: Mapping[int, Service]
    last: Mapping[int, tuple[str, str]]
    look_backs: Mapping[int, list[date]]
    lands: Mapping[str, str]
    within: int

    @classmethod
    def of(cls, campaign: Campaign, places: Places, terms: Terms, at: datetime) -> _Rows:
        moment = Moment(campaign_id=campaign.pk, on=terms.on, at=at)
        return cls(
            campaign,
            places,
            terms,
            due=standing(campaign, terms.on, at, [places.root.path]),
            services=services_of(campaign, moment),
            last=_last_visitors(campaign, places.root.path),
            look_backs=_look_backs(campaign, places.root.path),
            lands=terms.lands(places),
            within=first_contact_days(campaign, terms.on),
        )

    def enterprises(self, *, has_guests: bool) -> list[Enterprise]:
        """The planner's enterprises; one query. Of guests on duty ordinary visits ask nothing."""
        rows = Firm.objects.system().of(self.campaign).filter(below(self.places.root.path, "area__path"))
        ordinary = frozenset({ORDINARY}) if has_guests else frozenset[str]()
        found = []
        for pk, area, x, y in rows.order_by("pk").values_list("pk", "area_id", "longitude", "latitude"):
            if pk in self.due:
                # Whom nobody has placed yet is taken to be in the middle of the area.
                position = (x, y) if x is not None and y is not None else self.places.middle(area)
                found.append(self._enterprise(self.due[pk], position, area, ordinary))
        return found

    def _enterprise(self, due: Due, position: Point, area: int, ordinary: frozenset[str]) -> Enterprise:
        pk, cadence, starts_on = due.enterprise_id, due.cadence, self.campaign.starts_on
        service = self.services.get(pk, Service(DEFAULT_MINUTES))
        officer, agency = self.last.get(pk, ("", ""))
        is_once = cadence.every_days is None
        breaks_on = due.breaks_cycle_on(starts_on)
        return Enterprise(
            id=str(pk),
            position=position,
            service_minutes=service.minutes,
            weight=cadence.weight,
            area=str(area),
            tier=cadence.key if cadence.is_of_pack else RISK,
            every_days=cadence.every_days,
            first_due=None if is_once else due.first_contact_on(starts_on, self.within),
            last_visit=due.last_visit_on,
            last_agency=agency,
            last_officer=officer,
            look_backs=self._owed(pk),
            windows=self.terms.open,
            closed_on=self._rests(due),
            skills=_needs(service) | ordinary,
            land=self.lands.get(str(area), ""),
            mandatory=breaks_on is not None and breaks_on <= self.terms.on + timedelta(days=1),
            reasons=tuple(self._reasons(due)),
        )

    def _owed(self, pk: int) -> tuple[Owed, ...]:
        days = self.look_backs.get(pk)
        if not days:
            return ()
        weight = self.terms.number("look_back_weight", LOOK_BACK_WEIGHT)
        return tuple(Owed(day, weight) for day in days)

    def _rests(self, due: Due) -> frozenset[date]:
        """The days on which another visit would be too early without a reason."""
        rest, every = self.terms.too_often_days, due.cadence.every_days
        if due.last_visit_on is None or due.look_back_on or every is None or every <= rest:
            return frozenset()
        return frozenset(days_from(due.last_visit_on + timedelta(days=1), rest - 1))

    def _reasons(self, due: Due) -> list[ReasonCode]:
        reasons = [ReasonCode("risk_list", name=name) for name in due.risk_lists]
        if due.look_back_on and due.look_back_on <= self.terms.on:
            reasons.append(ReasonCode("look_back_due", on=due.look_back_on.isoformat()))
        if due.open_issues:
            reasons.append(ReasonCode("open_issues", count=due.open_issues))
        if not due.risk_lists:
            reasons.append(ReasonCode("note", text=due.cadence.name))
        return reasons


def _needs(service: Service) -> frozenset[str]:
    asked = [("role", service.role), ("agency", service.agency)]
    return frozenset(f"{kind}:{value}" for kind, value in asked if value)


def _last_visitors(campaign: Campaign, path: str) -> dict[int, tuple[str, str]]:
    """Officer and agency of the visit written down last at each enterprise; one query."""
    done = Visit.objects.system().done().filter(below(path, "enterprise__area__path"), campaign=campaign)
    newest = done.values("enterprise").annotate(newest=Max("pk")).order_by().values("newest")
    rows = Visit.objects.system().filter(pk__in=newest)
    columns = rows.values_list("enterprise_id", "officer_id", "officer__department")
    return {pk: (str(officer), agency) for pk, officer, agency in columns}


def _look_backs(campaign: Campaign, path: str) -> dict[int, list[date]]:
    """The days on which look-backs are due, by enterprise; one query."""
    found: dict[int, list[date]] = {}
    waiting = LookBack.objects.system().waiting().filter(issue__status=Status.SOLVED)
    rows = waiting.filter(below(path, "enterprise__area__path"), enterprise__campaign=campaign)
    for pk, day in rows.values_list("enterprise_id", "due_on"):
        found.setdefault(pk, []).append(day)
    return found


def standing_plan(area: Area, campaign: Campaign, on: date) -> planning.Plan | None:
    """The accepted version of the day as the planner takes it, so that a new one changes only what pays."""
    accepted = Plan.objects.system().in_force().filter(campaign=campaign, area=area, on=on).first()
    return None if accepted is None else as_planned(accepted)


def as_planned(plan: Plan) -> planning.Plan:
    """A plan of rows as the planner's; one query."""
    routes: dict[str, list[planning.PlannedVisit]] = {}
    for officer, enterprise, begins, ends in stops_of_plan(plan):
        visit = planning.PlannedVisit(
            str(enterprise), str(enterprise), str(officer), minute_of(begins), minute_of(ends), 0
        )
        routes.setdefault(str(officer), []).append(visit)
    kept = tuple(planning.Route(officer, tuple(visits), None, None, 0) for officer, visits in routes.items())
    return planning.Plan(kept, (), (), 0.0, 0, "", 0)


def rehearsed(horizon: Horizon) -> Horizon:
    """The horizon without what binds single days: for looking at the rest of a campaign."""
    enterprises = tuple(
        replace(each, together=(), due=None, mandatory=False) if each.together else each
        for each in horizon.enterprises
    )
    return replace(horizon, enterprises=enterprises, wishes={}, taken={})
