"""Ten days of a campaign: who visited whom and when, what was found, what became of it."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .days import FindingSeed, History, StepSeed, VisitSeed
from .dice import Rng, Wheel, stream
from .findings import DUPLICATE_RATE, FindingsModel, Firm
from .geometry import Point
from .issues import DEPARTMENTS, Desk, OpenIssue
from .layout import Layout
from .officers import Officer
from .resumptions import resumptions
from .seeds import EnterpriseSeed

ZONE = ZoneInfo("Asia/Shanghai")
VISITS_A_DAY, LOOK_BACKS_A_DAY, ABSENT_RATE = 5.5, 3, 0.04
OUTCOMES = Wheel((("done", 0.94), ("nobody-there", 0.05), ("not-let-in", 0.01)))
FIXED_ON_SPOT_RATE, SERIOUS_FIXED_RATE = 0.62, 0.15
JOINT_RATE = 0.5  # of first visits to key enterprises, with their liaison officer
NOT_APPLICABLE_RATE = 0.06
RETURN_AFTER = {"listed": 1, "key": 3, "other": 9}  # days; three or more weaknesses count as listed


def history(
    layout: Layout,
    enterprises: Sequence[EnterpriseSeed],
    officers: Sequence[Officer],
    days: int = 10,
    start: date = date(2020, 2, 10),
    *,
    seed: int | None = None,
    findings: FindingsModel | None = None,
) -> History:
    """What `days` days from `start` leave behind; nothing in it is later than 20:00 of the last day.

    The seed is the layout's unless given. `findings` carries the checklist's articles.
    """
    number = layout.seed if seed is None else seed
    model = findings or FindingsModel.make(number)
    story = _Story(number, layout, enterprises, officers, model)
    for day in range(days):
        story.tell(day, start + timedelta(days=day))
    rows, _ = resumptions(enterprises, number, start, days)
    until = datetime.combine(start + timedelta(days=days - 1), time(20), ZONE)
    return History(
        tuple(sorted(story.visits, key=lambda visit: (visit.arrived_at, visit.key))),
        tuple(sorted(story.findings, key=lambda finding: (finding.found_at, finding.key))),
        tuple(issue.close(until) for issue in story.desk.issues),
        tuple(rows),
    )


@dataclass(slots=True)
class _Round:
    """One instructor's day so far."""

    officer: Officer
    now: datetime
    left: int

    def advance(self, rng: Rng, minutes: float) -> None:
        self.now += timedelta(minutes=round(minutes + rng.uniform(6, 20)))


class _Story:
    """Tells the days one after another: look-backs first, then whoever is most urgent in the village."""

    def __init__(
        self,
        seed: int,
        layout: Layout,
        enterprises: Sequence[EnterpriseSeed],
        officers: Sequence[Officer],
        model: FindingsModel,
    ) -> None:
        self.rng, self.model, self.plane = stream(seed, "history"), model, layout.plane
        clerks = [o.key for o in officers if o.role in ("statistics-clerk", "task-group-member")]
        self.desk = Desk(stream(seed, "issues"), clerks or [o.key for o in officers][:1], DEPARTMENTS)
        self.visits: list[VisitSeed] = []
        self.findings: list[FindingSeed] = []
        self._instructors = [o for o in officers if o.role == "instructor"]
        self._liaison = {charge: o.key for o in officers if o.role == "liaison" for charge in o.charges}
        self._seeds = {e.key: e for e in enterprises}
        self._firms: dict[str, Firm] = {}
        self._current: dict[tuple[str, str], OpenIssue] = {}
        self._seen: set[str] = set()
        self._today: set[str] = set()
        self._queues: dict[str, list[tuple[float, str]]] = {village.key: [] for village in layout.villages}
        for enterprise in enterprises:
            self._queues[enterprise.place.village].append((self._urgency(enterprise), enterprise.key))
        for queue in self._queues.values():
            heapq.heapify(queue)

    def _urgency(self, enterprise: EnterpriseSeed) -> float:
        """Days by which it is put before an ordinary one (negative: sooner), plus chance."""
        weight = (
            1.5 * len(enterprise.risk.traits) + 3 * enterprise.is_key + 1.5 * enterprise.has_affected_staff
        )
        return float(self.rng.uniform(0, 1)) - weight

    def tell(self, day: int, on: date) -> None:
        """One day of every instructor."""
        self._today = set()
        noon = datetime.combine(on, time(12), ZONE)
        waiting: dict[str, list[OpenIssue]] = {}
        for issue in self.desk.issues:
            if issue.waits_for_look_back(noon - timedelta(hours=12)):
                waiting.setdefault(issue.village, []).append(issue)
        for officer in self._instructors:
            if self.rng.random() < ABSENT_RATE:
                continue
            begins = datetime.combine(on, time(8, 30), ZONE) + timedelta(
                minutes=int(self.rng.integers(0, 40))
            )
            tour = _Round(officer, begins, int(min(9, max(2, self.rng.poisson(VISITS_A_DAY)))))
            self._look_back(tour, waiting)
            self._visit_on(tour, day)

    def _look_back(self, tour: _Round, waiting: dict[str, list[OpenIssue]]) -> None:
        """Up to three enterprises whose mended issues wait, all issues of one at the same visit."""
        for village in tour.officer.villages:
            queue = waiting.get(village, [])
            queue[:] = [issue for issue in queue if issue.waits_for_look_back(tour.now)]
            for _ in range(LOOK_BACKS_A_DAY):
                if not queue or not tour.left:
                    break
                enterprise = queue[0].enterprise
                batch = [issue for issue in queue if issue.enterprise == enterprise]
                queue[:] = [issue for issue in queue if issue.enterprise != enterprise]
                self._looked_at(tour, self._seeds[enterprise], batch)

    def _looked_at(self, tour: _Round, enterprise: EnterpriseSeed, batch: list[OpenIssue]) -> None:
        arrived, tour.left = tour.now, tour.left - 1
        tour.advance(self.rng, float(self.rng.uniform(10, 25)))
        left = arrived + timedelta(minutes=10)
        for issue in batch:
            self.desk.look_back(issue, left, tour.officer.key)
        self.visits.append(
            VisitSeed(
                key=self._next_key(),
                enterprise=enterprise.key,
                officers=(tour.officer.key,),
                kind="look-back",
                outcome="done",
                arrived_at=arrived,
                left_at=left,
                position=self._near(enterprise.place.true_position),
                marks=(),
                looks_back_at=tuple(issue.key for issue in batch),
            )
        )

    def _visit_on(self, tour: _Round, day: int) -> None:
        """The most urgent of the village, each time the one that is nearest to where the instructor stands."""
        evening = tour.now.replace(hour=17, minute=40)
        for village in tour.officer.villages:
            chosen, later = self._most_urgent(village, tour.left, day)
            here: Point | None = None
            while chosen and tour.now < evening:
                nearest = min(chosen, key=lambda key: self._apart(here, key))
                chosen.pop(nearest)
                here = self._seeds[nearest].place.true_position
                self._today.add(nearest)
                done = self._routine(tour, self._seeds[nearest])
                later.append((self._again(self._seeds[nearest], day, done=done), nearest))
            later += [(urgency, key) for key, urgency in chosen.items()]
            for entry in later:
                heapq.heappush(self._queues[village], entry)

    def _most_urgent(
        self, village: str, most: int, day: int
    ) -> tuple[dict[str, float], list[tuple[float, str]]]:
        """At most so many enterprises of the village with their urgency, and those passed over, for tomorrow."""
        queue, chosen, later = self._queues[village], dict[str, float](), list[tuple[float, str]]()
        while len(chosen) < most and queue:
            urgency, key = heapq.heappop(queue)
            # Ahead of its day only those whose return falls due; the rest wait for tomorrow.
            if key in self._today or (key in self._seen and urgency + 10 > day + 10 + 4):
                later.append((urgency, key))
            else:
                chosen[key] = urgency
        return chosen, later

    def _apart(self, here: Point | None, key: str) -> float:
        """How far an enterprise is from here, in degrees squared; the first one of a round is the most urgent."""
        if here is None:
            return 0.0
        x, y = self._seeds[key].place.true_position
        return (x - here[0]) ** 2 + (y - here[1]) ** 2

    def _again(self, enterprise: EnterpriseSeed, day: int, *, done: bool) -> float:
        """When it is due again, on the scale of urgency."""
        if not done:
            return day + 1 - 2.0
        if len(enterprise.risk.traits) >= 3:
            return day + RETURN_AFTER["listed"] - 8.0
        return (
            day + RETURN_AFTER["key" if enterprise.is_key else "other"] - (3.0 if enterprise.is_key else 0.0)
        )

    def _routine(self, tour: _Round, enterprise: EnterpriseSeed) -> bool:
        outcome = OUTCOMES.spin(self.rng)
        is_first = enterprise.key not in self._seen
        arrived, tour.left = tour.now, tour.left - 1
        minutes = float(min(120, max(15, self.rng.lognormal(3.55, 0.4)))) if outcome == "done" else 5.0
        tour.advance(self.rng, minutes)
        left = arrived + timedelta(minutes=round(minutes))
        is_done, liaison = outcome == "done", self._liaison.get(enterprise.key, "")
        is_joint = bool(liaison) and is_first and is_done and self.rng.random() < JOINT_RATE
        failed = self._firm(enterprise.key).visit() if is_done else []
        visit = VisitSeed(
            key=self._next_key(),
            enterprise=enterprise.key,
            officers=(tour.officer.key, liaison) if is_joint else (tour.officer.key,),
            kind="joint" if is_joint else "first" if is_first else "routine",
            outcome=outcome,
            arrived_at=arrived,
            left_at=left,
            position=self._near(enterprise.place.true_position),
            marks=self._marks(failed) if is_done else (),
        )
        self.visits.append(visit)
        if is_done:
            self._seen.add(enterprise.key)
        for article in failed:
            self._found(visit, enterprise, article, tour.officer.key)
        return is_done

    def _firm(self, key: str) -> Firm:
        if key not in self._firms:
            self._firms[key] = self.model.firm(key)
        return self._firms[key]

    def _marks(self, failed: list[str]) -> tuple[str, ...]:
        skipped = self.rng.random(len(self.model.articles)) < NOT_APPLICABLE_RATE
        return tuple(
            "unmet" if article in failed else "n/a" if skip else "met"
            for article, skip in zip(self.model.articles, skipped, strict=True)
        )

    def _next_key(self) -> str:
        return f"V{len(self.visits) + 1:05d}"

    def _near(self, point: Point) -> Point:
        """Where a phone thinks it is: about 15 m off."""
        east, north = self.rng.normal(0, 0.00014, 2)
        return round(point[0] + float(east), 6), round(point[1] + float(north), 6)

    def _found(self, visit: VisitSeed, enterprise: EnterpriseSeed, article: str, officer: str) -> None:
        is_serious = article in self.model.serious
        fixed = bool(self.rng.random() < (SERIOUS_FIXED_RATE if is_serious else FIXED_ON_SPOT_RATE))
        minutes = (visit.left_at - visit.arrived_at).total_seconds() / 60
        at = visit.arrived_at + timedelta(minutes=int(self.rng.uniform(2, minutes)))
        issue = self._current.get((enterprise.key, article))
        if issue and (issue.last.move == "verified" or issue.waits_for_look_back(at)):
            issue.step(visit.left_at, "reopened", officer)
            self.desk.mend(issue, visit.left_at)
            fixed = False
        elif issue:
            fixed = False
        elif not fixed:
            found = StepSeed(visit.left_at, "found", officer)
            issue = self.desk.open(
                enterprise.key, enterprise.place.village, article, found, is_serious=is_serious
            )
            self._current[enterprise.key, article] = issue
            if self.rng.random() < DUPLICATE_RATE / (1 - DUPLICATE_RATE):
                self.desk.open_again(issue, StepSeed(visit.left_at + timedelta(minutes=5), "found", officer))
        key = f"F{len(self.findings) + 1:05d}"
        named = issue.key if issue else ""
        self.findings.append(
            FindingSeed(key, visit.key, enterprise.key, article, is_serious, fixed, at, named)
        )
