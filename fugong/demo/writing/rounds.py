"""A phone round half done, and the consult meetings of yesterday, which decided, and of today."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from fugong.access.models import User
from fugong.demo.writing.world import World
from fugong.insight import actions as insight
from fugong.insight.models import Digest
from fugong.issues.models import Issue, Step
from fugong.visits import actions as visits
from fugong.visits.artefacts.procedures import steps_of
from fugong.visits.artefacts.steps import Tick
from fugong.visits.fieldwork.phoning import phone_of
from fugong.visits.models import Call

CONDITION = 'staff_from_affected_areas >= 5 and size = "small"'
DONE = 24
OUTCOMES = ("reached",) * 6 + ("no-answer",) * 2 + ("call-back", "wrong-number", "refused")
SAID = ("已复工，口罩还够一周", "准备下周复工", "两名外地员工未返岗", "订单减少，暂缓复工")
NEEDS = (("supplies", "需口罩500只"), ("transport", "12名员工返岗包车"), ("hiring", "缺缝纫工6名"))


def write_rounds(world: World, *, at: datetime) -> None:
    commander = _first(world, "commander")
    _phone_round(world, commander, at - timedelta(hours=3))
    _meetings(world, commander, at)


def _first(world: World, role: str) -> User:
    return next(world.users[officer.key] for officer in world.officers if officer.role == role)


def _phone_round(world: World, commander: User, at: datetime) -> None:
    """The round of this afternoon: so many calls were made, one by one, by its three callers."""
    dice = Random(world.seed)
    callers = [world.users[officer.key] for officer in world.officers if officer.role == "liaison"][:3]
    questions = phone_of(world.campaign, at).questions
    asked = visits.Asked("有外地员工的小微企业", CONDITION, timezone.localdate(at), callers, questions)
    one = visits.begin_round(
        campaign=world.campaign, area=world.campaign.area, asked=asked, by=commander, at=at
    )
    for turn in range(DONE):
        caller, moment = callers[turn % len(callers)], at + timedelta(minutes=6 * turn)
        call = visits.take_next(phone_round=one, by=caller, at=moment)
        if call is not None:
            _told(call, dice, caller, moment + timedelta(minutes=4))


def _told(call: Call, dice: Random, caller: User, at: datetime) -> None:
    outcome = dice.choice(OUTCOMES)
    is_reached = outcome == "reached"
    needs = [dice.choice(NEEDS)] if is_reached and dice.random() < 0.4 else []
    told = visits.Told(
        note=dice.choice(SAID) if is_reached else "",
        answers={"复工了吗": dice.choice(("已复工", "准备中"))} if is_reached else {},
        needs=needs,
        call_back_at=at + timedelta(hours=2) if outcome == "call-back" else None,
        steps=_followed(call, at) if is_reached else {},
    )
    visits.note_call(call=call, outcome=outcome, told=told, by=caller, at=at)


def _followed(call: Call, at: datetime) -> dict[str, Tick]:
    """The procedure of a call, with the name of whoever answered."""
    name = call.contact.name if call.contact else ""
    return {step.key: Tick(at, name) for step in steps_of(call.enterprise, at, by_phone=True)}


def _meetings(world: World, commander: User, at: datetime) -> None:
    """Yesterday's meeting decided on the first issues that had not moved since; today's paper says what became of them."""
    evening = timezone.make_aware(datetime.combine(timezone.localdate(at) - timedelta(days=1), time(18, 30)))
    campaign = world.campaign
    digest = insight.issue_digest(campaign=campaign, area=campaign.area, by=None, at=evening)
    for place, point in enumerate(_undisturbed(digest, evening)[:2]):
        decided = insight.Decided(
            point=point,
            text=("由应急管理牵头，两日内整改到位", "卫生健康、市场监管联合上门，书面反馈")[place],
            decided_by="每日会商（指挥长主持）",
            department=("emergency", "health")[place],
            due_at=evening + timedelta(days=2),
        )
        insight.decide(digest=digest, decided=decided, by=commander, at=evening + timedelta(minutes=40))
    insight.issue_digest(campaign=campaign, area=campaign.area, by=None, at=at)


def _undisturbed(digest: Digest, evening: datetime) -> list[str]:
    """The points whose issues have taken no step since the meeting."""
    issues = {point["issue"]: point["key"] for point in digest.content["points"] if point["issue"]}
    moved = set(
        Step.objects.system().filter(issue__in=issues, at__gt=evening).values_list("issue", flat=True)
    )
    open_ones = Issue.objects.system().filter(pk__in=set(issues) - moved, handler__isnull=True)
    return [issues[pk] for pk in open_ones.order_by("due_at", "pk").values_list("pk", flat=True)]
