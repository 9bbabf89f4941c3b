"""A stop that was given up: noted with its reason and a photo of the door, and the enterprise stays due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.enterprises.models import Enterprise
from fugong.visits.actions.visiting import keep_photos, one_at_a_time, planned_stop, sent_already
from fugong.visits.models import Visit
from fugong.visits.photos import Photo
from fugong.visits.rules import VisitStatus


@dataclass(frozen=True)
class GivenUp:
    """Why the visit could not be made, as the page or the phone says it. `key` is the client's, as of a visit.

    `made_at` is when the officer stood there, where the phone could not send it at once.
    """

    reason: str
    key: UUID | None = None
    made_at: datetime | None = None
    photos: Sequence[Photo] = ()


@transaction.atomic
def give_up(*, enterprise: Enterprise, given_up: GivenUp, by: User, at: datetime) -> Visit:
    """Nobody there, or no way in: the visit is noted and the enterprise stays due. The same key again is the same one."""
    refuse_if("" if given_up.reason.strip() else _("Say why the visit could not be made."))
    one_at_a_time(enterprise)
    standing = sent_already(given_up.key, by) if given_up.key else None
    if standing:
        return standing
    made_at = min(given_up.made_at or at, at)
    day = timezone.localdate(made_at)
    visit: Visit = Visit.objects.create(
        key=given_up.key or uuid4(),
        campaign=enterprise.campaign,
        area=enterprise.area,
        enterprise=enterprise,
        officer=by,
        planned=planned_stop(enterprise, by, day),
        status=VisitStatus.GIVEN_UP,
        on=day,
        started_at=made_at,
        ended_at=made_at,
        note=given_up.reason,
    )
    keep_photos(visit, given_up.photos, at=at)
    record("visits.visit.given_up", visit, by=by, at=at, reason=given_up.reason, photos=len(given_up.photos))
    return visit
