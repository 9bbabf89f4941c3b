"""A province's month of issues (4,000 a day, 30 days): filing one more, and the pages over all of them, against bare SQL."""

from __future__ import annotations

import math
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench import town
from bench.measuring import Comparison, Side, compare

A_DAY, DAYS, FIRMS, OFFICERS = 4_000, 30, 5_600, 12
# Closing times of 37,171 real requests: median 4 days, three quarters within 11; 5 % duplicates (shared/generator.md).
MEDIAN, SIGMA, DUPLICATES = 4.0, math.log(11 / 4) / 0.6745, 0.05
BATCH, FILED = 2_000, 100
TITLES = (
    "口罩不足",
    "消毒记录缺失",
    "宿舍过密",
    "通道堵塞",
    "返岗车辆不够",
    "测温枪损坏",
    "缺隔离房间",
    "用餐未错峰",
)
KINDS = ("problem",) * 6 + ("supplies", "transport", "lodging", "medicine")


def run() -> list[Comparison]:
    load = Load.made()
    commander, officer = town.signed_in("commander"), town.signed_in("department_officer")
    return [
        load.filing(),
        load.page("list of issues", commander, reverse("issues:list"), load.bare_list(), 0.150),
        load.page(
            "list, overdue",
            commander,
            f"{reverse('issues:list')}?q=is_overdue+%3D+True",
            load.bare_overdue(),
            0.150,
        ),
        load.page("waiting for me", officer, reverse("issues:mine"), load.bare_mine(), 0.150),
        load.page("who is late", commander, reverse("issues:late"), load.bare_late(), 0.150),
        load.page("board", commander, reverse("desk:board"), load.bare_board(), 0.300),
    ]


@dataclass
class Load:
    """The campaign with its month of issues."""

    campaign: Any
    now: datetime
    firms: list[Any]
    officers: list[Any]
    lead: Any
    # Issues of the batch before, which new ones may repeat.
    earlier: list[Any] = field(default_factory=list)

    @classmethod
    def made(cls) -> Load:
        campaign = town.empty_campaign()
        load = cls(campaign, timezone.now(), _firms(campaign), *_people(campaign))
        load.write()
        from fugong.core.statistics import refresh_statistics

        refresh_statistics()
        load.settle()
        return load

    @staticmethod
    def settle() -> None:
        """PostgreSQL vacuums by itself within a minute of so many new rows, and then reads indexes without the rows."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM issues_issue")

    def write(self) -> None:
        """The issues with their steps and waiting offers, a batch at a time."""
        from fugong.issues.models import HandOver, Issue, Step

        dice = random.Random(1)
        with transaction.atomic():
            for batch in _batches(self._told(dice)):
                Issue.objects.bulk_create(batch, batch_size=500)
                self.earlier = [row for row in batch if row.status != "merged"]
                Step.objects.bulk_create([step for row in batch for step in _steps(row)], batch_size=1000)
                HandOver.objects.bulk_create(
                    [_offer(row) for row in batch if row.status == "assigned" and not row.handler_id]
                )

    def _told(self, dice: random.Random) -> Iterator[Any]:
        from fugong.issues.queries import clocks_of

        clocks = clocks_of(self.campaign, self.now)
        departments = [key for key, _name in clocks.departments]
        first = self.now - timedelta(days=DAYS)
        for number in range(A_DAY * DAYS):
            row = _issue(self, dice, first + timedelta(days=number / A_DAY), clocks, departments)
            if self.earlier and dice.random() < DUPLICATES:
                other = dice.choice(self.earlier)
                row.enterprise_id, row.area_id, row.kind = other.enterprise_id, other.area_id, other.kind
                row.title, row.status, row.merged_into = other.title, "merged", other
                row.handler = row.solved_by = row.verified_by = row.solved_at = row.verified_at = None
            yield row

    # Filing

    def filing(self) -> Comparison:
        ours = Side("action", self._file)
        peer = Side("INSERT and commit", self._insert)
        what = f"{FILED} filings, a transaction each"
        result = compare(what, ours, peer, rounds=5)
        a_day = FILED * 86_400 / sorted(result.values("action"))[len(result.values("action")) // 2]
        result.notes.append(
            f"one after another {a_day:,.0f} a day = {a_day / A_DAY:,.0f} times a province's {A_DAY:,}; "
            "an action writes the issue, two steps, the hand-over and two events"
        )
        return result

    def _file(self) -> None:
        from fugong.issues import actions as issues

        for number in range(FILED):
            firm = self.firms[number % len(self.firms)]
            found = issues.Found(title="口罩不足", kind="supplies", answers={"item": "masks", "quantity": 1})
            issues.find(
                campaign=self.campaign,
                enterprise=firm,
                area=firm.area,
                found=found,
                by=self.lead,
                at=self.now,
            )

    def _insert(self) -> None:
        for _number in range(FILED):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    self._copy, [uuid.uuid4().hex if connection.vendor == "sqlite" else uuid.uuid4()]
                )

    @property
    def _copy(self) -> str:
        """One row like the newest one, with a key of its own."""
        from fugong.issues.models import Issue

        names = [
            f'"{field.column}"' for field in Issue._meta.concrete_fields if field.name not in ("id", "key")
        ]
        listed = ", ".join(names)
        newest = "(SELECT max(id) FROM issues_issue WHERE status = 'found')"
        return f'INSERT INTO issues_issue ("key", {listed}) SELECT %s, {listed} FROM issues_issue WHERE id = {newest}'

    # Pages

    def page(
        self, what: str, client: Client, address: str, bare: Callable[[], Any], limit: float
    ) -> Comparison:
        def check(response: Any) -> None:
            assert response.status_code == 200, response.status_code

        ours = Side("page", lambda: client.get(address), check)
        result = compare(what, ours, Side("SQL", bare), rounds=7, limit=limit)
        with CaptureQueriesContext(connection) as queries:
            size = len(client.get(address).content)
        result.notes.append(f"{len(queries)} queries, {size / 1024:.0f} KiB of HTML")
        return result

    def bare_list(self) -> Callable[[], Any]:
        mine = "campaign_id = %s AND merged_into_id IS NULL"
        return self._asks(
            (f"SELECT count(*) FROM issues_issue WHERE {mine}", [self.campaign.pk]),
            (f"SELECT * FROM issues_issue WHERE {mine} ORDER BY due_at, id LIMIT 50", [self.campaign.pk]),
        )

    def bare_overdue(self) -> Callable[[], Any]:
        late = "campaign_id = %s AND status IN ('found', 'assessed', 'assigned') AND due_at < %s"
        values = [self.campaign.pk, self._moment(self.now)]
        return self._asks(
            (f"SELECT count(*) FROM issues_issue WHERE {late}", values),
            (f"SELECT * FROM issues_issue WHERE {late} ORDER BY due_at, id LIMIT 50", values),
        )

    def bare_mine(self) -> Callable[[], Any]:
        waits = """FROM issues_issue i WHERE i.campaign_id = %s AND ((i.handler_id = %s AND i.status = 'assigned')
            OR i.id IN (SELECT issue_id FROM issues_handover WHERE answer = 'waiting' AND to_department = %s))"""
        first = min(self.officers, key=lambda user: user.pk)
        values = [self.campaign.pk, first.pk, first.department]
        return self._asks(
            (f"SELECT count(*) {waits}", values), (f"SELECT i.* {waits} ORDER BY i.due_at LIMIT 50", values)
        )

    def bare_late(self) -> Callable[[], Any]:
        asked = []
        for column in ("department", "handler_id"):
            asked.append(
                (
                    f"""SELECT {column}, count(*), min(due_at), count(*) FILTER (WHERE due_at < %s) FROM issues_issue
                    WHERE campaign_id = %s AND status IN ('found', 'assessed', 'assigned', 'solved') GROUP BY 1""",
                    [self._moment(self.now), self.campaign.pk],
                )
            )
            asked.append(
                (
                    f"SELECT {column}, solved_at, found_at FROM issues_issue WHERE campaign_id = %s AND solved_at >= %s",
                    [self.campaign.pk, self._moment(self.now - timedelta(days=14))],
                )
            )
        return self._asks(*asked)

    def bare_board(self) -> Callable[[], Any]:
        counted = """SELECT a.id, count(*), count(*) FILTER (WHERE i.status IN ('found', 'assessed', 'assigned', 'solved')),
            count(*) FILTER (WHERE i.status IN ('found', 'assessed', 'assigned') AND i.due_at < %s)
            FROM issues_issue i JOIN territory_area a ON a.id = i.area_id
            WHERE i.campaign_id = %s AND i.merged_into_id IS NULL GROUP BY a.id"""
        return self._asks((counted, [self._moment(self.now), self.campaign.pk]))

    def _asks(self, *questions: tuple[str, list[Any]]) -> Callable[[], Any]:
        def ask() -> list[Any]:
            with connection.cursor() as cursor:
                found = []
                for statement, values in questions:
                    cursor.execute(statement, values)
                    found.append(cursor.fetchall())
                return found

        return ask

    @staticmethod
    def _moment(at: datetime) -> Any:
        return at if connection.vendor == "postgresql" else at.astimezone(UTC).replace(tzinfo=None)


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _firms(campaign: Any) -> list[Any]:
    from fugong.enterprises.models import Enterprise
    from fugong.territory.models import Area

    villages = list(Area.objects.below(campaign.area.path).exclude(pk=campaign.area_id))
    rows = [
        Enterprise(
            campaign=campaign,
            area=villages[number % len(villages)],
            name=f"第{number}厂",
            normalised_name=f"第{number}厂",
            created_at=timezone.now(),
        )
        for number in range(FIRMS)
    ]
    return list(Enterprise.objects.bulk_create(rows, batch_size=500))


def _people(campaign: Any) -> tuple[list[Any], Any]:
    """Officers of every department, and a grid lead; a commander to look at the pages."""
    from fugong.access.models import Posting, User
    from fugong.issues.queries import clocks_of

    departments = [key for key, _name in clocks_of(campaign, timezone.now()).departments]

    def person(login: str, role: str, department: str = "") -> Any:
        user = User.objects.create(login=login, name=login, department=department, password="!")
        Posting.objects.create(user=user, role=role, area=campaign.area, from_on=campaign.starts_on)
        return user

    officers = [
        person(f"{key}-{number}", "department_officer", key)
        for key in departments
        for number in range(OFFICERS)
    ]
    person("commander", "commander")
    return officers, person("lead", "grid_lead")


def _issue(load: Load, dice: random.Random, found_at: datetime, clocks: Any, departments: list[str]) -> Any:
    from fugong.issues.models import Issue

    firm, officer = dice.choice(load.firms), dice.choice(load.officers)
    kind, severity = dice.choice(KINDS), "serious" if dice.random() < 0.2 else "minor"
    row = Issue(
        campaign=load.campaign,
        area_id=firm.area_id,
        enterprise=firm,
        kind=kind,
        title=f"{dice.choice(TITLES)} {dice.randrange(900)}",
        severity=severity,
        level="department",
        status="found",
        found_by=load.lead,
        found_at=found_at,
        due_at=clocks.due("department", severity, found_at, kind),
    )
    solved_at = found_at + timedelta(days=dice.lognormvariate(math.log(MEDIAN), SIGMA))
    if solved_at <= load.now:
        row.status, row.department, row.handler = "solved", officer.department, officer
        row.solved_at, row.solved_by, row.solution = solved_at, officer, "已整改"
        if solved_at + timedelta(days=1) <= load.now:
            row.status, row.verified_by, row.verified_at = (
                "verified",
                load.lead,
                solved_at + timedelta(days=1),
            )
    elif dice.random() < 0.8:
        row.status, row.department = "assigned", officer.department
        row.handler = officer if dice.random() < 0.9 else None
    return row


def _steps(row: Any) -> Iterator[Any]:
    from fugong.issues.models import Step

    way = [("found", row.found_at), ("assigned", row.found_at if row.department else None)]
    way += [("solved", row.solved_at), ("verified", row.verified_at)]
    for status, at in way:
        if at is not None:
            yield Step(
                issue=row, status=status, level=row.level, at=at, by_id=row.found_by_id, due_at=row.due_at
            )


def _offer(row: Any) -> Any:
    from fugong.issues.models import HandOver

    return HandOver(
        issue=row, to_department=row.department, offered_by_id=row.found_by_id, offered_at=row.found_at
    )
