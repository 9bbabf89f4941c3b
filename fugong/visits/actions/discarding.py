"""A form that the server refused was put away on the phone: the server is told that it was, what it was and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area
from fugong.visits import rules
from fugong.visits.models import Discarded
from fugong.visits.queries import open_one


@dataclass(frozen=True)
class PutAway:
    """What the phone says: the key that the form carried, which form it was, the enterprise's number, the reason."""

    key: UUID
    form: str
    reason: str
    enterprise: int | None = None


@transaction.atomic
def discard(*, put_away: PutAway, campaign: Campaign | None, by: User, at: datetime) -> Discarded:
    """Note that a form was put away; nothing of what it said is kept. The same key again is the same row."""
    refuse_if(rules.why_not_discard(put_away.reason))
    standing: Discarded | None = Discarded.objects.system().filter(key=put_away.key).first()
    if standing is not None:
        refuse_if(_("This was sent already, by somebody else.") if standing.officer_id != by.pk else "")
        return standing
    firm = _enterprise(put_away.enterprise, by, at)
    row: Discarded = Discarded.objects.create(
        key=put_away.key,
        officer=by,
        campaign=firm.campaign if firm else campaign,
        area=firm.area if firm else _post_of(by),
        enterprise=firm,
        form=put_away.form,
        reason=put_away.reason.strip()[:200],
        at=at,
    )
    record(
        "visits.record.discarded",
        row,
        by=by,
        at=at,
        key=str(row.key),
        form=row.form,
        enterprise=firm,
        reason=row.reason,
    )
    return row


def _enterprise(pk: int | None, by: User, at: datetime) -> Enterprise | None:
    """The enterprise of the form's address, if this person has to do with it at all."""
    if pk is None:
        return None
    found = open_one(by, pk, timezone.localdate(at))
    return found or Enterprise.objects.visible_to(by).select_related("area", "campaign").filter(pk=pk).first()


def _post_of(officer: User) -> Area | None:
    areas = (posting.area for posting in officer.postings_in_force)
    return min(areas, key=lambda area: area.path, default=None)
