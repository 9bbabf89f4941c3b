"""Ten days of requests (诉求): from firms, liaison officers and people without an account; asked back, merged, overdue."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from fugong.access.models import User
from fugong.demo.writing.history import NAMESPACE
from fugong.demo.writing.world import BATCH, World, events, keep_events
from fugong.enterprises.models import Contact, Enterprise
from fugong.issues.kinds import Kind, kinds_of
from fugong.issues.models import AskBack, HandOver, IntakeLink, Issue, IssueMerge, Requester, Step
from fugong.issues.queries import clocks_of
from fugong.issues.rules import Answer, Reply, Status

NUMBER, LINKS = 140, 4
WORDS = {
    "supplies": ("口罩只够用两天", "消毒液买不到", "缺测温枪两把", "手套用完了"),
    "lodging": ("返岗员工没有单间住", "需要隔离用的房间", "宿舍不够分散住宿"),
    "transport": ("员工返岗没有车", "请协助包车接人", "上下班通勤车停运"),
    "permits": ("货车在路口被拦", "原料车办不下通行证", "开业手续问哪里办"),
    "hiring": ("缺熟练工，急招", "外地员工回不来，要招短工"),
    "medicine": ("员工慢性病断药", "发热后不知去哪里看"),
    "opinions": ("建议错峰领取物资", "通知太多，建议统一口径"),
    "policy": ("减租政策怎么申请", "社保缓缴要什么材料"),
}
DONE = ("已协调解决", "已电话答复并发送指引", "已办理", "已与企业当面落实", "已联系相关单位办结")
NO = ("只解决了一半", "还没有人联系我们", "答应的还没有到")


@dataclass
class _Way:
    """One request being told: its row, and what goes with it."""

    row: Issue
    kind: Kind
    steps: list[Step] = field(default_factory=list)
    offer: HandOver | None = None
    asked: list[AskBack] = field(default_factory=list)

    def step(self, status: str, by: User | None, at: datetime, note: str = "") -> None:
        self.row.status = status
        row = self.row
        self.steps.append(
            Step(issue=row, status=status, level=row.level, by=by, at=at, note=note, due_at=row.due_at)
        )


def write_requests(world: World) -> None:
    """The requests, in bulk, with the events that the actions would have recorded."""
    dice = random.Random(world.seed + 311)
    kinds = [kind for kind in kinds_of(world.campaign).values() if kind.key in WORDS]
    firms = _spoken_for(world) + dice.sample(sorted(world.rows.values(), key=lambda row: row.pk), NUMBER)
    ways = [_told(world, dice, number, firm, dice.choice(kinds)) for number, firm in enumerate(firms)]
    Issue.objects.bulk_create([way.row for way in ways], batch_size=BATCH)
    Step.objects.bulk_create([step for way in ways for step in way.steps], batch_size=BATCH)
    HandOver.objects.bulk_create([way.offer for way in ways if way.offer], batch_size=BATCH)
    AskBack.objects.bulk_create([asked for way in ways for asked in way.asked], batch_size=BATCH)
    _strangers(world, dice, ways)
    _repeated(world, ways)
    _links(world)
    keep_events(
        [
            event
            for way in ways
            for step in way.steps
            for event in events(
                f"issues.issue.{step.status}", [way.row], campaign=world.campaign, by=step.by, at=step.at
            )
        ]
    )


def _spoken_for(world: World) -> list[Enterprise]:
    """The firms whose contact may sign in, twice each: there somebody looks at the requests."""
    contacts = Contact.objects.system().filter(campaign_id=world.campaign.pk, user__isnull=False)
    firms = list(contacts.order_by("pk").values_list("enterprise", flat=True)[:4])
    return [row for pk in firms for row in world.rows.values() if row.pk == pk] * 2


def _told(world: World, dice: random.Random, number: int, firm: Enterprise, kind: Kind) -> _Way:
    """One request from its filing to wherever it had come by the moment at which the demo stands still."""
    at = world.now - timedelta(hours=dice.uniform(3, 24 * 9))
    lead = next(iter(world.leads.values()))
    row = Issue(
        key=uuid5(NAMESPACE, f"request-{number}"),
        campaign=world.campaign,
        area=firm.area,
        enterprise=firm,
        kind=kind.key,
        title=dice.choice(WORDS[kind.key]),
        answers=_answers(dice, kind),
        secret=f"demo{number:08d}{dice.randrange(10**8):08d}",
        found_by=None if "public" in kind.by and dice.random() < 0.6 else lead,
        found_at=at,
        department=kind.department,
        assigned_at=at,
        due_at=clocks_of(world.campaign, at).due("on-the-spot", "minor", at, kind.key),
    )
    way = _Way(row, kind)
    way.step(Status.FOUND, row.found_by, at)
    way.step(Status.ASSIGNED, None, at, "按诉求类别自动交办。")
    _served(world, dice, way)
    return way


def _answers(dice: random.Random, kind: Kind) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for own in kind.fields:
        if own.type == "choice":
            found[own.key] = dice.choice(own.choices)[0]
        elif own.type == "number":
            found[own.key] = dice.choice((5, 10, 20, 50, 200))
        elif own.type == "yes-no":
            found[own.key] = dice.random() < 0.4
    return found


def _served(world: World, dice: random.Random, way: _Way) -> None:
    """Taken by its department, solved, looked at, asked back: as far as the hours have gone."""
    row, officer = way.row, world.departments[way.kind.department]
    way.offer = HandOver(issue=row, to_department=row.department, offered_at=row.found_at)
    taken_at = row.found_at + timedelta(hours=dice.uniform(1, 20))
    if taken_at > world.now:
        return
    row.handler = officer
    way.offer.answer, way.offer.answered_by, way.offer.answered_at = Answer.ACCEPTED, officer, taken_at
    way.step(Status.ASSIGNED, officer, taken_at, "已接收。")
    solved_at = taken_at + timedelta(hours=dice.lognormvariate(3.4, 0.9))
    if solved_at > world.now:
        return
    row.solved_by, row.solved_at, row.solution = officer, solved_at, dice.choice(DONE)
    way.step(Status.SOLVED, officer, solved_at, row.solution)
    verified_at = solved_at + timedelta(hours=dice.uniform(2, 30))
    if verified_at > world.now:
        return
    row.verified_by, row.verified_at = next(iter(world.leads.values())), verified_at
    way.step(Status.VERIFIED, row.verified_by, verified_at)
    _asked_back(world, dice, way)


def _asked_back(world: World, dice: random.Random, way: _Way) -> None:
    """The requester's answer; a no opened it again."""
    row = way.row
    assert row.solved_at is not None
    days = way.kind.ask_back_days(world.campaign.starts_on)
    asked_at = row.solved_at + timedelta(days=days or 0)
    if days is None or asked_at > world.now:
        return
    asked = AskBack(issue=row, asked_at=asked_at)
    way.asked.append(asked)
    replied_at = asked_at + timedelta(hours=dice.uniform(1, 40))
    if replied_at > world.now or dice.random() < 0.15:
        return
    asked.reply, asked.replied_at = (Reply.NO if dice.random() < 0.15 else Reply.YES), replied_at
    if asked.reply == Reply.NO:
        asked.note = dice.choice(NO)
        row.reopened, row.solved_by, row.solved_at = 1, None, None
        row.verified_by = row.verified_at = None
        row.due_at = clocks_of(world.campaign, replied_at).due(row.level, row.severity, replied_at, row.kind)
        way.step(Status.ASSIGNED, None, replied_at, f"诉求人表示尚未解决。 {asked.note}")


def _strangers(world: World, dice: random.Random, ways: list[_Way]) -> None:
    """Who asked without an account; the numbers are no telephone's."""
    rows = [
        Requester(issue=way.row, campaign_id=world.campaign.pk, phone=f"1000000{dice.randrange(10**4):04d}")
        for way in ways
        if way.row.found_by_id is None
    ]
    Requester.objects.bulk_create(rows, batch_size=BATCH)


def _repeated(world: World, ways: list[_Way]) -> None:
    """Some asked twice: two pairs wait to be judged, two were merged by the grid lead."""
    waiting = [way for way in ways if way.row.status == Status.ASSIGNED and not way.row.reopened]
    lead = next(iter(world.leads.values()))
    for place, way in enumerate(waiting[:4]):
        first = way.row
        at = min(first.found_at + timedelta(hours=5), world.now)
        second = Issue(
            key=uuid5(NAMESPACE, f"request-again-{place}"),
            campaign=world.campaign,
            area_id=first.area_id,
            enterprise_id=first.enterprise_id,
            kind=first.kind,
            title=f"{first.title}，请尽快",
            answers=first.answers,
            secret=f"again{place:06d}{first.pk:06d}",
            found_by=lead,
            found_at=at,
            department=first.department,
            assigned_at=at,
            due_at=first.due_at,
            status=Status.MERGED if place < 2 else Status.ASSIGNED,
            merged_into=first if place < 2 else None,
        )
        second.save(force_insert=True)
        Step.objects.create(
            issue=second, status=Status.FOUND, level=second.level, by=lead, at=at, due_at=second.due_at
        )
        keep_events(events("issues.issue.found", [second], campaign=world.campaign, by=lead, at=at))
        if place < 2:
            moved = {"status": Status.ASSIGNED, "earlier": [], "offers": []}
            IssueMerge.objects.create(kept=first, absorbed=second, by=lead, at=at, moved=moved)
            keep_events(events("issues.issue.absorbed", [second], campaign=world.campaign, by=lead, at=at))
        else:
            HandOver.objects.create(issue=second, to_department=second.department, offered_at=at)


def _links(world: World) -> None:
    """Codes that hang in some villages."""
    lead = next(iter(world.leads.values()))
    areas = sorted(world.areas_by_name.values(), key=lambda area: area.path)[:LINKS]
    IntakeLink.objects.bulk_create(
        [
            IntakeLink(
                key=f"demo-village-{place}",
                campaign=world.campaign,
                area=area,
                made_by=lead,
                made_at=world.now - timedelta(days=8),
            )
            for place, area in enumerate(areas, start=1)
        ]
    )
