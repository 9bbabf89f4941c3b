"""A phone number of a volunteer or a household in clear, after who looked and why was written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from fugong.access.actions import note_reveal
from fugong.access.models import User
from fugong.core.refusals import refuse_if
from fugong.enterprises.actions.contacts import revealed_on
from fugong.enterprises.rules import why_not_reveal
from fugong.teams.models import Household, Volunteer


@transaction.atomic
def reveal(*, target: Volunteer | Household, reason: str, by: User, at: datetime) -> str:
    """The number itself. The same reasons and the same quota of a day as for the contacts of enterprises."""
    User.objects.select_for_update().get(pk=by.pk)
    refuse_if(why_not_reveal(target.phone, reason, revealed_on(by, timezone.localdate(at))))
    note_reveal(
        target=target,
        field="phone",
        reason=reason.strip()[:200],
        by=by,
        at=at,
        campaign_id=target.campaign_id,
    )
    clear: str = target.phone.clear()
    return clear
