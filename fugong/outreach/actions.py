"""Robots are entered, events become notices, notices go out: none twice by itself, none lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.gate import refuse_closed
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.models import Event
from fugong.core.refusals import refuse_if
from fugong.core.states import move
from fugong.outreach import rules
from fugong.outreach.channels.robots import Answer, Outcome, send
from fugong.outreach.models import Delivery, Notice, Reader, Robot
from fugong.outreach.queries import (
    area_of,
    hearers,
    notices_of,
    said,
    sent_in_last_minute,
    subject_of,
    with_notices_waiting,
)
from fugong.outreach.rules import MOVES, Status
from fugong.territory.models import Area

Send = Callable[[str, str, str, str, datetime], Answer]

AT_ONCE = 500  # events read, and notices sent by one post, in one transaction
TEST_HOLDS = timedelta(minutes=10)


@dataclass(frozen=True)
class Way:
    """How a group is reached: the service, the robot's webhook address, and its signing secret if it has one."""

    kind: str
    address: str
    secret: str = ""


@transaction.atomic
def add_robot(*, campaign: Campaign, area: Area, name: str, way: Way, by: User, at: datetime) -> Robot:
    """Enter the robot of a group chat. Events from now on are told; those of before are not."""
    refuse_if(rules.why_not_address(way.kind, way.address))
    taken = Robot.objects.system().filter(campaign=campaign, name=name).exists()
    refuse_if(_("A group of this name is there already.") if taken else "")
    robot: Robot = Robot.objects.create(
        campaign=campaign, area=area, kind=way.kind, name=name, address=way.address, secret=way.secret
    )
    last = Event.objects.aggregate(last=Max("sequence"))["last"] or 0
    Reader.objects.get_or_create(campaign=campaign, defaults={"sequence": last})
    record("outreach.robot.added", robot, by=by, at=at, kind=way.kind, name=name, area=area)
    return robot


@transaction.atomic
def correct_robot(*, robot: Robot, name: str, way: Way, by: User, at: datetime) -> Robot:
    """Give the robot another name or address; it stops resting. An empty address or secret leaves the old one."""
    refuse_if(rules.why_not_address(way.kind, way.address) if way.address else "")
    robot.name, robot.kind = name, way.kind
    if way.address:
        robot.address = way.address
    if way.secret:
        robot.secret = way.secret
    robot.refusals, robot.rests_until, robot.problem = 0, None, ""
    robot.save()
    record("outreach.robot.corrected", robot, by=by, at=at, name=name, kind=way.kind)
    return robot


@transaction.atomic
def switch_robot(*, robot: Robot, is_active: bool, by: User, at: datetime) -> Robot:
    """Switch a robot on or off. What waits for it goes on waiting until it is worthless."""
    robot.is_active, robot.refusals, robot.rests_until, robot.problem = is_active, 0, None, ""
    robot.save(update_fields=["is_active", "refusals", "rests_until", "problem"])
    record("outreach.robot.switched", robot, by=by, at=at, is_active=is_active)
    return robot


@transaction.atomic
def test_robot(*, robot: Robot, by: User, at: datetime) -> Notice:
    """Have the robot say that it works; it goes out like every other notice."""
    refuse_if(rules.why_not_test(is_active=robot.is_active))
    words = _("%(name)s: this group now hears from the campaign “%(campaign)s”.") % {
        "name": robot.name,
        "campaign": robot.campaign.name,
    }
    notice: Notice = Notice.objects.create(
        robot=robot, text=words, made_at=at, next_at=at, expires_at=at + TEST_HOLDS, by=by
    )
    record("outreach.robot.tested", robot, by=by, at=at)
    return notice


@transaction.atomic
def follow(*, campaign: Campaign, at: datetime) -> int:
    """Turn the campaign's new events into notices; returns how many were written.

    Events are read in the order of their seal, so none can come in behind the reader's back; the reader moves on in
    the transaction that writes the notices, so each event is told once, however often this is killed.
    """
    refuse_closed(campaign)
    reader = Reader.objects.select_for_update().filter(campaign=campaign).first()
    if reader is None:
        return 0
    news = Event.objects.filter(sequence__gt=reader.sequence).order_by("sequence")[:AT_ONCE]
    wanted, made = notices_of(campaign), 0
    last = reader.sequence
    for event in news:
        last = event.sequence or last
        if event.campaign_id == campaign.pk and event.name in wanted:
            made += _tell(event, wanted[event.name], campaign, at)
    if last != reader.sequence:
        reader.sequence = last
        reader.save(update_fields=["sequence"])
    return made


def _tell(event: Event, wanted: Any, campaign: Campaign, at: datetime) -> int:
    """One notice for each robot that hears of the event."""
    subject = subject_of(event)
    if subject is None:
        return 0
    words = rules.shortened(said(wanted["text"], event, subject), 600)
    expires_at = at + timedelta(hours=wanted["hours"])
    notices = [
        Notice(robot=robot, event=event.sequence, text=words, made_at=at, next_at=at, expires_at=expires_at)
        for robot in hearers(campaign, area_of(subject, campaign), wanted["reach"])
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return len(notices)


def send_waiting(*, at: datetime, send: Send = send) -> int:
    """Send what waits, robot by robot as fast as its service takes it; returns how many posts were made."""
    give_up_lost(at=at)
    expire(at=at)
    posts = 0
    for robot in with_notices_waiting(at):
        while delivery := claim(robot=robot, at=at):
            answer = send(robot.kind, robot.address.clear(), robot.secret.clear(), delivery.text, at)
            settle(delivery=delivery, answer=answer, at=at)
            posts += 1
            if answer.outcome is not Outcome.SENT:
                break
    return posts


@transaction.atomic
def claim(*, robot: Robot, at: datetime) -> Delivery | None:
    """Take the robot's next post: one notice, or a digest when more wait than there is room. None: nothing now."""
    held = Robot.objects.system().select_for_update(of=("self",)).working(at).filter(pk=robot.pk).first()
    if held is None:
        return None
    waiting = dict(
        Notice.objects.system()
        .filter(robot=held, status=Status.WAITING, next_at__lte=at, expires_at__gt=at)
        .order_by("pk")
        .values_list("pk", "text")[:AT_ONCE]
    )
    free = rules.room(held.kind, sent_in_last_minute(held, at))
    bundle = next(iter(rules.bundles(list(waiting), free)), None)
    if bundle is None:
        return None
    words = rules.digest([waiting[number] for number in bundle])
    delivery: Delivery = Delivery.objects.create(robot=held, text=words, at=at)
    Notice.objects.system().filter(pk__in=bundle, status=Status.WAITING).update(
        status=Status.SENDING, delivery=delivery, attempts=F("attempts") + 1
    )
    return delivery


@transaction.atomic
def settle(*, delivery: Delivery, answer: Answer, at: datetime) -> None:
    """Write down what came of a post, for the post, its notices and the robot."""
    robot = Robot.objects.system().select_for_update().get(pk=delivery.robot_id)
    delivery.outcome, delivery.words = answer.outcome.value, answer.words[:200]
    delivery.save(update_fields=["outcome", "words"])
    notices = Notice.objects.system().filter(delivery=delivery, status=Status.SENDING)
    match answer.outcome:
        case Outcome.SENT:
            notices.update(status=Status.SENT, ended_at=at)
            _rest(robot, refusals=0, until=None, problem="")
        case Outcome.LIMITED:
            again = at + rules.AFTER_LIMIT
            notices.update(status=Status.WAITING, next_at=again, attempts=F("attempts") - 1)
            _rest(robot, refusals=robot.refusals, until=again, problem=answer.words)
        case Outcome.UNKNOWN:
            notices.update(status=Status.UNKNOWN)
            _rest(robot, refusals=robot.refusals, until=at + rules.MINUTE, problem=answer.words)
        case _:
            _try_later(notices, at)
            _refused(robot, answer, at)


def _try_later(notices: Any, at: datetime) -> None:
    for notice in notices:
        notice.status, notice.next_at = rules.after_failure(notice.attempts, at, notice.expires_at)
        notice.ended_at = at if notice.status == Status.FAILED else None
        notice.save(update_fields=["status", "next_at", "ended_at"])


def _refused(robot: Robot, answer: Answer, at: datetime) -> None:
    """After a few refusals in a row the robot rests for an hour: something about it is wrong, and a person has to look."""
    refusals = robot.refusals + 1
    until = at + timedelta(hours=1) if refusals >= rules.REFUSALS else None
    _rest(robot, refusals=refusals, until=until, problem=answer.words)


def _rest(robot: Robot, *, refusals: int, until: datetime | None, problem: str) -> None:
    robot.refusals, robot.rests_until, robot.problem = refusals, until, problem[:200]
    robot.save(update_fields=["refusals", "rests_until", "problem"])


@transaction.atomic
def give_up_lost(*, at: datetime) -> int:
    """Posts that a dead worker left half done may be in the group or not: a person has to look. Returns how many."""
    lost = Delivery.objects.system().filter(outcome="", at__lt=at - rules.LOST_AFTER)
    Notice.objects.system().filter(delivery__in=lost, status=Status.SENDING).update(status=Status.UNKNOWN)
    return int(lost.update(outcome=Outcome.UNKNOWN.value, words=_("The sender was stopped while sending.")))


@transaction.atomic
def expire(*, at: datetime) -> int:
    """What nobody needs any more is not sent; it stays in the log as too late. Returns how many."""
    late = Notice.objects.system().filter(status=Status.WAITING, expires_at__lte=at)
    return int(late.update(status=Status.EXPIRED, ended_at=at))


@transaction.atomic
def say_arrived(*, notice: Notice, arrived: bool, by: User, at: datetime) -> Notice:
    """A person has looked into the group: the notice is there, or it is to be sent (again)."""
    notice = Notice.objects.system().select_for_update().get(pk=notice.pk)
    move(notice, Status.SENT if arrived else Status.WAITING, MOVES)
    notice.ended_at = at if arrived else None
    if not arrived:
        notice.next_at, notice.attempts = at, 0
        notice.expires_at = max(notice.expires_at, at + TEST_HOLDS)
    notice.save(update_fields=["status", "ended_at", "next_at", "attempts", "expires_at"])
    campaign = notice.robot.campaign_id
    record("outreach.notice.looked_up", notice, by=by, at=at, campaign_id=campaign, arrived=arrived)
    return notice
