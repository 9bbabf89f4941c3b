"""Joint visits: several agencies come to one enterprise together, wished for, planned as one, made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from fugong.access.models import User
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.core.states import move
from fugong.enterprises.models import Enterprise
from fugong.visits.models import JointSeat, JointVisit
from fugong.visits.rules import JOINT_MOVES, JointStatus, why_not_join, why_not_withdraw


@dataclass(frozen=True)
class Seat:
    """One person who must be there: this officer, or anybody of the role, of the agency, or of both."""

    officer: User | None = None
    role: str = ""
    agency: str = ""


@dataclass(frozen=True)
class Together:
    """What a joint visit is: the day, who must be there, why, from when (None: any hour), for how long."""

    on: date
    seats: Sequence[Seat]
    occasion: str
    starts_at: time | None = None
    minutes: int | None = None


@transaction.atomic
def wish_joint_visit(*, enterprise: Enterprise, together: Together, by: User, at: datetime) -> JointVisit:
    """Wish for a joint visit; the next plan of its day sends all its people at the same minute.

    One is enough for an enterprise and a day: the same day again replaces the wish that stands.
    """
    refuse_if(why_not_join(together.on, timezone.localdate(at), len(together.seats)))
    Enterprise.objects.system().select_for_update(of=("self",)).get(pk=enterprise.pk)
    standing = JointVisit.objects.system().filter(
        enterprise=enterprise, on=together.on, status=JointStatus.WISHED
    )
    for old in standing:
        withdraw_joint_visit(joint=old, by=by, at=at)
    joint: JointVisit = JointVisit.objects.create(
        campaign_id=enterprise.campaign_id,
        enterprise=enterprise,
        on=together.on,
        starts_at=together.starts_at,
        minutes=together.minutes,
        occasion=together.occasion.strip()[:200],
        by=by,
        at=at,
    )
    rows = [JointSeat(joint=joint, officer=s.officer, role=s.role, agency=s.agency) for s in together.seats]
    JointSeat.objects.bulk_create(rows)
    record(
        "visits.joint_visit.wished",
        joint,
        by=by,
        at=at,
        enterprise=enterprise,
        on=together.on,
        seats=len(rows),
    )
    return joint


@transaction.atomic
def withdraw_joint_visit(*, joint: JointVisit, by: User, at: datetime) -> JointVisit:
    """Nobody comes together any more; an ordinary visit is planned when it is due."""
    joint = JointVisit.objects.system().select_for_update().get(pk=joint.pk)
    refuse_if(why_not_withdraw(joint))
    move(joint, JointStatus.WITHDRAWN, JOINT_MOVES)
    joint.save(update_fields=["status"])
    record("visits.joint_visit.withdrawn", joint, by=by, at=at, enterprise=joint.enterprise_id)
    return joint
